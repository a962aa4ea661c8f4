"""boto3 code and PartiQL of a request, run against the server: they do what the request does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import pytest

from dynaproof.dynamodb.connection import Connection, ServiceError
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.session import connect
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.attribute_value import from_wire
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table
from dynaproof.report.partiql import LOCAL_ORDER, partiql
from dynaproof.report.request_code import boto3_code

Arguments = Mapping[str, Any]
Item = dict[str, Any]


def items() -> list[Item]:
    """Two item collections; some items lack attributes, some hold every type."""
    made: list[Item] = []
    for n in range(12):
        item: Item = {
            "pk": {"S": "it's" if n % 2 else "b"},
            "sk": {"S": f"2026-{n:02}"},
            "n": {"N": str(n - 3)},
            "note": {"S": "x" * n},
            'odd "name"': {"S": "quoted"},
        }
        if n % 3 == 0:
            item["day"] = {"S": "monday"}
            item["tags"] = {"SS": ["a", "b'c"]}
            item["doc"] = {"M": {"k": {"L": [{"N": "1"}, {"BOOL": True}, {"NULL": True}]}}}
            item["bytes"] = {"B": "AAEC"}
        made.append(item)
    return made


@pytest.fixture(scope="module")
def endpoint(local_server: LocalServer) -> Endpoint:
    return Endpoint(local_server.endpoint_url, table_prefix="request.")


@pytest.fixture(scope="module")
def connection(endpoint: Endpoint) -> Iterator[Connection]:
    with connect(endpoint) as opened:
        yield opened


@pytest.fixture(scope="module")
def table(endpoint: Endpoint, connection: Connection) -> Iterator[Table]:
    """The table as it is stored, filled; tests that write put it back."""
    text = KeyAttribute
    plain = Table(
        "notes-1.x",
        text("pk"),
        text("sk"),
        global_secondary_indexes=(
            SecondaryIndex("by-day", "global", (text("day"),), (text("sk"),)),
        ),
    )
    tables = Tables(endpoint)
    name = tables.create(plain)
    for item in items():
        connection.call("PutItem", {"TableName": name, "Item": item})
    yield tables.describe(name).table
    tables.drop(name)
    tables.close()


VALUES = {":pk": {"S": "it's"}, ":a": {"S": "2026-0"}, ":n": {"N": "-1.5"}, ":m": {"N": "5"}}
READS: dict[str, tuple[str, Arguments]] = {
    "item": ("GetItem", {"Key": {"pk": {"S": "it's"}, "sk": {"S": "2026-03"}}}),
    "consistent": (
        "GetItem",
        {"Key": {"pk": {"S": "b"}, "sk": {"S": "2026-00"}}, "ConsistentRead": True},
    ),
    "no item": ("GetItem", {"Key": {"pk": {"S": "none"}, "sk": {"S": "x"}}}),
    "projection": (
        "GetItem",
        {
            "Key": {"pk": {"S": "b"}, "sk": {"S": "2026-00"}},
            "ProjectionExpression": "#odd, doc, bytes, absent",
            "ExpressionAttributeNames": {"#odd": 'odd "name"'},
        },
    ),
    "collection": ("Query", {"KeyConditionExpression": "pk = :pk"}),
    "prefix": ("Query", {"KeyConditionExpression": "pk = :pk AND begins_with(sk, :a)"}),
    "range": ("Query", {"KeyConditionExpression": "pk = :pk AND sk > :a"}),
    "between": (
        "Query",
        {
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :a AND :z",
            "ExpressionAttributeValues": {":z": {"S": "2026-07"}},
        },
    ),
    "descending": ("Query", {"KeyConditionExpression": "pk = :pk", "ScanIndexForward": False}),
    "limit": ("Query", {"KeyConditionExpression": "pk = :pk", "Limit": 2}),
    "limit and filter": (
        "Query",
        {"KeyConditionExpression": "pk = :pk", "FilterExpression": "n > :n", "Limit": 3},
    ),
    "filter": (
        "Query",
        {
            "KeyConditionExpression": "pk = :pk",
            "FilterExpression": "n > :n AND (attribute_not_exists(tags) OR size(note) > :m)",
        },
    ),
    "index": (
        "Query",
        {
            "IndexName": "by-day",
            "KeyConditionExpression": "#d = :d",
            "ExpressionAttributeNames": {"#d": "day"},
            "ExpressionAttributeValues": {":d": {"S": "monday"}},
            "ScanIndexForward": False,
        },
    ),
    "scan": ("Scan", {}),
    "sets and lists": (
        "Scan",
        {
            "FilterExpression": "contains(tags, :t) AND doc.k[0] = :one AND tags = :s",
            "ExpressionAttributeValues": {
                ":t": {"S": "b'c"},
                ":one": {"N": "1"},
                ":s": {"SS": ["a", "b'c"]},
            },
        },
    ),
    "binary": (
        "Scan",
        {
            "FilterExpression": "bytes = :b",
            "ExpressionAttributeValues": {":b": {"B": "AAEC"}},
        },
    ),
    "in and not": ("Scan", {"FilterExpression": "NOT n IN (:n, :m) AND attribute_exists(tags)"}),
    "document": (
        "Scan",
        {
            "FilterExpression": "doc = :doc AND attribute_type(n, :type)",
            "ExpressionAttributeValues": {
                ":doc": {"M": {"k": {"L": [{"N": "1"}, {"BOOL": True}, {"NULL": True}]}}},
                ":type": {"S": "N"},
            },
        },
    ),
}
WRITES: dict[str, tuple[str, Arguments]] = {
    "put new": (
        "PutItem",
        {
            "Item": {"pk": {"S": "new"}, "sk": {"S": "1"}, "doc": {"M": {"a'b": {"L": []}}}},
            "ConditionExpression": "attribute_not_exists(pk)",
        },
    ),
    "put of one that exists": (
        "PutItem",
        {
            "Item": {"pk": {"S": "b"}, "sk": {"S": "2026-00"}},
            "ConditionExpression": "attribute_not_exists(pk)",
        },
    ),
    "update": (
        "UpdateItem",
        {
            "Key": {"pk": {"S": "b"}, "sk": {"S": "2026-00"}},
            "UpdateExpression": "SET n = n - :m, doc.k[0] = :s REMOVE tags, #odd",
            "ExpressionAttributeNames": {"#odd": 'odd "name"'},
            "ExpressionAttributeValues": {":m": {"N": "5"}, ":s": {"SS": ["é"]}},
            "ConditionExpression": "attribute_exists(pk)",
            "ReturnValues": "ALL_NEW",
        },
    ),
    "update under a condition that fails": (
        "UpdateItem",
        {
            "Key": {"pk": {"S": "b"}, "sk": {"S": "2026-00"}},
            "UpdateExpression": "SET n = :m",
            "ExpressionAttributeValues": {":m": {"N": "5"}},
            "ConditionExpression": "n = :m",
        },
    ),
    "update of a list": (
        "UpdateItem",
        {
            "Key": {"pk": {"S": "b"}, "sk": {"S": "2026-00"}},
            "UpdateExpression": "SET doc.k = list_append(doc.k, :l)",
            "ExpressionAttributeValues": {":l": {"L": [{"S": "end"}]}},
            "ConditionExpression": "attribute_exists(pk)",
        },
    ),
    "delete": (
        "DeleteItem",
        {"Key": {"pk": {"S": "b"}, "sk": {"S": "2026-00"}}, "ReturnValues": "ALL_OLD"},
    ),
    "delete of none": ("DeleteItem", {"Key": {"pk": {"S": "none"}, "sk": {"S": "1"}}}),
    "delete under a condition that fails": (
        "DeleteItem",
        {
            "Key": {"pk": {"S": "b"}, "sk": {"S": "2026-00"}},
            "ConditionExpression": "n > :m",
            "ExpressionAttributeValues": {":m": {"N": "100"}},
        },
    ),
}


def request(table: Table, arguments: Arguments) -> Item:
    """The arguments to a table, with those of the common values that are used."""
    text = str(arguments)
    own = arguments.get("ExpressionAttributeValues", {})
    named = {n: v for n, v in VALUES.items() if n not in own and f"{n}" in _words(text)}
    made = {"TableName": table.name, **arguments}
    return made | ({"ExpressionAttributeValues": {**named, **own}} if named or own else {})


def _words(text: str) -> set[str]:
    return {word.strip("(),'}") for word in text.split()}


def found(answer: Arguments) -> list[Item]:
    one = answer.get("Item") or answer.get("Attributes")
    given = [one] if one else answer.get("Items", [])
    return [{name: _sorted(value) for name, value in item.items()} for item in given]


def _sorted(typed: Item) -> Item:
    return {kind: sorted(v) if kind in ("SS", "NS", "BS") else v for kind, v in typed.items()}


@pytest.mark.parametrize(("operation", "arguments"), READS.values(), ids=READS.keys())
def test_partiql_reads_what_the_request_reads(
    connection: Connection, table: Table, operation: str, arguments: Arguments
) -> None:
    asked = request(table, arguments)
    made = partiql(operation, asked, table)
    assert made.statement is not None, made.remarks
    assert made.remarks == ()
    answer = connection.call(operation, asked)
    stated = connection.call("ExecuteStatement", {"Statement": made.statement, **made.arguments})
    expected, got = found(answer), found(stated)
    if operation == "Scan":  # which has no order
        expected, got = sorted(expected, key=str), sorted(got, key=str)
    assert got == expected


@pytest.mark.parametrize(("operation", "arguments"), WRITES.values(), ids=WRITES.keys())
def test_partiql_writes_what_the_request_writes(
    connection: Connection, table: Table, operation: str, arguments: Arguments
) -> None:
    asked = {"TableName": table.name, **arguments}
    made = partiql(operation, asked, table)
    assert made.statement is not None, made.remarks
    statement = {"Statement": made.statement, **made.arguments}
    by_request = outcome(connection, table, lambda: connection.call(operation, asked))
    by_statement = outcome(
        connection, table, lambda: connection.call("ExecuteStatement", statement)
    )
    assert by_statement == by_request


def outcome(
    connection: Connection, table: Table, write: Callable[[], Arguments]
) -> tuple[bool, list[Item], list[Item]]:
    """Whether a write succeeded, what it answered, and what the table held after it."""
    try:
        answer, succeeded = write(), True
    except ServiceError:
        answer, succeeded = {}, False
    held = sorted(found(connection.call("Scan", {"TableName": table.name})), key=str)
    for item in held:
        key = {key.name: item[key.name] for key in table.key_attributes}
        connection.call("DeleteItem", {"TableName": table.name, "Key": key})
    for item in items():
        connection.call("PutItem", {"TableName": table.name, "Item": item})
    return succeeded, found(answer), held


def test_a_descending_limit_comes_with_a_word_on_dynamodb_local(
    connection: Connection, table: Table
) -> None:
    """Should DynamoDB Local mend this, the remark can go."""
    asked = request(
        table, {"KeyConditionExpression": "pk = :pk", "ScanIndexForward": False, "Limit": 2}
    )
    made = partiql("Query", asked, table)
    assert made.remarks == (LOCAL_ORDER,)
    answer = found(connection.call("Query", asked))
    stated = found(
        connection.call("ExecuteStatement", {"Statement": made.statement, **made.arguments})
    )
    assert [item["sk"]["S"] for item in answer] == ["2026-11", "2026-09"]
    assert [item["sk"]["S"] for item in stated] == ["2026-03", "2026-01"]


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [*READS.values(), *WRITES.values()],
    ids=[*READS.keys(), *WRITES.keys()],
)
def test_boto3_code_does_what_the_request_does(
    endpoint: Endpoint,
    connection: Connection,
    table: Table,
    operation: str,
    arguments: Arguments,
) -> None:
    asked = request(table, arguments)
    scope: dict[str, Any] = {}

    def run() -> Arguments:
        try:
            exec(boto3_code(operation, asked, endpoint.url), scope)
        finally:
            scope["client"].close()
        return cast(Arguments, scope.get("answer", {"Items": scope.get("items")}))

    if (operation, arguments) in READS.values():
        expected = [_typed(item) for item in found(connection.call(operation, asked))]
        assert [_typed(item) for item in found(run())] == expected
        return
    by_request = outcome(connection, table, lambda: connection.call(operation, asked))
    by_code = outcome(connection, table, lambda: _refusing(run, scope))
    assert by_code[0] == by_request[0]
    assert by_code[2] == by_request[2]


def _refusing(run: Callable[[], Arguments], scope: Mapping[str, Any]) -> Arguments:
    try:
        return run()
    except scope["client"].exceptions.ClientError as error:
        raise ServiceError("", "", {}) from error


def _typed(item: Item) -> Item:
    """Binary of either form as bytes."""
    return {
        name: value if isinstance(value.get("B"), bytes) else from_wire(value)
        for name, value in item.items()
    }
