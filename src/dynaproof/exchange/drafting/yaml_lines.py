"""Lines of YAML that are pleasant to read, whatever is in the texts: short mappings on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

WIDTH = 96
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[./-][A-Za-z0-9_]+)*")
_SENTENCE = re.compile(r"[A-Za-z][A-Za-z0-9 ,;.'()/_+=-]*(?<! )")
"""Words that are a text for YAML without quotes, outside of flow mappings."""
_TEMPLATE = re.compile(r"(?:[A-Za-z0-9_.|/-]|\$\{[A-Za-z_]\w*(?::[a-z-]+)?\}|(?<=[A-Za-z0-9}])#)+")
"""Templates that are a text for YAML without quotes, outside of flow mappings."""
_NO_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
_NAMED = {"\n": r"\n", "\t": r"\t", '"': r"\"", "\\": r"\\"}
_BYTE, _BASIC = 0xFF, 0xFFFF


def text(value: str) -> str:
    """A text: a plain word as it is, all else in double quotes, with escapes for what is no print."""
    if _WORD.fullmatch(value) and value.lower() not in _NO_TEXT:
        return value
    if '"' in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return '"' + "".join(map(_character, value)) + '"'


def key(name: str) -> str:
    """The key of a mapping; 'null' is one of the language."""
    return name if name == "null" else text(name)


def comment(value: str) -> str:
    """A text within a comment: on one line, with escapes for what is no print."""
    words = " ".join(value.split())
    return "".join(one if one.isprintable() else _character(one) for one in words)


def comment_lines(value: str, indent: str = "") -> Iterator[str]:
    """A comment, broken into lines."""
    line = indent + "#"
    for word in comment(value).split(" "):
        if len(line) + 1 + len(word) > WIDTH and line != indent + "#":
            yield line
            line = indent + "#"
        line += f" {word}"
    yield line


def flow(value: object) -> str:
    """A value on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return text(value)
        case int() | float() | Decimal():
            return str(value)
        case Mapping():
            pairs = (f"{key(str(name))}: {flow(inner)}" for name, inner in value.items())
            return "{" + ", ".join(pairs) + "}"
        case Sequence():
            return "[" + ", ".join(map(flow, value)) + "]"
    raise TypeError(f"{type(value).__name__} is no plain value")


def entry(name: str, value: object, indent: str, *, folded: bool = False) -> Iterator[str]:
    """A key and its value: on one line where there is room, else in a block.

    ``folded``: a text that may be broken into lines at its own line breaks, such as SQL.
    """
    start = f"{indent}{key(name)}:"
    if isinstance(value, str):
        if folded and _can_be_folded(value):
            if "\n" not in value and len(start) + len(value) < WIDTH and _is_plain_sql(value):
                yield f"{start} {value}"
                return
            yield f"{start} >"
            yield from (f"{indent}  {line}" for line in value.split("\n"))
            return
        plain = _SENTENCE.fullmatch(value) if "${" not in value else _TEMPLATE.fullmatch(value)
        yield (
            f"{start} {value}"
            if plain and value.lower() not in _NO_TEXT
            else f"{start} {text(value)}"
        )
        return
    line = f"{start} {flow(value)}"
    if len(line) <= WIDTH or not isinstance(value, Mapping | list | tuple) or not value:
        yield line
        return
    yield start
    if isinstance(value, Mapping):
        for inner, one in value.items():
            yield from entry(str(inner), one, indent + "  ", folded=folded)
        return
    for one in value:
        yield f"{indent}  - {flow(one)}"


def _can_be_folded(value: str) -> bool:
    """Whether a folded block gives the text again but for its line breaks, which become blanks."""
    lines = value.split("\n")
    return all(line and line.isprintable() and not line.startswith((" ", "#")) for line in lines)


def _is_plain_sql(value: str) -> bool:
    return value[0].isalpha() and ": " not in value and " #" not in value and value[-1] != ":"


def _character(one: str) -> str:
    if one in _NAMED:
        return _NAMED[one]
    if one.isprintable():
        return one
    code = ord(one)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"  # half of a pair is no character
    if code <= _BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _BASIC else f"\\U{code:08x}"
