"""What was made of another tool's model, for notebooks."""

from __future__ import annotations

from collections.abc import Sequence

from dynaproof.report.html_tables import cell, fragment, html_table, html_text

MOST_ROWS = 100
"""Rows of what was not carried that are shown; the JSON holds all."""


def import_html(head: str, summary: Sequence[str], not_carried: Sequence[tuple[str, str]]) -> str:
    """A line for each table, and a table of what was not carried: place and reason."""
    lines = "".join(f"<br>{html_text(line)}" for line in summary)
    rows = [[cell(place), cell(reason)] for place, reason in not_carried[:MOST_ROWS]]
    more = len(not_carried) - len(rows)
    return fragment(
        f"<p><b>{html_text(head)}</b>{lines}</p>",
        html_table(["not carried", "reason"], rows),
        f"<p>and {more:,} more</p>" if more else "",
    )
