"""Tables and their items in memory: what a request meets.

Items are typed attribute values as in boto3, and are not changed in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from dynaproof.capacity.index_entry import index_entry
from dynaproof.capacity.prediction import CompletedTransaction, Prediction
from dynaproof.model.attribute_value import AttributeValue, Item, descriptor
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table, Throughput

KeyValue = tuple[bytes | Decimal, ...]
"""Values of key attributes, as they are told apart and ordered."""

# A new on-demand table takes 4,000 writes or 12,000 reads a second, and a partition 1,000 or
# 3,000: four partitions, as the recorded cases scylla-scan-tiny-* show.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
NEW_ON_DEMAND_PARTITIONS = 4
PARTITION_READ_UNITS = 3_000
PARTITION_WRITE_UNITS = 1_000


class Store:
    """The items of some tables.

    ``partitions`` tells how many partitions a table has, where that is known; else it is assumed
    from its throughput.
    """

    def __init__(
        self, tables: Iterable[Table], *, partitions: Mapping[str, int] | None = None
    ) -> None:
        self.tables: Mapping[str, Table] = {table.name: table for table in tables}
        self._partitions = dict(partitions or {})
        self._items: dict[str, dict[KeyValue, Item]] = {name: {} for name in self.tables}
        self._collections: dict[tuple[str, str], dict[KeyValue, dict[KeyValue, Item]]] = {}
        self._completed: dict[str, CompletedTransaction] = {}

    def partitions(self, table: Table, index: SecondaryIndex | None) -> int:
        """Partitions of a table or GSI, as told or assumed."""
        if table.name in self._partitions:
            return self._partitions[table.name]
        of_index = index is not None and index.kind == "global"
        throughput = index.throughput if index is not None and of_index else table.throughput
        return _assumed_partitions(throughput or table.throughput)

    def get(self, table: Table, key: Item) -> Item | None:
        """Give the item of this key."""
        return self._items[table.name].get(key_value(table.key_attributes, key))

    def items(self, table: Table, index: SecondaryIndex | None = None) -> list[Item]:
        """Give all items, or those in an index: whole, by key. The service's order is another."""
        if index is None:
            ordered = self._items[table.name]
            return [ordered[key] for key in sorted(ordered)]
        collections = self._collections.get((table.name, index.name), {})
        return [
            item
            for value in sorted(collections)
            for item in self._in_order(table, index, collections[value])
        ]

    def collection(
        self, table: Table, index: SecondaryIndex | None, partition: KeyValue
    ) -> list[Item]:
        """Give the items of one partition key of the table or index: whole, by sort key."""
        name = index.name if index else ""
        found = self._collections.get((table.name, name), {}).get(partition, {})
        return self._in_order(table, index, found)

    def put(self, table_name: str, item: Item) -> None:
        """Store an item in place of the one of its key."""
        table = self.tables[table_name]
        key = key_value(table.key_attributes, item)
        self._forget(table, key)
        self._items[table.name][key] = item
        for name, partition in self._places(table, item):
            by_partition = self._collections.setdefault((table.name, name), {})
            by_partition.setdefault(partition, {})[key] = item

    def remove(self, table_name: str, key: Item) -> None:
        """Forget the item of this key, if there is one."""
        table = self.tables[table_name]
        self._forget(table, key_value(table.key_attributes, key))

    def apply(self, prediction: Prediction) -> None:
        """Make the changes of a request."""
        for change in prediction.changes:
            if change.after is not None:
                self.put(change.table, change.after)
            elif change.before is not None:
                self.remove(change.table, change.before)
        if prediction.completed is not None:
            self._completed[prediction.completed.token] = prediction.completed

    def completed(self, token: str) -> CompletedTransaction | None:
        """Give the transaction that was completed under this ClientRequestToken."""
        return self._completed.get(token)

    def _forget(self, table: Table, key: KeyValue) -> None:
        item = self._items[table.name].pop(key, None)
        if item is None:
            return
        for name, partition in self._places(table, item):
            by_partition = self._collections[table.name, name]
            del by_partition[partition][key]
            if not by_partition[partition]:
                del by_partition[partition]

    def _places(self, table: Table, item: Item) -> Iterator[tuple[str, KeyValue]]:
        yield "", key_value((table.partition_key,), item)
        for index in table.indexes:
            if index_entry(table, index, item) is not None:
                yield index.name, key_value(index.partition_key, item)

    def _in_order(
        self, table: Table, index: SecondaryIndex | None, found: Mapping[KeyValue, Item]
    ) -> list[Item]:
        return sorted(found.values(), key=lambda item: position(table, index, item))


def position(table: Table, index: SecondaryIndex | None, item: Item) -> KeyValue:
    """Where an item, or a key of it, stands in the order of a table or index."""
    keys = (index.key_attributes if index else ()) + table.key_attributes
    return key_value(keys, item)


def key_value(keys: Iterable[KeyAttribute], item: Item) -> KeyValue:
    """Give the values of key attributes; raises KeyError for one that is absent."""
    return tuple(_ordered(item[key.name]) for key in keys)


def _ordered(value: AttributeValue) -> bytes | Decimal:
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html: numbers by
    # value, texts by their UTF-8 bytes, binary by unsigned bytes.
    type_, payload = descriptor(value)
    match payload:
        case bytes() | bytearray() | memoryview() if type_ == "B":
            return bytes(payload)
        case str() if type_ == "N":
            return Decimal(payload)
        case str() if type_ == "S":
            return payload.encode()
    raise ValueError(f"a key is S, N or B, not {type_}")


def _assumed_partitions(throughput: Throughput | None) -> int:
    if throughput is None:
        return NEW_ON_DEMAND_PARTITIONS
    reads = throughput.read_capacity_units / PARTITION_READ_UNITS
    writes = throughput.write_capacity_units / PARTITION_WRITE_UNITS
    return max(1, -int(-(reads + writes) // 1))
