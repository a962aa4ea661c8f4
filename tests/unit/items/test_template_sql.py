"""A template as SQL gives what Template.fill gives, to the character."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pytest
from duckdb.sqltypes import DuckDBPyType
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dynaproof.items.template_sql import TemplateColumnError, template_sql
from dynaproof.model.item import Constant
from dynaproof.model.template import Template

FIRST, LAST = datetime(1000, 1, 1), datetime(9999, 12, 31)
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
FIXED = st.text("#/ aZ0'\"{}$é😀\n", max_size=4)


def _in_utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Kind:
    sql: str
    values: SearchStrategy[object]
    formats: tuple[str, ...] = ("",)


WHOLE_FORMATS = ("", "08d", "3d", "020d")
INSTANT_FORMATS = ("", "iso", "iso-s", "iso-us", "epoch", "epoch-ms", "%Y-%m-%d", "%H.%M:%S", "%d/%m/%y", "%j %u %f %%")  # fmt: skip
KINDS = (
    Kind("VARCHAR", TEXTS),
    Kind("BIGINT", st.integers(-(2**63), 2**63 - 1), WHOLE_FORMATS),
    Kind("INTEGER", st.integers(-(2**31), 2**31 - 1), WHOLE_FORMATS),
    Kind("UTINYINT", st.integers(0, 255), WHOLE_FORMATS),
    Kind("HUGEINT", st.integers(-(2**126), 2**126), WHOLE_FORMATS),
    Kind("BOOLEAN", st.booleans()),
    Kind("DECIMAL(18,3)", st.decimals(-(10**14), 10**14, places=3)),
    Kind("UUID", st.uuids()),
    Kind("DATE", st.dates(date(1000, 1, 1), date(9999, 12, 31)), ("", "iso", "epoch", "%Y-%m")),
    Kind("TIMESTAMP", st.datetimes(FIRST, LAST), INSTANT_FORMATS),
    Kind("TIMESTAMPTZ", st.datetimes(FIRST, LAST).map(_in_utc), INSTANT_FORMATS[1:]),
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as made:
        made.execute("SET TimeZone = 'Pacific/Chatham'")  # the machine's zone must not matter
        yield made


@settings(max_examples=150, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.sql)
def test_sql_fills_as_python_does(
    kind: Kind, connection: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    value = data.draw(st.one_of(st.none(), kind.values))
    format_ = data.draw(st.sampled_from(kind.formats))
    name = "${value:" + format_ + "}" if format_ else "${value}"
    before, after = (text.replace("$", "$$") for text in data.draw(st.tuples(FIXED, FIXED)))
    template = Template.parse(before + name + after)
    made = template_sql(template, {"value": DuckDBPyType(kind.sql)})
    found = _filled(connection, made.sql, kind.sql, value)
    expected = None if value is None else template.fill({"value": value})
    if template.sole_field is not None and not format_:
        assert found == expected  # the value itself, of its own type
    else:
        assert (type(found), found) == (type(expected), expected)


@settings(max_examples=100, deadline=None)
@given(values=st.tuples(TEXTS, st.integers(-99, 99), st.none() | st.booleans()))
def test_several_fields_and_quotes(
    connection: duckdb.DuckDBPyConnection, values: tuple[str, int, bool | None]
) -> None:
    template = Template.parse("it's ${a}'${n:05d}'${b}''$$${a}")
    types = {"a": "VARCHAR", "n": "BIGINT", "b": "BOOLEAN"}
    made = template_sql(template, {name: DuckDBPyType(sql) for name, sql in types.items()})
    row = ", ".join(f"CAST(? AS {sql}) AS {name}" for name, sql in types.items())
    [(found,)] = connection.execute(
        f"SELECT {made.sql} FROM (SELECT {row}) AS source", values
    ).fetchall()
    assert found == template.fill(dict(zip(types, values, strict=True)))


def test_a_part_of_a_struct_and_a_name_that_needs_quotes(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    source = "SELECT {'zip': {'code': 150}} AS place"
    made = template_sql(
        Template.parse("${place.zip.code:05d}"),
        {"place": DuckDBPyType("STRUCT(zip STRUCT(code INTEGER))")},
    )
    assert connection.execute(f"SELECT {made.sql} FROM ({source}) AS source").fetchall() == [
        ("00150",)
    ]


@pytest.mark.parametrize(
    "constant", [0, -1, 2**63 - 1, 2**70, 0.1, -1.5e-7, 1e22, True, False], ids=repr
)
def test_constants_keep_their_value(
    connection: duckdb.DuckDBPyConnection, constant: int | float | bool
) -> None:
    made = template_sql(Constant(constant), {})
    [(found,)] = connection.execute(f"SELECT {made.sql}").fetchall()
    assert (found, isinstance(found, bool)) == (constant, isinstance(constant, bool))


@pytest.mark.parametrize(
    ("text", "kind", "unknown"),
    [
        ("${other}", "VARCHAR", True),
        ("${value.part}", "VARCHAR", False),
        ("${value.other}", "STRUCT(part VARCHAR)", False),
        ("${value:08d}", "VARCHAR", False),
        ("${value:08d}", "DOUBLE", False),
        ("${value:iso}", "BIGINT", False),
        ("${value:%Y}", "VARCHAR", False),
    ],
)
def test_what_a_view_does_not_have_is_said(text: str, kind: str, unknown: bool) -> None:
    with pytest.raises(TemplateColumnError) as raised:
        template_sql(Template.parse(text), {"value": DuckDBPyType(kind)})
    assert raised.value.unknown is unknown


def _filled(connection: duckdb.DuckDBPyConnection, sql: str, kind: str, value: object) -> object:
    if isinstance(value, Decimal):
        value = str(value)
    source = f"SELECT CAST(? AS {kind}) AS value"
    [(found,)] = connection.execute(f"SELECT {sql} FROM ({source}) AS source", [value]).fetchall()
    return found
