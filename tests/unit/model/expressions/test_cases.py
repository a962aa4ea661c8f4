"""The table of cases, without a server; tests/local holds the same table against DynamoDB Local."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dynaproof.model.attribute_value import AttributeValue, Item, from_wire
from dynaproof.model.expressions.check import check_expressions
from dynaproof.model.expressions.comparison import equal
from dynaproof.model.expressions.evaluation import evaluate_condition, project
from dynaproof.model.expressions.parser import parse_condition, parse_projection, parse_update
from dynaproof.model.expressions.tokens import ExpressionError
from dynaproof.model.expressions.update import apply_update
from dynaproof.model.table import KeyAttribute, Table

CASES = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))
TABLE = Table("cases", KeyAttribute("pk"), KeyAttribute("sk"))
ITEM: Item = {name: from_wire(value) for name, value in CASES["item"].items()}
KEY: Item = {name: ITEM[name] for name in ("pk", "sk")}
VALUES: dict[str, AttributeValue] = {n: from_wire(v) for n, v in CASES["values"].items()}


def names_of(expression: str) -> dict[str, str]:
    return {name: name[1:] for name in re.findall(r"#\w+", expression)}


def refusals(operation: str, parameter: str, expression: str) -> list[str]:
    arguments: dict[str, object] = {"TableName": "cases", "Key": KEY, parameter: expression}
    names = names_of(expression)
    values = {n: VALUES[n] for n in re.findall(r":\w+", expression) if n in VALUES}
    if names:
        arguments["ExpressionAttributeNames"] = names
    if values:
        arguments["ExpressionAttributeValues"] = values
    findings = check_expressions(operation, arguments, {"cases": TABLE})
    return [finding.message for finding in findings]


@pytest.mark.parametrize("expression", CASES["conditions"]["true"])
def test_conditions_that_hold(expression: str) -> None:
    assert refusals("Scan", "FilterExpression", expression) == []
    assert evaluate_condition(parse_condition(expression), ITEM, names_of(expression), VALUES)


@pytest.mark.parametrize("expression", CASES["conditions"]["false"])
def test_conditions_that_do_not_hold(expression: str) -> None:
    assert refusals("Scan", "FilterExpression", expression) == []
    assert not evaluate_condition(parse_condition(expression), ITEM, names_of(expression), VALUES)


@pytest.mark.parametrize("expression", CASES["conditions"]["refused"])
def test_conditions_that_are_refused(expression: str) -> None:
    assert refusals("Scan", "FilterExpression", expression)


@pytest.mark.parametrize(
    ("expression", "changes"), [(case["expression"], case["changes"]) for case in CASES["updates"]]
)
def test_updates(expression: str, changes: dict[str, AttributeValue | None]) -> None:
    expected = {n: v for n, v in ITEM.items() if n not in changes}
    expected |= {n: from_wire(v) for n, v in changes.items() if v is not None}
    assert refusals("UpdateItem", "UpdateExpression", expression) == []
    after = apply_update(parse_update(expression), ITEM, KEY, names_of(expression), VALUES)
    assert equal({"M": after}, {"M": expected})


@pytest.mark.parametrize("expression", CASES["refused_updates"])
def test_updates_that_are_refused(expression: str) -> None:
    assert refusals("UpdateItem", "UpdateExpression", expression)


@pytest.mark.parametrize("expression", CASES["failing_updates"])
def test_updates_that_do_not_fit_the_item(expression: str) -> None:
    assert refusals("UpdateItem", "UpdateExpression", expression) == []
    with pytest.raises(ExpressionError):
        apply_update(parse_update(expression), ITEM, KEY, names_of(expression), VALUES)


@pytest.mark.parametrize(
    ("expression", "item"), [(case["expression"], case["item"]) for case in CASES["projections"]]
)
def test_projections(expression: str, item: Item) -> None:
    assert refusals("GetItem", "ProjectionExpression", expression) == []
    assert project(parse_projection(expression), ITEM, names_of(expression)) == item


@pytest.mark.parametrize("expression", CASES["refused_projections"])
def test_projections_that_are_refused(expression: str) -> None:
    assert refusals("GetItem", "ProjectionExpression", expression)


@pytest.mark.parametrize("expression", CASES["key_conditions"]["accepted"])
def test_key_conditions_that_the_table_can_answer(expression: str) -> None:
    assert refusals("Query", "KeyConditionExpression", expression) == []


@pytest.mark.parametrize("expression", CASES["key_conditions"]["refused"])
def test_key_conditions_that_the_table_cannot_answer(expression: str) -> None:
    assert refusals("Query", "KeyConditionExpression", expression)


def test_an_update_leaves_the_item_before_it_as_it_is() -> None:
    before = json.dumps(CASES["item"])
    item: Item = {name: from_wire(value) for name, value in CASES["item"].items()}
    update = parse_update("SET m.b = :n, l[5] = :n ADD ss :ss REMOVE m.d[0]")
    apply_update(update, item, KEY, {}, VALUES)
    assert item == {name: from_wire(value) for name, value in json.loads(before).items()}


def test_an_update_of_no_item_makes_one_of_the_key() -> None:
    update = parse_update("SET q = if_not_exists(q, :n) + :n REMOVE zz")
    assert apply_update(update, None, KEY, {}, VALUES) == KEY | {"q": {"N": "2"}}


def test_conditions_on_no_item() -> None:
    assert evaluate_condition(parse_condition("attribute_not_exists(pk)"), None, {}, {})
    assert not evaluate_condition(parse_condition("attribute_exists(pk)"), None, {}, {})
