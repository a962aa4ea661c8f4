"""Items of one table, parted by item type: by an attribute that names it, or by their keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from dynaproof.exchange.draft import SampledItemType
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import Table

TYPE_ATTRIBUTES = (
    *("entityType", "entity_type", "EntityType", "itemType", "item_type", "ItemType"),
    *("recordType", "record_type", "RecordType", "_type", "__typename", "_et", "__edb_e__", "__t"),
)
"""Names of attributes that say nothing else than an item's type."""
MAYBE_TYPE_ATTRIBUTES = ("type", "Type", "TYPE", "entity", "Entity", "kind", "model", "object")
"""Names that may; they are believed where the keys say the same."""
MOST_ITEM_TYPES = 40
_PREFIX = re.compile(r"([A-Za-z][A-Za-z_.-]*?)[#|:/~]")
_CODE = re.compile(r"([A-Za-z]+)[_-]+[0-9]")
"""Perhaps ``order-17``, an item type; perhaps KIT-017, data."""
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]+")


def item_types_in(table: Table, items: Sequence[Item]) -> tuple[SampledItemType, ...]:
    """Part the items of a table; the item types are in the order of their first items.

    Where nothing tells them apart there is one, named as the table.
    """
    if not items:
        return ()
    forms = key_forms(table, items)
    if len(set(forms)) == 1:
        forms = _forms_of_codes(table, items) or forms
    named = _by_attribute(items, forms)
    names = named if named is not None else _names_of(forms, table)
    groups: dict[str, list[Item]] = {}
    for item, name in zip(items, names, strict=True):
        groups.setdefault(name, []).append(item)
    if len(groups) > MOST_ITEM_TYPES:
        groups = {table.name: list(items)}
    return tuple(SampledItemType(name, tuple(found)) for name, found in groups.items())


def key_forms(table: Table, items: Sequence[Item]) -> list[tuple[str, ...]]:
    """For each item what its keys begin with: ``("USER", "ORDER")``, empty texts where nothing."""
    by_key = [
        _prefixes([_prefix(_text(item.get(key.name))) for item in items])
        for key in table.key_attributes
    ]
    return list(zip(*by_key, strict=True))


def _forms_of_codes(table: Table, items: Sequence[Item]) -> list[tuple[str, ...]] | None:
    """What keys such as ``order-17`` begin with, where each has attributes of its own."""
    name = table.partition_key.name
    words = _prefixes([_code(_text(item.get(name))) for item in items])
    attributes: dict[str, set[str]] = {}
    for item, word in zip(items, words, strict=True):
        attributes.setdefault(word, set()).update(item)
    differing = {frozenset(one) for one in attributes.values()}
    if len(attributes) == 1 or len(differing) < len(attributes):
        return None
    return [(word,) for word in words]


def _prefixes(found: list[str]) -> list[str]:
    """The words with which the values of one key begin; none where they are as many as values."""
    most = max(2, min(MOST_ITEM_TYPES, len(found) // 3))
    if len(set(found)) <= most:
        return found
    # Words in capitals, such as USER#, are made for it; others are data, such as names.
    made = {word for word in found if word.isupper()}
    return [word if word in made and len(made) <= MOST_ITEM_TYPES else "" for word in found]


def _prefix(text: str) -> str:
    if found := _PREFIX.match(text):
        return found[1]
    return text if _WORD.fullmatch(text) and len(text) <= 40 else ""


def _code(text: str) -> str:
    found = _CODE.match(text)
    return found[1] if found else ""


def _by_attribute(items: Sequence[Item], forms: Sequence[tuple[str, ...]]) -> list[str] | None:
    """The names that an attribute gives, where nearly all items have it."""
    for name in (*TYPE_ATTRIBUTES, *MAYBE_TYPE_ATTRIBUTES):
        values = [_text(item.get(name)) for item in items]
        told = [value for value in values if value]
        if len(told) * 10 < len(items) * 9 or not 0 < len(set(told)) <= MOST_ITEM_TYPES:
            continue
        if name in TYPE_ATTRIBUTES or _agree(values, forms):
            return [value or "other" for value in values]
    return None


def _agree(values: Sequence[str], forms: Sequence[tuple[str, ...]]) -> bool:
    """Whether keys of each form have one type: there are several, or keys say nothing of types."""
    pairs = set(zip(forms, values, strict=True))
    return len(set(forms)) > 1 and len(pairs) == len(set(forms))


def _names_of(forms: Sequence[tuple[str, ...]], table: Table) -> list[str]:
    """A name for each form of keys: its last word, more of them where that is not enough."""
    names: dict[tuple[str, ...], str] = {}
    for form in dict.fromkeys(forms):
        names[form] = next(one for one in _choices(form, table) if one not in names.values())
    return [names[form] for form in forms]


def _choices(form: tuple[str, ...], table: Table) -> Iterator[str]:
    words = list(dict.fromkeys(word for word in form if word))
    yield from reversed(words)
    yield "_".join(words) or table.name
    yield from (f"{table.name}_{n}" for n in count(2))


def _text(value: Mapping[str, object] | None) -> str:
    text = value.get("S") if value else None
    return text if isinstance(text, str) else ""
