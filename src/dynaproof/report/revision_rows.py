"""What a reviewer reads of two revisions, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dynaproof.proof.revisions.difference import Difference
from dynaproof.report.change_lines import change_text, pattern_figures_text
from dynaproof.report.figures import counted

Status = Literal["dearer", "not predicted", "cheaper", "new", "gone", "changed", "same"]


@dataclass(frozen=True, slots=True)
class PatternRow:
    """An access pattern, what a call of it costs before and after, and why."""

    name: str
    status: Status
    before: str
    after: str
    notes: tuple[str, ...] = ()


def pattern_rows(difference: Difference) -> tuple[PatternRow, ...]:
    """All patterns in the order of the new definition, then those that are gone."""
    return tuple(_rows(difference))


def headline(difference: Difference) -> str:
    """``2 dearer, 1 new; 1 migration``."""
    rows = pattern_rows(difference)
    statuses = [row.status for row in rows]
    counts = {
        status: number
        for status in ("dearer", "not predicted", "cheaper", "new", "gone", "changed")
        if (number := statuses.count(status))
    }
    patterns = ", ".join(f"{number} {status}" for status, number in counts.items())
    parts = [f"access patterns: {patterns}"] if patterns else []
    others = len(difference.tables) - len(difference.migrations)
    if difference.migrations:
        parts.append(counted(len(difference.migrations), "migration"))
    if others:
        parts.append(f"{counted(others, 'other change')} of tables and items")
    if difference.entities:
        parts.append(f"facts: {', '.join(difference.entities)}")
    if difference.stream_handlers:
        parts.append(f"stream handlers: {', '.join(difference.stream_handlers)}")
    return "; ".join(parts) or "no difference"


def _rows(difference: Difference) -> Iterator[PatternRow]:
    found = difference.figures
    lost = {one.pattern: one.reason for one in found.lost}
    changed = {one.name: one.parts for one in difference.patterns}
    for pattern in found.after.access_patterns:
        name = pattern.name
        was = found.before.access_pattern(name)
        changes = [one for one in found.changes if one.pattern == name]
        notes = [change_text(one) for one in changes]
        status: Status = "same"
        if was is None:
            status = "new"
        elif name in lost:
            status = "not predicted"
            notes.append(lost[name])
        elif any(one.dearer for one in changes):
            status = "dearer"
        elif changes:
            status = "cheaper"
        elif name in changed:
            status = "changed"
        if name in changed:
            notes.append(f"another {', '.join(changed[name])}")
        before, after = pattern_figures_text(was), pattern_figures_text(pattern)
        yield PatternRow(name, status, before, after, tuple(notes))
    for name in found.gone:
        yield PatternRow(name, "gone", pattern_figures_text(found.before.access_pattern(name)), "")
