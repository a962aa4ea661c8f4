"""Predictions held against what the service answered, case by case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from dynaproof.capacity.case_file import Case, CaseRequest, read_cases
from dynaproof.capacity.prediction import SINGLE_OPERATIONS, TABLE, Mode, Prediction
from dynaproof.capacity.predictor import predict
from dynaproof.capacity.store import Store
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.model.table import Table

_INDEX_READS = frozenset({"Query", "Scan", "ExecuteStatement"})
_INDEX_PARTS = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
_UNITS = ("CapacityUnits", "ReadCapacityUnits", "WriteCapacityUnits")
_BESIDES = ("accepted", "error", "message", "ItemCollectionMetrics")
_OF_THE_PAGE = ("Count", "ScannedCount", "LastEvaluatedKey")
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
    differences += compare(case.request, prediction, case.expected)
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


def compare(
    request: CaseRequest, prediction: Prediction, expected: Mapping[str, object]
) -> list[str]:
    """Tell how a prediction differs from what the service answered, one line each."""
    if prediction.unpredictable:
        return [f"cannot be predicted: {prediction.unpredictable}"]
    if "error" in expected:
        if prediction.error == expected["error"]:
            return []
        predicted = prediction.error or "success"
        return [f"answer: {expected['error']}, predicted {predicted}"]
    if prediction.error:
        return [f"answer: success, predicted {prediction.error}: {prediction.message}"]
    differences = list(_page_differences(prediction, expected))
    if "ItemCollectionMetrics" in expected:
        differences += _metrics_differences(request, prediction, expected)
    capacity = {k: v for k, v in expected.items() if k not in (*_BESIDES, *_OF_THE_PAGE)}
    mode = cast(Mode, request.arguments.get("ReturnConsumedCapacity", "NONE"))
    reported = {str(one["TableName"]): one for one in prediction.consumed_capacity(mode)}
    if request.operation in SINGLE_OPERATIONS:
        if capacity:
            [entry] = reported.values() or [{}]
            differences += _capacity_differences(request.operation, entry, capacity, "")
        return differences
    for table in dict.fromkeys([*capacity, *reported] if capacity else ()):
        differences += _capacity_differences(
            request.operation, reported.get(table, {}), _mapping(capacity.get(table)), f"{table}: "
        )
    return differences


def _capacity_differences(
    operation: str,
    reported: Mapping[str, object],
    expected: Mapping[str, object],
    place: str,
) -> Iterator[str]:
    yield from _unit_differences(reported, expected, place)
    ours, theirs = _mapping(reported.get(TABLE)), _mapping(expected.get(TABLE))
    if operation in _INDEX_READS:
        # The service may name the table's part of an index read, or leave it out: it is 0.
        ours, theirs = _unless_zero(ours), _unless_zero(theirs)
    yield from _unit_differences(ours, theirs, f"{place}{TABLE}: ")
    for kind in _INDEX_PARTS:
        ours, theirs = _mapping(reported.get(kind)), _mapping(expected.get(kind))
        for index in dict.fromkeys([*theirs, *ours]):
            at = f"{place}{index}: "
            yield from _unit_differences(_mapping(ours.get(index)), _mapping(theirs.get(index)), at)


def _unit_differences(
    reported: Mapping[str, object], expected: Mapping[str, object], place: str
) -> Iterator[str]:
    for units in _UNITS:
        # Read and write units are often left out of a record though the service gave them.
        if units != "CapacityUnits" and units not in expected:
            continue
        if reported.get(units) != expected.get(units):
            recorded, predicted = expected.get(units, "nothing"), reported.get(units, "nothing")
            yield f"{place}{units} {recorded}, predicted {predicted}"


def _page_differences(prediction: Prediction, expected: Mapping[str, object]) -> Iterator[str]:
    page = prediction.page
    predicted = (page.count, page.scanned_count, page.last_evaluated_key) if page else (None,) * 3
    for name, value in zip(_OF_THE_PAGE, predicted, strict=True):
        if name in expected and expected[name] != value:
            yield f"{name} {expected[name]}, predicted {value}"


def _metrics_differences(
    request: CaseRequest, prediction: Prediction, expected: Mapping[str, object]
) -> Iterator[str]:
    metrics: object = dict(prediction.item_collection_metrics)
    if request.operation in SINGLE_OPERATIONS:
        of_all_tables = list(prediction.item_collection_metrics.values())
        metrics = of_all_tables[0][0] if of_all_tables else None
    if metrics != expected["ItemCollectionMetrics"]:
        yield f"ItemCollectionMetrics {expected['ItemCollectionMetrics']}, predicted {metrics}"


def _known_reason(case: Case, prediction: Prediction) -> str:
    """Why a case may differ: only what its record says, or where a page of 1 MB ends."""
    if _REGION_DEPENDENT in case.evidence:
        return f"the record is of one region: {case.evidence}"
    return next((m.reason for m in prediction.marks if m.kind == "page boundary"), "")


def _unless_zero(part: Mapping[str, object]) -> Mapping[str, object]:
    return {} if part.get("CapacityUnits") == 0 else part


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
