"""Counterexamples kept in files beside the definition: written, read, and tried again.

Those of ``patterns/shop.yaml`` are in ``patterns/cases/shop/``, one file each, named by pattern and
code. A case is tried on the facts, parameters and way of delivery that it was found with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from dynaproof.definition.saved_case import VERSION, SavedCase, read_saved_case
from dynaproof.definition.yaml_writer import yaml_text
from dynaproof.facts.database import Facts
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import FactSet, Row
from dynaproof.facts.hard.legality import violations
from dynaproof.facts.kinds import sql_type
from dynaproof.facts.plain_rows import plain_value, value_of_type
from dynaproof.facts.sql import describe
from dynaproof.facts.sql_problem import SqlError
from dynaproof.model.access_pattern import AccessPattern, Value
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, InputError, Place, Severity
from dynaproof.model.entity import Generator
from dynaproof.proof.parameters import ParameterSet, parameter_sources
from dynaproof.proof.search.cause import likely_cause
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.proof.search.scene import Scene
from dynaproof.proof.search.unstorable import because_unstorable, unstorable
from dynaproof.proof.streams.deliveries import BROKEN_OFF, IN_ORDER, OTHER_WAYS, Way

FOLDER = "cases"
_WAYS: Mapping[str, Way] = {way.name: way for way in (IN_ORDER, *OTHER_WAYS, BROKEN_OFF)}
_LONGEST_NAME = 80
_ANEW = "Save the counterexample again with 'dynaproof prove --save', or delete the file."


_Add = Callable[..., None]
"""Adds a finding: what is wrong, and the path to it."""


@dataclass(frozen=True, slots=True)
class Case:
    """``pattern`` is None where the facts alone could not be stored."""

    file: str
    facts: FactSet
    pattern: AccessPattern | None = None
    parameters: ParameterSet = field(default_factory=lambda: ParameterSet("", {}))
    way: Way = IN_ORDER


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases that can be tried, and findings about those that cannot."""

    cases: tuple[Case, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


def cases_folder(definition: Definition) -> Path:
    """Where the cases of a definition are."""
    return Path(definition.folder) / FOLDER / _safe(Path(definition.source.file).stem)


def case_name(counterexample: Counterexample) -> str:
    """The name of a counterexample's file, without its ending."""
    pattern = counterexample.pattern
    return f"{_safe(pattern.name if pattern else 'tables')}-{counterexample.code.value}"


def case_text(counterexample: Counterexample) -> str:
    """A counterexample as YAML."""
    one, tried = counterexample, counterexample.tried
    document: dict[str, object] = {
        "version": VERSION,
        "code": one.code.value,
        "what": one.difference.summary,
    }
    if one.because:
        document["because"] = one.because
    if tried is not None:
        values = tried.attempt.parameters.values
        document |= {
            "pattern": tried.pattern.name,
            "set": tried.attempt.parameters.label,
            "delivery": tried.way.name,
            "parameters": {name: plain_value(value) for name, value in values.items()},
        }
    document["facts"] = {
        entity: [{name: plain_value(value) for name, value in row.items()} for row in rows]
        for entity, rows in one.facts.rows.items()
        if rows
    }
    return yaml_text(document)


def read_cases(definition: Definition, facts: Facts, domain: Domain) -> Cases:
    """All cases of a definition; what is wrong with a file is a finding, and leaves the others."""
    cases: list[Case] = []
    findings: list[Diagnostic] = []
    folder = cases_folder(definition)
    for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        try:
            case = _case(read_saved_case(file), str(file), definition, facts)
        except InputError as error:
            findings += error.diagnostics
            continue
        problems = violations(case.facts, domain)
        if problems:
            findings.append(_outdated(str(file), problems))
        else:
            cases.append(case)
    return Cases(tuple(cases), tuple(findings))


def try_case(scene: Scene, case: Case) -> Counterexample | None:
    """What fails on a case's facts, None where nothing does any more.

    Raises InputError where a request or its SQL is wrong.
    """
    found = unstorable(scene.stage(case.facts), scene)
    if found is not None:
        difference = found[1]
        because = because_unstorable(scene, case.facts)
        return Counterexample(
            case.facts, difference, None, difference.code, because, case.facts.size
        )
    if case.pattern is None:
        return None
    tried = scene.attempt(case.pattern, case.parameters, case.way)
    wrong = tried.compared.difference
    if wrong is None:
        return None
    code, because = likely_cause(scene, tried, wrong)
    return Counterexample(
        case.facts, wrong, tried, code, because, case.facts.size, scene.asked(tried)
    )


def _case(saved: SavedCase, file: str, definition: Definition, facts: Facts) -> Case:
    found: list[Diagnostic] = []

    def add(message: str, *path: str | int, key: bool = False) -> None:
        """``key``: the name itself is wrong, and not its value."""
        place = saved.source.key(*path) if key else saved.source.place(*path)
        found.append(Diagnostic(Code.SAVED_CASE, message, place, _ANEW))

    rows: dict[str, tuple[Row, ...]] = {}
    for entity in facts.entities:
        types = facts.columns(entity)
        rows[entity] = tuple(
            _row(row, types, add, ("facts", entity, number), facts)
            for number, row in enumerate(saved.facts.get(entity, ()))
        )
    for entity in saved.facts.keys() - set(facts.entities):
        add(f"there is no entity '{entity}'", "facts", entity, key=True)
    pattern = definition.access_pattern(saved.pattern) if saved.pattern else None
    if saved.pattern and pattern is None:
        add(f"there is no access pattern '{saved.pattern}'", "pattern")
    way = _WAYS.get(saved.delivery or IN_ORDER.name)
    if way is None:
        add(f"there is no way of delivery '{saved.delivery}'", "delivery")
    values: Mapping[str, object] = {}
    if pattern is not None:
        try:
            types = _parameter_types(pattern, facts)
        except SqlError as error:
            add(f"the parameters of '{pattern.name}' cannot be read: {error}", "parameters")
        else:
            fixed = {
                p.name: p.source.value for p in pattern.parameters if isinstance(p.source, Value)
            }
            given = {n: v for n, v in saved.parameters.items() if n not in fixed}
            values = {**_row(given, types, add, ("parameters",), facts), **fixed}
    if found or way is None:
        raise InputError(*found)
    parameters = ParameterSet(saved.set, values)
    return Case(file, FactSet("a saved case", rows), pattern, parameters, way)


def _row(
    plain: Mapping[str, object],
    types: Mapping[str, str],
    add: _Add,
    path: tuple[str | int, ...],
    facts: Facts,
) -> Row:
    """Values by their types; what does not fit is told."""
    what = "parameter" if path == ("parameters",) else "column"
    for name in plain.keys() - types.keys():
        add(f"there is no {what} '{name}'", *path, name, key=True)
    row: dict[str, object] = {}
    for name, type_ in types.items():
        if name not in plain:
            add(f"the {what} '{name}' is missing", *path)
            continue
        try:
            row[name] = value_of_type(facts.connection, plain[name], type_)
        except ValueError as error:
            add(f"{what} '{name}': {error}", *path, name)
    return row


def _parameter_types(pattern: AccessPattern, facts: Facts) -> dict[str, str]:
    types: dict[str, str] = {}
    for source in parameter_sources(pattern):
        types |= {one.name: one.type for one in describe(facts.connection, source.sql, ())}
    for parameter in pattern.parameters:
        if isinstance(parameter.source, Generator):
            types[parameter.name] = sql_type(parameter.source)
    return types


def _outdated(file: str, problems: list[str]) -> Diagnostic:
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return Diagnostic(
        Code.SAVED_CASE,
        f"the definition does not allow these facts any more: {problems[0]}{more}",
        Place(file),
        _ANEW,
        Severity.WARNING,
    )


def _safe(name: str) -> str:
    """A name that is a file's name everywhere; what had to be changed is told apart by a digest."""
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")[:_LONGEST_NAME]
    if kept == name:
        return kept
    return f"{kept or 'case'}-{sha256(name.encode('utf-8', 'backslashreplace')).hexdigest()[:6]}"
