"""The facts: the entities of a definition as tables of an in-memory DuckDB.

SQL of a definition can read the tables and nothing else: when the first of it runs, files,
network, extensions and settings are locked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING

import duckdb

from dynaproof.facts.entity_check import generation_order
from dynaproof.facts.open_connections import breakable
from dynaproof.facts.quoting import quoted
from dynaproof.facts.schema import Schema, create_tables, staging_table
from dynaproof.model.codes import Code
from dynaproof.model.definition import SourceMap
from dynaproof.model.diagnostic import DynaproofError, EnvironmentFault
from dynaproof.model.entity import Entity

if TYPE_CHECKING:  # numpy and pyarrow are loaded only when rows are made
    from dynaproof.facts.generation import Progress

Row = Mapping[str, object]
"""A row of an entity: every column, with Python values as DuckDB gives them back."""

MEMORY_LIMIT = "400MB"
"""What DuckDB keeps in memory before it spills to the temporary folder."""
FIRST_INSTANT = datetime(2026, 1, 1, tzinfo=UTC)
"""The clock of facts without a timestamp."""


class Facts:
    """Tables of facts. Close them, or use them as a context manager."""

    def __init__(self, memory_limit: str = MEMORY_LIMIT) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="dynaproof-facts-")
        self.connection = breakable(
            duckdb.connect(
                ":memory:",
                config={
                    "memory_limit": memory_limit,
                    "temp_directory": self._folder.name,
                    "python_enable_replacements": "false",
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                },
            )
        )
        # Without it, times with a zone would be shown, and compared with dates, as the machine's is.
        self.connection.execute("SET GLOBAL TimeZone = 'UTC'")
        self._schema = Schema()
        self._newest: datetime | None = None
        self._inserts: dict[str, duckdb.Statement] = {}

    @classmethod
    def generate(
        cls,
        entities: Sequence[Entity],
        *,
        seed: int,
        folder: str,
        places: SourceMap,
        progress: Progress | None = None,
        memory_limit: str = MEMORY_LIMIT,
    ) -> Facts:
        """Make all rows from the seed and read datasets.

        Raises InputError with all findings at once, EnvironmentFault where there is no room.
        """
        from dynaproof.facts.generation import Generation, plan_rows

        facts = cls(memory_limit)
        try:
            facts._schema = create_tables(
                facts.connection, entities, folder=folder, places=places, rows=True
            )
            facts._lock()
            entities = facts._schema.entities
            read = {e.name: facts._rows(staging_table(e.name)) for e in entities if e.dataset}
            plan = plan_rows(entities, seed=seed, places=places, dataset_rows=read)
            generation = Generation(facts.connection, facts._schema, plan, seed, places, progress)
            for entity in generation_order(entities):
                generation.fill(entity)
                facts._drop_staging([entity])
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            facts.close()
            raise _no_space(memory_limit, str(error)) from error
        except BaseException:
            facts.close()
            raise
        return facts

    @classmethod
    def declare(cls, entities: Sequence[Entity], *, folder: str, places: SourceMap) -> Facts:
        """Make the same tables without rows, quickly: what is needed to check SQL."""
        facts = cls()
        try:
            facts._schema = create_tables(
                facts.connection, entities, folder=folder, places=places, rows=False
            )
            facts._drop_staging(entities)
            facts._lock()
        except BaseException:
            facts.close()
            raise
        return facts

    @property
    def entities(self) -> tuple[str, ...]:
        """The names of the entities."""
        return tuple(entity.name for entity in self._schema.entities)

    def columns(self, entity: str) -> dict[str, str]:
        """The columns of an entity and their DuckDB types, in order."""
        return self._schema.columns(entity)

    @property
    def schema(self) -> Schema:
        """The entities with all columns of their datasets, and the columns' types."""
        return self._schema

    def replace(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Hold these rows and no others; entities that are not named become empty.

        Not within a transaction. The clock follows the new rows. Raises ValueError for an
        unknown entity, KeyError for a row without one of its columns; nothing is changed then.
        """
        unknown = rows.keys() - set(self.entities)
        if unknown:
            raise ValueError(f"there is no entity '{min(unknown)}'")
        columns = {
            entity: [[row[name] for row in rows.get(entity, ())] for name in self.columns(entity)]
            for entity in self.entities
        }
        self._newest = None
        self.connection.begin()
        try:
            for entity, values in columns.items():
                self.connection.execute(f"TRUNCATE {quoted(entity)}")
                if rows.get(entity):
                    self.connection.execute(self._insert(entity), values)
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def snapshot(self) -> Mapping[str, tuple[Row, ...]]:
        """All rows of all entities, in the order in which they are stored."""
        held: dict[str, tuple[Row, ...]] = {}
        for entity in self.entities:
            names = list(self.columns(entity))
            fetched = self.connection.execute(f"SELECT * FROM {quoted(entity)}").fetchall()
            held[entity] = tuple(dict(zip(names, row, strict=True)) for row in fetched)
        return held

    def row_count(self, entity: str) -> int:
        """How many rows an entity has now."""
        return self._rows(entity)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Another connection to the same facts, for another thread; closed by its user."""
        return breakable(self.connection.cursor())

    def clock(self, index: int) -> datetime:
        """The instant ``index + 1`` seconds after the newest timestamp of the generated facts."""
        if self._newest is None:
            self._newest = self._newest_timestamp()
        return self._newest + timedelta(seconds=index + 1)

    def absent_value(self, entity: str, attribute: str) -> object:
        """A value of the attribute's type and look that no row has; None if there is none."""
        from dynaproof.facts.absence import absent_value

        type_ = self._schema.columns(entity)[attribute]
        return absent_value(self.connection, entity, attribute, type_)

    def close(self) -> None:
        """Close the connection and remove the temporary folder; may be called again."""
        self.connection.close()
        self._folder.cleanup()

    def __enter__(self) -> Facts:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _lock(self) -> None:
        self.connection.execute("SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")

    def _insert(self, entity: str) -> duckdb.Statement:
        """One list for each column: one statement, parsed once, for any number of rows."""
        if entity not in self._inserts:
            lists = ", ".join(f"unnest(?::{type_}[])" for type_ in self.columns(entity).values())
            sql = f"INSERT INTO {quoted(entity)} SELECT {lists}"
            [self._inserts[entity]] = self.connection.extract_statements(sql)
        return self._inserts[entity]

    def _rows(self, table: str) -> int:
        [(count,)] = self.connection.execute(f"SELECT count(*) FROM {quoted(table)}").fetchall()
        return int(count)

    def _drop_staging(self, entities: Sequence[Entity]) -> None:
        for entity in entities:
            self.connection.execute(f"DROP TABLE IF EXISTS {quoted(staging_table(entity.name))}")

    def _newest_timestamp(self) -> datetime:
        newest: list[datetime] = []
        for entity in self.entities:
            for name, type_ in self.columns(entity).items():
                if type_ == "TIMESTAMP":
                    query = f"SELECT max({quoted(name)}) FROM {quoted(entity)}"
                    [(found,)] = self.connection.execute(query).fetchall()
                    if found is not None:
                        newest.append(found.replace(tzinfo=UTC))
        return max(newest, default=FIRST_INSTANT)


def _no_space(memory_limit: str, reason: str) -> DynaproofError:
    return EnvironmentFault.of(
        Code.NO_SPACE,
        f"the facts need more than {memory_limit} of memory and there is no room to spill:"
        f" {reason.splitlines()[0]}",
        hint=f"Make room in {tempfile.gettempdir()}, or lower the counts of the entities.",
    )
