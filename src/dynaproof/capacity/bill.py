"""A bill in the making: charges are added by table and part, each with the step behind it."""

from __future__ import annotations

from dataclasses import dataclass, field

from dynaproof.capacity.item_size import item_bytes
from dynaproof.capacity.prediction import TABLE, Axis, Mark, Step, TableCapacity
from dynaproof.capacity.units import (
    READ_UNIT_BYTES,
    TRANSACTION_FACTOR,
    WRITE_UNIT_BYTES,
    Consistency,
    blocks,
    read_units,
    write_units,
)
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import SecondaryIndex

_READ_WORDS: dict[Consistency, str] = {
    "eventual": ", halved: eventually consistent",
    "strong": "",
    "transactional": f", times {TRANSACTION_FACTOR}: a transaction",
}


@dataclass(slots=True)
class _Parts:
    table: float | None = None
    indexes: dict[SecondaryIndex, float] = field(default_factory=dict)
    failed: float = 0.0


class Bill:
    """Charges of one request, in the order in which they are made."""

    def __init__(self, axis: Axis, *, transactional: bool = False) -> None:
        self._axis = axis
        self._transactional = transactional
        self._tables: dict[str, _Parts] = {}
        self._steps: list[Step] = []
        self._marks: dict[Mark, None] = {}

    @property
    def capacities(self) -> tuple[TableCapacity, ...]:
        """The units so far, by table."""
        return tuple(
            TableCapacity(
                name,
                self._axis,
                self._transactional,
                parts.table,
                {i.name: units for i, units in parts.indexes.items() if i.kind == "global"},
                {i.name: units for i, units in parts.indexes.items() if i.kind == "local"},
                parts.failed,
            )
            for name, parts in self._tables.items()
        )

    @property
    def steps(self) -> tuple[Step, ...]:
        """What led to the units."""
        return tuple(self._steps)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What the units rest on besides the rules, each once."""
        return tuple(self._marks)

    def mark(self, mark: Mark) -> None:
        """Say what a figure rests on."""
        self._marks[mark] = None

    def read(
        self,
        table: str,
        index: SecondaryIndex | None,
        what: str,
        size: int,
        consistency: Consistency,
        *,
        item: Item | None = None,
        at_least: int = 1,
    ) -> None:
        """Charge so many bytes as one read; ``at_least`` so many units before halving."""
        base = read_units(size, consistency)
        units = max(base, read_units(at_least * READ_UNIT_BYTES, consistency))
        how = f"{_rounded(size, READ_UNIT_BYTES)}{_READ_WORDS[consistency]}"
        if units > base:
            how += f"; at least one for each of {at_least} partitions"
        self._charge(table, index, units, Step(table, _part(index), what, size, units, how))
        if item is not None:
            self._detail(item)

    def write(
        self, table: str, index: SecondaryIndex | None, what: str, size: int, item: Item | None
    ) -> None:
        """Charge one written image; the table's part is doubled in a transaction."""
        units = write_units(size)
        how = _rounded(size, WRITE_UNIT_BYTES)
        if self._transactional and index is None:
            units *= TRANSACTION_FACTOR
            how += _READ_WORDS["transactional"]
        self._charge(table, index, units, Step(table, _part(index), what, size, units, how))
        if item is not None:
            self._detail(item)

    def nothing(self, table: str) -> None:
        """Name the table's part though nothing is charged to it, as for a read of an index."""
        parts = self._tables.setdefault(table, _Parts())
        parts.table = parts.table or 0.0

    def failed(self, table: str, what: str, size: int) -> None:
        """Charge a write that did not happen: it is in the total, and in no part."""
        units = write_units(size)
        self._tables.setdefault(table, _Parts()).failed += units
        how = f"{_rounded(size, WRITE_UNIT_BYTES)}, charged though the write failed"
        self._steps.append(Step(table, TABLE, what, size, units, how))

    def _charge(self, table: str, index: SecondaryIndex | None, units: float, step: Step) -> None:
        parts = self._tables.setdefault(table, _Parts())
        if index is None:
            parts.table = (parts.table or 0.0) + units
        else:
            parts.indexes[index] = parts.indexes.get(index, 0.0) + units
        self._steps.append(step)

    def _detail(self, item: Item) -> None:
        step = self._steps[-1]
        attributes = tuple((name, item_bytes({name: value})) for name, value in item.items())
        self._steps[-1] = Step(
            step.table, step.part, step.what, step.size, step.units, step.how, attributes
        )


def _part(index: SecondaryIndex | None) -> str:
    return TABLE if index is None else index.name


def _rounded(size: int, block: int) -> str:
    return f"{size:,} bytes are {blocks(size, block):,} x {block // 1_024} KB"
