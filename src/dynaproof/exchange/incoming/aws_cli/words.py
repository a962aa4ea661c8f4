"""Command lines of the AWS CLI, cut into words as a shell would.

Documents hold them in many ways: over several lines, with a prompt or in a code block, several at
once, amid prose. Nothing is carried out, and no file or variable is read.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

MOST_CHARACTERS = 50_000
_SEPARATORS = frozenset(";&|\n")
_CONTINUED = re.compile(r"[ \t]*[\\^`][ \t]*\r?\n[ \t]*")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.MULTILINE)
_PROMPT = re.compile(r"^[ \t]*(?:[$>%]|PS>)[ \t]+(?=\S)", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*#(?![^\n]*['\"{}])[^\n]*$", re.MULTILINE)
_SUBSTITUTION = re.compile(r"\$\(|(?<!\\)`")
_CURLY = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " "})
_BARE_JSON = re.compile(r"""(?<=[\s=])(\[?\{"[^'`]{1,1500}?[}\]])(?=\s+--[a-z]|\s*$)""")
_COMMAND = re.compile(r"(?:.*/)?(?:aws|awslocal|aws\.exe)")
_NUMBERING = re.compile(r"[(]?[0-9]{1,3}[.):]|[-*+]|then|and", re.IGNORECASE)


class CommandError(ValueError):
    """A text is no command line that could be read as a request."""


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The words after ``aws``, and what stands behind the command and is no part of it."""

    words: tuple[str, ...]
    rest: str = ""


def command_lines(text: str) -> list[CommandLine]:
    """The commands of the AWS CLI in a text, in order; raises CommandError where there are none."""
    if len(text) > MOST_CHARACTERS:
        raise CommandError("the text is too long for a command")
    tokens = _tokens(_plain(text))
    starts = [n for n in range(len(tokens)) if _starts(tokens, n)]
    if not starts:
        raise CommandError("there is no command of the AWS CLI")
    ends = [*starts[1:], len(tokens)]
    return [_line(tokens[start + 1 : end]) for start, end in zip(starts, ends, strict=True)]


def _plain(text: str) -> str:
    """The text as one shell would take it: no code block, prompt, comment or line end inside."""
    text = _FENCE.sub("", text).strip()
    if len(text) > 1 and text.startswith("`") and text.endswith("`"):
        text = text.strip("`")
    if "'" not in text and '"' not in text:
        text = text.translate(_CURLY)
    text = _CONTINUED.sub(" ", text)
    text = _COMMENT.sub("", _PROMPT.sub("", text))
    text = _BARE_JSON.sub(r"'\1'", text)  # a shell would take its quotes away
    # In $'...' a shell reads escapes; what is written so here is JSON, which has its own.
    return re.sub(r"(?<=[\s=])\$(?=['\"])", "", text)


def _tokens(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars="".join(sorted(_SEPARATORS)))
    lexer.whitespace_split = True
    lexer.whitespace = " \t\r"
    lexer.commenters = ""
    try:
        tokens = list(lexer)
    except ValueError as error:
        raise CommandError(f"the quotes of the command do not close ({error})") from error
    return [token for token in tokens if token]


def _starts(tokens: list[str], n: int) -> bool:
    if not _COMMAND.fullmatch(tokens[n].lstrip("`(")):
        return False
    following = next((token for token in tokens[n + 1 :] if not token.isspace()), "")
    return following == "dynamodb" or following.startswith("--")


def _line(tokens: list[str]) -> CommandLine:
    words: list[str] = []
    for n, token in enumerate(tokens):
        if not set(token) <= _SEPARATORS:
            words.append(token)
            continue
        goes_on = next((one for one in tokens[n + 1 :] if not one.isspace()), "")
        if token.isspace() and goes_on.startswith(("--", "{", "[")):
            continue
        rest = " ".join(_words_of(tokens[n:]))
        return CommandLine(_checked(words), _without_numbering(rest.strip(" ;&|)")))
    return CommandLine(_checked(words))


def _words_of(tokens: list[str]) -> Iterator[str]:
    return (token.strip() for token in tokens if token.strip())


def _without_numbering(rest: str) -> str:
    return "" if _NUMBERING.fullmatch(rest) else rest


def _checked(words: list[str]) -> tuple[str, ...]:
    if any(_SUBSTITUTION.search(word) for word in words):
        raise CommandError("it takes values from other commands")
    return tuple(words)
