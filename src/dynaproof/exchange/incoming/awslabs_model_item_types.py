"""Item types of a table that is known by its items: told apart by labels in their keys.

A table of several types marks them in its keys, as ``USER#1`` with ``PROFILE`` or ``ORDER#7``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count

from dynaproof.exchange.draft import SampledItemType
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import Table

_LABEL_FIRST = re.compile(r"([A-Za-z][A-Za-z_-]{0,60})[#:|/]")
_LABEL = re.compile(r"[A-Z][A-Z_-]{1,60}")
_NAMES_OF_TYPE = (
    "entity_type",
    "entityType",
    "EntityType",
    "_type",
    "__typename",
    "item_type",
    "itemType",
    "type",
    "Type",
    "entity",
)
_MOST_TYPES = 60

Signature = tuple[tuple[str, ...], ...]


def item_types(table: Table, items: Sequence[Item]) -> tuple[SampledItemType, ...]:
    """Group a table's items by the labels in their keys; each group has a name of its own."""
    groups: dict[Signature, list[Item]] = {}
    for item in items:
        signature = tuple(_labels(item[key.name].get("S")) for key in table.key_attributes)
        groups.setdefault(signature, []).append(item)
    groups = _without_values(groups)
    if len(groups) > _MOST_TYPES:
        groups = {(): list(items)}
    taken: set[str] = set()
    made: list[SampledItemType] = []
    for signature, members in groups.items():
        wanted = _name(signature, members, groups, table)
        name = next(
            name
            for n in count(1)
            if (name := wanted if n == 1 else f"{wanted}_{n}").lower() not in taken
        )
        taken.add(name.lower())
        made.append(SampledItemType(name, tuple(members)))
    return tuple(made)


def _labels(text: object) -> tuple[str, ...]:
    """What a key says in words: the part before its first delimiter, and parts in capitals."""
    if not isinstance(text, str):
        return ()
    first = _LABEL_FIRST.match(text)
    if first is None:
        return (f"={text}",) if _LABEL.fullmatch(text) else ()
    rest = re.split(r"[#:|/]", text[first.end() :])[:20]
    return (first[1], *(part for part in rest if _LABEL.fullmatch(part)))


def _without_values(groups: dict[Signature, list[Item]]) -> dict[Signature, list[Item]]:
    """Put together what differs in whole values only, as a status, and has the same attributes."""
    merged: dict[tuple[object, ...], tuple[Signature, list[Item]]] = {}
    for signature, members in groups.items():
        bare = tuple(
            () if labels[:1] and labels[0].startswith("=") else labels for labels in signature
        )
        attributes = frozenset(name for item in members for name in item)
        known = merged.setdefault((bare, attributes), (signature, []))
        if known[0] != signature:
            merged[bare, attributes] = (bare, known[1])
        known[1].extend(members)
    made: dict[Signature, list[Item]] = {}
    for signature, members in merged.values():
        made.setdefault(signature, []).extend(members)
    return made


def _name(
    signature: Signature,
    members: Sequence[Item],
    groups: dict[Signature, list[Item]],
    table: Table,
) -> str:
    for attribute in _NAMES_OF_TYPE:
        said = {str(item.get(attribute, {}).get("S", "")) for item in members}
        if len(said) == 1 and (one := said.pop()) and len(one) <= 60:
            return one
    if len(groups) == 1:
        return table.name
    words = [label.lstrip("=") for labels in reversed(signature) for label in labels[-1:]]
    return words[0] if words else table.name
