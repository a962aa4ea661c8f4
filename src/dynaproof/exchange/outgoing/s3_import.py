"""Items as files that ImportTable reads from S3, with the input of ``aws dynamodb import-table``.

For each table: ``TABLE/data/00001.json.gz`` and so on, gzip of one ``{"Item": ...}`` a line, and
``TABLE/import-table.json``. Formats, quotas and advice:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.BestPractices.html
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import IO

from dynaproof.dynamodb.create_table import table_properties
from dynaproof.exchange.exported import Content, Exported, GeneratedItem, ItemsOf
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.definition_place import place_in
from dynaproof.exchange.outgoing.items_needed import require_items
from dynaproof.model.definition import Definition
from dynaproof.model.table import Table

MOST_BYTES = 256_000_000
"""Of one file before compression: objects are read side by side, and 50,000 at most."""
BUCKET = "REPLACE-WITH-YOUR-BUCKET"
"""No bucket's name has capital letters, so that the service refuses it when it was forgotten."""
LEVEL = 6
"""Of gzip: beyond it files hardly become smaller, and take twice the time."""
_WRAPPED = len('{"Item":}\n')
_LINES = 1_000


def export_s3_import(
    definition: Definition, items: ItemsOf, *, most_bytes: int = MOST_BYTES, bucket: str = BUCKET
) -> Exported:
    """The files of all tables; ``most_bytes`` bounds each of them before compression.

    Raises InputError where there are no items.
    """
    files: dict[str, Content] = {}
    told = _left_out(definition)
    for table in definition.tables:
        numbers = _numbers(items(table.name), most_bytes)
        if not numbers:
            reason = "no items, so that there is nothing to import"
            told.append(NotCarried(place_in("tables", table.name), reason))
            continue
        reader = _Reader(items, table.name)
        start = 0
        for position, number in enumerate(numbers, 1):
            name = f"{table.name}/data/{position:05d}.json.gz"
            files[name] = partial(_write, reader, start, start + number)
            start += number
        document = _import_table(table, bucket)
        files[f"{table.name}/import-table.json"] = (json.dumps(document, indent=2) + "\n").encode()
    require_items(definition, files)
    return Exported(files, tuple(told))


class _Reader:
    """Items of a table by position: files that are written in order take one pass together."""

    def __init__(self, items: ItemsOf, table: str) -> None:
        self._items, self._table = items, table
        self._at = 0
        self._rest: Iterator[GeneratedItem] | None = None

    def read(self, start: int, stop: int) -> Iterator[GeneratedItem]:
        """The items from one position to another, counted from 0."""
        if self._rest is None or self._at != start:
            self._rest = islice(self._items(self._table), start, None)
        self._at = -1  # of a pass that is broken off nobody knows the place
        yield from islice(self._rest, stop - start)
        self._at = stop


def _numbers(items: Iterator[GeneratedItem], most_bytes: int) -> list[int]:
    """How many items go into each file."""
    numbers: list[int] = []
    size = most_bytes
    for item in items:
        line = _WRAPPED + (len(item.text) if item.text.isascii() else len(item.text.encode()))
        if size + line > most_bytes:
            numbers.append(0)
            size = 0
        numbers[-1] += 1
        size += line
    return numbers


def _write(reader: _Reader, start: int, stop: int, stream: IO[bytes]) -> Sequence[NotCarried]:
    # Without a name and a time the same items give the same bytes.
    with gzip.GzipFile("", "wb", LEVEL, stream, mtime=0) as packed:
        items = reader.read(start, stop)
        while lines := [f'{{"Item":{item.text}}}\n' for item in islice(items, _LINES)]:
            packed.write("".join(lines).encode())
    return ()


def _import_table(table: Table, bucket: str) -> dict[str, object]:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTable.html"""
    return {
        "S3BucketSource": {"S3Bucket": bucket, "S3KeyPrefix": f"{table.name}/data/"},
        "InputFormat": "DYNAMODB_JSON",
        "InputCompressionType": "GZIP",
        "TableCreationParameters": {
            "TableName": table.name,
            **table_properties(replace(table, local_secondary_indexes=())),
        },
    }


def _left_out(definition: Definition) -> list[NotCarried]:
    """What ImportTable does not take, in the order of the definition."""
    told: list[NotCarried] = []
    for table in definition.tables:
        place = ("tables", table.name)
        for name, stated, how in (
            ("stream", table.stream is not None, "UpdateTable switches it on"),
            ("ttl", table.ttl_attribute is not None, "UpdateTimeToLive switches it on"),
            ("deletion_protection", table.deletion_protection, "UpdateTable switches it on"),
        ):
            if stated:
                reason = f"ImportTable does not take it; {how} after the import"
                told.append(NotCarried(place_in(*place, name), reason))
        for index in table.local_secondary_indexes:
            reason = "ImportTable makes no local secondary indexes, and none can be added later"
            where = place_in(*place, "local_secondary_indexes", index.name)
            told.append(NotCarried(where, reason))
    for part, number in (
        ("access_patterns", len(definition.access_patterns)),
        ("stream_handlers", len(definition.stream_handlers)),
    ):
        if number:
            told.append(NotCarried(part, "the files hold tables and items alone"))
    return told
