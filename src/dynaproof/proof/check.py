"""Everything that can be found without a server: language, names, SQL, templates, types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

import duckdb

from dynaproof.definition.load import Loaded, examine, examine_text
from dynaproof.definition.validation import did_you_mean
from dynaproof.facts.database import Facts
from dynaproof.facts.generator_check import check_generator
from dynaproof.facts.sql import check_change, describe
from dynaproof.facts.sql_problem import SqlError
from dynaproof.items.stored import prepare, view_columns
from dynaproof.items.views import item_view, source_sql
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, Path
from dynaproof.model.diagnostic import (
    Diagnostic,
    InputError,
    Severity,
    in_reading_order,
)
from dynaproof.model.entity import Generator
from dynaproof.model.template import Template, TemplateError
from dynaproof.model.texts import texts_in
from dynaproof.proof.design import design_findings


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of one definition; ``definition`` is None when it cannot be used at all."""

    definition: Definition | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """Findings that stop a run."""
        return tuple(d for d in self.diagnostics if d.severity is Severity.ERROR)

    def require(self) -> Definition:
        """The definition; raises InputError with all findings if any stops a run."""
        if self.definition is None or self.errors:
            raise InputError(*self.diagnostics)
        return self.definition


def check_file(file: FilePath) -> Checked:
    """Check a definition file; raises InputError only if it cannot be read."""
    return _check(examine(file))


def check_text(text: str, file: str = "definition", *, folder: FilePath) -> Checked:
    """Check a definition given as text; ``file`` is the name that places show."""
    return _check(examine_text(text, file, folder=folder))


def _check(loaded: Loaded) -> Checked:
    definition = loaded.definition
    if definition is None:
        return Checked(None, loaded.diagnostics)
    found = list(loaded.diagnostics)
    try:
        with Facts.declare(
            definition.entities, folder=definition.folder, places=definition.source
        ) as facts:
            prepare(facts.connection, definition)
            found += _sql_findings(definition, facts.connection)
            if all(one.severity is not Severity.ERROR for one in found):
                found += design_findings(definition, facts.connection)
    except InputError as error:
        found += error.diagnostics
    return Checked(definition, in_reading_order(found))


def _sql_findings(
    definition: Definition, connection: duckdb.DuckDBPyConnection
) -> Iterator[Diagnostic]:
    for table in definition.tables:
        for item_type in table.items:
            path: Path = ("tables", table.name, "items", item_type.name)
            sql = source_sql(item_type, definition)
            try:
                if definition.entity(item_type.source) is None:
                    describe(connection, sql)
                columns = view_columns(connection, sql)
            except SqlError as error:
                yield from _placed(error, definition, (*path, "from"), sql)
                continue
            yield from item_view(table, item_type, columns, definition)[1]
    for pattern in definition.access_patterns:
        yield from _pattern_findings(pattern, definition, connection)


def _pattern_findings(
    pattern: AccessPattern, definition: Definition, connection: duckdb.DuckDBPyConnection
) -> Iterator[Diagnostic]:
    path: Path = ("access_patterns", pattern.name)
    names = [parameter.name for parameter in pattern.parameters]
    if pattern.parameters_from is not None:
        try:
            names += [column.name for column in describe(connection, pattern.parameters_from)]
        except SqlError as error:
            yield from _placed(
                error, definition, (*path, "parameters", "from"), pattern.parameters_from
            )
        else:
            yield from _unknown_names(pattern, names, definition)
    for parameter in pattern.parameters:
        if isinstance(parameter.source, Generator):
            place = definition.source.place(*path, "parameters", parameter.name)
            for message, hint in check_generator(parameter.source, parameter=True):
                yield Diagnostic(Code.UNKNOWN_GENERATOR, message, place, hint)
    if pattern.question is not None:
        try:
            describe(connection, pattern.question, names)
        except SqlError as error:
            yield from _placed(error, definition, (*path, "question"), pattern.question)
    if pattern.change is not None:
        try:
            check_change(connection, pattern.change, names)
        except SqlError as error:
            yield from _placed(error, definition, (*path, "change"), pattern.change)


def _unknown_names(
    pattern: AccessPattern, names: Sequence[str], definition: Definition
) -> Iterator[Diagnostic]:
    """Templates of a pattern whose parameters come from SQL; the others were checked before."""
    if pattern.request is None:
        return
    place = definition.source.key("access_patterns", pattern.name)
    said: set[str] = set()
    for _, text in texts_in(pattern.request.arguments):
        for name in _names_in(text):
            if name not in names and name not in said:
                said.add(name)
                yield Diagnostic(
                    Code.UNKNOWN_PARAMETER,
                    f"'{name}' is not a parameter of '{pattern.name}'",
                    place,
                    did_you_mean(name, names),
                )


def _names_in(text: str) -> tuple[str, ...]:
    try:
        return Template.parse(text).names
    except TemplateError:
        return ()


def _placed(error: SqlError, definition: Definition, path: Path, sql: str) -> Iterator[Diagnostic]:
    lines = sql.split("\n")
    for problem in error.problems:
        if problem.line:
            offset = sum(len(line) + 1 for line in lines[: problem.line - 1])
            place = definition.source.within(path, offset + max(problem.column - 1, 0))
        else:
            place = definition.source.place(*path)
        yield problem.diagnostic(place)
