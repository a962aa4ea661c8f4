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


def test_a_result_says_what_was_run() -> None:
    document = json.loads(SHIPPED.read_text(encoding="utf-8"))
    [entry] = [case for case in document["cases"] if case["id"] == "idx-put-both"]
    entry["source"] = "where"
    [result] = check_conformance({"tables": document["tables"], "cases": [entry]}).results
    assert (result.name, result.operation, result.source) == ("idx-put-both", "PutItem", "where")
    assert (result.outcome, result.differences, result.reason) == (Outcome.AGREES, (), "")
    assert (result.prediction.operation, result.prediction.capacity_units) == ("PutItem", 3)


def test_a_setup_that_is_refused_is_a_difference_beside_the_others() -> None:
    document = json.loads(SHIPPED.read_text(encoding="utf-8"))
    [entry] = [case for case in document["cases"] if case["id"] == "idx-put-both"]
    refused = {"operation": "ExecuteStatement", "parameters": {"Statement": "DROP TABLE t"}}
    put = entry["request"]["parameters"]
    missing = {
        "operation": "DeleteItem",
        "parameters": {
            "TableName": put["TableName"],
            "Key": {"pk": {"S": "x"}, "sk": {"S": "x"}},
            "ConditionExpression": "attribute_exists(pk)",
        },
    }
    entry["setup"] = [missing, refused]
    entry["expected"]["CapacityUnits"] = 9
    [result] = check_conformance({"tables": document["tables"], "cases": [entry]}).results
    first, second, third = result.differences
    assert first == "setup request 1 is refused: The conditional request failed"
    assert second.startswith("setup request 2 is refused: the PartiQL statement is not understood")
    assert third == "CapacityUnits 9, predicted 3.0"


def test_a_page_of_1_mb_may_differ_and_nothing_else_may() -> None:
    document = json.loads(SHIPPED.read_text(encoding="utf-8"))
    by_name = {case["id"]: case for case in document["cases"]}
    page, put = by_name["dynalite-scan-1mb-just-over-range"], by_name["idx-put-both"]
    for case in (page, put):
        case["expected"]["CapacityUnits"] = 9_999
    conformance = check_conformance({"tables": document["tables"], "cases": [page, put]})
    [excepted] = conformance.of(Outcome.EXCEPTED)
    [differs] = conformance.of(Outcome.DIFFERS)
    assert (excepted.name, "1 MB" in excepted.reason) == (page["id"], True)
    assert (differs.name, differs.reason) == (put["id"], "")
