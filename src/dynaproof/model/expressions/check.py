"""All that DynamoDB refuses of a request's expressions, as far as the definition tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from dynaproof.model.codes import Code
from dynaproof.model.definition import Path as ArgumentPath
from dynaproof.model.expressions.document_path import resolve
from dynaproof.model.expressions.key_condition import KeySchema, check_key_condition
from dynaproof.model.expressions.literal import Literal
from dynaproof.model.expressions.operand_types import check_operands
from dynaproof.model.expressions.parser import parse_condition, parse_projection, parse_update
from dynaproof.model.expressions.reserved_words import is_reserved
from dynaproof.model.expressions.syntax_tree import (
    Condition,
    Expression,
    Path,
    Update,
    Value,
    operands_of,
)
from dynaproof.model.expressions.tokens import ExpressionError, Problem
from dynaproof.model.operations import RequestPart, is_templated, request_parts
from dynaproof.model.table import Table

PARSERS: Mapping[str, Callable[[str], Expression]] = {
    "KeyConditionExpression": parse_condition,
    "FilterExpression": parse_condition,
    "ConditionExpression": parse_condition,
    "UpdateExpression": parse_update,
    "ProjectionExpression": parse_projection,
}
NAMES = "ExpressionAttributeNames"
VALUES = "ExpressionAttributeValues"

LEGACY_PARAMETERS = (
    "AttributesToGet",
    "AttributeUpdates",
    "ConditionalOperator",
    "Expected",
    "KeyConditions",
    "QueryFilter",
    "ScanFilter",
)
"""Parameters of before expressions, which cannot stand beside them.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
"""


class ExpressionFinding(NamedTuple):
    """What is wrong: ``path`` in the arguments, ``offset`` in the text there, if it is one."""

    path: ArgumentPath
    offset: int | None
    code: Code
    message: str
    hint: str = ""


def check_expressions(
    operation: str,
    arguments: Mapping[str, object],
    tables: Mapping[str, Table] | None = None,
) -> list[ExpressionFinding]:
    """Check the expressions of templated plain arguments.

    ``tables`` are those of the definition, by name: of a table that is not there, and of an
    expression with ``${...}``, only what can be known is checked.
    """
    findings: list[ExpressionFinding] = []
    for part in request_parts(operation, arguments):
        findings += _PartCheck(part, (tables or {}).get(part.table)).findings()
    return findings


@dataclass(frozen=True, slots=True)
class _PartCheck:
    part: RequestPart
    table: Table | None

    def findings(self) -> Iterator[ExpressionFinding]:
        texts = {
            name: text for name in PARSERS if isinstance(text := self.part.arguments.get(name), str)
        }
        yield from self._parameters(texts)
        parsed: dict[str, Expression] = {}
        for name, text in texts.items():
            if is_templated(text):
                continue
            try:
                parsed[name] = PARSERS[name](text)
            except ExpressionError as error:
                problem = (error.offset, error.message, error.hint)
                yield self._problem(name, Code.EXPRESSION_SYNTAX, problem)
        used = [
            (name, operand)
            for name, expression in parsed.items()
            for operand in operands_of(expression)
        ]
        yield from self._reserved(used)
        undefined = list(self._undefined(used))
        yield from undefined
        if len(parsed) == len(texts):
            yield from self._unused(used, bool(texts))
        if not undefined:
            for name, expression in parsed.items():
                yield from self._meaning(name, expression)

    def _parameters(self, texts: Mapping[str, str]) -> Iterator[ExpressionFinding]:
        arguments = self.part.arguments
        legacy = [name for name in LEGACY_PARAMETERS if name in arguments]
        if legacy and texts:
            message = f"'{legacy[0]}' cannot stand beside '{next(iter(texts))}'"
            hint = "say it in an expression"
            path = (*self.part.path, legacy[0])
            yield ExpressionFinding(path, None, Code.REQUEST_SHAPE, message, hint)
        if (
            self.part.operation == "Query"
            and "KeyConditions" not in arguments
            and "KeyConditionExpression" not in arguments
        ):
            message = "a Query needs a KeyConditionExpression"
            yield ExpressionFinding(self.part.path, None, Code.KEY_CONDITION, message)

    def _reserved(self, used: list[tuple[str, Path | Value]]) -> Iterator[ExpressionFinding]:
        for name, operand in used:
            if not isinstance(operand, Path):
                continue
            for element, offset in zip(operand.elements, operand.offsets, strict=True):
                if isinstance(element, str) and is_reserved(element):
                    message = f"'{element}' is a reserved word of DynamoDB"
                    hint = f"write #{element}, and {NAMES}: {{'#{element}': '{element}'}}"
                    path = (*self.part.path, name)
                    yield ExpressionFinding(path, offset, Code.RESERVED_WORD, message, hint)

    def _undefined(self, used: list[tuple[str, Path | Value]]) -> Iterator[ExpressionFinding]:
        for name, operand in used:
            for parameter, placeholder, offset in _placeholders(operand):
                defined = self._defined(parameter)
                if defined is None or placeholder in defined:
                    continue
                close = get_close_matches(placeholder, defined, 1)
                hint = f"did you mean '{close[0]}'?" if close else f"define it in {parameter}"
                message = f"'{placeholder}' is not defined"
                path = (*self.part.path, name)
                yield ExpressionFinding(path, offset, Code.EXPRESSION_NAMES, message, hint)

    def _unused(
        self, used: list[tuple[str, Path | Value]], any_expression: bool
    ) -> Iterator[ExpressionFinding]:
        placeholders = {p for _, operand in used for _, p, _ in _placeholders(operand)}
        for parameter, sign in ((NAMES, "#"), (VALUES, ":")):
            defined = self._defined(parameter)
            path = (*self.part.path, parameter)
            if defined is None or parameter not in self.part.arguments:
                continue
            if not defined:
                message, hint = f"{parameter} may not be empty", "leave it out"
                yield ExpressionFinding(path, None, Code.EXPRESSION_NAMES, message, hint)
            elif not any_expression:
                message = f"{parameter} needs an expression that uses it"
                yield ExpressionFinding(path, None, Code.EXPRESSION_NAMES, message)
                continue
            for name in defined:
                at = (*path, name)
                if not re.fullmatch(sign + "[A-Za-z0-9_]+", name):
                    message = f"'{name}' is no name for {parameter}"
                    hint = f"it is '{sign}' and letters, digits and underscores"
                    yield ExpressionFinding(at, None, Code.EXPRESSION_NAMES, message, hint)
                elif name not in placeholders:
                    message = f"'{name}' is not used in any expression"
                    hint = "DynamoDB refuses what is defined and not used"
                    yield ExpressionFinding(at, None, Code.EXPRESSION_NAMES, message, hint)

    def _meaning(self, name: str, expression: Expression) -> Iterator[ExpressionFinding]:
        names, values = self._known(expression)
        for problem in check_operands(expression, names, values):
            yield self._problem(name, Code.EXPRESSION_REFUSED, problem)
        if name == "KeyConditionExpression" and isinstance(expression, Condition):
            for problem in check_key_condition(expression, names, values, self._key()):
                yield self._problem(name, Code.KEY_CONDITION, problem)
        if name == "FilterExpression" and self.part.operation == "Query":
            hint = "say it in the KeyConditionExpression"
            for path, key in self._key_paths(operands_of(expression), names, self._key()):
                message = f"'{key}' is a key attribute, which the filter of a Query cannot have"
                yield self._problem(name, Code.EXPRESSION_REFUSED, (path.offset, message, hint))
        if isinstance(expression, Update) and self.table is not None:
            key_schema = KeySchema.of(self.table)
            hint = "a key never changes: delete the item and put another"
            for path, key in self._key_paths(expression.targets, names, key_schema):
                message = f"'{key}' is part of the key, and cannot be updated"
                yield self._problem(name, Code.EXPRESSION_REFUSED, (path.offset, message, hint))

    def _known(self, expression: Expression) -> tuple[dict[str, str], dict[str, Literal]]:
        """Give names and values; a name that a template decides stands for itself."""
        names: dict[str, str] = {}
        values: dict[str, Literal] = {}
        for operand in operands_of(expression):
            for parameter, placeholder, _ in _placeholders(operand):
                plain = (self._defined(parameter) or {}).get(placeholder, placeholder)
                if parameter == VALUES:
                    known = self._defined(VALUES) is not None
                    values[placeholder] = Literal.of(plain) if known else Literal()
                elif isinstance(plain, str) and not is_templated(plain):
                    names[placeholder] = plain
                else:
                    names[placeholder] = placeholder
        return names, values

    def _key(self) -> KeySchema | None:
        """Give the key that a query goes by, None when it is not known."""
        if self.table is None:
            return None
        index_name = self.part.arguments.get("IndexName")
        if index_name is None:
            return KeySchema.of(self.table)
        index = self.table.index(index_name) if isinstance(index_name, str) else None
        return None if index is None else KeySchema.of(index)

    def _key_paths(
        self, operands: Iterable[Path | Value], names: Mapping[str, str], key: KeySchema | None
    ) -> Iterator[tuple[Path, str]]:
        for operand in operands:
            if isinstance(operand, Path) and key is not None:
                head = str(resolve(operand, names)[0])
                if key.attribute(head) is not None:
                    yield operand, head

    def _defined(self, parameter: str) -> Mapping[str, object] | None:
        """Give the names or values defined, None when a template decides them."""
        defined = self.part.arguments.get(parameter, {})
        return defined if isinstance(defined, Mapping) else None

    def _problem(self, name: str, code: Code, problem: Problem) -> ExpressionFinding:
        offset, message, hint = problem
        return ExpressionFinding((*self.part.path, name), offset, code, message, hint)


def _placeholders(operand: Path | Value) -> Iterator[tuple[str, str, int]]:
    """Give the parameter, the placeholder and the offset of each #name and :value."""
    if isinstance(operand, Value):
        yield VALUES, operand.name, operand.offset
        return
    for element, offset in zip(operand.elements, operand.offsets, strict=True):
        if isinstance(element, str) and element.startswith("#"):
            yield NAMES, element, offset
