"""Consumed capacity of each access pattern, by table and index."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from dynaproof.proof.results import PatternResult, RunResult, Summary
from dynaproof.report.capacity_figures import CapacityFigures, parts, totals
from dynaproof.report.chart_style import (
    ALERT,
    HATCHES,
    INK,
    PALETTE,
    QUIET,
    chart_style,
    drawable,
    new_figure,
    quiet_grid,
    rows_axis,
)
from dynaproof.report.figures import KINDS, UnitKind, units_text

_ROW, _AXIS, _FRAME, _LEGEND_LINE = 0.4, 0.62, 0.85, 0.2
"""Inches of a pattern, of an axis with its name, of title and source, of a line of the legend."""
_LABELS: dict[UnitKind, str] = {
    "read": "read capacity units (RCU) of one call",
    "write": "write capacity units (WCU) of one call",
}
_NAME_CHARACTERS = 44
_MEASURED_ALPHA = 0.5
_FIGURE_SHARE = 0.06
"""How much of an axis a figure takes beside its bar."""
_Drawn = tuple[PatternResult, CapacityFigures, Summary]
"""A pattern, its figures of one kind, and those that are drawn."""
Look = tuple[str, str]
"""Colour and hatch."""


def capacity_chart(result: RunResult) -> Figure:
    """Bars of the mean predicted units of a call, stacked by table and index, reads above writes.

    The whisker spans the calls, the diamond is the 95th percentile, the upright line the most
    that is expected, the cross the greatest measure where that is not the greatest prediction. A
    pattern without a prediction is drawn, paler, as it was measured. The figure grows with the
    number of patterns.
    """
    by_kind = {kind: _consuming(result, kind) for kind in KINDS}
    shown = {kind: found for kind, found in by_kind.items() if found}
    looks = _looks(result)
    with chart_style():
        figure = new_figure(
            2.0,
            f"{result.definition.name}: capacity of one call",
            f"Predicted by the service's rules; measured on {result.server}, seed {result.seed}. "
            "Bars are means over the calls, figures the most.",
        )
        if not shown:
            axes = figure.subplots()
            axes.set_axis_off()
            axes.text(0.5, 0.5, "no capacity was predicted or measured", ha="center", color=QUIET)
            return figure
        every = [figures for found in shown.values() for _, figures, _ in found]
        crossed = any(_measured_otherwise(figures) is not None for figures in every)
        handles = _handles(looks, crossed=crossed)
        columns = _legend_columns(handles)
        lines = -(-len(handles) // columns)
        ratios = [lines * _LEGEND_LINE, *(len(found) * _ROW + 0.2 for found in shown.values())]
        figure.set_figheight(sum(ratios) + _FRAME + _AXIS * len(shown))
        key, *panels = figure.subplots(
            len(shown) + 1, 1, squeeze=False, gridspec_kw={"height_ratios": ratios}
        )[:, 0]
        key.set_axis_off()
        key.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(-0.005, 1.0),
            borderaxespad=0.0,
            ncols=columns,
            fontsize=8,
            columnspacing=1.6,
        )
        for axes, (kind, found) in zip(panels, shown.items(), strict=True):
            _panel(axes, kind, found, looks)
    return figure


def _consuming(result: RunResult, kind: UnitKind) -> list[_Drawn]:
    return [
        (one, figures, figures.shown)
        for one in result.patterns
        for figures in totals(one)
        if figures.kind == kind and figures.shown is not None
    ]


def _looks(result: RunResult) -> dict[str, Look]:
    labels = {figures.label for one in result.patterns for figures in parts(one)}
    return {
        label: (PALETTE[n % len(PALETTE)], HATCHES[n // len(PALETTE) % len(HATCHES)])
        for n, label in enumerate(sorted(labels))
    }


def _panel(
    axes: Axes,
    kind: UnitKind,
    found: Sequence[_Drawn],
    looks: dict[str, Look],
) -> None:
    most = max(max(total.maximum, _bound(one, kind) or 0.0) for one, _, total in found)
    for row, (one, figures, total) in enumerate(found):
        left = 0.0
        for part in parts(one):
            shown = part.predicted if figures.predicted is not None else part.measured
            if part.kind == kind and shown is not None and shown.mean > 0:
                colour, hatch = looks[part.label]
                axes.barh(
                    row,
                    shown.mean,
                    0.56,
                    left,
                    color=colour,
                    hatch=hatch,
                    edgecolor="white",
                    lw=0.5,
                    alpha=1.0 if figures.predicted is not None else _MEASURED_ALPHA,
                )
                left += shown.mean
        _spread(axes, row, total)
        measured = _measured_otherwise(figures)
        if measured is not None:
            axes.plot([measured], [row], marker="x", ms=7, mec=INK, mew=1.8, ls="", zorder=6)
        at = total.maximum
        bound = _bound(one, kind)
        if bound is not None:
            over = total.maximum > bound
            axes.plot(
                [bound] * 2,
                [row - 0.38, row + 0.38],
                color=ALERT if over else INK,
                lw=2.4 if over else 1.6,
                solid_capstyle="butt",
                zorder=5,
            )
            # A figure that this line would cross stands beyond it.
            at = bound if at < bound < at + _FIGURE_SHARE * most else at
        axes.annotate(
            units_text(total.maximum) + ("" if figures.predicted is not None else ", measured"),
            (at, row),
            (9, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=ALERT if "broken" in one.verdict else QUIET,
        )
    rows_axis(axes, [one.pattern.name for one, *_ in found], characters=_NAME_CHARACTERS)
    quiet_grid(axes)
    axes.set_xlim(0, None)
    low, high = axes.get_xlim()
    axes.set_xlim(low, max(high * 1.08, 1.0))
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    axes.set_xlabel(_LABELS[kind])


def _spread(axes: Axes, row: int, total: Summary) -> None:
    if total.minimum < total.maximum:
        axes.plot([total.minimum, total.maximum], [row, row], color=INK, lw=1.0, zorder=3)
        for end in (total.minimum, total.maximum):
            axes.plot([end, end], [row - 0.12, row + 0.12], color=INK, lw=1.0, zorder=3)
    axes.plot(
        [total.p95], [row], marker="D", ms=4.5, mfc="white", mec=INK, mew=1.0, ls="", zorder=4
    )


def _bound(result: PatternResult, kind: UnitKind) -> float | None:
    """The most that is expected."""
    expect = result.pattern.expect
    bound = expect.read_capacity_units if kind == "read" else expect.write_capacity_units
    return bound.maximum if bound is not None else None


def _measured_otherwise(figures: CapacityFigures) -> float | None:
    """The greatest measure, where it is not the greatest prediction."""
    predicted, measured = figures.predicted, figures.measured
    if predicted is None or measured is None or predicted.maximum == measured.maximum:
        return None
    return measured.maximum


def _handles(looks: dict[str, Look], *, crossed: bool) -> list[Patch | Line2D]:
    handles: list[Patch | Line2D] = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=drawable(label))
        for label, (colour, hatch) in looks.items()
    ]
    handles += [
        Line2D([], [], color=INK, lw=1.0, marker="|", ms=6, label="least to most"),
        Line2D([], [], marker="D", ms=4.5, mfc="white", mec=INK, ls="", label="95th percentile"),
        Line2D([], [], color=INK, marker="|", ms=11, mew=1.8, ls="", label="expected at most"),
    ]
    if crossed:
        told = "most measured, where it differs"
        handles.append(Line2D([], [], marker="x", ms=7, mec=INK, mew=1.8, ls="", label=told))
    return handles


def _legend_columns(handles: Sequence[Patch | Line2D]) -> int:
    longest = max(len(str(handle.get_label())) for handle in handles)
    return 3 if longest <= 34 else 2 if longest <= 52 else 1
