"""Transactions: the table's part twice, the indexes' once, and a replay as reads.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dynaproof.capacity.bill import Bill
from dynaproof.capacity.prediction import CompletedTransaction, Mark, Prediction
from dynaproof.capacity.reads import charge_gets, keys_of
from dynaproof.capacity.refusal import (
    CANCELLED,
    VALIDATION,
    Refused,
    check_distinct,
    table_named,
)
from dynaproof.capacity.store import Store
from dynaproof.capacity.writes import ItemWrite, charge_write, collection_metrics, written
from dynaproof.model.attribute_value import Item
from dynaproof.model.operations import request_parts
from dynaproof.model.table import Table

MAX_TRANSACTION_BYTES = 4 * 1_024**2
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""

CANCELLED_COST = Mark(
    "uncertain",
    "a cancelled transaction reports nothing; what it consumes is taken as the table parts of all"
    " its actions",
)


def predict_transact_get(store: Store, arguments: Mapping[str, object]) -> Prediction:
    """Predict TransactGetItems: twice each rounded item, those that are missing included."""
    gets = [
        (table_named(store, part.table), key)
        for part in request_parts("TransactGetItems", arguments)
        for key in keys_of(part.arguments)
    ]
    return predict_read_set(store, "TransactGetItems", gets)


def predict_read_set(
    store: Store, operation: str, gets: Sequence[tuple[Table, Item]]
) -> Prediction:
    """Predict the reads of a transaction."""
    bill = Bill("read", transactional=True)
    charge_gets(bill, store, [(table, key, "transactional") for table, key in gets])
    check_distinct(gets, operation)
    return Prediction(operation, bill.capacities, marks=bill.marks, steps=bill.steps)


def predict_transact_write(store: Store, arguments: Mapping[str, object]) -> Prediction:
    """Predict TransactWriteItems."""
    replay = replayed(store, "TransactWriteItems", arguments, arguments["TransactItems"])
    if replay is not None:
        return replay
    writes = [
        written(store, table_named(store, part.table), part.operation, part.arguments)
        for part in request_parts("TransactWriteItems", arguments)
    ]
    return predict_write_set(
        store, "TransactWriteItems", arguments, arguments["TransactItems"], writes
    )


def predict_write_set(
    store: Store,
    operation: str,
    arguments: Mapping[str, object],
    actions: object,
    writes: Sequence[ItemWrite],
) -> Prediction:
    """Predict the writes of a transaction, all or none.

    Twice the table's part of each action, once the indexes'. A check is sized on the item that it
    reads. Recorded on the service: nubo-db/dynoxide, transactional_index_consumed_capacity.
    """
    check_distinct(((write.table, write.key) for write in writes), operation)
    if sum(write.larger_size for write in writes) > MAX_TRANSACTION_BYTES:
        raise Refused(VALIDATION, "the items of the transaction are larger than 4 MB")
    bill = Bill("write", transactional=True)
    failed = [number for number, write in enumerate(writes, 1) if not write.holds]
    if failed:
        for write in writes:
            bill.write(write.table.name, None, "larger image of the item", write.larger_size, None)
        bill.mark(CANCELLED_COST)
        numbers = ", ".join(map(str, failed))
        return Prediction(
            operation,
            bill.capacities,
            reported=False,
            error=CANCELLED,
            message=f"the condition of action {numbers} failed",
            marks=bill.marks,
            steps=bill.steps,
        )
    for write in writes:
        charge_write(bill, write)
    asked = arguments.get("ReturnItemCollectionMetrics") == "SIZE"
    token = arguments.get("ClientRequestToken")
    sizes = tuple((write.table.name, write.larger_size) for write in writes)
    return Prediction(
        operation,
        bill.capacities,
        marks=bill.marks,
        steps=bill.steps,
        item_collection_metrics=collection_metrics(store, writes) if asked else {},
        changes=tuple(write.change for write in writes if not write.checks_only),
        completed=CompletedTransaction(token, actions, sizes) if isinstance(token, str) else None,
    )


def replayed(
    store: Store, operation: str, arguments: Mapping[str, object], actions: object
) -> Prediction | None:
    """Predict a transaction that was completed under the same token; None if it was not.

    Nothing is written again: each action is charged as a read of its larger image. Source:
    TransactWriteItems, "Idempotency"; recorded cases ``tx-replay-*``.
    """
    token = arguments.get("ClientRequestToken")
    completed = store.completed(token) if isinstance(token, str) else None
    if completed is None:
        return None
    if completed.actions != actions:
        message = f"the token {completed.token} was used for another transaction"
        raise Refused("IdempotentParameterMismatchException", message)
    bill = Bill("read", transactional=True)
    for table, size in completed.sizes:
        bill.read(table, None, "larger image of a replayed action", size, "transactional")
    return Prediction(operation, bill.capacities, marks=bill.marks, steps=bill.steps)
