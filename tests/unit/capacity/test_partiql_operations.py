"""The operations that PartiQL statements amount to, with their expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
"""

from __future__ import annotations

import re

import pytest

from dynaproof.capacity.bill import Bill
from dynaproof.capacity.partiql_operations import as_reads, as_write
from dynaproof.capacity.partiql_statement import (
    Delete,
    Exists,
    Select,
    UpdateStatement,
    parse_statement,
)
from dynaproof.model.attribute_value import AttributeValue
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table

ONE: AttributeValue = {"N": "1"}
TABLE = Table(
    "t",
    KeyAttribute("pk"),
    KeyAttribute("sk", "N"),
    global_secondary_indexes=(
        SecondaryIndex(
            "two",
            "global",
            (KeyAttribute("g"), KeyAttribute("h")),
            (KeyAttribute("sk", "N"), KeyAttribute("k")),
        ),
        SecondaryIndex("one", "global", (KeyAttribute("g"),)),
    ),
)
# Statement, index, then for each read its operation, key condition and filter; the marks.
READS: list[tuple[str, str, list[tuple[str, str, str]], int]] = [
    ("", "", [("Scan", "", "")], 0),
    ("pk = 'p'", "", [("Query", "[pk] = <p>", "")], 0),
    ("pk > 'p'", "", [("Scan", "", "[pk] > <p>")], 0),
    ("sk = 1", "", [("Scan", "", "[sk] = <1>")], 0),
    ("a = 1 AND pk = 'p'", "", [("Query", "[pk] = <p>", "[a] = <1>")], 0),
    ("pk = 'p' AND sk = 1", "", [("Query", "[pk] = <p> AND [sk] = <1>", "")], 0),
    ("sk <= 1 AND pk = 'p'", "", [("Query", "[pk] = <p> AND [sk] <= <1>", "")], 0),
    (
        "pk = 'p' AND sk BETWEEN 1 AND 2",
        "",
        [("Query", "[pk] = <p> AND [sk] BETWEEN <1> AND <2>", "")],
        0,
    ),
    ("pk = 'p' AND sk <> 1", "", [("Query", "[pk] = <p>", "[sk] <> <1>")], 1),
    (
        "pk = 'p' AND sk > 1 AND sk < 2",
        "",
        [("Query", "[pk] = <p> AND [sk] > <1>", "[sk] < <2>")],
        1,
    ),
    ("pk = 'p' AND (a = 1 OR b = 2)", "", [("Query", "[pk] = <p>", "[a] = <1> OR [b] = <2>")], 0),
    (
        "pk = 'p' AND (a = 1 OR b = 2) AND c = 1",
        "",
        [("Query", "[pk] = <p>", "([a] = <1> OR [b] = <2>) AND [c] = <1>")],
        0,
    ),
    ("pk IN ['p', 'q']", "", [("Query", "[pk] = <p>", ""), ("Query", "[pk] = <q>", "")], 1),
    ("pk IN ['p'] AND sk > 1", "", [("Query", "[pk] = <p> AND [sk] > <1>", "")], 1),
    ("pk IN ['p'] AND a = 1", "", [("Query", "[pk] = <p>", "[a] = <1>")], 1),
    ("g = 'p'", "one", [("Query", "[g] = <p>", "")], 0),
    ("g IN ['p']", "one", [("Query", "[g] = <p>", "")], 1),
    ("pk = 'p'", "one", [("Scan", "", "[pk] = <p>")], 0),
    # A GSI with two attributes in each part of its key.
    ("g = 'p'", "two", [("Scan", "", "[g] = <p>")], 0),
    ("g = 'p' AND h IN ['q']", "two", [("Scan", "", "[g] = <p> AND [h] IN (<q>)")], 0),
    ("g = 'p' AND h = 'q'", "two", [("Query", "[g] = <p> AND [h] = <q>", "")], 0),
    (
        "g = 'p' AND h = 'q' AND sk = 1 AND k > 'k'",
        "two",
        [("Query", "[g] = <p> AND [h] = <q> AND [sk] = <1> AND [k] > <k>", "")],
        0,
    ),
    (
        "g = 'p' AND h = 'q' AND sk > 1 AND k = 'k'",
        "two",
        [("Query", "[g] = <p> AND [h] = <q> AND [sk] > <1>", "[k] = <k>")],
        1,
    ),
    (
        "g = 'p' AND h = 'q' AND k = 'k'",
        "two",
        [("Query", "[g] = <p> AND [h] = <q>", "[k] = <k>")],
        1,
    ),
]


def said(text: str, names: dict[str, str], values: dict[str, AttributeValue]) -> str:
    """An expression with its names and values in it, as ``[a]`` and ``<x>``."""
    for placeholder, name in names.items():
        text = re.sub(rf"{placeholder}\b", f"[{name}]", text)
    for placeholder, value in values.items():
        text = re.sub(rf"{placeholder}\b", f"<{next(iter(value.values()))}>", text)
    return text


@pytest.mark.parametrize(("condition", "index", "reads", "marks"), READS)
def test_a_select_amounts_to_queries_or_a_scan(
    condition: str, index: str, reads: list[tuple[str, str, str]], marks: int
) -> None:
    source = f't."{index}"' if index else "t"
    select = parse_statement(
        f"SELECT * FROM {source}" + (f" WHERE {condition}" if condition else "")
    )
    assert isinstance(select, Select)
    bill = Bill("read")
    found = []
    for operation, arguments in as_reads(bill, TABLE, select, {}):
        values = arguments.pop("ExpressionAttributeValues")
        names = arguments.pop("ExpressionAttributeNames")
        assert isinstance(values, dict)
        assert isinstance(names, dict)
        key, rest = (
            said(str(arguments.pop(name, "")), names, values)
            for name in ("KeyConditionExpression", "FilterExpression")
        )
        found.append((operation, key, rest))
        assert arguments == {"TableName": "t"} | ({"IndexName": index} if index else {})
    assert found == reads
    assert [mark.kind for mark in bill.marks] == ["uncertain"] * marks


def test_a_select_passes_on_how_it_is_read() -> None:
    select = parse_statement("SELECT a FROM t ORDER BY pk DESC")
    assert isinstance(select, Select)
    request = {"ConsistentRead": True, "Limit": 5, "Other": 1}
    [(_, arguments)] = as_reads(Bill("read"), TABLE, select, request)
    assert arguments["ProjectionExpression"] == "#n0"
    assert arguments["ExpressionAttributeNames"] == {"#n0": "a", "#n1": "pk"}
    others = {"ConsistentRead": True, "Limit": 5, "ScanIndexForward": False}
    assert {name: arguments[name] for name in others} == others
    assert "Other" not in arguments


# Statement, operation, condition, update.
WRITES = [
    ("DELETE FROM t WHERE pk = 'p' AND sk = 1", "DeleteItem", None, None),
    ("DELETE FROM t WHERE pk = 'p' AND sk = 1 AND a = 2", "DeleteItem", "[a] = <2>", None),
    (
        "DELETE FROM t WHERE sk = 1 AND (a = 1 OR b = 2) AND pk = 'p' AND c = 2",
        "DeleteItem",
        "([a] = <1> OR [b] = <2>) AND [c] = <2>",
        None,
    ),
    (
        "UPDATE t SET a = 2 WHERE pk = 'p' AND sk = 1",
        "UpdateItem",
        "attribute_exists([pk])",
        "SET [a] = <2>",
    ),
    (
        "UPDATE t WHERE pk = 'p' AND sk = 1 AND a = 2",
        "UpdateItem",
        "attribute_exists([pk]) AND [a] = <2>",
        None,
    ),
    (
        "EXISTS(SELECT * FROM t WHERE pk = 'p' AND sk = 1)",
        "ConditionCheck",
        "attribute_exists([pk])",
        None,
    ),
    (
        "EXISTS(SELECT * FROM t WHERE pk = 'p' AND sk = 1 AND a = 2)",
        "ConditionCheck",
        "attribute_exists([pk]) AND [a] = <2>",
        None,
    ),
]


@pytest.mark.parametrize(("text", "operation", "condition", "update"), WRITES)
def test_a_statement_amounts_to_a_write_of_one_item(
    text: str, operation: str, condition: str | None, update: str | None
) -> None:
    statement = parse_statement(text)
    assert isinstance(statement, Delete | UpdateStatement | Exists)
    amounts_to = as_write(TABLE, statement)
    arguments = amounts_to.arguments
    assert amounts_to.operation == operation
    assert arguments["Key"] == {"pk": {"S": "p"}, "sk": ONE}
    names = {**statement.names, "#pk": "pk"}
    assert arguments["ExpressionAttributeNames"] == names
    assert arguments["ExpressionAttributeValues"] == statement.values
    for name, expected in (("ConditionExpression", condition), ("UpdateExpression", update)):
        found = arguments.get(name)
        assert (found and said(str(found), names, statement.values)) == expected


def test_an_insert_amounts_to_a_put_of_what_is_not_there() -> None:
    statement = parse_statement("INSERT INTO t VALUE {'pk': 'p', 'sk': 1}")
    amounts_to = as_write(TABLE, statement)
    assert amounts_to.operation == "PutItem"
    assert amounts_to.arguments == {
        "Item": {"pk": {"S": "p"}, "sk": ONE},
        "ConditionExpression": "attribute_not_exists(#pk)",
        "ExpressionAttributeNames": {"#pk": "pk"},
    }
