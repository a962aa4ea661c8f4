"""What differs between the access patterns of two definitions, besides what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dynaproof.model.access_pattern import AccessPattern

_PARTS = (
    ("request", "request"),
    ("steps", "steps"),
    ("parameters", "parameters"),
    ("parameters_from", "parameters"),
    ("sets", "number of parameter sets"),
    ("question", "question"),
    ("strict", "keys of the comparison"),
    ("change", "change"),
    ("expect", "expectation"),
    ("rate", "rate"),
    ("description", "description"),
)
"""Attributes of a pattern, and what they are called."""


@dataclass(frozen=True, slots=True)
class PatternChange:
    """A pattern that both definitions have, and the parts in which it differs."""

    name: str
    parts: tuple[str, ...]


def pattern_changes(
    old: Sequence[AccessPattern], new: Sequence[AccessPattern]
) -> tuple[PatternChange, ...]:
    """The patterns that differ, in the order of the new definition."""
    before = {pattern.name: pattern for pattern in old}
    found: list[PatternChange] = []
    for pattern in new:
        was = before.get(pattern.name)
        if was is None:
            continue
        parts = [
            told
            for name, told in _PARTS
            if _same(getattr(was, name)) != _same(getattr(pattern, name))
        ]
        if parts:
            found.append(PatternChange(pattern.name, tuple(dict.fromkeys(parts))))
    return tuple(found)


def _same(value: object) -> object:
    """SQL and descriptions with other line breaks are the same."""
    return " ".join(value.split()) if isinstance(value, str) else value
