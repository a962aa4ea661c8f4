"""Classes of a PynamoDB module: a table's model, its indexes, and the models of item types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dynaproof.exchange.outgoing.code_identifiers import numbered
from dynaproof.exchange.outgoing.entity_fields import (
    EntityFields,
    ItemAttribute,
    telling_attributes,
)
from dynaproof.exchange.outgoing.entity_shapes import Shape
from dynaproof.exchange.outgoing.identifiers import class_name
from dynaproof.exchange.outgoing.pynamodb_attributes import EXACT, RESERVED, MapClasses
from dynaproof.exchange.outgoing.pynamodb_keys import HELPERS, key_function
from dynaproof.exchange.outgoing.pynamodb_text import call, listed, statement
from dynaproof.exchange.outgoing.python_names import python_identifiers
from dynaproof.exchange.outgoing.python_text import python_text
from dynaproof.model.item import Constant
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table, Throughput

_NAMES = """
    Any Attribute AllProjection BinaryAttribute BinarySetAttribute BooleanAttribute Decimal
    DiscriminatorAttribute
    GlobalSecondaryIndex IncludeProjection KeysOnlyProjection ListAttribute LocalSecondaryIndex
    MapAttribute Model NullAttribute NumberAttribute NumberSetAttribute TTLAttribute
    UnicodeAttribute UnicodeSetAttribute UTC annotations base64 date datetime
"""
_IMPORTED = frozenset(_NAMES.split())
_BUILT_IN = frozenset(
    ("bool", "bytes", "float", "format", "int", "list", "set", "staticmethod", "str")
)
_PROJECTIONS = {"all": "AllProjection", "keys_only": "KeysOnlyProjection"}


@dataclass(frozen=True, slots=True)
class ClassNames:
    """Names of classes: by table, by table and item type, by table and index."""

    tables: dict[str, str]
    items: dict[tuple[str, str], str]
    indexes: dict[tuple[str, str], str]

    @property
    def all(self) -> frozenset[str]:
        """All of them, and what the module imports."""
        made = {*self.tables.values(), *self.items.values(), *self.indexes.values()}
        return _IMPORTED | EXACT.keys() | made

    @property
    def module(self) -> frozenset[str]:
        """Names that no attribute of a class may hide."""
        return self.all | _BUILT_IN | HELPERS.keys()


def class_names(tables: Sequence[Table]) -> ClassNames:
    """A name for each class, all different."""
    items = [(table.name, one.name) for table in tables for one in table.items]
    indexes = [(table.name, one.name) for table in tables for one in table.indexes]
    wanted = [class_name(item) for _, item in items]
    wanted += [class_name(table.name, "Table") for table in tables]
    wanted += [_index_name(table, index) for table, index in indexes]
    found = numbered(wanted, _IMPORTED | EXACT.keys())
    names = iter(found)
    by_item = {key: next(names) for key in items}
    by_table = {table.name: next(names) for table in tables}
    return ClassNames(by_table, by_item, {key: next(names) for key in indexes})


def time_to_live(table: Table, entities: Sequence[EntityFields]) -> str | None:
    """The attribute that can be a TTLAttribute: whole numbers, and no part of a key."""
    name = table.ttl_attribute
    if name is None or name in table.attribute_types:
        return None
    found = [one.shape for entity in entities if (one := entity.attribute(name)) is not None]
    whole = all(shape.type == "N" and shape.kind == "integer" for shape in found)
    return name if whole else None


def _telling(table: Table, entities: Sequence[EntityFields]) -> tuple[str, tuple[str, ...]] | None:
    """The attribute for a DiscriminatorAttribute, and the text of each item type.

    PynamoDB filters every query by it, so that all indexes must have it.
    """
    for name, texts in telling_attributes(table, entities):
        projections = [index.projection for index in table.indexes]
        everywhere = all(one.kind == "all" or name in one.attributes for one in projections)
        if len(texts) > 1 and everywhere and name != table.ttl_attribute:
            return name, texts
    return None


class TableModels:
    """Writes the classes of one table; ``needs`` is what they use of the module."""

    def __init__(
        self,
        table: Table,
        entities: Sequence[EntityFields],
        names: ClassNames,
        maps: MapClasses,
    ) -> None:
        self._table = table
        self._entities = entities
        self._names = names
        self._maps = maps
        self._ttl = time_to_live(table, entities)
        self._telling = _telling(table, entities)
        self.needs: set[str] = set()
        attributes = [*table.attribute_types]
        attributes += [one.name for entity in entities for one in entity.attributes]
        attributes += [self._ttl] if self._ttl else []
        taken = RESERVED | names.module
        self._attributes = python_identifiers(attributes, taken)
        taken |= set(self._attributes.values())
        self._indexes = python_identifiers((one.name for one in self._carried), taken)
        self._taken = taken | set(self._indexes.values())

    def lines(self) -> list[str]:
        """All classes of the table."""
        lines: list[str] = []
        for index in self._carried:
            lines += [*self._index(index), "", ""]
        lines += [*self._model(), "", ""]
        for entity in self._entities:
            lines += [*self._item(entity), "", ""]
        return lines

    @property
    def _carried(self) -> list[SecondaryIndex]:
        return [
            one
            for one in self._table.indexes
            if len(one.partition_key) == 1 and len(one.sort_key) <= 1
        ]

    def _index(self, index: SecondaryIndex) -> list[str]:
        table, parent = self._table, self._names.tables[self._table.name]
        kind = "GlobalSecondaryIndex" if index.kind == "global" else "LocalSecondaryIndex"
        self.needs.add(kind)
        own = self._names.indexes[table.name, index.name]
        lines = call(f"class {own}(", [f'{kind}["{parent}"]'], "):", 0)
        lines += ["    class Meta:", *statement("index_name = ", python_text(index.name), 8)]
        lines += self._projection(index)
        throughput = index.throughput or table.throughput
        if index.kind == "global" and table.throughput and throughput:
            lines += _capacity(throughput)
        lines.append("")
        roles = [(index.partition_key[0], "hash_key")]
        roles += [(key, "range_key") for key in index.sort_key]
        for key, role in roles:
            shape = self._key_shape(key)
            lines += self._maps.key(self._attributes[key.name], key.name, shape, role)
        return lines

    def _projection(self, index: SecondaryIndex) -> list[str]:
        found = _PROJECTIONS.get(index.projection.kind, "IncludeProjection")
        self.needs.add(found)
        if index.projection.kind != "include":
            return [f"        projection = {found}()"]
        return listed("projection = IncludeProjection([", index.projection.attributes, "])", 8)

    def _key_shape(self, key: KeyAttribute) -> Shape:
        """As the item types have it: exact numbers where any of them has such."""
        found = [one.shape for entity in self._entities if (one := entity.attribute(key.name))]
        exact = [shape for shape in found if shape.type == key.type and shape.kind == "decimal"]
        return (exact or [Shape(key.type, "text" if key.type == "S" else "other")])[0]

    def _model(self) -> list[str]:
        table = self._table
        lines = [f"class {self._names.tables[table.name]}(Model):", "    class Meta:"]
        lines.append(f"        table_name = {python_text(table.name)}")
        if table.throughput:
            lines += _capacity(table.throughput)
        else:
            lines.append('        billing_mode = "PAY_PER_REQUEST"')
        if table.stream:
            lines.append(f'        stream_view_type = "{table.stream.upper()}"')
        lines.append("")
        for key, role in zip(table.key_attributes, ("hash_key", "range_key"), strict=False):
            shape = self._key_shape(key)
            lines += self._maps.key(self._attributes[key.name], key.name, shape, role)
        if self._ttl:
            lines += self._time_to_live(required=False)
        if self._telling:
            name = self._telling[0]
            self.needs.add("DiscriminatorAttribute")
            options = self._named(name)
            lines += call(f"{self._attributes[name]} = DiscriminatorAttribute(", options)
        for index in self._carried:
            made = self._names.indexes[table.name, index.name]
            lines.append(f"    {self._indexes[index.name]} = {made}()")
        return lines

    def _time_to_live(self, *, required: bool) -> list[str]:
        name = str(self._ttl)
        identifier = self._attributes[name]
        self.needs.add("TTLAttribute")
        options = self._named(name) + ([] if required else ["null=True"])
        return call(f"{identifier} = TTLAttribute(", options)

    def _named(self, name: str) -> list[str]:
        """The attribute's name in items, where it is not that of the class."""
        return [] if self._attributes[name] == name else [f"attr_name={python_text(name)}"]

    def _item(self, entity: EntityFields) -> list[str]:
        name = entity.item_type.name
        own = self._names.items[self._table.name, name]
        bases = [self._names.tables[self._table.name]]
        if self._telling:
            text = self._telling[1][self._entities.index(entity)]
            bases.append(f"discriminator={python_text(text)}")
        header = call(f"class {own}(", bases, "):", 0)
        lines: list[str] = []
        keys = {key.name for key in self._table.key_attributes}
        for attribute in entity.attributes:
            if attribute.name in keys or attribute.shape.type is None:
                continue
            if self._telling and attribute.name == self._telling[0]:
                continue
            if attribute.name == self._ttl:
                lines += self._time_to_live(required=attribute.required)
                continue
            lines += self._maps.declaration(
                self._attributes[attribute.name],
                attribute.name,
                attribute.shape,
                path=f"{name} {attribute.name}",
                required=attribute.required,
            )
        methods = self._methods(entity)
        separated = [line for method in methods for line in ("", *method)]
        return header + lines + (separated if lines else separated[1:])

    def _methods(self, entity: EntityFields) -> list[tuple[str, ...]]:
        wanted = dict(
            zip([one.name for one in entity.key], ("partition_key", "sort_key"), strict=False)
        )
        for attribute in entity.keys:
            if attribute.name not in wanted and _is_built(attribute):
                wanted[attribute.name] = f"{self._attributes[attribute.name]}_key"
        names = numbered([*wanted.values()], self._taken)
        made = []
        for attribute_name, name in zip(wanted, names, strict=True):
            found = entity.attribute(attribute_name)
            if found is not None:
                function = key_function(entity, found, name)
                self.needs |= function.needs
                made.append(function.lines)
        return made


def _index_name(table: str, index: str) -> str:
    name = class_name(f"{table} {index}")
    return name if name.endswith("Index") else f"{name}Index"


def _is_built(attribute: ItemAttribute) -> bool:
    """Whether the key is more than one value as it is."""
    if isinstance(attribute.template, Constant):
        return False
    sole = attribute.template.sole_field
    return sole is None or bool(sole.format)


def _capacity(throughput: Throughput) -> list[str]:
    return [
        f"        read_capacity_units = {throughput.read_capacity_units}",
        f"        write_capacity_units = {throughput.write_capacity_units}",
    ]
