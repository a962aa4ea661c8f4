"""Calls that go wrong without overlapping are no race."""

from __future__ import annotations

import pytest

from dynaproof.proof.execute import Answered
from dynaproof.proof.flow import Ask
from dynaproof.proof.races.exploration import Line, Turn
from dynaproof.proof.races.race import one_by_one
from dynaproof.proof.results import Call

ANSWERED = Answered(Call("by hand", {}, {}, 1, 0, 0, ()), ())
ASK = Ask("PutItem", {}, read=False, path=())


def call(number: int, stale: str = "") -> Turn:
    return Turn(("", str(number).encode()), f"send {number + 1}", ASK, ANSWERED, stale)


def handler(number: int) -> Turn:
    line: Line = ("refresh", b"ROOM#1")
    return Turn(line, f"refresh (of send {number + 1})", ASK, ANSWERED)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ((call(0), call(1)), True),
        ((call(1), call(1), call(0)), True),
        ((call(0), handler(0), call(1), handler(1)), True),
        ((call(0), call(1), call(0)), False),
        ((call(0), call(1), handler(0), handler(1)), False),
        ((call(0), call(1, stale="all writes")), False),
    ],
)
def test_calls_overlap_where_one_begins_before_another_and_its_handlers_are_over(
    schedule: tuple[Turn, ...], expected: bool
) -> None:
    assert one_by_one(schedule) is expected
