"""Items as CSV: ``TABLE/ITEM_TYPE.csv``, a column for each attribute, key attributes first.

In the form that ImportTable reads:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import IO

import pyarrow as pa
from pyarrow import csv

from dynaproof.exchange.exported import Content, Exported, ItemsOf
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.definition_place import place_in
from dynaproof.exchange.outgoing.item_columns import (
    ArrowColumn,
    AttributeColumn,
    ItemTypeColumns,
    base64_column,
    column_batches,
    item_type_columns,
    text_column,
)
from dynaproof.exchange.outgoing.items_needed import require_items
from dynaproof.model.definition import Definition
from dynaproof.model.table import Table


def export_csv(definition: Definition, items: ItemsOf) -> Exported:
    """A file for each item type that has items: a header, then one item after the other.

    Texts stand in quotes, so that an empty one is ``""``; an attribute that an item does not have
    is an empty cell without quotes. Raises InputError where there are no items.
    """
    files: dict[str, Content] = {}
    told: list[NotCarried] = []
    for table in definition.tables:
        if not table.items:
            told.append(
                NotCarried(place_in("tables", table.name), "no items, so that there is no file")
            )
        for of in item_type_columns(table, items(table.name)):
            told += _left_out(of)
            if of.number:
                columns = [_cells(table, one) for one in of.columns if one.items]
                files[f"{table.name}/{of.item_type}.csv"] = partial(_write, of, items, columns)
    require_items(definition, files)
    return Exported(files, tuple(told))


def _cells(table: Table, column: AttributeColumn) -> ArrowColumn:
    if column.kind == "B" and _is_key(table, column):
        return base64_column(column)
    return text_column(column)


def _is_key(table: Table, column: AttributeColumn) -> bool:
    # ImportTable takes the types of keys from the table that it makes.
    return table.attribute_types.get(column.name) == column.kind


def _write(
    of: ItemTypeColumns, items: ItemsOf, columns: Sequence[ArrowColumn], stream: IO[bytes]
) -> Sequence[NotCarried]:
    schema = pa.schema([(one.name, one.type) for one in columns])
    with csv.CSVWriter(stream, schema) as writer:
        for batch in column_batches(of, items, columns):
            writer.write_batch(batch)
    return ()


def _left_out(of: ItemTypeColumns) -> Iterator[NotCarried]:
    place = ("tables", of.table.name, "items", of.item_type)
    if not of.number:
        yield NotCarried(place_in(*place), "no items, so that there is no file")
        return
    for column in of.columns:
        where = place_in(*place, "attributes", column.name)
        for reason in _reasons(of, column):
            yield NotCarried(where, reason)


def _reasons(of: ItemTypeColumns, column: AttributeColumn) -> Iterator[str]:
    if not column.items:
        yield "no item has this attribute, so that it has no column"
        return
    kind = column.kind
    if kind != "S" and not _is_key(of.table, column):
        form = "text" if kind in ("N", "BOOL") else "DynamoDB JSON"
        kinds = ", ".join(sorted(column.kinds))
        yield f"CSV has no types: {kinds} is written as {form}, and ImportTable reads it as S"
    absent = of.number - column.items
    if absent:
        yield f"{absent:,} of {of.number:,} items do not have it: an empty cell, not quoted"
    if column.empty:
        yield f"{column.empty:,} empty texts: cells of two quotes, which some readers take for none"
    if column.broken:
        yield f"{column.broken:,} texts with line breaks, which some readers take for ends of items"
