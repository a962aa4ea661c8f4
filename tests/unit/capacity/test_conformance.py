"""The recorded cases: what the service answered is what is predicted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dynaproof.capacity.case_file import Case, read_cases
from dynaproof.capacity.conformance import Outcome, run_case

FILE = Path(__file__).parents[3] / "datasets" / "capacity-cases.json"
CASES = read_cases(json.loads(FILE.read_text(encoding="utf-8")))

EXCEPTIONS = {
    # One region stops UpdateItem at 409,580 bytes; elsewhere, and for PutItem, it is 409,600.
    "updateitem-ceiling-409581-over": "region dependent",
}


def test_every_case_of_the_file_is_run() -> None:
    assert [str(fault) for fault in CASES.faults] == []
    assert len(CASES.cases) == 115


@pytest.mark.parametrize("case", CASES.cases, ids=lambda case: case.name)
def test_the_prediction_is_what_the_service_answered(case: Case) -> None:
    result = run_case(case, CASES.tables)
    if case.name in EXCEPTIONS:
        assert result.outcome is Outcome.EXCEPTED
        assert EXCEPTIONS[case.name] in result.reason
    else:
        assert result.differences == ()
