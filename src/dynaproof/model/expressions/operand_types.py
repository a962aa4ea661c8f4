"""What DynamoDB refuses of an expression before it looks at any item: types, sameness, overlap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dynaproof.model.attribute_value import SET_TYPES, TYPES
from dynaproof.model.expressions.comparison import ORDERED_TYPES, compared
from dynaproof.model.expressions.document_path import Steps, conflicting, resolve, shown
from dynaproof.model.expressions.literal import Literal
from dynaproof.model.expressions.syntax_tree import (
    AddAction,
    And,
    Arithmetic,
    Between,
    Comparison,
    Condition,
    DeleteAction,
    Expression,
    Function,
    In,
    Not,
    Operand,
    Or,
    Path,
    Projection,
    Update,
    Value,
)
from dynaproof.model.expressions.tokens import Problem

SIZED_TYPES = frozenset({"S", "B", "M", "L"}) | SET_TYPES
PREFIX_TYPES = frozenset({"S", "B"})


def check_operands(
    expression: Expression, names: Mapping[str, str], values: Mapping[str, Literal]
) -> list[Problem]:
    """Tell what DynamoDB refuses; every name and value must be defined."""
    checks = _Checks(names, values)
    match expression:
        case Projection():
            return list(checks.paths(expression.paths))
        case Update():
            return [*checks.paths(expression.targets), *checks.update(expression)]
    return list(checks.condition(expression))


class _Checks:
    def __init__(self, names: Mapping[str, str], values: Mapping[str, Literal]) -> None:
        self._names = names
        self._values = values

    def paths(self, paths: tuple[Path, ...]) -> Iterator[Problem]:
        both = conflicting([self._steps(path) for path in paths])
        if both is not None:
            one, other, do = both
            message = f"two document paths {do}: {shown(one)} and {shown(other)}"
            offset = max(path.offset for path in paths if self._steps(path) in (one, other))
            yield offset, message, "leave one of them out"

    def condition(self, condition: Condition) -> Iterator[Problem]:
        match condition:
            case And() | Or():
                for inner in condition.conditions:
                    yield from self.condition(inner)
            case Not():
                yield from self.condition(condition.condition)
            case Comparison(left, comparator, right):
                yield from self._distinct(comparator, left, (right,))
                if comparator not in ("=", "<>"):
                    yield from self._of_type((left, right), ORDERED_TYPES, f"'{comparator}'")
                yield from self._operands((left, right))
            case Between(operand, lower, upper):
                yield from self._distinct("BETWEEN", operand, (lower, upper))
                yield from self._of_type((operand, lower, upper), ORDERED_TYPES, "BETWEEN")
                yield from self._bounds(lower, upper)
                yield from self._operands((operand, lower, upper))
            case In(operand, options):
                yield from self._distinct("IN", operand, options)
                yield from self._operands((operand, *options))
            case Function():
                yield from self._function(condition)

    def update(self, update: Update) -> Iterator[Problem]:
        for action in update.sets:
            if isinstance(action.value, Arithmetic):
                operands = (action.value.left, action.value.right)
                kind = f"'{action.value.operator}'"
                yield from self._of_type(operands, frozenset({"N"}), kind)
                yield from self._operands(operands)
            else:
                yield from self._operands((action.value,))
        addable = SET_TYPES | {"N"}
        for changed in (*update.adds, *update.deletes):
            match changed:
                case AddAction():
                    yield from self._of_type((changed.value,), addable, "ADD")
                case DeleteAction():
                    yield from self._of_type((changed.value,), SET_TYPES, "DELETE")

    def _operands(self, operands: tuple[Operand, ...]) -> Iterator[Problem]:
        for operand in operands:
            if isinstance(operand, Function):
                yield from self._function(operand)

    def _function(self, function: Function) -> Iterator[Problem]:
        operands, name = function.operands, function.name
        match name:
            case "begins_with":
                yield from self._distinct(name, operands[0], operands[1:])
                yield from self._of_type(operands, PREFIX_TYPES, name)
            case "contains" | "if_not_exists":
                yield from self._distinct(name, operands[0], operands[1:])
            case "size":
                yield from self._of_type(operands, SIZED_TYPES, name)
            case "list_append":
                yield from self._of_type(operands, frozenset({"L"}), name)
            case "attribute_type":
                yield from self._type_name(operands[1])
        yield from self._operands(operands)

    def _type_name(self, operand: Operand) -> Iterator[Problem]:
        hint = f"types are {', '.join(sorted(TYPES))}"
        if not isinstance(operand, Value):
            yield operand.offset, "attribute_type takes the type as a :value", hint
            return
        literal = self._values[operand.name]
        if literal.type not in (None, "S"):
            yield operand.offset, f"attribute_type takes a text, not {literal.type}", hint
        elif literal.value is not None and literal.value["S"] not in TYPES:
            yield operand.offset, f"'{literal.value['S']}' is no type of DynamoDB", hint

    def _distinct(
        self, operator: str, first: Operand, others: tuple[Operand, ...]
    ) -> Iterator[Problem]:
        if not isinstance(first, Path):
            return
        for other in others:
            if isinstance(other, Path) and self._steps(other) == self._steps(first):
                message = f"{operator} has the operand '{first}' twice"
                yield other.offset, message, "DynamoDB wants different operands"

    def _bounds(self, lower: Operand, upper: Operand) -> Iterator[Problem]:
        # The answer of size() is not looked at here, though it is a number.
        if not isinstance(lower, Value) or not isinstance(upper, Value):
            return
        low, high = self._literal(lower), self._literal(upper)
        if low.type is None or high.type is None:
            return
        if low.type != high.type:
            message = f"the bounds of BETWEEN are of types {low.type} and {high.type}"
            yield upper.offset, message, "both need to be of one type"
        elif (
            low.value is not None
            and high.value is not None
            and low.type in ORDERED_TYPES
            and compared(low.value, ">", high.value)
        ):
            yield upper.offset, "the upper bound of BETWEEN is below the lower one", ""

    def _of_type(
        self, operands: tuple[Operand, ...], types: frozenset[str], taker: str
    ) -> Iterator[Problem]:
        for operand in operands:
            type_ = self._literal(operand).type
            if type_ is not None and type_ not in types:
                message = f"{taker} cannot take '{operand}', which is of type {type_}"
                yield operand.offset, message, f"it takes {', '.join(sorted(types))}"

    def _literal(self, operand: Operand) -> Literal:
        match operand:
            case Value(name):
                return self._values[name]
            case Function(name="size"):
                return Literal("N")
        return Literal()

    def _steps(self, path: Path) -> Steps:
        return resolve(path, self._names)
