"""Writes of one item: its images before and after, and what they cost.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from dynaproof.capacity.bill import Bill
from dynaproof.capacity.expressions import Expressions
from dynaproof.capacity.index_entry import charge_index_change, index_entry
from dynaproof.capacity.item_size import item_bytes
from dynaproof.capacity.legacy import with_expressions
from dynaproof.capacity.prediction import Change, Mark
from dynaproof.capacity.refusal import check_item, check_key, key_of
from dynaproof.capacity.store import KeyValue, Store, key_value
from dynaproof.model.attribute_value import Item
from dynaproof.model.expressions.tokens import ExpressionError
from dynaproof.model.table import Table

GIGABYTE = 1_024**3
ENTRY_OVERHEAD_BYTES = 100
"""Storage of each item and index entry besides its size (LSI page, item collections)."""

FAILED_CONDITION = Mark(
    "uncertain",
    "a failed condition consumes write capacity and reports none; sources disagree about the size,"
    " taken as the larger of the stored and the new item",
)


@dataclass(frozen=True, slots=True)
class ItemWrite:
    """One item before and after a write; ``holds`` tells whether its condition does."""

    table: Table
    key: Item
    before: Item | None
    after: Item | None
    holds: bool = True
    checks_only: bool = False
    """A ConditionCheck: nothing changes."""

    @property
    def larger_size(self) -> int:
        """Bytes of the larger image, 0 if there is none."""
        return max(_size(self.before), _size(self.after))

    @property
    def change(self) -> Change:
        """What happens to the item if the condition holds."""
        return Change(self.table.name, self.before, self.after)


def written(
    store: Store, table: Table, operation: str, arguments: Mapping[str, object]
) -> ItemWrite:
    """Execute PutItem, UpdateItem, DeleteItem or ConditionCheck, without storing the outcome.

    Raises Refused and ExpressionError for what the service refuses.
    """
    arguments = with_expressions(arguments)
    expressions = Expressions.of(arguments)
    if operation == "PutItem":
        item = cast(Item, arguments["Item"])
        check_item(table, item)
        key = key_of(table, item)
    else:
        item = key = cast(Item, arguments["Key"])
        check_key(table, key)
    before = store.get(table, key)
    holds = expressions.holds(expressions.condition, before)
    after: Item | None
    match operation:
        case "PutItem":
            after = item
        case "UpdateItem":
            after = _updated(expressions, before, key, holds)
            if after is not None:
                check_item(table, after)
        case "DeleteItem":
            after = None
        case _:
            after = before
    return ItemWrite(table, key, before, after, holds, operation == "ConditionCheck")


def charge_write(bill: Bill, write: ItemWrite) -> None:
    """Charge the table for the larger image, and each index for the change of its entry.

    Source: "Write operations" (UpdateItem: the larger of before and after), recorded for all
    writes in the cases ``dynalite-put-small-over-1025``, ``idx-*`` and ``tx-*``. Deleting or
    checking what is not there costs the minimum.
    """
    before, after = _size(write.before), _size(write.after)
    larger = write.after if after > before else write.before
    if write.checks_only:
        what = "item that the condition reads"
    elif write.before is None:
        what = "item that is written" if write.after is not None else "no item to delete"
    elif write.after is None:
        what = "item that is deleted"
    else:
        what = f"larger image of the item ({before:,} bytes before, {after:,} after)"
    bill.write(write.table.name, None, what, write.larger_size, larger)
    for index in write.table.indexes:
        charge_index_change(bill, write.table, index, write.before, write.after)


def charge_failed(bill: Bill, write: ItemWrite) -> None:
    """Charge a write whose condition failed: the table only, see FAILED_CONDITION."""
    bill.write(
        write.table.name, None, "larger of the stored and the new item", write.larger_size, None
    )
    bill.mark(FAILED_CONDITION)


def collection_metrics(
    store: Store, writes: Iterable[ItemWrite]
) -> dict[str, list[Mapping[str, object]]]:
    """Give ItemCollectionMetrics of the collections written to, of tables that have an LSI.

    The range is of whole gigabytes. Source: LSI page, "Item collections in Local Secondary
    Indexes"; recorded case ``icm-put-range``.
    """
    changes: dict[tuple[str, KeyValue], list[ItemWrite]] = {}
    for write in writes:
        if write.table.local_secondary_indexes and not write.checks_only:
            place = (write.table.name, key_value((write.table.partition_key,), write.key))
            changes.setdefault(place, []).append(write)
    metrics: dict[str, list[Mapping[str, object]]] = {}
    for (name, partition), in_collection in changes.items():
        table = in_collection[0].table
        size = sum(_stored(table, item) for item in store.collection(table, None, partition))
        for write in in_collection:
            size += _stored(table, write.after) - _stored(table, write.before)
        key = table.partition_key.name
        metrics.setdefault(name, []).append(
            {
                "ItemCollectionKey": {key: in_collection[0].key[key]},
                "SizeEstimateRangeGB": [float(size // GIGABYTE), float(size // GIGABYTE + 1)],
            }
        )
    return metrics


def _updated(expressions: Expressions, before: Item | None, key: Item, holds: bool) -> Item | None:
    try:
        return expressions.updated(before, key)
    except ExpressionError:
        # The condition comes first: where it fails, what the update would do does not matter.
        if holds:
            raise
        return before


def _stored(table: Table, item: Item | None) -> int:
    if item is None:
        return 0
    entries = [index_entry(table, index, item) for index in table.local_secondary_indexes]
    images = [item, *(entry for entry in entries if entry is not None)]
    return sum(item_bytes(image) + ENTRY_OVERHEAD_BYTES for image in images)


def _size(item: Item | None) -> int:
    return 0 if item is None else item_bytes(item)
