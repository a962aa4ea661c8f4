"""Charts: the same bytes for the same run, whole names, no character that breaks them."""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from dynaproof.model.diagnostic import EnvironmentFault, InputError
from dynaproof.proof.results import RunResult
from dynaproof.report.charts import (
    capacity_chart,
    collections_chart,
    item_sizes_chart,
    save_chart,
)

Chart = Callable[[RunResult], Figure]
CHARTS: list[Chart] = [capacity_chart, item_sizes_chart, collections_chart]

# Draws all charts of a pickled run, in a process of its own, and prints digests of the files.
DRAW = """\
import hashlib, pickle, sys
from pathlib import Path
from dynaproof.report.charts import *
result = pickle.loads(Path(sys.argv[1]).read_bytes())
for draw in (capacity_chart, item_sizes_chart, collections_chart):
    for suffix in ("svg", "png"):
        file = Path(sys.argv[2]) / f"{draw.__name__}.{suffix}"
        save_chart(draw(result), file)
        print(file.name, hashlib.sha256(file.read_bytes()).hexdigest())
"""


def texts(figure: Figure) -> str:
    found = figure.findobj(lambda artist: isinstance(artist, Text))
    return "\n".join(text.get_text() for text in found if isinstance(text, Text))


def test_the_same_run_gives_the_same_bytes_in_another_process(
    result: RunResult, tmp_path: Path
) -> None:
    (tmp_path / "run").write_bytes(pickle.dumps(result))
    digests = [
        subprocess.run(
            [sys.executable, "-c", DRAW, str(tmp_path / "run"), str(tmp_path / number)],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": number, "MPLCONFIGDIR": str(tmp_path), "HOME": str(tmp_path)},
        ).stdout
        for number in ("1", "2")
    ]
    assert digests[0] == digests[1]
    assert len(digests[0].splitlines()) == 6


def test_the_users_own_style_does_not_matter(result: RunResult, tmp_path: Path) -> None:
    digests = set()
    for number, size in enumerate((10.0, 30.0)):
        with mpl.rc_context({"font.size": size, "lines.linewidth": size}):
            file = tmp_path / f"{number}.svg"
            save_chart(capacity_chart(result), file)
            digests.add(hashlib.sha256(file.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_drawing_leaves_the_users_style_as_it_was(result: RunResult, tmp_path: Path) -> None:
    # Reading the backend of the settings would choose one.
    names = [name for name in mpl.rcParams if name != "backend"]
    before = {name: mpl.rcParams[name] for name in names}
    save_chart(capacity_chart(result), tmp_path / "chart.png")
    assert {name: mpl.rcParams[name] for name in names} == before


@pytest.mark.parametrize("draw", CHARTS)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("costs $5 or $6", id="dollar signs"),
        pytest.param("a_b^c\\d{e}", id="marks of mathematics"),
        pytest.param("名前", id="no picture in the font"),
        pytest.param("a\x1b[31m\nb", id="control characters"),
        pytest.param("<b>&amp;</b>", id="markup"),
    ],
)
def test_names_of_any_kind_can_be_drawn(
    draw: Chart, name: str, renamed: Callable[[str], RunResult], tmp_path: Path
) -> None:
    file = tmp_path / "chart.svg"
    save_chart(draw(renamed(name)), file)
    assert ElementTree.parse(file).getroot().tag.endswith("svg")


@pytest.mark.parametrize("draw", CHARTS)
def test_long_names_are_folded_and_not_cut(
    draw: Chart, renamed: Callable[[str], RunResult]
) -> None:
    name = "-".join(f"part{n}" for n in range(30))
    assert name in texts(draw(renamed(name))).replace("\n", "")


@pytest.mark.parametrize("number", [1, 2, 60])
def test_every_pattern_has_its_row(result: RunResult, number: int, tmp_path: Path) -> None:
    first = result.patterns[0]
    patterns = tuple(
        replace(first, pattern=replace(first.pattern, name=f"pattern-{n}")) for n in range(number)
    )
    figure = capacity_chart(replace(result, patterns=patterns))
    found = texts(figure).splitlines()
    assert all(f"pattern-{n}" in found for n in range(number))
    save_chart(figure, tmp_path / "chart.png")
    # A third of an inch a row: names of 9 points do not touch.
    assert figure.get_figheight() > number / 3


@pytest.mark.parametrize("draw", CHARTS)
def test_empty_runs_can_be_drawn(draw: Chart, result: RunResult, tmp_path: Path) -> None:
    [table] = result.tables
    bare = replace(table, sizes=(), collections=(), size_histogram=())
    for empty in (replace(result, patterns=(), tables=(bare,)), replace(result, tables=())):
        save_chart(draw(empty), tmp_path / "chart.png")
        assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
        (tmp_path / "chart.png").unlink()


def test_capacity_bars_add_up_to_the_mean(result: RunResult) -> None:
    _legend, reads, writes = capacity_chart(result).axes
    ends = [
        patch.get_extents().transformed(reads.transData.inverted()).x1 for patch in reads.patches
    ]
    assert ends == pytest.approx([0.5, 12.5])
    # Table 1, index 1.5 on average.
    ends = [
        patch.get_extents().transformed(writes.transData.inverted()).x1 for patch in writes.patches
    ]
    assert ends == pytest.approx([1, 2.5])


def ends_of_bars(axes: Axes) -> list[float]:
    inverted = axes.transData.inverted()
    return [float(bar.get_extents().transformed(inverted).x1) for bar in axes.patches]


def crosses(axes: Axes) -> list[float]:
    crossed = [line for line in axes.lines if line.get_marker() == "x"]
    return [float(x) for line in crossed for x in np.asarray(line.get_xdata())]


def test_bars_are_what_the_service_would_charge(differing: RunResult) -> None:
    writes = capacity_chart(differing).axes[2]
    assert ends_of_bars(writes) == pytest.approx([2, 3])


def test_a_cross_marks_the_greatest_measure_where_it_differs(differing: RunResult) -> None:
    # Predicted and measured are 3 at most, though not of the same table and index.
    assert crosses(capacity_chart(differing).axes[2]) == []
    place = differing.patterns[2]
    smaller = replace(differing, patterns=(replace(place, calls=place.calls[:1]),))
    figure = capacity_chart(smaller)
    assert crosses(figure.axes[1]) == [2]
    assert "most measured, where it differs" in texts(figure)


def test_a_pattern_without_a_prediction_is_drawn_as_measured(result: RunResult) -> None:
    place = result.patterns[2]
    calls = tuple(replace(c, predicted=(), not_predicted="too many items") for c in place.calls)
    figure = capacity_chart(replace(result, patterns=(replace(place, calls=calls),)))
    assert ends_of_bars(figure.axes[1]) == pytest.approx([1, 2.5])
    assert "3, measured" in texts(figure)


def test_a_name_stands_once_in_the_legend(result: RunResult) -> None:
    legend = capacity_chart(result).axes[0].get_legend()
    assert legend is not None
    names = [text.get_text() for text in legend.get_texts()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("draw", CHARTS)
def test_charts_say_where_their_figures_come_from(draw: Chart, result: RunResult) -> None:
    assert "DynamoDB Local 3.3.1, seed 7" in texts(draw(result))


def test_another_suffix_is_refused(result: RunResult, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.png or \.svg"):
        save_chart(capacity_chart(result), tmp_path / "chart.gif")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_fault(result: RunResult, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentFault, match="DP513"):
        save_chart(capacity_chart(result), tmp_path / "file" / "chart.png")
