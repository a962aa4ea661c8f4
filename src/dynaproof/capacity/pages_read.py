"""Query and Scan: which items one page reads, and what that costs.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Other.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from dynaproof.capacity.bill import Bill
from dynaproof.capacity.expressions import Expressions
from dynaproof.capacity.index_entry import index_entry, projected_names
from dynaproof.capacity.item_size import item_bytes
from dynaproof.capacity.legacy import with_expressions
from dynaproof.capacity.page import PAGE_BOUNDARY, PageFill
from dynaproof.capacity.prediction import Mark, Page
from dynaproof.capacity.reads import consistency_of
from dynaproof.capacity.refusal import VALIDATION, Refused
from dynaproof.capacity.store import Store, key_value, position
from dynaproof.model.attribute_value import Item
from dynaproof.model.expressions.key_condition import KeySchema, key_tests
from dynaproof.model.table import SecondaryIndex, Table

UNKNOWN_ORDER = Mark(
    "uncertain",
    "a scan goes by the hash of the partition key, which only the service knows: which items a"
    " part of a scan reads is taken by key",
)

UNKNOWN_TIES = Mark(
    "uncertain",
    "entries with one key of a global secondary index come in an order that only the service knows:"
    " which of them the page reads is taken by the table's key",
)


class Unpredictable(Exception):
    """Why no figure can be given."""


@dataclass(frozen=True, slots=True)
class _Reading:
    store: Store
    table: Table
    index: SecondaryIndex | None
    operation: str
    arguments: Mapping[str, object]
    expressions: Expressions

    def candidates(self) -> list[Item]:
        """Give the items in reach of the page, whole, in the order in which they are read."""
        condition = self.expressions.key_condition
        if self.operation == "Scan" or condition is None:
            found = self.store.items(self.table, self.index)
        else:
            schema = KeySchema.of(self.index or self.table)
            values: Item = {}
            for test in key_tests(condition, self.expressions.names):
                key = schema.attribute(test.attribute)
                given = [self.expressions.values[value.name] for value in test.values]
                if key is None or any(key.type not in value for value in given):
                    message = f"{test.attribute} is no key attribute of the type that it is given"
                    raise Refused(VALIDATION, message)
                if test.operator == "=":
                    values[key.name] = given[0]
            for key in schema.partition_key:
                if key.name not in values:
                    raise Refused(VALIDATION, f"the key condition lacks {key.name} = :value")
            partition = key_value(schema.partition_key, values)
            found = [
                item
                for item in self.store.collection(self.table, self.index, partition)
                if self.expressions.holds(condition, item)
            ]
        backward = self.arguments.get("ScanIndexForward") is False
        if backward:
            found.reverse()
        start = self.arguments.get("ExclusiveStartKey")
        if start is None:
            return found
        after = self._position(cast(Item, start))
        if backward:
            return [item for item in found if self._position(item) < after]
        return [item for item in found if self._position(item) > after]

    def fetches(self) -> bool:
        """Whether attributes are asked for that a local secondary index does not hold."""
        if self.index is None:
            return False
        held = projected_names(self.table, self.index)
        if held is None:
            return False
        select = self.arguments.get("Select")
        asked = self.expressions.attributes(self.expressions.projection)
        beyond = select == "ALL_ATTRIBUTES" or not asked <= held
        if beyond and self.index.kind == "global":
            message = f"the index {self.index.name} does not hold all attributes asked for"
            raise Refused(VALIDATION, message)
        missing = self.expressions.attributes(self.expressions.filter) - held
        # A scan takes such a filter, and finds the attributes absent: recorded on the service
        # (nubo-db/dynoxide, partiql_index_qualifier).
        if missing and self.operation == "Query":
            message = f"the index {self.index.name} does not hold {', '.join(sorted(missing))}"
            raise Refused(VALIDATION, f"{message}, which the filter needs")
        return beyond

    def tied(self, neighbours: Sequence[Item]) -> bool:
        """Whether two items have the same key in a global secondary index."""
        if self.index is None or self.index.kind == "local" or len(neighbours) < 2:
            return False
        one, other = (key_value(self.index.key_attributes, item) for item in neighbours)
        return one == other

    def last_key(self, item: Item) -> Item:
        """Give the LastEvaluatedKey of a page that ends with this item."""
        keys = (self.index.key_attributes if self.index else ()) + self.table.key_attributes
        return {key.name: item[key.name] for key in keys}

    def entry(self, item: Item) -> Item:
        """Give what the table or index holds of an item."""
        if self.index is None:
            return item
        return index_entry(self.table, self.index, item) or {}

    def _position(self, item: Item) -> tuple[object, ...]:
        try:
            return position(self.table, self.index, item)
        except (KeyError, ValueError) as error:
            message = "the ExclusiveStartKey is no key of the table or index"
            raise Refused(VALIDATION, message) from error


def charge_page(
    bill: Bill,
    store: Store,
    table: Table,
    operation: str,
    arguments: Mapping[str, object],
) -> Page:
    """Charge one page: the bytes of all items read are added up and rounded once.

    Filter, projection and COUNT change nothing; Limit bounds what is read; what finds nothing
    costs the least read. An index is charged for its entries; attributes that a local secondary
    index does not hold are fetched from the table, each item rounded by itself. A scan pays the
    least read for each partition. Sources: Query.Other.html; LSI page, "Read capacity units";
    recorded cases ``dynalite-query-*``, ``read-*`` and ``scylla-scan-*``.
    """
    arguments = with_expressions(arguments)
    index = _index(table, arguments)
    consistency = consistency_of(arguments)
    if index is not None and index.kind == "global" and consistency == "strong":
        message = f"consistent reads are not supported on the global secondary index {index.name}"
        raise Refused(VALIDATION, message)
    total_segments = arguments.get("TotalSegments", 1)
    if isinstance(total_segments, int) and total_segments > 1:
        raise Unpredictable(
            "which items a segment of a parallel scan holds follows from a hash that only the"
            " service knows"
        )
    reading = _Reading(store, table, index, operation, arguments, Expressions.of(arguments))
    fetches = reading.fetches()
    limit = arguments.get("Limit")
    sort_key = table.sort_key.name if table.sort_key else None
    fill = PageFill(sort_key, fetches=fetches)
    count = scanned = 0
    more = False
    candidates = reading.candidates()
    for item in candidates:
        entry = reading.entry(item)
        fill.add(entry, item)
        scanned += 1
        seen = item if fetches else entry
        count += reading.expressions.holds(reading.expressions.filter, seen)
        if fetches:
            what = "item fetched for attributes that the index does not hold"
            bill.read(table.name, None, what, item_bytes(item), consistency)
        more = fill.full or scanned == limit
        if more:
            break
    if more and reading.tied(candidates[scanned - 1 : scanned + 1]):
        bill.mark(UNKNOWN_TIES)
    if fill.near_boundary:
        bill.mark(PAGE_BOUNDARY)
    at_least = 1
    if operation == "Scan":
        at_least = _partitions(bill, reading, ended=more)
    kind = "entries" if index else "items"
    what = f"{scanned:,} {kind} read" if scanned else "nothing found: the least that a read costs"
    bill.read(table.name, index, what, fill.size, consistency, at_least=at_least)
    if index is not None:
        bill.nothing(table.name)
    return Page(count, scanned, more, reading.last_key(candidates[scanned - 1]) if more else None)


def _partitions(bill: Bill, reading: _Reading, *, ended: bool) -> int:
    """Tell how many partitions a scan visits, and mark what that rests on."""
    if ended or "ExclusiveStartKey" in reading.arguments:
        bill.mark(UNKNOWN_ORDER)
        return 1
    count = reading.store.partitions(reading.table, reading.index)
    if count > 1:
        reason = f"a scan pays at least one read for each partition; taken as {count}"
        bill.mark(Mark("assumed", reason))
    return count


def _index(table: Table, arguments: Mapping[str, object]) -> SecondaryIndex | None:
    name = arguments.get("IndexName")
    if name is None:
        return None
    index = table.index(str(name))
    if index is None:
        raise Refused(VALIDATION, f"the table {table.name} has no index {name}")
    return index
