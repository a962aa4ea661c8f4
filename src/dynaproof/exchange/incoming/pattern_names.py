"""Names of access patterns, from what other tools call them or say of them."""

from __future__ import annotations

import re

_MOST_WORDS = 7
_MOST_CHARACTERS = 80


def pattern_name(said: str, number: str = "") -> str:
    """A name in words, as the language takes it: ``get-user-profile-by-id``."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", said[:400])
    words = re.findall(r"[A-Za-z0-9]+", split)
    kept = [word.lower() for word in words if word.lower() not in ("a", "an", "the")]
    name = "-".join(kept[:_MOST_WORDS])[:_MOST_CHARACTERS].strip("-")
    if name:
        return name
    number = re.sub(r"[^A-Za-z0-9]+", "-", number)[:40].strip("-")
    return f"pattern-{number}" if number else "pattern"
