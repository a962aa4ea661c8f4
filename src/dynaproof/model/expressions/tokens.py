"""Expressions cut into tokens, and the error that all of expressions/ raises for a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*|\#[A-Za-z0-9_]+)"
    r"|(?P<value>:[A-Za-z0-9_]+)"
    r"|(?P<index>0|[1-9][0-9]*)"
    r"|(?P<symbol><>|<=|>=|[=<>()\[\],.+\-])"
)

_INSTEAD = {
    "!": "for 'not equal' write <>",
    "#": "a '#' is followed by letters, digits and underscores, as #name",
    ":": "a ':' is followed by letters, digits and underscores, as :name",
    "'": "give texts in ExpressionAttributeValues, and write :name here",
    '"': "give texts in ExpressionAttributeValues, and write :name here",
    "&": "write AND",
    "|": "write OR",
    "*": "DynamoDB has + and - only",
    "/": "DynamoDB has + and - only",
}

Problem = tuple[int, str, str]
"""What a check finds: offset in the expression, what is wrong, what would be right."""


class ExpressionError(ValueError):
    """An expression is not well formed; ``offset`` counts characters from 0."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Token:
    """A name, value, index or symbol; or the end, whose text is empty."""

    kind: str
    text: str
    offset: int

    @property
    def shown(self) -> str:
        """The token as messages name it."""
        return f"'{self.text}'" if self.text else "the end"

    def is_word(self, word: str) -> bool:
        """Whether this is a keyword, in capitals or not."""
        return self.kind == "name" and self.text.upper() == word


def tokenize(text: str) -> list[Token]:
    """Cut an expression into tokens, an end token last; raises ExpressionError."""
    tokens: list[Token] = []
    offset = 0
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        if found is None:
            raise _stray(text, offset)
        if found.lastgroup != "space":
            tokens.append(Token(str(found.lastgroup), found.group(), offset))
        offset = found.end()
    tokens.append(Token("end", "", len(text)))
    return tokens


def _stray(text: str, offset: int) -> ExpressionError:
    character = text[offset]
    hint = _INSTEAD.get(character, "")
    if not hint and (character == "_" or not character.isascii() or character == "$"):
        hint = "give the attribute's name in ExpressionAttributeNames, and write #name here"
    return ExpressionError(f"'{character}' cannot stand here", offset, hint)
