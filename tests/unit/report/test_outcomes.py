"""What check, run and prove came to, as CI reads it: a case for each access pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, InputError, Place, Severity
from dynaproof.proof.races.finding import RaceCount
from dynaproof.proof.results import PatternResult, RunResult
from dynaproof.proof.search.case_file import Cases
from dynaproof.proof.search.result import ProveResult
from dynaproof.proof.search.search import Searched
from dynaproof.report.check_outcome import check_outcome
from dynaproof.report.outcome import WHOLE, Outcome, PathsOfPlaces, fault_outcome
from dynaproof.report.proof_outcome import proof_outcome
from dynaproof.report.run_outcome import run_outcome


def states(outcome: Outcome) -> dict[str, str]:
    return {case.name: case.state for case in outcome.cases}


def at(definition: Definition, *path: str, severity: Severity = Severity.ERROR) -> Diagnostic:
    place = definition.source.key(*path)
    return Diagnostic(Code.UNKNOWN_KEY, f"{path[-1]} is wrong", place, severity=severity)


PATHS = [
    (("entities", "orders"), WHOLE),
    (("tables", "shop-orders", "sort_key"), WHOLE),
    (("access_patterns", "read-order"), "read-order"),
    (("access_patterns", "read-order", "get"), "read-order"),
    (("access_patterns", "place-order", "expect", "write_capacity_units"), "place-order"),
]


@pytest.mark.parametrize(("path", "case"), PATHS)
def test_a_finding_belongs_to_the_access_pattern_that_it_stands_in(
    shop: Definition, path: tuple[str, ...], case: str
) -> None:
    outcome = check_outcome("shop.yaml", shop, [at(shop, *path)])
    assert {name for name, state in states(outcome).items() if state == "failed"} == {case}
    assert len(outcome.cases) == 1 + len(shop.access_patterns)
    [failed] = [one for one in outcome.cases if one.state == "failed"]
    assert (failed.code, failed.message) == ("DP104", f"{path[-1]} is wrong")


@pytest.mark.parametrize("path", [path for path, _ in PATHS])
def test_the_part_at_a_place_is_found_again(shop: Definition, path: tuple[str, ...]) -> None:
    assert PathsOfPlaces(shop.source).path(shop.source.key(*path)) == path


@pytest.mark.parametrize("place", [None, Place("shop.yaml"), Place("other.yaml", 5, 1)])
def test_what_is_in_no_definition_belongs_to_the_whole(
    shop: Definition, place: Place | None
) -> None:
    outcome = check_outcome("shop.yaml", shop, [Diagnostic(Code.UNKNOWN_KEY, "x", place)])
    assert states(outcome)[WHOLE] == "failed"


@pytest.mark.parametrize(("strict", "state", "status"), [(False, "passed", 0), (True, "failed", 1)])
def test_warnings_are_remarks_unless_they_are_to_fail(
    shop: Definition, strict: bool, state: str, status: int
) -> None:
    warning = at(shop, "access_patterns", "read-order", severity=Severity.WARNING)
    outcome = check_outcome("shop.yaml", shop, [warning], strict=strict)
    case = next(one for one in outcome.cases if one.name == "read-order")
    assert (case.state, outcome.exit_status, outcome.said) == (state, status, "1 warning")
    assert "read-order is wrong" in (case.text if strict else case.remarks)


def test_a_file_that_is_no_definition_is_one_case() -> None:
    outcome = check_outcome("x.yaml", None, [Diagnostic(Code.YAML_SYNTAX, "no YAML")])
    assert states(outcome) == {WHOLE: "failed"}
    assert outcome.exit_status == 2


def test_a_run_has_a_case_for_each_access_pattern(result: RunResult) -> None:
    outcome = run_outcome(result)
    assert states(outcome) == {
        "read-order": "passed",
        "orders-of-a-day": "passed",
        "place-order": "failed",
        "wrong-order": "error",
    }
    assert outcome.exit_status == 2
    assert outcome.properties["seed"] == "7"
    assert outcome.properties["server"] == "DynamoDB Local 3.3.1"
    failed = outcome.cases[2]
    assert failed.code == "DP601"
    assert "write_capacity_units is 2, expected at most 1" in failed.text


def test_a_wrong_answer_is_told_with_its_rows_and_its_request(wrong: RunResult) -> None:
    [case, *_] = run_outcome(wrong).cases
    assert (case.state, case.code) == ("failed", "DP802")
    assert [
        told for told in ("ORDER#2", "extra", "Query", "id = a-1") if told not in case.text
    ] == []


def test_a_pattern_that_was_not_run_is_skipped_with_the_reason(result: RunResult) -> None:
    skipped = PatternResult(result.patterns[0].pattern, not_run="there are no facts")
    [case] = run_outcome(replace(result, patterns=(skipped,))).cases
    assert (case.state, case.message) == ("skipped", "there are no facts")


def test_a_passing_pattern_says_where_nothing_was_compared(result: RunResult) -> None:
    [case, *_] = run_outcome(result).cases
    assert case.state == "passed"
    assert case.remarks == "Nothing was held against the facts."


def proved(definition: Definition, *refused: Diagnostic, compared: Sequence[str]) -> ProveResult:
    searched = Searched(
        fact_sets=3, calls=9, compared=dict.fromkeys(compared, 1), refused=list(refused)
    )
    names = tuple(pattern.name for pattern in definition.access_patterns)
    return ProveResult(definition, 7, "a server", (), (), searched, RaceCount(), Cases(), names)


def test_what_could_not_be_compared_is_no_proof(shop: Definition) -> None:
    outcome = proof_outcome(proved(shop, compared=["read-order"]))
    assert states(outcome)["read-order"] == "passed"
    assert states(outcome)["place-order"] == "skipped"
    assert outcome.exit_status == 0


def test_only_the_patterns_that_were_asked_for_are_cases(shop: Definition) -> None:
    outcome = proof_outcome(proved(shop, compared=["read-order"]), ["read-order"])
    assert states(outcome) == {"read-order": "passed"}


def test_what_was_refused_is_told_where_it_stands(shop: Definition) -> None:
    refused = at(shop, "access_patterns", "read-order", "get")
    nowhere = Diagnostic(Code.SAVED_CASE, "the case is of no use", Place("cases/1.yaml", 1, 1))
    outcome = proof_outcome(proved(shop, refused, nowhere, compared=["read-order", "place-order"]))
    assert states(outcome)["read-order"] == "error"
    assert states(outcome)["place-order"] == "passed"
    assert states(outcome)[WHOLE] == "error"
    assert outcome.exit_status == 2


@pytest.mark.parametrize(
    ("error", "status", "fault"),
    [
        (InputError(Diagnostic(Code.YAML_SYNTAX, "no YAML")), 2, False),
        (EnvironmentFault(Diagnostic(Code.NO_JAVA, "no Java")), 3, True),
    ],
)
def test_a_command_that_failed_is_one_case_in_error(
    error: InputError | EnvironmentFault, status: int, fault: bool
) -> None:
    outcome = fault_outcome("run", "shop.yaml", error)
    assert states(outcome) == {WHOLE: "error"}
    assert (outcome.exit_status, outcome.fault) == (status, fault)
