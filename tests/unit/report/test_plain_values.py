"""Values from data are safe to show, and JSON holds them always alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal

import orjson
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.report.plain_values import json_value, printable, value_text

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**38), 10**38)
    | st.text(st.characters(exclude_categories=()))
    | st.binary()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.floats()
    | st.datetimes()
    | st.uuids()
)
SETS = (
    st.sets(st.text())
    | st.sets(st.integers() | st.decimals(-9, 9, places=2))
    | st.sets(st.binary())
)
VALUES = st.recursive(
    SCALARS | SETS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.text(st.characters(exclude_categories=())))
def test_no_text_steers_a_terminal(text: str) -> None:
    shown = printable(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in shown)
    shown.encode()


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"))))
def test_text_that_steers_nothing_is_shown_as_it_is(text: str) -> None:
    assert printable(text) == text


@given(VALUES)
def test_every_value_can_be_shown_and_written(value: object) -> None:
    assert printable(value_text(value)) == value_text(value)
    written = orjson.dumps(json_value(value))
    assert orjson.loads(written) == json_value(value)


@given(st.sets(st.text()) | st.sets(st.integers(-(10**20), 10**20)))
def test_a_set_is_written_the_same_however_it_was_made(members: set[object]) -> None:
    again: set[object] = set()
    for member in reversed(list(members)):
        again.add(member)
    assert json_value(members) == json_value(again)


def test_a_map_keeps_the_order_of_its_attributes() -> None:
    given_map: Mapping[str, object] = {"b": 1, "a": Decimal("0.50")}
    assert list(orjson.loads(orjson.dumps(json_value(given_map))).items()) == [
        ("b", 1),
        ("a", "0.50"),
    ]
