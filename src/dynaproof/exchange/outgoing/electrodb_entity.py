"""An item type as an ElectroDB model: attributes, and indexes with templates of keys.

ElectroDB 3: https://electrodb.dev/en/modeling/schema/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.code_identifiers import is_plain
from dynaproof.exchange.outgoing.definition_place import place_in
from dynaproof.exchange.outgoing.entity_fields import ItemAttribute
from dynaproof.exchange.outgoing.entity_keys import EntityProperties, Property
from dynaproof.exchange.outgoing.entity_shapes import Shape
from dynaproof.exchange.outgoing.javascript_names import OBJECT_MEMBERS, property_names
from dynaproof.exchange.outgoing.javascript_text import Code
from dynaproof.model.item import Constant
from dynaproof.model.table import SecondaryIndex
from dynaproof.model.template import Field

PRIMARY = "primary"
_TYPES = {"S": "string", "N": "number", "BOOL": "boolean"}
_SETS = {"SS": "string", "NS": "number"}
_ISO = Code(r"/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/")
_COUNTED = Code("(value) => value === undefined || (Number.isInteger(value) && value >= 0)")


class NoPlaceError(ValueError):
    """A key that ElectroDB cannot build; the text says why."""


@dataclass(frozen=True, slots=True)
class ElectroModel:
    """``schema`` as ``new Entity`` takes it; None where the item type cannot be carried."""

    schema: dict[str, object] | None
    not_carried: tuple[NotCarried, ...]


def electro_model(properties: EntityProperties, service: str) -> ElectroModel:
    """The model of an item type."""
    entity = properties.entity
    place = place_in("tables", entity.table.name, "items", entity.item_type.name)
    told: list[NotCarried] = []
    try:
        primary = _key(properties, entity.key)
    except NoPlaceError as error:
        return ElectroModel(None, (NotCarried(place, str(error)),))
    indexes: dict[str, object] = {PRIMARY: primary}
    names = property_names((one.name for one in entity.table.indexes), {PRIMARY})
    for index in entity.table.indexes:
        keys = entity.index_key(index)
        if keys is None:
            continue
        try:
            indexes[names[index.name]] = _index(properties, index, keys)
        except NoPlaceError as error:
            where = place_in("tables", entity.table.name, index.name, entity.item_type.name)
            told.append(NotCarried(where, str(error)))
    attributes = dict(_attributes(properties)) | dict(_unbuilt(properties, indexes))
    for name in properties.attributes:
        if name in OBJECT_MEMBERS:
            reason = "ElectroDB cannot have an attribute with the name of a member of objects"
            told.append(NotCarried(place_in("tables", entity.table.name, name), reason))
    stored = ["__edb_e__", "__edb_v__", *(one.name for one in properties.own)]
    told.append(NotCarried(place, f"items that ElectroDB writes also have {', '.join(stored)}"))
    model = {"entity": entity.item_type.name, "version": "1", "service": service}
    schema = {"model": model, "attributes": attributes, "indexes": indexes}
    return ElectroModel(schema, tuple(told))


def _attributes(properties: EntityProperties) -> Iterator[tuple[str, dict[str, object]]]:
    needed = {
        properties.filling(field).name
        for one in properties.entity.key
        for field in one.fields
        if one.name not in properties.attributes
    }
    for name, one in properties.attributes.items():
        if name in OBJECT_MEMBERS or one.attribute is None:
            continue
        spec = _typed(one.attribute.shape)
        if name != one.name:
            spec["field"] = name
        if one.attribute.required or one.name in needed:
            spec["required"] = True
        yield one.name, spec | _rules(one)
    for one in properties.own:
        spec = {"type": "number" if one.type == "number" else "string"}
        if one.name in needed:
            spec["required"] = True
        yield one.name, spec | _rules(one)


def _unbuilt(
    properties: EntityProperties, indexes: Mapping[str, object]
) -> Iterator[tuple[str, dict[str, object]]]:
    """Keys of indexes that could not be carried: attributes like others."""
    built = [one for one in properties.entity.keys if one.name not in properties.attributes]
    names = property_names((one.name for one in built), properties.names)
    fields = {field for index in indexes.values() for field in _fields(index)}
    for one in built:
        if one.name not in fields and one.name not in OBJECT_MEMBERS:
            field = {} if one.name == names[one.name] else {"field": one.name}
            yield names[one.name], _typed(one.shape) | field


def _fields(index: object) -> Iterator[object]:
    if isinstance(index, Mapping):
        for part in ("pk", "sk"):
            if isinstance(index.get(part), Mapping):
                yield index[part].get("field")


def _rules(one: Property) -> dict[str, object]:
    rules: dict[str, object] = {}
    if one.padding is not None:
        rules["padding"] = {"length": one.padding.length, "char": one.padding.character}
        rules["validate"] = _COUNTED
    elif one.type == "instant":
        rules["validate"] = _ISO
    return rules


def _typed(shape: Shape) -> dict[str, object]:
    match shape.type:
        case "S" | "N" | "BOOL":
            return {"type": _TYPES[shape.type]}
        case "SS" | "NS":
            return {"type": "set", "items": _SETS[shape.type]}
        case "L" if shape.element is not None:
            return {"type": "list", "items": _typed(shape.element)}
        case "M" if shape.known_members and all(map(_is_member, shape.known_members)):
            members = {name: _typed(one) for name, one in shape.known_members}
            return {"type": "map", "properties": members}
    return {"type": "any"}


def _is_member(member: tuple[str, Shape]) -> bool:
    return is_plain(member[0]) and member[0] not in OBJECT_MEMBERS


def _index(
    properties: EntityProperties, index: SecondaryIndex, keys: Sequence[ItemAttribute]
) -> dict[str, object]:
    if len(index.partition_key) == 1 and len(index.sort_key) <= 1:
        return {"index": index.name, **_key(properties, keys), **_projection(properties, index)}
    names = []
    for key in keys:
        plain = properties.attributes.get(key.name)
        if plain is None or key.name in OBJECT_MEMBERS:
            raise NoPlaceError("ElectroDB's indexes on several attributes take them as they are")
        names.append(plain.name)
    count = len(index.partition_key)
    made: dict[str, object] = {"index": index.name, "type": "composite"}
    made["pk"] = {"composite": names[:count]}
    if index.sort_key:
        made["sk"] = {"composite": names[count:]}
    return made | _projection(properties, index)


def _projection(properties: EntityProperties, index: SecondaryIndex) -> dict[str, object]:
    """With it ElectroDB does not look for its identifiers where the index has them not."""
    if index.projection.kind == "all":
        return {}
    listed = [
        one.name
        for name in index.projection.attributes
        if name not in OBJECT_MEMBERS and (one := properties.attributes.get(name)) is not None
    ]
    return {"projection": listed or "keys_only"}


def _key(properties: EntityProperties, keys: Sequence[ItemAttribute]) -> dict[str, object]:
    made: dict[str, object] = {}
    used: list[list[str]] = []
    for part, key in zip(("pk", "sk"), keys, strict=False):
        if key.shape.type == "B":
            raise NoPlaceError("ElectroDB has no binary keys")
        if key.name in OBJECT_MEMBERS:
            raise NoPlaceError(f"ElectroDB cannot have a key with the name {key.name}")
        filled, template = _template(properties, key)
        spec: dict[str, object] = {"field": key.name, "composite": [one.name for one in filled]}
        spec |= {"template": template, "casing": "none"}
        if key.shape.type == "S" and [one.type for one in filled] == ["number"]:
            spec["cast"] = "string"
        made[part] = spec
        used.append([one.name for one in filled])
    if len(used) == 2 and len(used[1]) > 1 and set(used[0]) & set(used[1]):
        raise NoPlaceError(
            "ElectroDB does not take a field in both keys where the sort key has several"
        )
    return made


def _template(properties: EntityProperties, key: ItemAttribute) -> tuple[list[Property], str]:
    """What fills a key, in order, and its template in ElectroDB's form."""
    plain = properties.attributes.get(key.name)
    if plain is not None or isinstance(key.template, Constant):
        filled = [] if plain is None else [plain]
        return filled, "".join(f"${{{one.name}}}" for one in filled)
    filled, text = [], ""
    for part in key.template.parts:
        if isinstance(part, Field):
            filled.append(properties.filling(part))
            text += f"${{{filled[-1].name}}}"
        elif "${" in part:
            raise NoPlaceError("ElectroDB takes ${ within a key for the start of a field")
        else:
            text += part
    return filled, text
