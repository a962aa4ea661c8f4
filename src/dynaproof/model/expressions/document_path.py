"""Document paths on items: where they lead, and which cannot stand side by side.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.Attributes.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from dynaproof.model.attribute_value import (
    AttributeValue,
    Item,
    as_typed,
    attributes_of,
    descriptor,
    elements,
)
from dynaproof.model.expressions.syntax_tree import Path
from dynaproof.model.expressions.tokens import ExpressionError

Steps = tuple[str | int, ...]
"""A document path with its ``#names`` resolved."""


def resolve(path: Path, names: Mapping[str, str]) -> Steps:
    """Replace every ``#name``; raises ExpressionError for one that is not defined."""
    steps: list[str | int] = []
    for element, offset in zip(path.elements, path.offsets or path.elements, strict=True):
        if isinstance(element, str) and element.startswith("#"):
            if element not in names:
                at = offset if isinstance(offset, int) else path.offset
                raise ExpressionError(f"'{element}' is not defined", at)
            steps.append(names[element])
        else:
            steps.append(element)
    return tuple(steps)


def find(item: Item, steps: Steps) -> AttributeValue | None:
    """Give what a path leads to, None when it leads nowhere."""
    value: AttributeValue = {"M": item}
    for step in steps:
        inner = _step(value, step)
        if inner is None:
            return None
        value = inner
    return value


def shown(steps: Steps) -> str:
    """Write a resolved path for people."""
    return str(Path(steps))


def conflicting(paths: Sequence[Steps]) -> tuple[Steps, Steps, str] | None:
    """Give two paths that DynamoDB refuses in one expression, and what they do."""
    for one, other in combinations(paths, 2):
        common = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
        if common is None:
            return one, other, "overlap"
        if isinstance(one[common], int) != isinstance(other[common], int):
            return one, other, "conflict"
    return None


def project(paths: Sequence[Steps], item: Item) -> Item:
    """Give what a projection expression leaves of an item.

    Elements of a list keep their order and close up; what does not exist is left out.
    """
    tree: _Tree = {}
    for steps in paths:
        if find(item, steps) is not None:
            branch = tree
            for step in steps:
                branch = branch.setdefault(step, {})
    return {str(name): _pruned(item[str(name)], branch) for name, branch in tree.items()}


_Tree = dict[str | int, "_Tree"]


def _pruned(value: AttributeValue, tree: _Tree) -> AttributeValue:
    if not tree:
        return value
    type_, payload = descriptor(value)
    if type_ == "L":
        inner = elements(payload)
        indexes = sorted(index for index in tree if isinstance(index, int))
        return {"L": [_pruned(as_typed(inner[index]), tree[index]) for index in indexes]}
    attributes = attributes_of(payload)
    return {
        "M": {str(name): _pruned(attributes[str(name)], branch) for name, branch in tree.items()}
    }


def _step(value: AttributeValue, step: str | int) -> AttributeValue | None:
    type_, payload = descriptor(value)
    if isinstance(step, str):
        return attributes_of(payload).get(step) if type_ == "M" else None
    if type_ != "L":
        return None
    inner = elements(payload)
    return as_typed(inner[step]) if step < len(inner) else None
