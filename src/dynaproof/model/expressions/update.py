"""Update expressions applied to items of typed attribute values.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Context

from dynaproof.model.attribute_value import (
    SET_TYPES,
    AttributeValue,
    Item,
    descriptor,
    elements,
    number_text,
)
from dynaproof.model.expressions.comparison import members, number
from dynaproof.model.expressions.document_path import Steps, conflicting, find, resolve, shown
from dynaproof.model.expressions.evaluation import value_of
from dynaproof.model.expressions.syntax_tree import (
    AddAction,
    Arithmetic,
    DeleteAction,
    Function,
    Operand,
    Path,
    Update,
)
from dynaproof.model.expressions.tokens import ExpressionError

# Enough for any two numbers of DynamoDB's to be added without rounding.
_EXACT_DIGITS = 300


def apply_update(
    update: Update,
    item: Item | None,
    key: Item,
    names: Mapping[str, str],
    values: Mapping[str, AttributeValue],
) -> Item:
    """Give the item after an UpdateItem; ``item`` is left as it is, None if it does not exist.

    Every path and value is of the item before the update. Setting beyond the end of a list
    appends; removing an element closes the gap; a set that becomes empty goes. Raises
    ExpressionError where DynamoDB answers with a ValidationException.
    """
    before = key | (item or {})
    targets = {path: resolve(path, names) for path in update.targets}
    for path, steps in targets.items():
        if steps[0] in key:
            message = f"'{steps[0]}' is part of the key, and cannot be updated"
            raise ExpressionError(message, path.offset)
        _check_parent(before, path, steps)
    both = conflicting([resolve(path, names) for path in update.targets])
    if both is not None:
        one, other, do = both
        message = f"two document paths {do}: {shown(one)} and {shown(other)}"
        raise ExpressionError(message, update.targets[-1].offset)
    computing = _Computation(before, names, values)
    changed: dict[Steps, AttributeValue | None] = {}
    for path in update.removals:
        changed[targets[path]] = None
    for action in update.sets:
        changed[targets[action.path]] = computing.value(action.value)
    for addition in update.adds:
        changed[targets[addition.path]] = computing.added(addition)
    for deletion in update.deletes:
        changed[targets[deletion.path]] = computing.remaining(deletion)
    return _changed(before, changed)


@dataclass(frozen=True, slots=True)
class _Computation:
    item: Item
    names: Mapping[str, str]
    values: Mapping[str, AttributeValue]

    def value(self, operand: Operand | Arithmetic) -> AttributeValue:
        match operand:
            case Arithmetic():
                left = self._of_type(operand.left, "N")
                right = self._of_type(operand.right, "N")
                return _sum(left, right, operand.operator, operand.offset)
            case Function(name="list_append"):
                first, second = (self._of_type(inner, "L") for inner in operand.operands)
                return {"L": [*elements(first["L"]), *elements(second["L"])]}
            case Function():
                path, instead = operand.operands
                # DynamoDB wants what stands instead to exist even when it is not needed.
                other, found = self.value(instead), self._found(path)
                return other if found is None else found
        found = self._found(operand)
        if found is None:
            raise ExpressionError(f"'{operand}' does not exist in the item", operand.offset)
        return found

    def added(self, action: AddAction) -> AttributeValue:
        value = self.value(action.value)
        [type_] = value
        if type_ != "N" and type_ not in SET_TYPES:
            raise _wrong_type(action.value, value)
        present = self._found(action.path)
        if present is None:
            return value
        if type_ not in present:
            raise _wrong_type(action.path, present)
        if type_ == "N":
            return _sum(present, value, "+", action.path.offset)
        return {type_: list((members(present) | members(value)).values())}

    def remaining(self, action: DeleteAction) -> AttributeValue | None:
        value = self.value(action.value)
        [type_] = value
        if type_ not in SET_TYPES:
            raise _wrong_type(action.value, value)
        present = self._found(action.path)
        if present is None:
            return None
        if type_ not in present:
            raise _wrong_type(action.path, present)
        gone = members(value)
        left = [member for by, member in members(present).items() if by not in gone]
        return {type_: left} if left else None

    def _found(self, operand: Operand) -> AttributeValue | None:
        if isinstance(operand, Function):
            return self.value(operand)
        return value_of(operand, self.item, self.names, self.values)

    def _of_type(self, operand: Operand, type_: str) -> AttributeValue:
        value = self.value(operand)
        if type_ not in value:
            raise _wrong_type(operand, value)
        return value


def _check_parent(item: Item, path: Path, steps: Steps) -> None:
    parent = find(item, steps[:-1])
    wanted = "M" if isinstance(steps[-1], str) else "L"
    if parent is None or wanted not in parent:
        kind = "map" if wanted == "M" else "list"
        message = f"'{path}' cannot be updated: '{shown(steps[:-1])}' is no {kind} in the item"
        raise ExpressionError(message, path.offset)


def _changed(before: Item, changes: Mapping[Steps, AttributeValue | None]) -> Item:
    after = deepcopy(before)
    # Values first, by rising index, so that those beyond the end of a list are appended in
    # order; then removals, by falling index, so that none moves what another one means.
    ordered = sorted(changes, key=_position)
    for steps in ordered:
        value = changes[steps]
        if value is not None:
            _put(after, steps, deepcopy(value))
    for steps in reversed(ordered):
        if changes[steps] is None and find(before, steps) is not None:
            _remove(after, steps)
    return after


def _position(steps: Steps) -> tuple[tuple[bool, int, str], ...]:
    return tuple((True, step, "") if isinstance(step, int) else (False, 0, step) for step in steps)


def _put(item: Item, steps: Steps, value: AttributeValue) -> None:
    container, last = _container(item, steps), steps[-1]
    if isinstance(container, list) and isinstance(last, int):
        container[last : last + 1] = [value]
    elif isinstance(container, dict):
        container[last] = value


def _remove(item: Item, steps: Steps) -> None:
    match _container(item, steps), steps[-1]:
        case list() as container, int() as index:
            del container[index]
        case dict() as attributes, name:
            del attributes[name]


def _container(item: Item, steps: Steps) -> object:
    """Give the list or dict of the item that holds what a path leads to."""
    if len(steps) == 1:
        return item
    parent = find(item, steps[:-1])
    return None if parent is None else descriptor(parent)[1]


def _sum(left: AttributeValue, right: AttributeValue, sign: str, offset: int) -> AttributeValue:
    exact = Context(prec=_EXACT_DIGITS)
    one, other = number(left), number(right)
    result = exact.add(one, other) if sign == "+" else exact.subtract(one, other)
    try:
        return {"N": number_text(result)}
    except ValueError as error:
        raise ExpressionError(f"the result cannot be stored: {error}", offset) from error


def _wrong_type(operand: Operand, value: AttributeValue) -> ExpressionError:
    message = f"'{operand}' is of type {descriptor(value)[0]}, which cannot be used here"
    return ExpressionError(message, operand.offset)
