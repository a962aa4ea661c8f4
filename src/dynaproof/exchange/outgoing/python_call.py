"""Calls of Python, written as its formatters leave them: one argument a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from dynaproof.exchange.outgoing.python_text import python_text

_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Name:
    """What stands as it is, such as ``dynamodb.AttributeType.STRING``."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """``function(first, name=value)``."""

    function: str
    arguments: Sequence[Expression] = ()
    named: Mapping[str, Expression] = field(default_factory=dict)


Expression: TypeAlias = Name | Call | str | bool | int | Sequence["Expression"]


def python_expression(value: Expression, indent: str = "") -> str:
    """The expression: its first line as it stands, the others after ``indent``."""
    inner = indent + _INDENT
    match value:
        case Name():
            return value.text
        case str():
            return python_text(value)
        case bool() | int():
            return repr(value)
        case Call():
            given = [python_expression(one, inner) for one in value.arguments]
            for name, one in value.named.items():
                given.append(f"{name}={python_expression(one, inner)}")
            return f"{value.function}({_one_a_line(given, indent)})"
    return f"[{_one_a_line([python_expression(one, inner) for one in value], indent)}]"


def _one_a_line(parts: Sequence[str], indent: str) -> str:
    """With a comma after the last, by which formatters leave the lines as they are."""
    lines = "".join(f"{indent}{_INDENT}{part},\n" for part in parts)
    return f"\n{lines}{indent}" if parts else ""
