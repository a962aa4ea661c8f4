"""Where a value stands in a JSON document, and what is looked for in all of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from dynaproof.exchange.not_carried import NotCarried

MOST_SHOWN = 60
_PLAIN_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*")
_SURROGATE = re.compile("[\ud800-\udfff]")


def path_to(path: str, name: str) -> str:
    """The path of a key below a path; names that are no plain words stand in ``["..."]``."""
    if _PLAIN_NAME.fullmatch(name) and len(name) <= MOST_SHOWN:
        return f"{path}.{name}" if path else name
    return f"{path}[{shown(name)}]"


def shown(value: object) -> str:
    """A value of the file for a message: JSON in ASCII on one line, cut off where it is long."""
    if isinstance(value, dict | list) and value:
        return kind_of(value)
    text = json.dumps(value[:MOST_SHOWN] if isinstance(value, str) else value, default=str)
    longer = len(text) > MOST_SHOWN + 2 or (isinstance(value, str) and len(value) > MOST_SHOWN)
    return text[: MOST_SHOWN - 3] + "..." if longer else text


def kind_of(value: object) -> str:
    """What kind of JSON value it is, in words."""
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return "a text"
        case None:
            return "null"
    return "true or false" if isinstance(value, bool) else "a number"


def keys_twice(
    value: object, twice: Sequence[tuple[dict[str, object], str]]
) -> Iterator[NotCarried]:
    """The keys that objects have twice, with their paths."""
    names: dict[int, list[str]] = {}
    for owner, name in twice:
        names.setdefault(id(owner), []).append(name)
    stack: list[tuple[str, object]] = [("", value)]
    while stack:
        path, one = stack.pop()
        if isinstance(one, dict):
            for name in names.get(id(one), ()):
                yield NotCarried(path_to(path, name), "the key is there twice; the last one counts")
            stack += [(path_to(path, name), inner) for name, inner in reversed(list(one.items()))]
        elif isinstance(one, list):
            stack += [(f"{path}[{n}]", one[n]) for n in range(len(one) - 1, -1, -1)]


def without_surrogates(value: object, path: str, reported: list[NotCarried]) -> object:
    """The same value, halves of surrogate pairs in its texts replaced and reported."""
    match value:
        case str() if _SURROGATE.search(value):
            reported.append(NotCarried(path, "half of a surrogate pair, replaced by U+FFFD"))
            return _SURROGATE.sub("\ufffd", value)
        case list():
            return [
                without_surrogates(one, f"{path}[{n}]", reported) for n, one in enumerate(value)
            ]
        case dict():
            made: dict[str, object] = {}
            for name, one in value.items():
                whole = _SURROGATE.sub("\ufffd", name)
                if whole != name:
                    reported.append(
                        NotCarried(path_to(path, whole), "a key with half of a surrogate pair")
                    )
                made[whole] = without_surrogates(one, path_to(path, whole), reported)
            return made
    return value
