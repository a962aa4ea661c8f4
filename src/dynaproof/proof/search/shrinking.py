"""Smaller facts that still fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from dynaproof.facts.hard.fact_set import FactSet

Failure = TypeVar("Failure")
MOST_TRIES = 80
"""Sets of facts tried to make one counterexample smaller."""


def shrink(
    facts: FactSet,
    failure: Failure,
    smaller: Callable[[FactSet], Iterable[FactSet]],
    fails: Callable[[FactSet], Failure | None],
    most_tries: int = MOST_TRIES,
) -> tuple[FactSet, Failure]:
    """Take the first smaller set that fails too, again and again, until none does."""
    tries = 0
    while True:
        for candidate in smaller(facts):
            if tries >= most_tries:
                return facts, failure
            tries += 1
            found = fails(candidate)
            if found is not None:
                facts, failure = candidate, found
                break
        else:
            return facts, failure
