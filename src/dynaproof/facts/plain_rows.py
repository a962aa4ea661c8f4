"""Facts as plain values that a file can hold, and back again by the types of their columns."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import duckdb

_NESTED = ("STRUCT", "MAP", "UNION")


def plain_value(value: object) -> object:
    """A value as DuckDB gives it, as text, number, truth value, list or mapping."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case Mapping():
            return {str(name): plain_value(inner) for name, inner in value.items()}
        case list() | tuple():
            return [plain_value(inner) for inner in value]
    return str(value)


def value_of_type(connection: duckdb.DuckDBPyConnection, plain: object, type_: str) -> object:
    """The value that a column of a DuckDB type has; raises ValueError where it can have none."""
    if plain is None:
        return None
    nested = type_.endswith("]") or type_.startswith(_NESTED)
    if isinstance(plain, list | Mapping) != nested:
        raise ValueError(f"{_shown(plain)} is no value of the type {type_}")
    if type_ == "VARCHAR":
        if not isinstance(plain, str):
            raise ValueError(f"{_shown(plain)} is no text: write it in quotes")
        return plain
    if type_ == "BLOB":
        try:
            return base64.b64decode(str(plain), validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError(f"{_shown(plain)} is not base64") from error
    text = json.dumps(plain) if nested else _text(plain)
    inner = "CAST($value AS JSON)" if nested else "$value"
    try:
        rows = connection.execute(f"SELECT CAST({inner} AS {type_})", {"value": text}).fetchall()
    except duckdb.Error as error:
        raise ValueError(f"{_shown(plain)} is no value of the type {type_}") from error
    found: object = rows[0][0]
    return found


def _text(plain: object) -> str:
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return repr(plain) if isinstance(plain, float) else str(plain)


def _shown(plain: object) -> str:
    text = repr(plain)
    return text if len(text) <= 60 else text[:57] + "..."
