"""What differs between the tables of two definitions, and what a live table needs for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from dynaproof.model.item import ItemType
from dynaproof.model.table import SecondaryIndex, Table
from dynaproof.proof.revisions.table_texts import (
    attribute_text,
    billing_text,
    index_text,
    item_key_text,
    keys_text,
)

Effect = Literal["in place", "backfill", "migration"]
"""In place: UpdateTable and its like do it. Backfill: stored items or index entries have to be
filled in. Migration: DynamoDB cannot change it; what is there has to be made anew."""

GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide"
REFERENCE = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference"
UPDATE_TABLE = f"{REFERENCE}/API_UpdateTable.html"
LOCAL_INDEXES = f"{GUIDE}/LSI.html"
GLOBAL_INDEXES = f"{GUIDE}/GSI.OnlineOps.html"
CAPACITY_MODES = f"{GUIDE}/bp-switching-capacity-modes.html"
STREAMS = f"{GUIDE}/Streams.html"
TIME_TO_LIVE = f"{REFERENCE}/API_UpdateTimeToLive.html"
UPDATE_ITEM = f"{REFERENCE}/API_UpdateItem.html"

NEW_TABLE = "It is created; nothing is in its way."
TABLE_GONE = "Its items are lost with it: move first what is still needed."
TABLE_KEY = (
    "The key of a table cannot be changed: create a table of another name, write to both, copy "
    "the items under their new keys, read from the new one, drop the old one."
)
LOCAL_INDEX = (
    "Local secondary indexes come and go with their table alone: create a new table with the "
    "index, copy the items, drop the old one. A global secondary index could be added in place."
)
NEW_GLOBAL_INDEX = "It is created online, and backfilled from the table's items."
GLOBAL_INDEX_GONE = "It is deleted online."
GLOBAL_INDEX_ANEW = (
    "Key and projection of an index cannot be changed: create an index of another name, wait for "
    "its backfill, read from it, delete the old one."
)
ONE_AT_A_TIME = "An UpdateTable creates or deletes one global secondary index: {} of them here."
CAPACITY_MODE = (
    "UpdateTable switches it; from provisioned to on demand at most four times in 24 hours."
)
THROUGHPUT = "UpdateTable changes it."
STREAM = (
    "UpdateTable does it; another view type needs the stream disabled first, and gives a new "
    "stream, to which its readers have to be connected."
)
TTL = "UpdateTimeToLive does it; another attribute has to wait, up to an hour, for the first."
DELETION_PROTECTION = "UpdateTable changes it."
ITEM_KEYS = "A key of an item cannot be updated: items are put under the new key, and deleted."
ITEM_ATTRIBUTES = "Items stored already keep what they have until they are written again."
NEW_ITEMS = "Items of this type are written from now on, or filled in from what is there."
ITEMS_GONE = "Items of this type stay in the table until they are deleted."

T = TypeVar("T", Table, SecondaryIndex, ItemType)


@dataclass(frozen=True, slots=True)
class TableChange:
    """One difference: ``what`` of a table (or of ``part``, an index or item type of it).

    ``before`` and ``after`` are short texts, empty where there is nothing; ``advice`` says what
    it takes on a live table, ``source`` is the page of AWS that says so, empty for our own word.
    """

    table: str
    part: str
    what: str
    before: str
    after: str
    effect: Effect
    advice: str
    source: str = ""


def table_changes(old: Sequence[Table], new: Sequence[Table]) -> tuple[TableChange, ...]:
    """All differences, table by table in the order of the new definition."""
    return tuple(_table_changes(old, new))


def _table_changes(old: Sequence[Table], new: Sequence[Table]) -> Iterator[TableChange]:
    for _, before, after in _pairs(old, new):
        if before is None and after is not None:
            keys = keys_text(after.key_attributes)
            yield TableChange(after.name, "", "new table", "", keys, "in place", NEW_TABLE)
        elif before is not None and after is None:
            keys = keys_text(before.key_attributes)
            yield TableChange(before.name, "", "table gone", keys, "", "migration", TABLE_GONE)
        elif before is not None and after is not None:
            yield from _of_table(before, after)


def _of_table(old: Table, new: Table) -> Iterator[TableChange]:
    def told(
        what: str, before: str, after: str, effect: Effect, advice: str, source: str
    ) -> Iterator[TableChange]:
        if before != after:
            yield TableChange(new.name, "", what, before, after, effect, advice, source)

    # UpdateTable takes no KeySchema.
    keys = keys_text(old.key_attributes), keys_text(new.key_attributes)
    yield from told("key", *keys, "migration", TABLE_KEY, UPDATE_TABLE)
    modes = billing_text(old.throughput), billing_text(new.throughput)
    switched = (old.throughput is None) is not (new.throughput is None)
    if switched:
        yield from told("billing", *modes, "in place", CAPACITY_MODE, CAPACITY_MODES)
    else:
        yield from told("billing", *modes, "in place", THROUGHPUT, UPDATE_TABLE)
    streams = old.stream or "none", new.stream or "none"
    yield from told("stream", *streams, "in place", STREAM, STREAMS)
    attributes = old.ttl_attribute or "none", new.ttl_attribute or "none"
    yield from told("time to live", *attributes, "in place", TTL, TIME_TO_LIVE)
    kept = (
        ("on" if old.deletion_protection else "off"),
        ("on" if new.deletion_protection else "off"),
    )
    yield from told("deletion protection", *kept, "in place", DELETION_PROTECTION, UPDATE_TABLE)
    yield from _local_indexes(old, new)
    yield from _global_indexes(old, new)
    yield from _items(old, new)


def _local_indexes(old: Table, new: Table) -> Iterator[TableChange]:
    for name, before, after in _pairs(old.local_secondary_indexes, new.local_secondary_indexes):
        texts = index_text(before), index_text(after)
        if texts[0] == texts[1]:
            continue
        what = _what("local secondary index", *texts)
        yield TableChange(new.name, name, what, *texts, "migration", LOCAL_INDEX, LOCAL_INDEXES)


def _global_indexes(old: Table, new: Table) -> Iterator[TableChange]:
    found: list[TableChange] = []
    operations = 0
    effect: Effect
    for name, before, after in _pairs(old.global_secondary_indexes, new.global_secondary_indexes):
        texts = index_text(before), index_text(after)
        what = _what("global secondary index", *texts)
        if texts[0] == texts[1]:
            rates = [billing_text(one.throughput if one else None) for one in (before, after)]
            # An index follows its table in and out of on demand.
            if rates[0] != rates[1] and (old.throughput is None) is (new.throughput is None):
                what = "throughput of the global secondary index"
                found.append(
                    TableChange(
                        new.name,
                        name,
                        what,
                        rates[0],
                        rates[1],
                        "in place",
                        THROUGHPUT,
                        UPDATE_TABLE,
                    )
                )
            continue
        if before is None:
            effect, advice = "backfill", NEW_GLOBAL_INDEX
        elif after is None:
            effect, advice = "in place", GLOBAL_INDEX_GONE
        else:
            effect, advice = "migration", GLOBAL_INDEX_ANEW
        operations += 2 if effect == "migration" else 1
        found.append(TableChange(new.name, name, what, *texts, effect, advice, GLOBAL_INDEXES))
    for change in found:
        if operations > 1 and change.source == GLOBAL_INDEXES:
            advice = f"{change.advice} {ONE_AT_A_TIME.format(operations)}"
            yield replace(change, advice=advice)
        else:
            yield change


def _items(old: Table, new: Table) -> Iterator[TableChange]:
    for _, before, after in _pairs(old.items, new.items):
        if before is None and after is not None:
            yield TableChange(
                new.name,
                after.name,
                "new item type",
                "",
                item_key_text(after),
                "backfill",
                NEW_ITEMS,
            )
        elif before is not None and after is None:
            yield TableChange(
                new.name,
                before.name,
                "item type gone",
                item_key_text(before),
                "",
                "backfill",
                ITEMS_GONE,
            )
        elif before is not None and after is not None:
            yield from _item_type(new.name, before, after)


def _item_type(table: str, old: ItemType, new: ItemType) -> Iterator[TableChange]:
    keys = item_key_text(old), item_key_text(new)
    if keys[0] != keys[1]:
        yield TableChange(
            table, new.name, "key of the item type", *keys, "migration", ITEM_KEYS, UPDATE_ITEM
        )
    before, after = (
        {one.name: attribute_text(one) for one in item.attributes} for item in (old, new)
    )
    differing = [name for name in after | before if before.get(name) != after.get(name)]
    if differing:
        texts = [
            ", ".join(one[name] for name in differing if name in one) for one in (before, after)
        ]
        what = "attributes of the item type"
        yield TableChange(table, new.name, what, texts[0], texts[1], "backfill", ITEM_ATTRIBUTES)
    if " ".join(old.source.split()) != " ".join(new.source.split()):
        texts = [" ".join(one.source.split()) for one in (old, new)]
        what = "view of the item type"
        yield TableChange(table, new.name, what, texts[0], texts[1], "backfill", ITEM_ATTRIBUTES)


def _pairs(old: Sequence[T], new: Sequence[T]) -> Iterator[tuple[str, T | None, T | None]]:
    """By name: those of the new definition in their order, then those that are gone."""
    before = {one.name: one for one in old}
    names = {one.name for one in new}
    yield from ((one.name, before.get(one.name), one) for one in new)
    yield from ((one.name, one, None) for one in old if one.name not in names)


def _what(part: str, before: str, after: str) -> str:
    if not before:
        return f"new {part}"
    return part if after else f"{part} gone"
