"""The facets of a table: one for each item type, with its key alias and sample items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import orjson

from dynaproof.exchange.exported import GeneratedItem
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.definition_place import place_in
from dynaproof.model.item import AttributeTemplate, Constant, ItemType
from dynaproof.model.table import Table
from dynaproof.model.template import Field

MOST_CHARACTERS = 1_000_000
"""Of the JSON of one facet's items, so that large items do not make a model that nothing opens."""
_MARKS = frozenset("<>")


@dataclass(frozen=True, slots=True)
class Facets:
    """``documents`` as the model has them; ``types`` of all attributes but the table's key."""

    documents: Sequence[dict[str, object]]
    types: dict[str, str]


@dataclass(slots=True)
class _Sampled:
    """What was seen of an item type: ``types`` by attribute, in the order of the definition."""

    item_type: ItemType
    items: list[dict[str, object]] = field(default_factory=list)
    number: int = 0
    characters: int = 0
    types: dict[str, str] = field(default_factory=dict)
    unseen: set[str] = field(default_factory=set)

    def see(self, text: str, most: int) -> None:
        """Keep one of the first items; of later ones only the types of unseen attributes."""
        self.number += 1
        self.characters += len(text)
        kept = self.number <= most and (self.number == 1 or self.characters <= MOST_CHARACTERS)
        if not kept and not self.unseen:
            return
        item: dict[str, dict[str, object]] = orjson.loads(text)
        if kept:
            self.items.append(dict(item))
        for name in self.unseen & item.keys():
            self.types[name] = next(iter(item[name]))
        self.unseen -= item.keys()


def facets_of(
    table: Table, items: Iterable[GeneratedItem], most: int
) -> tuple[Facets, list[NotCarried]]:
    """The facets of a table, each with the first items of its type, ``most`` at most."""
    keys = {key.name for key in table.key_attributes}
    sampled = {
        one.name: _Sampled(one, unseen={a.name for a in one.all_attributes} - keys)
        for one in table.items
    }
    for item in items if sampled else ():
        sampled[item.item_type].see(item.text, most)
    types: dict[str, str] = dict(table.attribute_types)
    for one in sampled.values():
        for attribute in one.item_type.all_attributes:
            if attribute.name in one.types:
                types.setdefault(attribute.name, one.types[attribute.name])
    told = [reason for one in sampled.values() for reason in _left_out(table, one, types)]
    for name in keys:
        del types[name]
    documents = [_document(table, one, types) for one in sampled.values()]
    return Facets(documents, types), told


def _left_out(table: Table, sampled: _Sampled, types: dict[str, str]) -> Iterator[NotCarried]:
    item_type = sampled.item_type
    place = ("tables", table.name, "items", item_type.name)
    if sampled.number > len(sampled.items):
        number = f"the first {len(sampled.items):,} of {sampled.number:,} items are in the model"
        yield NotCarried(place_in(*place), number)
    for one in item_type.key:
        for reason in _lost_by_alias(one):
            yield NotCarried(place_in(*place, "key", one.name), reason)
    for one in item_type.attributes:
        where = place_in(*place, "attributes", one.name)
        found = sampled.types.get(one.name)
        if one.name not in types:
            yield NotCarried(where, "no item has this attribute, so that its type is not known")
        elif found not in (None, types[one.name]):
            reason = f"a table has one type for an attribute, {types[one.name]}; here it is {found}"
            yield NotCarried(where, reason)


def _document(table: Table, sampled: _Sampled, types: dict[str, str]) -> dict[str, object]:
    templates = {one.name: one for one in sampled.item_type.key}
    alias = {"PartitionKeyAlias": _alias(templates[table.partition_key.name])}
    if table.sort_key:
        alias["SortKeyAlias"] = _alias(templates[table.sort_key.name])
    return {
        "FacetName": sampled.item_type.name,
        "KeyAttributeAlias": alias,
        "TableData": sampled.items,
        "NonKeyAttributes": [one.name for one in sampled.item_type.attributes if one.name in types],
        "DataAccess": {"MySql": {}},
    }


def _alias(attribute: AttributeTemplate) -> str:
    """``USER#<handle>`` for the template ``USER#${handle}``."""
    if isinstance(attribute.template, Constant):
        return str(attribute.template.value)
    return "".join(
        f"<{part.name}>" if isinstance(part, Field) else part for part in attribute.template.parts
    )


def _lost_by_alias(attribute: AttributeTemplate) -> list[str]:
    if isinstance(attribute.template, Constant):
        return []
    parts = attribute.template.parts
    lost = [
        f"the alias says <{part.name}>, and has no place for the format of {part}"
        for part in parts
        if isinstance(part, Field) and part.format
    ]
    if any(isinstance(part, str) and _MARKS & set(part) for part in parts):
        lost.append("the alias marks fields by < and >, which the template's text has as well")
    return lost
