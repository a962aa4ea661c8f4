"""A request as boto3, AWS CLI and PartiQL text; what a server says of it is in tests/local."""

from __future__ import annotations

import io
import subprocess

import botocore.session
import pytest
from botocore import xform_name
from rich.console import Console

from dynaproof.model.access_pattern import OPERATIONS
from dynaproof.model.definition import Definition
from dynaproof.report.partiql import partiql
from dynaproof.report.request_code import aws_cli_command, boto3_code, print_request

URL = "http://127.0.0.1:8000"
KEY = {"pk": {"S": "it's"}, "sk": {"B": "AAEC"}}


@pytest.fixture(scope="module")
def service() -> botocore.model.ServiceModel:
    return botocore.session.get_session().get_service_model("dynamodb")


def shell_words(command: str) -> list[str]:
    """What a POSIX shell makes of a command's words."""
    done = subprocess.run(
        ["sh", "-c", f"printf '%s\\0' {command}"], capture_output=True, text=True, check=True
    )
    return done.stdout.split("\0")[:-1]


def test_cli_words_are_those_of_the_service_model(service: botocore.model.ServiceModel) -> None:
    for operation in sorted(OPERATIONS):
        shape = service.operation_model(operation).input_shape
        assert shape is not None
        members = list(shape.members)
        words = shell_words(aws_cli_command(operation, dict.fromkeys(members, "x"), URL))
        assert words[:3] == ["aws", "dynamodb", xform_name(operation, "-")]
        assert words[3:-4:2] == [f"--{xform_name(name, '-')}" for name in members]
        assert words[-4:] == ["--region", "us-east-1", "--endpoint-url", URL]


def test_boto3_methods_are_those_of_the_service_model() -> None:
    for operation in sorted(OPERATIONS):
        code = boto3_code(operation, {"Limit": 1}, URL)
        assert f"client.{xform_name(operation)}(**request)" in code


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ({"TableName": 'it\'s $HOME `x` "y" \\ !'}, ["--table-name", 'it\'s $HOME `x` "y" \\ !']),
        ({"Limit": 20}, ["--limit", "20"]),
        ({"ScanIndexForward": False}, ["--no-scan-index-forward"]),
        ({"ConsistentRead": True}, ["--consistent-read"]),
        ({"Key": KEY}, ["--key", '{"pk": {"S": "it\'s"}, "sk": {"B": "AAEC"}}']),
        ({"FilterExpression": "a = :a\nOR b = :b"}, ["--filter-expression", "a = :a\nOR b = :b"]),
        ({"AttributesToGet": ["é"]}, ["--attributes-to-get", '["é"]']),
    ],
)
def test_a_shell_reads_back_every_argument(argument: dict[str, object], words: list[str]) -> None:
    assert shell_words(aws_cli_command("Query", argument, URL))[3:-4] == words


def test_code_for_aws_holds_no_credentials() -> None:
    code = boto3_code("GetItem", {"Key": KEY}, "https://dynamodb.eu-west-1.amazonaws.com")
    assert "aws_access_key_id" not in code
    assert "aws_access_key_id" in boto3_code("GetItem", {"Key": KEY}, URL)


QUERY = {
    "TableName": "t",
    "KeyConditionExpression": "#pk = :pk AND begins_with(sk, :sk)",
    "ExpressionAttributeNames": {"#pk": "pk"},
    "ExpressionAttributeValues": {":pk": {"S": "it's"}, ":sk": {"S": "a"}, ":n": {"N": "-1.5"}},
}
PUT = {"TableName": "t", "Item": {"pk": {"S": "a"}, "n": {"NS": ["1", "2"]}}}
UPDATE = {
    "TableName": "t",
    "Key": {"pk": {"S": "a"}},
    "UpdateExpression": "SET n = n + :n, #d.x[0] = :d REMOVE old",
    "ExpressionAttributeNames": {"#d": "d-d"},
    "ExpressionAttributeValues": {":n": {"N": "1"}, ":d": {"M": {"k": {"BOOL": True}}}},
}
STATEMENTS = {
    "get": (
        "GetItem",
        {"TableName": "t", "Key": {"pk": {"S": "a"}}, "ConsistentRead": True},
        'SELECT * FROM "t" WHERE "pk" = \'a\'',
        {"ConsistentRead": True},
    ),
    "query": (
        "Query",
        QUERY | {"IndexName": "i", "ProjectionExpression": "#pk, sk", "Limit": 5},
        'SELECT "pk", "sk" FROM "t"."i" WHERE "pk" = \'it\'\'s\' AND begins_with("sk", \'a\')',
        {"Limit": 5},
    ),
    "descending": (
        "Query",
        QUERY | {"ScanIndexForward": False},
        (
            "SELECT * FROM \"t\" WHERE \"pk\" = 'it''s' AND begins_with(\"sk\", 'a')"
            ' ORDER BY "sk" DESC'
        ),
        {},
    ),
    "filter": (
        "Query",
        QUERY | {"FilterExpression": "n IN (:n) OR attribute_not_exists(n)"},
        (
            "SELECT * FROM \"t\" WHERE (\"pk\" = 'it''s' AND begins_with(\"sk\", 'a'))"
            ' AND ("n" IN [-1.5] OR "n" IS MISSING)'
        ),
        {},
    ),
    "binary": (
        "DeleteItem",
        {"TableName": "t", "Key": KEY},
        'DELETE FROM "t" WHERE "pk" = \'it\'\'s\' AND "sk" = ?',
        {"Parameters": [{"B": "AAEC"}]},
    ),
    "put": (
        "PutItem",
        PUT | {"ConditionExpression": "attribute_not_exists(pk)"},
        "INSERT INTO \"t\" VALUE {'pk': 'a', 'n': <<1, 2>>}",
        {},
    ),
    "update": (
        "UpdateItem",
        UPDATE | {"ReturnValues": "UPDATED_NEW", "ConditionExpression": "attribute_exists(pk)"},
        (
            'UPDATE "t" SET "n" = "n" + 1 SET "d-d"."x"[0] = {\'k\': true} REMOVE "old"'
            " WHERE \"pk\" = 'a' RETURNING MODIFIED NEW *"
        ),
        {},
    ),
}


@pytest.mark.parametrize(
    ("operation", "arguments", "statement", "others"), STATEMENTS.values(), ids=STATEMENTS.keys()
)
def test_partiql_of_a_request(
    operation: str, arguments: dict[str, object], statement: str, others: dict[str, object]
) -> None:
    made = partiql(operation, arguments)
    assert (made.statement, made.arguments) == (statement, others)


WITHOUT = {
    "BatchWriteItem": ("BatchWriteItem", {"RequestItems": {}}, "BatchExecuteStatement"),
    "TransactWriteItems": ("TransactWriteItems", {"TransactItems": []}, "ExecuteTransaction"),
    "ADD": ("UpdateItem", UPDATE | {"UpdateExpression": "ADD n :n"}, "ADD"),
    "if_not_exists": (
        "UpdateItem",
        UPDATE | {"UpdateExpression": "SET n = if_not_exists(n, :n)"},
        "if_not_exists",
    ),
    "another condition": ("PutItem", PUT | {"ConditionExpression": "n = n"}, "INSERT"),
    "a count": ("Query", QUERY | {"Select": "COUNT"}, "count"),
    "a segment": ("Scan", {"TableName": "t", "Segment": 1, "TotalSegments": 2}, "Segment"),
    "nested projection": ("Scan", {"TableName": "t", "ProjectionExpression": "a.b"}, "document"),
    "unknown sort key": (
        "Query",
        QUERY | {"KeyConditionExpression": "#pk = :pk", "ScanIndexForward": False},
        "sort key",
    ),
    "wrong expression": ("Scan", {"TableName": "t", "FilterExpression": "a ="}, ""),
}


@pytest.mark.parametrize(("operation", "arguments", "reason"), WITHOUT.values(), ids=WITHOUT.keys())
def test_where_partiql_has_no_equivalent_it_says_why(
    operation: str, arguments: dict[str, object], reason: str
) -> None:
    made = partiql(operation, arguments)
    assert made.statement is None
    [remark] = made.remarks
    assert reason in remark
    assert remark


def test_a_known_table_gives_the_sort_key(shop: Definition) -> None:
    arguments = {
        "TableName": "shop-orders",
        "IndexName": "orders-by-day",
        "KeyConditionExpression": "day = :d",
        "ExpressionAttributeValues": {":d": {"S": "2026-01-02"}},
        "ScanIndexForward": False,
    }
    made = partiql("Query", arguments, shop.tables[0])
    assert made.statement is not None
    assert made.statement.endswith('ORDER BY "sk" DESC')


@pytest.mark.parametrize(
    ("operation", "arguments", "refuses"),
    [("PutItem", PUT, "INSERT refuses"), ("UpdateItem", UPDATE, "UPDATE refuses")],
)
def test_a_difference_is_told(operation: str, arguments: dict[str, object], refuses: str) -> None:
    made = partiql(operation, arguments)
    assert made.statement is not None
    assert made.remarks[0].startswith(refuses)


def test_all_three_are_printed_and_none_is_folded() -> None:
    stream = io.StringIO()
    print_request("Query", QUERY, URL, Console(file=stream, width=40, markup=False))
    text = stream.getvalue()
    assert boto3_code("Query", QUERY, URL) in text
    assert aws_cli_command("Query", QUERY, URL) in text
    statement = partiql("Query", QUERY).statement
    assert statement is not None
    assert statement in text
