"""Entities read from files: CSV, JSON lines, Parquet."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import duckdb

from dynaproof.facts.kinds import did_you_mean
from dynaproof.facts.quoting import quoted, quoted_text
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import DynaproofError, InputError, Place
from dynaproof.model.entity import MAX_ROWS, Entity

# Numbers and dates are recognised by DuckDB over all rows, so that a late row cannot break a type.
_READERS = {
    ".csv": "read_csv({file}, sample_size = -1)",
    ".tsv": "read_csv({file}, sample_size = -1)",
    ".jsonl": "read_json({file}, format = 'newline_delimited', sample_size = -1)",
    ".ndjson": "read_json({file}, format = 'newline_delimited', sample_size = -1)",
    ".json": "read_json({file}, sample_size = -1)",
    ".parquet": "read_parquet({file})",
}
_SQL_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
}
_WILD = set("*?[]{}")


def dataset_file(dataset: str, folder: str, place: Place) -> Path:
    """The file of a dataset: inside the folder of the definition or a ``datasets`` beside it."""
    top = Path(folder).resolve()
    roots = (top, top.parent / "datasets", top.parent.parent / "datasets")
    file = (top / dataset).resolve()
    if not any(file.is_relative_to(root) for root in roots):
        raise _fault(
            f"the dataset '{dataset}' is outside of the definition's folder",
            place,
            "Put it beside the definition, or into a folder 'datasets' beside that folder.",
        )
    if not file.is_file():
        elsewhere = [
            os.path.relpath(root / dataset, top)
            for root in (top / "datasets", *roots[1:])
            if (root / dataset).is_file()
        ]
        hint = f"Did you mean '{elsewhere[0]}'?" if elsewhere else f"It would be '{file}'."
        raise _fault(f"there is no file '{dataset}'", place, hint)
    if reader_suffix(file) not in _READERS or _WILD & set(str(file)):
        raise _fault(
            f"the dataset '{dataset}' is of no kind that can be read",
            place,
            f"Its name must end in {', '.join(_READERS)}, and have none of {''.join(sorted(_WILD))}.",
        )
    return file


def reader_suffix(file: Path) -> str:
    """The suffix that says how to read a file."""
    return file.suffix.lower()


def read_dataset(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    entity: Entity,
    file: Path,
    place: Place,
    *,
    rows: bool = True,
) -> None:
    """Create ``table`` from a file, with the columns that the entity reads; no rows if asked.

    Instants with an offset become UTC without an offset, as all timestamps of the facts.
    """
    source = _READERS[reader_suffix(file)].format(file=quoted_text(str(file)))
    try:
        types = _column_types(connection, source)
        columns = _read_columns(entity, types, place)
        stated = _stated_types(entity)
        if stated:
            source = _with_types(file, types | stated, stated)
            types = _column_types(connection, source)
        selected = ", ".join(_selected(name, types[name]) for name in columns)
        limit = MAX_ROWS + 1 if rows else 0
        connection.execute(
            f"CREATE TABLE {quoted(table)} AS SELECT {selected} FROM {source} LIMIT {limit}"
        )
    except duckdb.Error as error:
        reason = str(error).split("\n", 1)[0]
        raise _fault(
            f"the dataset '{entity.dataset}' cannot be read: {reason}", place, ""
        ) from error


def _column_types(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    return {str(name): str(type_) for name, type_, *_ in described}


def _stated_types(entity: Entity) -> dict[str, str]:
    """The SQL types that the definition states."""
    stated: dict[str, str] = {}
    for attribute in entity.attributes:
        if attribute.type is not None:
            scalar = attribute.type.removesuffix("[]")
            stated[attribute.name] = _SQL_TYPES[scalar] + attribute.type[len(scalar) :]
    return stated


def _with_types(file: Path, types: Mapping[str, str], stated: Mapping[str, str]) -> str:
    """What reads a file with types that are stated; those of its other columns are known."""
    name, suffix = quoted_text(str(file)), reader_suffix(file)
    if suffix == ".parquet":
        casts = ", ".join(
            f"CAST({quoted(one)} AS {kind}) AS {quoted(one)}" for one, kind in stated.items()
        )
        return f"(SELECT * REPLACE ({casts}) FROM read_parquet({name}))"
    listed = stated if suffix in (".csv", ".tsv") else types
    columns = ", ".join(f"{quoted_text(one)}: {quoted_text(kind)}" for one, kind in listed.items())
    if suffix in (".csv", ".tsv"):
        return f"read_csv({name}, sample_size = -1, types = {{{columns}}})"
    lines = "newline_delimited" if suffix in (".jsonl", ".ndjson") else "auto"
    return f"read_json({name}, format = '{lines}', columns = {{{columns}}})"


def _read_columns(entity: Entity, types: dict[str, str], place: Place) -> list[str]:
    asked = [attribute.name for attribute in entity.attributes if attribute.source is None]
    made = {attribute.name for attribute in entity.attributes if attribute.source is not None}
    if not asked:
        return [name for name in types if name not in made]
    for name in asked:
        if name not in types:
            raise _fault(
                f"the dataset '{entity.dataset}' has no column '{name}'",
                place,
                did_you_mean(name, types, "Its columns are"),
            )
    return asked


def _selected(name: str, type_: str) -> str:
    if type_ == "TIMESTAMP WITH TIME ZONE":
        return f"{quoted(name)} AT TIME ZONE 'UTC' AS {quoted(name)}"
    if type_ in {"TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}:
        return f"CAST({quoted(name)} AS TIMESTAMP) AS {quoted(name)}"
    return quoted(name)


def _fault(message: str, place: Place, hint: str) -> DynaproofError:
    return InputError.of(Code.DATASET, message, place=place, hint=hint)
