"""A conformance run counted: cases that agree, by group of operations and by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dynaproof.capacity.case_file import Case
from dynaproof.capacity.conformance import Outcome
from dynaproof.model.access_pattern import PARTIQL_OPERATIONS
from dynaproof.proof.conformance_run import ConformanceRun

PREDICTOR = "predictor"
ALL = "all"
_SIZE = "item sizes at the limit"
_GROUPS = {
    "GetItem": "reads by key",
    "BatchGetItem": "reads by key",
    "Query": "queries and scans",
    "Scan": "queries and scans",
    "PutItem": "writes of one item",
    "UpdateItem": "writes of one item",
    "DeleteItem": "writes of one item",
    "BatchWriteItem": "batch writes",
    "TransactGetItems": "transactions",
    "TransactWriteItems": "transactions",
} | dict.fromkeys(sorted(PARTIQL_OPERATIONS), "PartiQL")
GROUPS = (*dict.fromkeys(_GROUPS.values()), _SIZE)


@dataclass(frozen=True, slots=True)
class Row:
    """A group: how many cases it has, and how many of them agree in each column."""

    group: str
    cases: int
    agree: tuple[int, ...]


def group_of(case: Case) -> str:
    """What a case is about; the cases of the 400 KB limit are a group of their own."""
    if case.expected.keys() & {"accepted", "error"}:
        return _SIZE
    return _GROUPS[case.request.operation]


def column_names(run: ConformanceRun) -> tuple[str, ...]:
    """The predictor, then the emulators."""
    return (PREDICTOR, *(column.name for column in run.columns))


def rows(run: ConformanceRun) -> list[Row]:
    """Groups that have cases, then all of them."""
    outcomes = _outcomes(run)
    made: list[Row] = []
    for group in GROUPS:
        at = [number for number, case in enumerate(run.cases) if group_of(case) == group]
        if at:
            made.append(_row(group, at, outcomes))
    return [*made, _row(ALL, range(len(run.cases)), outcomes)]


def _outcomes(run: ConformanceRun) -> list[list[Outcome]]:
    emulators = [[case.outcome for case in column.cases] for column in run.columns]
    return [[result.outcome for result in run.conformance.results], *emulators]


def _row(group: str, at: Sequence[int], outcomes: Sequence[Sequence[Outcome]]) -> Row:
    counts = [sum(column[n] is Outcome.AGREES for n in at) for column in outcomes]
    return Row(group, len(at), tuple(counts))
