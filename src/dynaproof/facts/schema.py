"""The tables of the facts: a column and its DuckDB type for each attribute, and no rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from dynaproof.facts.datasets import dataset_file, read_dataset
from dynaproof.facts.entity_check import attribute_order, check_entities, generation_order
from dynaproof.facts.kinds import sql_type
from dynaproof.facts.quoting import quoted
from dynaproof.model.codes import Code
from dynaproof.model.definition import SourceMap
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.entity import Attribute, Entity, Generator, References


def staging_table(entity: str) -> str:
    """Where a dataset lies until the generated columns are added; no entity can be called so."""
    return f"dataset of {entity}"


@dataclass(frozen=True)
class Schema:
    """Entities, with all columns of their datasets listed, and their columns' DuckDB types."""

    entities: tuple[Entity, ...] = ()
    types: Mapping[str, Mapping[str, str]] | None = None

    def columns(self, entity: str) -> dict[str, str]:
        """Names and DuckDB types, in order; raises KeyError for an unknown entity."""
        return dict((self.types or {})[entity])


def refuse_findings(entities: Sequence[Entity], places: SourceMap) -> None:
    """Raise InputError with all findings of check_entities, if there are any."""
    findings = [
        Diagnostic(code, message, places.place(*path), hint)
        for path, code, message, hint in check_entities(entities)
    ]
    if findings:
        raise InputError(*findings)


def create_tables(
    connection: duckdb.DuckDBPyConnection,
    entities: Sequence[Entity],
    *,
    folder: str,
    places: SourceMap,
    rows: bool,
) -> Schema:
    """Create a table for every entity, and read datasets (their rows too, if asked).

    Raises InputError for what check_entities finds and for datasets that cannot be read.
    """
    refuse_findings(entities, places)
    read: dict[str, dict[str, str]] = {}
    for entity in entities:
        if entity.dataset is not None:
            place = places.place("entities", entity.name, "from")
            file = dataset_file(entity.dataset, folder, place)
            table = staging_table(entity.name)
            read_dataset(connection, table, entity, file, place, rows=rows)
            read[entity.name] = _described(connection, table)
    listed = tuple(_with_columns(entity, read.get(entity.name, {})) for entity in entities)
    if read:
        refuse_findings(listed, places)
    types = _types(listed, read)
    _refuse_types(listed, types, places)
    for entity in listed:
        columns = ", ".join(f"{quoted(n)} {t}" for n, t in types[entity.name].items())
        connection.execute(f"CREATE TABLE {quoted(entity.name)} ({columns})")
    return Schema(listed, types)


def _described(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    rows = connection.execute(f"DESCRIBE {quoted(table)}").fetchall()
    return {str(name): str(type_) for name, type_, *_ in rows}


def _with_columns(entity: Entity, read: Mapping[str, str]) -> Entity:
    """The entity with an attribute for each column that its dataset gives."""
    known = {attribute.name for attribute in entity.attributes}
    found = tuple(Attribute(name, None) for name in read if name not in known)
    return replace(entity, attributes=found + entity.attributes) if found else entity


def _types(
    entities: Sequence[Entity], read: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    types: dict[str, dict[str, str]] = {}
    for entity in generation_order(entities):
        own = dict(read.get(entity.name, {}))
        types[entity.name] = own
        if entity.each is not None:
            own[entity.each.name] = types[entity.each.entity][entity.each.attribute]
        for attribute in attribute_order(entity):
            match attribute.source:
                case Generator() as generator:
                    own[attribute.name] = sql_type(generator)
                case References() as references:
                    own[attribute.name] = types[references.entity][references.attribute]
        types[entity.name] = {name: own[name] for name in entity.columns}
    return types


def _refuse_types(
    entities: Sequence[Entity], types: Mapping[str, Mapping[str, str]], places: SourceMap
) -> None:
    """Raise InputError where references compare values that cannot be compared."""
    findings: list[Diagnostic] = []
    for entity in entities:
        for attribute in entity.attributes:
            if not isinstance(attribute.source, References):
                continue
            for message in _uncomparable(entity, attribute, attribute.source, types):
                place = places.place("entities", entity.name, "attributes", attribute.name)
                findings.append(Diagnostic(Code.WRONG_TYPE, message, place))
    if findings:
        raise InputError(*findings)


def _uncomparable(
    entity: Entity,
    attribute: Attribute,
    references: References,
    types: Mapping[str, Mapping[str, str]],
) -> list[str]:
    problems: list[str] = []
    compared = {f"{entity.name}.{references.distinct_within}": references.distinct_within}
    own, target = types[entity.name], types[references.entity]
    if references.where is not None:
        compared[f"{entity.name}.{references.where}"] = references.where
        here, there = own[references.where], target[references.where]
        if here != there:
            problems.append(
                f"where compares {entity.name}.{references.where}, which is {here},"
                f" with {references.entity}.{references.where}, which is {there}"
            )
    if attribute.unique or references.distinct_within is not None:
        compared[f"{entity.name}.{attribute.name}"] = attribute.name
    problems += [
        f"{what} is {own[name]}, whose values cannot be compared here"
        for what, name in compared.items()
        if (name is not None and own[name].partition("(")[0] in {"STRUCT", "MAP", "UNION"})
        or (name is not None and own[name].endswith("]"))
    ]
    return problems
