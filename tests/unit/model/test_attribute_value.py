from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.model.attribute_value import (
    from_attribute_value,
    from_wire,
    number_text,
    to_attribute_value,
    to_wire,
)

PLAIN: list[tuple[object, dict[str, object]]] = [
    ("x", {"S": "x"}),
    ("", {"S": ""}),
    (5, {"N": "5"}),
    (-0.0, {"N": "0"}),
    (0.1, {"N": "0.1"}),
    (1e22, {"N": "10000000000000000000000"}),
    (Decimal("1.500"), {"N": "1.5"}),
    (True, {"BOOL": True}),
    (None, {"NULL": True}),
    (b"\x00", {"B": b"\x00"}),
    (bytearray(b"a"), {"B": b"a"}),
    ([1, "a"], {"L": [{"N": "1"}, {"S": "a"}]}),
    (("a",), {"L": [{"S": "a"}]}),
    ([], {"L": []}),
    ({"a": {"b": 1}}, {"M": {"a": {"M": {"b": {"N": "1"}}}}}),
    ({}, {"M": {}}),
    ({"b", "a"}, {"SS": ["a", "b"]}),
    (frozenset({10, 9}), {"NS": ["9", "10"]}),
    ({b"b", b"a"}, {"BS": [b"a", b"b"]}),
    (datetime(2026, 1, 2, 3, 4, 5, 678_901, UTC), {"S": "2026-01-02T03:04:05.678Z"}),
    (date(2026, 1, 2), {"S": "2026-01-02"}),
    (
        UUID("00000000-0000-0000-0000-00000000000a"),
        {"S": "00000000-0000-0000-0000-00000000000a"},
    ),
]

ALREADY_TYPED: list[tuple[object, dict[str, object]]] = [
    ({"S": "x"}, {"S": "x"}),
    ({"N": "5.0"}, {"N": "5"}),
    ({"N": 5}, {"N": "5"}),
    ({"SS": ["b", "a"]}, {"SS": ["b", "a"]}),
    ({"NS": [1, "2"]}, {"NS": ["1", "2"]}),
    ({"BS": [b"a"]}, {"BS": [b"a"]}),
    ({"NULL": True}, {"NULL": True}),
    ({"BOOL": False}, {"BOOL": False}),
    ({"L": ["x", {"N": "1"}]}, {"L": [{"S": "x"}, {"N": "1"}]}),
    ({"M": {"S": "x"}}, {"M": {"S": {"S": "x"}}}),
]

NOT_TYPED: list[tuple[object, dict[str, object]]] = [
    ({"S": 5}, {"M": {"S": {"N": "5"}}}),
    ({"S": "x", "N": "1"}, {"M": {"S": {"S": "x"}, "N": {"S": "1"}}}),
    ({"BOOL": "yes"}, {"M": {"BOOL": {"S": "yes"}}}),
]


def _name(value: object) -> str:
    # The same in every process, or pytest-xdist finds the workers' tests to differ.
    if isinstance(value, set | frozenset):
        return f"{type(value).__name__} of {sorted(map(repr, value))}"
    return repr(value) if type(value) is not object else "object"


@pytest.mark.parametrize(("value", "typed"), PLAIN + ALREADY_TYPED + NOT_TYPED, ids=_name)
def test_values_take_their_dynamodb_type(value: object, typed: dict[str, object]) -> None:
    assert to_attribute_value(value) == typed


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (Decimal("NaN"), "NaN"),
        ({"N": "abc"}, "not a number"),
        ({"N": " 5"}, "not a number"),
        ({"NULL": False}, "NULL is always true"),
        (set(), "empty set"),
        ({"SS": []}, "empty set"),
        ({"SS": ["a", "a"]}, "twice"),
        ({"NS": ["1", "1.0"]}, "twice"),
        ({1, "a"}, "texts only"),
        ({"": 1}, "may not be empty"),
        ({5: 1}, "attribute name is text"),
        ("\ud800", "UTF-8"),
        (object(), "no type for object"),
    ],
    ids=_name,
)
def test_what_dynamodb_cannot_store_is_refused(value: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        to_attribute_value(value)


def nested(levels: int) -> object:
    value: object = "x"
    for _ in range(levels - 1):
        value = [value]
    return value


def test_values_nest_32_levels_and_no_deeper() -> None:
    to_attribute_value(nested(32))
    with pytest.raises(ValueError, match="32 levels"):
        to_attribute_value(nested(33))
    with pytest.raises(ValueError, match="32 levels"):
        to_attribute_value(nested(100_000))


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("1E+2", "100"),
        ("1E-7", "0.0000001"),
        ("-0", "0"),
        ("00012.500", "12.5"),
        ("+5", "5"),
        ("1.", "1"),
        (".5", "0.5"),
        ("1E125", "1" + "0" * 125),
        ("9." + "9" * 37 + "E+125", "9" * 38 + "0" * 88),
        ("-1E-130", "-0." + "0" * 129 + "1"),
        ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
        ("123456789012345678901234567890123456780", "123456789012345678901234567890123456780"),
    ],
)
def test_numbers_have_one_text_without_exponent(written: str, canonical: str) -> None:
    assert number_text(written) == canonical


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("1" * 39, "39 significant digits"),
        ("1E126", "larger"),
        ("1E999999", "larger"),
        ("1E-131", "closer to zero"),
        (10**5000, "larger"),
        ("", "not a number"),
        ("0x1", "not a number"),
        ("1_0", "not a number"),
    ],
    ids=lambda value: str(value)[:12] if isinstance(value, str) else "huge",
)
def test_numbers_outside_of_dynamodbs_range_are_refused(number: str | int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        number_text(number)


def _storable(number: Decimal) -> bool:
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return len(digits) <= 38 and (not digits or -130 <= number.adjusted() <= 125)


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False).filter(_storable)
BYTES = st.binary(max_size=8)
SCALARS = st.none() | st.booleans() | st.text(max_size=8) | NUMBERS | BYTES
SETS = (
    st.sets(st.text(max_size=5), min_size=1)
    | st.sets(NUMBERS, min_size=1, max_size=5)
    | st.sets(BYTES, min_size=1, max_size=5)
)
DESCRIPTORS = {"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"}
NAMES = st.text(min_size=1, max_size=5).filter(lambda name: name not in DESCRIPTORS)
VALUES = st.recursive(
    SCALARS | SETS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_comes_back_as_it_went(value: object) -> None:
    assert from_attribute_value(to_attribute_value(value)) == value


@given(VALUES)
def test_a_typed_value_stays_as_it_is(value: object) -> None:
    typed = to_attribute_value(value)
    assert to_attribute_value(typed) == typed


@given(VALUES)
def test_the_wire_form_comes_back_as_it_went(value: object) -> None:
    typed = to_attribute_value(value)
    assert from_wire(to_wire(typed)) == typed


def test_binary_is_base64_on_the_wire() -> None:
    typed = {"M": {"a": {"B": b"\xff\x00"}, "b": {"BS": [b"a"]}, "c": {"L": [{"B": b""}]}}}
    assert to_wire(typed) == {
        "M": {"a": {"B": "/wA="}, "b": {"BS": ["YQ=="]}, "c": {"L": [{"B": ""}]}}
    }
    with pytest.raises(ValueError, match="not base64"):
        from_wire({"B": "*"})


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x == 0 or abs(x) > 1e-130))
def test_a_float_keeps_its_value_without_noise(number: float) -> None:
    if abs(number) < 1e126:
        text = number_text(number)
        assert float(text) == number
        assert Decimal(text) == Decimal(repr(number))


def test_numbers_come_back_as_int_where_integral() -> None:
    assert from_attribute_value({"N": "1E+2"}) == 100
    assert isinstance(from_attribute_value({"N": "1.0"}), int)
    assert from_attribute_value({"N": "1.5"}) == Decimal("1.5")


def test_a_thing_that_is_no_attribute_value_is_refused() -> None:
    with pytest.raises(ValueError, match="exactly one type"):
        from_attribute_value({"S": "a", "N": "1"})
    with pytest.raises(ValueError, match="'X' is not a DynamoDB type"):
        from_attribute_value({"X": "a"})
