"""Expressions at random on items at random: dynaproof refuses what DynamoDB refuses, and gets
the same answers. Drawn the same way in every run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.model.attribute_value import AttributeValue, Item
from dynaproof.model.expressions.check import check_expressions
from dynaproof.model.expressions.comparison import equal
from dynaproof.model.expressions.evaluation import evaluate_condition, project
from dynaproof.model.expressions.parser import parse_condition, parse_projection, parse_update
from dynaproof.model.expressions.tokens import ExpressionError
from dynaproof.model.expressions.update import apply_update
from dynaproof.model.table import KeyAttribute, Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "random-expressions"
TABLES = {TABLE: Table(TABLE, KeyAttribute("pk"))}
KEY: Item = {"pk": {"S": "a"}}
EXAMPLES = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

VALUES: dict[str, AttributeValue] = {
    ":n": {"N": "1"},
    ":half": {"N": "2.50"},
    ":minus": {"N": "-3"},
    ":s": {"S": "x"},
    ":empty": {"S": ""},
    ":ss": {"SS": ["a"]},
    ":ss2": {"SS": ["b", "c"]},
    ":ns": {"NS": ["1", "2.5"]},
    ":bs": {"BS": [b"a", b"b"]},
    ":l": {"L": []},
    ":l2": {"L": [{"N": "1.0"}, {"S": "x"}]},
    ":m": {"M": {"a": {"N": "1"}}},
    ":t": {"BOOL": True},
    ":nul": {"NULL": True},
    ":b": {"B": b"a"},
    ":type": {"S": "S"},
}

NUMBERS = st.sampled_from(["1", "2.5", "-3", "0"])
LETTERS = st.sampled_from("abc")
SCALARS: st.SearchStrategy[AttributeValue] = st.one_of(
    st.fixed_dictionaries({"N": NUMBERS}),
    st.fixed_dictionaries({"S": st.sampled_from(["x", "", "abc", "xa"])}),
    st.fixed_dictionaries({"B": st.sampled_from([b"a", b"ab"])}),
    st.fixed_dictionaries({"BOOL": st.booleans()}),
    st.just({"NULL": True}),
    st.fixed_dictionaries({"SS": st.lists(LETTERS, min_size=1, max_size=3, unique=True)}),
    st.fixed_dictionaries({"NS": st.lists(NUMBERS, min_size=1, max_size=3, unique=True)}),
)
ATTRIBUTES: st.SearchStrategy[AttributeValue] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"L": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"M": st.dictionaries(LETTERS, inner, max_size=2)}),
    ),
    max_leaves=5,
)
ITEMS = st.dictionaries(st.sampled_from("abcde"), ATTRIBUTES).map(lambda item: KEY | item)

PATHS = st.builds(
    lambda head, rest: head + "".join(rest),
    st.sampled_from("abcdef"),
    st.lists(st.sampled_from([".a", ".b", "[0]", "[1]", "[3]"]), max_size=2),
)
PLACEHOLDERS = st.sampled_from(sorted(VALUES))
PLAIN = PATHS | PLACEHOLDERS


def written(text: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda drawn: text.format(*drawn))


OPERANDS = PLAIN | written("size({})", PLAIN)
COMPARATORS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
CONDITIONS = st.recursive(
    st.one_of(
        written("{} {} {}", OPERANDS, COMPARATORS, OPERANDS),
        written("{} BETWEEN {} AND {}", OPERANDS, OPERANDS, OPERANDS),
        written("{} IN ({}, {})", OPERANDS, OPERANDS, OPERANDS),
        written("attribute_exists({})", PATHS),
        written("attribute_not_exists({})", PATHS),
        written("attribute_type({}, :type)", PLAIN),
        written("begins_with({}, {})", OPERANDS, OPERANDS),
        written("contains({}, {})", OPERANDS, OPERANDS),
    ),
    lambda inner: st.one_of(
        written("NOT {}", inner),
        written("({}) AND ({})", inner, inner),
        written("{} OR {}", inner, inner),
    ),
    max_leaves=4,
).filter(lambda text: "((" not in text)

TERMS = PLAIN | written("if_not_exists({}, {})", PATHS, PLAIN)
SET_VALUES = st.one_of(
    TERMS,
    written("{} {} {}", TERMS, st.sampled_from("+-"), TERMS),
    written("list_append({}, {})", TERMS, TERMS),
)


def clause(word: str, action: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    actions = st.lists(action, min_size=1, max_size=2)
    return actions.map(lambda drawn: f"{word} {', '.join(drawn)}")


UPDATES = st.lists(
    st.one_of(
        clause("SET", written("{} = {}", PATHS, SET_VALUES)),
        clause("REMOVE", PATHS),
        clause("ADD", written("{} {}", PATHS, PLACEHOLDERS)),
        clause("DELETE", written("{} {}", PATHS, PLACEHOLDERS)),
    ),
    min_size=1,
    max_size=3,
).map(" ".join)
PROJECTIONS = st.lists(PATHS, min_size=1, max_size=3).map(", ".join)


@pytest.fixture(scope="module")
def client(local_server: LocalServer) -> Iterator[DynamoDBClient]:
    client = boto3.client(
        "dynamodb",
        endpoint_url=local_server.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="randomexpressions",
        aws_secret_access_key="none",
    )
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    yield client
    client.delete_table(TableName=TABLE)
    client.close()


Answer = dict[str, object] | None
"""None: refused."""


def request(parameter: str, expression: str) -> dict[str, object]:
    arguments: dict[str, object] = {"TableName": TABLE, parameter: expression}
    if parameter != "FilterExpression":
        arguments["Key"] = KEY
    values = {name: VALUES[name] for name in re.findall(r":\w+", expression)}
    return arguments | ({"ExpressionAttributeValues": values} if values else {})


def theirs(operation: object, arguments: dict[str, object]) -> Answer:
    assert callable(operation)
    try:
        answer: dict[str, object] = operation(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationException":
            raise
        return None
    return answer


def ours(
    operation: str, arguments: dict[str, object], evaluate: Callable[[], Item | bool]
) -> Item | bool | None:
    if check_expressions(operation, arguments, TABLES):
        return None
    try:
        return evaluate()
    except ExpressionError:
        return None


@EXAMPLES
@given(ITEMS, CONDITIONS)
def test_conditions_at_random(client: DynamoDBClient, item: Item, expression: str) -> None:
    arguments = request("FilterExpression", expression)
    theirs(client.put_item, {"TableName": TABLE, "Item": item})
    answer = theirs(client.scan, arguments)
    mine = ours(
        "Scan", arguments, lambda: evaluate_condition(parse_condition(expression), item, {}, VALUES)
    )
    assert mine == (None if answer is None else answer["Count"] == 1)


@EXAMPLES
@given(ITEMS | st.none(), UPDATES)
def test_updates_at_random(client: DynamoDBClient, item: Item | None, expression: str) -> None:
    arguments = request("UpdateExpression", expression)
    theirs(client.delete_item, {"TableName": TABLE, "Key": KEY})
    if item is not None:
        theirs(client.put_item, {"TableName": TABLE, "Item": item})
    answer = theirs(client.update_item, arguments)
    mine = ours(
        "UpdateItem",
        arguments,
        lambda: apply_update(parse_update(expression), item, KEY, {}, VALUES),
    )
    assert (mine is None) == (answer is None), mine
    if isinstance(mine, dict):
        after = client.get_item(TableName=TABLE, Key={"pk": {"S": "a"}})["Item"]
        assert equal({"M": mine}, {"M": after})


@EXAMPLES
@given(ITEMS, PROJECTIONS)
def test_projections_at_random(client: DynamoDBClient, item: Item, expression: str) -> None:
    arguments = request("ProjectionExpression", expression)
    theirs(client.put_item, {"TableName": TABLE, "Item": item})
    answer = theirs(client.get_item, arguments)
    mine = ours("GetItem", arguments, lambda: project(parse_projection(expression), item, {}))
    assert (mine is None) == (answer is None), mine
    if answer is not None:
        assert equal({"M": mine}, {"M": answer.get("Item", {})})
