"""Pieces of HTML for notebooks; all that comes from data is escaped.

Plain tables that take their colours from the page, so that they suit light and dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dynaproof.report.plain_values import printable

# Said aloud because a page without a doctype does not hand colour and size on to tables.
_TABLE = "border-collapse:collapse;margin:0.4em 0;color:inherit;font-size:inherit"
_CELL = "padding:0.15em 0.9em 0.15em 0;vertical-align:top;background:transparent"
_RULE = "border-bottom:1px solid rgba(128,128,128,0.35)"
# Mid tones that keep a contrast of 3:1 and more on white and on JupyterLab's dark grey.
GOOD, BAD, WARN = "#2e8b57", "#d9534f", "#b8860b"
Cell = tuple[str, str]
"""HTML of a cell, and its style."""


def cell(text: str, style: str = "") -> Cell:
    """A cell with a text from data."""
    return html_text(text), style


def number_cell(text: str, style: str = "") -> Cell:
    """A cell with a number, set to the right."""
    return html_text(text), f"text-align:right;font-variant-numeric:tabular-nums;{style}".rstrip(
        ";"
    )


def html_text(text: str) -> str:
    """A text from data, escaped, with its lines."""
    return "<br>".join(escape(printable(line)) for line in text.split("\n"))


def html_table(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """A table; nothing without rows."""
    if not rows:
        return ""
    aligned = [style for _, style in rows[0]]
    head = "".join(
        f'<th style="{_CELL};{_RULE};text-align:{"right" if "right" in style else "left"}">'
        f"{html_text(name)}</th>"
        for name, style in zip(heads, aligned, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="{_CELL};{style if "text-align" in style else f"text-align:left;{style}"}">'
            f"{html}</td>"
            for html, style in row
        )
        + "</tr>"
        for row in rows
    )
    return f'<table style="{_TABLE}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def fragment(*parts: str) -> str:
    """A part of a page."""
    return f'<div class="dynaproof">{"".join(parts)}</div>'
