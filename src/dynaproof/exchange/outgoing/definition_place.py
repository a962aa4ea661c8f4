"""Places within a definition, as they are told to whoever exports it."""

from __future__ import annotations

from functools import reduce

from dynaproof.exchange.foreign_json import path_to


def place_in(*names: str) -> str:
    """``tables.chat.items.message``; names that are no plain words stand in ``["..."]``."""
    return reduce(path_to, names, "")
