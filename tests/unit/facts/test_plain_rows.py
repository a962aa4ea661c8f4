"""Values of facts as plain values, and back by the types of their columns."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import duckdb
import pytest

from dynaproof.facts.plain_rows import plain_value, value_of_type

VALUES: tuple[tuple[str, object], ...] = (
    ("VARCHAR", "1"),
    ("VARCHAR", ""),
    ("BIGINT", -(2**63)),
    ("HUGEINT", 2**100),
    ("DOUBLE", 0.1),
    ("DOUBLE", float("inf")),
    ("DECIMAL(18,4)", Decimal("0.1000")),
    ("BOOLEAN", False),
    ("DATE", date(2024, 2, 29)),
    ("TIMESTAMP", datetime(2026, 12, 31, 23, 59, 59, 999_999)),
    ("TIME", time(1, 2, 3)),
    ("BLOB", bytes(range(256))),
    ("BIGINT[]", [1, None, 3]),
    ("VARCHAR[][]", [["a"], []]),
    ("STRUCT(a BIGINT, b VARCHAR[])", {"a": 1, "b": ["x", None]}),
    ("MAP(VARCHAR, BIGINT)", {"a": 1}),
    ("BIGINT", None),
)


@pytest.mark.parametrize(("type_", "value"), VALUES)
def test_a_value_comes_back_with_its_type(type_: str, value: object) -> None:
    with duckdb.connect() as connection:
        found = value_of_type(connection, plain_value(value), type_)
    assert found == value
    assert type(found) is type(value)


REFUSED: tuple[tuple[str, object], ...] = (
    ("BIGINT", "one"),
    ("BIGINT", [1]),
    ("BIGINT[]", 1),
    ("VARCHAR", 1),
    ("BLOB", "not base64!"),
    ("DATE", "2026-02-30"),
    ("STRUCT(a BIGINT)", {"a": "x"}),
)


@pytest.mark.parametrize(("type_", "plain"), REFUSED)
def test_what_no_column_of_the_type_holds_is_refused(type_: str, plain: object) -> None:
    with duckdb.connect() as connection, pytest.raises(ValueError, match=r"is no|is not base64"):
        value_of_type(connection, plain, type_)
