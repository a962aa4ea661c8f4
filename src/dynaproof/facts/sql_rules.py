"""What SQL of a definition may not do, found in its syntax tree or its tokens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import duckdb

from dynaproof.facts.sql_problem import SqlError, SqlProblem, position
from dynaproof.model.codes import Code

TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest"})
"""Table functions that read nothing but their arguments."""

# Written without parentheses, and functions all the same.
_BARE_FUNCTIONS = frozenset({
    "current_timestamp", "current_date", "current_time", "localtime", "localtimestamp",
    "current_user", "session_user", "current_role", "current_catalog", "current_schema", "user",
})  # fmt: skip
# Ends a query on purpose: volatile, yet not of the kind that changes an answer.
_HARMLESS = frozenset({"error"})
_TABLE_KINDS = frozenset({"table", "table_macro", "pragma"})


@dataclass(frozen=True)
class FunctionRules:
    """Names of DuckDB's own functions that are refused."""

    unrepeatable: frozenset[str]
    table: frozenset[str]


class Overload(NamedTuple):
    """A function of DuckDB for arguments of certain types, as ``duckdb_functions()`` lists it."""

    name: str
    kind: str
    stability: str | None
    body: str
    takes: Sequence[str | None]
    gives: str | None

    @property
    def repeatable(self) -> bool:
        """Whether it gives the same on every run.

        DuckDB 2.0.1 calls functions on times with a zone consistent within a query only, as they
        follow the zone that is set: here that is always UTC.
        """
        if self.stability in {None, "CONSISTENT"}:
            return True
        of_zone = bool(self.takes) and any(_has_zone(one) for one in (*self.takes, self.gives))
        return self.stability != "VOLATILE" and of_zone


@cache
def function_rules() -> FunctionRules:
    """Ask DuckDB which functions are not the same on every run, and which are tables."""
    with duckdb.connect(":memory:") as connection:
        listed = connection.execute(
            "SELECT function_name, function_type, stability, coalesce(macro_definition, ''),"
            " parameter_types, return_type FROM duckdb_functions()"
        ).fetchall()
    return rules_of([Overload(*row) for row in listed])


def rules_of(listed: Iterable[Overload]) -> FunctionRules:
    """The rules that follow from a list of functions."""
    listed = list(listed)
    unstable = {one.name for one in listed if not one.repeatable} - _HARMLESS
    macros = {
        one.name
        for one in listed
        if one.kind == "macro" and any(f"{name}(" in one.body.lower() for name in unstable)
    }
    table = {one.name for one in listed if one.kind in _TABLE_KINDS}
    others = {one.name for one in listed if one.kind not in _TABLE_KINDS}
    # A name that is also a scalar function is no table function where a scalar stands.
    return FunctionRules(frozenset(unstable | macros), frozenset(table - others - TABLE_FUNCTIONS))


def _has_zone(type_: str | None) -> bool:
    return type_ is not None and ("TIME ZONE" in type_ or "TIMESTAMPTZ" in type_)


def select_problems(connection: duckdb.DuckDBPyConnection, sql: str) -> list[SqlProblem]:
    """What one SELECT, well formed, may not do."""
    try:
        [(text,)] = connection.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()
        tree = json.loads(text)
    except RecursionError as error:
        message = "the SQL is nested too deeply"
        raise SqlError(SqlProblem(Code.SQL_INVALID, message)) from error
    if tree["error"]:
        return [SqlProblem(Code.SQL_FORBIDDEN, str(tree["error_message"]))]
    nodes = list(_nodes(tree))
    known = _columns_and_tables(connection)
    ctes = {
        str(entry["key"]).lower()
        for node in nodes
        for entry in _entries(node.get("cte_map"))
        if isinstance(entry.get("key"), str)
    }
    problems = [problem for node in nodes for problem in _node_problems(node, sql, known, ctes)]
    return _in_order(problems)


def change_problems(connection: duckdb.DuckDBPyConnection, sql: str) -> list[SqlProblem]:
    """What INSERT, UPDATE and DELETE may not do; DuckDB has a syntax tree for SELECT only."""
    columns, tables = _columns_and_tables(connection)
    data = sql.encode()
    tokens = duckdb.tokenize(sql)
    ends = [offset for offset, _ in tokens[1:]] + [len(data)]
    words = [
        (offset, kind, data[offset:end].decode(errors="replace").strip().strip('"').lower())
        for (offset, kind), end in zip(tokens, ends, strict=True)
        if kind != duckdb.token_type.comment
    ]
    problems: list[SqlProblem] = []
    for number, (offset, kind, word) in enumerate(words):
        if kind in {duckdb.token_type.string_const, duckdb.token_type.numeric_const}:
            continue
        called = number + 1 < len(words) and words[number + 1][2] == "("
        before = words[number - 1][2] if number else ""
        bare = word in _BARE_FUNCTIONS and word not in columns and before not in {"$", "."}
        if bare or (called and word not in tables):
            problems += _function_problems(word, sql, offset)
    return _in_order(problems)


def _in_order(problems: list[SqlProblem]) -> list[SqlProblem]:
    """As they stand in the SQL, each once; without a place only where none has one."""
    placed = {problem.message for problem in problems if problem.line}
    kept = {p for p in problems if p.line or p.message not in placed}
    return sorted(kept, key=lambda p: (p.line, p.column, p.message))


def _nodes(tree: object) -> Iterator[dict[str, object]]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _entries(ctes: object) -> list[dict[str, object]]:
    entries = ctes.get("map") if isinstance(ctes, dict) else None
    return [entry for entry in entries if isinstance(entry, dict)] if entries else []


def _node_problems(
    node: dict[str, object], sql: str, known: tuple[set[str], set[str]], ctes: set[str]
) -> list[SqlProblem]:
    columns, tables = known
    offset = node.get("query_location")
    where = offset if isinstance(offset, int) and 0 <= offset <= len(sql.encode()) else None
    problems: list[SqlProblem] = []
    if node.get("sample") is not None:
        message = "a sample is drawn anew on every run"
        problems.append(_problem(Code.SQL_UNREPEATABLE, message, sql, where))
    match node.get("type"):
        case "FUNCTION":
            problems += _function_problems(str(node.get("function_name")).lower(), sql, where)
        case "TABLE_FUNCTION":
            function = node.get("function")
            name = str(function.get("function_name")) if isinstance(function, dict) else ""
            if name.lower() not in TABLE_FUNCTIONS:
                problems.append(_forbidden_function(name, sql, where))
        case "COLUMN_REF":
            names = node.get("column_names")
            name = str(names[0]).lower() if isinstance(names, list) and len(names) == 1 else ""
            if name in _BARE_FUNCTIONS and name not in columns:
                problems += _function_problems(name, sql, where)
        case "SHOW_REF":
            message = "SHOW, DESCRIBE and SUMMARIZE are not questions to the facts"
            problems.append(_problem(Code.SQL_FORBIDDEN, message, sql, where))
        case "BASE_TABLE":
            problems += _table_problems(node, sql, where, tables | ctes)
    return problems


def _table_problems(
    node: dict[str, object], sql: str, where: int | None, known: set[str]
) -> list[SqlProblem]:
    name, schema = str(node.get("table_name")), str(node.get("schema_name") or "")
    if name.lower() in known and schema in {"", "main"}:
        return []
    system = schema not in {"", "main"} or name.lower() in _system_views()
    if not system and not set("./\\") & set(name):
        return []  # a name that nothing has: DuckDB says what comes near
    message = f"'{schema + '.' if schema else ''}{name}' is no entity"
    return [_problem(Code.SQL_FORBIDDEN, message, sql, where, "SQL can read entities only.")]


@cache
def _system_views() -> frozenset[str]:
    with duckdb.connect(":memory:") as connection:
        found = connection.execute("SELECT view_name FROM duckdb_views()").fetchall()
    return frozenset(str(name).lower() for (name,) in found)


def _function_problems(name: str, sql: str, where: int | None) -> list[SqlProblem]:
    rules = function_rules()
    if name in rules.table:
        return [_forbidden_function(name, sql, where)]
    if name in rules.unrepeatable or name in _BARE_FUNCTIONS:
        message = f"{name} does not give the same answer on every run"
        hint = "Use a parameter instead; {generate: clock} is the time after the facts."
        return [_problem(Code.SQL_UNREPEATABLE, message, sql, where, hint)]
    return []


def _forbidden_function(name: str, sql: str, where: int | None) -> SqlProblem:
    message = f"the function {name} reads something else than the facts"
    hint = f"Of table functions, there are {', '.join(sorted(TABLE_FUNCTIONS))}."
    return _problem(Code.SQL_FORBIDDEN, message, sql, where, hint)


def _problem(code: Code, message: str, sql: str, where: int | None, hint: str = "") -> SqlProblem:
    line, column = (0, 0) if where is None else position(sql, where)
    return SqlProblem(code, message, hint, line, column)


def _columns_and_tables(connection: duckdb.DuckDBPyConnection) -> tuple[set[str], set[str]]:
    rows = connection.execute(
        "SELECT lower(table_name), lower(column_name) FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    return {column for _, column in rows}, {table for table, _ in rows}
