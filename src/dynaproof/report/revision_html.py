"""Two revisions of a definition side by side, as one self-contained page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from dynaproof.proof.revisions.difference import Difference
from dynaproof.report.change_lines import tolerance_text
from dynaproof.report.plain_values import printable
from dynaproof.report.revision_rows import headline, pattern_rows
from dynaproof.report.revision_text import change_subject, migrations_first

CONTEXT = 3
"""Lines that are the same, around those that are not."""
MOST_LINES = 5_000
"""Texts beyond this are not set side by side: comparing them takes the square of their length."""


@dataclass(frozen=True, slots=True)
class SideLine:
    """A line of one side; ``number`` counts from 1, 0 where there is none."""

    number: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class SideRow:
    """Two lines beside each other, or ``skipped`` lines that both sides share."""

    kind: Literal["same", "changed", "skipped"]
    old: SideLine = SideLine()
    new: SideLine = SideLine()
    skipped: int = 0


def difference_html(difference: Difference) -> str:
    """The page; all that comes from data is escaped, and nothing is loaded from elsewhere."""
    old, new = (
        [printable(line.replace("\t", "    ")) for line in one.text.split("\n")]
        for one in (difference.old, difference.new)
    )
    too_long = max(len(old), len(new)) > MOST_LINES
    environment = Environment(
        loader=PackageLoader("dynaproof.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["printable"] = printable
    return environment.get_template("revisions.html").render(
        difference=difference,
        headline=headline(difference),
        patterns=pattern_rows(difference),
        changes=[(change_subject(one), one) for one in migrations_first(difference)],
        sides=[] if too_long else list(side_by_side(old, new)),
        too_long=too_long,
        tolerance=tolerance_text(difference.figures.tolerance),
    )


def side_by_side(old: list[str], new: list[str]) -> Iterator[SideRow]:
    """Rows of two texts: what differs, with a few lines around it."""
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for at, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag != "equal":
            for row in range(max(i2 - i1, j2 - j1)):
                yield SideRow(
                    "changed",
                    SideLine(i1 + row + 1, old[i1 + row]) if i1 + row < i2 else SideLine(),
                    SideLine(j1 + row + 1, new[j1 + row]) if j1 + row < j2 else SideLine(),
                )
            continue
        first, last = at == 0, at == len(codes) - 1
        before = 0 if first else CONTEXT
        after = 0 if last else CONTEXT
        length = i2 - i1
        for row in range(length):
            if row < before or row >= length - after:
                yield SideRow(
                    "same",
                    SideLine(i1 + row + 1, old[i1 + row]),
                    SideLine(j1 + row + 1, new[j1 + row]),
                )
            elif row == before:
                yield SideRow("skipped", skipped=length - before - after)
