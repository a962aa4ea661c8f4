"""Two baselines compared: what got dearer, cheaper, is new or gone, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from dynaproof.model.baseline import Baseline, CallFigures, MeanFigures, PatternFigures
from dynaproof.proof.baselines.causes import causes

DEFAULT_TOLERANCE = 0.05
"""Of a figure: how much more is let through."""
MEAN = "mean"
Measure = Literal["RCU", "WCU", "pages"]
MEASURES: tuple[Measure, ...] = ("RCU", "WCU", "pages")
_OF: dict[Measure, Callable[[CallFigures | MeanFigures], float]] = {
    "RCU": lambda figures: figures.read_capacity_units,
    "WCU": lambda figures: figures.write_capacity_units,
    "pages": lambda figures: figures.pages,
}
_NOTHING = 1e-9
"""Below this, a difference of two figures is one of binary fractions."""


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure of a pattern that changed beyond the tolerance.

    ``parameter_set`` is the one with the largest change, ``mean`` where only the mean changed.
    """

    pattern: str
    measure: Measure
    parameter_set: str
    before: float
    after: float
    causes: tuple[str, ...] = ()

    @property
    def dearer(self) -> bool:
        """Whether it is more than before."""
        return self.after > self.before


@dataclass(frozen=True, slots=True)
class NotPredicted:
    """A pattern that had figures and has none now."""

    pattern: str
    reason: str


@dataclass(frozen=True, slots=True)
class BaselineComparison:
    """What differs between two baselines, patterns in the order of the new one.

    ``not_compared`` are patterns that have no figures, before and now, with the reason.
    """

    before: Baseline
    after: Baseline
    tolerance: float
    changes: tuple[FigureChange, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    lost: tuple[NotPredicted, ...] = ()
    not_compared: tuple[NotPredicted, ...] = ()

    @property
    def dearer(self) -> tuple[FigureChange, ...]:
        """What costs more."""
        return tuple(change for change in self.changes if change.dearer)

    @property
    def cheaper(self) -> tuple[FigureChange, ...]:
        """What costs less."""
        return tuple(change for change in self.changes if not change.dearer)

    @property
    def holds(self) -> bool:
        """Whether nothing is dearer and every pattern that had figures still has them."""
        return not self.dearer and not self.lost


def compare_baselines(
    before: Baseline, after: Baseline, tolerance: float = DEFAULT_TOLERANCE
) -> BaselineComparison:
    """Compare every pattern by parameter set, and its mean; ``tolerance`` 0.05 is 5 %.

    Read units, write units and pages are held apart: none makes up for another.
    """
    old = {pattern.name: pattern for pattern in before.access_patterns}
    names = {pattern.name for pattern in after.access_patterns}
    changes: list[FigureChange] = []
    lost: list[NotPredicted] = []
    not_compared: list[NotPredicted] = []
    for now in after.access_patterns:
        was = old.get(now.name)
        if was is None:
            continue
        if now.not_predicted:
            without = not_compared if was.not_predicted else lost
            without.append(NotPredicted(now.name, now.not_predicted))
        elif was.not_predicted:
            not_compared.append(NotPredicted(now.name, f"the baseline: {was.not_predicted}"))
        else:
            changes += _changes(before, after, was, now, tolerance)
    return BaselineComparison(
        before,
        after,
        tolerance,
        tuple(changes),
        tuple(one.name for one in after.access_patterns if one.name not in old),
        tuple(one.name for one in before.access_patterns if one.name not in names),
        tuple(lost),
        tuple(not_compared),
    )


def _changes(
    before: Baseline,
    after: Baseline,
    was: PatternFigures,
    now: PatternFigures,
    tolerance: float,
) -> Iterator[FigureChange]:
    for measure in MEASURES:
        beyond = [
            (label, old, new)
            for label, old, new in _pairs(was, now, _OF[measure])
            if abs(new - old) > old * tolerance + _NOTHING
        ]
        for dearer in (True, False):
            found = [one for one in beyond if (one[2] > one[1]) is dearer]
            if found:
                # The first of equals: the set of the largest collection stands first.
                label, old, new = max(found, key=lambda one: abs(one[2] - one[1]))
                why = causes(before, after, was, now, label, measure, dearer=dearer)
                yield FigureChange(now.name, measure, label, old, new, why)


def _pairs(
    was: PatternFigures, now: PatternFigures, figure: Callable[[CallFigures | MeanFigures], float]
) -> Iterator[tuple[str, float, float]]:
    for call in now.parameter_sets:
        old = was.parameter_set(call.parameter_set)
        if old is not None:
            yield call.parameter_set, figure(old), figure(call)
    if was.mean is not None and now.mean is not None:
        yield MEAN, figure(was.mean), figure(now.mean)
