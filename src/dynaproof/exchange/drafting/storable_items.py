"""Items of a draft that a table can hold, each key once; the others are reported."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dynaproof.exchange.draft import DescribedItemType, SampledItemType
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.items.storable import unstorable
from dynaproof.model.attribute_equality import same_value
from dynaproof.model.attribute_value import Item, to_wire
from dynaproof.model.table import Table

DraftItemType = SampledItemType | DescribedItemType


def storable_item_types(
    item_types: Sequence[DraftItemType], table: Table, not_carried: list[NotCarried]
) -> Iterator[DraftItemType]:
    """The item types with the items that can be stored; those that are left with none not."""
    seen: dict[str, Item] = {}
    for item_type in item_types:
        if isinstance(item_type, DescribedItemType):
            yield item_type
            continue
        place = f"{table.name}.{item_type.name}"
        items = tuple(_storable(item_type.items, table, place, seen, not_carried))
        if items:
            yield replace(item_type, items=items)
        else:
            reason = "the item type has no items of its own, and is left out"
            not_carried.append(NotCarried(place, reason))


def key_text(item: Item, table: Table) -> str:
    """The key of an item, told from others by this text."""
    keys = {key.name: to_wire(item[key.name]) for key in table.key_attributes}
    return json.dumps(keys, sort_keys=True)


def _storable(
    items: Sequence[Item],
    table: Table,
    place: str,
    seen: dict[str, Item],
    not_carried: list[NotCarried],
) -> Iterator[Item]:
    for number, item in enumerate(items, 1):
        where = f"{place}, item {number}"
        fault = _fault(item, table)
        if fault:
            not_carried.append(NotCarried(where, f"the item is left out: it would {fault}"))
            continue
        key = key_text(item, table)
        if key in seen:
            if not _same_item(seen[key], item):
                reason = f"the item is left out: another one has the same key, {key}"
                not_carried.append(NotCarried(where, reason))
            continue
        seen[key] = item
        yield item


def _fault(item: Item, table: Table) -> str:
    for name, kind in table.attribute_types.items():
        if name in item and kind not in item[name]:
            return f"have '{name}', a key attribute, of another type than {kind}"
    wire = {name: to_wire(value) for name, value in item.items()}
    return next((reason.what for reason in unstorable(table, wire)), "")


def _same_item(one: Item, other: Item) -> bool:
    return one.keys() == other.keys() and all(same_value(one[n], other[n]) for n in one)
