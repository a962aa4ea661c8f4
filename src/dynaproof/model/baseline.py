"""What the access patterns of one definition cost, to be committed and compared with later.

Capacity in capacity units, sizes in bytes as DynamoDB counts them, all of it predicted by the
service's rules for one seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FORMAT = "dynaproof-baseline"
VERSION = 1


@dataclass(frozen=True, slots=True)
class PartFigures:
    """What one call costs on a table (``index`` None) or on one of its indexes.

    ``bytes`` are those that the units were rounded from; ``attributes`` split them where the
    call reads or writes single items: by name, name included, all items together.
    """

    table: str
    index: str | None
    read_capacity_units: float
    write_capacity_units: float
    bytes: int = 0
    attributes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallFigures:
    """One call of an access pattern, all its pages together.

    ``item_types`` are those in the item collections that it reads. ``error`` is what the call
    ends with, such as ConditionalCheckFailedException.
    """

    parameter_set: str
    read_capacity_units: float
    write_capacity_units: float
    pages: int
    items_read: int
    items_returned: int
    item_types: tuple[str, ...] = ()
    error: str = ""
    parts: tuple[PartFigures, ...] = ()


@dataclass(frozen=True, slots=True)
class MeanFigures:
    """Means over the parameter sets of a pattern, to four places."""

    read_capacity_units: float
    write_capacity_units: float
    pages: float
    items_read: float
    items_returned: float


@dataclass(frozen=True, slots=True)
class RequestFigures:
    """A request as the definition writes it, templates not filled."""

    operation: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PatternFigures:
    """An access pattern; ``not_predicted`` says why there are no figures, empty where there are."""

    name: str
    steps: bool
    requests: tuple[RequestFigures, ...]
    not_predicted: str = ""
    mean: MeanFigures | None = None
    parameter_sets: tuple[CallFigures, ...] = ()

    def parameter_set(self, label: str) -> CallFigures | None:
        """The call with the parameter set of this label."""
        return next((one for one in self.parameter_sets if one.parameter_set == label), None)


@dataclass(frozen=True, slots=True)
class ItemTypeFigures:
    """How many items of a type there are, their mean size, and what each attribute adds to it."""

    name: str
    items: int
    mean_bytes: float
    attributes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class IndexFigures:
    """An index, its keys, and the attributes that it holds; None stands for all of them.

    ``bytes`` are those of its entries.
    """

    name: str
    kind: Literal["global", "local"]
    keys: tuple[str, ...]
    attributes: tuple[str, ...] | None
    entries: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class TableFigures:
    """A table, its indexes and item types; ``bytes`` are those of its items."""

    name: str
    bytes: int
    indexes: tuple[IndexFigures, ...]
    item_types: tuple[ItemTypeFigures, ...]

    def index(self, name: str | None) -> IndexFigures | None:
        """The index of this name."""
        return next((one for one in self.indexes if one.name == name), None)

    def item_type(self, name: str) -> ItemTypeFigures | None:
        """The item type of this name."""
        return next((one for one in self.item_types if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Baseline:
    """All access patterns of one definition and the tables that they are asked of."""

    name: str
    seed: int
    tables: tuple[TableFigures, ...]
    access_patterns: tuple[PatternFigures, ...]
    format: Literal["dynaproof-baseline"] = "dynaproof-baseline"
    version: Literal[1] = 1

    def table(self, name: str) -> TableFigures | None:
        """The table of this name."""
        return next((one for one in self.tables if one.name == name), None)

    def access_pattern(self, name: str) -> PatternFigures | None:
        """The access pattern of this name."""
        return next((one for one in self.access_patterns if one.name == name), None)
