"""Values as literals of JavaScript, two spaces a level; nothing in them can end a literal."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH = 80
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Code:
    """An expression that stands as it is."""

    text: str


def javascript_text(text: str) -> str:
    """A string literal in ASCII, harmless within HTML as well."""
    return json.dumps(text).replace("</", "<\\/")


def javascript_value(value: object, indent: int = 0, width: int = WIDTH) -> str:
    """A literal; ``indent`` is the column of the line that it ends on. Raises TypeError."""
    short = _short(value)
    if len(short) + indent <= width or not isinstance(value, Mapping | list | tuple):
        return short
    margin, inner = " " * indent, " " * (indent + 2)
    if isinstance(value, Mapping):
        parts = [f"{_key(key)}: {javascript_value(one, indent + 2)}" for key, one in value.items()]
        opening, closing = "{", "}"
    else:
        parts = [javascript_value(one, indent + 2) for one in value]
        opening, closing = "[", "]"
    lines = "".join(f"{inner}{part},\n" for part in parts)
    return f"{opening}\n{lines}{margin}{closing}"


def _short(value: object) -> str:
    match value:
        case Code():
            return value.text
        case bool() | int() | float() | None:
            return json.dumps(value)
        case str():
            return javascript_text(value)
        case Mapping():
            members = ", ".join(f"{_key(str(key))}: {_short(one)}" for key, one in value.items())
            return f"{{ {members} }}" if members else "{}"
        case Sequence():
            return f"[{', '.join(_short(one) for one in value)}]"
    raise TypeError(f"no literal of JavaScript for {value!r}")


def _key(key: object) -> str:
    text = str(key)
    if text == "__proto__":  # as a plain key it would set the prototype
        return '["__proto__"]'
    return text if _PLAIN.fullmatch(text) else javascript_text(text)
