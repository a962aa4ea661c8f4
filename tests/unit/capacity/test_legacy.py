"""Legacy parameters as expressions, parameter by parameter.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
"""

from __future__ import annotations

import pytest

from dynaproof.capacity.legacy import with_expressions
from dynaproof.capacity.refusal import Refused

S, N, T = {"S": "s"}, {"N": "1"}, {"S": "t"}


def compared(operator: str, *values: object) -> dict[str, object]:
    return {"ComparisonOperator": operator, "AttributeValueList": list(values)}


# ConditionExpression of Expected on the attribute a, which is #n0 with the values :v0, :v1.
CONDITIONS: list[tuple[dict[str, object], str, list[object]]] = [
    (compared("EQ", S), "#n0 = :v0", [S]),
    (compared("NE", S), "#n0 <> :v0", [S]),
    (compared("LE", S), "#n0 <= :v0", [S]),
    (compared("LT", S), "#n0 < :v0", [S]),
    (compared("GE", S), "#n0 >= :v0", [S]),
    (compared("GT", S), "#n0 > :v0", [S]),
    (compared("BETWEEN", S, T), "#n0 BETWEEN :v0 AND :v1", [S, T]),
    (compared("IN", S, T), "#n0 IN (:v0, :v1)", [S, T]),
    (compared("IN", S), "#n0 IN (:v0)", [S]),
    (compared("NULL"), "attribute_not_exists(#n0)", []),
    (compared("NOT_NULL"), "attribute_exists(#n0)", []),
    (compared("BEGINS_WITH", S), "begins_with(#n0, :v0)", [S]),
    (compared("CONTAINS", S), "contains(#n0, :v0)", [S]),
    (compared("NOT_CONTAINS", S), "NOT contains(#n0, :v0)", [S]),
    ({"ComparisonOperator": "NOT_NULL"}, "attribute_exists(#n0)", []),
    ({"ComparisonOperator": "GT", "Value": N}, "#n0 > :v0", [N]),
    ({"Value": N}, "#n0 = :v0", [N]),
    ({"Value": N, "Exists": True}, "#n0 = :v0", [N]),
    ({"Exists": False}, "attribute_not_exists(#n0)", []),
]


def expected_values(values: list[object]) -> dict[str, object]:
    if not values:
        return {}
    named = {f":v{number}": value for number, value in enumerate(values)}
    return {"ExpressionAttributeValues": named}


@pytest.mark.parametrize(("condition", "expression", "values"), CONDITIONS)
def test_a_condition_is_said_as_an_expression(
    condition: dict[str, object], expression: str, values: list[object]
) -> None:
    assert with_expressions({"TableName": "t", "Expected": {"a": condition}}) == {
        "TableName": "t",
        "ConditionExpression": expression,
        "ExpressionAttributeNames": {"#n0": "a"},
        **expected_values(values),
    }


UPDATES: list[tuple[dict[str, object], str, list[object]]] = [
    ({"Action": "PUT", "Value": S}, "SET #n0 = :v0", [S]),
    ({"Value": S}, "SET #n0 = :v0", [S]),
    ({"Action": "ADD", "Value": N}, "ADD #n0 :v0", [N]),
    ({"Action": "DELETE", "Value": {"SS": ["x"]}}, "DELETE #n0 :v0", [{"SS": ["x"]}]),
    ({"Action": "DELETE"}, "REMOVE #n0", []),
]


@pytest.mark.parametrize(("update", "expression", "values"), UPDATES)
def test_an_update_is_said_as_an_expression(
    update: dict[str, object], expression: str, values: list[object]
) -> None:
    assert with_expressions({"TableName": "t", "AttributeUpdates": {"a": update}}) == {
        "TableName": "t",
        "UpdateExpression": expression,
        "ExpressionAttributeNames": {"#n0": "a"},
        **expected_values(values),
    }


def test_updates_of_one_action_share_a_clause() -> None:
    updates = {"a": {"Value": S}, "b": {"Action": "ADD", "Value": N}, "c": {"Value": T}}
    made = with_expressions({"AttributeUpdates": updates})
    assert made["UpdateExpression"] == "SET #n0 = :v0, #n2 = :v2 ADD #n1 :v1"
    assert made["ExpressionAttributeNames"] == {"#n0": "a", "#n1": "b", "#n2": "c"}
    assert made["ExpressionAttributeValues"] == {":v0": S, ":v1": N, ":v2": T}


BOTH = {"a": compared("EQ", S), "b": compared("NULL")}


@pytest.mark.parametrize(
    ("parameter", "expression", "operator", "word"),
    [
        ("Expected", "ConditionExpression", None, "AND"),
        ("Expected", "ConditionExpression", "OR", "OR"),
        ("QueryFilter", "FilterExpression", "OR", "OR"),
        ("ScanFilter", "FilterExpression", "AND", "AND"),
        # ConditionalOperator is for filters: key conditions always hold together.
        ("KeyConditions", "KeyConditionExpression", "OR", "AND"),
    ],
)
def test_conditions_are_joined(
    parameter: str, expression: str, operator: str | None, word: str
) -> None:
    joined = {} if operator is None else {"ConditionalOperator": operator}
    assert with_expressions({parameter: BOTH, **joined}) == {
        expression: f"#n0 = :v0 {word} attribute_not_exists(#n1)",
        "ExpressionAttributeNames": {"#n0": "a", "#n1": "b"},
        "ExpressionAttributeValues": {":v0": S},
    }


def test_attributes_to_get_are_a_projection() -> None:
    assert with_expressions({"TableName": "t", "AttributesToGet": ["a", "b"]}) == {
        "TableName": "t",
        "ProjectionExpression": "#n0, #n1",
        "ExpressionAttributeNames": {"#n0": "a", "#n1": "b"},
    }


@pytest.mark.parametrize(
    "arguments",
    [
        {"TableName": "t", "ConditionExpression": "a = :a"},
        {"TableName": "t", "Expected": {}, "AttributesToGet": []},
        {"TableName": "t", "ConditionalOperator": "OR"},
    ],
)
def test_a_request_that_needs_no_translation_stays_as_it_is(arguments: dict[str, object]) -> None:
    assert with_expressions(arguments) == arguments


REFUSED: list[dict[str, object]] = [
    {"Expected": {"a": compared("EQ")}},
    {"Expected": {"a": compared("EQ", S, T)}},
    {"Expected": {"a": compared("BETWEEN", S)}},
    {"Expected": {"a": compared("NULL", S)}},
    {"Expected": {"a": compared("NOT_NULL", S)}},
    {"Expected": {"a": compared("IN")}},
    {"Expected": {"a": compared("LIKE", S)}},
    {"Expected": {"a": {"Exists": True}}},
    {"Expected": {"a": {}}},
    {"AttributeUpdates": {"a": {"Action": "PUT"}}},
    {"AttributeUpdates": {"a": {"Action": "ADD"}}},
    {"AttributeUpdates": {"a": {}}},
]


@pytest.mark.parametrize("arguments", REFUSED)
def test_a_condition_with_the_wrong_values_is_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(Refused, match=r"\ba\b") as refusal:
        with_expressions(arguments)
    assert refusal.value.error == "ValidationException"
