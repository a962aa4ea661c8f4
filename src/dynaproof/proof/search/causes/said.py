"""Values as the sentences of a cause have them: short, on one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dynaproof.model.template import as_text
from dynaproof.proof.answer_summary import shown

_LONGEST = 40


def quoted(value: object) -> str:
    """A fact or a text; texts and instants in quotes."""
    if value is None:
        return "absent"
    plain = isinstance(value, int | float) or type(value).__name__ == "Decimal"
    return as_text(value) if plain else shown({"S": as_text(value)})


def listed(names: Iterable[str], word: str = "and") -> str:
    """``'a', 'b' and 'c'``."""
    held = [f"'{name}'" for name in dict.fromkeys(names)]
    return f" {word} ".join(filter(None, (", ".join(held[:-1]), *held[-1:])))


def count_of(number: int, word: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def one_of(values: Sequence[object]) -> str:
    """The first of some values."""
    return quoted(values[0]) if values else ""
