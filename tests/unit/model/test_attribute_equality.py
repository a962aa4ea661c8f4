"""Values are equal where DynamoDB says so, and their canonical forms hash alike."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.model.attribute_equality import (
    canonical_item,
    canonical_value,
    differing_attributes,
    same_value,
)
from dynaproof.model.attribute_value import to_attribute_value, to_wire

EQUAL = [
    ({"N": "1"}, {"N": "1.00"}),
    ({"N": "0"}, {"N": "-0.0"}),
    ({"N": "1e3"}, {"N": "1000"}),
    ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}),
    ({"NS": ["1", "2.50"]}, {"NS": ["2.5", "1.0"]}),
    ({"BS": ["YQ==", "Yg=="]}, {"BS": ["Yg==", "YQ=="]}),
    ({"B": "YQ=="}, {"B": b"a"}),
    ({"M": {"a": {"N": "1"}, "b": {"S": "x"}}}, {"M": {"b": {"S": "x"}, "a": {"N": "1.0"}}}),
    ({"L": [{"N": "1"}]}, {"L": [{"N": "1.0"}]}),
]

DIFFERENT = [
    ({"N": "1"}, {"S": "1"}),
    ({"BOOL": True}, {"N": "1"}),
    ({"BOOL": True}, {"NULL": True}),
    ({"S": "a"}, {"S": "A"}),
    ({"S": "\u00e9"}, {"S": "e\u0301"}),
    ({"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "2"}, {"N": "1"}]}),
    ({"SS": ["a"]}, {"L": [{"S": "a"}]}),
    ({"SS": ["1"]}, {"NS": ["1"]}),
    ({"M": {}}, {"M": {"a": {"NULL": True}}}),
    ({"N": "12345678901234567890123456789012345678"},
     {"N": "12345678901234567890123456789012345679"}),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_values_that_dynamodb_takes_for_equal(
    one: dict[str, object], other: dict[str, object]
) -> None:
    assert same_value(one, other)
    assert hash(canonical_value(one)) == hash(canonical_value(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_values_that_differ(one: dict[str, object], other: dict[str, object]) -> None:
    assert not same_value(one, other)
    assert canonical_value(one) != canonical_value(other)


def test_an_absent_value_equals_no_value_not_even_null() -> None:
    assert same_value(None, None)
    assert not same_value(None, {"NULL": True})


@pytest.mark.parametrize(
    "value", [{}, {"S": 1}, {"N": "one"}, {"B": "?"}, {"X": "a"}, {"SS": "a"}, {"L": ["a"]}]
)
def test_what_is_no_attribute_value_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"is neither|is not|expected|exactly one"):
        canonical_value(value)


def test_attributes_that_differ_are_named_in_order() -> None:
    one = {"z": {"S": "1"}, "same": {"N": "1"}, "a": {"S": "1"}}
    other = {"same": {"N": "1.0"}, "a": {"S": "2"}}
    assert differing_attributes(one, other) == ("a", "z")


def test_an_item_can_be_taken_by_some_attributes_alone() -> None:
    one = {"pk": {"S": "a"}, "n": {"N": "1"}}
    other = {"pk": {"S": "a"}, "n": {"N": "2"}}
    assert canonical_item(one, ["pk", "absent"]) == canonical_item(other, ["pk", "absent"])
    assert canonical_item(one) != canonical_item(other)


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.text(max_size=4)
    | st.binary(max_size=4)
    | st.integers(-(10**30), 10**30)
    | st.decimals(min_value=-9, max_value=9, places=3)
    | st.sets(st.text(min_size=1, max_size=3), min_size=1, max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc", min_size=2, max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(PLAIN, PLAIN)
def test_canonical_forms_are_equal_exactly_where_values_are(one: object, other: object) -> None:
    first, second = to_wire(to_attribute_value(one)), to_wire(to_attribute_value(other))
    assert canonical_value(first) == canonical_value(to_wire(to_attribute_value(one)))
    # Typed values are written in one way only, so that their texts tell whether they are equal.
    assert (canonical_value(first) == canonical_value(second)) == (first == second)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-99, max_value=99))
def test_zeros_at_the_end_of_a_number_mean_nothing(number: Decimal) -> None:
    assert same_value({"N": f"{number:f}"}, {"N": f"{number:f}000"})
