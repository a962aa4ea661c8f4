"""Attributes of a view as plain SQL columns, and their typed values made in Python.

``attribute_sql`` makes the same values as JSON within DuckDB: faster for all items of a large
table. DuckDB needs milliseconds to plan such SQL, so that a few items are made faster here.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

import orjson
from duckdb.sqltypes import DuckDBPyType

from dynaproof.items.attribute_sql import NUMBERS, attribute_sql, element_type, natural_type
from dynaproof.items.dynamodb_json import json_value
from dynaproof.items.template_sql import INTEGERS, SqlValue, children, template_sql, text_of
from dynaproof.model.attribute_value import AttributeValue, number_text
from dynaproof.model.item import AttributeTemplate, AttributeType

Maker = Callable[[object], AttributeValue | None]
"""A column's value, never None, as an attribute value of the JSON protocol; None if absent.

Raises ValueError for a number that DynamoDB cannot store.
"""

_SHORT_INTEGERS = INTEGERS - {"hugeint", "uhugeint"}
_EXACT = _SHORT_INTEGERS | {"hugeint", "uhugeint", "decimal", "double"}


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """One attribute: a SQL expression, NULL where it is absent, and what makes its value."""

    name: str
    sql: str
    make: Maker


def typed_column(spec: AttributeTemplate, columns: Mapping[str, DuckDBPyType]) -> TypedColumn:
    """An attribute of an item type whose view has these columns; ``item_view`` let it pass."""
    value = template_sql(spec.template, columns)
    if spec.dynamodb_json:
        return TypedColumn(spec.name, value.sql, _of_dynamodb_json)
    wanted = spec.type if spec.type is not None else natural_type(value.type)
    sql, make = _column(value, wanted)
    return TypedColumn(spec.name, sql, make)


def _column(value: SqlValue, wanted: AttributeType) -> tuple[str, Maker]:
    sql, kind = value.sql, value.type
    if wanted == "S":
        return text_of(sql, kind).sql, _text
    if wanted == "N" and kind.id == "varchar":
        return sql, _number_of_text
    if wanted == "SS" and kind.id == "list" and element_type(kind).id == "varchar":
        return f"list_sort(list_distinct({sql}))", _text_set
    if wanted == natural_type(kind):
        if kind.id in NUMBERS and kind.id not in _SHORT_INTEGERS:
            return f"CAST({sql} AS VARCHAR)", _number_of_text
        make = _maker(kind)
        if make is not None:
            return sql, make
    return attribute_sql(value, wanted).json, _of_json


def _maker(kind: DuckDBPyType) -> Maker | None:
    """What makes a value of the type that DuckDB gives to Python; None where only SQL can."""
    name = kind.id
    if name in _SHORT_INTEGERS:
        return _short_integer
    simple: dict[str, Maker] = {"varchar": _text, "uuid": _text, "boolean": _truth, "blob": _binary}
    if name in simple:
        return simple[name]
    if name in _EXACT:
        return _number
    if name in ("list", "array"):
        element = _maker(element_type(kind))
        return None if element is None else _list_maker(element)
    if name == "struct":
        members = [(member, _maker(one)) for member, one in children(kind)]
        made = {member: make for member, make in members if make is not None}
        return _struct_maker(made) if len(made) == len(members) else None
    return None


def _text(value: object) -> AttributeValue:
    return {"S": str(value)}


def _short_integer(value: object) -> AttributeValue:
    return {"N": str(value)}


def _number(value: object) -> AttributeValue:
    return {"N": number_text(cast(int | float | Decimal, value))}


def _number_of_text(value: object) -> AttributeValue:
    return {"N": number_text(str(value))}


def _truth(value: object) -> AttributeValue:
    return {"BOOL": bool(value)}


def _binary(value: object) -> AttributeValue:
    return {"B": base64.b64encode(cast(bytes, value)).decode()}


def _text_set(value: object) -> AttributeValue | None:
    members = [str(member) for member in cast(Iterable[object], value)]
    return {"SS": members} if members else None  # DynamoDB has no empty sets


def _of_dynamodb_json(value: object) -> AttributeValue:
    return json_value(str(value))


def _of_json(value: object) -> AttributeValue:
    return cast(AttributeValue, orjson.loads(str(value)))


def _list_maker(element: Maker) -> Maker:
    def make(value: object) -> AttributeValue:
        # An element that is NULL stays in its place, as DynamoDB's NULL.
        return {
            "L": [
                {"NULL": True} if one is None else element(one)
                for one in cast(Sequence[object], value)
            ]
        }

    return make


def _struct_maker(members: Mapping[str, Maker]) -> Maker:
    def make(value: object) -> AttributeValue:
        given = cast(Mapping[str, object], value)
        # A member that is NULL is absent, as an attribute of an item would be.
        return {
            "M": {name: of(given[name]) for name, of in members.items() if given[name] is not None}
        }

    return make
