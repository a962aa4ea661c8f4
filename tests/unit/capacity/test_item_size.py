"""Bytes of attribute values, by the documentation's rules and by sizes that were recorded."""

from __future__ import annotations

import pytest

from dynaproof.capacity.item_size import item_bytes, number_bytes, value_bytes

# CapacityUnitCalculations.html of the developer guide says how each type is counted.
VALUES: list[tuple[dict[str, object], int]] = [
    ({"S": ""}, 0),
    ({"S": "größe"}, 7),
    ({"S": "😀"}, 4),
    ({"B": b"\x01\x02"}, 2),
    ({"B": "AQI="}, 2),
    ({"BOOL": False}, 1),
    ({"NULL": True}, 1),
    ({"L": []}, 3),
    ({"M": {}}, 3),
    ({"L": [{"S": "ab"}, {"NULL": True}]}, 3 + (1 + 2) + (1 + 1)),
    ({"M": {"key": {"S": "ab"}}}, 3 + (1 + 3 + 2)),
    ({"M": {"m": {"L": [{"M": {}}]}}}, 3 + (1 + 1 + (3 + (1 + 3)))),
    ({"SS": ["a", "bcd"]}, 4),
    ({"NS": ["0", "-12345"]}, 1 + 5),
    ({"BS": [b"ab", b"c"]}, 3),
]

# Recorded by bisecting what PutItem takes (the cases number-*), and "3.14159 is 5 bytes".
NUMBERS = {
    "0": 1,
    "-0": 1,
    "0.00": 1,
    "1": 2,
    "00012300": 3,
    "12345": 4,
    "1234567": 5,
    "3.14159": 5,
    "1.234": 4,
    "100.5": 4,
    "-12345": 5,
    "-0.15": 3,
    "1E125": 2,
    "-1E125": 3,
    "1E-130": 2,
    "12345678901234567890123456789012345678": 20,
    "-12345678901234567890123456789012345678": 21,
    "-1.2345678901234567890123456789012345678": 21,
}


@pytest.mark.parametrize(("value", "size"), VALUES)
def test_a_value_has_the_bytes_that_the_documentation_says(
    value: dict[str, object], size: int
) -> None:
    assert value_bytes(value) == size


@pytest.mark.parametrize(("number", "size"), NUMBERS.items())
def test_a_number_is_packed_in_pairs_of_digits(number: str, size: int) -> None:
    assert number_bytes(number) == size


def test_names_count_in_utf_8() -> None:
    assert item_bytes({"pk": {"S": "x"}, "größe": {"N": "1"}}) == (2 + 1) + (7 + 2)
