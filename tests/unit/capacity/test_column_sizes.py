"""Sizes of one item and of columns of items are the same, to the byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import pytest
from duckdb.sqltypes import DuckDBPyType
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dynaproof.capacity.item_size import item_bytes
from dynaproof.items.attribute_sql import NUMBER_MACROS, attribute_sql
from dynaproof.items.template_sql import SqlValue
from dynaproof.model.attribute_value import from_wire
from dynaproof.model.item import AttributeType

# DuckDB's texts have no NUL, and names in a STRUCT no other case of one another.
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=9)
NAMES = ("a", "größe", "it's", "😀", "long name of an attribute")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as made:
        for macro in NUMBER_MACROS:
            made.execute(macro)
        yield made


@dataclass(frozen=True)
class Column:
    """A SQL type and a value of it."""

    sql: str
    value: object


def scaled(digits: int, scale: int) -> Decimal:
    sign, tail, _ = Decimal(digits).as_tuple()
    return Decimal((sign, tail, -scale))


DIGITS = st.integers(-(10**38) + 1, 10**38 - 1)
SCALARS: SearchStrategy[Column] = st.one_of(
    TEXT.map(lambda value: Column("VARCHAR", value)),
    st.binary(max_size=9).map(lambda value: Column("BLOB", value)),
    st.booleans().map(lambda value: Column("BOOLEAN", value)),
    st.integers(-(2**63), 2**63 - 1).map(lambda value: Column("BIGINT", value)),
    DIGITS.map(lambda value: Column("DECIMAL(38,0)", Decimal(value))),
    DIGITS.map(lambda value: Column("DECIMAL(38,38)", scaled(value, 38))),
    DIGITS.map(lambda value: Column("DECIMAL(38,7)", scaled(value, 7))),
    st.floats(-9e125, 9e125)
    .filter(lambda value: not value or abs(value) >= 1e-130)
    .map(lambda value: Column("DOUBLE", value)),
)


def nested(inner: SearchStrategy[Column]) -> SearchStrategy[Column]:
    members = st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=3)
    lists = inner.flatmap(
        lambda one: st.integers(0, 3).map(lambda n: Column(f"{one.sql}[]", [one.value] * n))
    )
    return lists | members.map(structure)


def structure(members: dict[str, Column]) -> Column:
    types = ", ".join(f'"{name}" {column.sql}' for name, column in members.items())
    return Column(f"STRUCT({types})", {name: column.value for name, column in members.items()})


@given(st.recursive(SCALARS, nested, max_leaves=6), st.sampled_from(NAMES))
def test_an_item_has_the_bytes_that_its_columns_have(
    connection: duckdb.DuckDBPyConnection, column: Column, name: str
) -> None:
    attribute = attribute_sql(SqlValue("value", DuckDBPyType(column.sql)))
    row = connection.execute(
        f"SELECT {attribute.json}, {attribute.bytes} FROM (SELECT CAST(? AS {column.sql}) AS value)",
        [column.value],
    ).fetchone()
    assert row is not None
    item = {name: from_wire(json.loads(row[0]))}
    assert item_bytes(item) == len(name.encode()) + row[1]


@pytest.mark.parametrize(
    ("asked", "sql", "members"),
    [
        ("SS", "VARCHAR", ["größe", "a", "a", "😀"]),
        ("NS", "DECIMAL(20,3)", [Decimal("-0.015"), Decimal(120), Decimal("3.140")]),
        ("BS", "BLOB", [b"\x00\xff", b"", b"\x00\xff"]),
    ],
)
def test_a_set_has_the_bytes_of_its_members(
    connection: duckdb.DuckDBPyConnection, asked: AttributeType, sql: str, members: list[object]
) -> None:
    attribute = attribute_sql(SqlValue("value", DuckDBPyType(f"{sql}[]")), asked)
    row = connection.execute(
        f"SELECT {attribute.json}, {attribute.bytes} FROM (SELECT CAST(? AS {sql}[]) AS value)",
        [members],
    ).fetchone()
    assert row is not None
    assert item_bytes({"set": from_wire(json.loads(row[0]))}) == len("set") + row[1]
