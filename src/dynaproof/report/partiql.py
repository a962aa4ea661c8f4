"""A request as a PartiQL statement, where there is one that does the same.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from dynaproof.model.expressions.key_condition import key_tests
from dynaproof.model.expressions.parser import parse_condition, parse_projection, parse_update
from dynaproof.model.expressions.syntax_tree import (
    And,
    Condition,
    Function,
    Update,
)
from dynaproof.model.expressions.tokens import ExpressionError
from dynaproof.model.table import Table
from dynaproof.report.partiql_text import NoEquivalent, PartiqlWriter, identifier

Arguments = Mapping[str, object]

INSERT_REFUSES = "INSERT refuses an item that exists; PutItem without a condition replaces it."
UPDATE_REFUSES = "UPDATE refuses an item that does not exist; UpdateItem makes it."
LOCAL_ORDER = (
    "DynamoDB Local 3.3.1 takes the first items of a Limit and sorts them afterwards, so there "
    "this statement gives others than the Query does."
)
_RETURNING = {
    "ALL_OLD": "ALL OLD *",
    "ALL_NEW": "ALL NEW *",
    "UPDATED_OLD": "MODIFIED OLD *",
    "UPDATED_NEW": "MODIFIED NEW *",
}
_WITHOUT = {
    "BatchGetItem": "BatchExecuteStatement takes one SELECT for each key instead.",
    "BatchWriteItem": "BatchExecuteStatement takes one INSERT or DELETE for each item instead.",
    "TransactGetItems": "ExecuteTransaction takes one SELECT for each item instead.",
    "TransactWriteItems": "ExecuteTransaction takes one statement for each item instead.",
    "BatchExecuteStatement": "It is PartiQL already.",
    "ExecuteTransaction": "It is PartiQL already.",
}
# Measuring and paging are the caller's; they do not change which items a statement is about.
_IGNORED = frozenset({"ReturnConsumedCapacity", "ReturnItemCollectionMetrics"})


@dataclass(frozen=True, slots=True)
class Partiql:
    """A statement and the other arguments of ExecuteStatement; None where there is none.

    ``remarks`` say how it differs, or why there is none.
    """

    statement: str | None
    arguments: Arguments = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def partiql(operation: str, arguments: Arguments, table: Table | None = None) -> Partiql:
    """The PartiQL of a request of the JSON protocol; ``table`` tells its keys where known."""
    if operation == "ExecuteStatement":
        rest = {n: v for n, v in arguments.items() if n not in {"Statement", *_IGNORED}}
        return Partiql(str(arguments["Statement"]), rest)
    if operation in _WITHOUT:
        return Partiql(None, remarks=(f"No one statement does it. {_WITHOUT[operation]}",))
    write = _WRITERS.get(operation)
    if write is None:
        return Partiql(None, remarks=(f"PartiQL has no {operation}.",))
    try:
        return write(_Request(arguments), table)
    except (NoEquivalent, ExpressionError) as error:
        return Partiql(None, remarks=(str(error),))


class _Request:
    """The arguments of a request; whatever nobody asks for has no equivalent."""

    def __init__(self, arguments: Arguments) -> None:
        self._left = {n: v for n, v in arguments.items() if n not in _IGNORED}
        names = cast(Mapping[str, str], self._left.pop("ExpressionAttributeNames", {}))
        values = cast(Mapping[str, Arguments], self._left.pop("ExpressionAttributeValues", {}))
        self.writer = PartiqlWriter(names, values)
        self.names = names

    def take(self, name: str) -> object:
        return self._left.pop(name, None)

    def text(self, name: str) -> str:
        return str(self.take(name) or "")

    def item(self, name: str) -> Mapping[str, Arguments]:
        return cast(Mapping[str, Arguments], self.take(name) or {})

    def condition(self, name: str) -> Condition | None:
        text = self.text(name)
        return parse_condition(text) if text else None

    def done(
        self, statement: str, *remarks: str, also: Mapping[str, object] | None = None
    ) -> Partiql:
        if self._left:
            raise NoEquivalent(f"PartiQL has nothing for {', '.join(sorted(self._left))}.")
        arguments = dict(also or {})
        if self.writer.parameters:
            arguments["Parameters"] = self.writer.parameters
        return Partiql(statement, arguments, remarks)


def _get(request: _Request, _table: Table | None) -> Partiql:
    select = _select(request)
    where = request.writer.key(request.item("Key"))
    return request.done(f"{select} WHERE {where}", also=_consistent(request))


def _query(request: _Request, table: Table | None) -> Partiql:
    _refuse_counting(request)
    index = request.text("IndexName")
    select = _select(request, index)
    condition = request.condition("KeyConditionExpression")
    if condition is None:
        raise NoEquivalent("Only a KeyConditionExpression has an equivalent.")
    where = [condition]
    found = request.condition("FilterExpression")
    if found is not None:
        where.append(found)
    statement = f"{select} WHERE {request.writer.all_of(where)}"
    limit = request.take("Limit")
    also: dict[str, object] = _consistent(request)
    remarks = []
    if request.take("ScanIndexForward") is False:
        sort_key = _sort_key(condition, request.names, table, index)
        if sort_key is None:
            raise NoEquivalent("ORDER BY needs the name of the sort key, which is not known here.")
        statement += f" ORDER BY {identifier(sort_key)} DESC"
        if limit is not None:
            remarks.append(LOCAL_ORDER)
    if limit is not None:
        also["Limit"] = limit
    return request.done(statement, *remarks, also=also)


def _scan(request: _Request, _table: Table | None) -> Partiql:
    _refuse_counting(request)
    statement = _select(request, request.text("IndexName"))
    condition = request.condition("FilterExpression")
    if condition is not None:
        statement += f" WHERE {request.writer.all_of([condition])}"
    limit = request.take("Limit")
    also = _consistent(request) | ({"Limit": limit} if limit is not None else {})
    return request.done(statement, also=also)


def _put(request: _Request, table: Table | None) -> Partiql:
    name, item = request.text("TableName"), request.item("Item")
    condition = request.condition("ConditionExpression")
    _returning(request, ())
    remarks = []
    if condition is None:
        remarks.append(INSERT_REFUSES)
    elif not _is_about_key(condition, "attribute_not_exists", request, table):
        raise NoEquivalent(
            "INSERT has no condition but its own: that no item of the key exists. This one differs."
        )
    value = request.writer.item(item)
    return request.done(f"INSERT INTO {identifier(name)} VALUE {value}", *remarks)


def _update(request: _Request, table: Table | None) -> Partiql:
    name, key = request.text("TableName"), request.item("Key")
    expression = request.text("UpdateExpression")
    if not expression:
        raise NoEquivalent("Only an UpdateExpression has an equivalent.")
    changes = _changes(request.writer, parse_update(expression))
    condition = request.condition("ConditionExpression")
    where = request.writer.key(key)
    remarks = []
    if condition is None:
        remarks.append(UPDATE_REFUSES)
    elif not _is_about_key(condition, "attribute_exists", request, table):
        where += f" AND {request.writer.all_of([condition])}"
        remarks.append(UPDATE_REFUSES)
    returning = _returning(request, tuple(_RETURNING))
    return request.done(f"UPDATE {identifier(name)} {changes} WHERE {where}{returning}", *remarks)


def _delete(request: _Request, _table: Table | None) -> Partiql:
    name, where = request.text("TableName"), request.writer.key(request.item("Key"))
    condition = request.condition("ConditionExpression")
    remarks = []
    if condition is not None:
        where += f" AND {request.writer.all_of([condition])}"
        remarks.append("DELETE of an item that does not exist succeeds, whatever the condition is.")
    returning = _returning(request, ("ALL_OLD",))
    return request.done(f"DELETE FROM {identifier(name)} WHERE {where}{returning}", *remarks)


_WRITERS: Mapping[str, Callable[[_Request, Table | None], Partiql]] = {
    "GetItem": _get,
    "Query": _query,
    "Scan": _scan,
    "PutItem": _put,
    "UpdateItem": _update,
    "DeleteItem": _delete,
}


def _select(request: _Request, index: str = "") -> str:
    source = identifier(request.text("TableName")) + (f".{identifier(index)}" if index else "")
    projected = "*"
    expression = request.text("ProjectionExpression")
    if expression:
        paths = parse_projection(expression).paths
        if any(len(path.elements) > 1 for path in paths):
            raise NoEquivalent(
                "SELECT names what it takes out of a document by its last part alone; a "
                "ProjectionExpression keeps the document around it."
            )
        projected = ", ".join(request.writer.path(path) for path in paths)
    return f"SELECT {projected} FROM {source}"


def _changes(writer: PartiqlWriter, update: Update) -> str:
    if update.adds or update.deletes:
        raise NoEquivalent("ADD and DELETE of attributes that may be absent have no equivalent.")
    sets = [f"SET {writer.path(one.path)} = {writer.operand(one.value)}" for one in update.sets]
    return " ".join([*sets, *(f"REMOVE {writer.path(path)}" for path in update.removals)])


def _is_about_key(
    condition: Condition, function: str, request: _Request, table: Table | None
) -> bool:
    """Whether a condition says no more than that an item of this key is there, or is not."""
    keys = {key.name for key in table.key_attributes} if table is not None else None
    match condition:
        case Function(name, (operand,)) if name == function:
            attribute = request.writer.attribute(operand)
            return attribute is not None and (keys is None or attribute in keys)
        case And(conditions):
            return all(_is_about_key(one, function, request, table) for one in conditions)
    return False


def _sort_key(
    condition: Condition, names: Mapping[str, str], table: Table | None, index: str
) -> str | None:
    if table is not None:
        found = table.index(index) if index else None
        if found is not None:
            return found.sort_key[0].name if found.sort_key else None
        return table.sort_key.name if table.sort_key and not index else None
    tests = key_tests(condition, names)
    ranges = [test.attribute for test in tests if test.operator != "="]
    return ranges[-1] if ranges else None


def _returning(request: _Request, allowed: Sequence[str]) -> str:
    wanted = request.text("ReturnValues")
    if wanted in ("", "NONE"):
        return ""
    if wanted not in allowed:
        raise NoEquivalent(f"PartiQL has nothing for ReturnValues {wanted} here.")
    return f" RETURNING {_RETURNING[wanted]}"


def _consistent(request: _Request) -> dict[str, object]:
    return {"ConsistentRead": True} if request.take("ConsistentRead") else {}


def _refuse_counting(request: _Request) -> None:
    wanted = request.text("Select")
    if wanted == "COUNT":
        raise NoEquivalent("PartiQL gives items, and does not count them.")
