"""Generated entities, loaded into DuckDB in chunks of rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from dynaproof.facts.column_maker import ColumnMaker
from dynaproof.facts.columns import Column, ParentColumn, StoredColumn
from dynaproof.facts.entity_check import attribute_order, generation_order
from dynaproof.facts.quoting import quoted
from dynaproof.facts.randomness import Rows
from dynaproof.facts.row_counts import row_counts
from dynaproof.facts.schema import Schema, staging_table
from dynaproof.facts.values import estimated_bytes
from dynaproof.model.codes import Code
from dynaproof.model.definition import SourceMap
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.entity import MAX_ROWS, Each, Entity, Generator, References

CHUNK_ROWS = 65_536
_CHUNK_BYTES = 32_000_000
_CHUNK = "rows of a chunk"  # no entity can be called so

Progress = Callable[[str, int], None]
"""Called with an entity's name and how many rows of it are there."""


@dataclass(frozen=True)
class Plan:
    """How many rows every entity has; ``counts`` has the rows of each parent row."""

    rows: Mapping[str, int]
    counts: Mapping[str, Rows]


def plan_rows(
    entities: Sequence[Entity], *, seed: int, places: SourceMap, dataset_rows: Mapping[str, int]
) -> Plan:
    """Count all rows before any is made; raises InputError where there are too many."""
    rows: dict[str, int] = dict(dataset_rows)
    counts: dict[str, Rows] = {}
    findings: list[Diagnostic] = []
    for entity in generation_order(entities):
        if entity.each is not None:
            each = entity.each
            drawn = row_counts(each.count, seed=seed, entity=entity.name, parents=rows[each.entity])
            counts[entity.name] = drawn
            rows[entity.name] = int(drawn.sum())
        elif entity.dataset is None:
            rows[entity.name] = entity.rows or 0
        if rows[entity.name] > MAX_ROWS:
            findings.append(_too_many(entity, rows, places))
            rows[entity.name] = 0
    if findings:
        raise InputError(*findings)
    return Plan(rows, counts)


def _too_many(entity: Entity, rows: Mapping[str, int], places: SourceMap) -> Diagnostic:
    key = "each" if entity.each else "from" if entity.dataset else "count"
    count = f"more than {MAX_ROWS:,}" if entity.dataset else f"{rows[entity.name]:,}"
    return Diagnostic(
        Code.TOO_MANY_ROWS,
        f"entity '{entity.name}' would have {count} rows",
        places.place("entities", entity.name, key),
        f"The limit is {MAX_ROWS:,} rows.",
    )


@dataclass(frozen=True)
class Generation:
    """Makes the rows of entities whose tables are there, empty, as ``schema`` says."""

    connection: duckdb.DuckDBPyConnection
    schema: Schema
    plan: Plan
    seed: int
    places: SourceMap
    progress: Progress | None = None

    def fill(self, entity: Entity) -> None:
        """Make the rows of one entity, and load them chunk by chunk."""
        columns = self._columns(entity)
        total = self.plan.rows[entity.name]
        step = _chunk_rows(entity)
        names = list(self.schema.columns(entity.name))
        for start in range(0, total, step):
            stop = min(start + step, total)
            arrays = [columns[name].values(start, stop) for name in names]
            self._load(entity.name, pa.table(arrays, names=names))
            if self.progress is not None:
                self.progress(entity.name, stop)
        if total == 0 and self.progress is not None:
            self.progress(entity.name, 0)

    def _load(self, entity: str, chunk: pa.Table) -> None:
        self.connection.register(_CHUNK, chunk)
        try:
            self.connection.execute(f"INSERT INTO {quoted(entity)} SELECT * FROM {quoted(_CHUNK)}")
        finally:
            self.connection.unregister(_CHUNK)

    def _columns(self, entity: Entity) -> dict[str, Column]:
        maker = ColumnMaker(
            entity.name,
            self.plan.rows[entity.name],
            self.seed,
            self._fetch,
            lambda name: self.places.place("entities", entity.name, "attributes", name),
        )
        columns: dict[str, Column] = {}
        if entity.each is not None:
            columns[entity.each.name] = self._parent_column(entity, entity.each)
        if entity.dataset is not None:
            table = staging_table(entity.name)
            for attribute in entity.attributes:
                if attribute.source is None:
                    columns[attribute.name] = StoredColumn(self._fetch(table, attribute.name))
        for attribute in attribute_order(entity):
            match attribute.source:
                case Generator() as generator:
                    columns[attribute.name] = maker.generated(attribute, generator)
                case References() as references:
                    columns[attribute.name] = maker.references(attribute, references, columns)
        return columns

    def _parent_column(self, entity: Entity, each: Each) -> ParentColumn:
        ends = np.cumsum(self.plan.counts[entity.name])
        return ParentColumn(self._fetch(each.entity, each.attribute), ends)

    def _fetch(self, table: str, column: str) -> pa.Array:
        query = f"SELECT {quoted(column)} FROM {quoted(table)}"
        fetched = self.connection.sql(query).to_arrow_table().column(0)
        return fetched.combine_chunks() if fetched.num_chunks else pa.nulls(0, fetched.type)


def _chunk_rows(entity: Entity) -> int:
    """Fewer rows at a time where values are large, so that memory stays flat."""
    width = sum(
        estimated_bytes(attribute.source) if isinstance(attribute.source, Generator) else 32
        for attribute in entity.attributes
    )
    return max(1, min(CHUNK_ROWS, _CHUNK_BYTES // max(width, 1)))
