"""PartiQL statements cut into tokens.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<space>(?:\s|--[^\n]*(?:\n|$))+)"
    r"|(?P<text>'(?:[^']|'')*')"
    r'|(?P<quoted>"(?:[^"]|"")*")'
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)"
    r"|(?P<symbol><<|>>|<>|!=|<=|>=|[-+=<>()\[\]{},.:?*;])"
)


class PartiqlError(ValueError):
    """A statement that is not understood: maybe wrong, maybe only beyond what is read here."""


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is text, quoted, number, name, symbol or end; quotes are taken off."""

    kind: str
    text: str
    offset: int

    def is_word(self, *words: str) -> bool:
        """Whether this is one of these keywords, in capitals or not."""
        return self.kind == "name" and self.text.upper() in words

    def is_symbol(self, *symbols: str) -> bool:
        """Whether this is one of these symbols."""
        return self.kind == "symbol" and self.text in symbols


class TokenStream:
    """The tokens of a statement, and how far they are read."""

    def __init__(self, statement: str) -> None:
        self._tokens = list(_tokens(statement))
        self._at = 0

    @property
    def next(self) -> Token:
        """The token that is not read yet."""
        return self._tokens[self._at]

    @property
    def second(self) -> Token:
        """The token after that."""
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def advance(self) -> Token:
        """Read the next token."""
        token = self.next
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def take_word(self, *words: str) -> bool:
        """Read these keywords if they come next."""
        following = self._tokens[self._at : self._at + len(words)]
        if len(following) < len(words):
            return False
        if not all(token.is_word(word) for token, word in zip(following, words, strict=True)):
            return False
        self._at += len(words)
        return True

    def take_symbol(self, *symbols: str) -> str:
        """Read one of these symbols if it comes next; empty if none does."""
        return self.advance().text if self.next.is_symbol(*symbols) else ""

    def expect_word(self, *words: str) -> None:
        """Read these keywords."""
        if not self.take_word(*words):
            raise self.unexpected(" ".join(words))

    def expect_symbol(self, symbol: str) -> None:
        """Read this symbol."""
        if not self.take_symbol(symbol):
            raise self.unexpected(f"'{symbol}'")

    def expect_name(self) -> str:
        """Read a name, in double quotes or not."""
        if self.next.kind not in ("name", "quoted"):
            raise self.unexpected("a name")
        return self.advance().text

    def expect_end(self) -> None:
        """Make sure that nothing but a semicolon is left."""
        self.take_symbol(";")
        if self.next.kind != "end":
            raise self.unexpected("the end")

    def unexpected(self, wanted: str) -> PartiqlError:
        """Make the error that something else should come next."""
        found = f"'{self.next.text}'" if self.next.kind != "end" else "the end"
        return PartiqlError(f"expected {wanted} at character {self.next.offset}, found {found}")


def _tokens(statement: str) -> list[Token]:
    tokens: list[Token] = []
    offset = 0
    while offset < len(statement):
        found = _TOKEN.match(statement, offset)
        if found is None:
            raise PartiqlError(f"'{statement[offset]}' at character {offset} is not understood")
        kind, text = str(found.lastgroup), found.group()
        if kind in ("text", "quoted"):
            quote = text[0]
            text = text[1:-1].replace(quote * 2, quote)
        if kind != "space":
            tokens.append(Token(kind, text, offset))
        offset = found.end()
    tokens.append(Token("end", "", len(statement)))
    return tokens
