"""Values for the parameters of a request, taken from the items that the source has.

``pk = 'USER#${user_id}'`` and an item with ``USER#17`` give ``17``; parameters of one request are
taken from one item where there is one that fits them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dynaproof.model.attribute_value import Item
from dynaproof.model.expressions.parser import parse_condition
from dynaproof.model.expressions.syntax_tree import (
    And,
    Between,
    Comparison,
    Condition,
    Function,
    Not,
    Operand,
    Or,
    Path,
    Value,
)
from dynaproof.model.expressions.tokens import ExpressionError
from dynaproof.model.operations import RequestPart, request_parts
from dynaproof.model.table import Table
from dynaproof.model.template import Field, Template, TemplateError

_MOST_FIELDS = 4
_MOST_ITEMS = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the request says of an attribute: a template of it, or of how it begins."""

    attribute: str
    template: Template
    type: str
    prefix: bool = False

    def match(self, item: Item) -> dict[str, str] | None:
        """The values of the template's fields in an item; None where it is another."""
        payload = item.get(self.attribute, {}).get(self.type)
        if not isinstance(payload, str):
            return None
        if not self.prefix:
            return self.template.match(payload)
        # The rest of the value belongs to no field; the field itself takes all it can.
        last = self.template.parts[-1]
        if isinstance(last, Field):
            return self.template.match(payload)
        for end in range(len(payload), 0, -1):
            if payload[:end].endswith(last):
                found = self.template.match(payload[:end])
                if found is not None:
                    return found
        return None


def example_values(
    operation: str,
    arguments: Mapping[str, object],
    names: Mapping[str, str],
    tables: Mapping[str, Table],
    items: Mapping[str, Sequence[Item]],
) -> dict[str, object]:
    """A value for each parameter in ``names``, of which the values are what the source calls it."""
    numbers = set(_number_names(arguments))
    found: dict[str, str] = {}
    for part in request_parts(operation, arguments):
        if part.table in tables:
            wanted = [
                one
                for one in wanted_values(part)
                if 0 < len(one.template.names) <= _MOST_FIELDS
                and len(one.template.names)
                == len([p for p in one.template.parts if isinstance(p, Field)])
            ]
            found = _from_items(wanted, items.get(part.table, ())[:_MOST_ITEMS], found) | found
    return {
        name: _typed(found.get(name), said, number=name in numbers) for name, said in names.items()
    }


def _typed(value: str | None, said: str, *, number: bool) -> object:
    if not number:
        return said if value is None else value
    made = Decimal(value or "1")
    return int(made) if made == made.to_integral_value() else float(made)


def _from_items(
    wanted: Sequence[Wanted], items: Sequence[Item], known: Mapping[str, str]
) -> dict[str, str]:
    """The values of the item that fits best; an item that disagrees in one name fits less."""
    best: dict[str, str] = {}
    most = 0
    for item in items:
        values: dict[str, str] = dict(known)
        fits = 0
        for one in wanted:
            matched = one.match(item)
            if matched is not None and all(
                values.get(name, value) == value for name, value in matched.items()
            ):
                values |= matched
                fits += 1
        if fits > most:
            best, most = values, fits
            if fits == len(wanted):
                break
    return best


def wanted_values(part: RequestPart) -> Iterator[Wanted]:
    """What a request says of attributes, in keys, items and conditions."""
    keys = part.arguments.get("Keys")
    for key in (part.arguments.get("Key"), *(keys if isinstance(keys, list) else ())):
        yield from _of_values(key, prefix=False)
    yield from _of_values(part.arguments.get("Item"), prefix=False)
    names = _mapping(part.arguments.get("ExpressionAttributeNames"))
    values = _mapping(part.arguments.get("ExpressionAttributeValues"))
    for expression in ("KeyConditionExpression", "FilterExpression", "ConditionExpression"):
        text = part.arguments.get(expression)
        if not isinstance(text, str):
            continue
        try:
            condition = parse_condition(text.replace("$$", "$"))
        except ExpressionError:
            continue
        for attribute, value, prefix in _comparisons(condition, 0):
            name = str(names.get(attribute, attribute))
            yield from _of_values({name: values.get(value)}, prefix=prefix)


def _of_values(given: object, *, prefix: bool) -> Iterator[Wanted]:
    for name, typed in _mapping(given).items():
        for type_, payload in _mapping(typed).items():
            if type_ in ("S", "N") and isinstance(payload, str):
                try:
                    yield Wanted(name, Template.parse(payload), type_, prefix)
                except TemplateError:
                    continue


def _comparisons(condition: Condition, depth: int) -> Iterator[tuple[str, str, bool]]:
    """(attribute, value, whether the value is only a beginning) of all comparisons."""
    if depth > 50:
        return
    match condition:
        case And(conditions) | Or(conditions):
            for inner in conditions:
                yield from _comparisons(inner, depth + 1)
        case Not(inner):
            yield from _comparisons(inner, depth + 1)
        case Comparison(left, _, right):
            yield from _pair(left, right, prefix=False)
        case Between(operand, lower, upper):
            yield from _pair(operand, lower, prefix=False)
            yield from _pair(operand, upper, prefix=False)
        case Function(name, (first, second)):
            yield from _pair(first, second, prefix=name == "begins_with")


def _pair(left: Operand, right: Operand, *, prefix: bool) -> Iterator[tuple[str, str, bool]]:
    if isinstance(left, Value) and isinstance(right, Path):
        left, right = right, left
    if isinstance(left, Path) and isinstance(right, Value) and len(left.elements) == 1:
        yield str(left.elements[0]), right.name, prefix


def _number_names(value: object) -> Iterable[str]:
    """The parameters that stand for numbers."""
    if isinstance(value, list):
        for inner in value:
            yield from _number_names(inner)
    for name, inner in _mapping(value).items():
        if name in ("N", "NS"):
            for text in inner if isinstance(inner, list) else [inner]:
                if isinstance(text, str) and "${" in text:
                    yield from Template.parse(text).names
        else:
            yield from _number_names(inner)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
