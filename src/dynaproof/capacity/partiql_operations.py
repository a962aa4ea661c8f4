"""The operations that PartiQL statements amount to.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dynaproof.capacity.bill import Bill
from dynaproof.capacity.partiql_statement import (
    Delete,
    Exists,
    Insert,
    Select,
    Statement,
    UpdateStatement,
)
from dynaproof.capacity.partiql_values import Term
from dynaproof.capacity.prediction import Mark
from dynaproof.capacity.refusal import VALIDATION, Refused
from dynaproof.model.attribute_value import Item
from dynaproof.model.expressions.key_condition import KeySchema
from dynaproof.model.table import SecondaryIndex, Table

SEVERAL_PARTITIONS = Mark(
    "uncertain", "a SELECT with several partition keys is taken as a Query of each"
)
TWO_BOUNDS = Mark(
    "uncertain",
    "the sort key has several conditions: the first is taken as the key condition, and the others"
    " as a filter of what it reads",
)
_SORT_OPERATORS = frozenset({"=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"})


@dataclass(frozen=True, slots=True)
class ItemOperation:
    """An operation on one item, with typed arguments."""

    operation: str
    arguments: dict[str, object]


def as_reads(
    bill: Bill, table: Table, select: Select, request: Mapping[str, object]
) -> Iterator[tuple[str, dict[str, object]]]:
    """Give the Query, Queries or Scan that a SELECT amounts to."""
    arguments: dict[str, object] = {
        "TableName": table.name,
        "ExpressionAttributeNames": select.names,
        "ExpressionAttributeValues": select.values,
    }
    for name in ("ConsistentRead", "Limit"):
        if name in request:
            arguments[name] = request[name]
    if select.projection:
        arguments["ProjectionExpression"] = select.projection
    if select.descending:
        arguments["ScanIndexForward"] = False
    source: Table | SecondaryIndex = table
    if select.index:
        index = table.index(select.index)
        if index is None:
            raise Refused(VALIDATION, f"the table {table.name} has no index {select.index}")
        source = index
        arguments["IndexName"] = select.index
    schema = KeySchema.of(source)
    key_terms, several = _key_terms(schema, select.where)
    if key_terms is None:
        yield "Scan", _filtered(arguments, select.where)
        return
    rest = [term for term in select.where if term not in key_terms and term is not several]
    if any(schema.attribute(term.attribute) for term in rest):
        bill.mark(TWO_BOUNDS)
    arguments = _filtered(arguments, rest)
    condition = " AND ".join(term.text for term in key_terms)
    if several is None:
        yield "Query", arguments | {"KeyConditionExpression": condition}
        return
    bill.mark(SEVERAL_PARTITIONS)
    name = next(n for n, attribute in select.names.items() if attribute == several.attribute)
    for number, value in enumerate(several.values):
        one = f":one{number}"
        values = select.values | {one: value}
        text = f"{name} = {one}" + (f" AND {condition}" if condition else "")
        yield (
            "Query",
            arguments | {"KeyConditionExpression": text, "ExpressionAttributeValues": values},
        )


def _key_terms(schema: KeySchema, where: Sequence[Term]) -> tuple[list[Term] | None, Term | None]:
    """Give the terms that are the key condition, and one with IN; None if all is scanned."""
    chosen: list[Term] = []
    several: Term | None = None
    for key in schema.partition_key:
        equal = next((t for t in where if t.attribute == key.name and t.operator == "="), None)
        if equal is not None:
            chosen.append(equal)
            continue
        any_of = next((t for t in where if t.attribute == key.name and t.operator == "IN"), None)
        if any_of is None or len(schema.partition_key) > 1:
            return None, None
        several = any_of
    for key in schema.sort_key:
        term = next(
            (t for t in where if t.attribute == key.name and t.operator in _SORT_OPERATORS), None
        )
        if term is None:
            break
        chosen.append(term)
        if term.operator != "=":
            break
    return chosen, several


def _filtered(arguments: Mapping[str, object], terms: Sequence[Term]) -> dict[str, object]:
    if not terms:
        return dict(arguments)
    return {**arguments, "FilterExpression": _all_of(terms)}


def as_write(table: Table, statement: Statement) -> ItemOperation:
    """Give the operation that a statement amounts to.

    INSERT is a put of what is not there yet, UPDATE an update of what is.
    """
    partition_key = table.partition_key.name
    if isinstance(statement, Insert):
        return ItemOperation(
            "PutItem",
            {
                "Item": statement.item,
                "ConditionExpression": "attribute_not_exists(#pk)",
                "ExpressionAttributeNames": {"#pk": partition_key},
            },
        )
    key, rest = whole_key(table, statement.where)
    if key is None:
        message = "the WHERE clause needs '=' for every key attribute of the table"
        raise Refused(VALIDATION, message)
    conditions = [term.within for term in rest]
    arguments: dict[str, object] = {
        "Key": key,
        "ExpressionAttributeNames": {**statement.names, "#pk": partition_key},
        "ExpressionAttributeValues": statement.values,
    }
    operation = "ConditionCheck" if isinstance(statement, Exists) else "DeleteItem"
    if isinstance(statement, UpdateStatement):
        operation = "UpdateItem"
        if statement.update:
            arguments["UpdateExpression"] = statement.update
    if not isinstance(statement, Delete):
        conditions.insert(0, "attribute_exists(#pk)")
    if conditions:
        arguments["ConditionExpression"] = " AND ".join(conditions)
    return ItemOperation(operation, arguments)


def whole_key(table: Table, where: Sequence[Term]) -> tuple[Item | None, list[Term]]:
    """Give the key that equalities name, None if not all of it, and the other terms."""
    key: Item = {}
    rest = list(where)
    for attribute in table.key_attributes:
        term = next((t for t in rest if t.attribute == attribute.name and t.operator == "="), None)
        if term is None:
            return None, list(where)
        key[attribute.name] = term.values[0]
        rest.remove(term)
    return key, rest


def _all_of(terms: Sequence[Term]) -> str:
    return " AND ".join(term.within if len(terms) > 1 else term.text for term in terms)
