"""SQL values as DynamoDB JSON and bytes: equal to the model's, value by value."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import cast

import duckdb
import pytest
from duckdb.sqltypes import DuckDBPyType
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dynaproof.capacity.item_size import value_bytes
from dynaproof.items.attribute_sql import NUMBER_MACROS, AttributeTypeError, attribute_sql
from dynaproof.items.template_sql import SqlValue
from dynaproof.model.attribute_value import from_wire, to_attribute_value
from dynaproof.model.item import AttributeType

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
NAMES = ("plain", "it's", 'say "x"', "$pk:#", "größe", "😀")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as made:
        made.execute("SET TimeZone = 'Pacific/Chatham'")
        for macro in NUMBER_MACROS:
            made.execute(macro)
        yield made


@dataclass(frozen=True)
class Kind:
    """A SQL type and values of it."""

    sql: str
    values: SearchStrategy[object]


DIGITS_38 = st.integers(-(10**38) + 1, 10**38 - 1)
SCALARS = (
    Kind("VARCHAR", TEXTS),
    Kind("BOOLEAN", st.booleans()),
    Kind("BIGINT", st.integers(-(2**63), 2**63 - 1)),
    Kind("UBIGINT", st.integers(0, 2**64 - 1)),
    Kind("TINYINT", st.integers(-128, 127)),
    Kind("DECIMAL(38,0)", DIGITS_38.map(Decimal)),
    Kind("DECIMAL(38,38)", DIGITS_38.map(lambda n: Decimal((n < 0, _digits(n), -38)))),
    Kind("DECIMAL(18,9)", st.decimals(-(10**8), 10**8, places=9)),
    Kind("DECIMAL(9,2)", st.decimals(-(10**6), 10**6, places=2)),
    Kind("DOUBLE", st.floats(-1e125, 1e125).filter(lambda x: x == 0 or abs(x) >= 1e-129)),
    Kind("BLOB", st.binary(max_size=20)),
    Kind("UUID", st.uuids()),
    Kind("DATE", st.dates(date(1000, 1, 1), date(9999, 12, 31))),
    Kind("TIMESTAMP", st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31))),
)


Stored = tuple[dict[str, object] | None, object, object]
"""Typed value, bytes, and the plain column."""


def _digits(number: int) -> tuple[int, ...]:
    return tuple(int(digit) for digit in str(abs(number)))


def _nested(kinds: SearchStrategy[Kind]) -> SearchStrategy[Kind]:
    return st.one_of(kinds.map(_list_of), st.lists(kinds, min_size=1, max_size=3).map(_struct_of))


def _list_of(kind: Kind) -> Kind:
    return Kind(f"{kind.sql}[]", st.lists(st.none() | kind.values, max_size=4))


def _struct_of(kinds: list[Kind]) -> Kind:
    members = dict(zip(NAMES, kinds, strict=False))
    quoted = ", ".join(f'"{_escaped(name)}" {kind.sql}' for name, kind in members.items())
    return Kind(
        f"STRUCT({quoted})",
        st.fixed_dictionaries({name: st.none() | kind.values for name, kind in members.items()}),
    )


def _escaped(name: str) -> str:
    return name.replace('"', '""')


KINDS = st.recursive(st.sampled_from(SCALARS), _nested, max_leaves=6)


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(SCALARS), data=st.data())
def test_scalars(connection: duckdb.DuckDBPyConnection, kind: Kind, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | kind.values, max_size=8))
    made = [_stored_as(connection, kind, value) for value in values]
    assert made == [_should_be(value) for value in values]


@settings(max_examples=300, deadline=None)
@given(kind=KINDS, data=st.data())
def test_nested_values(
    connection: duckdb.DuckDBPyConnection, kind: Kind, data: st.DataObject
) -> None:
    values = data.draw(st.lists(st.none() | kind.values, max_size=3))
    made = [_stored_as(connection, kind, value) for value in values]
    assert made == [_should_be(value) for value in values]


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("CAST(0 AS DECIMAL(9, 9))", "0"),
        ("CAST(-0.50 AS DECIMAL(2, 2))", "-0.5"),
        ("CAST(120.50 AS DECIMAL(9, 2))", "120.5"),
        ("CAST(100 AS DECIMAL(9, 2))", "100"),
        ("CAST(100 AS DOUBLE)", "100"),
        ("CAST('-0.0' AS DOUBLE)", "0"),
        ("100", "100"),
    ],
)
def test_a_number_is_written_as_dynamodb_answers_it(
    connection: duckdb.DuckDBPyConnection, sql: str, text: str
) -> None:
    # Keys are compared as texts: one number has one text, whatever its SQL type.
    [kind] = connection.sql(f"SELECT {sql}").types
    made = attribute_sql(SqlValue(f"({sql})", kind))
    assert connection.execute(f"SELECT {made.plain}").fetchall() == [(text,)]


@settings(max_examples=100, deadline=None)
@given(kind=st.sampled_from(SCALARS), data=st.data())
def test_maps(connection: duckdb.DuckDBPyConnection, kind: Kind, data: st.DataObject) -> None:
    value = data.draw(st.dictionaries(TEXTS.filter(bool), st.none() | kind.values, max_size=4))
    sql = f"MAP(VARCHAR, {kind.sql})"
    keys, values = list(value), list(value.values())
    [row] = connection.execute(
        f"SELECT {_columns(sql)} FROM (SELECT map(CAST(? AS VARCHAR[]), CAST(? AS {kind.sql}[]))"
        " AS value) AS source",
        [keys, [_given(one) for one in values]],
    ).fetchall()
    assert _read(row) == _should_be(value, maps=True)


SETS: tuple[tuple[AttributeType, str, SearchStrategy[object]], ...] = (
    ("SS", "VARCHAR[]", TEXTS.filter(bool)),
    ("NS", "BIGINT[]", st.integers(-(2**63), 2**63 - 1)),
    ("NS", "DECIMAL(9,2)[]", st.decimals(-(10**6), 10**6, places=2)),
    ("BS", "BLOB[]", st.binary(min_size=1, max_size=5)),
    ("SS", "BIGINT[]", st.integers(-99, 99)),
)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize(("asked", "sql", "members"), SETS)
def test_sets(
    connection: duckdb.DuckDBPyConnection,
    asked: AttributeType,
    sql: str,
    members: SearchStrategy[object],
    data: st.DataObject,
) -> None:
    # A list may have a member twice and NULL in it; a set holds each once, and no NULL.
    value = data.draw(st.lists(st.none() | members, max_size=6))
    made = attribute_sql(SqlValue("source.value", DuckDBPyType(sql)), asked)
    [(text, size)] = connection.execute(
        f"SELECT {made.json}, {made.bytes} FROM (SELECT CAST(? AS {sql}) AS value) AS source",
        [_given(value)],
    ).fetchall()
    plain = {str(one) if asked == "SS" else one for one in value if one is not None}
    if not plain:
        assert (text, size) == (None, None)  # DynamoDB has no empty set
        return
    expected = to_attribute_value(plain)
    found = from_wire(json.loads(text))
    assert {key: set(cast(list[object], inner)) for key, inner in found.items()} == {
        key: set(cast(list[object], inner)) for key, inner in expected.items()
    }
    assert size == value_bytes(expected)


def test_a_set_has_the_same_text_whatever_the_order(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    made = attribute_sql(SqlValue("source.value", DuckDBPyType("VARCHAR[]")), "SS")
    rows = connection.execute(
        f"SELECT {made.json} FROM (SELECT unnest([['b', 'a', 'b'], ['a', 'b']]) AS value) AS source"
    ).fetchall()
    assert [json.loads(text) for (text,) in rows] == [{"SS": ["a", "b"]}] * 2


@pytest.mark.parametrize(
    ("sql", "asked", "text"),
    [
        ("[1, NULL]::INTEGER[2]", None, '{"L":[{"N":"1"},{"NULL":true}]}'),
        ("[1, 2]::INTEGER[2]", "NS", '{"NS":["1","2"]}'),
        ("'a'::ENUM('a', 'b')", None, '{"S":"a"}'),
        ("TIME '12:30'", None, '{"S":"12:30:00"}'),
        ("TIMESTAMP_NS '2026-01-02 03:04:05.6789'", None, '{"S":"2026-01-02T03:04:05.678Z"}'),
        ("TIMESTAMPTZ '2026-01-02 03:04:05+02'", None, '{"S":"2026-01-02T01:04:05.000Z"}'),
        ("to_json({'a': 1})", None, '{"S":"{\\"a\\":1}"}'),
        ("MAP {1: true}", None, '{"M":{"1":{"BOOL":true}}}'),
        ("12", "S", '{"S":"12"}'),
        ("true", "NULL", '{"NULL":true}'),
    ],
)
def test_less_common_types(
    connection: duckdb.DuckDBPyConnection, sql: str, asked: AttributeType | None, text: str
) -> None:
    [kind] = connection.sql(f"SELECT {sql} AS value").types
    made = attribute_sql(SqlValue("source.value", kind), asked)
    [row] = connection.execute(
        f"SELECT {made.json}, {made.bytes} FROM (SELECT {sql} AS value) AS source"
    ).fetchall()
    assert row == (text, value_bytes(json.loads(text)))


@pytest.mark.parametrize(
    ("sql", "asked"),
    [
        ("UNION(n INTEGER, t VARCHAR)", None),
        ("BOOLEAN", "N"),
        ("VARCHAR", "SS"),
        ("BIGINT", "BOOL"),
        ("BOOLEAN[]", "NS"),
        ("STRUCT(a INTEGER)", "S"),
        ("STRUCT(a INTEGER)[]", "SS"),
    ],
)
def test_what_dynamodb_cannot_hold_is_said(sql: str, asked: AttributeType | None) -> None:
    with pytest.raises(AttributeTypeError):
        attribute_sql(SqlValue("x", DuckDBPyType(sql)), asked)


def _columns(sql: str) -> str:
    made = attribute_sql(SqlValue("source.value", DuckDBPyType(sql)))
    return f"{made.json}, {made.bytes}, {made.plain or 'NULL'}"


def _stored_as(connection: duckdb.DuckDBPyConnection, kind: Kind, value: object) -> Stored:
    """What SQL makes of one value."""
    [row] = connection.execute(
        f"SELECT {_columns(kind.sql)} FROM (SELECT CAST(? AS {kind.sql}) AS value) AS source",
        [_given(value)],
    ).fetchall()
    return _read(row)


def _read(row: tuple[object, ...]) -> Stored:
    text, size, plain = row
    typed = None if text is None else _canonical(json.loads(str(text)))
    if typed is not None and "N" in typed:
        plain = to_attribute_value(Decimal(str(plain)))["N"]
    return typed, size, plain


def _should_be(value: object, *, maps: bool = False) -> Stored:
    """The typed value, its bytes, and its text or bytes where it can be a key."""
    if value is None:
        return None, None, None
    typed = to_attribute_value(_stored(value, keep_null=maps))
    [(kind, payload)] = typed.items()
    return typed, value_bytes(typed), payload if kind in ("S", "N", "B") else None


def _given(value: object) -> object:
    """A value as a parameter of DuckDB: decimals as text, so that no digit is lost."""
    match value:
        case Decimal():
            return format(value, "f")
        case list():
            return [_given(one) for one in value]
        case dict():
            return {name: _given(one) for name, one in value.items()}
    return value


def _stored(value: object, *, keep_null: bool = False) -> object:
    """What a SQL value is in DynamoDB: a member of a struct that is NULL is absent."""
    match value:
        case list():
            return [_stored(one) for one in value]
        case dict():
            members = {
                name: _stored(one) for name, one in value.items() if keep_null or one is not None
            }
            return {"M": members}
    return value


def _canonical(typed: dict[str, object]) -> dict[str, object]:
    """Read DynamoDB JSON: binary from base64, numbers in DynamoDB's own way of writing."""
    [(kind, payload)] = typed.items()
    match kind, payload:
        case "B", str():
            return {"B": base64.b64decode(payload)}
        case "N", str():
            return dict(to_attribute_value(Decimal(payload)))
        case "L", list():
            return {"L": [_canonical(one) for one in payload]}
        case "M", dict():
            return {"M": {name: _canonical(one) for name, one in payload.items()}}
    return typed
