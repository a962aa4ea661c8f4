"""The recorded cases: what the service answered is what is predicted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dynaproof.capacity.case_file import Case, CaseFile, read_cases
from dynaproof.capacity.conformance import Outcome, check_conformance, run_case

SHIPPED = Path(__file__).parents[3] / "datasets" / "capacity-cases.json"
FURTHER = Path(__file__).parent / "further-cases.json"


def cases_of(path: Path) -> CaseFile:
    return read_cases(json.loads(path.read_text(encoding="utf-8")))


CASES = cases_of(SHIPPED)
FURTHER_CASES = cases_of(FURTHER)

EXCEPTIONS = {
    # One region stops UpdateItem at 409,580 bytes; for PutItem, and elsewhere, it is 409,600.
    "updateitem-ceiling-409581-over": "region dependent",
}


def test_every_case_of_the_files_is_run() -> None:
    assert [str(fault) for fault in CASES.faults + FURTHER_CASES.faults] == []
    assert (len(CASES.cases), len(FURTHER_CASES.cases)) == (115, 62)


@pytest.mark.parametrize("case", CASES.cases, ids=lambda case: case.name)
def test_the_prediction_is_what_the_service_answered(case: Case) -> None:
    result = run_case(case, CASES.tables)
    if case.name in EXCEPTIONS:
        assert result.outcome is Outcome.EXCEPTED
        assert EXCEPTIONS[case.name] in result.reason
    else:
        assert result.differences == ()


@pytest.mark.parametrize("case", FURTHER_CASES.cases, ids=lambda case: case.name)
def test_the_prediction_holds_for_cases_beyond_the_shipped_ones(case: Case) -> None:
    assert run_case(case, FURTHER_CASES.tables).differences == ()


@pytest.mark.parametrize(
    ("expected", "difference"),
    [
        ({"CapacityUnits": 2}, "CapacityUnits 2, predicted 3.0"),
        ({"Table": {"CapacityUnits": 2}}, "Table: CapacityUnits 2, predicted 1.0"),
        (
            {"GlobalSecondaryIndexes": {"gsi-inc": {"CapacityUnits": 2}}},
            "gsi-inc: CapacityUnits 2, predicted 1.0",
        ),
        ({"LocalSecondaryIndexes": {}}, "lsi1: CapacityUnits nothing, predicted 1.0"),
        ({"error": "ValidationException"}, "answer: ValidationException, predicted success"),
    ],
)
def test_a_wrong_figure_is_told_in_one_line(expected: dict[str, object], difference: str) -> None:
    document = json.loads(SHIPPED.read_text(encoding="utf-8"))
    [case] = [case for case in document["cases"] if case["id"] == "idx-put-both"]
    case["expected"] |= expected
    conformance = check_conformance({"tables": document["tables"], "cases": [case]})
    [result] = conformance.of(Outcome.DIFFERS)
    assert result.differences == (difference,)
    assert conformance.totals == {
        "PutItem": {Outcome.AGREES: 0, Outcome.DIFFERS: 1, Outcome.EXCEPTED: 0}
    }
