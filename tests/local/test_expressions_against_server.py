"""The table of cases of expressions, held against DynamoDB Local.

tests/unit/model/expressions/test_cases.py holds dynaproof's own parser, checks and evaluation to
the same table; so both together say that dynaproof and DynamoDB agree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.model.attribute_value import Item, from_wire
from dynaproof.model.expressions.comparison import equal
from dynaproof.model.expressions.evaluation import evaluate_condition
from dynaproof.model.expressions.parser import parse_condition
from dynaproof.model.expressions.reserved_words import RESERVED_WORDS
from dynaproof.model.expressions.token_reader import KEYWORDS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROOT = Path(__file__).parents[1]
CASES = json.loads(
    (ROOT / "unit" / "model" / "expressions" / "cases.json").read_text(encoding="utf-8")
)
ITEM: Item = {name: from_wire(value) for name, value in CASES["item"].items()}
KEY: Item = {name: ITEM[name] for name in ("pk", "sk")}
VALUES = {name: from_wire(value) for name, value in CASES["values"].items()}
DIFFERENCES = CASES["emulator_differences"]
TABLE = "expression-cases"

# On the list of reserved words, but DynamoDB Local (1.25.1) lets them stand bare.
LOCALLY_NOT_RESERVED = {"CONVERT", "SIZE"}


@pytest.fixture(scope="module")
def client(local_server: LocalServer) -> Iterator[DynamoDBClient]:
    client = boto3.client(
        "dynamodb",
        endpoint_url=local_server.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="expressioncases",
        aws_secret_access_key="none",
    )
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
    )
    yield client
    client.delete_table(TableName=TABLE)
    client.close()


@pytest.fixture
def stored(client: DynamoDBClient) -> Iterator[DynamoDBClient]:
    call(client.put_item, Item=ITEM)
    yield client
    call(client.delete_item, Key=KEY)


def call(operation: object, **arguments: object) -> dict[str, object]:
    assert callable(operation)
    answer: dict[str, object] = operation(TableName=TABLE, **arguments)
    return answer


def placeholders(expression: str) -> dict[str, object]:
    names = {name: name[1:] for name in re.findall(r"#\w+", expression)}
    values = {n: VALUES[n] for n in re.findall(r":\w+", expression) if n in VALUES}
    arguments: dict[str, object] = {}
    if names:
        arguments["ExpressionAttributeNames"] = names
    if values:
        arguments["ExpressionAttributeValues"] = values
    return arguments


def is_refused(operation: object, **arguments: object) -> bool:
    try:
        call(operation, **arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationException":
            raise
        return True
    return False


@pytest.mark.parametrize(
    ("expression", "count"),
    [(expression, 1) for expression in CASES["conditions"]["true"]]
    + [(expression, 0) for expression in CASES["conditions"]["false"]],
)
def test_conditions(stored: DynamoDBClient, expression: str, count: int) -> None:
    answer = call(stored.scan, FilterExpression=expression, **placeholders(expression))
    assert answer["Count"] == count


@pytest.mark.parametrize("expression", CASES["conditions"]["refused"])
def test_conditions_that_are_refused(stored: DynamoDBClient, expression: str) -> None:
    refused = is_refused(stored.scan, FilterExpression=expression, **placeholders(expression))
    assert refused or expression in DIFFERENCES


@pytest.mark.parametrize(
    ("expression", "changes"), [(case["expression"], case["changes"]) for case in CASES["updates"]]
)
def test_updates(
    stored: DynamoDBClient, expression: str, changes: dict[str, dict[str, object] | None]
) -> None:
    call(stored.update_item, Key=KEY, UpdateExpression=expression, **placeholders(expression))
    expected = {n: v for n, v in ITEM.items() if n not in changes}
    expected |= {n: from_wire(v) for n, v in changes.items() if v is not None}
    assert equal({"M": call(stored.get_item, Key=KEY)["Item"]}, {"M": expected})


@pytest.mark.parametrize("expression", CASES["refused_updates"] + CASES["failing_updates"])
def test_updates_that_are_refused(stored: DynamoDBClient, expression: str) -> None:
    assert is_refused(
        stored.update_item, Key=KEY, UpdateExpression=expression, **placeholders(expression)
    )
    assert equal({"M": call(stored.get_item, Key=KEY)["Item"]}, {"M": ITEM})


@pytest.mark.parametrize(
    ("expression", "item"), [(case["expression"], case["item"]) for case in CASES["projections"]]
)
def test_projections(stored: DynamoDBClient, expression: str, item: Item) -> None:
    answer = call(
        stored.get_item, Key=KEY, ProjectionExpression=expression, **placeholders(expression)
    )
    assert answer["Item"] == item


@pytest.mark.parametrize("expression", CASES["refused_projections"])
def test_projections_that_are_refused(stored: DynamoDBClient, expression: str) -> None:
    assert is_refused(
        stored.get_item, Key=KEY, ProjectionExpression=expression, **placeholders(expression)
    )


@pytest.mark.parametrize(
    ("expression", "refused"),
    [(expression, False) for expression in CASES["key_conditions"]["accepted"]]
    + [(expression, True) for expression in CASES["key_conditions"]["refused"]],
)
def test_key_conditions(stored: DynamoDBClient, expression: str, refused: bool) -> None:
    arguments = placeholders(expression)
    assert is_refused(stored.query, KeyConditionExpression=expression, **arguments) == refused


def test_every_reserved_word_is_refused_bare(stored: DynamoDBClient) -> None:
    lets_pass = {
        word
        for word in sorted(RESERVED_WORDS - KEYWORDS)
        if not is_refused(stored.get_item, Key=KEY, ProjectionExpression=word)
    }
    assert lets_pass <= LOCALLY_NOT_RESERVED


@pytest.mark.parametrize("text", ["", "a", "é", "€", "😀", "é€😀"])
def test_size_of_a_text_is_counted_alike(stored: DynamoDBClient, text: str) -> None:
    item: Item = KEY | {"text": {"S": text}}
    call(stored.put_item, Item=item)
    names = {"#text": "text"}
    condition = parse_condition("size(#text) = :n")
    for length in range(8):
        value = {":n": {"N": str(length)}}
        answer = call(
            stored.scan,
            FilterExpression="size(#text) = :n",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=value,
        )
        mine = evaluate_condition(condition, item, names, {":n": {"N": str(length)}})
        assert answer["Count"] == int(mine), length


@pytest.mark.parametrize(
    ("left", "right"),
    [("Z", "a"), ("a", "é"), ("\uffff", "\U00010000"), ("a", "aa"), ("", "a")],
)
def test_texts_are_ordered_by_their_utf_8_bytes(
    stored: DynamoDBClient, left: str, right: str
) -> None:
    item: Item = KEY | {"a": {"S": left}, "b": {"S": right}}
    call(stored.put_item, Item=item)
    assert call(stored.scan, FilterExpression="a < b")["Count"] == 1
    assert evaluate_condition(parse_condition("a < b"), item, {}, {})
