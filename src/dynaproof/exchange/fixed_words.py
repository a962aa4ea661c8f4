"""Words of keys that belong to the model, such as USER in ``USER#17``; they need no mask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dynaproof.exchange.incoming.item_types_in import MOST_ITEM_TYPES, TYPE_ATTRIBUTES
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import Table

_CAPITALS = re.compile(r"(?<![^\W_])[A-Z]{2,24}(?=[#|:/~])")
_FIRST = re.compile(r"[A-Za-z]{1,24}(?=[#|:/~_-])")
"""Words before a delimiter. A hyphen is one of codes too, such as KIT-017: data."""
_WHOLE = re.compile(r"[A-Z]{4,24}")
_NAME = re.compile(r"[A-Za-z]{1,40}")
_LEAST_USES = 3


def fixed_words(table: Table, items: Sequence[Item]) -> frozenset[str]:
    """The words of a sample's keys, and names of its item types, that are the model's.

    Doubtful words are not among them: a mask does no harm to a word of the model, and no mask
    would give data away. A word in capitals counts where it stands with two other texts; another
    one where it begins the values of a key, with three, and few words do.
    """
    found: set[str] = set()
    names = {key.name for key in table.key_attributes}
    names |= {key.name for index in table.indexes for key in index.key_attributes}
    for name in sorted(names):
        values = {text for item in items if (text := _text(item, name))}
        found |= set(_in_capitals(values)) | set(_first_words(values))
    if table.sort_key is not None:
        found |= set(_whole_words([_text(item, table.sort_key.name) for item in items]))
    for name in TYPE_ATTRIBUTES:
        told = {text for item in items if (text := _text(item, name))}
        if len(told) <= MOST_ITEM_TYPES:
            found |= {text for text in told if _NAME.fullmatch(text)}
    return frozenset(found)


def _in_capitals(values: set[str]) -> Iterator[str]:
    rests: dict[str, set[str]] = {}
    for value in values:
        for word in _CAPITALS.finditer(value):
            rest = value[: word.start()] + "\0" + value[word.end() :]
            rests.setdefault(word[0], set()).add(rest)
    if len(rests) <= MOST_ITEM_TYPES:
        yield from (word for word, found in rests.items() if len(found) > 1)


def _first_words(values: set[str]) -> Iterator[str]:
    rests: dict[str, set[str]] = {}
    for value in values:
        if word := _FIRST.match(value):
            rests.setdefault(word[0], set()).add(value[word.end() :])
    if len(rests) <= max(2, len(values) // 10):
        yield from (word for word, found in rests.items() if len(found) >= _LEAST_USES)


def _whole_words(values: Sequence[str]) -> Iterator[str]:
    """Sort keys that are one word, such as PROFILE, of several items."""
    words = {value for value in values if _WHOLE.fullmatch(value)}
    if len(words) <= MOST_ITEM_TYPES // 4:
        yield from (word for word in words if values.count(word) >= _LEAST_USES)


def _text(item: Item, name: str) -> str:
    found = item.get(name, {}).get("S")
    return found if isinstance(found, str) else ""
