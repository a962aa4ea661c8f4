"""Lines of a label and figures for the terminal: no rules, numbers under one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from dynaproof.report.figures import units_text

MIN_LABEL = 14
Cell = str | Text


@dataclass(frozen=True, slots=True)
class Line:
    """A label and its cells; a label that is longer than its room stands on lines of its own.

    ``lead`` is a word right before the first cell that is not empty.
    """

    label: Text
    cells: tuple[Cell, ...] = ()
    lead: Text = field(default_factory=Text)


def print_lines(
    console: Console,
    heading: Line,
    lines: Sequence[Line],
    *,
    numbers: Sequence[int] = (),
    above: tuple[int, str] | None = None,
) -> None:
    """Print lines under a heading; the cells at the positions ``numbers`` are set to the right.

    ``above`` stands over the heading: (position of the cell where it begins, text).
    """
    every = [Line(heading.label, heading.cells), *lines]
    count = len(heading.cells)
    widths = [
        max(cell_len(str(line.cells[at])) for line in every if at < len(line.cells))
        for at in range(count)
    ]
    starts = list(accumulate((width + 1 for width in widths), initial=0))
    room = max(console.width - starts[-1], MIN_LABEL)
    wanted = [
        cell_len(one.label.plain) + _lead_width(one) - starts[_first(one)]
        for one in every
        if any(one.cells)
    ]
    label = max(min(room, max(wanted)), cell_len(heading.label.plain))
    if above is not None:
        console.print(Text(" " * (label + 1 + starts[above[0]]) + above[1], "dim"), soft_wrap=True)
    for line in every:
        cells = _cells(line, widths, numbers)
        here = label + starts[_first(line)] - _lead_width(line)
        if cells is None:
            here = console.width
        if cell_len(line.label.plain) > here:
            _print_folded(console, line.label)
            line_start = Text("")
        else:
            line_start = line.label.copy()
        if cells is None:
            if line_start.plain:
                console.print(line_start, soft_wrap=True)
            continue
        room_left = label + starts[_first(line)] - cell_len(line_start.plain)
        line_start.append(" " * (room_left - cell_len(line.lead.plain)))
        line_start.append_text(line.lead).append(" ")
        line_start.append_text(cells)
        line_start.rstrip()
        if line is every[0]:
            line_start.stylize("dim")
        console.print(line_start, soft_wrap=True)


def decimals(values: Sequence[float | None]) -> list[str]:
    """Numbers of one column as texts of one width, with their points under one another."""
    parts = [None if one is None else _split(units_text(one)) for one in values]
    known = [part for part in parts if part is not None]
    before = max((len(whole) for whole, _ in known), default=0)
    after = max((len(fraction) for _, fraction in known), default=0)
    return ["" if part is None else part[0].rjust(before) + part[1].ljust(after) for part in parts]


def title(text: str) -> Text:
    """The title of a part of a report."""
    return Text(text, "bold")


def print_indented(text: Text, console: Console, by: int = 2) -> None:
    """Print a text, all its lines indented."""
    for line in text.wrap(console, max(console.width - by, MIN_LABEL)):
        line.rstrip()
        console.print(Text(" " * by) + line, soft_wrap=True)


def _lead_width(line: Line) -> int:
    return cell_len(line.lead.plain) + 1 if line.lead.plain else 0


def _first(line: Line) -> int:
    """The position of the first cell that is not empty, or one past the last."""
    return next((at for at, cell in enumerate(line.cells) if str(cell)), len(line.cells))


def _cells(line: Line, widths: Sequence[int], numbers: Sequence[int]) -> Text | None:
    first = _first(line)
    if first == len(line.cells):
        return None
    made = Text("")
    for at in range(first, len(line.cells)):
        cell = line.cells[at]
        text = cell if isinstance(cell, Text) else Text(cell)
        pad = " " * (widths[at] - cell_len(text.plain))
        made.append(pad if at in numbers else "").append_text(text)
        made.append(("" if at in numbers else pad) + " ")
    return made


def _print_folded(console: Console, label: Text) -> None:
    indent = len(label.plain) - len(label.plain.lstrip())
    text = label[indent:]
    for line in text.wrap(console, max(console.width - indent, MIN_LABEL), overflow="fold"):
        line.rstrip()
        console.print(Text(" " * indent) + line, soft_wrap=True)


def _split(text: str) -> tuple[str, str]:
    whole, point, fraction = text.partition(".")
    return whole, point + fraction
