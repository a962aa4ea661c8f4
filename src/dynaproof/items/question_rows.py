"""The rows of a question as typed attribute values, as the items of the same SQL would have them.

NULL is an absent attribute. SQL types give DynamoDB types as in ``attribute_sql``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, cast

import duckdb
import orjson
from duckdb.sqltypes import DuckDBPyType

from dynaproof.facts.question import Question, bounds
from dynaproof.facts.sql import run
from dynaproof.facts.sql_problem import SqlError, SqlProblem
from dynaproof.facts.statement_clock import StatementClock
from dynaproof.items.attribute_sql import AttributeSql, AttributeTypeError, attribute_sql
from dynaproof.items.template_sql import INSTANTS, INTEGERS, WITH_TIME_ZONE, SqlValue
from dynaproof.model.codes import Code

ColumnKind = Literal["plain", "instant", "list", "double", "float"]
TypedRow = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """Attributes by column; ``instants`` holds microseconds since 1970 of dates and timestamps."""

    attributes: TypedRow
    instants: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Tie:
    """Rows that the question does not order among themselves, ``take`` of which are asked for."""

    rows: tuple[QuestionRow, ...]
    take: int


@dataclass(frozen=True, slots=True)
class QuestionRows:
    """The rows of a question with one parameter set.

    ``ties`` follow one another where the question is ``ordered``; else there is one at most.
    """

    columns: Mapping[str, ColumnKind]
    ties: tuple[Tie, ...]
    ordered: bool

    @property
    def count(self) -> int:
        """How many rows the question has."""
        return sum(tie.take for tie in self.ties)

    @property
    def rows(self) -> tuple[QuestionRow, ...]:
        """A right choice of rows, in a right order."""
        return tuple(row for tie in self.ties for row in tie.rows[: tie.take])


_Form = Literal["S", "N", "BOOL", "json"]
"""How a column comes from DuckDB: as the payload of a type, or as DynamoDB JSON."""


@dataclass(frozen=True, slots=True)
class _Select:
    """The SELECT that gives a tie's rank, instants, and the attributes in their forms."""

    columns: Mapping[str, ColumnKind]
    instants: tuple[str, ...]
    forms: tuple[tuple[str, _Form], ...]
    sql: str


@dataclass(slots=True)
class QuestionReader:
    """Reads one question with many parameter sets, and works out its SQL once."""

    question: Question
    clock: StatementClock | None = None
    _selects: dict[tuple[object, ...], _Select] = field(default_factory=dict)

    def rows(
        self, connection: duckdb.DuckDBPyConnection, values: Mapping[str, object]
    ) -> QuestionRows:
        """The rows on a connection that ``items.stored.prepare`` made ready; raises SqlError."""
        question = self.question
        select = self._select(connection, values)
        limit, offset = bounds(connection, question, values)
        sql = select.sql
        if question.ordered and limit is not None:
            sql += f" WHERE tie <= {limit + offset}"
        if question.ordered:
            sql += " ORDER BY tie"
        found = run(connection, sql, values, clock=self.clock).rows
        rows = [(cast(int, row[0]), _read(row, select)) for row in found]
        ties = tuple(_ties(rows, limit, offset))
        return QuestionRows(select.columns, ties, question.ordered)

    def _select(
        self, connection: duckdb.DuckDBPyConnection, values: Mapping[str, object]
    ) -> _Select:
        # A parameter among the columns gives its own type to the column.
        key = tuple((name, _kind_of(value)) for name, value in sorted(values.items()))
        if key not in self._selects:
            self._selects[key] = _select(connection, self.question, values)
        return self._selects[key]


def _select(
    connection: duckdb.DuckDBPyConnection, question: Question, values: Mapping[str, object]
) -> _Select:
    types = _types(connection, question, values)
    kinds: dict[str, ColumnKind] = {}
    instants: dict[str, str] = {}
    forms: list[tuple[str, _Form]] = []
    values_sql: list[str] = []
    for number, name in enumerate(question.columns):
        value = SqlValue(f"source.c{number}", types[number])
        try:
            made = attribute_sql(value)
        except AttributeTypeError as error:
            message = f"the column '{name}' is no attribute: {error}"
            hint = "Convert it, for instance with CAST(... AS VARCHAR)."
            raise SqlError(SqlProblem(Code.ATTRIBUTE_TYPE, message, hint)) from error
        kinds[name] = _column_kind(value.type)
        form, text = _form(value, made)
        forms.append((name, form))
        values_sql.append(text)
        if kinds[name] == "instant":
            instants[name] = _microseconds(value)
    columns = ", ".join(f"c{number}" for number in range(len(types)))
    keys = ", ".join(f"source.c{key.column}{key.direction}" for key in question.order)
    tie = f"rank() OVER (ORDER BY {keys})" if keys else "1"
    sql = (
        f"SELECT {', '.join(['tie', *instants.values(), *values_sql])}"
        f" FROM (SELECT source.*, {tie} AS tie FROM ({question.rows}\n) AS source({columns}))"
        " AS source"
    )
    return _Select(kinds, tuple(instants), tuple(forms), sql)


def _types(
    connection: duckdb.DuckDBPyConnection, question: Question, values: Mapping[str, object]
) -> list[DuckDBPyType]:
    # Describing by a query that has no rows keeps to facts/sql, its time limit and its errors.
    run(connection, f"SELECT * FROM ({question.rows}\n) LIMIT 0", values)
    return [column[1] for column in connection.description or ()]


def _column_kind(kind: DuckDBPyType) -> ColumnKind:
    name = kind.id
    if name in INSTANTS or name == WITH_TIME_ZONE:
        return "instant"
    if name in ("list", "array"):
        return "list"
    if name == "double":
        return "double"
    return "float" if name == "float" else "plain"


def _microseconds(value: SqlValue) -> str:
    if value.type.id == WITH_TIME_ZONE:
        return f"epoch_us(timezone('UTC', {value.sql}))"
    return f"epoch_us(CAST({value.sql} AS TIMESTAMP))"


def _form(value: SqlValue, made: AttributeSql) -> tuple[_Form, str]:
    """The least that DuckDB has to do for a column; making JSON takes longer than the query."""
    if made.type == "S" and made.plain is not None:
        return "S", made.plain
    if value.type.id in INTEGERS:
        return "N", value.sql
    if made.type == "BOOL":
        return "BOOL", value.sql
    return "json", made.json


def _read(row: Sequence[object], select: _Select) -> QuestionRow:
    first = 1 + len(select.instants)
    instants = {
        name: value
        for name, value in zip(select.instants, row[1:first], strict=True)
        if isinstance(value, int)
    }
    attributes: dict[str, object] = {}
    for (name, form), value in zip(select.forms, row[first:], strict=True):
        if value is None:
            continue
        if form == "json":
            attributes[name] = orjson.loads(cast(str, value))
        else:
            attributes[name] = {form: str(value) if form == "N" else value}
    return QuestionRow(attributes, instants)


def _ties(rows: Sequence[tuple[int, QuestionRow]], limit: int | None, offset: int) -> Iterator[Tie]:
    first = offset
    end = len(rows) if limit is None else min(first + limit, len(rows))
    start = 0
    while start < len(rows):
        stop = start
        while stop < len(rows) and rows[stop][0] == rows[start][0]:
            stop += 1
        take = min(stop, end) - max(start, first)
        if take > 0:
            yield Tie(tuple(row for _, row in rows[start:stop]), take)
        start = stop


def _kind_of(value: object) -> object:
    """What of a parameter's value decides the SQL type that it is bound as."""
    match value:
        case bool() | None:
            return type(value)
        case int():
            return int, value.bit_length() // 8
        case Decimal():
            return Decimal, value.as_tuple().exponent, len(value.as_tuple().digits)
        case list() | tuple() | dict():
            return repr(value)
    return type(value)
