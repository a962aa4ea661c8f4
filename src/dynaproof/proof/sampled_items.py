"""A few item collections of a table or an index, with some of their items: what a model looks like.

The choice is the same for the same items: the largest collection, the smallest, some in between,
and for each item type the largest collection that has it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dynaproof.items.stored import TableItems
from dynaproof.items.views import index_column, key_column, projected_names
from dynaproof.model.table import KeyAttribute

MOST_COLLECTIONS = 8
FIRST_ITEMS = 8
MOST_ITEMS = 24
LONGEST_VALUE = 1_000
"""Characters of an attribute's JSON; of a longer one only the beginning is kept."""
BEGINNING = 200


@dataclass(frozen=True, slots=True)
class SampledItem:
    """One item as its table or index holds it; attribute values as in the JSON protocol.

    ``position`` counts from 1 in the order of the sort key. ``beginnings`` has the first
    characters of attributes that are too long to be kept, and that ``attributes`` lacks.
    """

    position: int
    item_type: str
    bytes: int
    attributes: Mapping[str, object]
    beginnings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SampledCollection:
    """An item collection and some of its items; ``items`` counts all of them.

    ``rank`` is its place among all collections, 1 for the largest.
    """

    partition_key: str
    rank: int
    items: int
    bytes: int
    sample: tuple[SampledItem, ...]


def sampled_collections(items: TableItems, index_name: str | None) -> tuple[SampledCollection, ...]:
    """Choose collections of the table (None) or of an index, the largest first."""
    table = items.table
    index = table.index(index_name) if index_name is not None else None
    if index is None:
        keys: tuple[KeyAttribute, ...] = (table.partition_key,)
        sort: tuple[KeyAttribute, ...] = (table.sort_key,) if table.sort_key else ()
        measure, kept = "bytes", None
    else:
        keys, sort = index.partition_key, index.sort_key
        measure, kept = index_column(index.name), projected_names(table, index)
    columns = [key_column(key.name) for key in keys]
    label = " || ' / ' || ".join(f"CAST({column} AS VARCHAR)" for column in columns)
    ranked = (
        f"SELECT *, row_number() OVER (ORDER BY items DESC, bytes DESC, label) AS rank,"
        f" count(*) OVER () AS collections FROM (SELECT {', '.join(columns)}, {label} AS label,"
        f" count(*) AS items, sum({measure})::BIGINT AS bytes, list_distinct(list(item_type))"
        f" AS item_types FROM {items.relation} WHERE {measure} IS NOT NULL"
        f" GROUP BY {', '.join(columns)})"
    )
    execute = items.connection.execute
    firsts = execute(
        f"WITH ranked AS ({ranked}) SELECT min(rank), any_value(collections) FROM"
        f" (SELECT rank, collections, unnest(item_types) AS item_type FROM ranked)"
        f" GROUP BY item_type ORDER BY 1"
    ).fetchall()
    if not firsts:
        return ()
    ranks = _chosen([row[0] for row in firsts], firsts[0][1])
    found = execute(
        f"SELECT label, rank, items, bytes, {', '.join(columns)} FROM ({ranked})"
        f" WHERE rank IN ({', '.join(map(str, ranks))}) ORDER BY rank"
    ).fetchall()
    order = [part for key in (*sort, *table.key_attributes) for part in _ascending(key)]
    return tuple(
        SampledCollection(
            label, rank, number, size, _sample(items, columns, values, measure, order, kept)
        )
        for label, rank, number, size, *values in found
    )


def _chosen(firsts: Sequence[int], number: int) -> list[int]:
    """Ranks: the ends, then those that show an item type first, then some in between."""
    between = [1 + (number - 1) * quarter // 4 for quarter in (2, 1, 3)]
    return sorted(list(dict.fromkeys([1, number, *firsts, *between]))[:MOST_COLLECTIONS])


def _ascending(key: KeyAttribute) -> list[str]:
    """The order in which DynamoDB sorts: numbers by value, text and binary by bytes."""
    column = key_column(key.name)
    return [f"TRY_CAST({column} AS DOUBLE)", column] if key.type == "N" else [column]


def _sample(
    items: TableItems,
    columns: Sequence[str],
    values: Sequence[object],
    measure: str,
    order: Sequence[str],
    kept: set[str] | None,
) -> tuple[SampledItem, ...]:
    sorting = ", ".join(order)
    rows = items.connection.execute(
        f"SELECT position, item_type, bytes, item FROM ("
        f"SELECT item_type, item, {measure} AS bytes,"
        f" row_number() OVER (ORDER BY {sorting}) AS position, count(*) OVER () AS items,"
        f" row_number() OVER (PARTITION BY item_type ORDER BY {sorting}) AS of_its_type"
        f" FROM {items.relation} WHERE {measure} IS NOT NULL AND "
        f"{' AND '.join(f'{column} = ?' for column in columns)})"
        f" WHERE position <= {FIRST_ITEMS} OR of_its_type = 1 OR position = items"
        f" ORDER BY position LIMIT {MOST_ITEMS}",
        list(values),
    ).fetchall()
    return tuple(
        SampledItem(position, item_type, size, *_bounded(json.loads(item), kept))
        for position, item_type, size, item in rows
    )


def _bounded(
    item: Mapping[str, object], kept: set[str] | None
) -> tuple[dict[str, object], dict[str, str]]:
    attributes: dict[str, object] = {}
    beginnings: dict[str, str] = {}
    for name, typed in item.items():
        if kept is not None and name not in kept:
            continue
        text = json.dumps(typed, ensure_ascii=False)
        if len(text) <= LONGEST_VALUE:
            attributes[name] = typed
        else:
            plain = typed.get("S") if isinstance(typed, Mapping) else None
            beginnings[name] = (plain if isinstance(plain, str) else text)[:BEGINNING]
    return attributes, beginnings
