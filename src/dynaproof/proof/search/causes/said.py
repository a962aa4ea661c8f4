"""Values as the sentences of a cause have them: short, on one line."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from dynaproof.model.template import as_text

_LONGEST = 90
"""Longer than two UUIDs: a story shortens them."""


def quoted(value: object) -> str:
    """A fact or a text; texts and instants in quotes."""
    if value is None:
        return "absent"
    text = as_text(value)
    if isinstance(value, int | float | Decimal):
        return text
    return f"'{text if len(text) <= _LONGEST else text[: _LONGEST - 3] + '...'}'"


def listed(names: Iterable[str], word: str = "and") -> str:
    """``'a', 'b' and 'c'``."""
    held = [f"'{name}'" for name in dict.fromkeys(names)]
    return f" {word} ".join(filter(None, (", ".join(held[:-1]), *held[-1:])))


def count_of(number: int, word: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
