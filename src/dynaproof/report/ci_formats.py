"""Outcomes in the formats that CI systems read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, Place
from dynaproof.report.findings import diagnostics_to_github
from dynaproof.report.junit import junit_xml
from dynaproof.report.markdown_summary import markdown_summary
from dynaproof.report.outcome import Outcome
from dynaproof.report.sarif import sarif_json

Outcomes = Sequence[Outcome]


def _github(outcomes: Outcomes) -> bytes:
    """One annotation for each code and place: GitHub shows ten of a step."""
    together: dict[tuple[Code, Place | None], list[Diagnostic]] = {}
    for outcome in outcomes:
        for one in outcome.findings:
            together.setdefault((one.code, one.place), []).append(one)
    text = diagnostics_to_github(_first_of(found) for found in together.values())
    return text.encode(errors="backslashreplace")


def _first_of(found: Sequence[Diagnostic]) -> Diagnostic:
    first, *others = found
    if not others:
        return first
    return replace(first, message=f"{first.message}\nand {len(others):,} more at this place")


def _markdown(outcomes: Outcomes) -> bytes:
    return markdown_summary(outcomes).encode(errors="backslashreplace")


CI_FORMATS: Mapping[str, Callable[[Outcomes], bytes]] = {
    "junit": junit_xml,
    "sarif": sarif_json,
    "github": _github,
    "markdown": _markdown,
}
