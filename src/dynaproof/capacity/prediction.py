"""What a request will be charged, and the bytes behind each figure.

The shape of ConsumedCapacity:
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dynaproof.model.attribute_value import Item

TABLE = "Table"
"""The part of a charge that is the table's own, as ConsumedCapacity names it."""

Mode = Literal["NONE", "TOTAL", "INDEXES"]
"""As ReturnConsumedCapacity."""

Axis = Literal["read", "write"]

# These answer with one ConsumedCapacity; the others with a list, an entry for each table.
SINGLE_OPERATIONS = frozenset(
    {"GetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem", "ExecuteStatement"}
)


@dataclass(frozen=True, slots=True)
class Step:
    """How one figure comes about, for people."""

    table: str
    part: str
    """``Table``, or the name of the index."""
    what: str
    """What was sized, as "item before the write"."""
    size: int
    """In bytes."""
    units: float
    """What this step adds to its part, in capacity units."""
    how: str
    """From bytes to units, as "3,017 bytes are 3 x 1 KB"."""
    attributes: tuple[tuple[str, int], ...] = ()
    """Of one item: each attribute and its bytes, name included."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a figure rests on besides the rules."""

    kind: Literal["uncertain", "assumed", "page boundary"]
    reason: str


@dataclass(frozen=True, slots=True)
class TableCapacity:
    """The units of one table and its indexes.

    ``table_units`` is None where the service leaves the Table part out. ``failed_units`` are those
    of statements that failed in a batch: they are in the total and in no part.
    """

    table: str
    axis: Axis
    transactional: bool = False
    table_units: float | None = None
    global_secondary_indexes: Mapping[str, float] = field(default_factory=dict)
    local_secondary_indexes: Mapping[str, float] = field(default_factory=dict)
    failed_units: float = 0.0

    @property
    def capacity_units(self) -> float:
        """The total."""
        parts = (*self.global_secondary_indexes.values(), *self.local_secondary_indexes.values())
        return (self.table_units or 0.0) + sum(parts) + self.failed_units

    def as_reported(self, mode: Mode) -> dict[str, object]:
        """Give ConsumedCapacity as the service answers it.

        Only transactions split it into ReadCapacityUnits and WriteCapacityUnits, at every level
        (recorded on the service: nubo-db/dynoxide, transactional_index_consumed_capacity).
        """
        reported: dict[str, object] = {"TableName": self.table, **self._split(self.capacity_units)}
        if mode == "INDEXES":
            if self.table_units is not None:
                reported[TABLE] = self._split(self.table_units)
            for name, parts in (
                ("GlobalSecondaryIndexes", self.global_secondary_indexes),
                ("LocalSecondaryIndexes", self.local_secondary_indexes),
            ):
                if parts:
                    reported[name] = {index: self._split(units) for index, units in parts.items()}
        return reported

    def _split(self, units: float) -> dict[str, float]:
        split = {"CapacityUnits": units}
        if self.transactional:
            split["ReadCapacityUnits" if self.axis == "read" else "WriteCapacityUnits"] = units
        return split


@dataclass(frozen=True, slots=True)
class Page:
    """What a page of a Query or Scan holds."""

    count: int
    scanned_count: int
    last_evaluated_key: bool
    """Whether the answer has one, that is, whether there may be more."""
    last_key: Item | None = None
    """It, as far as the order of the items is known here."""


@dataclass(frozen=True, slots=True)
class Change:
    """An item before and after a write; None where there is none."""

    table: str
    before: Item | None
    after: Item | None


@dataclass(frozen=True, slots=True)
class CompletedTransaction:
    """What a transaction leaves behind under its ClientRequestToken."""

    token: str
    actions: object
    """TransactItems or TransactStatements: a replay has the same ones."""
    sizes: tuple[tuple[str, int], ...]
    """Table and bytes of the larger image of each action."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the service will charge for one request, and what it changes.

    ``error`` is the exception that the service answers with; ``reported`` tells whether its
    answer has figures. ``unpredictable`` says why there is no prediction at all, and is empty
    otherwise.
    """

    operation: str
    capacities: tuple[TableCapacity, ...] = ()
    reported: bool = True
    error: str = ""
    message: str = ""
    unpredictable: str = ""
    marks: tuple[Mark, ...] = ()
    steps: tuple[Step, ...] = ()
    page: Page | None = None
    item_collection_metrics: Mapping[str, Sequence[Mapping[str, object]]] = field(
        default_factory=dict
    )
    """By table: ItemCollectionKey and SizeEstimateRangeGB, where the request asks for them."""
    changes: tuple[Change, ...] = ()
    completed: CompletedTransaction | None = None

    @property
    def capacity_units(self) -> float:
        """All units over all tables, reported or not."""
        return sum(capacity.capacity_units for capacity in self.capacities)

    def consumed_capacity(self, mode: Mode = "INDEXES") -> list[dict[str, object]]:
        """Give what the answer reports, an entry for each table; empty if it reports nothing.

        Of an operation on one table, boto3 gives the sole entry instead of a list.
        """
        if mode == "NONE" or not self.reported:
            return []
        return [capacity.as_reported(mode) for capacity in self.capacities]
