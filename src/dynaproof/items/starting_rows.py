"""The rows of one view as they were, and which rows have come and gone since.

A small view's rows are held in Python. Of a large view DuckDB holds a hash of each row and its
key, so that only rows that differ are made into items: two different rows have one hash of 64
bits with odds of some rows to 2^64.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, cast
from uuid import uuid4

import duckdb
import orjson

from dynaproof.facts.quoting import quoted
from dynaproof.items.item_views import Key, Row, TypedView, rows_of
from dynaproof.model.definition import Definition

MOST_ROWS_HELD = 1_000
"""Beyond, DuckDB finds the rows that differ faster than Python."""


@dataclass(frozen=True, slots=True)
class RowChanges:
    """Rows that were not there before (each as often as it is new), and keys that are gone."""

    added: Sequence[Row]
    gone: frozenset[Key]


class StartingRows(Protocol):
    """What both forms can tell."""

    view: TypedView

    def rows(self) -> Sequence[Row]:
        """All rows as they were, or as they are now where none are held."""

    def changes(self) -> RowChanges:
        """What differs now."""

    def holding(self, keys: Collection[Key]) -> Sequence[Row]:
        """Rows under some keys that are there now and were there before."""

    def close(self) -> None:
        """Give up what DuckDB holds."""


def starting_rows(
    connection: duckdb.DuckDBPyConnection,
    view: TypedView,
    definition: Definition,
    most_held: int = MOST_ROWS_HELD,
) -> StartingRows:
    """Take down the rows of a view as they are now; raises ViewFailedError."""
    rows = rows_of(
        connection, view, definition, f"SELECT * FROM ({view.sql}) LIMIT {most_held + 1}"
    )
    if len(rows) <= most_held:
        return _HeldRows(connection, view, definition, rows)
    return _HashedRows(connection, view, definition)


class _HeldRows:
    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        view: TypedView,
        definition: Definition,
        rows: list[Row],
    ) -> None:
        self.view = view
        self._connection = connection
        self._definition = definition
        self._rows = rows
        self._counted = Counter(map(_token, rows))
        self._by_key: dict[Key, Row] | None = None

    def rows(self) -> Sequence[Row]:
        return self._rows

    def changes(self) -> RowChanges:
        now = rows_of(self._connection, self.view, self._definition)
        tokens = [_token(row) for row in now]
        counted = Counter(tokens)
        if counted == self._counted:
            return RowChanges((), frozenset())
        new = counted - self._counted
        rows = dict(zip(tokens, now, strict=True))
        added = [rows[token] for token, times in new.items() for _ in range(times)]
        lost = (self._counted - counted).keys()
        gone = (self.view.key(row) for row in self._rows if _token(row) in lost)
        return RowChanges(added, frozenset(key for key in gone if key is not None))

    def holding(self, keys: Collection[Key]) -> Sequence[Row]:
        if self._by_key is None:
            found = ((self.view.key(row), row) for row in self._rows)
            self._by_key = {key: row for key, row in found if key is not None}
        return [self._by_key[key] for key in keys if key in self._by_key]

    def close(self) -> None:
        self._rows = []


class _HashedRows:
    def __init__(
        self, connection: duckdb.DuckDBPyConnection, view: TypedView, definition: Definition
    ) -> None:
        self.view = view
        self._connection = connection
        self._definition = definition
        self._table = quoted(f"dynaproof {uuid4().hex}")
        self._keys = view.names(view.key_columns)
        # A number's column may be whole in one view and text in another: alike as DOUBLE.
        self._hashed_keys = ", ".join(
            f"CAST(c{place} AS DOUBLE)" if key.type == "N" else f"c{place}"
            for place, key in enumerate(view.table.key_attributes)
        )
        self._run(
            f"CREATE TEMP TABLE {self._table} AS SELECT hash({view.names()}) AS h,"
            f" hash({self._hashed_keys}) AS k, {self._keys} FROM ({view.sql})"
        )
        self._count = self._number(f"SELECT count(*) FROM {self._table}")

    def rows(self) -> Sequence[Row]:
        return self._run(self.view.sql)

    def changes(self) -> RowChanges:
        width, keys = len(self.view.columns), len(self.view.key_columns)
        gone_keys = ", ".join(f"was.c{place}" for place in range(keys))
        differing = self._run(
            f"SELECT now.*, {gone_keys}"
            f" FROM (SELECT *, hash({self.view.names()}) AS h FROM ({self.view.sql})) AS now"
            f" FULL JOIN {self._table} AS was ON now.h = was.h"
            " WHERE now.h IS NULL OR was.h IS NULL"
        )
        added = [row[:width] for row in differing if row[width] is not None]
        gone = [self.view.key(row[width + 1 :]) for row in differing if row[width] is None]
        count = self._number(f"SELECT count(*) FROM ({self.view.sql})")
        if count - len(added) != self._count - len(gone):
            added += self._repeated(added)
        return RowChanges(added, frozenset(key for key in gone if key is not None))

    def holding(self, keys: Collection[Key]) -> Sequence[Row]:
        if not keys:
            return ()
        values = [self._plain(key) for key in keys]
        lists = [list(column) for column in zip(*values, strict=True)]
        asked = f"SELECT hash({', '.join(f'unnest(${n + 1})' for n in range(len(lists)))})"
        near = self._run(f"SELECT {self._keys} FROM {self._table} WHERE k IN ({asked})", lists)
        wanted = {key for row in near if (key := self.view.key(row)) in keys}
        if not wanted:
            return ()
        rows = self._run(
            f"SELECT * FROM ({self.view.sql}) WHERE hash({self._hashed_keys}) IN ({asked})"
            f" AND hash({self.view.names()}) IN (SELECT h FROM {self._table})",
            lists,
        )
        return list({_token(row): row for row in rows if self.view.key(row) in wanted}.values())

    def close(self) -> None:
        self._connection.execute(f"DROP TABLE IF EXISTS {self._table}")

    def _plain(self, key: Key) -> list[str | float | bytes]:
        """The values of a key, as they are hashed."""
        typed = orjson.loads(key[1])
        plain: list[str | float | bytes] = []
        for attribute in self.view.table.key_attributes:
            text = str(typed[attribute.name][attribute.type])
            match attribute.type:
                case "S":
                    plain.append(text)
                case "N":
                    plain.append(float(text))
                case "B":
                    plain.append(base64.b64decode(text))
        return plain

    def _repeated(self, added: Sequence[Row]) -> list[Row]:
        """Rows alike to one that was there before, each as often as it is there more than once."""
        known = {_token(row) for row in added}
        rows = self._run(
            f"SELECT *, count(*) FROM ({self.view.sql}) GROUP BY ALL HAVING count(*) > 1"
        )
        return [
            row[:-1]
            for row in rows
            if _token(row[:-1]) not in known
            for _ in range(cast(int, row[-1]) - 1)
        ]

    def _run(self, sql: str, values: object = None) -> list[Row]:
        return rows_of(self._connection, self.view, self._definition, sql, values)

    def _number(self, sql: str) -> int:
        [(number,)] = self._run(sql)
        return cast(int, number)


def _token(row: Row) -> object:
    """What is equal for equal rows and can be hashed."""
    try:
        hash(row)
    except TypeError:  # lists and structs
        return repr(row)
    return row
