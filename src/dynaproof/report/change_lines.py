"""Figures that changed, as one line each."""

from __future__ import annotations

from collections.abc import Sequence

from dynaproof.model.baseline import PatternFigures
from dynaproof.proof.baselines.compare import FigureChange
from dynaproof.report.figures import counted, units_text

_ALONE = "only"
"""The set of a pattern without parameters: it says nothing to name it."""


def change_text(change: FigureChange) -> str:
    """``1 -> 1.5 RCU (largest): items of 'message' grew ...``, without the pattern's name."""
    why = f": {'; '.join(change.causes)}" if change.causes else ""
    return f"{figures_change(change)}{why}"


def figures_change(change: FigureChange) -> str:
    """``1 -> 1.5 RCU (largest)``."""
    where = "" if change.parameter_set == _ALONE else f" ({change.parameter_set})"
    return f"{units_text(change.before)} -> {units_text(change.after)} {change.measure}{where}"


def pattern_figures_text(pattern: PatternFigures | None) -> str:
    """``0.5-1.5 RCU, 3 WCU``: the least and the most of its parameter sets."""
    if pattern is None:
        return ""
    if pattern.not_predicted:
        return "not predicted"
    calls = pattern.parameter_sets
    told = [
        f"{_range(values)} {unit}"
        for unit, values in (
            ("RCU", [call.read_capacity_units for call in calls]),
            ("WCU", [call.write_capacity_units for call in calls]),
        )
        if any(values)
    ]
    most = max((call.pages for call in calls), default=0)
    if most > 1:
        told.append(f"up to {counted(most, 'request' if pattern.steps else 'page')}")
    return ", ".join(told) or "nothing"


def tolerance_text(tolerance: float) -> str:
    """``5 %``."""
    return f"{round(tolerance * 100, 2):g} %"


def _range(values: Sequence[float]) -> str:
    least, most = min(values), max(values)
    return units_text(least) if least == most else f"{units_text(least)}-{units_text(most)}"
