"""Item types as object mappers see them: attributes with shapes, and the fields of key templates.

Types come from the views, which are described and not run. Whether every item has an attribute
the generated items tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import orjson
from duckdb.sqltypes import DuckDBPyType

from dynaproof.exchange.exported import ItemsOf
from dynaproof.exchange.outgoing.entity_shapes import (
    Kind,
    Shape,
    kind_of,
    merged,
    shape_of,
    shape_of_value,
)
from dynaproof.facts.database import Facts
from dynaproof.items.stored import prepare, view_columns
from dynaproof.items.template_sql import template_sql
from dynaproof.items.views import source_sql
from dynaproof.model.definition import Definition
from dynaproof.model.item import Constant, ItemType
from dynaproof.model.table import SecondaryIndex, Table
from dynaproof.model.template import Field, Template

KeyTemplates = tuple["ItemAttribute", ...]
"""The attributes that are partition key and sort key, the latter where there is one."""


@dataclass(frozen=True, slots=True)
class ItemAttribute:
    """An attribute of an item type. ``required``: part of the key, or in every generated item."""

    name: str
    template: Template | Constant
    shape: Shape
    required: bool
    converted: bool = False
    """The template gives DynamoDB JSON, and not the value itself."""

    @property
    def sole_field(self) -> Field | None:
        """The field whose value the attribute is."""
        if self.converted or isinstance(self.template, Constant):
            return None
        return self.template.sole_field

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of its template, each once."""
        if isinstance(self.template, Constant):
            return ()
        return tuple(dict.fromkeys(one for one in self.template.parts if isinstance(one, Field)))


@dataclass(frozen=True, slots=True)
class EntityFields:
    """An item type: its attributes, keys first, and what each field of a template holds."""

    table: Table
    item_type: ItemType
    attributes: tuple[ItemAttribute, ...]
    kinds: Mapping[str, Kind]
    """By the name of a template's field."""

    def attribute(self, name: str) -> ItemAttribute | None:
        """The attribute of this name."""
        return next((one for one in self.attributes if one.name == name), None)

    @property
    def key(self) -> KeyTemplates:
        """The table's key."""
        found = [self.attribute(key.name) for key in self.table.key_attributes]
        return tuple(one for one in found if one is not None)

    def index_key(self, index: SecondaryIndex) -> KeyTemplates | None:
        """An index's key; None where the items of this type are never in the index."""
        found = [self.attribute(key.name) for key in index.key_attributes]
        there = tuple(one for one in found if one is not None)
        return there if len(there) == len(found) else None

    @property
    def keys(self) -> tuple[ItemAttribute, ...]:
        """Attributes that are part of a key of the table or of an index, each once."""
        names = self.table.attribute_types
        return tuple(one for one in self.attributes if one.name in names)


def entity_fields(definition: Definition, items: ItemsOf) -> dict[str, tuple[EntityFields, ...]]:
    """The item types of each table, by the table's name; the definition must be free of errors."""
    with Facts.declare(
        definition.entities, folder=definition.folder, places=definition.source
    ) as facts:
        prepare(facts.connection)
        return {
            table.name: tuple(_table_fields(facts.connection, definition, table, items))
            for table in definition.tables
        }


def telling_attributes(
    table: Table, entities: Sequence[EntityFields]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Attributes that tell item types apart: each has a text of its own in them, given in order."""
    for name in dict.fromkeys(one.name for entity in entities for one in entity.attributes):
        texts = [_constant(entity.attribute(name)) for entity in entities]
        known = tuple(text for text in texts if text)
        if len(set(known)) == len(entities) and name not in table.attribute_types:
            yield name, known


def _constant(attribute: ItemAttribute | None) -> str | None:
    """The text that all items have there."""
    if attribute is None or isinstance(attribute.template, Constant) or attribute.fields:
        return None
    if attribute.converted or attribute.shape.type != "S":
        return None
    return "".join(str(part) for part in attribute.template.parts)


def _table_fields(
    connection: duckdb.DuckDBPyConnection, definition: Definition, table: Table, items: ItemsOf
) -> Iterator[EntityFields]:
    seen = _seen(table, items)
    keys = [key.name for key in table.key_attributes]
    for item_type in table.items:
        columns = view_columns(connection, source_sql(item_type, definition))
        found = seen[item_type.name]
        specs = {spec.name: spec for spec in item_type.all_attributes}
        ordered = [specs.pop(name) for name in keys] + list(specs.values())
        attributes = tuple(
            ItemAttribute(
                spec.name,
                spec.template,
                found.shapes.get(spec.name, Shape(None))
                if spec.dynamodb_json
                else shape_of(template_sql(spec.template, columns).type, spec.type),
                required=spec.name in keys or spec.name in found.always,
                converted=spec.dynamodb_json,
            )
            for spec in ordered
        )
        fields = {one for attribute in attributes for one in attribute.fields}
        kinds = {one.name: _kind(one, columns) for one in fields}
        yield EntityFields(table, item_type, attributes, kinds)


def _kind(one: Field, columns: Mapping[str, DuckDBPyType]) -> Kind:
    return kind_of(template_sql(Template((Field(one.name),)), columns).type)


@dataclass(slots=True)
class _Seen:
    """What the items of one type have: names that all have, shapes of those that need them."""

    wanted: frozenset[str]
    always: frozenset[str] = frozenset()
    shapes: dict[str, Shape] = field(default_factory=dict)
    any: bool = False

    def add(self, item: Mapping[str, Mapping[str, object]]) -> None:
        """Look at one more item."""
        if not self.any:
            self.any, self.always = True, frozenset(item)
        elif not self.always <= item.keys():
            self.always &= item.keys()
        for name in self.wanted & item.keys():
            [(type_, payload)] = item[name].items()
            shape = shape_of_value(type_, payload)
            before = self.shapes.get(name)
            self.shapes[name] = shape if before is None else merged(before, shape)


def _seen(table: Table, items: ItemsOf) -> dict[str, _Seen]:
    """What the generated items have, by item type."""
    seen = {
        one.name: _Seen(frozenset(spec.name for spec in one.attributes if spec.dynamodb_json))
        for one in table.items
    }
    for item in items(table.name) if table.items else ():
        seen[item.item_type].add(orjson.loads(item.text))
    return seen
