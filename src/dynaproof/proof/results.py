"""What a run found: calls, capacity by table and index, expectations held or broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from dynaproof.items.stored import ItemTypeSize
from dynaproof.model.access_pattern import AccessPattern, Bound
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, in_reading_order
from dynaproof.model.table import Table
from dynaproof.proof.differences import Difference
from dynaproof.proof.parameters import NOTHING
from dynaproof.proof.sampled_items import SampledCollection

Part = Literal["table", "global_secondary_index", "local_secondary_index"]
PartKey = tuple[str, Part, str | None]
"""Table, part and index."""
NO_PREDICTION = "no prediction was made"
"""Why a call has no prediction that nobody asked for."""
UNKNOWN_DIFFERENCE = "unknown"
"""Measured and predicted differ, and no known difference of the emulator explains it."""


@dataclass(frozen=True, slots=True)
class ConsumedUnits:
    """Capacity units that one table or index consumed."""

    table: str
    part: Part
    index: str | None
    read: float
    write: float

    @property
    def label(self) -> str:
        """The table, or table and index."""
        return f"{self.table}/{self.index}" if self.index else self.table


@dataclass(frozen=True, slots=True)
class StepCall:
    """One request of a pattern with steps."""

    operation: str
    request: Mapping[str, object]
    pages: int
    items_returned: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an access pattern with one parameter set, all its pages together.

    A pattern with steps has all its requests in one call: ``request`` is the first of them, units
    and pages are those of all, items those of the last read.

    ``consumed`` is as measured with ReturnConsumedCapacity=INDEXES; empty when ``reported`` is
    False, that is, when the endpoint said nothing about capacity. ``predicted`` is what the
    service would charge; ``not_predicted`` says why there is no prediction, and is empty where
    there is one; ``uncertain`` says what a prediction rests on besides the rules. ``differences``
    are the codes of the known differences between an emulator and the service that together
    explain why the two are not the same, UNKNOWN_DIFFERENCE alone where none does, and empty
    where they agree or cannot be compared.
    """

    parameter_set: str
    parameters: Mapping[str, object]
    request: Mapping[str, object]
    pages: int
    items_returned: int
    items_read: int
    consumed: tuple[ConsumedUnits, ...]
    reported: bool = True
    error: str | None = None
    error_message: str = ""
    predicted: tuple[ConsumedUnits, ...] = ()
    not_predicted: str = NO_PREDICTION
    uncertain: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    steps: tuple[StepCall, ...] = ()
    """The requests of a pattern with steps, in the order in which they were made; else empty."""
    compared: bool = False
    """Whether the answer was held against the question, or the tables against the change."""
    difference: Difference | None = None
    """What is not as the facts imply."""

    @property
    def differs(self) -> bool:
        """Whether the units of any table or index were measured other than predicted."""
        if self.error is not None or not self.reported or self.not_predicted:
            return False
        return _amounts(self.consumed) != _amounts(self.predicted)

    @property
    def read_capacity_units(self) -> float:
        """Measured read units of the table and all indexes."""
        return sum(units.read for units in self.consumed)

    @property
    def write_capacity_units(self) -> float:
        """Measured write units of the table and all indexes."""
        return sum(units.write for units in self.consumed)

    @property
    def predicted_read_units(self) -> float | None:
        """Predicted read units of the table and all indexes; None without a prediction."""
        return None if self.not_predicted else sum(units.read for units in self.predicted)

    @property
    def predicted_write_units(self) -> float | None:
        """Predicted write units of the table and all indexes; None without a prediction."""
        return None if self.not_predicted else sum(units.write for units in self.predicted)


@dataclass(frozen=True, slots=True)
class BrokenExpectation:
    """An expectation that a call did not keep to."""

    what: str
    expected: str
    measured: str
    parameter_set: str
    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True)
class Summary:
    """Minimum, mean, 95th percentile (nearest rank) and maximum."""

    minimum: float
    mean: float
    p95: float
    maximum: float

    @classmethod
    def of(cls, values: list[float]) -> Summary:
        """Summarize at least one value."""
        ordered = sorted(values)
        rank = max(0, -(-95 * len(ordered) // 100) - 1)
        return cls(ordered[0], fmean(ordered), ordered[rank], ordered[-1])


@dataclass(frozen=True, slots=True)
class PatternResult:
    """The calls of one access pattern, and what they broke."""

    pattern: AccessPattern
    calls: tuple[Call, ...] = ()
    broken: tuple[BrokenExpectation, ...] = ()
    refused: tuple[Diagnostic, ...] = ()
    """Requests that DynamoDB refused as wrong: a fault of the definition."""
    not_run: str = ""
    """Why there are no calls."""
    differing: tuple[Diagnostic, ...] = ()
    """Answers, and tables after writes, that are not what the facts imply."""
    unexplained: tuple[Diagnostic, ...] = ()
    """Warnings: measured units that are neither as predicted nor wrong in a known way."""

    @property
    def proof(self) -> Literal["proved", "differs", "not proved"]:
        """Whether all answers were compared with question or change, and were right.

        A write with parameters that nothing in the facts has is not what its change is about.
        """
        if any(call.difference is not None for call in self.calls):
            return "differs"
        calls = [c for c in self.calls if c.compared or c.parameter_set != NOTHING]
        return "proved" if calls and all(c.compared for c in calls) else "not proved"

    @property
    def verdict(
        self,
    ) -> Literal["held", "broken", "differs", "refused", "not run", "no expectation"]:
        """The outcome in a word."""
        if self.refused:
            return "refused"
        if self.differing:
            return "differs"
        if self.broken:
            return "broken"
        if self.not_run:
            return "not run"
        return "held" if has_expectation(self.pattern) else "no expectation"

    def units(self) -> dict[PartKey, list[ConsumedUnits]]:
        """Measured units by table or index; a part that a call did not touch counts as zero."""
        return _by_part([c.consumed for c in self.calls if c.reported and c.error is None])

    def predicted_units(self) -> dict[PartKey, list[ConsumedUnits]]:
        """Predicted units by table or index; a part that a call did not touch counts as zero."""
        return _by_part([c.predicted for c in self.calls if not c.not_predicted and not c.error])

    def predicted_total(self, kind: Literal["read", "write"]) -> Summary | None:
        """Predicted units of a call over table and indexes; None without a prediction."""
        predicted = [
            call.predicted_read_units if kind == "read" else call.predicted_write_units
            for call in self.calls
            if call.error is None
        ]
        values = [value for value in predicted if value is not None]
        return Summary.of(values) if values else None

    def total(self, kind: Literal["read", "write"]) -> Summary | None:
        """Measured units of a call over table and indexes; None when none were reported."""
        reported = [call for call in self.calls if call.reported and call.error is None]
        values = [
            call.read_capacity_units if kind == "read" else call.write_capacity_units
            for call in reported
        ]
        return Summary.of(values) if values else None


def _amounts(consumed: Sequence[ConsumedUnits]) -> set[ConsumedUnits]:
    return {units for units in consumed if units.read or units.write}


def _by_part(calls: Sequence[Sequence[ConsumedUnits]]) -> dict[PartKey, list[ConsumedUnits]]:
    parts = {(units.table, units.part, units.index) for call in calls for units in call}
    return {
        key: [
            next(
                (u for u in call if (u.table, u.part, u.index) == key),
                ConsumedUnits(*key, 0.0, 0.0),
            )
            for call in calls
        ]
        for key in sorted(parts, key=lambda one: (one[0], one[1] != "table", one[2] or ""))
    }


@dataclass(frozen=True, slots=True)
class Collection:
    """An item collection: items that share a partition key, of a table or an index."""

    partition_key: str
    items: int
    bytes: int


@dataclass(frozen=True, slots=True)
class CollectionSizes:
    """Item collections of a table (``index`` None) or an index; sizes in items and bytes.

    ``histogram`` counts collections by size: (items up to, number of collections).
    """

    table: str
    index: str | None
    collections: int
    items: int
    bytes: int
    largest: tuple[Collection, ...] = ()
    histogram: tuple[tuple[int, int], ...] = ()
    samples: tuple[SampledCollection, ...] = ()
    """A few of them, with some of their items."""


@dataclass(frozen=True, slots=True)
class TableResult:
    """A table as it was loaded."""

    table: Table
    sizes: tuple[ItemTypeSize, ...]
    collections: tuple[CollectionSizes, ...]
    size_histogram: tuple[tuple[str, int, int], ...] = ()
    """(item type, bytes up to, number of items)."""

    @property
    def items(self) -> int:
        """Number of items."""
        return sum(size.items for size in self.sizes)

    @property
    def bytes(self) -> int:
        """Bytes of all items, as the service counts them."""
        return sum(size.total_bytes for size in self.sizes)


@dataclass(frozen=True, slots=True)
class RunResult:
    """A whole run. The same definition, seed and server version give an equal result."""

    definition: Definition
    seed: int
    server: str
    tables: tuple[TableResult, ...]
    patterns: tuple[PatternResult, ...]
    rows: Mapping[str, int]
    checked: tuple[Diagnostic, ...] = ()
    """Warnings that were found without a server."""

    @property
    def exit_status(self) -> int:
        """0 all held, 1 an expectation broken or an answer wrong, 2 a request refused."""
        if any(result.refused for result in self.patterns):
            return 2
        return 1 if any(result.broken or result.differing for result in self.patterns) else 0

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What DynamoDB refused, what differs, what is broken, and measures without a cause."""
        return in_reading_order(
            found
            for one in self.patterns
            for found in (
                *one.refused,
                *one.differing,
                *(b.diagnostic for b in one.broken),
                *one.unexplained,
            )
        )

    def pattern(self, name: str) -> PatternResult | None:
        """The result of this access pattern."""
        return next((one for one in self.patterns if one.pattern.name == name), None)


def has_expectation(pattern: AccessPattern) -> bool:
    """Whether a pattern expects anything of its calls."""
    expect = pattern.expect
    bounds: tuple[Bound | None, ...] = (
        expect.read_capacity_units,
        expect.write_capacity_units,
        expect.pages,
        expect.items,
    )
    return expect.fails is not None or any(bound is not None for bound in bounds)
