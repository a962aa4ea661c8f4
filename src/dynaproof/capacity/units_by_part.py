"""Units of a request by table and part: predicted, measured, and held against one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dynaproof.capacity.answer import Answer, Figures
from dynaproof.capacity.prediction import TABLE, Prediction, TableCapacity

Units = Mapping[tuple[str, str], float]
"""Capacity units by table and part: ``Table``, the name of an index, or WHOLE."""

WHOLE = ""
"""The table and its indexes together, where parts were not asked for."""


def predicted_units(predictions: Sequence[Prediction]) -> dict[tuple[str, str], float]:
    """Give the service's figures of all pages together, as they are reported."""
    units: dict[tuple[str, str], float] = {}
    for prediction in predictions:
        for capacity in prediction.capacities if prediction.reported else ():
            for part, amount in _parts(capacity):
                place = (capacity.table, part)
                units[place] = units.get(place, 0.0) + amount
    return units


def measured_units(measured: Answer) -> dict[tuple[str, str], float] | None:
    """Give the units of an answer, None if it reports none."""
    units: dict[tuple[str, str], float] = {}
    for table, figures in measured.consumed_capacity.items():
        for part, one in figures_by_part(figures).items() or [(WHOLE, figures)]:
            amount = one.get("CapacityUnits")
            units[table, part] = float(amount) if isinstance(amount, int | float) else 0.0
    return units or None


def same_units(ours: Units, theirs: Units | None) -> bool:
    """Compare by the parts that were reported; a part that is not there is 0."""
    if theirs is None:
        return not ours
    left, right = at_the_level_of(ours, theirs), theirs
    return all(left.get(place, 0.0) == right.get(place, 0.0) for place in {*left, *right})


def at_the_level_of(ours: Units, theirs: Units) -> Units:
    """Give units by part, or by table where the others are so."""
    if not any(part == WHOLE for _, part in theirs):
        return ours
    tables: dict[tuple[str, str], float] = {}
    for (table, _), amount in ours.items():
        tables[table, WHOLE] = tables.get((table, WHOLE), 0.0) + amount
    return tables


def figures_by_part(figures: Figures) -> dict[str, Figures]:
    """Give the figures of the table's part and of each index, where parts were asked for."""
    parts = {TABLE: figures.get(TABLE)}
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        of_kind = figures.get(kind)
        parts |= of_kind if isinstance(of_kind, Mapping) else {}
    return {part: one for part, one in parts.items() if isinstance(one, Mapping)}


def _parts(capacity: TableCapacity) -> Iterator[tuple[str, float]]:
    own = (capacity.table_units or 0.0) + capacity.failed_units
    if own:
        yield TABLE, own
    yield from capacity.global_secondary_indexes.items()
    yield from capacity.local_secondary_indexes.items()
