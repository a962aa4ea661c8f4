"""The tables of the facts: a column and its DuckDB type for each attribute, and no rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from dynaproof.facts.datasets import dataset_file, read_dataset
from dynaproof.facts.entity_check import generation_order
from dynaproof.facts.kinds import sql_type
from dynaproof.facts.quoting import quoted
from dynaproof.model.definition import SourceMap
from dynaproof.model.entity import Entity, Generator, References


def staging_table(entity: str) -> str:
    """Where a dataset lies until the generated columns are added."""
    return f"__dataset_{entity}"


@dataclass(frozen=True)
class Schema:
    """Columns and DuckDB types by entity; ``read`` are the columns that came from a dataset."""

    types: Mapping[str, Mapping[str, str]]
    read: Mapping[str, tuple[str, ...]]

    def columns(self, entity: str) -> Mapping[str, str]:
        """Names and DuckDB types, in order."""
        return self.types[entity]

    def read_columns(self, entity: str) -> tuple[str, ...]:
        """The columns that are read from the entity's dataset."""
        return self.read.get(entity, ())


def create_tables(
    connection: duckdb.DuckDBPyConnection,
    entities: Sequence[Entity],
    *,
    folder: str,
    places: SourceMap,
    rows: bool,
) -> Schema:
    """Create a table for every entity, and read datasets (their rows too, if asked)."""
    types: dict[str, dict[str, str]] = {}
    read: dict[str, tuple[str, ...]] = {}
    for entity in generation_order(entities):
        columns: dict[str, str] = {}
        if entity.each is not None:
            columns[entity.each.name] = types[entity.each.entity][entity.each.attribute]
        if entity.dataset is not None:
            found = _stage(connection, entity, entity.dataset, folder, places, rows=rows)
            read[entity.name] = tuple(found)
            columns |= found
        types[entity.name] = columns | _made(entity, columns, types)
        if entity.dataset is not None:
            types[entity.name] = _in_order(entity, types[entity.name])
    for entity in entities:
        listed = ", ".join(f"{quoted(n)} {t}" for n, t in types[entity.name].items())
        connection.execute(f"CREATE TABLE {quoted(entity.name)} ({listed})")
    return Schema({entity.name: types[entity.name] for entity in entities}, read)


def _stage(
    connection: duckdb.DuckDBPyConnection,
    entity: Entity,
    dataset: str,
    folder: str,
    places: SourceMap,
    *,
    rows: bool,
) -> dict[str, str]:
    place = places.place("entities", entity.name, "dataset")
    table = staging_table(entity.name)
    read_dataset(connection, table, entity, dataset_file(dataset, folder, place), place, rows=rows)
    described = connection.execute(f"DESCRIBE {quoted(table)}").fetchall()
    return {str(name): str(type_) for name, type_, *_ in described}


def _made(
    entity: Entity, columns: Mapping[str, str], types: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    made: dict[str, str] = {}
    waiting = list(entity.attributes)
    while waiting:
        attribute = waiting.pop(0)
        match attribute.source:
            case Generator() as generator:
                made[attribute.name] = sql_type(generator)
            case References() as references if references.entity == entity.name:
                known = {**columns, **made}
                if references.attribute in known:
                    made[attribute.name] = known[references.attribute]
                else:
                    waiting.append(attribute)
            case References() as references:
                made[attribute.name] = types[references.entity][references.attribute]
    return {a.name: made[a.name] for a in entity.attributes if a.name in made}


def _in_order(entity: Entity, columns: Mapping[str, str]) -> dict[str, str]:
    """As the definition lists them, when it lists what it reads."""
    if any(attribute.source is None for attribute in entity.attributes):
        return {attribute.name: columns[attribute.name] for attribute in entity.attributes}
    return dict(columns)
