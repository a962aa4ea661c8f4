"""What texts of sort keys stand for: numbers by value, instants by time, others by their letters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.proof.search.causes.true_order import true_order

# Each is less than the next, whatever their texts are.
RISING: tuple[tuple[object, ...], ...] = (
    ("9", "10", "100"),
    ("-10", "-9", "0.5", "0.50001"),
    (9, "9.5", Decimal(10), 10.5),
    ("02/01/2026", "01/02/2026", "01.01.2027"),
    ("2026-01-01T00:30:00+01:00", "2026-01-01T00:00:00Z", "2025-12-31T23:30:00-01:00"),
    ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.001Z"),
    (date(2026, 1, 1), datetime(2026, 1, 1, 0, 0, 1), "2026-01-02"),
    ("B", "a", "b"),
)


@pytest.mark.parametrize("values", RISING)
def test_values_are_in_the_order_of_what_they_say(values: tuple[object, ...]) -> None:
    orders = [true_order(value) for value in values]
    assert orders == sorted(orders)
    assert len(set(orders)) == len(orders)


ALIKE: tuple[tuple[object, object], ...] = (
    ("007", 7),
    ("1.50", Decimal("1.5")),
    (datetime(2026, 1, 1), "2026-01-01T01:00:00+01:00"),
    (datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1))), datetime(2025, 12, 31, 23)),
    (date(2026, 2, 1), "01/02/2026"),
)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_one_value_written_in_two_ways_is_one(one: object, other: object) -> None:
    assert true_order(one) == true_order(other)


@pytest.mark.parametrize("text", ["2026-02-30", "31/02/2026", "2026-01", "1e3", "", "١٢", "0x10"])
def test_what_only_looks_like_a_number_or_a_date_is_a_text(text: str) -> None:
    assert true_order(text) == true_order(text)
    assert true_order(text)[0] == 2


@given(st.integers(), st.integers())
def test_whole_numbers_have_one_order_as_numbers_and_as_texts(one: int, other: int) -> None:
    if abs(one) < 10**30 and abs(other) < 10**30:
        assert (true_order(str(one)) < true_order(other)) == (one < other)


@given(st.datetimes(), st.datetimes())
def test_instants_have_one_order_as_instants_and_as_texts(one: datetime, other: datetime) -> None:
    text = other.replace(tzinfo=UTC).isoformat()
    assert (true_order(one) < true_order(text)) == (one < other)
