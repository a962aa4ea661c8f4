"""How far a request reaches into a sort key, and which order a question asks for."""

from __future__ import annotations

import re

from dynaproof.model.template import Field, Template
from dynaproof.proof.design.requests import Read
from dynaproof.proof.design.select_tree import (
    Column,
    Node,
    Select,
    arguments_of,
    constant,
)
from dynaproof.proof.design.subject import Design

_SIGNIFICANCE = {"Y": 0, "y": 0, "m": 1, "j": 1, "d": 2, "H": 3, "M": 4, "S": 5, "f": 6, "g": 6}


def is_sortable(format_: str) -> bool:
    """Whether the texts of a strftime format have the order of time."""
    seen = [_SIGNIFICANCE[one] for one in re.findall("%(.)", format_) if one in _SIGNIFICANCE]
    named = set(re.findall("%(.)", format_)) - set(_SIGNIFICANCE) - {"%", "u"}
    return seen == sorted(seen) and not named


def part_at(asked: Template, template: Template, position: int) -> bool:
    """Whether a text asked for reaches the part of a key template at ``position``."""
    return rest_at(asked, template, position) is not None


def rest_at(asked: Template, template: Template, position: int) -> Template | None:
    """What of a text asked for stands where the part at ``position`` does; None if nothing."""
    rest = list(asked.parts)
    for part in template.parts[:position]:
        if not rest:
            return None
        head = rest[0]
        if isinstance(part, Field):
            if not isinstance(head, Field):
                return None
            rest.pop(0)
        elif isinstance(head, str) and head.startswith(part):
            rest[0] = head[len(part) :]
            if not rest[0]:
                rest.pop(0)
        else:
            return None
    return Template(tuple(rest)) if rest else None


def ordered_by(select: Select, node: Node) -> Column | None:
    """The attribute by whose order a term of ORDER BY orders; None where that is not certain."""
    names = node.get("column_names")
    if isinstance(names, list) and len(names) == 1:
        output = select.output(str(names[0]))
        if output is not None and output is not node and select.column(output) is None:
            node = output
    if node.get("type") == "FUNCTION":
        arguments = arguments_of(node)
        match str(node.get("function_name")).lower():
            case "strftime" if len(arguments) == 2 and is_sortable(constant(arguments[1]) or "%Z"):
                return select.column(arguments[0])
            case "format" if len(arguments) == 2:
                return select.column(arguments[1])
    return select.column(node)


def asks_for_order(design: Design, read: Read, column: Column | None) -> bool | None:
    """Whether the question orders by an attribute; None where it has no order that is known."""
    if read.question is None or column is None:
        return None
    select = design.select(read.question)
    if select is None or not select.order:
        return None
    columns = [ordered_by(select, one.expression) for one in select.order]
    if None in columns:
        return None
    root = design.facts.root(column)
    return any(one is not None and design.facts.root(one) == root for one in columns)
