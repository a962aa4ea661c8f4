"""PartiQL: what its statements cost is what the operations that they amount to cost.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
Recorded on the service: nubo-db/dynoxide, partiql_index_consumed_capacity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from dynaproof.capacity.bill import Bill
from dynaproof.capacity.pages_read import Unpredictable, charge_page
from dynaproof.capacity.partiql_operations import as_reads, as_write, whole_key
from dynaproof.capacity.partiql_statement import Exists, Insert, Select, Statement, parse_statement
from dynaproof.capacity.partiql_tokens import PartiqlError
from dynaproof.capacity.prediction import Change, Mark, Page, Prediction
from dynaproof.capacity.refusal import (
    CONDITION_FAILED,
    DUPLICATE,
    VALIDATION,
    Refused,
    check_distinct,
    table_named,
)
from dynaproof.capacity.store import Store
from dynaproof.capacity.transactions import predict_read_set, predict_write_set, replayed
from dynaproof.capacity.writes import (
    FAILED_CONDITION,
    ItemWrite,
    charge_failed,
    charge_write,
    written,
)
from dynaproof.model.attribute_value import AttributeValue, Item
from dynaproof.model.expressions.tokens import ExpressionError
from dynaproof.model.table import Table

LEFT_AS_IT_IS = Mark(
    "uncertain", "IF NOT EXISTS found an item: taken as a write that leaves the item as it is"
)


def predict_partiql(store: Store, operation: str, arguments: Mapping[str, object]) -> Prediction:
    """Predict ExecuteStatement, BatchExecuteStatement or ExecuteTransaction."""
    if "NextToken" in arguments:
        raise Unpredictable("where a NextToken goes on is known to the service only")
    match operation:
        case "ExecuteStatement":
            return _predict_statement(store, arguments)
        case "BatchExecuteStatement":
            return _predict_batch(store, _mappings(arguments["Statements"]), operation)
    return _predict_transaction(store, arguments)


def _predict_statement(store: Store, arguments: Mapping[str, object]) -> Prediction:
    operation = "ExecuteStatement"
    statement = _parsed(arguments)
    if isinstance(statement, Select):
        bill = Bill("read")
        page = _charge_select(bill, store, statement, arguments)
        return Prediction(operation, bill.capacities, marks=bill.marks, steps=bill.steps, page=page)
    if isinstance(statement, Exists):
        raise Refused(VALIDATION, "EXISTS is for transactions")
    bill = Bill("write")
    write = _written(store, statement, bill)
    if not write.holds:
        charge_failed(bill, write)
        return Prediction(
            operation,
            bill.capacities,
            reported=False,
            error=_failure(statement),
            message="the condition of the statement failed",
            marks=bill.marks,
            steps=bill.steps,
        )
    charge_write(bill, write)
    return Prediction(
        operation, bill.capacities, marks=bill.marks, steps=bill.steps, changes=(write.change,)
    )


def _predict_batch(
    store: Store, requests: Sequence[Mapping[str, object]], operation: str
) -> Prediction:
    """Predict a batch: each statement as by itself.

    A write whose condition fails is in the total and in no part, and sized on the item that is
    stored; if nothing succeeds nothing is reported (recorded: cases M1, M4 and U2 of
    partiql_index_consumed_capacity).
    """
    statements = [_parsed(request) for request in requests]
    selects = [isinstance(statement, Select) for statement in statements]
    if any(selects) and not all(selects):
        raise Refused(VALIDATION, "a batch has reads only, or writes only")
    bill = Bill("read" if all(selects) else "write")
    changes: list[Change] = []
    targets: list[tuple[Table, Item]] = []
    succeeded = 0
    for number, (request, statement) in enumerate(zip(requests, statements, strict=True), 1):
        try:
            if isinstance(statement, Select):
                targets += _targets(store, statement)
                _charge_select(bill, store, statement, request)
            else:
                write = _written(store, statement, bill)
                targets.append((write.table, write.key))
                if not write.holds:
                    bill.failed(write.table.name, f"statement {number}", write.larger_size)
                    bill.mark(FAILED_CONDITION)
                    continue
                charge_write(bill, write)
                changes.append(write.change)
        except (Refused, ExpressionError) as refusal:
            bill.mark(Mark("uncertain", f"statement {number} is refused: {refusal}"))
            continue
        succeeded += 1
    check_distinct(targets, operation)
    return Prediction(
        operation,
        bill.capacities,
        reported=succeeded > 0,
        marks=bill.marks,
        steps=bill.steps,
        changes=tuple(changes),
    )


def _predict_transaction(store: Store, arguments: Mapping[str, object]) -> Prediction:
    operation = "ExecuteTransaction"
    actions = arguments["TransactStatements"]
    replay = replayed(store, operation, arguments, actions)
    if replay is not None:
        return replay
    statements = [_parsed(request) for request in _mappings(actions)]
    selects = [statement for statement in statements if isinstance(statement, Select)]
    if not selects:
        bill = Bill("write")  # for marks only: the transaction makes its own
        writes = [_written(store, statement, bill) for statement in statements]
        prediction = predict_write_set(store, operation, arguments, actions, writes)
        return replace(prediction, marks=(*prediction.marks, *bill.marks))
    if len(selects) != len(statements):
        raise Refused(VALIDATION, "a transaction has reads only, or writes only")
    gets: list[tuple[Table, Item]] = []
    for select in selects:
        targets = _targets(store, select)
        if not targets:
            message = "a SELECT in a transaction needs '=' for every key attribute of the table"
            raise Refused(VALIDATION, message)
        gets += targets
    return predict_read_set(store, operation, gets)


def _parsed(request: Mapping[str, object]) -> Statement:
    parameters = cast(Sequence[AttributeValue], request.get("Parameters", ()))
    try:
        return parse_statement(str(request["Statement"]), parameters)
    except PartiqlError as error:
        raise Unpredictable(f"the PartiQL statement is not understood: {error}") from error


def _charge_select(
    bill: Bill, store: Store, select: Select, request: Mapping[str, object]
) -> Page | None:
    table = table_named(store, select.table)
    pages = [
        charge_page(bill, store, table, operation, arguments)
        for operation, arguments in as_reads(bill, table, select, request)
    ]
    if not pages:
        return None
    return Page(
        sum(page.count for page in pages),
        sum(page.scanned_count for page in pages),
        pages[-1].last_evaluated_key,
        pages[-1].last_key,
    )


def _targets(store: Store, select: Select) -> list[tuple[Table, Item]]:
    """Give the one item that a SELECT names by its whole key, if it does."""
    table = table_named(store, select.table)
    key, _ = whole_key(table, select.where)
    return [] if key is None or select.index else [(table, key)]


def _written(store: Store, statement: Statement, bill: Bill) -> ItemWrite:
    """Execute a statement that writes, or checks, one item."""
    table = table_named(store, statement.table)
    amounts_to = as_write(table, statement)
    write = written(store, table, amounts_to.operation, amounts_to.arguments)
    if isinstance(statement, Insert) and statement.if_not_exists and not write.holds:
        bill.mark(LEFT_AS_IT_IS)
        return replace(write, after=write.before, holds=True)
    return write


def _failure(statement: Statement) -> str:
    return DUPLICATE if isinstance(statement, Insert) else CONDITION_FAILED


def _mappings(value: object) -> Sequence[Mapping[str, object]]:
    return cast(Sequence[Mapping[str, object]], value)
