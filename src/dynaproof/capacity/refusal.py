"""What the service refuses before it charges: keys, sizes, duplicates.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

from collections.abc import Iterable

from dynaproof.capacity.item_size import item_bytes, value_bytes
from dynaproof.capacity.store import KeyValue, Store, key_value
from dynaproof.model.attribute_value import Item, descriptor
from dynaproof.model.table import (
    MAX_ITEM_BYTES,
    MAX_PARTITION_KEY_BYTES,
    MAX_SORT_KEY_BYTES,
    KeyAttribute,
    Table,
)

VALIDATION = "ValidationException"
CONDITION_FAILED = "ConditionalCheckFailedException"
CANCELLED = "TransactionCanceledException"
DUPLICATE = "DuplicateItemException"


class Refused(Exception):
    """The service answers with this error, and charges nothing."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error
        self.message = message


def table_named(store: Store, name: object) -> Table:
    """Give the table; raises Refused where there is none."""
    table = store.tables.get(name) if isinstance(name, str) else None
    if table is None:
        raise Refused("ResourceNotFoundException", f"there is no table {name!r}")
    return table


def check_key(table: Table, key: Item) -> None:
    """Refuse a key that does not have exactly the table's key attributes."""
    names = {attribute.name for attribute in table.key_attributes}
    if key.keys() != names:
        message = f"the key of {table.name} is {', '.join(sorted(names))}, not {', '.join(key)}"
        raise Refused(VALIDATION, message)
    _check_key_values(table, key)


def check_item(table: Table, item: Item) -> None:
    """Refuse an item that cannot be stored: its key, the keys of its indexes, its size.

    400 KB inclusive, names included: recorded cases ``dynalite-size-*``. Of UpdateItem some
    regions have a lower limit; this one holds everywhere.
    """
    for attribute in table.key_attributes:
        if attribute.name not in item:
            raise Refused(VALIDATION, f"the item lacks the key attribute {attribute.name}")
    _check_key_values(table, item)
    for index in table.indexes:
        for attribute in index.key_attributes:
            if attribute.name in item:
                sort_key = attribute not in index.partition_key
                _check_key_value(attribute, item, index.name, sort_key=sort_key)
    size = item_bytes(item)
    if size > MAX_ITEM_BYTES:
        message = f"Item size has exceeded the maximum allowed size: {size:,} bytes"
        raise Refused(VALIDATION, message)


def check_distinct(keys: Iterable[tuple[Table, Item]], what: str) -> None:
    """Refuse a batch or transaction that names one item twice."""
    seen: set[tuple[str, KeyValue]] = set()
    for table, key in keys:
        place = (table.name, key_value(table.key_attributes, key))
        if place in seen:
            raise Refused(VALIDATION, f"{what} names one item of {table.name} twice")
        seen.add(place)


def key_of(table: Table, item: Item) -> Item:
    """Give the key of an item; raises KeyError."""
    return {attribute.name: item[attribute.name] for attribute in table.key_attributes}


def _check_key_values(table: Table, item: Item) -> None:
    for attribute in table.key_attributes:
        sort_key = attribute == table.sort_key
        _check_key_value(attribute, item, table.name, sort_key=sort_key)


def _check_key_value(attribute: KeyAttribute, item: Item, owner: str, *, sort_key: bool) -> None:
    value = item[attribute.name]
    type_, _ = descriptor(value)
    if type_ != attribute.type:
        message = f"the key attribute {attribute.name} of {owner} is {attribute.type}, not {type_}"
        raise Refused(VALIDATION, message)
    size = value_bytes(value)
    most = MAX_SORT_KEY_BYTES if sort_key else MAX_PARTITION_KEY_BYTES
    if not size or size > most:
        message = (
            f"the key attribute {attribute.name} of {owner} has {size:,} of 1 to {most:,} bytes"
        )
        raise Refused(VALIDATION, message)
