"""Two revisions of a definition compared, for the comment of a pull request."""

from __future__ import annotations

from dynaproof.proof.revisions.difference import Difference
from dynaproof.report.markdown_text import markdown_table, markdown_text
from dynaproof.report.revision_rows import headline, pattern_rows
from dynaproof.report.revision_text import change_subject, migrations_first


def difference_markdown(difference: Difference) -> str:
    """A headline, a table of patterns that differ, and a list of what tables need."""
    labels = f"{difference.old.label} -> {difference.new.label}"
    lines = [f"### dynaproof diff: {markdown_text(labels)}", ""]
    lines += [f"**{markdown_text(headline(difference))}**", ""]
    rows = [
        (row.status, row.name, row.before, row.after, "; ".join(row.notes))
        for row in pattern_rows(difference)
        if row.status != "same"
    ]
    if rows:
        heads = ["", "access pattern", "before", "after", "why"]
        lines += [*markdown_table(heads, rows), ""]
    for change in migrations_first(difference):
        lines.append(f"- **{change.effect}** {markdown_text(change_subject(change))}")
        told = [markdown_text(text) for text in (change.before, change.after) if text]
        lines.append(f"  {' → '.join(told)}<br>")
        source = f" ([AWS]({change.source}))" if change.source else ""
        lines.append(f"  {markdown_text(change.advice)}{source}")
    if difference.tables:
        lines.append("")
    seed = difference.new.figures.seed
    lines.append(
        f"Predicted units of one call, least to most over the parameter sets of seed {seed}."
    )
    return "\n".join(lines) + "\n"
