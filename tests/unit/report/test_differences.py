"""A difference can be read on any terminal, and loses nothing in JSON."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from dynaproof.model.codes import Code
from dynaproof.proof.differences import Difference, RowFault
from dynaproof.report.differences import difference_json, difference_text

STALE = RowFault(
    "wrong value",
    {"id": {"N": "7"}, "body": {"S": "new"}},
    {"pk": {"S": "N#ann"}, "id": {"N": "7"}, "body": {"S": "old"}},
    ("body",),
    3,
)
MISSING = RowFault("missing", {"id": {"N": "8"}, "body": {"S": "8"}}, None)
UNEXPECTED = RowFault("extra", None, {"pk": {"S": "N#bob"}}, table="notes")


def difference(*faults: RowFault, total: int = 0) -> Difference:
    return Difference(
        Code.WRONG_VALUE, "1 of 5 rows has a wrong value", faults, total or len(faults), 5, 4
    )


def cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]


def test_expected_and_found_stand_side_by_side_the_attributes_at_fault_first() -> None:
    lines = cells(difference_text(difference(STALE, MISSING, UNEXPECTED)))
    assert lines[0] == ["1 of 5 rows has a wrong value"]
    assert ["wrong value", "3", "body", "new", "old"] in lines
    assert lines.index(["wrong value", "3", "body", "new", "old"]) + 1 == lines.index(
        ["", "", "id", "7", "7"]
    )
    assert ["extra in notes", "", "pk", "-", "N#bob"] in lines


def test_a_text_that_looks_like_a_number_is_quoted() -> None:
    assert ["", "", "body", "'8'", "-"] in cells(difference_text(difference(MISSING)))


def test_how_many_rows_are_not_shown_is_said() -> None:
    assert difference_text(difference(STALE, total=1_200)).endswith("and 1,199 more")


def test_long_values_are_shown_where_they_begin_to_differ() -> None:
    fault = RowFault(
        "wrong value", {"body": {"S": "x" * 500 + "right"}}, {"body": {"S": "x" * 500 + "wrong"}},
        ("body",), 1,
    )  # fmt: skip
    text = difference_text(difference(fault))
    assert "right" in text
    assert "wrong" in text.splitlines()[-1]
    assert len(text) < 1_000


@given(st.text(max_size=80), st.text(min_size=1, max_size=40))
def test_no_value_steers_the_terminal_or_breaks_the_json(value: str, name: str) -> None:
    fault = RowFault("missing", {name: {"S": value}}, None, (name,))
    text = difference_text(difference(fault))
    assert not any(
        ord(one) < 32 or 0x7F <= ord(one) < 0xA0 or 0x202A <= ord(one) <= 0x202E
        for one in text.replace("\n", "")
    )
    json.dumps(difference_json(difference(fault))).encode()


def test_json_holds_typed_values_whole() -> None:
    found = difference_json(difference(STALE, MISSING, total=9))
    assert found == {
        "code": "DP803",
        "summary": "1 of 5 rows has a wrong value",
        "expected": 5,
        "found": 4,
        "total": 9,
        "faults": [
            {
                "kind": "wrong value",
                "table": None,
                "position": 3,
                "attributes": ["body"],
                "expected": {"id": {"N": "7"}, "body": {"S": "new"}},
                "found": {"pk": {"S": "N#ann"}, "id": {"N": "7"}, "body": {"S": "old"}},
            },
            {
                "kind": "missing",
                "table": None,
                "position": None,
                "attributes": [],
                "expected": {"id": {"N": "8"}, "body": {"S": "8"}},
                "found": None,
            },
        ],
    }
