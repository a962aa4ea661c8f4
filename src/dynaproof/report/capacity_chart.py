"""Consumed capacity of each access pattern, by table and index."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from dynaproof.proof.results import PatternResult, RunResult, Summary
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
from dynaproof.report.figures import KINDS, UnitKind, part_summary, units_text

_ROW, _AXIS, _FRAME, _LEGEND_LINE = 0.4, 0.62, 0.85, 0.2
"""Inches of a pattern, of an axis with its name, of title and source, of a line of the legend."""
_LABELS: dict[UnitKind, str] = {
    "read": "read capacity units (RCU) of one call",
    "write": "write capacity units (WCU) of one call",
}
_NAME_CHARACTERS = 44
Look = tuple[str, str]
"""Colour and hatch."""


def capacity_chart(result: RunResult) -> Figure:
    """Bars of the mean units of a call, stacked by table and index, reads above writes.

    The whisker spans the calls, the diamond is the 95th percentile, the upright line the most
    that is expected. The figure grows with the number of patterns.
    """
    by_kind = {kind: _consuming(result, kind) for kind in KINDS}
    shown = {kind: found for kind, found in by_kind.items() if found}
    looks = _looks(result)
    with chart_style():
        figure = new_figure(
            2.0,
            f"{result.definition.name}: capacity of one call",
            f"Measured on {result.server}, seed {result.seed}; bars are means over the calls.",
        )
        if not shown:
            axes = figure.subplots()
            axes.set_axis_off()
            axes.text(0.5, 0.5, "no capacity was measured", ha="center", color=QUIET)
            return figure
        handles = _handles(looks)
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


def _consuming(result: RunResult, kind: UnitKind) -> list[tuple[PatternResult, Summary]]:
    found = []
    for one in result.patterns:
        total, other = one.total(kind), one.total("write" if kind == "read" else "read")
        if total is None or other is None:
            continue
        # A read that found nothing at all is a read of 0.
        if total.maximum > 0 or (kind == "read" and other.maximum == 0):
            found.append((one, total))
    return found


def _looks(result: RunResult) -> dict[str, Look]:
    labels = dict.fromkeys(
        f"{table}/{index}" if index else table
        for one in result.patterns
        for (table, _, index), units in one.units().items()
        if any(part_summary(units, kind).maximum > 0 for kind in KINDS)
    )
    return {
        label: (PALETTE[n % len(PALETTE)], HATCHES[n // len(PALETTE) % len(HATCHES)])
        for n, label in enumerate(sorted(labels))
    }


def _panel(
    axes: Axes,
    kind: UnitKind,
    found: Sequence[tuple[PatternResult, Summary]],
    looks: dict[str, Look],
) -> None:
    for row, (one, total) in enumerate(found):
        left = 0.0
        for (table, _, index), units in one.units().items():
            mean = part_summary(units, kind).mean
            label = f"{table}/{index}" if index else table
            if mean > 0:
                colour, hatch = looks[label]
                axes.barh(
                    row, mean, 0.56, left, color=colour, hatch=hatch, edgecolor="white", lw=0.5
                )
                left += mean
        _spread(axes, row, total)
        expect = one.pattern.expect
        bound = expect.read_capacity_units if kind == "read" else expect.write_capacity_units
        if bound is not None and bound.maximum is not None:
            over = total.maximum > bound.maximum
            axes.plot(
                [bound.maximum] * 2,
                [row - 0.38, row + 0.38],
                color=ALERT if over else INK,
                lw=2.4 if over else 1.6,
                solid_capstyle="butt",
                zorder=5,
            )
        axes.annotate(
            units_text(total.maximum),
            (total.maximum, row),
            (9, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=ALERT if "broken" in one.verdict else QUIET,
        )
    rows_axis(axes, [one.pattern.name for one, _ in found], characters=_NAME_CHARACTERS)
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


def _handles(looks: dict[str, Look]) -> list[Patch | Line2D]:
    handles: list[Patch | Line2D] = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=drawable(label))
        for label, (colour, hatch) in looks.items()
    ]
    return [
        *handles,
        Line2D([], [], color=INK, lw=1.0, marker="|", ms=6, label="least to most"),
        Line2D([], [], marker="D", ms=4.5, mfc="white", mec=INK, ls="", label="95th percentile"),
        Line2D([], [], color=INK, marker="|", ms=11, mew=1.8, ls="", label="expected at most"),
    ]


def _legend_columns(handles: Sequence[Patch | Line2D]) -> int:
    longest = max(len(str(handle.get_label())) for handle in handles)
    return 3 if longest <= 34 else 2 if longest <= 52 else 1
