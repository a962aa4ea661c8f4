"""Item types as they will stand in a definition: entity, columns, templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dynaproof.model.table import Table
from dynaproof.model.template import Template

ColumnKind = Literal[
    "text",
    "integer",
    "number",
    "boolean",
    "texts",
    "integers",
    "numbers",
    "timestamp",
    "date",
    "numeral",
    "numerals",
    "base64",
    "bytes",
    "json",
]
"""What a column holds. The last ones but ``bytes`` are text to DuckDB: exact numbers, sets of them
(a list of texts), binary, DynamoDB JSON."""

ColumnSpec = Mapping[str, object]
"""An attribute of an entity as the language writes it: ``{"generate": "uuid"}``."""


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute of an entity. ``nullable``: some row has no value."""

    name: str
    kind: ColumnKind
    spec: ColumnSpec
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class StoredAttribute:
    """An attribute of an item. ``type`` where it does not follow from the column, ``SS`` for one."""

    name: str
    template: Template
    type: str | None = None
    dynamodb_json: bool = False

    @property
    def written(self) -> object:
        """As the language writes it."""
        if self.dynamodb_json:
            return {"dynamodb_json": str(self.template)}
        return {"value": str(self.template), "type": self.type} if self.type else str(self.template)


@dataclass(frozen=True, slots=True)
class MadeItemType:
    """An item type with its entity.

    ``rows`` are the lines of its dataset, by column; None where rows are generated, as ``source``
    says (``{"count": 100}``).
    """

    name: str
    entity: str
    table: Table
    columns: tuple[Column, ...]
    attributes: tuple[StoredAttribute, ...]
    """Key attributes of the table first."""
    rows: tuple[Mapping[str, object], ...] | None
    source: Mapping[str, object] = field(default_factory=dict)
    description: str = ""

    def attribute(self, name: str) -> StoredAttribute | None:
        """The attribute of this name."""
        return next((one for one in self.attributes if one.name == name), None)

    def column(self, name: str) -> Column:
        """The column of this name; raises KeyError."""
        found = next((one for one in self.columns if one.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def in_index(self, keys: Sequence[str]) -> bool:
        """Whether items of this type may be in an index of these key attributes."""
        return all(self.attribute(name) is not None for name in keys)

    def may_lack(self, name: str) -> bool:
        """Whether an item of this type may be without one of its attributes."""
        found = self.attribute(name)
        return found is None or any(self.column(one).nullable for one in found.template.names)
