"""Predictions held against what the service answered, case by case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dynaproof.capacity.answer import predicted_answer
from dynaproof.capacity.case_file import Case, read_cases
from dynaproof.capacity.comparison import compare
from dynaproof.capacity.prediction import Prediction
from dynaproof.capacity.predictor import predict
from dynaproof.capacity.store import Store
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.model.table import Table

_REGION_DEPENDENT = "region dependent"


class Outcome(StrEnum):
    """``excepted``: it differs, for a reason that is known beforehand."""

    AGREES = "agrees"
    DIFFERS = "differs"
    EXCEPTED = "excepted"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a prediction compares; each difference is one line, ``reason`` is of an exception."""

    name: str
    operation: str
    source: str
    outcome: Outcome
    differences: tuple[str, ...]
    reason: str
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class Conformance:
    """All cases of a file that could be run, and the faults of those that could not."""

    results: tuple[CaseResult, ...]
    faults: tuple[Diagnostic, ...]

    def of(self, outcome: Outcome) -> tuple[CaseResult, ...]:
        """Give the results of this outcome."""
        return tuple(result for result in self.results if result.outcome is outcome)

    @property
    def totals(self) -> dict[str, dict[Outcome, int]]:
        """Count the outcomes by operation."""
        totals: dict[str, dict[Outcome, int]] = {}
        for result in self.results:
            counts = totals.setdefault(result.operation, dict.fromkeys(Outcome, 0))
            counts[result.outcome] += 1
        return totals


def check_conformance(document: object) -> Conformance:
    """Hold the predictor against the parsed JSON of a case file."""
    file = read_cases(document)
    return Conformance(tuple(run_case(case, file.tables) for case in file.cases), file.faults)


def run_case(case: Case, tables: Mapping[str, Table]) -> CaseResult:
    """Predict one case, after its setup, and compare."""
    store = Store(tables.values())
    differences: list[str] = []
    for number, request in enumerate(case.setup, 1):
        prepared = predict(store, request.operation, request.arguments)
        if prepared.error or prepared.unpredictable:
            why = prepared.message or prepared.unpredictable
            differences.append(f"setup request {number} is refused: {why}")
        store.apply(prepared)
    prediction = predict(store, case.request.operation, case.request.arguments)
    answer = predicted_answer(case.request.arguments, prediction)
    differences += compare(case.request.operation, answer, case.expected)
    outcome, reason = Outcome.AGREES, ""
    if differences:
        reason = _known_reason(case, prediction)
        outcome = Outcome.EXCEPTED if reason else Outcome.DIFFERS
    return CaseResult(
        case.name,
        case.request.operation,
        case.source,
        outcome,
        tuple(differences),
        reason,
        prediction,
    )


def regional_reason(case: Case) -> str:
    """Tell why the record of a case may not hold elsewhere; empty where it does."""
    if _REGION_DEPENDENT in case.evidence:
        return f"the record is of one region: {case.evidence}"
    return ""


def _known_reason(case: Case, prediction: Prediction) -> str:
    """Why a case may differ: only what its record says, or where a page of 1 MB ends."""
    boundary = (m.reason for m in prediction.marks if m.kind == "page boundary")
    return regional_reason(case) or next(boundary, "")
