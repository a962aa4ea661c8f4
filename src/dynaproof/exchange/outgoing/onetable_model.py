"""An item type as a model of a OneTable schema: fields with types, and templates of keys.

https://github.com/sensedeep/dynamodb-onetable/blob/main/doc/schema-1.1.0.md
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.code_identifiers import is_plain
from dynaproof.exchange.outgoing.definition_place import place_in
from dynaproof.exchange.outgoing.entity_fields import EntityFields, ItemAttribute
from dynaproof.exchange.outgoing.entity_keys import EntityProperties, Property, padding_of
from dynaproof.exchange.outgoing.entity_shapes import Shape
from dynaproof.exchange.outgoing.javascript_names import OBJECT_MEMBERS, property_names
from dynaproof.model.definition import Definition
from dynaproof.model.entity import Generator
from dynaproof.model.item import Constant
from dynaproof.model.template import Field

Model = dict[str, object]
_TYPES = {"S": "string", "N": "number", "BOOL": "boolean", "B": "binary", "L": "array"}
_SETS = {"SS": "string", "NS": "number", "BS": "binary"}


class NoPlaceError(ValueError):
    """What a OneTable schema cannot say; the text tells why."""


@dataclass(frozen=True, slots=True)
class OneTableModel:
    """``fields`` as the schema has them; None where the item type cannot be carried."""

    fields: Model | None
    not_carried: tuple[NotCarried, ...]
    added: tuple[str, ...] = ()
    """Attributes that OneTable stores beside those of items."""


def refused_name(name: str) -> str | None:
    """Why an attribute cannot have this name in OneTable; None where it can."""
    if name in OBJECT_MEMBERS:
        return "OneTable cannot have an attribute with the name of a member of objects"
    if any(one in name for one in ".[]"):
        return "OneTable reads . and [ ] within a name as a path"
    return None


def onetable_model(
    properties: EntityProperties, definition: Definition, type_field: str
) -> OneTableModel:
    """The model of an item type; ``type_field`` OneTable adds by itself."""
    entity = properties.entity
    place = place_in("tables", entity.table.name, "items", entity.item_type.name)
    told: list[NotCarried] = []
    fields: Model = {}
    built = [one for one in entity.keys if one.name not in properties.attributes]
    names = property_names((one.name for one in built), properties.names)
    keys = {key.name for key in entity.table.key_attributes}
    for key in built:
        try:
            fields[names[key.name]] = _key(properties, key) | _mapped(names[key.name], key.name)
        except NoPlaceError as error:
            if key.name in keys:
                return OneTableModel(None, (NotCarried(place, str(error)),))
            told.append(NotCarried(place_in("tables", entity.table.name, key.name), str(error)))
            if refused_name(key.name) is None:
                fields[names[key.name]] = _typed(key.shape) | _mapped(names[key.name], key.name)
    for name, one in properties.attributes.items():
        if name == type_field or one.attribute is None:
            continue
        reason = refused_name(name)
        if reason is not None:
            told.append(NotCarried(place_in("tables", entity.table.name, name), reason))
            continue
        if one.attribute.shape.type in ("B", "BS"):
            reason = "OneTable writes a Buffer as base64 text; give it a Uint8Array"
            told.append(NotCarried(place_in("tables", entity.table.name, name), reason))
        if one.attribute.shape.type == "NULL":
            reason = "OneTable leaves NULL out"
            told.append(NotCarried(place_in("tables", entity.table.name, name), reason))
        fields[one.name] = _attribute(one, entity, definition) | _mapped(one.name, name)
    needed = {field for key in built if key.name in keys for field in key.fields}
    for field, one in properties.fields.items():
        if one.attribute is None:
            required = {"required": True} if field in needed else {}
            # Items that OneTable did not write lack it: as a filter it would find none of them.
            fields[one.name] = {"type": _own_type(one), **required, "filter": False}
    added = (type_field, *(one.name for one in properties.own))
    return OneTableModel(fields, tuple(told), added)


def _mapped(name: str, attribute: str) -> Model:
    return {} if name == attribute else {"map": attribute}


def _own_type(one: Property) -> str:
    return {"number": "number", "instant": "date", "text": "string"}[one.type]


def _key(properties: EntityProperties, key: ItemAttribute) -> Model:
    if isinstance(key.template, Constant):
        raise NoPlaceError("OneTable's templates are text")
    reason = refused_name(key.name)
    if reason is not None:
        raise NoPlaceError(reason)
    text = ""
    for part in key.template.parts:
        if isinstance(part, Field):
            text += _reference(properties, part)
        elif "${" in part:
            raise NoPlaceError("OneTable takes ${ within a key for the start of a field")
        else:
            text += part
    kind = "number" if key.shape.type == "N" else "string"
    return {"type": kind, "value": text}


def _reference(properties: EntityProperties, field: Field) -> str:
    filling = properties.filling(field)
    padding = padding_of(field)
    if padding is None:
        return f"${{{filling.name}}}"
    return f"${{{filling.name}:{padding.length}:{padding.character}}}"


def _attribute(one: Property, entity: EntityFields, definition: Definition) -> Model:
    attribute = one.attribute
    assert attribute is not None  # noqa: S101  # the caller has told them apart
    spec = _typed(attribute.shape)
    # A Date as a key attribute does not reach the request of find: text does.
    if one.type == "instant" and attribute.name not in entity.table.attribute_types:
        spec["type"] = "date"
    if attribute.name == entity.table.ttl_attribute and _is_expiry(attribute):
        spec = {"type": "date", "ttl": True}
    if attribute.required:
        spec["required"] = True
    choices = list(_choices(attribute, entity, definition))
    return spec | ({"enum": choices} if choices else {})


def _is_expiry(attribute: ItemAttribute) -> bool:
    sole = attribute.sole_field
    return sole is not None and sole.format == "epoch" and attribute.shape.type == "N"


def _typed(shape: Shape) -> Model:
    match shape.type:
        case "SS" | "NS" | "BS":
            return {"type": "set", "items": {"type": _SETS[shape.type]}}
        case "L" if shape.element is not None and _is_schema(shape.element):
            return {"type": "array", "items": _typed(shape.element)}
        case "M" if _is_schema(shape):
            members = {name: _typed(one) for name, one in shape.known_members}
            return {"type": "object", "schema": members}
    return {"type": _TYPES.get(shape.type or "", "object")}


def _is_schema(shape: Shape) -> bool:
    """Maps that OneTable can hold member by member; those of lists too."""
    return bool(shape.known_members) and all(
        is_plain(name) and name not in OBJECT_MEMBERS and one.type not in ("B", "BS")
        for name, one in shape.known_members
    )


def _choices(
    attribute: ItemAttribute, entity: EntityFields, definition: Definition
) -> Iterator[str]:
    """The texts that a generator chooses from, where the item type is an entity as it is."""
    source = definition.entity(entity.item_type.source)
    sole = attribute.sole_field
    if source is None or sole is None or sole.format or attribute.shape.type != "S":
        return
    for column in source.attributes:
        generator = column.source
        if column.name == sole.name and isinstance(generator, Generator):
            values = generator.options.get("values") if generator.kind == "choice" else None
            if isinstance(values, tuple) and all(isinstance(one, str) for one in values):
                yield from (str(one) for one in values)
