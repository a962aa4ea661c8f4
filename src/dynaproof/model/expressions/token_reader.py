"""Reading an expression's tokens one after the other, within DynamoDB's limits.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

from dynaproof.model.expressions.tokens import ExpressionError, Token, tokenize

MAX_BYTES = 4_096
MAX_OPERATORS = 300
MAX_DEPTH = 80
"""Parentheses, NOTs and functions inside one another: our own limit, so that none runs away."""

KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"})

_INSTEAD = {
    "IS": "write attribute_exists(...), or attribute_type(..., :type) with NULL",
    "=": "'equal' is a single =",
    "LIKE": "write begins_with(..., :value) or contains(..., :value)",
    "NOT": "NOT stands before the whole condition: NOT a IN (:b)",
    "-": "if it is part of an attribute's name, give the name in ExpressionAttributeNames",
}


class TokenReader:
    """The tokens of an expression, and how far they are read."""

    def __init__(self, text: str) -> None:
        if len(text.encode(errors="replace")) > MAX_BYTES:
            raise ExpressionError(f"the expression is longer than {MAX_BYTES} bytes", 0)
        self._tokens = tokenize(text)
        self._at = 0
        self._depth = 0
        self._operators = 0
        self._group = (-1, -1)
        if len(self._tokens) == 1:
            raise ExpressionError("the expression is empty", 0)

    @property
    def next(self) -> Token:
        """The token that is not read yet."""
        return self._tokens[self._at]

    @property
    def opens_function(self) -> bool:
        """Whether a name and '(' come next."""
        word = self.next
        if word.kind != "name" or word.text.upper() in KEYWORDS:
            return False
        return self._tokens[self._at + 1].text == "("

    def advance(self) -> Token:
        """Read the next token."""
        token = self.next
        self._at += 1
        return token

    def take(self, text: str) -> Token | None:
        """Read the next token if it is this symbol or keyword."""
        token = self.next
        symbol = token.kind == "symbol" and token.text == text
        return self.advance() if symbol or token.is_word(text) else None

    def expect(self, text: str) -> Token:
        """Read this symbol or keyword."""
        token = self.take(text)
        if token is None:
            raise self.unexpected(f"'{text}'")
        return token

    def expect_end(self) -> None:
        """Make sure that nothing is left."""
        if self.next.kind == "end":
            return
        message = f"unexpected {self.next.shown}{self._after()}"
        raise ExpressionError(message, self.next.offset, _INSTEAD.get(self.next.text.upper(), ""))

    def unexpected(self, wanted: str, hint: str = "") -> ExpressionError:
        """Make the error that something else should come next."""
        return self.missing(f"{wanted}{self._after()}", hint)

    def missing(self, wanted: str, hint: str = "") -> ExpressionError:
        """Make the error that something else should come, not saying after what."""
        found = "" if self.next.kind == "end" else f", found {self.next.shown}"
        message = f"expected {wanted}{found}"
        hint = hint or _INSTEAD.get(self.next.text.upper(), "")
        return ExpressionError(message, self.next.offset, hint)

    def open_group(self) -> int | None:
        """Read '(' if it is next; answer with what close_group takes."""
        opening = self.take("(")
        if opening is None:
            return None
        self.enter(opening)
        return self._at - 1

    def close_group(self, opened: int) -> None:
        """Read ')', and refuse parentheses around nothing but parentheses, as DynamoDB does."""
        self.expect(")")
        self.leave()
        closed = self._at - 1
        if self._group == (opened + 1, closed - 1):
            raise ExpressionError("the parentheses are redundant", self._tokens[opened].offset)
        self._group = (opened, closed)

    def enter(self, token: Token) -> None:
        """Go one level deeper."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(f"nested deeper than {MAX_DEPTH} levels", token.offset)

    def leave(self) -> None:
        """Come back from one level."""
        self._depth -= 1

    def count(self, token: Token) -> None:
        """Count an operator or function."""
        self._operators += 1
        if self._operators > MAX_OPERATORS:
            message = f"more than {MAX_OPERATORS} operators and functions"
            raise ExpressionError(message, token.offset)

    def _after(self) -> str:
        return f" after {self._tokens[self._at - 1].shown}" if self._at else ""
