"""Predicted and measured capacity of a pattern's calls, side by side, for tables and charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dynaproof.capacity.emulator_differences import DIFFERENCES
from dynaproof.proof.results import (
    UNKNOWN_DIFFERENCE,
    Call,
    ConsumedUnits,
    PartKey,
    PatternResult,
    Summary,
)
from dynaproof.report.figures import KINDS, UnitKind, counted


@dataclass(frozen=True, slots=True)
class CapacityFigures:
    """Units of one kind that a call consumes: of table and indexes together, or of a part.

    ``part`` is None for all together. ``predicted`` is None where no call is predicted,
    ``measured`` where no call's capacity was reported.
    """

    part: PartKey | None
    kind: UnitKind
    predicted: Summary | None
    measured: Summary | None

    @property
    def label(self) -> str:
        """The table, or table and index; empty for all together."""
        return part_label(self.part) if self.part else ""

    @property
    def shown(self) -> Summary | None:
        """What the service would charge; the measure where that is not known."""
        return self.predicted or self.measured


def part_label(part: PartKey) -> str:
    """The table, or table and index."""
    table, _, index = part
    return f"{table}/{index}" if index else table


def totals(result: PatternResult) -> list[CapacityFigures]:
    """Totals of the kinds that a pattern consumed; reading nothing at all is a read of 0."""
    every = [
        CapacityFigures(None, kind, result.predicted_total(kind), result.total(kind))
        for kind in KINDS
    ]
    found = [one for one in every if _consumes(one)]
    return found or [one for one in every if one.kind == "read" and one.shown]


def parts(result: PatternResult) -> list[CapacityFigures]:
    """The split of the totals by table and index; tables before their indexes."""
    predicted, measured = result.predicted_units(), result.units()
    every = [
        CapacityFigures(key, kind, part_of(predicted, key, kind), part_of(measured, key, kind))
        for key in part_keys(result)
        for kind in KINDS
    ]
    return [one for one in every if _consumes(one)]


def part_keys(result: PatternResult) -> list[PartKey]:
    """What calls touched by prediction or measure, by table, tables before their indexes."""
    return sorted({*result.predicted_units(), *result.units()}, key=_tables_first)


def call_parts(call: Call) -> list[PartKey]:
    """What one call touched by prediction or measure, by table, tables before their indexes."""
    keys = {(one.table, one.part, one.index) for one in (*call.predicted, *call.consumed)}
    return sorted(keys, key=_tables_first)


def part_of(
    units: Mapping[PartKey, Sequence[ConsumedUnits]], key: PartKey, kind: UnitKind
) -> Summary | None:
    """Units of a call that a part consumed; 0 where no call touched it, None without figures."""
    if not units:
        return None
    amounts = [one.read if kind == "read" else one.write for one in units.get(key, ())]
    return Summary.of(amounts or [0.0])


def differences(result: PatternResult) -> list[str]:
    """Codes of the known differences that explain measures, in order; UNKNOWN_DIFFERENCE last."""
    found = {code for call in result.calls for code in call.differences}
    return sorted(found, key=lambda code: (code == UNKNOWN_DIFFERENCE, code))


def difference_lines(results: Iterable[PatternResult]) -> list[str]:
    """A sentence for each known difference that occurs, and where it is explained."""
    codes = sorted({code for result in results for code in differences(result)})
    return [
        f"{one.code} {one.title}: the service {one.service}; DynamoDB Local {one.local} "
        f"({one.anchor})"
        for one in (DIFFERENCES.get(code) for code in codes)
        if one is not None
    ]


def not_predicted(result: PatternResult) -> list[str]:
    """Why calls that succeeded have no prediction, each reason with the number of calls."""
    return _reasons(
        result, "not predicted", [c.not_predicted for c in _succeeded(result) if c.not_predicted]
    )


def uncertain(result: PatternResult) -> list[str]:
    """What predictions of calls that succeeded rest on besides the rules."""
    return _reasons(
        result,
        "uncertain",
        [mark for c in _succeeded(result) for mark in dict.fromkeys(c.uncertain)],
    )


def _tables_first(part: PartKey) -> tuple[str, bool, str]:
    table, kind, index = part
    return table, kind != "table", index or ""


def _succeeded(result: PatternResult) -> list[Call]:
    return [call for call in result.calls if call.error is None]


def _reasons(result: PatternResult, word: str, reasons: Sequence[str]) -> list[str]:
    whole = len(_succeeded(result))
    return [
        f"{word}: {reason}"
        if number == whole
        else f"{word} in {number:,} of {counted(whole, 'call')}: {reason}"
        for reason, number in sorted(Counter(reasons).items())
    ]


def _consumes(figures: CapacityFigures) -> bool:
    return any(one is not None and one.maximum > 0 for one in (figures.predicted, figures.measured))
