"""Numbers as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.report.figures import bytes_text, range_text, units_text
from dynaproof.report.grids import decimals

UNITS = {0: "0", 0.5: "0.5", 1.0: "1", 12.5: "12.5", 7 / 12: "0.58", 0.001: "0", 1234.5: "1,234.5"}
SIZES = {
    0: "0 B",
    1023: "1023 B",
    1024: "1.00 KB",
    409_600: "400 KB",
    5_814_627: "5.55 MB",
    10 * 1024**3: "10.0 GB",
}


@pytest.mark.parametrize(("units", "text"), UNITS.items())
def test_capacity_units(units: float, text: str) -> None:
    assert units_text(units) == text


@pytest.mark.parametrize(("size", "text"), SIZES.items())
def test_sizes_are_in_the_units_of_dynamodb(size: int, text: str) -> None:
    assert bytes_text(size) == text


@pytest.mark.parametrize(
    ("values", "text"), [([], ""), ([3], "3"), ([3, 3], "3"), ([20, 0, 1_000], "0-1,000")]
)
def test_ranges(values: list[int], text: str) -> None:
    assert range_text(values) == text


@given(st.lists(st.none() | st.floats(0, 1e6, allow_nan=False)))
def test_numbers_of_a_column_stand_under_one_another(values: list[float | None]) -> None:
    texts = decimals(values)
    shown = [text for text in texts if text]
    assert len({len(text) for text in shown}) <= 1
    assert len({text.index(".") for text in shown if "." in text}) <= 1
    assert [text == "" for text in texts] == [value is None for value in values]
    for value, text in zip(values, texts, strict=True):
        if value is not None:
            assert abs(float(text.replace(",", "")) - value) <= 0.005 + 1e-9
