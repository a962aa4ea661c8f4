"""Item sizes by item type, against the steps in which DynamoDB charges."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from dynaproof.items.stored import ItemTypeSize
from dynaproof.model.table import MAX_ITEM_BYTES
from dynaproof.proof.results import RunResult, TableResult
from dynaproof.report.chart_style import (
    ALERT,
    INK,
    PALETTE,
    chart_style,
    new_figure,
    quiet_grid,
    rows_axis,
)
from dynaproof.report.figures import bytes_text, counted

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
WRITE_UNIT_BYTES, READ_UNIT_BYTES = 1_024, 4_096
_SMALLEST_SHOWN, _LARGEST_SHOWN = 16, 1 << 19
_HEIGHT = 0.72


def item_sizes_chart(result: RunResult) -> Figure:
    """A histogram of item sizes for each item type, in steps of powers of two, on a log scale.

    Lines mark 1 KB (a write unit), 4 KB (a read unit) and 400 KB (the most an item may have);
    the line below the bars spans the smallest to the largest item, its dot is the mean.
    """
    rows = [(table, size) for table in result.tables for size in table.sizes]
    several = len(result.tables) > 1
    with chart_style():
        figure = new_figure(
            1.6 + 0.66 * max(len(rows), 1),
            f"{result.definition.name}: item sizes by item type",
            f"Bytes as DynamoDB counts an item; {result.server}, seed {result.seed}. "
            "Bars: share of the type's items; line below: the smallest, the mean and the largest.",
        )
        axes = figure.subplots()
        for row, (table, size) in enumerate(rows):
            _row(axes, row, table, size)
        names = [
            (f"{table.table.name}: {size.item_type}" if several else size.item_type, _spread(size))
            for table, size in rows
        ]
        axes.set_xscale("log", base=2)
        least = min(
            (up // 2 for table in result.tables for _, up, _ in table.size_histogram), default=16
        )
        axes.set_xlim(min(max(least, 1), _SMALLEST_SHOWN), _LARGEST_SHOWN)
        rows_axis(axes, [name for name, _ in names], notes=[note for _, note in names])
        axes.set_ylim(max(len(rows), 1) - 0.5, -0.75)
        quiet_grid(axes)
        axes.xaxis.set_major_locator(FixedLocator([4**n for n in range(10)]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(_step))
        axes.set_xlabel("size of an item (1 KB = 1,024 bytes, log scale)")
        for at, told, colour in (
            (WRITE_UNIT_BYTES, "1 KB: 1 WCU", INK),
            (READ_UNIT_BYTES, "4 KB: 1 RCU", INK),
            (MAX_ITEM_BYTES, "400 KB: limit", ALERT),
        ):
            axes.axvline(at, color=colour, lw=1.2, ls=(0, (4, 2)), zorder=1)
            axes.annotate(
                told,
                (at, 1.0),
                (-3, 2),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                color=colour,
            )
    return figure


def _step(size: float, _position: int | None) -> str:
    return f"{size / 1024:g} KB" if size >= 1024 else f"{size:g} B"


def _row(axes: Axes, row: int, table: TableResult, size: ItemTypeSize) -> None:
    base = row + 0.3
    steps = [(up, n) for name, up, n in table.size_histogram if name == size.item_type]
    most = max((number for _, number in steps), default=1)
    for up_to, number in steps:
        height = _HEIGHT * number / most
        axes.bar(
            up_to / 2,
            -height,
            up_to / 2,
            base,
            align="edge",
            color=PALETTE[0],
            alpha=0.85,
            edgecolor="white",
            lw=0.6,
            zorder=2,
        )
    if size.items:
        mean = size.total_bytes / size.items
        axes.plot([size.min_bytes, size.max_bytes], [base + 0.1] * 2, color=INK, lw=1.6, zorder=3)
        axes.plot([mean], [base + 0.1], marker="o", ms=4, color=INK, ls="", zorder=3)


def _spread(size: ItemTypeSize) -> str:
    if not size.items:
        return "no items"
    spread = bytes_text(size.min_bytes)
    if size.max_bytes != size.min_bytes:
        spread += f" to {bytes_text(size.max_bytes)}"
    return f"{counted(size.items, 'item')}, {spread}"
