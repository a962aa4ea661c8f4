"""The access patterns of a run at a terminal: predicted figures, measured ones below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from dynaproof.proof.results import UNKNOWN_DIFFERENCE, PatternResult, RunResult, Summary
from dynaproof.report.capacity_figures import (
    CapacityFigures,
    difference_lines,
    differences,
    not_predicted,
    parts,
    totals,
    uncertain,
)
from dynaproof.report.definition_text import expected_text
from dynaproof.report.expectation_outcome import expectation_outcome
from dynaproof.report.figures import (
    UNIT_NAMES,
    items_text,
    operation_name,
    range_text,
    target_names,
)
from dynaproof.report.grids import Line, decimals, print_lines
from dynaproof.report.plain_values import printable

WIDE = 120
"""From this width on, a column says what was expected."""
NARROW = 100
"""Below this width, words are shorter."""
DIFFERS = "differs"
"""Stands where measured and predicted differ and nothing known explains it."""
_OUTCOMES = {
    "held": "green",
    "broken": "bold red",
    "refused": "bold red",
    "not run": "yellow",
    "no expectation": "dim",
}
_PROOFS = {"proved": "green", "differs": "bold red", "not proved": "dim"}
_HEADS = ("calls", "items", "pages", "", "min", "mean", "p95", "max", "expected", "answers")
_FIRST_FIGURE = _HEADS.index("min")


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    style: str = ""
    calls: str = ""
    items: str = ""
    pages: str = ""
    lead: str = ""
    unit: str = ""
    summary: Summary | None = None
    outcome: str = ""
    outcome_style: str = ""
    proof: str = ""
    expected: str = ""


def print_patterns(result: RunResult, console: Console) -> None:
    """Print one or more lines for each pattern.

    What a call is to cost, what it measured, and whether its answers are right.
    """
    wide, narrow = console.width >= WIDE, console.width < NARROW
    rows = [row for pattern in result.patterns for row in _rows(pattern)]
    columns = [
        decimals([getattr(row.summary, name) if row.summary else None for row in rows])
        for name in ("minimum", "mean", "p95", "maximum")
    ]
    lines = [
        Line(
            Text(row.name, row.style),
            (
                row.calls,
                row.items,
                row.pages,
                Text(row.unit, "dim"),
                *(Text(figure, "dim" if row.style == "dim" else "") for figure in figures),
                Text(row.outcome, row.outcome_style),
                Text(_short(row.proof) if narrow else row.proof, _PROOFS.get(row.proof, "")),
                *([Text(row.expected, "dim")] if wide else []),
            ),
            Text(row.lead, "dim"),
        )
        for row, *figures in zip(rows, *columns, strict=True)
    ]
    print_lines(
        console,
        Line(Text("access pattern"), (*_HEADS, *(["to be"] if wide else []))),
        lines,
        numbers=(0, 1, 2, 4, 5, 6, 7),
        above=(_FIRST_FIGURE, "predicted"),
    )


def print_differences(result: RunResult, console: Console) -> None:
    """Print what the codes beside measured figures mean; nothing where there are none."""
    lines = difference_lines(result.patterns)
    for line in lines:
        code = line.partition(" ")[0]
        told = Text(line, "dim")
        told.stylize("yellow", 0, len(code))
        for part in told.wrap(console, console.width):
            part.rstrip()
            console.print(part, soft_wrap=True)
    if lines:
        console.print()


def difference_text(result: PatternResult) -> str:
    """``EMU01, EMU04``: why measured figures are not the predicted ones."""
    codes = differences(result)
    return ", ".join(DIFFERS if code == UNKNOWN_DIFFERENCE else code for code in codes)


def _rows(result: PatternResult) -> Iterator[_Row]:
    pattern = result.pattern
    figures = totals(result)
    first = figures[0] if figures else None
    kept = expectation_outcome(result)
    outcome = "none" if kept == "no expectation" else kept
    yield _Row(
        printable(pattern.name),
        "bold",
        f"{len(result.calls):,}",
        items_text(result),
        range_text([call.pages for call in result.calls]),
        "",
        UNIT_NAMES[first.kind] if first and first.predicted else "",
        first.predicted if first else None,
        outcome,
        _OUTCOMES[kept],
        result.proof,
        printable(expected_text(pattern)) if outcome != "none" else "",
    )
    target = f"  {operation_name(pattern)} {printable(', '.join(target_names(pattern)))}".rstrip()
    yield _measured(target, first, difference_text(result))
    for one in figures[1:]:
        yield _Row("", unit=UNIT_NAMES[one.kind], summary=one.predicted)
        yield _measured("", one)
    yield from _part_rows(result)
    errors = Counter(call.error for call in result.calls if call.error)
    for error, number in sorted(errors.items()):
        yield _Row(f"  {number:,} ended with {printable(error)}", "dim")
    notes = [*not_predicted(result), *uncertain(result)]
    if result.calls and not any(call.reported or call.error for call in result.calls):
        notes.append("measured: not reported by the endpoint")
    if result.not_run:
        notes.append(result.not_run)
    for note in notes:
        yield _Row(f"  {printable(note)}", "dim")


def _short(proof: str) -> str:
    return proof.replace("not ", "un")


def _part_rows(result: PatternResult) -> Iterator[_Row]:
    """The split, where there is one; measured figures only where they are not the predicted."""
    split = parts(result)
    if len({one.part for one in split}) < 2:
        return
    for one in split:
        name = printable(f"    {one.label}")
        if one.predicted is not None:
            yield _Row(name, "dim", unit=UNIT_NAMES[one.kind], summary=one.predicted)
            name = ""
        if one.measured is not None and one.measured != one.predicted:
            yield _measured(name, one)


def _measured(name: str, figures: CapacityFigures | None, difference: str = "") -> _Row:
    if figures is None or figures.measured is None:
        return _Row(name, "dim", outcome=difference, outcome_style="yellow")
    return _Row(
        name,
        "dim",
        lead="measured",
        unit=UNIT_NAMES[figures.kind],
        summary=figures.measured,
        outcome=difference,
        outcome_style="yellow",
    )
