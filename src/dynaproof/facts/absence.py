"""Values that no row has: for questions that find nothing."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb

from dynaproof.facts.quoting import quoted

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_LETTERS = "qxzjkvwy"
_DIGITS = "0123456789"
_TRIES = 1_000


def absent_value(
    connection: duckdb.DuckDBPyConnection, entity: str, attribute: str, type_: str
) -> object:
    """A value of the column's type and look that is in no row.

    None when there is none: both truth values are there, or the type is a list or struct.
    """
    column, table = quoted(attribute), quoted(entity)
    ends = f"SELECT min({column}), max({column}) FROM {table}"
    [(smallest, largest)] = connection.execute(ends).fetchall()
    for candidate in _candidates(type_, smallest, largest):
        query = f"SELECT count(*) FROM {table} WHERE {column} = CAST($value AS {type_})"
        try:
            [(count,)] = connection.execute(query, {"value": candidate}).fetchall()
        except duckdb.ConversionException:  # beyond what the type holds
            continue
        if count == 0:
            return candidate
    return None


def _candidates(type_: str, smallest: object, largest: object) -> Iterator[object]:
    match largest:
        case bool():
            yield from (True, False)
        case int() | float() | Decimal():
            yield largest + 1
            if isinstance(smallest, int | float | Decimal):
                yield smallest - 1
            yield from range(_TRIES)
        case datetime() | date():
            yield largest + timedelta(days=1)
        case str():
            yield from (_like(largest, number) for number in range(_TRIES))
            yield largest + "0"
        case bytes():
            yield from (_bytes(max(len(largest), 1), number) for number in range(_TRIES))
        case uuid.UUID():
            yield from (_uuid(number) for number in range(_TRIES))
        case None:
            yield from _for_no_rows(type_)


def _for_no_rows(type_: str) -> Iterator[object]:
    match type_.partition("(")[0]:
        case "VARCHAR":
            yield "absent"
        case "BLOB":
            yield b"absent"
        case "BOOLEAN":
            yield True
        case "TIMESTAMP":
            yield datetime(2026, 1, 1)  # naive, in UTC, as the facts are
        case "DATE":
            yield date(2026, 1, 1)
        case "DECIMAL" | "DOUBLE" | "FLOAT" | "BIGINT" | "INTEGER" | "HUGEINT":
            yield 0


def _like(text: str, number: int) -> str:
    """Other letters and digits in the same places."""
    if _UUID.fullmatch(text):
        return str(_uuid(number))
    drawn = hashlib.shake_256(f"{number}".encode()).digest(max(len(text), 1))
    return "".join(_other(c, byte) for c, byte in zip(text or "x", drawn, strict=True))


def _other(character: str, byte: int) -> str:
    if character.isdigit():
        return _DIGITS[byte % len(_DIGITS)]
    if character.isalpha():
        letter = _LETTERS[byte % len(_LETTERS)]
        return letter.upper() if character.isupper() else letter
    return character


def _uuid(number: int) -> uuid.UUID:
    return uuid.UUID(bytes=hashlib.sha256(f"absent {number}".encode()).digest()[:16], version=4)


def _bytes(length: int, number: int) -> bytes:
    return hashlib.shake_256(f"{number}".encode()).digest(length)
