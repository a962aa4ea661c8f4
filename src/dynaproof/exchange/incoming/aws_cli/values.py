"""Values of the AWS CLI's options: JSON, with the slips that people make, and shorthand syntax.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-types.html
https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html
"""

from __future__ import annotations

import re

from dynaproof.exchange.foreign_json import parse_json
from dynaproof.exchange.incoming.aws_cli.words import CommandError
from dynaproof.model.diagnostic import InputError

_MOST_DEPTH = 60
_FILE = re.compile(r"(?:file|fileb|https?)://", re.IGNORECASE)
_PYTHON_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|\b(True|False|None)\b', re.DOTALL)
_BARE_PLACEHOLDER = re.compile(
    r'"(?:[^"\\]|\\.)*"|(?<=[:\[,])\s*(<[^<>"{}]{1,60}>|\$\{?\w{1,60}\}?|\{\{[^{}"]{1,60}\}\})'
)
_JSON_OF_PYTHON = {"True": "true", "False": "false", "None": "null"}


def structured(words: list[str]) -> object:
    """The value of an option that takes a structure, map or list; raises CommandError.

    Several words are elements of a list, or members of one map.
    """
    if any(_FILE.match(word) for word in words):
        raise CommandError("it takes a value from a file, which is not read")
    if words and words[0].lstrip().startswith(("{", "[")):
        values = [json_value(word) for word in words]
        if len(values) == 1:
            return values[0]
        return [
            inner for value in values for inner in (value if isinstance(value, list) else [value])
        ]
    values = [_Shorthand(word).whole() for word in words]
    return values[0] if len(values) == 1 else values


def json_value(text: str) -> object:
    """JSON as it is written in documents: Python's constants, other quotes, placeholders unquoted."""
    attempts = (
        text,
        _quoted_placeholders(_without_python(text)),
        _quoted_placeholders(_without_python(text.replace('\\"', '"'))),
        text.replace("'", '"') if '"' not in text else text,
    )
    for attempt in dict.fromkeys(attempts):
        try:
            return parse_json(attempt.encode(errors="replace"), "").value
        except InputError as error:
            problem = error.diagnostics[0].message
    raise CommandError(f"the JSON of an option cannot be read: {problem}")


def _without_python(text: str) -> str:
    return _PYTHON_CONSTANT.sub(
        lambda found: _JSON_OF_PYTHON[found[1]] if found[1] else found[0], text
    )


def _quoted_placeholders(text: str) -> str:
    return _BARE_PLACEHOLDER.sub(lambda found: f'"{found[1]}"' if found[1] else found[0], text)


class _Shorthand:
    """``pk={S=USER#1},tags=[a,b]``: members of a map, lists, and texts with quotes or without."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.at = 0

    def whole(self) -> object:
        made = self.members("") if _KEY.match(self.text) else self.listed("")
        if self.at < len(self.text):
            raise self.wrong()
        return made

    def members(self, closing: str, depth: int = 0) -> dict[str, object]:
        made: dict[str, object] = {}
        while not self.is_next(closing):
            key = _KEY.match(self.text, self.at)
            if key is None:
                raise self.wrong()
            self.at = key.end()
            made[key["name"]] = self.value(closing, depth + 1)
            if not self.skip(","):
                break
        return made

    def listed(self, closing: str, depth: int = 0) -> list[object]:
        made: list[object] = []
        while not self.is_next(closing):
            made.append(self.value(closing, depth + 1, single=True))
            if not self.skip(","):
                break
        return made

    def value(self, closing: str, depth: int, *, single: bool = False) -> object:
        if depth > _MOST_DEPTH:
            raise CommandError("an option is nested too deeply")
        for opened, closed, inner in (("{", "}", self.members), ("[", "]", self.listed)):
            if self.skip(opened):
                made = inner(closed, depth)
                if not self.skip(closed):
                    raise self.wrong()
                return made
        first = self.single(closing)
        if single:
            return first
        # a=1,2,b=3: what follows a comma and is no key is one more value of the same key.
        values: list[object] = [first]
        while self.is_next(",") and not _KEY.match(self.text, self.at + 1) and closing != "]":
            if self.at + 1 >= len(self.text):
                break
            self.skip(",")
            values.append(self.single(closing))
        return first if len(values) == 1 else values

    def single(self, closing: str) -> str:
        found = _SINGLE[closing].match(self.text, self.at)
        if found is None:
            raise self.wrong()
        self.at = found.end()
        quoted = found["double"] if found["double"] is not None else found["quoted"]
        if quoted is not None:
            return re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
        return re.sub(r"\\([\\,])", r"\1", found["bare"]).strip()

    def is_next(self, character: str) -> bool:
        return self.text.startswith(character, self.at) if character else self.at >= len(self.text)

    def skip(self, character: str) -> bool:
        if not self.is_next(character):
            return False
        self.at += 1
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return True

    def wrong(self) -> CommandError:
        near = self.text[self.at : self.at + 20]
        return CommandError(f"the shorthand syntax of an option cannot be read at '{near}'")


_KEY = re.compile(r"\s*(?P<name>[\w\-.#/:]{1,255})\s*=\s*")
_QUOTED = r'\s*(?:"(?P<double>(?:[^"\\]|\\.)*)"|\'(?P<quoted>(?:[^\'\\]|\\.)*)\')\s*'
_SINGLE = {
    closing: re.compile(rf"{_QUOTED}|(?P<bare>(?:\\.|[^,{re.escape(closing)}])*)", re.DOTALL)
    for closing in ("", "}", "]")
}
