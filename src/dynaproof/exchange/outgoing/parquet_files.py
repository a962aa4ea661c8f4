"""Items as Parquet: ``TABLE/ITEM_TYPE.parquet``, a column for each attribute, with real types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import IO

import pyarrow as pa
from pyarrow import parquet

from dynaproof.exchange.exported import Content, Exported, ItemsOf
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.definition_place import place_in
from dynaproof.exchange.outgoing.item_columns import (
    JSON,
    ArrowColumn,
    ItemTypeColumns,
    column_batches,
    item_type_columns,
    number_type,
    typed_column,
)
from dynaproof.exchange.outgoing.items_needed import require_items
from dynaproof.model.definition import Definition


def export_parquet(definition: Definition, items: ItemsOf) -> Exported:
    """A file for each item type that has items; the same items give the same bytes.

    Raises InputError where there are no items.
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
                columns = [typed_column(one) for one in of.columns if one.items]
                name = f"{table.name}/{of.item_type}.parquet"
                files[name] = partial(_write, of, items, columns)
    require_items(definition, files)
    return Exported(files, tuple(told))


def _write(
    of: ItemTypeColumns, items: ItemsOf, columns: Sequence[ArrowColumn], stream: IO[bytes]
) -> Sequence[NotCarried]:
    schema = pa.schema([(one.name, one.type) for one in columns])
    with parquet.ParquetWriter(stream, schema, compression="zstd", store_schema=False) as writer:
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
        if not column.items:
            yield NotCarried(where, "no item has this attribute, so that it has no column")
        elif column.kind == JSON:
            kinds = ", ".join(sorted(column.kinds))
            yield NotCarried(where, f"written as DynamoDB JSON: Parquet has no type for {kinds}")
        elif column.kind in ("N", "NS") and number_type(column) == pa.string():
            yield NotCarried(
                where, "written as text: no decimal of 38 digits holds all its numbers"
            )
