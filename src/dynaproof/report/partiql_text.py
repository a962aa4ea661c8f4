"""Values, paths and conditions in PartiQL's words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dynaproof.model.attribute_value import attributes_of, descriptor, elements
from dynaproof.model.expressions.document_path import resolve
from dynaproof.model.expressions.syntax_tree import (
    And,
    Arithmetic,
    Between,
    Comparison,
    Condition,
    Function,
    In,
    Not,
    Operand,
    Or,
    Path,
    Value,
)

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-functions.html
_FUNCTIONS = frozenset({"attribute_type", "begins_with", "contains", "size", "list_append"})
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class NoEquivalent(ValueError):
    """PartiQL cannot say it; the message is a sentence that says why."""


class PartiqlWriter:
    """Writes parts of an expression with its names and values put in.

    ``parameters`` gathers the values that have no literal: they stand as ``?``, in order.
    """

    def __init__(
        self, names: Mapping[str, str], values: Mapping[str, Mapping[str, object]]
    ) -> None:
        self.names = names
        self.values = values
        self.parameters: list[Mapping[str, object]] = []

    def key(self, key: Mapping[str, Mapping[str, object]]) -> str:
        """The condition that chooses the item of a key."""
        return " AND ".join(f"{identifier(n)} = {self.value(v)}" for n, v in key.items())

    def item(self, item: Mapping[str, Mapping[str, object]]) -> str:
        """An item as a literal."""
        inside = ", ".join(f"{_quoted(n)}: {self.value(v)}" for n, v in item.items())
        return f"{{{inside}}}"

    def value(self, typed: Mapping[str, object]) -> str:
        """A literal, or ``?``: binary has no literal, and empty documents are told apart so."""
        literal = _literal(typed)
        if literal is None:
            self.parameters.append(typed)
            return "?"
        return literal

    def all_of(self, conditions: Sequence[Condition]) -> str:
        """Conditions that must hold together."""
        if len(conditions) == 1:
            return self.condition(conditions[0])
        return " AND ".join(self._within(condition) for condition in conditions)

    def condition(self, condition: Condition) -> str:
        """A condition; raises NoEquivalent."""
        match condition:
            case And(conditions):
                return " AND ".join(self._within(one) for one in conditions)
            case Or(conditions):
                return " OR ".join(self._within(one) for one in conditions)
            case Not(inner):
                return f"NOT ({self.condition(inner)})"
            case Comparison(left, comparator, right):
                return f"{self.operand(left)} {comparator} {self.operand(right)}"
            case Between(operand, lower, upper):
                return (
                    f"{self.operand(operand)} BETWEEN {self.operand(lower)}"
                    f" AND {self.operand(upper)}"
                )
            case In(operand, options):
                inside = ", ".join(self.operand(option) for option in options)
                return f"{self.operand(operand)} IN [{inside}]"
            case Function("attribute_exists", (operand,)):
                return f"{self.operand(operand)} IS NOT MISSING"
            case Function("attribute_not_exists", (operand,)):
                return f"{self.operand(operand)} IS MISSING"
            case Function():
                return self.operand(condition)
        raise NoEquivalent(f"PartiQL cannot say {condition}.")

    def operand(self, operand: Operand | Arithmetic) -> str:
        """A path, a value, a function or a sum; raises NoEquivalent."""
        match operand:
            case Path():
                return self.path(operand)
            case Value(name):
                if name not in self.values:
                    raise NoEquivalent(f"'{name}' has no value.")
                return self.value(self.values[name])
            case Arithmetic(left, operator, right):
                return f"{self.operand(left)} {operator} {self.operand(right)}"
            case Function(name, operands) if name in _FUNCTIONS:
                return f"{name}({', '.join(self.operand(one) for one in operands)})"
        raise NoEquivalent(f"PartiQL has no function {getattr(operand, 'name', operand)}.")

    def path(self, path: Path) -> str:
        """A document path, every name in double quotes."""
        head, *rest = resolve(path, self.names)
        return identifier(str(head)) + "".join(
            f"[{step}]" if isinstance(step, int) else f".{identifier(step)}" for step in rest
        )

    def attribute(self, operand: Operand) -> str | None:
        """The name of the attribute that an operand is, None for anything else."""
        if not isinstance(operand, Path):
            return None
        steps = resolve(operand, self.names)
        return str(steps[0]) if len(steps) == 1 else None

    def _within(self, condition: Condition) -> str:
        text = self.condition(condition)
        return f"({text})" if isinstance(condition, And | Or) else text


def identifier(name: str) -> str:
    """A name of a table, an index or an attribute."""
    return '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _literal(typed: Mapping[str, object]) -> str | None:
    type_, payload = descriptor(typed)
    match type_:
        case "S":
            return _quoted(str(payload))
        case "N":
            return str(payload) if _PLAIN_NUMBER.fullmatch(str(payload)) else None
        case "BOOL":
            return "true" if payload else "false"
        case "NULL":
            return "NULL"
        case "SS":
            return f"<<{', '.join(_quoted(str(one)) for one in elements(payload))}>>"
        case "NS":
            numbers = [_literal({"N": one}) for one in elements(payload)]
            return None if None in numbers else f"<<{', '.join(map(str, numbers))}>>"
        case "L":
            inner = [_literal(_typed(one)) for one in elements(payload)]
            return None if None in inner else f"[{', '.join(map(str, inner))}]"
        case "M":
            members = {n: _literal(one) for n, one in attributes_of(payload).items()}
            if None in members.values():
                return None
            return "{" + ", ".join(f"{_quoted(n)}: {text}" for n, text in members.items()) + "}"
    return None


def _typed(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
