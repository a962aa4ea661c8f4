"""Outcomes in the formats that CI systems read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dynaproof.report.findings import diagnostics_to_github
from dynaproof.report.junit import junit_xml
from dynaproof.report.markdown_summary import markdown_summary
from dynaproof.report.outcome import Outcome
from dynaproof.report.sarif import sarif_json

Outcomes = Sequence[Outcome]


def _github(outcomes: Outcomes) -> bytes:
    text = diagnostics_to_github(f for one in outcomes for f in one.findings)
    return text.encode(errors="backslashreplace")


def _markdown(outcomes: Outcomes) -> bytes:
    return markdown_summary(outcomes).encode(errors="backslashreplace")


CI_FORMATS: Mapping[str, Callable[[Outcomes], bytes]] = {
    "junit": junit_xml,
    "sarif": sarif_json,
    "github": _github,
    "markdown": _markdown,
}
