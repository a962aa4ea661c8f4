"""Which items the facts imply, and how a change of the facts changes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType

import duckdb

from dynaproof.facts.sql import run_change
from dynaproof.facts.statement_clock import StatementClock
from dynaproof.items.entities_of_sql import changed_entities
from dynaproof.items.item_views import (
    Key,
    MadeItem,
    TypedItem,
    TypedView,
    ViewFailedError,
    item_views,
    rows_of,
)
from dynaproof.items.starting_rows import MOST_ROWS_HELD, StartingRows, starting_rows
from dynaproof.items.storable import Faults
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.model.table import Table

Change = tuple[str, Mapping[str, object]]
"""SQL that ``check_change`` let pass, and values for its parameters (there may be more)."""


@dataclass(frozen=True, slots=True)
class Collision:
    """One key that the facts give to more than one item: one would overwrite the other."""

    key: Key
    items: tuple[MadeItem, ...]


@dataclass(frozen=True, slots=True)
class ExpectedItems:
    """All items that the facts imply, by key; under a key that collides, the first of its items.

    ``faults``: views that fail on the rows, items that DynamoDB would refuse.
    """

    items: Mapping[Key, TypedItem]
    item_types: Mapping[Key, str]
    collisions: tuple[Collision, ...] = ()
    faults: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectedChanges:
    """The items that differ after a change; None for an item that is gone.

    ``item_types`` names those that are there; collisions and faults are of what is new.
    """

    items: Mapping[Key, TypedItem | None] = field(default_factory=dict)
    item_types: Mapping[Key, str] = field(default_factory=dict)
    collisions: tuple[Collision, ...] = ()
    faults: tuple[Diagnostic, ...] = ()


def expected_items(
    connection: duckdb.DuckDBPyConnection,
    definition: Definition,
    views: Sequence[TypedView] | None = None,
) -> ExpectedItems:
    """All items of all tables of the facts as they stand; meant for few facts.

    ``views``, from ``item_views``, spare making them anew. Collisions and faults of the facts are
    given back; raises InputError only where the definition itself is wrong.
    """
    faults, failed = Faults(definition), list[Diagnostic]()
    made: list[MadeItem] = []
    for view in item_views(connection, definition) if views is None else views:
        try:
            rows = rows_of(connection, view, definition)
        except ViewFailedError as error:
            failed += error.diagnostics
            continue
        made += _items(view, rows, faults)
    return _expected(made, failed, faults)


class ItemChanges:
    """How the items change with changes of the facts that were there when this was made.

    The facts stay as they are: a change is made in a transaction that is rolled back. The
    connection must be in none. Close it, or use it as a context manager.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        definition: Definition,
        views: Sequence[TypedView] | None = None,
        *,
        most_rows_held: int = MOST_ROWS_HELD,
    ) -> None:
        """Take down the items as they are; raises InputError where a view fails."""
        self._connection = connection
        self._clock = StatementClock()
        self._definition = definition
        self._entities = frozenset(entity.name.lower() for entity in definition.entities)
        self._starts: list[StartingRows] = []
        try:
            for view in item_views(connection, definition) if views is None else views:
                self._starts.append(starting_rows(connection, view, definition, most_rows_held))
        except BaseException:
            self.close()
            raise

    def starting_items(self) -> ExpectedItems:
        """All items before any change; meant for few facts."""
        faults = Faults(self._definition)
        made = [item for s in self._starts for item in _items(s.view, s.rows(), faults)]
        return _expected(made, [], faults)

    def after(self, changes: Sequence[Change]) -> ExpectedChanges:
        """The items that differ after some changes, one after another.

        Raises SqlError where a change fails on the facts; its place is the caller's to work out.
        """
        touched: set[str] = set()
        for sql, _ in changes:
            touched |= changed_entities(sql, self._entities)
        if not touched:
            return ExpectedChanges()
        self._connection.execute("BEGIN TRANSACTION")
        try:
            for sql, values in changes:
                run_change(self._connection, sql, values, clock=self._clock)
            return self._differing(touched)
        except ViewFailedError as error:
            return ExpectedChanges(faults=error.diagnostics)
        finally:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Give up what is held of the starting items; may be called again."""
        for start in self._starts:
            start.close()
        self._starts = []

    def __enter__(self) -> ItemChanges:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _differing(self, touched: set[str]) -> ExpectedChanges:
        items: dict[Key, TypedItem | None] = {}
        item_types: dict[Key, str] = {}
        collisions: list[Collision] = []
        faults = Faults(self._definition)
        for table in self._definition.tables:
            for key, made in self._of_table(table, touched, faults).items():
                items[key] = made[0].item if made else None
                if made:
                    item_types[key] = made[0].item_type
                if len(made) > 1:
                    collisions.append(Collision(key, tuple(made)))
        return ExpectedChanges(items, item_types, tuple(collisions), faults.diagnostics())

    def _of_table(
        self, table: Table, touched: set[str], faults: Faults
    ) -> dict[Key, list[MadeItem]]:
        """The keys whose items differ, and the items that are under them then."""
        starts = [start for start in self._starts if start.view.table.name == table.name]
        added: dict[Key, list[MadeItem]] = {}
        gone: dict[str, frozenset[Key]] = {}
        for start in starts:
            if start.view.entities & touched:
                changed = start.changes()
                gone[start.view.item_type.name] = changed.gone
                for item in _items(start.view, changed.added, faults):
                    added.setdefault(item.key, []).append(item)
        for start in starts if added else ():
            # An item that did not change stands in the way of a new one with the same key.
            left = added.keys() - gone.get(start.view.item_type.name, frozenset())
            for item in _items(start.view, start.holding(left), Faults(self._definition)):
                added[item.key].append(item)
        lost = {key for keys in gone.values() for key in keys} - added.keys()
        return {**{key: [] for key in sorted(lost)}, **added}


def _items(view: TypedView, rows: Iterable[tuple[object, ...]], faults: Faults) -> list[MadeItem]:
    return [item for row in rows if (item := view.item(row, faults)) is not None]


def _expected(
    made: Iterable[MadeItem], failed: Sequence[Diagnostic], faults: Faults
) -> ExpectedItems:
    by_key: dict[Key, list[MadeItem]] = {}
    for item in made:
        by_key.setdefault(item.key, []).append(item)
    return ExpectedItems(
        {key: items[0].item for key, items in by_key.items()},
        {key: items[0].item_type for key, items in by_key.items()},
        tuple(Collision(key, tuple(items)) for key, items in by_key.items() if len(items) > 1),
        (*failed, *faults.diagnostics()),
    )
