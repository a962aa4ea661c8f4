"""SQL of a definition: what it may say, what its columns are, and running it for a bounded time.

A question is one SELECT over the entities. A change is INSERT, UPDATE and DELETE on entities.
Nothing reads a file, a setting or the network, and nothing answers otherwise on the next run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from dynaproof.facts.kinds import did_you_mean
from dynaproof.facts.sql_problem import SqlError, SqlProblem, problem_of
from dynaproof.facts.sql_rules import change_problems, select_problems
from dynaproof.facts.statement_clock import StatementClock
from dynaproof.model.codes import Code

CHECK_SECONDS = 10.0
"""How long the check of one statement may take."""
RUN_SECONDS = 60.0
"""How long one question or change may run."""

_CHANGES = {
    duckdb.StatementType.INSERT,
    duckdb.StatementType.UPDATE,
    duckdb.StatementType.DELETE,
}


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of a SELECT and its DuckDB type (``"NULL"`` when only a parameter decides it)."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a SELECT, in its order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def describe(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[str] = ()
) -> tuple[ResultColumn, ...]:
    """The columns of one SELECT over the entities; raises SqlError (DP208, DP209, DP210)."""
    statements = _statements(connection, sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        what = f"{len(statements)} statements" if len(statements) != 1 else "no SELECT"
        message = f"exactly one SELECT is wanted here, and this is {what}"
        raise SqlError(SqlProblem(Code.SQL_FORBIDDEN, message, "Questions and views only read."))
    problems = _parameter_problems(statements, parameters)
    with _problems_of(sql), time_limit(connection, CHECK_SECONDS):
        problems += select_problems(connection, sql)
        if problems:
            raise SqlError(*problems)
        rows = _bind(connection, "DESCRIBE", statements[0], sql)
    return tuple(ResultColumn(str(name), str(type_)) for name, type_, *_ in rows)


def check_change(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[str] = ()
) -> None:
    """See that SQL only inserts, updates and deletes rows of entities; raises SqlError."""
    statements = _statements(connection, sql)
    if not statements or any(statement.type not in _CHANGES for statement in statements):
        message = "a change is one or more of INSERT, UPDATE and DELETE, and nothing else"
        raise SqlError(SqlProblem(Code.SQL_FORBIDDEN, message))
    problems = _parameter_problems(statements, parameters) + change_problems(connection, sql)
    if problems:
        raise SqlError(*problems)
    for statement in statements:
        with time_limit(connection, CHECK_SECONDS):
            # EXPLAIN binds names and types, and changes nothing.
            _bind(connection, "EXPLAIN", statement, sql)


def run(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    values: Mapping[str, object],
    *,
    seconds: float = RUN_SECONDS,
    clock: StatementClock | None = None,
) -> Answer:
    """The answer of a question that ``describe`` let pass; raises SqlError.

    ``values`` may hold more than the SQL names. Instants are bound in UTC. A ``clock`` saves a
    millisecond where there are many statements.
    """
    [statement] = _statements(connection, sql)
    with _problems_of(sql), time_limit(connection, seconds, clock):
        done = connection.execute(_query(statement), _values_of(statement, values))
        columns = tuple(str(column[0]) for column in done.description or ())
        rows = tuple(done.fetchall())
    return Answer(columns, rows)


def run_change(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    values: Mapping[str, object],
    *,
    seconds: float = RUN_SECONDS,
    clock: StatementClock | None = None,
) -> int:
    """Carry out a change that ``check_change`` let pass; how many rows it touched."""
    touched = 0
    for statement in _statements(connection, sql):
        with _problems_of(sql), time_limit(connection, seconds, clock):
            done = connection.execute(_query(statement), _values_of(statement, values))
            rows = done.fetchall()
        if len(rows) == 1 and len(rows[0]) == 1 and isinstance(rows[0][0], int):
            touched += rows[0][0]
    return touched


@contextmanager
def time_limit(
    connection: duckdb.DuckDBPyConnection, seconds: float, clock: StatementClock | None = None
) -> Iterator[None]:
    """Interrupt what runs on the connection after some seconds; raises SqlError then."""
    try:
        with (clock or StatementClock()).limit(connection, seconds):
            yield
    except TimeoutError as error:
        message = f"the SQL took longer than {seconds:g} s and was stopped"
        hint = "Does a recursive query end? Does a join lack its condition?"
        raise SqlError(SqlProblem(Code.SQL_INVALID, message, hint)) from error


def _statements(connection: duckdb.DuckDBPyConnection, sql: str) -> list[duckdb.Statement]:
    with _problems_of(sql):
        return list(connection.extract_statements(sql))


def _bind(
    connection: duckdb.DuckDBPyConnection, verb: str, statement: duckdb.Statement, sql: str
) -> list[tuple[object, ...]]:
    """Run DESCRIBE or EXPLAIN, with NULL for the parameters; problems are placed within ``sql``."""
    query = _query(statement)
    # The verb stands on a line of its own, so that columns stay as they are.
    before = sql[: max(sql.find(query), 0)].count("\n") - 1
    names = dict.fromkeys(statement.named_parameters)
    with _problems_of(sql, before):
        return list(connection.execute(f"{verb}\n{query}", names or None).fetchall())


def _query(statement: duckdb.Statement) -> str:
    return statement.query.strip().rstrip(";")


def _values_of(
    statement: duckdb.Statement, values: Mapping[str, object]
) -> dict[str, object] | None:
    return {name: _bound(values[name]) for name in statement.named_parameters} or None


def _bound(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _parameter_problems(
    statements: Sequence[duckdb.Statement], parameters: Sequence[str]
) -> list[SqlProblem]:
    named = dict.fromkeys(name for one in statements for name in sorted(one.named_parameters))
    return [
        SqlProblem(
            Code.SQL_INVALID,
            f"the SQL uses ${name}, which is not a parameter",
            "Write parameters as $name."
            if name.isdigit()
            else did_you_mean(name, parameters, "Parameters are"),
        )
        for name in named
        if name not in parameters
    ]


@contextmanager
def _problems_of(sql: str, line_offset: int = 0) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise SqlError(problem_of(error, sql, line_offset)) from error
