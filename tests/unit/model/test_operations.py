from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dynaproof.model.access_pattern import OPERATIONS
from dynaproof.model.diagnostic import InputError
from dynaproof.model.operations import (
    check_request,
    marshal_request,
    request_parts,
    table_names,
    written_keys,
)
from dynaproof.model.request_shape import request_shape
from dynaproof.model.template import Template

ROOT = Path(__file__).parents[3]

VALUES = {
    "id": "a",
    "n": 5,
    "nothing": None,
    "now": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    "tricky": "${id}",
    "tags": ["x", "y"],
    "key": {"pk": "a", "sk": 1},
    "yes": True,
}


def fill(text: str) -> object:
    return Template.parse(text).fill(VALUES)


def test_the_committed_shapes_are_those_of_the_installed_botocore() -> None:
    script = "import operations_from_botocore as o; print(o.request_shapes(), end='')"
    made = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT / "tools",
        capture_output=True,
        text=True,
        check=True,
    )
    committed = (ROOT / "src/dynaproof/model/operations.json").read_text(encoding="utf-8")
    assert committed == made.stdout, "run tools/operations_from_botocore.py"


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_operation_of_the_language_has_a_shape(operation: str) -> None:
    assert request_shape(operation).type == "structure"


WELL_FORMED: list[tuple[str, dict[str, object]]] = [
    ("GetItem", {"TableName": "t", "Key": {"pk": "a"}, "ConsistentRead": True}),
    ("GetItem", {"TableName": "t-${id}", "Key": "${key}", "ConsistentRead": "${yes}"}),
    ("Query", {"TableName": "t", "Limit": "${n}", "ExclusiveStartKey": "${key}"}),
    ("BatchWriteItem", {"RequestItems": {"t": [{"PutRequest": {"Item": {"pk": 1}}}]}}),
    ("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "t", "Item": {}}}]}),
    ("ExecuteStatement", {"Statement": "SELECT 1", "Parameters": ["a", 1, {"S": "x"}]}),
]


@pytest.mark.parametrize(("operation", "arguments"), WELL_FORMED)
def test_a_well_formed_request_has_no_findings(
    operation: str, arguments: dict[str, object]
) -> None:
    assert check_request(operation, arguments) == []


PUT = {"PutRequest": {"Item": {"pk": 1}}}
GET = {"Get": {"TableName": "t", "Key": {"pk": 1}}}
ILL_FORMED: list[tuple[str, dict[str, object], tuple[str | int, ...], str, str]] = [
    (
        "Query",
        {"TableName": "t", "KeyConditionExpresion": "x"},
        ("KeyConditionExpresion",),
        "unknown parameter",
        "'KeyConditionExpression'?",
    ),
    ("Query", {"TableName": "t", "limit": 1}, ("limit",), "unknown parameter", "'Limit'?"),
    ("GetItem", {"TableName": "t"}, (), "lacks the required parameter 'Key'", ""),
    (
        "TransactGetItems",
        {"TransactItems": [{"Get": {"Key": {}}}]},
        ("TransactItems", 0, "Get"),
        "lacks the required parameter 'TableName'",
        "",
    ),
    ("GetItem", {"TableName": "t", "Key": "a"}, ("Key",), "should be a mapping", "'a'"),
    ("Query", {"TableName": "t", "Limit": "5"}, ("Limit",), "a whole number", "'5'"),
    ("Query", {"TableName": "t", "Limit": True}, ("Limit",), "a whole number", "True"),
    ("Query", {"TableName": "t", "Limit": 0}, ("Limit",), "at least 1", ""),
    ("Query", {"TableName": "t", "ConsistentRead": 1}, ("ConsistentRead",), "true or false", ""),
    ("Query", {"TableName": 5}, ("TableName",), "should be a text", "5"),
    ("Query", {"TableName": "t", "IndexName": "ix"}, ("IndexName",), "at least 3", ""),
    ("Query", {"TableName": "t", "Select": "count"}, ("Select",), "cannot be", "'COUNT'?"),
    (
        "PutItem",
        {"TableName": "t", "Item": {}, "ReturnValues": "ALL_NEW"},
        ("ReturnValues",),
        "cannot be 'ALL_NEW'",
        "ALL_OLD",
    ),
    (
        "BatchWriteItem",
        {"RequestItems": {"t": [PUT] * 26}},
        ("RequestItems", "t"),
        "at most 25",
        "",
    ),
    (
        "BatchWriteItem",
        {"RequestItems": {"t": [PUT] * 13, "u": [PUT] * 13}},
        ("RequestItems",),
        "26 items",
        "split",
    ),
    (
        "BatchGetItem",
        {"RequestItems": {t: {"Keys": [{"pk": 1}] * 51} for t in "tu"}},
        ("RequestItems",),
        "102 items",
        "split",
    ),
    (
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "t", "Item": {}}}] * 101},
        ("TransactItems",),
        "at most 100",
        "",
    ),
    ("TransactGetItems", {"TransactItems": [GET] * 101}, ("TransactItems",), "at most 100", ""),
    (
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "t", "Item": {}}, "Delete": "${key}"}]},
        ("TransactItems", 0),
        "exactly one of",
        "",
    ),
]


@pytest.mark.parametrize(("operation", "arguments", "path", "message", "hint"), ILL_FORMED)
def test_what_an_operation_does_not_take_is_found(
    operation: str,
    arguments: dict[str, object],
    path: tuple[str | int, ...],
    message: str,
    hint: str,
) -> None:
    [(found_path, found_message, found_hint)] = check_request(operation, arguments)
    assert found_path == path
    assert message in found_message
    assert hint in found_hint


def put(item: object) -> object:
    return marshal_request("PutItem", {"TableName": "t", "Item": item}, fill)["Item"]


MARSHALLED: list[tuple[object, object]] = [
    ({"pk": "A#${id}"}, {"pk": {"S": "A#a"}}),
    ({"pk": "${n}"}, {"pk": {"N": "5"}}),
    ({"pk": "${n:08d}"}, {"pk": {"S": "00000005"}}),
    ({"pk": "${now:epoch}"}, {"pk": {"N": "1767323045"}}),
    ({"pk": "${now}"}, {"pk": {"S": "2026-01-02T03:04:05.000Z"}}),
    ({"pk": "$$5"}, {"pk": {"S": "$5"}}),
    ({"pk": "${tricky}"}, {"pk": {"S": "${id}"}}),
    ({"pk": {"S": "${n}"}}, {"pk": {"S": "5"}}),
    ({"pk": {"N": "${n}"}}, {"pk": {"N": "5"}}),
    ({"pk": {"N": "1${n}"}}, {"pk": {"N": "15"}}),
    ({"pk": {"BOOL": "${yes}"}}, {"pk": {"BOOL": True}}),
    ({"pk": {"SS": "${tags}"}}, {"pk": {"SS": ["x", "y"]}}),
    ({"pk": {"SS": ["${id}", "${n}"]}}, {"pk": {"SS": ["a", "5"]}}),
    ({"pk": {"a": ["${n}"]}}, {"pk": {"M": {"a": {"L": [{"N": "5"}]}}}}),
    ({"pk": 1, "gone": "${nothing}", "gone_too": {"S": "${nothing}"}}, {"pk": {"N": "1"}}),
    ({"null": None, "in": ["${nothing}"]}, {"null": {"NULL": True}, "in": {"L": [{"NULL": True}]}}),
    ("${key}", {"pk": {"S": "a"}, "sk": {"N": "1"}}),
]


@pytest.mark.parametrize(("item", "typed"), MARSHALLED)
def test_templates_are_filled_and_values_typed(item: object, typed: object) -> None:
    assert put(item) == typed


def test_only_places_of_attribute_values_are_typed() -> None:
    arguments: dict[str, object] = {
        "TableName": "t-${n}",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": "${id}", ":none": "${nothing}"},
        "Limit": "${n}",
        "ScanIndexForward": False,
        "ConsistentRead": "${yes}",
        "ExclusiveStartKey": "${nothing}",
    }
    assert marshal_request("Query", arguments, fill) == {
        "TableName": "t-5",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "a"}, ":none": {"NULL": True}},
        "Limit": 5,
        "ScanIndexForward": False,
        "ConsistentRead": True,
    }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"TableName": "t", "Limit": "${id}"}, "Limit: should be a whole number"),
        ({"TableName": "t", "ExclusiveStartKey": "${id}"}, "ExclusiveStartKey: should be a map"),
        (
            {"TableName": "t", "ExclusiveStartKey": {"pk": {"N": "${id}"}}},
            "pk: 'a' is not a number",
        ),
        ({"TableName": "t", "Nonsense": 1}, "Nonsense: unknown parameter"),
    ],
)
def test_what_values_make_of_a_request_is_checked(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        marshal_request("Query", arguments, fill)


TRANSACTION: dict[str, object] = {
    "TransactItems": [
        {"Put": {"TableName": "t", "Item": {"pk": 1, "sk": 2, "x": 3}}},
        {"Update": {"TableName": "u", "Key": {"id": "a"}, "UpdateExpression": "SET x = y"}},
        {"Delete": {"TableName": "t", "Key": {"pk": 5, "sk": 6}}},
        {"ConditionCheck": {"TableName": "v", "Key": {"id": 1}, "ConditionExpression": "x"}},
    ]
}
BATCH: dict[str, object] = {
    "RequestItems": {
        "t": [
            {"PutRequest": {"Item": {"pk": 1, "sk": 2, "x": 3}}},
            {"DeleteRequest": {"Key": {"pk": 5, "sk": 6}}},
        ]
    }
}
KEYS = {"t": ("pk", "sk"), "u": ("id",)}
T12 = ("t", {"pk": {"N": "1"}, "sk": {"N": "2"}})
T56 = ("t", {"pk": {"N": "5"}, "sk": {"N": "6"}})
UA = ("u", {"id": {"S": "a"}})


@pytest.mark.parametrize(
    ("operation", "arguments", "tables", "keys"),
    [
        ("TransactWriteItems", TRANSACTION, ("t", "u", "v"), [T12, UA, T56]),
        ("BatchWriteItem", BATCH, ("t",), [T12, T56]),
        ("PutItem", {"TableName": "u", "Item": {"id": "a", "x": 1}}, ("u",), [UA]),
        ("UpdateItem", {"TableName": "u", "Key": {"id": "a"}}, ("u",), [UA]),
        ("DeleteItem", {"TableName": "u", "Key": {"id": "a"}}, ("u",), [UA]),
        ("GetItem", {"TableName": "u", "Key": {"id": "a"}}, ("u",), []),
        ("BatchGetItem", {"RequestItems": {"u": {"Keys": [{"id": 1}]}}}, ("u",), []),
        ("Scan", {"TableName": "u"}, ("u",), []),
        ("ExecuteStatement", {"Statement": "DELETE FROM u"}, (), None),
    ],
)
def test_tables_and_written_keys_of_a_request(
    operation: str, arguments: dict[str, object], tables: tuple[str, ...], keys: object
) -> None:
    assert table_names(operation, arguments) == tables
    marshalled = marshal_request(operation, arguments, fill)
    assert written_keys(operation, marshalled, KEYS) == keys


def test_parts_of_a_transaction_say_where_they_stand() -> None:
    parts = request_parts("TransactWriteItems", TRANSACTION)
    assert [(part.path[1:], part.operation, part.table) for part in parts] == [
        ((0, "Put"), "PutItem", "t"),
        ((1, "Update"), "UpdateItem", "u"),
        ((2, "Delete"), "DeleteItem", "t"),
        ((3, "ConditionCheck"), "ConditionCheck", "v"),
    ]
