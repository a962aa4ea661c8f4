"""What the service will charge for a request on the items that it meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dynaproof.capacity.bill import Bill
from dynaproof.capacity.pages_read import Unpredictable, charge_page
from dynaproof.capacity.partiql_prediction import predict_partiql
from dynaproof.capacity.prediction import SINGLE_OPERATIONS, Prediction
from dynaproof.capacity.reads import charge_gets, consistency_of, keys_of
from dynaproof.capacity.refusal import (
    CONDITION_FAILED,
    VALIDATION,
    Refused,
    check_distinct,
    table_named,
)
from dynaproof.capacity.store import Store
from dynaproof.capacity.transactions import predict_transact_get, predict_transact_write
from dynaproof.capacity.typed_request import check_typed_request
from dynaproof.capacity.writes import (
    charge_failed,
    charge_write,
    collection_metrics,
    written,
)
from dynaproof.model.access_pattern import PARTIQL_OPERATIONS
from dynaproof.model.expressions.check import check_expressions
from dynaproof.model.expressions.tokens import ExpressionError
from dynaproof.model.operations import request_parts


def predict(store: Store, operation: str, arguments: Mapping[str, object]) -> Prediction:
    """Predict what a request is charged, on typed arguments as boto3 takes them.

    The store is not changed: ``store.apply(prediction)`` does that. What the service refuses is
    a prediction with its ``error``; raises InputError for what is no request at all.
    """
    check_typed_request(operation, arguments)
    try:
        return _predicted(store, operation, arguments)
    except Refused as refusal:
        error, message = refusal.error, refusal.message
    except ExpressionError as problem:
        error, message = VALIDATION, problem.message
    except Unpredictable as why:
        return Prediction(operation, reported=False, unpredictable=str(why))
    return Prediction(operation, reported=False, error=error, message=message)


def predict_pages(
    store: Store, operation: str, requests: Sequence[Mapping[str, object]]
) -> tuple[Prediction, ...]:
    """Predict the pages of one Query or Scan, given the requests that were sent for them.

    Each page goes on where the predicted one before it ends: the ExclusiveStartKey that was sent
    follows the server's pages and, in a scan, an order that only the server knows. There are no
    more pages than it takes to come to the end. Other operations: each request by itself.
    """
    predictions: list[Prediction] = []
    for request in requests:
        before = predictions[-1].page if predictions else None
        if before is not None and operation in ("Query", "Scan"):
            if before.last_key is None:
                break
            request = {**request, "ExclusiveStartKey": before.last_key}
        predictions.append(predict(store, operation, request))
    return tuple(predictions)


def _predicted(store: Store, operation: str, arguments: Mapping[str, object]) -> Prediction:
    if operation in PARTIQL_OPERATIONS:
        return predict_partiql(store, operation, arguments)
    for part in request_parts(operation, arguments):
        table_named(store, part.table)
    for finding in check_expressions(operation, arguments, store.tables):
        raise Refused(VALIDATION, finding.message)
    match operation:
        case "GetItem" | "BatchGetItem":
            return _predict_gets(store, operation, arguments)
        case "Query" | "Scan":
            table = table_named(store, arguments["TableName"])
            bill = Bill("read")
            page = charge_page(bill, store, table, operation, arguments)
            return Prediction(
                operation, bill.capacities, marks=bill.marks, steps=bill.steps, page=page
            )
        case "TransactGetItems":
            return predict_transact_get(store, arguments)
        case "TransactWriteItems":
            return predict_transact_write(store, arguments)
    return _predict_writes(store, operation, arguments)


def _predict_gets(store: Store, operation: str, arguments: Mapping[str, object]) -> Prediction:
    bill = Bill("read")
    gets = [
        (store.tables[part.table], key, consistency_of(part.arguments))
        for part in request_parts(operation, arguments)
        for key in keys_of(part.arguments)
    ]
    charge_gets(bill, store, gets)
    check_distinct(((table, key) for table, key, _ in gets), operation)
    return Prediction(operation, bill.capacities, marks=bill.marks, steps=bill.steps)


def _predict_writes(store: Store, operation: str, arguments: Mapping[str, object]) -> Prediction:
    bill = Bill("write")
    writes = [
        written(store, store.tables[part.table], part.operation, part.arguments)
        for part in request_parts(operation, arguments)
    ]
    check_distinct(((write.table, write.key) for write in writes), operation)
    if operation in SINGLE_OPERATIONS and not writes[0].holds:
        charge_failed(bill, writes[0])
        return Prediction(
            operation,
            bill.capacities,
            reported=False,
            error=CONDITION_FAILED,
            message="The conditional request failed",
            marks=bill.marks,
            steps=bill.steps,
        )
    for write in writes:
        charge_write(bill, write)
    asked = arguments.get("ReturnItemCollectionMetrics") == "SIZE"
    return Prediction(
        operation,
        bill.capacities,
        marks=bill.marks,
        steps=bill.steps,
        item_collection_metrics=collection_metrics(store, writes) if asked else {},
        changes=tuple(write.change for write in writes),
    )
