"""Item types: views over the facts, stored under key templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dynaproof.model.template import Template

AttributeType = Literal["S", "N", "B", "SS", "NS", "BS", "BOOL", "L", "M", "NULL"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a truth value that every item of the type has."""

    value: int | float | bool


@dataclass(frozen=True, slots=True)
class AttributeTemplate:
    """An attribute of an item. ``type`` None: the DynamoDB type follows the SQL type.

    ``dynamodb_json``: the template gives text that is DynamoDB JSON of the value, of any type.
    """

    name: str
    template: Template | Constant
    type: AttributeType | None = None
    dynamodb_json: bool = False


@dataclass(frozen=True, slots=True)
class ItemType:
    """``source`` is the name of an entity, or SQL over the entities.

    ``key`` and ``attributes`` together make the item; a template that is NULL leaves the
    attribute out, so an index on it is sparse.
    """

    name: str
    source: str
    key: tuple[AttributeTemplate, ...]
    attributes: tuple[AttributeTemplate, ...] = ()
    accepted: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Codes of findings about the design that are meant to be so, and why."""

    @property
    def all_attributes(self) -> tuple[AttributeTemplate, ...]:
        """Key first."""
        return self.key + self.attributes
