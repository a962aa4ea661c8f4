"""Key conditions of short forms: values and comparisons to a KeyConditionExpression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dynaproof.definition import language
from dynaproof.model.table import KeyAttribute

Arguments = dict[str, object]


class ShortFormError(ValueError):
    """What a short form says does not fit its table; ``key`` is the part at fault."""

    def __init__(self, message: str, *key: str, hint: str = "") -> None:
        super().__init__(message)
        self.key = key
        self.hint = hint


def paired(
    keys: Sequence[KeyAttribute], given: object, which: str
) -> list[tuple[KeyAttribute, object]]:
    """Each key attribute with its value; raises ShortFormError when they do not fit."""
    if isinstance(given, dict):
        unknown = [name for name in given if name not in {key.name for key in keys}]
        if unknown:
            raise ShortFormError(
                f"'{unknown[0]}' is not part of this key",
                which,
                hint="The key is made of " + ", ".join(key.name for key in keys) + ".",
            )
        if which == "partition_key" and len(given) < len(keys):
            missing = [key.name for key in keys if key.name not in given]
            raise ShortFormError(f"the partition key also needs '{missing[0]}'", which)
        return [(key, given[key.name]) for key in keys if key.name in given]
    listed = given if isinstance(given, list) else [given]
    if len(listed) > len(keys) or (which == "partition_key" and len(listed) < len(keys)):
        raise ShortFormError(
            f"this key has {len(keys)} attribute(s), and {len(listed)} value(s) are given", which
        )
    return list(zip(keys, listed, strict=False))


def sort_conditions(
    keys: Sequence[KeyAttribute], given: object, names: dict[str, str], values: Arguments
) -> list[str]:
    """Conditions on the sort key: equality, or one comparison on the last attribute given."""
    operators = set(language.BetweenOrCompare.model_fields)
    if isinstance(given, dict) and given and set(given) <= operators:
        if len(given) != 1:
            raise ShortFormError(
                "a sort key takes one condition",
                "sort_key",
                hint="For a range use {between: [from, to]}.",
            )
        return [_comparison(keys[0], *next(iter(given.items())), names, values)]
    conditions: list[str] = []
    pairs = paired(keys, given, "sort_key")
    for position, (key, value) in enumerate(pairs):
        if isinstance(value, dict) and len(value) == 1 and set(value) <= operators:
            if position != len(pairs) - 1:
                raise ShortFormError(
                    "only the last part of a sort key may have a condition other than equality",
                    "sort_key",
                )
            operator, operand = next(iter(value.items()))
            conditions.append(_comparison(key, operator, operand, names, values))
        else:
            conditions.append(equality(numbered("sk", position), key.name, value, names, values))
    return conditions


_COMPARATORS = {"eq": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def _comparison(
    key: KeyAttribute, operator: str, operand: object, names: dict[str, str], values: Arguments
) -> str:
    name = fresh("#sk", names)
    names[name] = key.name
    if operator == "between":
        if not isinstance(operand, list) or len(operand) != 2:
            raise ShortFormError("'between' takes a list of two values", "sort_key", "between")
        low, high = fresh(":from", values), fresh(":to", values)
        values[low], values[high] = operand
        return f"{name} BETWEEN {low} AND {high}"
    label = fresh(":sk", values)
    values[label] = operand
    if operator == "begins_with":
        return f"begins_with({name}, {label})"
    return f"{name} {_COMPARATORS[operator]} {label}"


def numbered(key: str, position: int) -> str:
    """``pk``, ``pk2``, ``pk3``."""
    return f"{key}{position + 1}" if position else key


def fresh(label: str, taken: Mapping[str, object]) -> str:
    """A placeholder that the user has not taken."""
    while label in taken:
        label += "_"
    return label


def equality(
    label: str, attribute: str, value: object, names: dict[str, str], values: Arguments
) -> str:
    """``#pk = :pk``, with its name and value added to those of the request."""
    name, operand = fresh(f"#{label}", names), fresh(f":{label}", values)
    names[name], values[operand] = attribute, value
    return f"{name} = {operand}"
