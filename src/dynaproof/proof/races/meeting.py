"""Which calls meet: the item collections that one writes, and another reads or writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from dynaproof.model.operations import request_parts
from dynaproof.model.table import Table
from dynaproof.proof.execute import Answered
from dynaproof.proof.flow import Ask
from dynaproof.proof.races.exploration import End
from dynaproof.proof.races.tables_at import Items, TablesAt
from dynaproof.proof.restore import Item, Key

Place = tuple[str, bytes]
"""A table, and a value of a partition key, be it that of the table or of an index."""
_ANY = b"*"
"""The place of what goes through a whole table."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a call and its handlers touched: items written, and places written and read."""

    items: frozenset[Key]
    written: frozenset[Place]
    read: frozenset[Place]

    def meets(self, other: Footprint) -> bool:
        """Whether what one of them does can matter to the other."""
        return (
            _overlap(self.written, other.written)
            or _overlap(self.written, other.read)
            or _overlap(self.read, other.written)
        )


def footprint(end: End, tables: TablesAt, tables_by_name: Mapping[str, Table]) -> Footprint:
    """What one schedule touched.

    A read counts for every value in its request that can be a partition key's: too many
    calls meet then rather than too few.
    """
    written: set[Place] = set()
    read: set[Place] = set()
    changed = tables.differences(end.state)
    for key, item in changed.items():
        for one in (tables.start.get(key), item):
            if one is not None:
                written.update(_partitions(tables_by_name[key[0]], key[0], one))
    for turn in end.turns:
        read.update(_asked(turn.ask, turn.answered, tables_by_name))
    return Footprint(_keys(changed), frozenset(written), frozenset(read))


def _keys(changed: Items) -> frozenset[Key]:
    return frozenset(changed)


def _partitions(table: Table, name: str, item: Item) -> Iterator[Place]:
    keys = {table.partition_key.name}
    keys |= {key.name for index in table.indexes for key in index.partition_key}
    for key in keys:
        if key in item:
            yield name, orjson.dumps(item[key])


def _asked(ask: Ask, answered: Answered, tables: Mapping[str, Table]) -> Iterator[Place]:
    if "Statement" in ask.operation or ask.operation == "ExecuteTransaction":
        yield from ((name, _ANY) for name in tables)
        return
    for part in request_parts(ask.operation, ask.arguments):
        if part.operation == "Scan":
            yield part.table, _ANY
        for given in ("Key", "Item", "ExpressionAttributeValues"):
            values = part.arguments.get(given)
            if isinstance(values, Mapping):
                yield from ((part.table, orjson.dumps(value)) for value in values.values())
    table = str(ask.arguments.get("TableName", ""))
    if table in tables:
        for item in answered.items:
            yield from _partitions(tables[table], table, item)


def _overlap(one: frozenset[Place], other: frozenset[Place]) -> bool:
    if one & other:
        return True
    named = {table for table, _ in one}, {table for table, _ in other}
    return any(value == _ANY and table in named[1] for table, value in one) or any(
        value == _ANY and table in named[0] for table, value in other
    )
