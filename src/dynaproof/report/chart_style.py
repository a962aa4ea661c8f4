"""How charts look, and how they are saved: the same run gives the same bytes."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager, style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.layout_engine import ConstrainedLayoutEngine

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError, Place
from dynaproof.report.output_file import make_folder, write_atomically
from dynaproof.report.plain_values import printable

WIDTH_INCHES, DOTS_AN_INCH = 9.0, 144
INK, QUIET, RULE = "#222222", "#666666", "#d5d5d5"
ALERT = "#b3261e"
PALETTE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442")
"""Okabe and Ito's colours, told apart with any colour vision. https://jfly.uni-koeln.de/color/"""
HATCHES = ("", "///", "...", "xxx")
_FONT = "DejaVu Sans"  # ships with matplotlib, so every machine draws with it
_STYLE: Mapping[str, object] = {
    "font.family": _FONT,
    "font.size": 9,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "figure.facecolor": "white",
    "svg.hashsalt": "dynaproof",
    "svg.fonttype": "path",
}
_METADATA: Mapping[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
}


@contextmanager
def chart_style() -> Iterator[None]:
    """Matplotlib's own defaults and ours, whatever the user's settings say, for a while."""
    with style.context(["default", dict(_STYLE)]):
        yield


def save_chart(figure: Figure, path: Path) -> None:
    """Write a chart as PNG (144 dots an inch) or SVG, by the name's suffix; makes the folder.

    The same figure gives the same bytes. Raises InputError for another suffix, EnvironmentFault
    (DP513) when the file cannot be written.
    """
    if path.suffix.lower() not in _METADATA:
        raise InputError(
            Diagnostic(
                Code.OUTPUT,
                f"charts are not written as '{path.suffix}'",
                Place(str(path)),
                "Name the file .png or .svg.",
            )
        )
    drawn = chart_bytes(figure, path.suffix.lower())
    make_folder(path.parent)
    write_atomically(path, drawn)


def chart_bytes(figure: Figure, suffix: str, dots_an_inch: int = DOTS_AN_INCH) -> bytes:
    """A chart as a PNG or SVG file's bytes; ``suffix`` is ``.png`` or ``.svg``."""
    drawn = io.BytesIO()
    with chart_style():
        if not isinstance(figure.canvas, FigureCanvasAgg):
            FigureCanvasAgg(figure)
        with _settled(figure, dots_an_inch):
            figure.savefig(drawn, format=suffix[1:], metadata=_METADATA[suffix])
    return drawn.getvalue()


def new_figure(height: float, title: str, source: str) -> Figure:
    """An empty figure with a title and, small below it, where its figures come from."""
    figure = Figure(
        figsize=(WIDTH_INCHES, height), layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1)
    )
    figure.suptitle(
        f"{drawable(title)}", x=0.012, ha="left", fontsize=12, fontweight="bold", color=INK
    )
    figure.supxlabel(drawable(source), x=0.012, ha="left", fontsize=7.5, color=QUIET)
    return figure


def rows_axis(
    axes: Axes, labels: Sequence[str], *, characters: int = 34, notes: Sequence[str] = ()
) -> None:
    """Rows from top to bottom, each with its whole label, folded where it is long."""
    shown = [folded(label, characters) for label in labels]
    for at, note in enumerate(notes):
        shown[at] += "\n" + folded(note, characters)
    axes.set_yticks(range(len(labels)), shown)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def quiet_grid(axes: Axes, axis: str = "x") -> None:
    """Light lines across one axis."""
    axes.grid(True, axis="x" if axis == "x" else "y", color=RULE, linewidth=0.6)


def folded(text: str, characters: int) -> str:
    """A text in lines of at most so many characters; nothing of it is left out."""
    return "\n".join(textwrap.wrap(drawable(text), characters, break_on_hyphens=True)) or ""


def drawable(text: str) -> str:
    """A text without characters that the charts' font has no picture of."""
    glyphs = _glyphs()
    return "".join(c if ord(c) in glyphs else "\N{REPLACEMENT CHARACTER}" for c in printable(text))


@contextmanager
def _settled(figure: Figure, dots_an_inch: int) -> Iterator[None]:
    """Lay a figure out once, at places without the noise that the solver leaves in last digits."""
    engine, dots = figure.get_layout_engine(), figure.dpi
    figure.set_dpi(dots_an_inch)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(at, 6) for at in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))
        axes.set_in_layout(True)  # which set_position takes back
    try:
        yield
    finally:
        figure.set_layout_engine(engine)
        figure.set_dpi(dots)


@cache
def _glyphs() -> frozenset[int]:
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    found = folder / "DejaVuSans.ttf"
    file = str(found) if found.exists() else font_manager.findfont(_FONT)
    return frozenset(FT2Font(file).get_charmap()) | {ord("\n")}
