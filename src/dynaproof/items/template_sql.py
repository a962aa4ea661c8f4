"""Templates as SQL over the columns of a view, alike to ``Template.fill`` to the character."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from duckdb.sqltypes import DuckDBPyType

from dynaproof.facts.quoting import quoted, quoted_text
from dynaproof.model.item import Constant
from dynaproof.model.template import INSTANT_FORMATS, Field, Template

INTEGERS = frozenset(
    [
        "tinyint",
        "smallint",
        "integer",
        "bigint",
        "hugeint",
        "utinyint",
        "usmallint",
        "uinteger",
        "ubigint",
        "uhugeint",
    ]
)
INSTANTS = frozenset({"timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "date"})
WITH_TIME_ZONE = "timestamp with time zone"


class TemplateColumnError(ValueError):
    """A template and its view do not fit; ``column`` is the name at fault."""

    def __init__(self, message: str, column: str, *, unknown: bool = False) -> None:
        super().__init__(message)
        self.column = column
        self.unknown = unknown


@dataclass(frozen=True, slots=True)
class SqlValue:
    """A SQL expression and the SQL type that it has."""

    sql: str
    type: DuckDBPyType


TEXT = DuckDBPyType("VARCHAR")
WHOLE = DuckDBPyType("BIGINT")


def children(kind: DuckDBPyType) -> list[tuple[str, DuckDBPyType]]:
    """The members of a nested SQL type."""
    return [(name, one) for name, one in kind.children if isinstance(one, DuckDBPyType)]


def template_sql(
    template: Template | Constant, columns: Mapping[str, DuckDBPyType], row: str = "source"
) -> SqlValue:
    """The expression that fills a template from a row; NULL if one of its columns is NULL.

    ``columns`` gives the view's columns. Raises TemplateColumnError.
    """
    if isinstance(template, Constant):
        return _constant(template.value)
    sole = template.sole_field
    if sole is not None:
        return _field(sole, columns, row, within_text=False)
    parts = [
        quoted_text(part) if isinstance(part, str) else _field(part, columns, row, True).sql
        for part in template.parts
    ]
    return SqlValue("(" + " || ".join(parts or ["''"]) + ")", TEXT)


def _constant(value: int | float | bool) -> SqlValue:
    if isinstance(value, bool):
        return SqlValue("true" if value else "false", DuckDBPyType("BOOLEAN"))
    kind = "BIGINT" if isinstance(value, int) and abs(value) < 2**63 else "DOUBLE"
    return SqlValue(f"CAST({value!r} AS {kind})", DuckDBPyType(kind))


def _field(
    field: Field, columns: Mapping[str, DuckDBPyType], row: str, within_text: bool
) -> SqlValue:
    name, _, inner = field.name.partition(".")
    if name not in columns:
        raise TemplateColumnError(f"the view has no column '{name}'", name, unknown=True)
    sql, kind = f"{row}.{quoted(name)}", columns[name]
    while inner:
        head, _, inner = inner.partition(".")
        members = dict(children(kind)) if kind.id == "struct" else {}
        if head not in members:
            raise TemplateColumnError(f"'{name}' has no part '{head}'", field.name)
        sql, kind = f"{sql}[{quoted_text(head)}]", members[head]
    if field.format:
        return _formatted(field, sql, kind)
    return text_of(sql, kind) if within_text else SqlValue(sql, kind)


def text_of(sql: str, kind: DuckDBPyType) -> SqlValue:
    """How a value stands inside of a text."""
    if kind.id in INSTANTS - {"date"} or kind.id == WITH_TIME_ZONE:
        return SqlValue(f"strftime({_instant(sql, kind)}, '%Y-%m-%dT%H:%M:%S.%gZ')", TEXT)
    if kind.id == "blob":
        return SqlValue(f"base64({sql})", TEXT)
    return SqlValue(f"CAST({sql} AS VARCHAR)", TEXT)


def _formatted(field: Field, sql: str, kind: DuckDBPyType) -> SqlValue:
    if field.format.endswith("d") and "%" not in field.format:
        if kind.id not in INTEGERS:
            raise TemplateColumnError(
                f"the format '{field.format}' needs a whole number; '{field.name}' is {kind}",
                field.name,
            )
        return SqlValue(f"format('{{:{field.format}}}', {sql})", TEXT)
    if kind.id not in INSTANTS and kind.id != WITH_TIME_ZONE:
        raise TemplateColumnError(
            f"the format '{field.format}' needs a date or a timestamp; '{field.name}' is {kind}",
            field.name,
        )
    instant = _instant(sql, kind)
    if field.format in INSTANT_FORMATS:
        match field.format:
            case "epoch":
                return SqlValue(f"CAST(floor(epoch_us({instant}) / 1000000) AS BIGINT)", WHOLE)
            case "epoch-ms":
                return SqlValue(f"CAST(floor(epoch_us({instant}) / 1000) AS BIGINT)", WHOLE)
        digits = {"iso": ".%gZ", "iso-s": "Z", "iso-us": ".%fZ"}[field.format]
        return SqlValue(f"strftime({instant}, '%Y-%m-%dT%H:%M:%S{digits}')", TEXT)
    return SqlValue(f"strftime({instant}, {quoted_text(field.format)})", TEXT)


def _instant(sql: str, kind: DuckDBPyType) -> str:
    if kind.id == WITH_TIME_ZONE:
        return f"timezone('UTC', {sql})"
    return sql if kind.id == "timestamp" else f"CAST({sql} AS TIMESTAMP)"
