"""Entries of secondary indexes: which items have one, what it holds, what changing it costs.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
"""

from __future__ import annotations

from dynaproof.capacity.bill import Bill
from dynaproof.capacity.item_size import item_bytes
from dynaproof.model.attribute_value import Item, descriptor
from dynaproof.model.expressions.comparison import equal
from dynaproof.model.table import SecondaryIndex, Table


def projected_names(table: Table, index: SecondaryIndex) -> frozenset[str] | None:
    """Attributes that an index holds, None for all of them. Keys are always there."""
    if index.projection.kind == "all":
        return None
    keys = {key.name for key in index.key_attributes + table.key_attributes}
    return frozenset(keys.union(index.projection.attributes))


def index_entry(table: Table, index: SecondaryIndex, item: Item | None) -> Item | None:
    """Give an item's entry; None when a key attribute is absent, so that the index is sparse.

    Source: the GSI page, "Attribute projections" and sparse indexes.
    """
    if item is None:
        return None
    for key in index.key_attributes:
        if key.name not in item or descriptor(item[key.name])[0] != key.type:
            return None
    names = projected_names(table, index)
    if names is None:
        return item
    return {name: value for name, value in item.items() if name in names}


def charge_index_change(
    bill: Bill, table: Table, index: SecondaryIndex, before: Item | None, after: Item | None
) -> None:
    """Charge what a write does to one index, and nothing when its entry stays as it is.

    Insert and delete cost the entry, a change under the same key the larger one, a change of the
    key both. Source: GSI page, "Provisioned throughput considerations"; sizes were recorded on
    the service (nubo-db/dynoxide, index_consumed_capacity: the ``idx-*`` cases).
    """
    old, new = index_entry(table, index, before), index_entry(table, index, after)
    if old is None and new is None:
        return
    if old is not None and new is not None:
        if equal({"M": old}, {"M": new}):
            return
        if all(equal(old[key.name], new[key.name]) for key in index.key_attributes):
            larger = max(old, new, key=item_bytes)
            what = "index entry, changed under the same key: the larger of old and new"
            bill.write(table.name, index, what, item_bytes(larger), larger)
            return
    if old is not None:
        bill.write(table.name, index, "index entry removed", item_bytes(old), old)
    if new is not None:
        bill.write(table.name, index, "index entry inserted", item_bytes(new), new)
