"""A run, and items, as tidy pandas frames: one row for each thing, units in the column's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import orjson
import pandas as pd

from dynaproof.facts.open_connections import breakable
from dynaproof.items.stored import TableItems
from dynaproof.model.table import Table
from dynaproof.proof.execute import Answered
from dynaproof.proof.results import ConsumedUnits, PartKey, RunResult, Summary
from dynaproof.report.answers import attribute_order
from dynaproof.report.capacity_figures import call_parts, differences
from dynaproof.report.figures import operation_name, target_names
from dynaproof.report.plain_values import plain_item

_INT64 = range(-(2**63), 2**63)
_SUMMARY = ("min", "mean", "p95", "max")
_FIGURES = ("predicted", "measured")
_UNITS = tuple(f"{figure}_{kind}_units" for figure in _FIGURES for kind in ("read", "write"))
_PATTERNS = (
    "pattern",
    "operation",
    "target",
    "calls",
    "errors",
    "items_returned_max",
    "items_read_max",
    "pages_max",
    *(
        f"{figure}_{kind}_units_{name}"
        for figure in _FIGURES
        for kind in ("read", "write")
        for name in _SUMMARY
    ),
    "differences",
    "verdict",
    "proof",
)
_CALLS = (
    "pattern",
    "call",
    "parameter_set",
    "pages",
    "items_returned",
    "items_read",
    *_UNITS,
    "differences",
    "error",
    "compared",
    "difference",
)
_CAPACITY = ("pattern", "call", "parameter_set", "table", "part", "index")
_TABLES = ("table", "partition_key", "sort_key", "indexes", "items", "bytes", "item_types")
_ITEM_TYPES = ("table", "item_type", "items", "bytes", "min_bytes", "mean_bytes", "max_bytes")
_COLLECTIONS = (
    "table",
    "index",
    "collections",
    "items",
    "bytes",
    "items_mean",
    "largest",
    "largest_items",
    "largest_bytes",
)
_LARGEST = ("table", "index", "rank", "partition_key", "items", "bytes")


def patterns_frame(result: RunResult) -> pd.DataFrame:
    """One row for each access pattern; capacity in capacity units of a call, NaN if unknown.

    ``differences`` holds the codes that explain why measured and predicted units differ.
    """
    rows = []
    for one in result.patterns:
        calls = one.calls
        rows.append(
            (
                one.pattern.name,
                operation_name(one.pattern),
                ", ".join(target_names(one.pattern)),
                len(calls),
                sum(call.error is not None for call in calls),
                max((call.items_returned for call in calls), default=0),
                max((call.items_read for call in calls), default=0),
                max((call.pages for call in calls), default=0),
                *_figures(one.predicted_total("read")),
                *_figures(one.predicted_total("write")),
                *_figures(one.total("read")),
                *_figures(one.total("write")),
                ", ".join(differences(one)),
                one.verdict,
                one.proof,
            )
        )
    return _frame(rows, _PATTERNS)


def calls_frame(result: RunResult) -> pd.DataFrame:
    """One row for each call; ``call`` counts from 1 within its pattern.

    Units are of table and indexes together, NaN where a call is not predicted, or the endpoint
    reported none. ``differences`` says why the two are not the same: codes, or ``unknown``.
    ``difference`` is the code of what is wrong with the answer, or with what the call wrote.
    """
    rows = [
        (
            one.pattern.name,
            number,
            call.parameter_set,
            call.pages,
            call.items_returned,
            call.items_read,
            call.predicted_read_units,
            call.predicted_write_units,
            call.read_capacity_units if call.reported else None,
            call.write_capacity_units if call.reported else None,
            ", ".join(call.differences),
            call.error,
            call.compared,
            call.difference.code.value if call.difference else None,
        )
        for one in result.patterns
        for number, call in enumerate(one.calls, start=1)
    ]
    return _frame(rows, _CALLS)


def capacity_frame(result: RunResult) -> pd.DataFrame:
    """One row for each pattern, call, and table or index that it touched.

    Units are NaN where a call is not predicted, or the endpoint reported none.
    """
    rows = [
        (
            one.pattern.name,
            number,
            call.parameter_set,
            *part,
            *_amounts(None if call.not_predicted else call.predicted, part),
            *_amounts(call.consumed if call.reported else None, part),
        )
        for one in result.patterns
        for number, call in enumerate(one.calls, start=1)
        for part in call_parts(call)
    ]
    return _frame(rows, (*_CAPACITY, *_UNITS))


def tables_frame(result: RunResult) -> pd.DataFrame:
    """One row for each table: keys, number of indexes, items and bytes."""
    rows = [
        (
            one.table.name,
            one.table.partition_key.name,
            one.table.sort_key.name if one.table.sort_key else None,
            len(one.table.indexes),
            one.items,
            one.bytes,
            len(one.sizes),
        )
        for one in result.tables
    ]
    return _frame(rows, _TABLES)


def item_types_frame(result: RunResult) -> pd.DataFrame:
    """One row for each table and item type, sizes in bytes as DynamoDB counts an item."""
    rows = [
        (
            one.table.name,
            size.item_type,
            size.items,
            size.total_bytes,
            size.min_bytes,
            size.total_bytes / size.items if size.items else None,
            size.max_bytes,
        )
        for one in result.tables
        for size in one.sizes
    ]
    return _frame(rows, _ITEM_TYPES)


def collections_frame(result: RunResult) -> pd.DataFrame:
    """One row for each table and index: its item collections and the largest of them.

    ``index`` is missing for the table itself; sizes are in items and bytes.
    """
    rows = []
    for table in result.tables:
        for sizes in table.collections:
            mean = sizes.items / sizes.collections if sizes.collections else None
            most = sizes.largest[0] if sizes.largest else None
            largest = (most.partition_key, most.items, most.bytes) if most else (None, 0, 0)
            rows.append(
                (
                    sizes.table,
                    sizes.index,
                    sizes.collections,
                    sizes.items,
                    sizes.bytes,
                    mean,
                    *largest,
                )
            )
    return _frame(rows, _COLLECTIONS)


def largest_collections_frame(result: RunResult) -> pd.DataFrame:
    """One row for each of the largest item collections of every table and index.

    ``rank`` counts from 1, the one with most items; ``index`` is missing for the table itself.
    """
    rows = [
        (sizes.table, sizes.index, rank, one.partition_key, one.items, one.bytes)
        for table in result.tables
        for sizes in table.collections
        for rank, one in enumerate(sizes.largest, start=1)
    ]
    return _frame(rows, _LARGEST)


def plain_items(items: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """Items of the JSON protocol as plain values: N is int or Decimal, B bytes, sets are sets."""
    return [plain_item(item) for item in items]


def answer_frame(answered: Answered, table: Table | None = None) -> pd.DataFrame:
    """The items of an answer in their order: attributes as columns, keys of ``table`` first."""
    return _items(plain_items(answered.items), table, None)


def items_frame(items: TableItems, limit: int | None = None) -> pd.DataFrame:
    """The items of a table by item type: attributes as columns, keys first, plain values.

    The index holds the item type. Whole numbers stay exact (Int64), other numbers are Decimal; an
    attribute that is NULL, or that an item does not have, is missing there. ``limit`` bounds the number of items.
    """
    types: list[str] = []
    rows: list[dict[str, object]] = []
    cursor = breakable(items.connection.cursor())
    try:
        bound = "" if limit is None else f" LIMIT {int(limit)}"
        cursor.execute(f"SELECT item_type, item FROM {items.relation}{bound}")
        while batch := cursor.fetchmany(5_000):
            types += [item_type for item_type, _ in batch]
            rows += [plain_item(orjson.loads(text)) for _, text in batch]
    finally:
        cursor.close()
    return _items(rows, items.table, pd.Index(types, name="item_type", dtype=object))


def _items(
    rows: Sequence[Mapping[str, object]], table: Table | None, index: pd.Index | None
) -> pd.DataFrame:
    index = pd.RangeIndex(len(rows)) if index is None else index
    columns = {
        name: _column([row.get(name) for row in rows], index)
        for name in attribute_order(rows, table)
    }
    return pd.DataFrame(columns, index=index)


def _frame(rows: Iterable[tuple[object, ...]], columns: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(columns))
    units = [name for name in columns if "_units" in name]
    return frame.astype(dict.fromkeys(units, "float64"))


def _amounts(
    consumed: Sequence[ConsumedUnits] | None, part: PartKey
) -> tuple[float | None, float | None]:
    if consumed is None:
        return None, None
    mine = [one for one in consumed if (one.table, one.part, one.index) == part]
    return sum(one.read for one in mine), sum(one.write for one in mine)


def _figures(summary: Summary | None) -> tuple[float | None, ...]:
    if summary is None:
        return (None, None, None, None)
    return (summary.minimum, summary.mean, summary.p95, summary.maximum)


def _column(values: list[object], index: pd.Index) -> pd.Series:
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known):
        return pd.Series(values, index, dtype="boolean")
    if known and all(type(value) is int and value in _INT64 for value in known):
        return pd.Series(values, index, dtype="Int64")
    if known and all(isinstance(value, str) for value in known):
        return pd.Series(values, index)
    return pd.Series(values, index, dtype=object)
