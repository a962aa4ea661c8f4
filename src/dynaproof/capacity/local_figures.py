"""What DynamoDB Local reports where it counts otherwise than the service.

Not documented: found by running the recorded cases, and requests around them, on the versions
that are pinned. Each deviation has a code, explained in ``emulator_differences``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dynaproof.capacity.item_size import item_bytes
from dynaproof.capacity.prediction import TABLE, Prediction, Step
from dynaproof.capacity.units import Consistency, read_units, write_units

LSI_OVERHEAD_BYTES = 100
"""Counted into each LSI entry that is written; the service stores so much, and charges it not."""
DELETED_NOTHING_IN_BATCH = 2.0
DELETED_NOTHING_IN_TRANSACTION = 0.5


@dataclass(slots=True)
class LocalFigures:
    """Units as DynamoDB Local reports them, and the codes of the deviations in them."""

    units: dict[tuple[str, str], float] = field(default_factory=dict)
    codes: dict[str, None] = field(default_factory=dict)

    def add(self, step: Step, units: float, code: str, *, expected: float | None = None) -> None:
        """Add to a part; the code holds where the units are other than the service's."""
        place = (step.table, step.part)
        self.units[place] = self.units.get(place, 0.0) + units
        if units != (step.units if expected is None else expected):
            self.codes[code] = None


def local_figures(
    operation: str,
    arguments: Mapping[str, object],
    predictions: Sequence[Prediction],
    major: int,
) -> LocalFigures:
    """Give what a version (its first number) reports for a request and its pages.

    Not for PartiQL, replayed transactions and AttributeUpdates, of which only bounds are known.
    """
    figures = LocalFigures()
    for prediction in predictions:
        match operation:
            case "Query" | "Scan":
                _read_page(figures, operation, arguments, prediction)
            case "TransactWriteItems":
                _write_transaction(figures, arguments, prediction, major)
            case _:
                for step in prediction.steps:
                    _single(figures, operation, step, prediction)
    return figures


def table_units_before(prediction: Prediction) -> float:
    """Give the write units of the item as it was before the one change of a request."""
    before = prediction.changes[0].before if prediction.changes else None
    return write_units(item_bytes(before) if before is not None else 0)


def _read_page(
    figures: LocalFigures, operation: str, arguments: Mapping[str, object], prediction: Prediction
) -> None:
    consistency: Consistency = "strong" if arguments.get("ConsistentRead") is True else "eventual"
    for step in prediction.steps:
        if prediction.page is not None and prediction.page.scanned_count == 0:
            figures.add(step, 0.0, "EMU01")
        elif operation == "Scan":
            figures.add(step, read_units(step.size, consistency), "EMU10")
        else:
            figures.add(step, step.units, "")


def _single(figures: LocalFigures, operation: str, step: Step, prediction: Prediction) -> None:
    if operation == "BatchGetItem" and step.size == 0:
        figures.add(step, 0.0, "EMU02")
    elif operation == "BatchWriteItem" and step.size == 0:
        figures.add(step, DELETED_NOTHING_IN_BATCH, "EMU03")
    elif _is_local(prediction, step):
        figures.add(step, write_units(step.size + LSI_OVERHEAD_BYTES), "EMU07")
    else:
        figures.add(step, step.units, "")


def _write_transaction(
    figures: LocalFigures, arguments: Mapping[str, object], prediction: Prediction, major: int
) -> None:
    """Add up the costs of actions that cost otherwise than those before, and multiply.

    Two actions cost alike when they cost each part of a table, indexes too, the same.
    """
    factor = 2.0 if major >= 3 else 4.0
    distinct: dict[tuple[str, frozenset[tuple[tuple[str, str], float]]], None] = {}
    actions = arguments.get("TransactItems")
    kinds = [next(iter(one), "") for one in actions] if isinstance(actions, list) else []
    for kind, group in zip(kinds, _by_action(prediction.steps), strict=False):
        of_action: dict[tuple[str, str], float] = {}
        for step in group:
            place = (step.table, step.part)
            units = write_units(step.size)
            if step.part == TABLE and kind == "ConditionCheck":
                units = read_units(step.size, "strong")
            elif step.size == 0:
                units = DELETED_NOTHING_IN_TRANSACTION
            elif _is_local(prediction, step):
                units = write_units(step.size + LSI_OVERHEAD_BYTES)
                if units != write_units(step.size):
                    figures.codes["EMU07"] = None
            of_action[place] = of_action.get(place, 0.0) + units
        if group:
            distinct[group[0].table, frozenset(of_action.items())] = None
    figures.codes = {"EMU04": None} | figures.codes
    for _, costs in distinct:
        for place, units in costs:
            figures.units[place] = figures.units.get(place, 0.0) + factor * units


def _by_action(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Each action is charged its table first, then its indexes."""
    group: list[Step] = []
    for step in steps:
        if step.part == TABLE and group:
            yield group
            group = []
        group.append(step)
    if group:
        yield group


def _is_local(prediction: Prediction, step: Step) -> bool:
    return any(
        capacity.table == step.table and step.part in capacity.local_secondary_indexes
        for capacity in prediction.capacities
        if capacity.axis == "write"
    )
