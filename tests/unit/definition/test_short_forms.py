"""Short forms as the calls of the API that they stand for."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.model.operations import check_request

HEAD = """\
version: 1
name: forms
tables:
  chat:
    partition_key: pk
    sort_key: sk
    global_secondary_indexes:
      place: {partition_key: [country, zip], sort_key: [street, house]}
      day: {partition_key: day}
access_patterns:
  pattern:
    """

Case = tuple[str, str, dict[str, object]]
PK = {"#pk": "pk"}
FORMS: dict[str, Case] = {
    "a query of a collection": (
        "query: {partition_key: 'ROOM#${room}'}",
        "Query",
        {
            "KeyConditionExpression": "#pk = :pk",
            "ExpressionAttributeNames": PK,
            "ExpressionAttributeValues": {":pk": "ROOM#${room}"},
        },
    ),
    "a sort key that is equal": (
        "query: {partition_key: x, sort_key: y}",
        "Query",
        {
            "KeyConditionExpression": "#pk = :pk AND #sk = :sk",
            "ExpressionAttributeNames": {**PK, "#sk": "sk"},
            "ExpressionAttributeValues": {":pk": "x", ":sk": "y"},
        },
    ),
    "begins_with": (
        "query: {partition_key: x, sort_key: {begins_with: y}}",
        "Query",
        {
            "KeyConditionExpression": "#pk = :pk AND begins_with(#sk, :sk)",
            "ExpressionAttributeNames": {**PK, "#sk": "sk"},
            "ExpressionAttributeValues": {":pk": "x", ":sk": "y"},
        },
    ),
    "between": (
        "query: {partition_key: x, sort_key: {between: [a, b]}}",
        "Query",
        {
            "KeyConditionExpression": "#pk = :pk AND #sk BETWEEN :from AND :to",
            "ExpressionAttributeNames": {**PK, "#sk": "sk"},
            "ExpressionAttributeValues": {":pk": "x", ":from": "a", ":to": "b"},
        },
    ),
    "a key of several attributes, the last of them compared": (
        "query: {index: place, partition_key: [NO, oslo], sort_key: {street: A, house: {ge: b}}}",
        "Query",
        {
            "IndexName": "place",
            "KeyConditionExpression": "#pk = :pk AND #pk2 = :pk2 AND #sk = :sk AND #sk_ >= :sk_",
            "ExpressionAttributeNames": {
                "#pk": "country",
                "#pk2": "zip",
                "#sk": "street",
                "#sk_": "house",
            },
            "ExpressionAttributeValues": {":pk": "NO", ":pk2": "oslo", ":sk": "A", ":sk_": "b"},
        },
    ),
    "names of the user's own are left as they are": (
        "query: {partition_key: x, filter: '#pk > :pk', names: {'#pk': size}, values: {pk: 3}}",
        "Query",
        {
            "FilterExpression": "#pk > :pk",
            "KeyConditionExpression": "#pk_ = :pk_",
            "ExpressionAttributeNames": {"#pk": "size", "#pk_": "pk"},
            "ExpressionAttributeValues": {":pk": 3, ":pk_": "x"},
        },
    ),
    "all that a query has": (
        (
            "query: {partition_key: x, index: day, project: [name, size], scan_index_forward: false,"
            " limit: 5, select: specific_attributes}"
        ),
        "Query",
        {
            "IndexName": "day",
            "KeyConditionExpression": "#pk = :pk",
            "ProjectionExpression": "#p1, #p2",
            "ScanIndexForward": False,
            "Limit": 5,
            "Select": "SPECIFIC_ATTRIBUTES",
            "ExpressionAttributeNames": {"#pk": "day", "#p1": "name", "#p2": "size"},
            "ExpressionAttributeValues": {":pk": "x"},
        },
    ),
    "a scan": (
        "scan: {filter: 'stock < :few', values: {':few': 5}, consistent_read: true}",
        "Scan",
        {
            "FilterExpression": "stock < :few",
            "ConsistentRead": True,
            "ExpressionAttributeValues": {":few": 5},
        },
    ),
    "a get": (
        "get: {key: {pk: x, sk: y}, project: 'a, b'}",
        "GetItem",
        {"Key": {"pk": "x", "sk": "y"}, "ProjectionExpression": "a, b"},
    ),
    "a put": (
        (
            "put: {item: {pk: x, sk: y}, condition: attribute_not_exists(pk),"
            " return_values_on_condition_check_failure: all_old}"
        ),
        "PutItem",
        {
            "Item": {"pk": "x", "sk": "y"},
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    ),
    "an update": (
        (
            "update: {key: {pk: x, sk: y}, update: 'SET #n = :n', names: {'#n': name}, values: {n: 1},"
            " return_values: updated_new}"
        ),
        "UpdateItem",
        {
            "Key": {"pk": "x", "sk": "y"},
            "UpdateExpression": "SET #n = :n",
            "ReturnValues": "UPDATED_NEW",
            "ExpressionAttributeNames": {"#n": "name"},
            "ExpressionAttributeValues": {":n": 1},
        },
    ),
    "a delete": (
        "delete: {key: {pk: x, sk: y}}",
        "DeleteItem",
        {"Key": {"pk": "x", "sk": "y"}},
    ),
}
BATCHES: dict[str, Case] = {
    "a batch of gets": (
        "batch_get: {keys: [{pk: x, sk: y}], project: [name], consistent_read: true}",
        "BatchGetItem",
        {
            "RequestItems": {
                "chat": {
                    "Keys": [{"pk": "x", "sk": "y"}],
                    "ProjectionExpression": "#p1",
                    "ConsistentRead": True,
                    "ExpressionAttributeNames": {"#p1": "name"},
                }
            }
        },
    ),
    "a batch of writes": (
        "batch_write: [{put: {item: {pk: x, sk: y}}}, {delete: {key: {pk: x, sk: z}}}]",
        "BatchWriteItem",
        {
            "RequestItems": {
                "chat": [
                    {"PutRequest": {"Item": {"pk": "x", "sk": "y"}}},
                    {"DeleteRequest": {"Key": {"pk": "x", "sk": "z"}}},
                ]
            }
        },
    ),
    "a transaction of gets": (
        "transact_get: [{get: {key: {pk: x, sk: y}}}]",
        "TransactGetItems",
        {"TransactItems": [{"Get": {"TableName": "chat", "Key": {"pk": "x", "sk": "y"}}}]},
    ),
    "a transaction of writes": (
        (
            "transact_write: [{delete: {key: {pk: x, sk: y}}},"
            " {condition_check: {key: {pk: x, sk: z}, condition: attribute_exists(pk)}}]"
        ),
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Delete": {"TableName": "chat", "Key": {"pk": "x", "sk": "y"}}},
                {
                    "ConditionCheck": {
                        "TableName": "chat",
                        "Key": {"pk": "x", "sk": "z"},
                        "ConditionExpression": "attribute_exists(pk)",
                    }
                },
            ]
        },
    ),
    "a statement": (
        "execute_statement: {statement: SELECT * FROM chat WHERE pk = ?, parameters: [x], limit: 3}",
        "ExecuteStatement",
        {"Statement": "SELECT * FROM chat WHERE pk = ?", "Parameters": ["x"], "Limit": 3},
    ),
    "a request as it stands": (
        "request: {GetItem: {TableName: chat, Key: {pk: {S: x}, sk: y}}}",
        "GetItem",
        {"TableName": "chat", "Key": {"pk": {"S": "x"}, "sk": "y"}},
    ),
}
CASES: dict[str, Case] = {
    **{
        name: (form, operation, {"TableName": "chat", **arguments})
        for name, (form, operation, arguments) in FORMS.items()
    },
    **BATCHES,
}


@pytest.mark.parametrize(("form", "operation", "arguments"), CASES.values(), ids=CASES)
def test_the_call_that_a_form_stands_for(
    form: str, operation: str, arguments: dict[str, object]
) -> None:
    loaded = examine_text(
        HEAD + "parameters: {room: {value: x}}\n    " + form + "\n", "forms.yaml", folder=Path()
    )
    assert loaded.diagnostics == ()
    assert loaded.definition is not None
    request = loaded.definition.access_patterns[0].request
    assert request is not None
    assert request.operation == operation
    assert request.arguments == arguments
    assert check_request(operation, request.arguments) == []
