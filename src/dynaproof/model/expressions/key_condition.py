"""Key conditions: which a table or index can answer.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dynaproof.model.expressions.document_path import resolve
from dynaproof.model.expressions.literal import Literal
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
    Value,
)
from dynaproof.model.expressions.tokens import ExpressionError, Problem
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table

_REVERSED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class KeySchema:
    """The key that a query goes by; ``owner`` is how messages name the table or index."""

    owner: str
    partition_key: tuple[KeyAttribute, ...]
    sort_key: tuple[KeyAttribute, ...]

    @classmethod
    def of(cls, source: Table | SecondaryIndex) -> KeySchema:
        """Give the key of a table or index."""
        if isinstance(source, SecondaryIndex):
            return cls(f"index '{source.name}'", source.partition_key, source.sort_key)
        sort_key = (source.sort_key,) if source.sort_key else ()
        return cls(f"table '{source.name}'", (source.partition_key,), sort_key)

    def attribute(self, name: str) -> KeyAttribute | None:
        """The key attribute of this name."""
        return next((k for k in self.partition_key + self.sort_key if k.name == name), None)


@dataclass(frozen=True, slots=True)
class KeyTest:
    """What a key condition says of one attribute: ``operator`` is a comparator or a word."""

    attribute: str
    operator: str
    values: tuple[Value, ...]
    offset: int


def key_tests(condition: Condition, names: Mapping[str, str]) -> list[KeyTest]:
    """Take a key condition apart; raises ExpressionError for a form that DynamoDB refuses."""
    if isinstance(condition, And):
        return [test for inner in condition.conditions for test in key_tests(inner, names)]
    match condition:
        case Comparison(left, comparator, right) if comparator in _REVERSED:
            if isinstance(left, Value):
                left, right, comparator = right, left, _REVERSED[comparator]
            return [_test(left, comparator, (right,), names, condition.offset)]
        case Between(operand, lower, upper):
            return [_test(operand, "BETWEEN", (lower, upper), names, condition.offset)]
        case Function("begins_with", (first, second)):
            return [_test(first, "begins_with", (second,), names, condition.offset)]
    word = {Or: "OR", Not: "NOT", In: "IN"}.get(type(condition), "")
    if isinstance(condition, Comparison):
        word = condition.comparator
    elif isinstance(condition, Function):
        word = condition.name
    hint = "key conditions are = < <= > >= BETWEEN and begins_with, joined by AND"
    raise ExpressionError(f"a key condition cannot have {word}", condition.offset, hint)


def check_key_condition(
    condition: Condition,
    names: Mapping[str, str],
    values: Mapping[str, Literal],
    key: KeySchema | None,
) -> list[Problem]:
    """Tell why a key condition cannot be answered; ``key`` None leaves the names unchecked."""
    try:
        tests = key_tests(condition, names)
    except ExpressionError as error:
        return [(error.offset, error.message, error.hint)]
    return list(_problems(tests, values, key))


def _problems(
    tests: list[KeyTest], values: Mapping[str, Literal], key: KeySchema | None
) -> Iterator[Problem]:
    by_name: dict[str, KeyTest] = {}
    for test in tests:
        if test.attribute in by_name:
            hint = "for a range write BETWEEN"
            yield test.offset, f"'{test.attribute}' has more than one key condition", hint
        by_name.setdefault(test.attribute, test)
    if key is None:
        return
    for test in by_name.values():
        attribute = key.attribute(test.attribute)
        if attribute is None:
            message = f"'{test.attribute}' is not a key attribute of {key.owner}"
            yield test.offset, message, "conditions on others go into the FilterExpression"
        else:
            yield from _types(test, attribute, values)
    for attribute in key.partition_key:
        of_partition = by_name.get(attribute.name)
        if of_partition is None:
            hint = f"add {attribute.name} = :value; without it, only a Scan finds items"
            yield 0, f"the partition key '{attribute.name}' of {key.owner} is missing", hint
        elif of_partition.operator != "=":
            message = f"the partition key '{attribute.name}' can be compared by = only"
            yield of_partition.offset, message, ""
    yield from _sort_key_order(by_name, key)


def _sort_key_order(by_name: Mapping[str, KeyTest], key: KeySchema) -> Iterator[Problem]:
    # Sort keys of several attributes: from the left, without gaps, a range only at the end.
    open_: str | None = None
    for attribute in key.sort_key:
        test = by_name.get(attribute.name)
        if test is not None and open_ is not None:
            message = f"a condition on '{attribute.name}' needs {open_} = :value before it"
            yield test.offset, message, f"the sort key of {key.owner} is used from the left"
        if open_ is None and (test is None or test.operator != "="):
            open_ = attribute.name


def _types(
    test: KeyTest, attribute: KeyAttribute, values: Mapping[str, Literal]
) -> Iterator[Problem]:
    if test.operator == "begins_with" and attribute.type == "N":
        message = f"begins_with cannot be used on '{attribute.name}', which is a number"
        yield test.offset, message, "use BETWEEN"
        return
    for value in test.values:
        type_ = values[value.name].type
        if type_ is not None and type_ != attribute.type:
            message = f"'{value}' is of type {type_}, but '{attribute.name}' is {attribute.type}"
            yield value.offset, message, ""


def _test(
    operand: Operand,
    operator: str,
    others: tuple[Operand, ...],
    names: Mapping[str, str],
    offset: int,
) -> KeyTest:
    if not isinstance(operand, Path):
        message = f"a key condition is on a key attribute, not on '{operand}'"
        raise ExpressionError(message, operand.offset)
    steps = resolve(operand, names)
    if len(steps) > 1:
        message = f"'{operand}' is a document path, and key attributes have none"
        raise ExpressionError(message, operand.offset)
    for other in others:
        if not isinstance(other, Value):
            message = f"a key attribute is compared with a :value, not with '{other}'"
            raise ExpressionError(message, other.offset)
    tested = tuple(other for other in others if isinstance(other, Value))
    return KeyTest(str(steps[0]), operator, tested, offset)
