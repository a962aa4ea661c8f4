"""The access-pattern sheet: a row for each pattern, as texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dynaproof.model.access_pattern import Expectation
from dynaproof.proof.results import UNKNOWN_DIFFERENCE, PatternResult, Summary
from dynaproof.report.capacity_figures import (
    CapacityFigures,
    differences,
    not_predicted,
    parts,
    totals,
    uncertain,
)
from dynaproof.report.differences import fault_lines
from dynaproof.report.differing_calls import first_differing
from dynaproof.report.expectation_outcome import expectation_outcome
from dynaproof.report.figures import (
    UNIT_NAMES,
    expectation_texts,
    items_text,
    operation_name,
    range_text,
    units_text,
)
from dynaproof.report.plain_values import printable
from dynaproof.report.review.pattern_file import ReadPattern

Tone = Literal["good", "bad", "warn", "quiet"]
_OUTCOMES: dict[str, Tone] = {"held": "good", "broken": "bad", "refused": "bad", "not run": "warn"}
_PROOFS: dict[str, Tone] = {"proved": "good", "differs": "bad"}
_SHORT = {"read_capacity_units": "RCU", "write_capacity_units": "WCU"}


@dataclass(frozen=True, slots=True)
class Badge:
    """A word and how good it is."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class PartRow:
    """What one table or index consumes; figures as texts, empty where there are none."""

    label: str
    unit: str
    predicted: Sequence[str]
    measured: Sequence[str]


@dataclass(frozen=True, slots=True)
class Fault:
    """The first call of a pattern that differs: its rows at fault, attribute by attribute."""

    heading: str
    parameters: str
    summary: str
    rows: Sequence[Sequence[str]]
    more: int


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One pattern. ``order`` has numbers to sort by, by the name of the column."""

    name: str
    anchor: str
    description: str
    operation: str
    targets: tuple[str, ...]
    key_condition: str
    calls: int
    items: str
    pages: str
    predicted: tuple[str, ...]
    measured: tuple[str, ...]
    codes: tuple[str, ...]
    budget: tuple[str, ...]
    outcome: Badge
    proof: Badge
    rate: str
    order: dict[str, float]
    parts: tuple[PartRow, ...]
    notes: tuple[str, ...]
    fault: Fault | None


def sheet_rows(patterns: Iterable[ReadPattern], anchors: Sequence[str]) -> list[SheetRow]:
    """The rows in the order of the run; ``anchors`` are the patterns' anchors."""
    return [_row(one, anchor) for one, anchor in zip(patterns, anchors, strict=True)]


def budget_texts(expect: Expectation) -> tuple[str, ...]:
    """``RCU at most 2``, ``pages 1``."""
    texts = expectation_texts(expect)
    return tuple(f"{_SHORT.get(name, name)} {printable(text)}" for name, text in texts.items())


def _row(one: ReadPattern, anchor: str) -> SheetRow:
    result, pattern = one.result, one.result.pattern
    figures = totals(result)
    outcome = expectation_outcome(result)
    calls, rate = result.calls, pattern.rate
    said = tuple(
        f"{name} differ" if name == UNKNOWN_DIFFERENCE else name for name in differences(result)
    )
    notes = [*not_predicted(result), *uncertain(result)]
    if calls and not any(call.reported or call.error for call in calls):
        notes.append("measured: not reported by the endpoint")
    return SheetRow(
        printable(pattern.name),
        anchor,
        printable(pattern.description),
        operation_name(pattern),
        tuple(printable(target) for target in one.targets),
        printable(one.key_condition),
        len(calls),
        items_text(result),
        range_text([call.pages for call in calls]),
        _most(figures, "predicted"),
        _most(figures, "measured"),
        said,
        budget_texts(pattern.expect),
        Badge(
            "no budget" if outcome == "no expectation" else outcome, _OUTCOMES.get(outcome, "quiet")
        ),
        Badge(result.proof, _PROOFS.get(result.proof, "quiet")),
        f"{rate.average:g}, peak {rate.peak:g}" if rate else "",
        {
            "items": max((call.items_returned for call in calls), default=-1),
            "pages": max((call.pages for call in calls), default=-1),
            "predicted": _sum([one.predicted for one in figures]),
            "measured": _sum([one.measured for one in figures]),
            "rate": rate.peak if rate else -1,
        },
        tuple(_part(figure) for figure in _split(result)),
        tuple(printable(note) for note in [*notes, *([result.not_run] if result.not_run else [])]),
        _fault(result),
    )


def _split(result: PatternResult) -> list[CapacityFigures]:
    return parts(result) or totals(result)


def _part(figure: CapacityFigures) -> PartRow:
    return PartRow(
        printable(figure.label) or "all",
        UNIT_NAMES[figure.kind],
        _four(figure.predicted),
        _four(figure.measured),
    )


def _four(summary: Summary | None) -> tuple[str, ...]:
    if summary is None:
        return ("", "", "", "")
    values = (summary.minimum, summary.mean, summary.p95, summary.maximum)
    return tuple(units_text(value) for value in values)


def _most(
    figures: Sequence[CapacityFigures], which: Literal["predicted", "measured"]
) -> tuple[str, ...]:
    """``2 RCU``, or ``0.5 to 2 RCU`` where calls differ."""
    texts = []
    for one in figures:
        summary = one.predicted if which == "predicted" else one.measured
        if summary is not None:
            least, most = units_text(summary.minimum), units_text(summary.maximum)
            texts.append(
                f"{least if least == most else f'{least} to {most}'} {UNIT_NAMES[one.kind]}"
            )
    return tuple(texts)


def _sum(summaries: Sequence[Summary | None]) -> float:
    found = [one.maximum for one in summaries if one is not None]
    return sum(found) if found else -1


def _fault(result: PatternResult) -> Fault | None:
    for one in first_differing([result]):
        shown = one.shown
        rows = []
        for fault in shown.faults:
            for number, line in enumerate(fault_lines(fault)):
                what = fault.kind + (f" in {printable(fault.table)}" if fault.table else "")
                position = "" if fault.position is None else str(fault.position)
                rows.append([*((what, position) if number == 0 else ("", "")), *line])
        return Fault(
            one.heading,
            one.parameters,
            printable(shown.summary),
            rows,
            max(shown.total - len(shown.faults), 0) if rows else 0,
        )
    return None
