"""Item collections by number of items, for each table and index."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from dynaproof.proof.results import CollectionSizes, RunResult
from dynaproof.report.chart_style import (
    PALETTE,
    QUIET,
    chart_style,
    folded,
    new_figure,
    quiet_grid,
)
from dynaproof.report.figures import bytes_text, counted

_COLUMNS = 2
_PANEL_INCHES = 2.3
_TITLE_CHARACTERS, _KEY_CHARACTERS = 46, 56


def collections_chart(result: RunResult) -> Figure:
    """A histogram for the table and each index: collections by number of items, both axes log.

    The largest collection of each is named with its items and bytes.
    """
    panels = [sizes for table in result.tables for sizes in table.collections]
    rows = max(-(-len(panels) // _COLUMNS), 1)
    columns = min(_COLUMNS, max(len(panels), 1))
    # One range of sizes for all panels, so that they can be compared.
    largest = max((up for sizes in panels for up, _ in sizes.histogram), default=2)
    most = max((number for sizes in panels for _, number in sizes.histogram), default=1)
    lines = max((len(_told(sizes).splitlines()) for sizes in panels), default=1)
    with chart_style():
        figure = new_figure(
            0.9 + (_PANEL_INCHES + 0.14 * lines) * rows,
            f"{result.definition.name}: item collections by size",
            "An item collection is all items of one partition key. Items loaded into "
            f"{result.server}, seed {result.seed}.",
        )
        grid = figure.subplots(rows, columns, squeeze=False)
        for position, axes in enumerate(grid.flat):
            if position >= len(panels):
                axes.set_axis_off()
                continue
            _panel(axes, panels[position], largest, most, lines)
    return figure


def _panel(axes: Axes, sizes: CollectionSizes, largest: int, most: int, lines: int) -> None:
    for up_to, number in sizes.histogram:
        # Counts start at 1, which is log 0: bars stand on a half.
        axes.bar(
            up_to / 2 if up_to > 1 else 0.5,
            number - 0.5,
            up_to / 2,
            0.5,
            align="edge",
            color=PALETTE[0] if sizes.index is None else PALETTE[2],
            edgecolor="white",
            lw=0.6,
        )
    axes.set_xscale("log", base=2)
    axes.set_yscale("log", base=10)
    axes.set_xlim(0.5, max(largest, 2))
    axes.set_ylim(0.5, most * 2)
    axes.xaxis.set_major_locator(LogLocator(base=2 if largest <= 256 else 4, numticks=12))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    plain = FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1 else "")
    axes.xaxis.set_major_formatter(plain)
    axes.yaxis.set_major_formatter(plain)
    quiet_grid(axes, "y")
    axes.set_xlabel("items in a collection, up to")
    axes.set_ylabel("collections")
    name = f"{sizes.table}/{sizes.index}" if sizes.index else sizes.table
    axes.set_title(folded(name, _TITLE_CHARACTERS), pad=10 + 10.5 * lines)
    axes.annotate(
        _told(sizes),
        (0, 1),
        (0, 4 + 10.5 * lines),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=7.5,
        color=QUIET,
        va="top",
    )


def _told(sizes: CollectionSizes) -> str:
    told = f"{counted(sizes.collections, 'collection')}, {counted(sizes.items, 'item')}"
    if sizes.largest:
        one = sizes.largest[0]
        size = bytes_text(one.bytes).replace(" ", "\N{NO-BREAK SPACE}")
        told += f"; largest {counted(one.items, 'item')}, {size}: {one.partition_key}"
    return folded(told, _KEY_CHARACTERS)
