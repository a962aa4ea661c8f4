"""A SELECT taken apart, as far as it can be told what it does.

DuckDB's own parser gives the tree (``json_serialize_sql``); nothing is read as text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

Node = Mapping[str, object]


class Column(NamedTuple):
    """An attribute of an entity."""

    entity: str
    attribute: str

    def __str__(self) -> str:
        return f"{self.entity}.{self.attribute}"


@dataclass(frozen=True, slots=True)
class Order:
    """A term of ORDER BY."""

    expression: Node
    descending: bool


@dataclass(frozen=True, slots=True)
class Select:
    """One SELECT over entities.

    ``conditions`` are those that all rows meet (WHERE and inner joins); ``reshaped`` says that
    its rows are not those of the first entity: grouped, distinct, filtered by QUALIFY, joined
    by an outer join, or a set operation.
    """

    sources: Mapping[str, str]
    columns: Mapping[str, Sequence[str]]
    outputs: Mapping[str, Node]
    conditions: tuple[Node, ...]
    order: tuple[Order, ...]
    parameters: frozenset[str]
    filtered: bool
    reshaped: bool

    @property
    def first_entity(self) -> str | None:
        """The entity that FROM names first."""
        return next(iter(self.sources.values()), None)

    def column(self, node: Node | None) -> Column | None:
        """The attribute that an expression is, casts aside; None where it is more than that."""
        while node is not None and node.get("type") == "OPERATOR_CAST":
            node = mapping(node.get("child"))
        if node is None or node.get("type") != "COLUMN_REF":
            return None
        names = [str(name).lower() for name in listed(node.get("column_names"))]
        if len(names) == 1:
            owners = [alias for alias, known in self.columns.items() if names[0] in known]
            if not owners:
                return None
            return Column(self.sources[owners[0]], names[0])
        if len(names) == 2 and names[0] in self.sources and names[1] in self.columns[names[0]]:
            return Column(self.sources[names[0]], names[1])
        return None

    def output(self, name: str) -> Node | None:
        """The expression of an output column."""
        return self.outputs.get(name.lower())


def parse_select(
    connection: duckdb.DuckDBPyConnection, sql: str, entities: Mapping[str, Sequence[str]]
) -> Select | None:
    """Take a SELECT apart; None where its sources are not all entities, or it is no plain SELECT.

    ``entities`` are the columns of each, in lower case.
    """
    node = _root(connection, sql)
    if node is None or node.get("type") != "SELECT_NODE":
        return None
    if listed(mapping(node.get("cte_map")).get("map")):
        return None
    sources: dict[str, str] = {}
    conditions: list[Node] = []
    reshaped = not _sources(mapping(node.get("from_table")), sources, conditions)
    if not sources or any(entity not in entities for entity in sources.values()):
        return None
    where = mapping(node.get("where_clause"))
    conditions += conjuncts(where)
    columns = {alias: entities[entity] for alias, entity in sources.items()}
    modifiers = [mapping(one) for one in listed(node.get("modifiers"))]
    order = [
        Order(mapping(one.get("expression")), one.get("type") == "DESCENDING")
        for modifier in modifiers
        if modifier.get("type") == "ORDER_MODIFIER"
        for one in map(mapping, listed(modifier.get("orders")))
    ]
    reshaped = (
        reshaped
        or bool(listed(node.get("group_expressions")))
        or node.get("aggregate_handling") != "STANDARD_HANDLING"
        or bool(node.get("having"))
        or bool(node.get("qualify"))
        or any(modifier.get("type") != "ORDER_MODIFIER" for modifier in modifiers)
    )
    return Select(
        sources=sources,
        columns=columns,
        outputs=dict(_outputs(listed(node.get("select_list")), columns)),
        conditions=tuple(conditions),
        order=tuple(order),
        parameters=frozenset(parameters_of(node)),
        filtered=bool(where),
        reshaped=reshaped,
    )


def parameters_in(connection: duckdb.DuckDBPyConnection, sql: str) -> frozenset[str]:
    """The names of the parameters that a SELECT uses."""
    return frozenset(parameters_of(_root(connection, sql)))


def parameters_of(node: object) -> Iterator[str]:
    """The names of the parameters below a node."""
    for one in nodes(node):
        if one.get("type") == "VALUE_PARAMETER":
            yield str(one.get("identifier"))


def conjuncts(node: Node) -> list[Node]:
    """The conditions that AND joins."""
    if not node:
        return []
    if node.get("type") == "CONJUNCTION_AND":
        return [inner for one in listed(node.get("children")) for inner in conjuncts(mapping(one))]
    return [node]


def nodes(tree: object) -> Iterator[Node]:
    """Every node of a tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def arguments_of(node: Node) -> list[Node]:
    """The arguments of a function."""
    return [
        mapping(argument.get("expression", argument))
        for argument in map(mapping, listed(node.get("arguments", node.get("children"))))
    ]


def constant(node: Node) -> str | None:
    """The text of a literal; None for anything else."""
    if node.get("type") != "VALUE_CONSTANT":
        return None
    literal = mapping(node.get("literal"))
    return str(literal["text"]) if "text" in literal else None


def is_null(node: Node) -> bool:
    """Whether an expression is NULL as written, casts aside."""
    while node.get("type") == "OPERATOR_CAST":
        node = mapping(node.get("child"))
    return node.get("type") == "VALUE_CONSTANT" and constant(node) is None


def mapping(value: object) -> Node:
    """A node, or an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[object]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def _root(connection: duckdb.DuckDBPyConnection, sql: str) -> Node | None:
    [(text,)] = connection.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()
    tree = json.loads(text)
    statements = listed(tree.get("statements"))
    return mapping(mapping(statements[0]).get("node")) if len(statements) == 1 else None


def _sources(table: Node, sources: dict[str, str], conditions: list[Node]) -> bool:
    """Gather the sources by alias; whether every one is an entity, joined by an inner join."""
    match table.get("type"):
        case "BASE_TABLE":
            name = str(table.get("table_name")).lower()
            sources[str(table.get("alias") or name).lower()] = name
            return True
        case "JOIN":
            left = _sources(mapping(table.get("left")), sources, conditions)
            if table.get("join_type") in ("SEMI", "ANTI"):
                return False
            right = _sources(mapping(table.get("right")), sources, conditions)
            if table.get("join_type") == "INNER":
                conditions += conjuncts(mapping(table.get("condition")))
            return left and right and table.get("join_type") == "INNER"
    # A subquery, a function or VALUES: what it is called is no entity.
    sources[f"<{len(sources)}>"] = ""
    return False


def _outputs(
    select_list: Sequence[object], columns: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Node]]:
    for node in map(mapping, select_list):
        if node.get("type") == "STAR":
            owner = str(node.get("relation_name") or "").lower()
            for alias in [owner] if owner else list(columns):
                for name in columns.get(alias, ()):
                    yield name, {"type": "COLUMN_REF", "column_names": [alias, name]}
            continue
        alias = str(node.get("alias") or "")
        names = listed(node.get("column_names"))
        yield (alias or (str(names[-1]) if names else "")).lower(), node
