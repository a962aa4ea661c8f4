"""What a check against a baseline found, for the comment of a pull request."""

from __future__ import annotations

from dynaproof.proof.baselines.compare import BaselineComparison
from dynaproof.report.baseline_text import WRITE_ANEW, baseline_lines, verdict_line
from dynaproof.report.change_lines import figures_change
from dynaproof.report.markdown_text import markdown_table, markdown_text


def baseline_markdown(comparison: BaselineComparison) -> str:
    """A verdict, a table of figures that changed, and a list of the rest."""
    lines = [f"**{markdown_text(verdict_line(comparison))}**", ""]
    if comparison.changes:
        rows = [
            (
                "dearer" if change.dearer else "cheaper",
                change.pattern,
                figures_change(change),
                "; ".join(change.causes),
            )
            for change in (*comparison.dearer, *comparison.cheaper)
        ]
        lines += [*markdown_table(["", "access pattern", "of a call", "why"], rows), ""]
    rest = [
        f"- {what}: {markdown_text(text)}"
        for what, text in baseline_lines(comparison)
        if what not in ("dearer", "cheaper")
    ]
    if rest:
        lines += [*rest, ""]
    if not comparison.holds:
        lines += [markdown_text(WRITE_ANEW), ""]
    return "\n".join(lines)
