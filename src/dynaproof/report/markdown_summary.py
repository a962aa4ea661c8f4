"""Outcomes as Markdown, for the summary of a CI job or a comment on a change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from dynaproof.model.diagnostic import Diagnostic
from dynaproof.report.figures import counted
from dynaproof.report.markdown_text import fenced, markdown_table, markdown_text
from dynaproof.report.outcome import Case, Outcome
from dynaproof.report.plain_values import printable

MOST_STORIES = 20
"""Cases that are told whole; a job's summary has a limit of size, and readers have one too."""
MOST_LINES = 120
"""Lines of one of them."""
MOST_FINDINGS = 100


def markdown_summary(outcomes: Sequence[Outcome]) -> str:
    """A section for each definition: verdict, access patterns, findings, what failed in full."""
    return "\n".join(line for outcome in outcomes for line in (*_section(outcome), ""))


def _section(outcome: Outcome) -> Iterator[str]:
    yield f"## dynaproof {outcome.command}: {markdown_text(outcome.name)}"
    yield ""
    yield f"**{markdown_text(outcome.said)}**"
    yield ""
    told = {"file": outcome.file, **outcome.properties}
    yield ", ".join(f"{name} {markdown_text(value)}" for name, value in told.items())
    rows = [(case.name, case.state, *case.cells) for case in outcome.cases]
    if rows:
        yield ""
        yield from markdown_table(("access pattern", "state", *outcome.columns), rows)
    yield from _findings(outcome.findings)
    failing = [case for case in outcome.cases if case.state in ("failed", "error") and case.text]
    for case in failing[:MOST_STORIES]:
        yield from _details(case)
    if len(failing) > MOST_STORIES:
        yield ""
        yield f"and {counted(len(failing) - MOST_STORIES, 'more that fails', 'more that fail')}"


def _findings(findings: Sequence[Diagnostic]) -> Iterator[str]:
    if not findings:
        return
    yield ""
    rows = [
        (str(one.place or ""), one.severity.value, one.code.value, one.message)
        for one in findings[:MOST_FINDINGS]
    ]
    yield from markdown_table(("where", "severity", "code", "finding"), rows)
    if len(findings) > MOST_FINDINGS:
        yield ""
        yield f"and {counted(len(findings) - MOST_FINDINGS, 'more finding')}"


def _details(case: Case) -> Iterator[str]:
    lines = case.text.split("\n")
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"... {counted(len(lines) - MOST_LINES, 'more line')}"]
    yield ""
    yield "<details>"
    # HTML, in which Markdown's escapes mean nothing.
    name = escape(printable(case.name)).replace("@", "&#64;")
    yield f"<summary>{name}: {escape(case.code)}</summary>"
    yield ""
    yield from fenced("\n".join(lines))
    yield ""
    yield "</details>"
