"""Reads by key: GetItem, and its several and transactional forms.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from dynaproof.capacity.bill import Bill
from dynaproof.capacity.item_size import item_bytes
from dynaproof.capacity.prediction import Mark
from dynaproof.capacity.refusal import check_key
from dynaproof.capacity.store import Store
from dynaproof.capacity.units import Consistency
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import Table

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
BATCH_BYTES = 16 * 1_024**2

PARTIAL_BATCH = Mark(
    "uncertain", "the answer is over 16 MB: what is beyond comes back as UnprocessedKeys, uncharged"
)


def keys_of(arguments: Mapping[str, object]) -> list[Item]:
    """Give the key, or keys, that a get names."""
    if "Keys" in arguments:
        return list(cast(Iterable[Item], arguments["Keys"]))
    return [cast(Item, arguments["Key"])]


def charge_gets(
    bill: Bill,
    store: Store,
    gets: Iterable[tuple[Table, Item, Consistency]],
) -> None:
    """Charge reads by key, each item rounded by itself, a missing one as the least read.

    Projections change nothing. Source: "Read operations"; recorded cases ``dynalite-get-*`` and
    ``dynalite-batchget-*``. Of a batch what is over 16 MB is left out.
    """
    answered = 0
    for table, key, consistency in gets:
        check_key(table, key)
        item = store.get(table, key)
        size = 0 if item is None else item_bytes(item)
        answered += size
        if answered > BATCH_BYTES:
            bill.mark(PARTIAL_BATCH)
            return
        what = "no item: the least that a read costs" if item is None else "item"
        bill.read(table.name, None, what, size, consistency, item=item)


def consistency_of(arguments: Mapping[str, object]) -> Consistency:
    """Read ConsistentRead."""
    return "strong" if arguments.get("ConsistentRead") is True else "eventual"
