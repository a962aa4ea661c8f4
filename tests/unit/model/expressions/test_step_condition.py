"""The ``if`` of a step: DynamoDB's conditions over names that are bound, with literals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dynaproof.model.expressions.step_condition import StepCondition
from dynaproof.model.expressions.tokens import ExpressionError

BOUND: dict[str, object] = {
    "rows": [{"pk": "a", "n": Decimal(3), "open": True}, {"pk": "b", "gone": None}],
    "user": {"name": "O'Neil", "deep": {"list": [Decimal("-1.5")]}},
    "count": 2,
    "nothing": None,
}
CASES = [
    ("size(rows) = 2", True),
    ("size(rows) > 2", False),
    ("count = 2", True),
    ("count IN (1, 2, 3)", True),
    ("count BETWEEN 3 AND 4", False),
    ("rows[0].n >= 3 AND NOT rows[0].n > 3", True),
    ("rows[0].open = true", True),
    ("rows[0].open = false", False),
    ("rows[1].gone = null", True),
    ("user.name = 'O''Neil'", True),
    ("user.name = 'true'", False),
    ("user.name = '2'", False),
    ("begins_with(user.name, 'O')", True),
    ("contains(user.name, '''N')", True),
    ("user.deep.list[0] = -1.5", True),
    ("attribute_exists(user)", True),
    ("attribute_exists(nothing)", False),
    ("attribute_not_exists(unbound)", True),
    ("attribute_exists(rows[2])", False),
    ("attribute_type(user.name, 'S')", True),
    ("unbound = 1 OR count = 2", True),
]


@pytest.mark.parametrize(("text", "holds"), CASES)
def test_a_condition_holds_or_not(text: str, holds: bool) -> None:
    assert StepCondition.parse(text).holds(BOUND) is holds


def test_its_names_are_the_heads_of_its_paths() -> None:
    text = "size(rows) > 0 AND each.pk = user.name AND each.n IN (1, 2)"
    assert StepCondition.parse(text).names == ("rows", "each", "user")


def test_words_within_a_text_or_a_name_are_no_literals() -> None:
    assert StepCondition.parse("trueish = 'null 12 true'").names == ("trueish",)
    assert StepCondition.parse("t.true2 = 'x'").names == ("t",)


@pytest.mark.parametrize("text", ["", "size(rows) >", "rows ==", "'open", "12x = 1", "size(rows"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        StepCondition.parse(text)
