"""Item types that are known by their items -> an entity with a dataset, and templates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dynaproof.exchange.draft import SampledItemType
from dynaproof.exchange.drafting.column_values import (
    attribute_type,
    column_spec,
    column_value,
    kind_of_values,
)
from dynaproof.exchange.drafting.key_templates import KeyField, KeyHints, Values, key_parts
from dynaproof.exchange.drafting.made import Column, ColumnKind, MadeItemType, StoredAttribute
from dynaproof.exchange.drafting.names import Names, sql_name
from dynaproof.model.attribute_value import AttributeValue
from dynaproof.model.table import Table
from dynaproof.model.template import Field, Template

_TEXT_LIKE = frozenset({"text", "integer"})
_MADE_UP = re.compile(
    r"(?i)[_-]?((g|l)si?[_-]?\d*|data|index|inverted)?[_-]*"
    r"(pk|sk|partition[_-]?key|sort[_-]?key|hash([_-]?key)?|range([_-]?key)?|key)?[_-]?\d*"
)
"""Names of key attributes that hold something else in each item type."""


def sampled_item_type(
    sampled: SampledItemType, table: Table, name: str, entity: str
) -> MadeItemType:
    """The item type of items that the table can hold, at least one, each key once."""
    return _Sampled(sampled, table).made(name, entity)


class _Sampled:
    def __init__(self, sampled: SampledItemType, table: Table) -> None:
        self.sampled = sampled
        self.table = table
        self.items = sampled.items
        self.keys = list(table.attribute_types)
        self.names = Names()
        self.columns: dict[str, Column] = {}
        self.rows: list[dict[str, object]] = [{} for _ in self.items]
        self.stored: dict[str, StoredAttribute] = {}
        self.texts: dict[str, Values] = {}
        """Values of columns as they stand within a key, by column."""
        self.fields: set[str] = set()
        """Columns that are parts of keys, and no attributes."""
        primary = {key.name for key in table.key_attributes}
        self.of_indexes: dict[str, Values] = {
            sql_name(name): values
            for name, kind in table.attribute_types.items()
            if kind == "S"
            and name not in primary
            and any(values := tuple(_text(item.get(name)) for item in self.items))
        }
        """Values of attributes that are keys of indexes alone, by the name of their column."""

    def made(self, name: str, entity: str) -> MadeItemType:
        attributes = dict.fromkeys(name for item in self.items for name in item)
        for attribute in attributes:
            if attribute not in self.keys:
                self.plain(attribute)
        for attribute in self.keys:
            if attribute in attributes:
                self.key(attribute)
        if not self.columns:  # every key is a fixed text: a row has to hold something
            self.plain(self.table.key_attributes[-1].name)
        ordered = [key.name for key in self.table.key_attributes]
        ordered += [one for one in attributes if one not in ordered]
        return MadeItemType(
            name,
            entity,
            self.table,
            tuple(self.columns.values()),
            tuple(self.stored[one] for one in ordered if one in self.stored),
            tuple(self.rows),
            description=self.sampled.description,
        )

    def plain(self, attribute: str) -> None:
        """An attribute that is a column."""
        values = [item.get(attribute) for item in self.items]
        kind = kind_of_values(values)
        column = self.column(attribute, kind, [column_value(value, kind) for value in values])
        self.stored[attribute] = StoredAttribute(
            attribute,
            Template((Field(column),)),
            attribute_type(kind, values),
            dynamodb_json=kind == "json",
        )

    def key(self, attribute: str) -> None:
        """A key attribute: of fixed texts and fields where it can be, else a column."""
        values = tuple(_text(item.get(attribute)) for item in self.items)
        if self.table.attribute_types[attribute] != "S":
            self.plain(attribute)
            return
        column = sql_name(attribute)
        if self.of_indexes.get(column) == values == self.texts.get(column):
            # A part of the table's key is this attribute.
            self.stored[attribute] = StoredAttribute(attribute, Template((Field(column),)))
            return
        others = {name: one for name, one in self.of_indexes.items() if name != column}
        texts = frozenset(name for name, one in self.columns.items() if one.kind == "text")
        partitions = {self.table.partition_key.name} | {
            key.name for index in self.table.indexes for key in index.partition_key
        }
        hints = KeyHints(
            self.sampled.aliases.get(attribute, ""),
            {**others, **self.texts},
            texts | frozenset(others),
            frozenset(self.fields),
            partition=attribute in partitions,
            primary=attribute in {key.name for key in self.table.key_attributes},
            made_up=_MADE_UP.fullmatch(attribute) is not None,
        )
        parts = key_parts(values, hints)
        if parts is None:
            self.plain(attribute)
            return
        fields = {part.name: self.field(part) for part in parts if isinstance(part, KeyField)}
        template = Template(
            tuple(part if isinstance(part, str) else Field(fields[part.name]) for part in parts)
        )
        self.stored[attribute] = StoredAttribute(attribute, template)

    def field(self, field: KeyField) -> str:
        """The column of a field; one that has the same values under the same name serves."""
        if self.texts.get(field.name) == field.values:
            return field.name
        made = self.column(field.name, "text", field.values)
        self.fields.add(made)
        return made

    def column(self, name: str, kind: ColumnKind, values: Sequence[object]) -> str:
        made = self.names.new(sql_name(name))
        nullable = any(value is None for value in values)
        self.columns[made] = Column(made, kind, column_spec(kind), nullable)
        if kind in _TEXT_LIKE:
            self.texts[made] = tuple(None if value is None else str(value) for value in values)
        for row, value in zip(self.rows, values, strict=True):
            if value is not None:
                row[made] = value
        return made


def _text(value: AttributeValue | None) -> str | None:
    return None if value is None else str(next(iter(value.values())))
