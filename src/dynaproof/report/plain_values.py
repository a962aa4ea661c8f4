"""Values of facts, parameters and items as texts and JSON that are safe to show."""

from __future__ import annotations

import base64
import math
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from dynaproof.model.attribute_value import from_attribute_value, from_wire
from dynaproof.model.template import as_text

_JSON_INTEGERS = range(-(2**53) + 1, 2**53)
# Reordering and isolating marks: they would show a text in another order than it has.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def printable(text: str) -> str:
    """A text on one line; what would steer a terminal or reorder text is shown as an escape."""
    if text.isprintable() and text.isascii():
        return text
    return "".join(_escape(character) if _steers(character) else character for character in text)


def json_value(value: object) -> object:
    """A value as JSON holds it, always in the same way.

    Times are ISO texts in UTC, bytes base64, whole numbers beyond 2**53 and fractions that are
    Decimal texts of their digits, sets sorted lists.
    """
    match value:
        case None | bool():
            return value
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case int():
            return value if value in _JSON_INTEGERS else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal() | date() | datetime():
            return as_text(value)
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case Mapping():
            return {str(name): json_value(inner) for name, inner in value.items()}
        case list() | tuple():
            return [json_value(inner) for inner in value]
        case set() | frozenset():
            return [json_value(inner) for inner in sorted(value, key=_sorting)]
    return str(value)


def plain_item(item: Mapping[str, object]) -> dict[str, object]:
    """The attributes of an item of the JSON protocol (B as base64) as plain Python values."""
    return {
        name: from_attribute_value(from_wire(typed))
        for name, typed in item.items()
        if isinstance(typed, Mapping)
    }


def value_text(value: object) -> str:
    """A plain value as people read it in a cell."""
    match value:
        case None:
            return "null"
        case str():
            return printable(value)
        case bytes():
            return base64.b64encode(value).decode()
        case Mapping():
            inside = ", ".join(f"{printable(str(k))}: {value_text(v)}" for k, v in value.items())
            return f"{{{inside}}}"
        case list() | tuple():
            return f"[{', '.join(value_text(inner) for inner in value)}]"
        case set() | frozenset():
            return f"<{', '.join(value_text(inner) for inner in sorted(value, key=_sorting))}>"
    return printable(as_text(value))


def _sorting(value: object) -> tuple[bool, Decimal, str]:
    if isinstance(value, int | float | Decimal):
        return False, Decimal(value), ""
    return True, Decimal(0), repr(value)


def _steers(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _REORDERING


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()
