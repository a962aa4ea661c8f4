"""Small tables of plain text: a line of headings, values under them, nothing drawn."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

_GAP = "  "


def small_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, width: int, most_rows: int = 12
) -> list[str]:
    """Lines of a table; the last columns that have no room are named below, as are further rows."""
    shown = rows if len(rows) <= most_rows else rows[: most_rows - 2]
    widths = [
        max(cell_len(heading), *(cell_len(row[n]) for row in shown)) if shown else cell_len(heading)
        for n, heading in enumerate(headings)
    ]
    fitting = _fitting(widths, width)
    lines = [_line([headings[n] for n in range(fitting)], widths)]
    lines += [_line(list(row[:fitting]), widths) for row in shown]
    if len(shown) < len(rows):
        lines.append(f"... and {len(rows) - len(shown):,} more rows")
    if fitting < len(headings):
        lines += _wrapped(f"(not shown: {', '.join(headings[fitting:])})", width)
    return lines


def _fitting(widths: Sequence[int], width: int) -> int:
    total = 0
    for number, one in enumerate(widths):
        total += one + (len(_GAP) if number else 0)
        if total > width and number:
            return number
    return len(widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=False)
    ]
    return _GAP.join(padded).rstrip()


def _wrapped(text: str, width: int) -> list[str]:
    return [text if len(text) <= width else text[: width - 4] + "...)"]
