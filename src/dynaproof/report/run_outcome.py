"""What a run came to, as CI reads it."""

from __future__ import annotations

from collections.abc import Mapping

from dynaproof.model.diagnostic import in_reading_order
from dynaproof.proof.results import PatternResult, RunResult, Summary
from dynaproof.report.differing_calls import print_differing
from dynaproof.report.expectation_outcome import expectation_outcome
from dynaproof.report.figures import units_text
from dynaproof.report.outcome import (
    Case,
    Outcome,
    State,
    findings_text,
    joined,
    tool_properties,
)
from dynaproof.report.plain_text import plain_text
from dynaproof.report.verdict import verdict

COLUMNS = (
    "expectations",
    "answers",
    "predicted RCU",
    "predicted WCU",
    "measured RCU",
    "measured WCU",
)
"""Units are the greatest of a call, tables and indexes together."""
_STATES: Mapping[str, State] = {
    "refused": "error",
    "differs": "failed",
    "broken": "failed",
    "not run": "skipped",
}


def run_outcome(result: RunResult) -> Outcome:
    """A case for each access pattern that was chosen to run; findings of ``check`` are not told."""
    return Outcome(
        "run",
        result.definition.source.file,
        result.definition.name,
        verdict(result),
        result.exit_status,
        tuple(pattern_case(one) for one in result.patterns),
        result.findings,
        tool_properties(seed=result.seed, server=result.server),
        COLUMNS,
        result.definition.source,
    )


def pattern_case(result: PatternResult) -> Case:
    """One access pattern: differences as a table, then findings with their lines."""
    state = _STATES.get(result.verdict, "passed")
    failing = in_reading_order(
        [*result.refused, *result.differing, *(one.diagnostic for one in result.broken)]
    )
    differing = plain_text(lambda console: print_differing([result], console))
    remarks = ["Nothing was held against the facts."] if result.proof == "not proved" else []
    first = failing[0] if failing else None
    return Case(
        result.pattern.name,
        state,
        first.code.value if first else "",
        first.message if first else result.not_run,
        joined(differing.strip("\n"), findings_text(failing)),
        joined(*remarks, findings_text(result.unexplained)),
        (
            expectation_outcome(result),
            result.proof,
            *(
                _most(summary)
                for summary in (
                    result.predicted_total("read"),
                    result.predicted_total("write"),
                    result.total("read"),
                    result.total("write"),
                )
            ),
        ),
    )


def _most(summary: Summary | None) -> str:
    return units_text(summary.maximum) if summary is not None else "-"
