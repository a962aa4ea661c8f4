"""Conditions and projections evaluated on items of typed attribute values.

``names`` and ``values`` are ExpressionAttributeNames and ExpressionAttributeValues.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dynaproof.model.attribute_value import AttributeValue, Item, descriptor
from dynaproof.model.expressions import comparison, document_path
from dynaproof.model.expressions.document_path import find, resolve
from dynaproof.model.expressions.syntax_tree import (
    And,
    Between,
    Comparison,
    Condition,
    Function,
    In,
    Not,
    Operand,
    Or,
    Path,
    Projection,
    Value,
)
from dynaproof.model.expressions.tokens import ExpressionError


def evaluate_condition(
    condition: Condition,
    item: Item | None,
    names: Mapping[str, str],
    values: Mapping[str, AttributeValue],
) -> bool:
    """Whether a condition holds on an item; None is an item that does not exist.

    A comparison with something that does not exist, or of different types, is false, but ``<>``
    is true. Raises ExpressionError for a name or value that is not defined.
    """
    return _Evaluation(item or {}, names, values).holds(condition)


def project(projection: Projection, item: Item, names: Mapping[str, str]) -> Item:
    """Give what a projection expression leaves of an item; raises ExpressionError."""
    return document_path.project([resolve(path, names) for path in projection.paths], item)


def value_of(
    operand: Path | Value,
    item: Item,
    names: Mapping[str, str],
    values: Mapping[str, AttributeValue],
) -> AttributeValue | None:
    """Give an operand's value, None for a path that leads nowhere; raises ExpressionError."""
    if isinstance(operand, Path):
        return find(item, resolve(operand, names))
    if operand.name not in values:
        raise ExpressionError(f"'{operand.name}' is not defined", operand.offset)
    return values[operand.name]


@dataclass(frozen=True, slots=True)
class _Evaluation:
    item: Item
    names: Mapping[str, str]
    values: Mapping[str, AttributeValue]

    def holds(self, condition: Condition) -> bool:
        match condition:
            case And():
                return all(self.holds(inner) for inner in condition.conditions)
            case Or():
                return any(self.holds(inner) for inner in condition.conditions)
            case Not():
                return not self.holds(condition.condition)
            case Comparison():
                return self._compared(condition.left, condition.comparator, condition.right)
            case Between():
                above = self._compared(condition.operand, ">=", condition.lower)
                return self._compared(condition.operand, "<=", condition.upper) and above
            case In():
                return any(self._compared(condition.operand, "=", o) for o in condition.options)
        return self._function(condition)

    def _compared(self, left: Operand, comparator: str, right: Operand) -> bool:
        ours, theirs = self._value(left), self._value(right)
        if ours is None or theirs is None:
            return comparator == "<>"
        return comparison.compared(ours, comparator, theirs)

    def _function(self, function: Function) -> bool:
        first = self._value(function.operands[0])
        if function.name == "attribute_exists":
            return first is not None
        if function.name == "attribute_not_exists":
            return first is None
        second = self._value(function.operands[1])
        if first is None or second is None:
            return False
        match function.name:
            case "attribute_type":
                return second.get("S") == descriptor(first)[0]
            case "begins_with":
                return comparison.begins_with(first, second)
        return comparison.contains(first, second)

    def _value(self, operand: Operand) -> AttributeValue | None:
        if not isinstance(operand, Function):
            return value_of(operand, self.item, self.names, self.values)
        inner = self._value(operand.operands[0])
        size = None if inner is None else comparison.size(inner)
        return None if size is None else {"N": str(size)}
