"""Operands of every expression: document paths, values and functions."""

from __future__ import annotations

from difflib import get_close_matches
from typing import ClassVar

from dynaproof.model.expressions.syntax_tree import Function, Operand, Path, Value
from dynaproof.model.expressions.token_reader import KEYWORDS, TokenReader
from dynaproof.model.expressions.tokens import ExpressionError, Token

MAX_PATH_LEVELS = 32
MAX_LIST_INDEX = 2**31 - 1

CONDITION_FUNCTIONS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
}
"""Functions that are conditions, and how many operands they take."""
OPERAND_FUNCTIONS = {"size": 1}
UPDATE_FUNCTIONS = {"if_not_exists": 2, "list_append": 2}
FUNCTIONS = CONDITION_FUNCTIONS | OPERAND_FUNCTIONS | UPDATE_FUNCTIONS
PATH_FIRST = frozenset({"attribute_exists", "attribute_not_exists", "if_not_exists"})
"""Functions whose first operand must be a document path."""


class OperandParser(TokenReader):
    """What all grammars share."""

    functions: ClassVar[dict[str, int]] = {}
    """The functions that may stand in this kind of expression."""

    def operand(self) -> Operand:
        """Read an operand where no condition can stand; it may be in parentheses."""
        opened = self.open_group()
        if opened is None:
            return as_operand(self.bare_operand())
        inner = self.operand()
        self.close_group(opened)
        return inner

    def bare_operand(self) -> Operand:
        """Read a path, value or function; the function may be a condition."""
        if self.next.kind == "value":
            token = self.advance()
            return Value(token.text, token.offset)
        if self.opens_function:
            return self._function()
        if self.next.kind == "name" and self.next.text.upper() not in KEYWORDS:
            return self.path()
        hint = ""
        if self.next.kind == "index":
            hint = "give values in ExpressionAttributeValues, and write :name here"
        raise self.unexpected("an operand", hint)

    def path(self) -> Path:
        """Read a document path."""
        elements: list[str | int] = []
        offsets: list[int] = []
        start = self.next
        while True:
            offsets.append(self.next.offset)
            elements.append(self._attribute_name())
            while self.take("["):
                offsets.append(self.next.offset)
                elements.append(self._index())
                self.expect("]")
            if not self.take("."):
                break
        if len(elements) > MAX_PATH_LEVELS:
            message = f"the path has {len(elements)} levels; DynamoDB takes at most 32"
            raise ExpressionError(message, start.offset)
        return Path(tuple(elements), start.offset, tuple(offsets))

    def _attribute_name(self) -> str:
        if self.next.kind == "name" and self.next.text.upper() not in KEYWORDS:
            return self.advance().text
        hint = ""
        if self.next.kind == "name":
            hint = f"an attribute of the name {self.next.shown} needs ExpressionAttributeNames"
        raise self.unexpected("an attribute name", hint)

    def _index(self) -> int:
        if self.next.kind != "index":
            raise self.unexpected("a list index such as 0")
        token = self.advance()
        if len(token.text) > len(str(MAX_LIST_INDEX)) or int(token.text) > MAX_LIST_INDEX:
            raise ExpressionError(f"list index {token.text} is too large", token.offset)
        return int(token.text)

    def _function(self) -> Function:
        token = self.advance()
        name = token.text
        self._check_name(token)
        self.count(token)
        self.enter(self.expect("("))
        operands = [self.operand()]
        while self.take(","):
            operands.append(self.operand())
        self.expect(")")
        self.leave()
        if len(operands) != self.functions[name]:
            wanted = {1: "one operand", 2: "two operands"}[self.functions[name]]
            message = f"'{name}' takes {wanted}, not {len(operands)}"
            raise ExpressionError(message, token.offset)
        for operand in operands:
            if isinstance(operand, Function) and operand.name == "list_append":
                raise ExpressionError("list_append is no operand of a function", operand.offset)
        if name in PATH_FIRST and not isinstance(operands[0], Path):
            message = f"'{name}' takes a document path, not '{operands[0]}'"
            raise ExpressionError(message, operands[0].offset)
        return Function(name, tuple(operands), token.offset)

    def _check_name(self, token: Token) -> None:
        if token.text in self.functions:
            return
        if token.text in UPDATE_FUNCTIONS:
            message = f"'{token.text}' is for update expressions only"
            raise ExpressionError(message, token.offset)
        if token.text in FUNCTIONS:
            raise ExpressionError(f"'{token.text}' is for conditions only", token.offset)
        close = get_close_matches(token.text.lower(), self.functions, 1, 0.6)
        hint = f"functions are {', '.join(self.functions)}"
        if close:
            hint = f"did you mean '{close[0]}'?"
        raise ExpressionError(f"unknown function '{token.text}'", token.offset, hint)


def as_operand(node: Operand) -> Operand:
    """Refuse a function that is a condition."""
    if isinstance(node, Function) and node.name in CONDITION_FUNCTIONS:
        raise ExpressionError(f"'{node.name}' is a condition, and no operand", node.offset)
    return node
