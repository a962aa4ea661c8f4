"""Item types with what their views say: columns, expressions, the facts behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from duckdb.sqltypes import DuckDBPyType

from dynaproof.model.definition import Path
from dynaproof.model.item import Constant, ItemType
from dynaproof.model.table import SecondaryIndex, Table
from dynaproof.model.template import Field, Template
from dynaproof.proof.design.select_tree import Column, Node, Select, mapping


@dataclass(frozen=True, slots=True)
class StoredType:
    """An item type with the columns of its view; ``select`` where the SQL can be taken apart."""

    table: Table
    item: ItemType
    columns: Mapping[str, DuckDBPyType]
    sql: str
    select: Select | None

    @property
    def path(self) -> Path:
        """Where the definition has it."""
        return ("tables", self.table.name, "items", self.item.name)

    def attribute_path(self, name: str) -> Path:
        """Where the definition has one of its attributes."""
        part = "key" if any(one.name == name for one in self.item.key) else "attributes"
        return (*self.path, part, name)

    def template(self, name: str) -> Template | Constant | None:
        """The template of an attribute."""
        found = (one.template for one in self.item.all_attributes if one.name == name)
        return next(found, None)

    def type_of(self, field: Field) -> DuckDBPyType | None:
        """The SQL type of a field's column."""
        return self.columns.get(field.name)

    def expression(self, field: Field) -> Node:
        """The SQL expression behind a field."""
        return mapping(self.select.output(field.name) if self.select else None)

    def column(self, field: Field) -> Column | None:
        """The attribute of an entity that a field is, None where it is computed."""
        return self.select.column(self.expression(field)) if self.select else None

    def in_index(self, index: SecondaryIndex) -> bool:
        """Whether items of this type may be in an index."""
        names = {one.name for one in self.item.all_attributes}
        return all(key.name in names for key in index.key_attributes)

    @property
    def names(self) -> frozenset[str]:
        """The names of all attributes."""
        return frozenset(one.name for one in self.item.all_attributes)


def known_names(stored: Sequence[StoredType]) -> frozenset[str]:
    """The names of the attributes of several item types."""
    return frozenset().union(*(one.names for one in stored))
