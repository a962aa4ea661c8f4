"""Hard values for columns of a dataset: those of the file, and texts that come near them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import Column
from dynaproof.facts.hard.values import CASES, ENDS, EQUAL, PREFIXES

_WORDS = re.compile(r"[A-Za-z][\w .'-]*")
"""Texts that may be changed: a date, a number or a list written as text may not."""
_LIKE_A_DATE = re.compile(r".*\d{2,4}-\d{2}.*")


def dataset_values(domain: Domain, column: Column) -> Mapping[str, tuple[object, ...]]:
    """Values of the file and near them, by hazard; none where the column is not understood."""
    entity, name = column
    seen = list(dict.fromkeys(_plain(row[name]) for row in domain.datasets[entity]))
    seen = [value for value in seen if value is not None]
    if not seen:
        return {}
    if column in domain.keys.encoded and isinstance(seen[0], str):
        return {}  # a text near to it would be no number, or no JSON
    if all(isinstance(value, str) for value in seen):
        return _texts([str(value) for value in seen])
    numbers = [value for value in seen if isinstance(value, int | Decimal | float)]
    if len(numbers) == len(seen) and not isinstance(seen[0], bool):
        return {ENDS: (min(numbers), max(numbers))}
    if all(isinstance(value, date) for value in seen):
        return {EQUAL: (seen[0],)}
    return {}


def is_near(domain: Domain, column: Column, value: object) -> bool:
    """Whether a value is one of the file's, within its numbers, or near one of its texts."""
    entity, name = column
    seen = [row[name] for row in domain.datasets[entity]]
    if any(type(one) is type(value) and one == value for one in seen):
        return True
    if isinstance(value, str):
        known = {one for one in seen if isinstance(one, str)}
        return any(value in near for one in known for near in _variants(one).values())
    numbers = [one for one in seen if isinstance(one, int | float | Decimal)]
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not numbers:
        return False
    return type(value) is type(numbers[0]) and min(numbers) <= value <= max(numbers)


def _texts(seen: list[str]) -> Mapping[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    for text in seen[:1]:
        found |= _variants(text)
    return found


def _variants(text: str) -> dict[str, tuple[str, ...]]:
    """Texts that begin with this one or that it begins with, and its capital letters changed."""
    if not _WORDS.fullmatch(text) or _LIKE_A_DATE.fullmatch(text):
        return {}
    shorter = text[:-1] if len(text) > 2 and text[-2].isalnum() else text
    cases = dict.fromkeys((text, text.upper(), text.lower()))
    return {
        PREFIXES: tuple(dict.fromkeys((text, f"{text}2", f"{text}22", shorter))),
        CASES: tuple(cases) if len(cases) > 1 else (),
    }


def _plain(value: object) -> object:
    """The value, if it can be told from others by a hash; else None."""
    return value if isinstance(value, str | int | float | Decimal | datetime | date) else None
