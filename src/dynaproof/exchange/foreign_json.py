"""JSON of other tools: parsed within bounds, and read key by key without trust in its shapes.

What a file says wrongly in one place is reported as not carried, by its JSON path, and the rest
goes on; a file that is no JSON at all is an InputError with line and column.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from dynaproof.exchange.json_places import (
    MOST_SHOWN,
    keys_twice,
    kind_of,
    path_to,
    shown,
    without_surrogates,
)
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError, Place

__all__ = ["MOST_BYTES", "MOST_DEPTH", "JsonReader", "ParsedJson", "parse_json", "path_to", "shown"]

MOST_BYTES = 20_000_000
MOST_DEPTH = 150
"""DynamoDB nests values 32 levels deep, each two levels of JSON, within a few of the file's own."""
_MOST_DIGITS = 1_000
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_STRING_OR_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class ParsedJson:
    """A JSON value; whole numbers are int, others Decimal. ``file`` is its name for messages."""

    value: object
    file: str
    not_carried: tuple[NotCarried, ...] = ()


@dataclass(slots=True)
class JsonReader:
    """One object of a JSON document, read key by key.

    Every accessor gives a value of its type, or what stands for none; null is like a key that is
    absent; another shape is reported to ``not_carried``, which all readers of a document share.
    Keys that nobody asked for are reported by ``unknown_keys``.
    """

    value: Mapping[str, object]
    path: str = ""
    not_carried: list[NotCarried] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, parsed: ParsedJson, expected: str = "an object") -> JsonReader:
        """The whole document; raises InputError where it is no object."""
        if not isinstance(parsed.value, dict):
            message = f"the file holds {kind_of(parsed.value)}, not {expected}"
            raise InputError.of(Code.FOREIGN_FILE, message, place=Place(parsed.file))
        return cls(parsed.value, "", list(parsed.not_carried))

    def has(self, name: str) -> bool:
        """Whether the key is there and not null; it does not count as asked for."""
        return self.value.get(name) is not None

    def raw(self, name: str) -> object:
        """The value as it is; None where it is absent."""
        self._asked.add(name)
        return self.value.get(name)

    def text(self, name: str, default: str = "") -> str:
        """A text; numbers and truth values count as their text."""
        found = self.raw(name)
        match found:
            case None:
                return default
            case str():
                return found
            case bool() | int() | Decimal():
                return json.dumps(found) if isinstance(found, bool) else str(found)
        self.wrong(name, "a text")
        return default

    def whole(self, name: str) -> int | None:
        """A whole number, also one that is written as text."""
        found = self.raw(name)
        if found is None:
            return None
        if isinstance(found, int) and not isinstance(found, bool):
            return found
        if (
            isinstance(found, Decimal)
            and found.copy_abs() < 10**18
            and found == found.to_integral()
        ):
            return int(found)
        if isinstance(found, str) and re.fullmatch(r"[+-]?[0-9]{1,18}", found.strip()):
            return int(found)
        self.wrong(name, "a whole number")
        return None

    def truth(self, name: str, default: bool = False) -> bool:
        """A truth value, also one that is written as text."""
        found = self.raw(name)
        if found is None:
            return default
        if isinstance(found, bool):
            return found
        if isinstance(found, str) and found.strip().lower() in ("true", "false"):
            return found.strip().lower() == "true"
        self.wrong(name, "true or false")
        return default

    def one_of(self, name: str, choices: Sequence[str], default: str | None = None) -> str | None:
        """One of some texts, capital letters or not."""
        found = self.raw(name)
        if found is None:
            return default
        for choice in choices:
            if isinstance(found, str) and found.strip().lower() == choice.lower():
                return choice
        self.wrong(name, "one of " + ", ".join(choices))
        return default

    def elements(self, name: str) -> list[tuple[str, object]]:
        """The elements of a list with their paths; none where it is absent."""
        found = self.raw(name)
        if isinstance(found, list):
            return [(f"{self.at(name)}[{n}]", one) for n, one in enumerate(found)]
        if found is not None:
            self.wrong(name, "a list")
        return []

    def objects(self, name: str) -> list[JsonReader]:
        """Readers of a list's objects; other elements are reported."""
        return list(self._readers(self.elements(name)))

    def texts(self, name: str) -> list[str]:
        """The texts of a list; other elements are reported."""
        found: list[str] = []
        for path, one in self.elements(name):
            if isinstance(one, str):
                found.append(one)
            else:
                self._wrong(path, one, "a text")
        return found

    def child(self, name: str) -> JsonReader:
        """A reader of the object under a key; an empty one where it is absent."""
        found = self.raw(name)
        if isinstance(found, dict):
            return JsonReader(found, self.at(name), self.not_carried)
        if found is not None:
            self.wrong(name, "an object")
        return JsonReader({}, self.at(name), self.not_carried)

    def members(self) -> dict[str, JsonReader]:
        """Readers of this object's own objects, by key; other values are reported."""
        found: dict[str, JsonReader] = {}
        for name, one in self.value.items():
            self._asked.add(name)
            if isinstance(one, dict):
                found[name] = JsonReader(one, self.at(name), self.not_carried)
            elif one is not None:
                self.wrong(name, "an object")
        return found

    def mapping(self, name: str) -> dict[str, JsonReader]:
        """Readers of the objects in the object under a key, by their keys."""
        return self.child(name).members()

    def ignore(self, *names: str) -> None:
        """Keys that are known, and say nothing that a definition could hold."""
        self._asked.update(names)

    def at(self, name: str) -> str:
        """The path of a key."""
        return path_to(self.path, name)

    def report(self, reason: str, name: str | None = None) -> None:
        """What cannot be carried, of this object or of one of its keys."""
        self.not_carried.append(NotCarried(self.path if name is None else self.at(name), reason))

    def wrong(self, name: str, expected: str) -> None:
        """A key whose value has another shape than expected."""
        self._wrong(self.at(name), self.value.get(name), expected)

    def unknown_keys(self) -> None:
        """Report every key that nobody asked for; called when all have been."""
        for name, one in self.value.items():
            if name not in self._asked and one is not None:
                self.report("unknown key", name)

    def _readers(self, elements: Sequence[tuple[str, object]]) -> Iterator[JsonReader]:
        for path, one in elements:
            if isinstance(one, dict):
                yield JsonReader(one, path, self.not_carried)
            else:
                self._wrong(path, one, "an object")

    def _wrong(self, path: str, found: object, expected: str) -> None:
        self.not_carried.append(NotCarried(path, f"expected {expected}, not {shown(found)}"))


def parse_json(content: bytes, file: str) -> ParsedJson:
    """Parse a file's bytes: UTF-8, or UTF-16 or -32 as some shells write, with or without a BOM.

    Of a key that an object has twice the last value counts, and halves of surrogate pairs are
    replaced; both are reported. Raises InputError for what is too large, too deep or no JSON.
    """
    if len(content) > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES // 1_000_000} MB"
        raise InputError.of(Code.TOO_LARGE, message, place=Place(file))
    try:
        text = content.decode(json.detect_encoding(content))
    except UnicodeDecodeError as error:
        message = f"the file is no text in UTF-8 (byte {error.start})"
        hint = "Save it as UTF-8."
        raise InputError.of(Code.FILE_UNREADABLE, message, place=Place(file), hint=hint) from error
    twice: list[tuple[dict[str, object], str]] = []

    def pairs(members: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(members)
        if len(made) < len(members):
            times = Counter(name for name, _ in members)
            twice.extend((made, name) for name in made if times[name] > 1)
        return made

    try:
        value = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_int=_whole,
            parse_float=_decimal,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        message = f"the file is not JSON: {error.msg}"
        raise InputError.of(Code.FOREIGN_FILE, message, place=place) from error
    except _ConstantError as error:
        found = next(m for m in _STRING_OR_CONSTANT.finditer(text) if m.group(1))
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        message = f"the file is not JSON: {error} is no number of JSON"
        raise InputError.of(Code.FOREIGN_FILE, message, place=Place(file, line, column)) from error
    except (ValueError, ArithmeticError) as error:
        message = f"the file holds a number that is too large: {error}"
        raise InputError.of(Code.FOREIGN_FILE, message, place=Place(file)) from error
    except RecursionError as error:
        raise _too_deep(file) from error
    _refuse_depth(value, file)
    reported: list[NotCarried] = []
    if twice:
        reported += keys_twice(value, twice)
    if _ESCAPED_SURROGATE.search(text):
        value = without_surrogates(value, "", reported)
    return ParsedJson(value, file, tuple(reported))


class _ConstantError(ValueError):
    """NaN or an infinity."""


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"it has {len(text):,} digits")
    return int(text)


def _decimal(text: str) -> Decimal:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"it has {len(text):,} digits")
    try:
        return Decimal(text)
    except ArithmeticError as error:
        raise ValueError(text[:MOST_SHOWN]) from error


def _no_constant(text: str) -> object:
    raise _ConstantError(text)


def _too_deep(file: str) -> InputError:
    message = f"the file is nested deeper than {MOST_DEPTH} levels"
    return InputError(Diagnostic(Code.TOO_LARGE, message, Place(file)))


def _refuse_depth(value: object, file: str) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MOST_DEPTH:
            raise _too_deep(file)
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
