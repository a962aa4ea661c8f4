"""What several designs cost for one set of access patterns, as a chart."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from dynaproof.model.baseline import Baseline, MeanFigures
from dynaproof.report.chart_style import (
    HATCHES,
    PALETTE,
    QUIET,
    chart_style,
    drawable,
    new_figure,
    quiet_grid,
    rows_axis,
)
from dynaproof.report.designs_frame import pattern_names
from dynaproof.report.figures import KINDS, UNIT_NAMES, UnitKind, units_text

_BAND = 0.8
"""The share of a row that its bars take together."""
_BAR = 0.2
_LABELS: dict[UnitKind, str] = {
    "read": "read capacity units (RCU) of one call",
    "write": "write capacity units (WCU) of one call",
}


def designs_chart(designs: Mapping[str, Baseline]) -> Figure:
    """A bar for each design and access pattern, reads above writes: the mean of a call.

    The figure beside a bar is the mean. A pattern without a prediction has no bar.
    """
    shown = {kind: found for kind in KINDS if (found := _consuming(designs, kind))}
    seeds = sorted({design.seed for design in designs.values()})
    with chart_style():
        figure = new_figure(
            2.0,
            "Capacity of one call, design by design",
            "Predicted by the service's rules, means over the parameter sets of seed "
            f"{', '.join(map(str, seeds))}.",
        )
        if not shown:
            axes = figure.subplots()
            axes.set_axis_off()
            axes.text(0.5, 0.5, "no capacity was predicted", ha="center", color=QUIET)
            return figure
        band = 0.3 + _BAR * len(designs)
        lines = -(-len(designs) // 3)
        ratios = [0.3 * lines, *(len(found) * band + 0.2 for found in shown.values())]
        figure.set_figheight(sum(ratios) + 0.9 + 0.5 * len(shown))
        key, *panels = figure.subplots(
            len(shown) + 1, 1, squeeze=False, gridspec_kw={"height_ratios": ratios}
        )[:, 0]
        key.set_axis_off()
        key.legend(
            handles=[_patch(at, name) for at, name in enumerate(designs)],
            loc="upper left",
            borderaxespad=0.0,
            ncols=3,
            fontsize=8,
        )
        for axes, (kind, names) in zip(panels, shown.items(), strict=True):
            _panel(axes, kind, names, designs)
    return figure


def _consuming(designs: Mapping[str, Baseline], kind: UnitKind) -> list[str]:
    return [
        name
        for name in pattern_names(designs)
        if any(_mean(design, name, kind) for design in designs.values())
    ]


def _mean(design: Baseline, name: str, kind: UnitKind) -> float | None:
    pattern = design.access_pattern(name)
    mean: MeanFigures | None = pattern.mean if pattern else None
    if mean is None:
        return None
    return mean.read_capacity_units if kind == "read" else mean.write_capacity_units


def _panel(axes: Axes, kind: UnitKind, names: list[str], designs: Mapping[str, Baseline]) -> None:
    height = _BAND / len(designs)
    for row, name in enumerate(names):
        for at, design in enumerate(designs.values()):
            mean = _mean(design, name, kind)
            if mean is None:
                continue
            y = row - _BAND / 2 + height * (at + 0.5)
            colour, hatch = _look(at)
            axes.barh(y, mean, height * 0.9, color=colour, hatch=hatch, edgecolor="white", lw=0.5)
            axes.annotate(
                units_text(mean),
                (mean, y),
                (5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                color=QUIET,
            )
    rows_axis(axes, names)
    quiet_grid(axes)
    axes.set_xlim(0, max(axes.get_xlim()[1] * 1.06, 1.0))
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    axes.set_xlabel(_LABELS[kind])
    axes.set_title(UNIT_NAMES[kind])


def _look(at: int) -> tuple[str, str]:
    return PALETTE[at % len(PALETTE)], HATCHES[at // len(PALETTE) % len(HATCHES)]


def _patch(at: int, name: str) -> Patch:
    colour, hatch = _look(at)
    return Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=drawable(name))
