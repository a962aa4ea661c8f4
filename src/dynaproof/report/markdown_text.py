"""Text from data as Markdown that shows it as it is: no markup, no mention, no broken table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dynaproof.report.plain_values import printable

_MARKUP = re.compile(r"[\\`*_\[\]<>|~#$!]")
_ENTITIES = {"&": "&amp;", "@": "&#64;"}
"""A backslash would not keep these from being an entity, or from naming a person."""
_TICKS = re.compile("`+")


def markdown_text(text: str) -> str:
    """One line of text; for a paragraph, a heading or a cell of a table."""
    line = " ".join(printable(part) for part in text.split("\n"))
    line = _MARKUP.sub(lambda found: f"\\{found[0]}", line)
    for character, entity in _ENTITIES.items():  # last: an entity has a '#'
        line = line.replace(character, entity)
    return line


def markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table; cells are texts from data."""
    return [
        _row([markdown_text(heading) for heading in headings]),
        _row(["---"] * len(headings)),
        *(_row([markdown_text(cell) for cell in row]) for row in rows),
    ]


def fenced(text: str) -> list[str]:
    """Text as it is, in a fence longer than any that it holds."""
    longest = max((len(found) for found in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", *text.split("\n"), fence]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
