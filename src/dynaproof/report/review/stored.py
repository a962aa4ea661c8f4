"""The tables as modellers know them: item collections, coloured by item type, keys first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dynaproof.model.attribute_value import as_typed, from_attribute_value, from_wire
from dynaproof.model.table import KeyAttribute, Table
from dynaproof.proof.results import CollectionSizes, TableResult
from dynaproof.proof.sampled_items import SampledCollection, SampledItem
from dynaproof.report.figures import bytes_text, counted
from dynaproof.report.plain_values import printable, value_text
from dynaproof.report.review.run_file import RunFile
from dynaproof.report.stored_tables import billing_text, index_text, keys_text

COLOURS = 8
"""Item types that have a colour of their own; each has a label beside it anyway."""
LONGEST_VALUE = 90
"""Characters of a value in a cell; the rest is folded."""
FIRST_ROWS = 3
"""Items of a collection in sight; the others are folded."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an item: its DynamoDB type, its text, and what of it is folded."""

    name: str
    type: str
    text: str
    folded: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item; ``gap`` counts the items left out before it."""

    position: int
    item_type: str
    colour: int
    size: str
    sort_key: tuple[Attribute, ...]
    attributes: tuple[Attribute, ...]
    gap: int


@dataclass(frozen=True, slots=True)
class CollectionView:
    """An item collection: its head and some of its items."""

    partition_key: str
    told: str
    rows: Sequence[ItemRow]
    folded: Sequence[ItemRow]
    left: int


@dataclass(frozen=True, slots=True)
class CollectionsView:
    """Collections of a table, or of an index."""

    label: str
    anchor: str
    keys: str
    partition_key: str
    sort_key: str
    projects: str
    told: str
    collections: Sequence[CollectionView]


@dataclass(frozen=True, slots=True)
class ItemTypeView:
    """An item type and its sizes."""

    name: str
    colour: int
    key: str
    items: str
    least: str
    mean: str
    most: str
    total: str


@dataclass(frozen=True, slots=True)
class TableView:
    """A table: what it is, its item types, its collections and those of its indexes."""

    name: str
    anchor: str
    lines: Sequence[str]
    told: str
    item_types: Sequence[ItemTypeView]
    parts: Sequence[CollectionsView]


@dataclass(frozen=True, slots=True)
class HotKey:
    """How much of a table or index the largest collection holds."""

    label: str
    anchor: str
    collections: int
    items: int
    bytes: str
    key: str
    largest: str
    share: str
    share_of_bytes: str
    percent: float


def table_views(run: RunFile, anchors: Mapping[str, str]) -> list[TableView]:
    """The tables in the order of the run; ``anchors`` by table, and by table/index."""
    return [_table(one, run, anchors) for one in run.result.tables]


def hot_keys(run: RunFile, anchors: Mapping[str, str]) -> list[HotKey]:
    """Item collections of every table and index, and the share of the largest."""
    return [
        _hot(sizes, anchors[_label(sizes)])
        for table in run.result.tables
        for sizes in table.collections
    ]


def _label(sizes: CollectionSizes) -> str:
    return f"{sizes.table}/{sizes.index}" if sizes.index else sizes.table


def _hot(sizes: CollectionSizes, anchor: str) -> HotKey:
    largest = sizes.largest[0] if sizes.largest else None
    share = largest.items / sizes.items if largest and sizes.items else 0.0
    weight = largest.bytes / sizes.bytes if largest and sizes.bytes else 0.0
    return HotKey(
        printable(_label(sizes)),
        anchor,
        sizes.collections,
        sizes.items,
        bytes_text(sizes.bytes),
        printable(largest.partition_key) if largest else "",
        f"{largest.items:,} ({bytes_text(largest.bytes)})" if largest else "",
        f"{share:.1%}" if largest else "",
        f"{weight:.1%}" if largest else "",
        round(100 * share, 1),
    )


def _table(one: TableResult, run: RunFile, anchors: Mapping[str, str]) -> TableView:
    table = one.table
    colours = {size.item_type: number % COLOURS for number, size in enumerate(one.sizes)}
    switches = [billing_text(table.throughput)]
    switches += ["deletion protection"] if table.deletion_protection else []
    switches += [f"stream of {table.stream.replace('_', ' ')}"] if table.stream else []
    switches += [f"time to live in {table.ttl_attribute}"] if table.ttl_attribute else []
    lines = [keys_text(table.key_attributes), "; ".join(switches)]
    lines += [index_text(index) for index in table.indexes]
    return TableView(
        printable(table.name),
        anchors[table.name],
        [printable(line) for line in lines],
        f"{counted(one.items, 'item')}, {bytes_text(one.bytes)}",
        [
            ItemTypeView(
                printable(size.item_type),
                colours[size.item_type],
                ", ".join(
                    f"{printable(name)} = {printable(template)}"
                    for name, template in run.key_templates.get((table.name, size.item_type), ())
                ),
                f"{size.items:,}",
                bytes_text(size.min_bytes) if size.items else "",
                bytes_text(size.total_bytes // size.items) if size.items else "",
                bytes_text(size.max_bytes) if size.items else "",
                bytes_text(size.total_bytes),
            )
            for size in one.sizes
        ],
        [_collections(table, sizes, colours, anchors[_label(sizes)]) for sizes in one.collections],
    )


def _collections(
    table: Table, sizes: CollectionSizes, colours: Mapping[str, int], anchor: str
) -> CollectionsView:
    index = table.index(sizes.index) if sizes.index else None
    partition: tuple[KeyAttribute, ...] = (table.partition_key,)
    sort: tuple[KeyAttribute, ...] = (table.sort_key,) if table.sort_key else ()
    if index is not None:
        partition, sort = index.partition_key, index.sort_key
    kind = {"global": "Global", "local": "Local"}
    names = [key.name for key in partition], [key.name for key in sort]
    return CollectionsView(
        f"{kind[index.kind]} secondary index {printable(index.name)}" if index else "Table",
        anchor,
        keys_text((*partition, *sort)),
        printable(" / ".join(names[0])),
        printable(" / ".join(names[1])),
        printable(index_text(index).rpartition("; ")[2]) if index else "",
        f"{counted(sizes.collections, 'item collection')}, {counted(sizes.items, 'item')}, "
        f"{bytes_text(sizes.bytes)}",
        [_collection(one, sizes.collections, names[0], names[1], colours) for one in sizes.samples],
    )


def _collection(
    one: SampledCollection,
    number: int,
    partition: Sequence[str],
    sort: Sequence[str],
    colours: Mapping[str, int],
) -> CollectionView:
    rows: list[ItemRow] = []
    before = 0
    for item in one.sample:
        rows.append(_item(item, item.position - before - 1, partition, sort, colours))
        before = item.position
    rank = {1: "largest", number: "smallest"}.get(one.rank, f"number {one.rank:,} by size")
    if number == 1:
        rank = "the only one"
    return CollectionView(
        printable(one.partition_key),
        f"{counted(one.items, 'item')}, {bytes_text(one.bytes)}; {rank} of {number:,}"
        if number > 1
        else f"{counted(one.items, 'item')}, {bytes_text(one.bytes)}; {rank}",
        rows[:FIRST_ROWS],
        rows[FIRST_ROWS:],
        max(one.items - before, 0),
    )


def _item(
    item: SampledItem,
    gap: int,
    partition: Sequence[str],
    sort: Sequence[str],
    colours: Mapping[str, int],
) -> ItemRow:
    attributes = {name: _attribute(name, typed) for name, typed in item.attributes.items()}
    attributes |= {
        name: Attribute(printable(name), "", printable(text[:LONGEST_VALUE]), cut=True)
        for name, text in item.beginnings.items()
    }
    return ItemRow(
        item.position,
        printable(item.item_type),
        colours.get(item.item_type, 0),
        bytes_text(item.bytes),
        tuple(attributes[name] for name in sort if name in attributes),
        tuple(
            one for name, one in attributes.items() if name not in sort and name not in partition
        ),
        gap,
    )


def _attribute(name: str, typed: object) -> Attribute:
    value = as_typed(typed)
    kind, text = next(iter(value)), value_text(from_attribute_value(from_wire(value)))
    if len(text) <= LONGEST_VALUE + 20:
        return Attribute(printable(name), kind, text)
    return Attribute(printable(name), kind, text[:LONGEST_VALUE], text)
