"""A definition file -> Definition, or all of its findings at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from dynaproof.definition.access_patterns import build_access_pattern, build_stream_handler
from dynaproof.definition.cloudformation import read_template
from dynaproof.definition.definition_file import definition_file
from dynaproof.definition.entities import build_entities
from dynaproof.definition.findings import Findings
from dynaproof.definition.language import DefinitionModel
from dynaproof.definition.references import check_references
from dynaproof.definition.tables import build_table
from dynaproof.definition.text_file import read_text
from dynaproof.definition.validation import validate_language
from dynaproof.definition.yaml_text import parse_yaml
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, SourceMap
from dynaproof.model.diagnostic import Diagnostic, InputError, in_reading_order
from dynaproof.model.table import Table
from dynaproof.model.texts import texts_in


@dataclass(frozen=True, slots=True)
class Loaded:
    """``definition`` is None when the findings leave nothing that could be used."""

    definition: Definition | None
    source: SourceMap
    diagnostics: tuple[Diagnostic, ...]


def load(file: FilePath) -> Definition:
    """Read a definition file; raises InputError with every finding."""
    loaded = examine(file)
    if loaded.definition is None or loaded.diagnostics:
        raise InputError(*loaded.diagnostics)
    return loaded.definition


def examine(file: FilePath) -> Loaded:
    """Read a definition file and gather its findings; raises InputError if it is unreadable.

    A folder stands for the ``definition.yaml`` in it.
    """
    file = definition_file(file)
    return examine_text(read_text(file), str(file), folder=file.parent)


def examine_text(text: str, file: str, *, folder: FilePath) -> Loaded:
    """Read a definition from its text; ``file`` is the name that places show."""
    parsed = parse_yaml(text, file)
    findings = Findings(parsed.source, parsed.diagnostics, dict(texts_in(parsed.value)))
    if parsed.value is None:
        if not findings.diagnostics:
            findings.add(Code.YAML_SYNTAX, "the file is empty", (), "Start with 'version: 1'.")
        return Loaded(None, parsed.source, in_reading_order(findings.diagnostics))
    form, problems = validate_language(parsed.value, parsed.source)
    # What is no value in YAML is no use to the language either: said once.
    said = {found.place for found in parsed.diagnostics if found.code is Code.YAML_SYNTAX}
    findings.diagnostics.extend(found for found in problems if found.place not in said)
    if form is None:
        return Loaded(None, parsed.source, in_reading_order(findings.diagnostics))
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    bases: dict[str, Table] = {}
    if form.tables.from_ is not None:
        before = len(findings.diagnostics)
        bases = read_template(form.tables.from_, folder, findings)
        if not bases and len(findings.diagnostics) > before:
            # Without its tables, every further finding would be about their absence.
            return Loaded(None, findings.source, in_reading_order(findings.diagnostics))
    definition = _build(form, bases, findings, folder, digest)
    return Loaded(definition, findings.source, in_reading_order(findings.diagnostics))


def _build(
    form: DefinitionModel,
    bases: dict[str, Table],
    findings: Findings,
    folder: FilePath,
    digest: str,
) -> Definition:
    entities = build_entities(form.entities, findings)
    tables = _tables(form, bases, findings)
    definition = Definition(
        name=form.name,
        source=findings.source,
        description=form.description.strip(),
        entities=entities,
        tables=tuple(tables.values()),
        access_patterns=tuple(
            build_access_pattern(name, pattern, tables, findings)
            for name, pattern in form.access_patterns.items()
        ),
        stream_handlers=tuple(
            handler
            for name, one in form.stream_handlers.items()
            if (handler := build_stream_handler(name, one, tables, findings)) is not None
        ),
        folder=str(folder),
        digest=digest,
    )
    check_references(definition, findings)
    return definition


def _tables(
    form: DefinitionModel, bases: dict[str, Table], findings: Findings
) -> Mapping[str, Table]:
    forms = form.tables.model_extra or {}
    built = [build_table(name, one, bases.pop(name, None), findings) for name, one in forms.items()]
    for name, table in zip(forms, built, strict=True):
        if table is not None and table.name != name:  # named by its logical id
            findings.source = findings.source.also_known_as(
                ("tables", name), ("tables", table.name)
            )
    tables = {table.name: table for table in built if table is not None}
    # A table that a template gives, and the definition says nothing of, is a table all the same.
    return tables | {base.name: base for base in bases.values() if base.name not in tables}
