"""Summaries of calls, and the verdict and exit status of a run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.model.access_pattern import AccessPattern, Bound, Expectation, Request
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, SourceMap
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.proof.results import (
    BrokenExpectation,
    Call,
    ConsumedUnits,
    PatternResult,
    RunResult,
    Summary,
)

CASES = [
    # values, 95th percentile by nearest rank
    ([3.0], 3.0),
    ([2.0, 1.0], 2.0),
    ([float(n) for n in range(1, 20)], 19.0),
    ([float(n) for n in range(1, 21)], 19.0),
    ([float(n) for n in range(1, 101)], 95.0),
    ([float(n) for n in range(101, 0, -1)], 96.0),
]


@pytest.mark.parametrize(("values", "p95"), CASES)
def test_the_95th_percentile_is_the_nearest_rank(values: list[float], p95: float) -> None:
    assert Summary.of(values).p95 == p95


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_a_summary_is_of_its_values(values: list[float]) -> None:
    summary = Summary.of(values)
    assert summary.minimum == min(values)
    assert summary.maximum == max(values)
    assert summary.p95 in values
    # At least 95 of 100 values are no greater, and fewer are smaller.
    assert 100 * sum(value <= summary.p95 for value in values) >= 95 * len(values)
    assert 100 * sum(value < summary.p95 for value in values) < 95 * len(values)
    assert summary.minimum <= summary.mean * (1 + 1e-9)
    assert summary.mean <= summary.maximum * (1 + 1e-9)


FINDING = Diagnostic(Code.REQUEST_REFUSED, "no")
BROKEN = BrokenExpectation("pages", "1", "2", "drawn 1", FINDING)
PATTERN = AccessPattern("ask", Request("Query", {}), expect=Expectation(pages=Bound(1, 1)))
FREE = AccessPattern("ask", Request("Query", {}))

VERDICTS = [
    (PatternResult(PATTERN), "held", 0),
    (PatternResult(FREE), "no expectation", 0),
    (PatternResult(FREE, not_run="later"), "not run", 0),
    (PatternResult(PATTERN, broken=(BROKEN,)), "broken", 1),
    (PatternResult(PATTERN, refused=(FINDING,)), "refused", 2),
    (PatternResult(PATTERN, broken=(BROKEN,), refused=(FINDING,)), "refused", 2),
]


@pytest.mark.parametrize(("result", "verdict", "status"), VERDICTS)
def test_the_worst_pattern_decides_the_exit_status(
    result: PatternResult, verdict: str, status: int
) -> None:
    assert result.verdict == verdict
    run = RunResult(
        Definition("d", SourceMap("d.yaml")), 1, "local", (), (PatternResult(PATTERN), result), {}
    )
    assert run.exit_status == status


def call(*consumed: ConsumedUnits, reported: bool = True, error: str | None = None) -> Call:
    return Call("drawn", {}, {}, 1, 0, 0, consumed, reported, error)


def test_a_part_that_a_call_did_not_touch_counts_as_zero() -> None:
    table = ConsumedUnits("t", "table", None, 0, 2)
    index = ConsumedUnits("t", "global_secondary_index", "i", 0, 1)
    result = PatternResult(FREE, (call(table), call(table, index), call(error="X")))
    assert result.units() == {
        ("t", "table", None): [table, table],
        ("t", "global_secondary_index", "i"): [
            ConsumedUnits("t", "global_secondary_index", "i", 0.0, 0.0),
            index,
        ],
    }
    assert result.total("write") == Summary(2, 2.5, 3, 3)
    assert PatternResult(FREE, (call(reported=False),)).total("read") is None
