"""What a call must keep to, and at which place of the definition that is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dynaproof.model.access_pattern import AccessPattern, Bound, Expectation, Request
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, SourceMap
from dynaproof.model.diagnostic import Place
from dynaproof.proof.expectations import (
    broken_expectations,
    fails_as_expected,
    is_wrong_request,
    refusal,
)
from dynaproof.proof.results import Call, ConsumedUnits

PATH = ("access_patterns", "ask", "expect")
SOURCE = SourceMap(
    "model.yaml",
    places={
        PATH: Place("model.yaml", 7, 3),
        (*PATH, "read_capacity_units"): Place("model.yaml", 8, 9),
        (*PATH, "items"): Place("model.yaml", 9, 9),
    },
    key_places={PATH[:2]: Place("model.yaml", 5, 1)},
)
DEFINITION = Definition("model", SOURCE)
CALL = Call(
    "drawn 1",
    {},
    {"TableName": "t"},
    pages=2,
    items_returned=5,
    items_read=9,
    consumed=(
        ConsumedUnits("t", "table", None, 1.5, 3.0),
        ConsumedUnits("t", "global_secondary_index", "i", 0.5, 1.0),
    ),
)


def asking(**expected: Bound | str) -> AccessPattern:
    return AccessPattern(
        "ask",
        Request("Query", {}),
        expect=Expectation(**expected),  # type: ignore[arg-type]  # a table of cases
    )


def failed(name: str, message: str = "", label: str = "drawn 1") -> Call:
    return replace(
        CALL, parameter_set=label, error=name, error_message=message, consumed=(), reported=False
    )


HELD = [
    asking(),
    asking(pages=Bound(2, 2), items=Bound(5, 5)),
    asking(read_capacity_units=Bound(maximum=2), write_capacity_units=Bound(maximum=4)),
    asking(read_capacity_units=Bound(2, None), items=Bound(1, 10)),
]


@pytest.mark.parametrize("pattern", HELD)
def test_bounds_are_inclusive_and_count_table_and_indexes(pattern: AccessPattern) -> None:
    assert list(broken_expectations(pattern, CALL, DEFINITION)) == []


BROKEN = [
    # what, bound, expected, measured
    ("pages", Bound(maximum=1), "at most 1", "2"),
    ("items", Bound(6), "at least 6", "5"),
    ("items", Bound(1, 4), "1 to 4", "5"),
    ("read_capacity_units", Bound(maximum=1.5), "at most 1.5", "2"),
    ("write_capacity_units", Bound(5, 5), "5", "4"),
]


@pytest.mark.parametrize(("what", "bound", "expected", "measured"), BROKEN)
def test_a_broken_bound_says_what_was_expected_and_measured(
    what: str, bound: Bound, expected: str, measured: str
) -> None:
    [broken] = broken_expectations(asking(**{what: bound}), CALL, DEFINITION)
    assert (broken.what, broken.expected, broken.measured) == (what, expected, measured)
    assert broken.diagnostic.code is Code.EXPECTATION_BROKEN
    assert broken.diagnostic.place == SOURCE.place(*PATH, what)
    assert expected in broken.diagnostic.message
    assert "drawn 1" in broken.diagnostic.message


def test_every_broken_bound_is_said() -> None:
    pattern = asking(pages=Bound(maximum=1), items=Bound(maximum=1))
    assert [one.what for one in broken_expectations(pattern, CALL, DEFINITION)] == [
        "pages",
        "items",
    ]


def test_a_call_that_finds_nothing_has_no_lower_bounds() -> None:
    nothing = replace(CALL, parameter_set="nothing found", items_returned=0)
    assert list(broken_expectations(asking(items=Bound(1, 9)), nothing, DEFINITION)) == []
    [broken] = broken_expectations(asking(pages=Bound(1, 1)), nothing, DEFINITION)
    assert broken.what == "pages"


def test_capacity_that_is_not_known_is_not_held_against_a_bound() -> None:
    silent = replace(CALL, consumed=(), reported=False)
    pattern = asking(read_capacity_units=Bound(1), pages=Bound(2, 2))
    assert list(broken_expectations(pattern, silent, DEFINITION)) == []


CONDITION = "ConditionalCheckFailedException"
CANCELLED = "TransactionCanceledException"
FAILURES = [
    # expected to fail with, error, message, parameter set, code of the finding
    (None, CONDITION, "", "drawn 1", Code.UNEXPECTED_FAILURE),
    (None, CONDITION, "", "nothing found", None),
    (None, CANCELLED, "None, ConditionalCheckFailed", "nothing found", None),
    (None, CANCELLED, "TransactionConflict", "nothing found", Code.UNEXPECTED_FAILURE),
    (None, "InternalServerError", "", "drawn 1", Code.UNEXPECTED_FAILURE),
    (CONDITION, CONDITION, "", "drawn 1", None),
    (CONDITION, CANCELLED, "None, ConditionalCheckFailed", "drawn 1", None),
    (CONDITION, CANCELLED, "TransactionConflict", "drawn 1", Code.UNEXPECTED_FAILURE),
    (CANCELLED, CANCELLED, "TransactionConflict", "drawn 1", None),
    (CONDITION, "InternalServerError", "", "drawn 1", Code.UNEXPECTED_FAILURE),
    ("ValidationException", "ValidationException", "", "drawn 1", None),
    # Wrong requests are findings of their own.
    (None, "ValidationException", "", "drawn 1", None),
    (None, CANCELLED, "ValidationError (too large)", "drawn 1", None),
]


@pytest.mark.parametrize(("expected", "error", "message", "label", "code"), FAILURES)
def test_a_failure_is_expected_or_a_finding(
    expected: str | None, error: str, message: str, label: str, code: Code | None
) -> None:
    pattern = asking(**({"fails": expected} if expected else {}))
    found = list(broken_expectations(pattern, failed(error, message, label), DEFINITION))
    assert [one.diagnostic.code for one in found] == ([code] if code else [])


def test_success_where_a_failure_was_expected_is_a_finding() -> None:
    pattern = asking(fails=CONDITION)
    [broken] = broken_expectations(pattern, CALL, DEFINITION)
    assert broken.diagnostic.code is Code.EXPECTED_FAILURE_MISSING
    nothing = replace(CALL, parameter_set="nothing found")
    assert list(broken_expectations(pattern, nothing, DEFINITION)) == []


@pytest.mark.parametrize(
    ("error", "message", "wrong"),
    [
        ("ValidationException", "", True),
        ("ResourceNotFoundException", "", True),
        (CANCELLED, "None, ValidationError (item too large)", True),
        (CANCELLED, "ConditionalCheckFailed", False),
        (CONDITION, "", False),
    ],
)
def test_a_wrong_request_is_told_from_one_that_met_other_data(
    error: str, message: str, wrong: bool
) -> None:
    assert is_wrong_request(failed(error, message)) is wrong
    assert not fails_as_expected(asking(), failed(error, message))


def test_a_refusal_shows_the_request_at_its_pattern() -> None:
    call = replace(failed("ValidationException", "no such key"), request={"Key": "x" * 5_000})
    found = refusal(asking(), call, DEFINITION)
    assert found.place == Place("model.yaml", 5, 1)
    assert "no such key" in found.message
    assert found.hint.startswith('The request was Query {"Key":"xxx')
    assert len(found.hint) < 1_000
