"""Several designs as a frame, a table and a chart."""

from __future__ import annotations

from matplotlib.patches import Rectangle

from dynaproof.model.baseline import (
    Baseline,
    CallFigures,
    IndexFigures,
    MeanFigures,
    PatternFigures,
    TableFigures,
)
from dynaproof.report.chart_style import chart_bytes
from dynaproof.report.designs_chart import designs_chart
from dynaproof.report.designs_frame import STORED, designs_frame, designs_table, stored_bytes


def design(*patterns: PatternFigures, index_bytes: int = 0) -> Baseline:
    index = IndexFigures("by-day", "global", ("day",), None, 1, index_bytes)
    return Baseline("shop", 42, (TableFigures("shop", 2048, (index,), ()),), patterns)


def reads(name: str, *units: float) -> PatternFigures:
    calls = tuple(CallFigures(f"drawn {n}", one, 0, 1, 1, 1) for n, one in enumerate(units))
    mean = MeanFigures(sum(units) / len(units), 0, 1, 1, 1)
    return PatternFigures(name, False, (), "", mean, calls)


DESIGNS = {
    "one": design(reads("list", 0.5, 1.5), reads("get", 0.5)),
    "two": design(reads("list", 2), PatternFigures("chain", True, (), "it has steps")),
}


def test_a_table_has_patterns_down_and_designs_across() -> None:
    table = designs_table(DESIGNS)
    assert list(table.columns) == ["one", "two"]
    assert list(table.index) == ["list", "get", "chain", STORED]
    assert table["one"].tolist()[:3] == ["0.5-1.5 RCU", "0.5 RCU", ""]
    assert table["two"].tolist()[:3] == ["2 RCU", "", "not predicted"]


def test_a_frame_has_a_row_for_each_pattern_and_design() -> None:
    frame = designs_frame(DESIGNS)
    rows = frame[["pattern", "design", "read_units_mean", "read_units_max"]]
    assert rows.values.tolist()[:3] == [
        ["list", "one", 1.0, 1.5],
        ["list", "two", 2.0, 2.0],
        ["get", "one", 0.5, 0.5],
    ]
    assert rows[rows["pattern"] == "chain"]["read_units_mean"].isna().all()


def test_what_is_stored_counts_index_entries() -> None:
    assert stored_bytes(design(index_bytes=1000)) == 3048


def test_a_chart_has_a_bar_for_each_mean_and_the_same_bytes_each_time() -> None:
    figure = designs_chart(DESIGNS)
    patches = [patch for axes in figure.axes for patch in axes.patches]
    bars = [patch.get_width() for patch in patches if isinstance(patch, Rectangle)]
    assert sorted(bars) == [0.5, 1.0, 2.0]
    assert chart_bytes(figure, ".svg") == chart_bytes(designs_chart(DESIGNS), ".svg")


def test_designs_without_figures_are_drawn_all_the_same() -> None:
    nothing = {"one": design(PatternFigures("chain", True, (), "it has steps"))}
    assert chart_bytes(designs_chart(nothing), ".png").startswith(b"\x89PNG")
