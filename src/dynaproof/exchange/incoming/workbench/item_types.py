"""Facets and sample items of NoSQL Workbench -> item types.

A table's items live in its facets where it has any, and under ``TableData`` else; files that were
edited by hand have both. An item that is shown twice is one item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dynaproof.exchange.draft import DescribedItemType, SampledItemType
from dynaproof.exchange.foreign_items import fitting_item, read_item
from dynaproof.exchange.foreign_json import JsonReader, shown
from dynaproof.exchange.incoming.item_types_in import item_types_in
from dynaproof.exchange.incoming.workbench.fields import (
    described_item_type,
    described_models,
    reported_formats,
    value_templates,
)
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.attribute_equality import same_value
from dynaproof.model.attribute_value import Item, to_wire
from dynaproof.model.table import Table

_NEW = "~new~"
"""What the web tool writes into an item that is not filled in yet."""
_MARK = re.compile(r"<<?[^<>]+>?>|\$?\{\{?[^{}]+\}\}?|\[[^\[\]]+\]")
_TYPE = "type"
"""The attribute by which the web tool knows item types."""


@dataclass(slots=True)
class _Facet:
    name: str
    spec: JsonReader
    aliases: dict[str, str]
    keys: list[str] = field(default_factory=list)


class _Items:
    """The items of a table, each key once, in the order in which they were met."""

    def __init__(self, table: Table, not_carried: list[NotCarried]) -> None:
        self.table = table
        self.not_carried = not_carried
        self.by_key: dict[str, Item] = {}

    def read(self, spec: JsonReader) -> Iterator[str]:
        """The keys of the items under ``TableData``; those that are new are kept."""
        for one in spec.objects("TableData"):
            item = read_item(one)
            keys = [item.get(key.name) for key in self.table.key_attributes]
            if any(str(value).startswith(_NEW) for key in keys if key for value in key.values()):
                one.report("an item that was not filled in yet")
                continue
            fitting = fitting_item(item, one.path, self.table, self.not_carried)
            if fitting is not None:
                yield self._keep(fitting, one.path)

    def _keep(self, item: Item, path: str) -> str:
        key = str([to_wire(item[one.name]) for one in self.table.key_attributes])
        known = self.by_key.setdefault(key, item)
        if known is item:
            return key
        differing = [n for n in item if n in known and not same_value(known[n], item[n])]
        if differing:
            names = ", ".join(map(shown, differing[:5]))
            reason = f"an item of this key is there already, and differs in {names}; left out"
            self.not_carried.append(NotCarried(path, reason))
        else:  # the same item, of which this place may show other attributes
            self.by_key[key] = {**known, **item}
        return key


def read_item_types(
    spec: JsonReader, table: Table
) -> Iterator[SampledItemType | DescribedItemType]:
    """The item types of a table; those without items by what is said of their attributes."""
    items = _Items(table, spec.not_carried)
    facets = [_facet(one, n, table) for n, one in enumerate(spec.objects("TableFacets"), 1)]
    taken: set[str] = set()
    for facet in facets:
        found = dict.fromkeys(items.read(facet.spec))
        facet.keys += [key for key in found if key not in taken]
        taken.update(facet.keys)
        facet.spec.ignore("DataAccess", "NonKeyAttributes", "KeyAttributeAlias")
        facet.spec.unknown_keys()
    rest = [key for key in dict.fromkeys(items.read(spec)) if key not in taken]
    for key in list(rest):
        fitting = _fitting_facet(items.by_key[key], facets, table)
        if fitting is not None:
            fitting.keys.append(key)
            rest.remove(key)
    schema = spec.child("ModelSchema")
    templates = value_templates(spec, schema, table)
    for facet in facets:
        if facet.keys:
            found_items = tuple(items.by_key[key] for key in facet.keys)
            yield SampledItemType(facet.name, found_items, facet.aliases)
        else:
            yield described_item_type(facet.name, facet.spec, spec, table, facet.aliases)
    left = [items.by_key[key] for key in rest]
    yield from _others(left, templates, table)
    reported_formats(spec, table, items.by_key.values())
    if not facets and not items.by_key:
        models = list(described_models(schema, table))
        yield from models or [described_item_type(table.name, spec, spec, table, {})]


def _facet(spec: JsonReader, number: int, table: Table) -> _Facet:
    name = spec.text("FacetName").strip()
    if not name:
        spec.report("the facet has no name", "FacetName")
    alias = spec.child("KeyAttributeAlias")
    said = [alias.text("PartitionKeyAlias"), alias.text("SortKeyAlias")]
    alias.unknown_keys()
    aliases = {
        key.name: text.strip()
        for key, text in zip(table.key_attributes, said, strict=False)
        if text.strip() and text.strip() != key.name
    }
    return _Facet(name or f"facet_{number}", spec, aliases)


def _fitting_facet(item: Item, facets: Sequence[_Facet], table: Table) -> _Facet | None:
    """The facet whose aliases have a fixed part that the item's key has too, most of it first."""
    best: tuple[int, _Facet] | None = None
    for facet in facets:
        fixed = 0
        for key in table.key_attributes:
            length = _fixed_part(facet.aliases.get(key.name, ""), item.get(key.name))
            if length is None:
                break
            fixed += length
        else:
            if fixed and (best is None or fixed > best[0]):
                best = (fixed, facet)
    return best[1] if best else None


def _fixed_part(alias: str, value: Mapping[str, object] | None) -> int | None:
    """How much of an alias is fixed text that the value has; None where they do not fit."""
    text = value.get("S") if value else None
    marked = _MARK.search(alias)
    if not isinstance(text, str) or (not marked and "#" not in alias):
        return 0 if alias != text else len(alias)
    if not marked:
        head = alias.split("#", 1)[0] + "#"
        return len(head) if text.startswith(head) else None
    pattern = ".+?".join(re.escape(part) for part in _MARK.split(alias))
    if re.fullmatch(pattern, text, re.DOTALL) is None:
        return None
    return sum(map(len, _MARK.split(alias)))


def _others(
    items: Sequence[Item], templates: Mapping[str, Mapping[str, str]], table: Table
) -> Iterator[SampledItemType]:
    """Items of no facet: by the attribute that the web tool goes by, or by their keys."""
    typed: dict[str, list[Item]] = {}
    rest: list[Item] = []
    for item in items:
        value = item.get(_TYPE, {}).get("S")
        if isinstance(value, str) and value in templates:
            typed.setdefault(value, []).append(item)
        else:
            rest.append(item)
    for name, own in typed.items():
        yield SampledItemType(name, tuple(own), templates[name])
    yield from item_types_in(table, rest)
