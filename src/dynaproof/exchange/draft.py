"""What every importer makes, whatever it reads: tables, item types and access patterns of a draft.

``exchange.drafting`` writes a draft as a definition with datasets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.access_pattern import Rate
from dynaproof.model.attribute_value import Item
from dynaproof.model.entity import Option
from dynaproof.model.item import AttributeType
from dynaproof.model.table import Table


@dataclass(frozen=True, slots=True)
class SampledItemType:
    """An item type that is known by its items, such as a facet of NoSQL Workbench.

    ``items`` are typed as in ``model.attribute_value`` (binary as bytes), keys included; numbers
    are canonical text. ``aliases`` are what the source calls key attributes of table and indexes,
    by attribute, such as ``{"pk": "USER#<user_id>"}``: hints for key templates.
    """

    name: str
    items: tuple[Item, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True, slots=True)
class DraftField:
    """A field of an item type that is known by its fields.

    ``generator`` and ``options`` are of the language (``uuid``, ``timestamp``), chosen by the
    importer where the source tells more than the type. ``values``: what the source allows.
    ``attribute`` is the attribute's name in items where it is not the field's.
    """

    name: str
    type: AttributeType = "S"
    generator: str | None = None
    options: Mapping[str, Option] = field(default_factory=dict)
    values: tuple[str, ...] = ()
    unique: bool = False
    null: float = 0.0
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class DescribedItemType:
    """An item type that is known by its fields, such as a model of OneTable.

    ``keys`` gives templates, in the language's form (``USER#${user_id}``), of the table's key
    attributes and of those of indexes that hold it. ``constants`` are attributes with one text,
    such as ``{"_type": "User"}``. ``rows`` None: as many as suit a first look.
    """

    name: str
    fields: tuple[DraftField, ...]
    keys: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    rows: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class DraftTable:
    """A table with its item types. ``table.items`` is empty."""

    table: Table
    item_types: tuple[SampledItemType | DescribedItemType, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class DraftPattern:
    """An access pattern that the source states.

    ``operation`` and ``arguments`` are a request as boto3 takes it (``Query``, typed values), or
    a short form of the language with templates (``query``). ``operation`` None: the source says
    what is asked, not how; such a pattern becomes a comment of the definition with what is known.
    ``parameters`` as the language writes them, columns by the names of item type and field; or
    ``{"column": "Order.order_id", "value": "7"}``: the column if there is one, else the value. ``place`` is where the source states it.
    """

    name: str
    description: str = ""
    operation: str | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    rate: Rate | None = None
    place: str = ""
    fails: str | None = None
    """The error with which it ends, on the samples that the source has."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole model as it came from another tool.

    ``source`` says where from, for a comment at the top of the definition.
    """

    name: str
    source: str
    description: str = ""
    tables: tuple[DraftTable, ...] = ()
    patterns: tuple[DraftPattern, ...] = ()
    not_carried: tuple[NotCarried, ...] = ()
