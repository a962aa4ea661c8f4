"""DynamoDB's expression languages, from text to syntax tree.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dynaproof.model.expressions.operand_parser import (
    CONDITION_FUNCTIONS,
    OPERAND_FUNCTIONS,
    UPDATE_FUNCTIONS,
    OperandParser,
    as_operand,
)
from dynaproof.model.expressions.syntax_tree import (
    AddAction,
    And,
    Arithmetic,
    Between,
    Comparison,
    Condition,
    DeleteAction,
    Function,
    In,
    Not,
    Operand,
    Or,
    Path,
    Projection,
    SetAction,
    Update,
    Value,
)
from dynaproof.model.expressions.tokens import ExpressionError

MAX_IN_OPERANDS = 100
COMPARATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})
CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")

_Action = TypeVar("_Action")


def parse_condition(text: str) -> Condition:
    """Parse a condition, filter or key condition expression; raises ExpressionError."""
    parser = _ConditionParser(text)
    condition = parser.condition(parser.disjunction())
    parser.expect_end()
    return condition


def parse_update(text: str) -> Update:
    """Parse an update expression; raises ExpressionError."""
    return _UpdateParser(text).update()


def parse_projection(text: str) -> Projection:
    """Parse a projection expression; raises ExpressionError."""
    parser = OperandParser(text)
    paths = [parser.path()]
    while parser.take(","):
        paths.append(parser.path())
    parser.expect_end()
    return Projection(tuple(paths))


class _ConditionParser(OperandParser):
    """OR binds least, then AND, NOT, and comparisons."""

    functions = CONDITION_FUNCTIONS | OPERAND_FUNCTIONS

    def disjunction(self) -> Condition | Operand:
        return self._joined("OR", Or, self.conjunction)

    def conjunction(self) -> Condition | Operand:
        return self._joined("AND", And, self.negation)

    def negation(self) -> Condition | Operand:
        token = self.take("NOT")
        if token is None:
            return self.comparison()
        self.count(token)
        self.enter(token)
        inner = self.condition(self.negation())
        self.leave()
        return Not(inner, token.offset)

    def comparison(self) -> Condition | Operand:
        left = self.term()
        token = self.next
        if not isinstance(left, Path | Value | Function):
            return left
        if token.kind == "symbol" and token.text in COMPARATORS:
            self.count(self.advance())
            return Comparison(as_operand(left), token.text, self.operand(), token.offset)
        if self.take("BETWEEN"):
            self.count(token)
            lower = self.operand()
            self.expect("AND")
            return Between(as_operand(left), lower, self.operand(), token.offset)
        if self.take("IN"):
            self.count(token)
            return In(as_operand(left), self._options(token.offset), token.offset)
        return left

    def term(self) -> Condition | Operand:
        opened = self.open_group()
        if opened is None:
            return self.bare_operand()
        inner = self.disjunction()
        self.close_group(opened)
        return inner

    def condition(self, node: Condition | Operand) -> Condition:
        if isinstance(node, Path | Value) or (
            isinstance(node, Function) and node.name in OPERAND_FUNCTIONS
        ):
            raise self.missing(f"a comparison of '{node}'")
        return node

    def _options(self, offset: int) -> tuple[Operand, ...]:
        self.expect("(")
        options = [self.operand()]
        while self.take(","):
            options.append(self.operand())
        self.expect(")")
        if len(options) > MAX_IN_OPERANDS:
            message = f"IN has {len(options)} operands; DynamoDB takes at most {MAX_IN_OPERANDS}"
            raise ExpressionError(message, offset)
        return tuple(options)

    def _joined(
        self, word: str, kind: type[And] | type[Or], rule: Callable[[], Condition | Operand]
    ) -> Condition | Operand:
        first = rule()
        joint = token = self.take(word)
        if joint is None:
            return first
        conditions = [self.condition(first)]
        while token is not None:
            self.count(token)
            conditions.append(self.condition(rule()))
            token = self.take(word)
        return kind(tuple(conditions), joint.offset)


class _UpdateParser(OperandParser):
    """Clauses in any order, each at most once."""

    functions = UPDATE_FUNCTIONS

    def update(self) -> Update:
        sets: list[SetAction] = []
        removals: list[Path] = []
        adds: list[AddAction] = []
        deletes: list[DeleteAction] = []
        seen: set[str] = set()
        while not seen or self.next.kind != "end":
            match self._clause(seen):
                case "SET":
                    sets = self._actions(self._set_action)
                case "REMOVE":
                    removals = self._actions(self.path)
                case "ADD":
                    adds = self._actions(lambda: AddAction(self.path(), self._value("ADD")))
                case _:
                    deletes = self._actions(
                        lambda: DeleteAction(self.path(), self._value("DELETE"))
                    )
        return Update(tuple(sets), tuple(removals), tuple(adds), tuple(deletes))

    def _clause(self, seen: set[str]) -> str:
        word = self.next.text.upper()
        if self.next.kind != "name" or word not in CLAUSES:
            if seen:
                self.expect_end()
            raise self.unexpected("SET, REMOVE, ADD or DELETE")
        if word in seen:
            hint = "join the actions of both with ','"
            raise ExpressionError(f"{word} can be used only once", self.next.offset, hint)
        seen.add(word)
        self.advance()
        return word

    def _actions(self, action: Callable[[], _Action]) -> list[_Action]:
        actions = [action()]
        while self.take(","):
            actions.append(action())
        return actions

    def _set_action(self) -> SetAction:
        path = self.path()
        self.expect("=")
        return SetAction(path, self._set_value())

    def _set_value(self) -> Operand | Arithmetic:
        opened = self.open_group()
        if opened is None:
            return self._arithmetic(self.bare_operand())
        inner = self._set_value()
        self.close_group(opened)
        return inner if isinstance(inner, Arithmetic) else self._arithmetic(inner)

    def _arithmetic(self, left: Operand) -> Operand | Arithmetic:
        token = self.take("+") or self.take("-")
        if token is None:
            return left
        self.count(token)
        right = self.operand()
        for operand in (left, right):
            if isinstance(operand, Function) and operand.name == "list_append":
                message = f"list_append is no operand of '{token.text}'"
                raise ExpressionError(message, operand.offset)
        if self.next.text in ("+", "-"):
            hint = "an action has one + or -"
            raise ExpressionError(f"unexpected {self.next.shown}", self.next.offset, hint)
        return Arithmetic(left, token.text, right, token.offset)

    def _value(self, clause: str) -> Value:
        if self.next.kind != "value":
            raise self.unexpected("a :value", f"it is written {clause} path :value")
        token = self.advance()
        return Value(token.text, token.offset)
