"""Whether a pattern kept to what it expects, apart from whether its answers are right."""

from __future__ import annotations

from typing import Literal

from dynaproof.proof.results import PatternResult, has_expectation

Outcome = Literal["held", "broken", "refused", "not run", "no expectation"]


def expectation_outcome(result: PatternResult) -> Outcome:
    """The verdict as to capacity, pages, items and errors alone."""
    verdict = result.verdict
    if verdict != "differs":
        return verdict
    if result.broken:
        return "broken"
    return "held" if has_expectation(result.pattern) else "no expectation"
