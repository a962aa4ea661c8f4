"""Facts and items as files: entities as JSON lines, CSV or Parquet, tables as DynamoDB JSON."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import csv, parquet

from dynaproof.facts.open_connections import breakable
from dynaproof.facts.quoting import quoted
from dynaproof.items.stored import TableItems
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, Place

FORMATS = ("jsonl", "csv", "parquet")
BATCH_ROWS = 2_000
_NESTED = ("STRUCT", "MAP", "UNION")

Write = Callable[[duckdb.DuckDBPyConnection, str, Path], None]


def write_generated(
    connection: duckdb.DuckDBPyConnection,
    entities: Mapping[str, Mapping[str, str]],
    items: Mapping[str, TableItems],
    folder: Path,
    *,
    format_: str = "jsonl",
    replace: bool = False,
) -> list[Path]:
    """Write ``facts/ENTITY.FORMAT`` and ``items/TABLE.jsonl``; gives the files, in that order.

    ``entities`` are columns and their types by entity. Facts can be read again as datasets; items
    stand one a line as ``{"Item": ...}``, which is what ImportTable takes. A folder that holds
    anything is left alone, unless ``replace``: then files of the same names are replaced, others
    stay. Raises EnvironmentFault (DP513); the folder is then as it was.
    """
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}.part")
    try:
        if folder.exists() and not folder.is_dir():
            raise _fault(folder, "a file is there", "Name a folder.")
        if folder.is_dir() and any(folder.iterdir()) and not replace:
            raise _fault(folder, "the folder is not empty", "Name another, or give --force.")
        try:
            written = list(_write_all(connection, entities, items, beside, format_))
            _move(written, beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except (OSError, pa.ArrowException) as error:
        raise _fault(folder, str(error), "Name a folder on a disk with room.") from error
    return [folder / path for path in written]


def _write_all(
    connection: duckdb.DuckDBPyConnection,
    entities: Mapping[str, Mapping[str, str]],
    items: Mapping[str, TableItems],
    folder: Path,
    format_: str,
) -> Iterator[Path]:
    for part in ("facts", "items"):
        (folder / part).mkdir(parents=True)
    for name, columns in entities.items():
        file = Path("facts") / f"{name}.{format_}"
        _WRITERS[format_](connection, _select(name, columns, format_), folder / file)
        yield file
    for name, stored in items.items():
        file = Path("items") / f"{name}.jsonl"
        with (folder / file).open("w", encoding="utf-8") as lines:
            for batch in stored.batches(BATCH_ROWS):
                lines.writelines(f'{{"Item":{item}}}\n' for item in batch)
        yield file


def _select(name: str, columns: Mapping[str, str], format_: str) -> str:
    if format_ == "jsonl":
        return f"SELECT CAST(to_json(row) AS VARCHAR) FROM {quoted(name)} AS row"
    if format_ == "parquet":
        return f"SELECT * FROM {quoted(name)}"
    selected = [
        f"CAST(to_json({quoted(column)}) AS VARCHAR) AS {quoted(column)}"
        if kind.endswith("]") or kind.startswith(_NESTED)
        else quoted(column)
        for column, kind in columns.items()
    ]
    return f"SELECT {', '.join(selected)} FROM {quoted(name)}"


def _write_lines(connection: duckdb.DuckDBPyConnection, sql: str, file: Path) -> None:
    cursor = breakable(connection.cursor())
    with file.open("w", encoding="utf-8") as lines:
        cursor.execute(sql)
        while rows := cursor.fetchmany(BATCH_ROWS):
            lines.writelines(f"{row[0]}\n" for row in rows)
    cursor.close()


def _write_csv(connection: duckdb.DuckDBPyConnection, sql: str, file: Path) -> None:
    reader = connection.sql(sql).to_arrow_reader(BATCH_ROWS)
    with csv.CSVWriter(file, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


def _write_parquet(connection: duckdb.DuckDBPyConnection, sql: str, file: Path) -> None:
    reader = connection.sql(sql).to_arrow_reader(BATCH_ROWS)
    with parquet.ParquetWriter(file, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


_WRITERS: Mapping[str, Write] = {
    "jsonl": _write_lines,
    "csv": _write_csv,
    "parquet": _write_parquet,
}


def _move(written: list[Path], beside: Path, folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        beside.rename(folder)
        return
    for file in written:
        (folder / file.parent).mkdir(exist_ok=True)
        (beside / file).replace(folder / file)


def _fault(folder: Path, reason: str, hint: str) -> EnvironmentFault:
    return EnvironmentFault(
        Diagnostic(Code.OUTPUT, f"cannot write: {reason}", Place(str(folder)), hint)
    )
