"""Texts of the facts that hold what DynamoDB stores: DynamoDB JSON of one value, exact numbers.

DuckDB calls these functions row by row. Each gives one form to equal values: numbers canonical,
sets sorted, no blanks. They raise ValueError for a text that is no value of DynamoDB.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import orjson
from duckdb.sqltypes import BIGINT, VARCHAR, DuckDBPyType

from dynaproof.capacity.item_size import value_bytes
from dynaproof.model.attribute_value import (
    MAX_NESTING,
    SET_TYPES,
    AttributeValue,
    attributes_of,
    descriptor,
    elements,
    number_text,
)

if TYPE_CHECKING:
    import duckdb


def json_value(text: str) -> AttributeValue:
    """The attribute value that a text says in DynamoDB JSON; B is base64 text."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"no DynamoDB JSON: {error}") from error
    return _canonical(value, 1)


def canonical_json(text: str) -> str:
    """The same in one form for equal values."""
    return orjson.dumps(json_value(text)).decode()


def json_bytes(text: str) -> int:
    """Bytes of the value, as the service counts them."""
    return value_bytes(json_value(text))


def exact_number(text: str) -> str:
    """A number's canonical text."""
    return number_text(text.strip())


_FUNCTIONS: tuple[tuple[str, Callable[[str], object], DuckDBPyType], ...] = (
    ("dynaproof_json", canonical_json, VARCHAR),
    ("dynaproof_json_bytes", json_bytes, BIGINT),
    ("dynaproof_exact_number", exact_number, VARCHAR),
)


def add_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the functions known to a database, once; NULL gives NULL."""
    known = "SELECT 1 FROM duckdb_functions() WHERE function_name = 'dynaproof_json'"
    if connection.execute(known).fetchall():
        return
    for name, function, result in _FUNCTIONS:
        connection.create_function(name, function, [VARCHAR], result)


def _canonical(value: object, level: int) -> AttributeValue:
    if level > MAX_NESTING:
        raise ValueError(f"the value is nested deeper than {MAX_NESTING} levels")
    if not isinstance(value, Mapping):
        raise ValueError(f"DynamoDB JSON of a value is such as {{'S': 'x'}}, not {value!r:.60}")
    kind, payload = descriptor(value)
    match kind:
        case "L":
            return {"L": [_canonical(inner, level + 1) for inner in elements(payload)]}
        case "M":
            members = attributes_of(payload)
            if "" in members:
                raise ValueError("an attribute name may not be empty")
            return {"M": {name: _canonical(inner, level + 1) for name, inner in members.items()}}
    if kind in SET_TYPES:
        return {kind: _set(kind, elements(payload))}
    return {kind: _scalar(kind, payload)}


def _set(kind: str, members: Iterable[object]) -> list[str]:
    made = {str(_scalar(kind[0], one)) for one in members}
    if not made:
        raise ValueError("DynamoDB has no empty set: leave the attribute out")
    if kind == "NS":
        return sorted(made, key=Decimal)
    return sorted(made, key=lambda member: member.encode("utf-8", "surrogatepass"))


def _scalar(kind: str, payload: object) -> object:
    match kind, payload:
        case ("S", str()) | ("BOOL", bool()) | ("NULL", True):
            return payload
        case "N", str():
            return number_text(payload)
        case "B", str():
            try:
                return base64.b64encode(base64.b64decode(payload, validate=True)).decode()
            except (binascii.Error, ValueError) as error:
                raise ValueError(f"{payload!r:.60} is not base64") from error
    raise ValueError(f"{payload!r:.60} is not a value of type {kind}")
