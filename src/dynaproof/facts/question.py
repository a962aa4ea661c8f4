"""How a question orders and bounds its rows.

A question's own ORDER BY and LIMIT are taken off, so that all rows can be had together with what
orders them: rows that the order does not tell apart (ties) may come in any order, and where LIMIT
cuts through a tie, any of its rows will do. What lies within subqueries stays as it is.

Where the order cannot be told (a LIMIT in per cent, DISTINCT ON with an order that is not among
its columns), the question stays whole, and its rows count as unordered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import duckdb

from dynaproof.facts.quoting import quoted
from dynaproof.facts.sql import describe, run
from dynaproof.facts.sql_problem import SqlError, SqlProblem, problem_of
from dynaproof.model.codes import Code

Tree = dict[str, object]
"""A part of the syntax tree that DuckDB's json_serialize_sql gives."""

_HIDDEN = "dynaproof order {}"
_COUNTS = frozenset({"count", "count_star", "count_if", "countif", "sum"})
_NULL_ORDERS = {"NULLS LAST": " NULLS LAST", "NULLS FIRST": " NULLS FIRST"}


@dataclass(frozen=True, slots=True)
class OrderKey:
    """A column of ``Question.rows`` counted from 0, and ``DESC``, ``NULLS LAST`` and the like."""

    column: int
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    ``rows`` is SQL that gives all rows without the question's LIMIT; after the ``columns`` come
    ``hidden`` more, by which it orders. ``limit`` and ``offset`` are numbers, SQL with parameters,
    or None. ``told`` is False where the order cannot be told: then ``rows`` is the question.
    ``counts`` says that the question is one number, such as ``SELECT count(*)``.
    """

    sql: str
    rows: str
    columns: tuple[str, ...]
    hidden: int = 0
    order: tuple[OrderKey, ...] = ()
    limit: int | str | None = None
    offset: int | str | None = None
    told: bool = True
    counts: bool = False

    @property
    def ordered(self) -> bool:
        """Whether the order of the rows is part of what is asked, and known."""
        return bool(self.order)


def parse_question(connection: duckdb.DuckDBPyConnection, sql: str) -> Question:
    """Take a question apart; raises SqlError where it is not one SELECT over the entities."""
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise SqlError(problem_of(error, sql)) from error
    parameters = sorted({name for one in statements for name in one.named_parameters})
    names = tuple(column.name for column in describe(connection, sql, parameters))
    tree = _serialized(connection, sql)
    node = _node(tree)
    whole = Question(sql, sql.strip().rstrip(";"), names, told=False, counts=_is_count(node))
    try:
        told = _taken_apart(connection, tree, whole)
        if told is None:
            return whole
        bound = [column.name for column in describe(connection, told.rows, parameters)]
    except SqlError:
        return whole
    same = bound[: len(names)] == list(names) and len(bound) == len(names) + told.hidden
    return told if same else whole


def bounds(
    connection: duckdb.DuckDBPyConnection, question: Question, values: Mapping[str, object]
) -> tuple[int | None, int]:
    """LIMIT (None for none) and OFFSET with one parameter set; raises SqlError."""
    limit = _bound(connection, question.limit, values)
    return limit, _bound(connection, question.offset, values) or 0


def _bound(
    connection: duckdb.DuckDBPyConnection, given: int | str | None, values: Mapping[str, object]
) -> int | None:
    if given is None or isinstance(given, int):
        return given
    if given.startswith("$") and isinstance(values.get(given[1:]), int):
        return cast(int, values[given[1:]])
    [(value,)] = run(connection, f"SELECT CAST({given} AS BIGINT)", values).rows
    return cast(int | None, value)


def _taken_apart(
    connection: duckdb.DuckDBPyConnection, tree: Tree, whole: Question
) -> Question | None:
    node = _node(tree)
    modifiers = {str(one["type"]): one for one in _trees(node["modifiers"])}
    if not modifiers.keys() <= {"DISTINCT_MODIFIER", "ORDER_MODIFIER", "LIMIT_MODIFIER"}:
        return None
    if not modifiers.keys() - {"DISTINCT_MODIFIER"}:
        return replace(whole, told=True)
    limit, distinct = modifiers.get("LIMIT_MODIFIER"), modifiers.get("DISTINCT_MODIFIER")
    if limit is not None and limit["limit_type"] != "ROW_COUNT":
        return None
    kept = [distinct] if distinct is not None else []
    if distinct is not None and distinct["distinct_on_targets"] and "ORDER_MODIFIER" in modifiers:
        kept.append(modifiers["ORDER_MODIFIER"])  # it decides which row is kept
    orders = _trees(modifiers.get("ORDER_MODIFIER", {}).get("orders"))
    terms = [_term(one, node, whole.columns) for one in orders]
    told = replace(
        whole,
        limit=_limit(connection, limit, "limit"),
        offset=_limit(connection, limit, "offset"),
        told=True,
    )
    order: list[OrderKey] = []
    hidden: list[Tree] = []
    for (columns, direction), one in zip(terms, orders, strict=True):
        if columns is None:
            columns = [len(whole.columns) + len(hidden)]
            hidden.append(_tree(one["expression"]))
        order += [OrderKey(column, direction) for column in columns]
    direct = node["type"] == "SELECT_NODE" and distinct is None
    bare = {**node, "modifiers": kept}
    if direct and hidden:
        bare["select_list"] = [
            *_trees(node["select_list"]),
            *({**key, "alias": _HIDDEN.format(i)} for i, key in enumerate(hidden)),
        ]
    rows = _sql_of(connection, tree, bare)
    if hidden and not direct:
        keys = [
            f"{_expression_sql(connection, key)} AS {quoted(_HIDDEN.format(i))}"
            for i, key in enumerate(hidden)
        ]
        rows = f"SELECT rows.*, {', '.join(keys)} FROM ({rows}) AS rows"
    return replace(told, rows=rows, hidden=len(hidden), order=tuple(order))


def _term(order: Tree, node: Tree, columns: Sequence[str]) -> tuple[list[int] | None, str]:
    """The columns that a term of ORDER BY names, None where it is an expression of its own."""
    direction = " DESC" if order["type"] == "DESCENDING" else ""
    direction += _NULL_ORDERS.get(str(order["null_order"]), "")
    expression = _tree(order["expression"])
    if expression["class"] == "STAR":  # ORDER BY ALL
        return list(range(len(columns))), direction
    if expression["class"] == "CONSTANT":
        text = str(_tree(expression["literal"]).get("text"))
        inside = text.isdigit() and 1 <= int(text) <= len(columns)
        return ([int(text) - 1] if inside else None), direction
    if expression["class"] != "COLUMN_REF":
        return None, direction
    path = [str(name) for name in cast(list[object], expression["column_names"])]
    position = _output(path, node, columns)
    return ([position] if position is not None else None), direction


def _output(path: Sequence[str], node: Tree, columns: Sequence[str]) -> int | None:
    """The column of the answer that a name in ORDER BY means: an alias goes before a column."""
    lowered = [name.lower() for name in columns]
    last = path[-1].lower()
    if last not in lowered:
        return None
    position = lowered.index(last)
    if node["type"] != "SELECT_NODE":
        return position if len(path) == 1 else None
    items = _trees(node["select_list"])
    if len(path) == 1 and any(str(item.get("alias")).lower() == last for item in items):
        return position
    if len(path) == 1 and any(item.get("replace_list") for item in items):
        return position
    distinct = any(one["type"] == "DISTINCT_MODIFIER" for one in _trees(node["modifiers"]))
    if not distinct:
        return None
    if len(items) == len(columns):  # no star
        same = [
            number
            for number, item in enumerate(items)
            if item.get("class") == "COLUMN_REF"
            and _ends_alike(cast(list[str], item["column_names"]), path)
        ]
        return same[0] if same else None
    return position


def _ends_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    shorter = min(len(one), len(other))
    return [n.lower() for n in one[-shorter:]] == [n.lower() for n in other[-shorter:]]


def _limit(
    connection: duckdb.DuckDBPyConnection, modifier: Tree | None, part: str
) -> int | str | None:
    expression = modifier.get(part) if modifier else None
    if not isinstance(expression, dict):
        return None
    if expression["class"] == "PARAMETER":
        return f"${expression['identifier']}"
    text = _expression_sql(connection, expression)
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else text


def _is_count(node: Tree) -> bool:
    """Whether the answer is one number however many rows there are."""
    if node["type"] != "SELECT_NODE" or node["group_expressions"] or node["group_sets"]:
        return False
    items = _trees(node["select_list"])
    return len(items) == 1 and _counts(items[0])


def _counts(expression: object) -> bool:
    if isinstance(expression, list):
        return any(_counts(one) for one in expression)
    if not isinstance(expression, dict) or expression.get("class") in ("WINDOW", "SUBQUERY"):
        return False
    name = str(expression.get("function_name", "")).lower()
    return name in _COUNTS or any(_counts(one) for one in expression.values())


def _serialized(connection: duckdb.DuckDBPyConnection, sql: str) -> Tree:
    [(text,)] = connection.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()
    return _tree(json.loads(text))


def _sql_of(connection: duckdb.DuckDBPyConnection, tree: Tree, node: Tree) -> str:
    [statement] = _trees(tree["statements"])
    whole = {**tree, "statements": [{**statement, "node": node}]}
    try:
        [(sql,)] = connection.execute(
            "SELECT json_deserialize_sql(CAST($tree AS JSON))", {"tree": json.dumps(whole)}
        ).fetchall()
    except duckdb.Error as error:
        raise SqlError(SqlProblem(Code.SQL_INVALID, str(error).splitlines()[0])) from error
    return str(sql)


def _expression_sql(connection: duckdb.DuckDBPyConnection, expression: Tree) -> str:
    tree = _serialized(connection, "SELECT 1")
    node = {**_node(tree), "select_list": [{**expression, "alias": ""}]}
    return _sql_of(connection, tree, node).removeprefix("SELECT ")


def _node(tree: Tree) -> Tree:
    return _tree(_trees(tree["statements"])[0]["node"])


def _tree(value: object) -> Tree:
    return cast(Tree, value)


def _trees(value: object) -> list[Tree]:
    return cast(list[Tree], value or [])
