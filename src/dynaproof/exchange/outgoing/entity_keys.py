"""What fills key templates, for mappers that build keys from an entity's properties.

A field of a template is filled by an attribute that holds the same, where there is one. Other
fields become properties of their own, which such mappers store beside the attributes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dynaproof.exchange.outgoing.entity_fields import EntityFields, ItemAttribute
from dynaproof.exchange.outgoing.javascript_names import OBJECT_MEMBERS, property_names
from dynaproof.model.item import Constant
from dynaproof.model.template import Field

ValueType = Literal["text", "number", "instant"]
_PADDED = re.compile(r"(0?)([1-9][0-9]?)d")


@dataclass(frozen=True, slots=True)
class Padding:
    """A number within a key is filled up to ``length`` with a character, on its left."""

    length: int
    character: str


@dataclass(frozen=True, slots=True)
class Property:
    """A property of an entity: an attribute, or a field that is found in keys alone.

    ``instant``: text in UTC with milliseconds. ``padding`` is how a key has it.
    """

    name: str
    type: ValueType
    attribute: ItemAttribute | None = None
    padding: Padding | None = None


@dataclass(frozen=True, slots=True)
class EntityProperties:
    """``attributes`` by name, those without that are built; ``fields`` of built keys alone."""

    entity: EntityFields
    attributes: Mapping[str, Property]
    fields: Mapping[Field, Property]

    def filling(self, field: Field) -> Property:
        """What fills a field of a key template."""
        return self.fields[field]

    @property
    def own(self) -> tuple[Property, ...]:
        """Properties that are no attributes of items."""
        return tuple(one for one in self.fields.values() if one.attribute is None)

    @property
    def names(self) -> frozenset[str]:
        """Names of all properties."""
        everything = (*self.attributes.values(), *self.own)
        return frozenset(one.name for one in everything)


def entity_properties(
    entity: EntityFields, refused: Callable[[str], object] = lambda name: name in OBJECT_MEMBERS
) -> EntityProperties:
    """Decide which attributes of an item type are built, and what from.

    Attributes with names that are ``refused`` fill nothing.
    """
    keys = {one.name for one in entity.keys}
    stored = [one for one in entity.attributes if one.name not in keys]
    values: dict[Field | None, set[str | None]] = {}
    for one in stored:
        if not refused(one.name) and _alike_in_text(one):
            values.setdefault(one.sole_field, set()).add(one.shape.type)
    for key in entity.keys:
        sole = key.sole_field
        same = values.get(sole) == {key.shape.type}
        if isinstance(key.template, Constant) or (sole is not None and not same):
            stored.append(key)
    names = property_names(one.name for one in stored)
    plain = [Property(names[one.name], _type_of(one, entity), one) for one in stored]
    usable = [one for one in stored if not refused(one.name)]
    built = [key for key in entity.keys if key not in stored]
    return _filled(entity, {one.attribute: one for one in plain if one.attribute}, usable, built)


def _filled(
    entity: EntityFields,
    plain: dict[ItemAttribute, Property],
    usable: Sequence[ItemAttribute],
    built: Sequence[ItemAttribute],
) -> EntityProperties:
    wanted = list(dict.fromkeys(field for key in built for field in key.fields))
    keys = {one.name for one in entity.keys}
    fields: dict[Field, Property] = {}
    padded: set[ItemAttribute] = set()
    used: set[ItemAttribute] = set()
    for field in wanted:
        padding = padding_of(field)
        for one in usable:
            # A mapper that pads an attribute pads it in all keys.
            if one.sole_field == field and _alike_in_text(one) and one not in padded:
                break
            whole = one.shape.type == "N" and one.shape.kind == "integer" and one.name not in keys
            if padding and whole and one.sole_field == Field(field.name) and one not in used:
                padded.add(one)
                plain[one] = Property(plain[one].name, "number", one, padding)
                break
        else:
            continue
        used.add(one)
        fields[field] = plain[one]
    missing = [field for field in wanted if field not in fields]
    texts = _texts_of(missing)
    # They are stored under their names: a built key's is not free either.
    taken = {one.name for one in plain.values()} | {one.name for one in entity.attributes}
    names = property_names(texts.values(), taken)
    for field in missing:
        kind = _type_of_field(field, entity)
        fields[field] = Property(names[texts[field]], kind, None, padding_of(field))
    attributes = {one.name: made for one, made in plain.items()}
    return EntityProperties(entity, attributes, {field: fields[field] for field in wanted})


def padding_of(field: Field) -> Padding | None:
    """How a field's format fills up a number."""
    found = _PADDED.fullmatch(field.format)
    return Padding(int(found[2]), "0" if found[1] else " ") if found else None


def _alike_in_text(one: ItemAttribute) -> bool:
    """Whether a value stands in a key as JavaScript writes it."""
    return one.shape.type == "S" or (one.shape.type == "N" and one.shape.kind == "integer")


def _texts_of(fields: list[Field]) -> dict[Field, str]:
    """A text for each field, all different, that tells it: its name where that is enough."""
    found: dict[Field, str] = {}
    for field in fields:
        name = field.name if field.name not in found.values() else f"{field.name} {field.format}"
        found[field] = name
    return found


def _type_of(attribute: ItemAttribute, entity: EntityFields) -> ValueType:
    sole = attribute.sole_field
    if attribute.shape.type == "N":
        return "number"
    if sole is not None and attribute.shape.type == "S" and _is_instant(sole, entity):
        return "instant"
    return "text"


def _type_of_field(field: Field, entity: EntityFields) -> ValueType:
    if field.format in ("epoch", "epoch-ms") or padding_of(field) is not None:
        return "number"
    if not field.format and entity.kinds[field.name] == "integer":
        return "number"
    return "instant" if _is_instant(field, entity) else "text"


def _is_instant(field: Field, entity: EntityFields) -> bool:
    kind = entity.kinds[field.name]
    return (field.format == "iso" and kind in ("instant", "date")) or (
        not field.format and kind == "instant"
    )
