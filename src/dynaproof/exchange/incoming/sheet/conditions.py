"""What cells say of keys: ``PK=USER#<id>``, ``begins_with(SK, "ORDER#")``, ``SK between a and b``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dynaproof.exchange.incoming.placeholders import Parameters, escaped, has_placeholder

_ATTRIBUTE = r"[A-Za-z_][\w.-]{0,80}"
_BEGINS = re.compile(
    rf"(?:(?P<before>{_ATTRIBUTE})\s*[=:]?\s*)?(?:begins?|starts?)[ _]?with\s*[(:=]?\s*"
    rf"(?:(?P<inside>{_ATTRIBUTE})\s*,\s*)?(?P<value>[^,]+?)\)?",
    re.IGNORECASE | re.DOTALL,
)
_BETWEEN = re.compile(
    rf"(?:(?P<before>{_ATTRIBUTE})\s*[=:]?\s*)?between\s*[(:]?\s*"
    r"(?P<low>.+?)\s*(?:\band\b|,|&|\bto\b)\s*(?P<high>.+?)\)?",
    re.IGNORECASE | re.DOTALL,
)
_COMPARED = re.compile(
    rf"(?P<before>{_ATTRIBUTE})\s*(?P<operator>==|>=|<=|=|:(?=\s)|>|<(?![\w .-]{{1,60}}>)|\bis\b)\s*"
    r"(?P<value>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_BARE = re.compile(r"(?P<operator>>=|<=|==|=|>|<(?![\w .-]{1,60}>))\s*(?P<value>\S.*)", re.DOTALL)
_OPERATORS = {
    "=": "eq",
    "==": "eq",
    ":": "eq",
    "is": "eq",
    ">": "gt",
    "<": "lt",
    ">=": "ge",
    "<=": "le",
}
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_DELIMITER = re.compile(r"([#|/:]+)")
GENERIC_PARTITION_KEYS = frozenset({"pk", "hash", "hashkey", "partitionkey", "partition_key"})
_PLUS = re.compile(r"\s*\+\s*|\s*\|\|\s*")
_OPEN_WORD = re.compile(
    r"(?:.*_)?(?:id|ids|uuid|key|name|date|day|time|timestamp|ts|email|status|type|slug|code|token|"
    r"number|from|to|start|end|since|until|value|year|month|prefix|user|category)",
    re.IGNORECASE,
)  # fmt: skip
_MIXED = re.compile(r"[A-Za-z][a-z0-9]+(?:[A-Z_][A-Za-z0-9]*)+")


@dataclass(frozen=True, slots=True)
class KeyTest:
    """What is said of one key attribute: an operator of the language, templates of its operands.

    ``attribute`` is empty where the cell does not name it.
    """

    attribute: str
    operator: str
    operands: tuple[str, ...]


def key_tests(cell: str, parameters: Parameters, *, names: bool = False) -> list[KeyTest]:
    """Read a cell; ``names``: a word alone is the name of an attribute, not a value."""
    found: list[KeyTest] = []
    for part in _parts(cell):
        whole = part.strip()
        if whole.count("(") != whole.count(")"):
            whole = whole.strip("()").strip()
        test = _test(whole, parameters, names=names)
        if test is not None:
            found.append(test)
    return found


_PIECES = re.compile(
    r"\band\b|&&?|[\"'()\[\]{},;\n]|[^\"'()\[\]{},;\n&]+?(?=\band\b|[\"'()\[\]{},;\n&]|$)",
    re.IGNORECASE,
)
_OPEN_RANGE = re.compile(r"\bbetween\b(?!.*\b(?:and|to)\b)", re.IGNORECASE | re.DOTALL)


def _parts(cell: str) -> list[str]:
    """A cell cut at AND, commas and line ends, but not within quotes, brackets or BETWEEN."""
    parts: list[str] = []
    current, depth, quote = "", 0, ""
    for piece in _PIECES.findall(cell[:2_000]):
        if quote:
            quote = "" if piece == quote else quote
        elif piece in ('"', "'"):
            quote = piece
        elif piece in ("(", "[", "{"):
            depth += 1
        elif piece in (")", "]", "}"):
            depth = max(0, depth - 1)
        elif depth == 0 and piece.lower() in ("and", "&", "&&", ",", ";", "\n"):
            if piece not in (";", "\n") and _OPEN_RANGE.search(current):
                current += " and "
                continue
            parts.append(current)
            current = ""
            continue
        current += piece
    return [part for part in [*parts, current] if part.strip()]


def _test(text: str, parameters: Parameters, *, names: bool) -> KeyTest | None:
    text = re.sub(r"^(?:query|get ?item|where|with)\b[\s:]*", "", text, flags=re.IGNORECASE)
    if not text:
        return None
    begins = _BEGINS.fullmatch(text)
    if begins is not None:
        value = template_of(begins["value"], parameters)
        return KeyTest(begins["before"] or begins["inside"] or "", "begins_with", (value,))
    between = _BETWEEN.fullmatch(text)
    if between is not None:
        operands = tuple(
            template_of(between[name], parameters, word=True) for name in ("low", "high")
        )
        return KeyTest(between["before"] or "", "between", operands)
    compared = _COMPARED.fullmatch(text) or _BARE.fullmatch(text)
    if compared is not None:
        operator = _OPERATORS[compared["operator"].lower()]
        attribute = compared.groupdict().get("before") or ""
        # A bound, or the value of a partition key, that is a word alone is a name for it.
        word = operator != "eq" or attribute.lower() in GENERIC_PARTITION_KEYS
        return KeyTest(
            attribute, operator, (template_of(compared["value"], parameters, word=word),)
        )
    if names and re.fullmatch(_ATTRIBUTE, text) and not text.isupper():
        return KeyTest(text, "eq", (f"${{{parameters.name(text)}}}",))
    return KeyTest("", "eq", (template_of(text, parameters),))


def template_of(value: str, parameters: Parameters, *, word: bool = False) -> str:
    """A value as a template: quoted texts and labels stand for themselves, names are parameters.

    ``word``: a word alone is a name too, if it is not in capitals.
    """
    value = value.strip()
    whole = _QUOTED.fullmatch(value)
    if whole is not None:
        inner = whole[1] if whole[1] is not None else whole[2]
        if has_placeholder(inner) or not _DELIMITER.search(inner):
            return parameters.template(inner)
        return "".join(_segment(part, parameters, _MIXED) for part in _DELIMITER.split(inner))
    pieces = _PLUS.split(value)
    if len(pieces) > 1 and any(_QUOTED.fullmatch(piece) for piece in pieces):
        return "".join(template_of(piece, parameters, word=True) for piece in pieces)
    if _QUOTED.match(value) or (_QUOTED.search(value) and has_placeholder(value)):
        value = _QUOTED.sub(lambda found: found[1] if found[1] is not None else found[2], value)
    value = value.strip("\"'")
    if has_placeholder(value):
        return parameters.template(value)
    if re.fullmatch(rf":{_ATTRIBUTE}", value):
        return f"${{{parameters.name(value[1:])}}}"
    if word and re.fullmatch(_ATTRIBUTE, value) and not value.isupper():
        return f"${{{parameters.name(value)}}}"
    return "".join(_segment(part, parameters, _OPEN_WORD) for part in _DELIMITER.split(value))


def _segment(part: str, parameters: Parameters, words: re.Pattern[str]) -> str:
    is_name = re.fullmatch(_ATTRIBUTE, part) is not None and not part.isupper()
    if is_name and (_MIXED.fullmatch(part) or words.fullmatch(part)):
        return f"${{{parameters.name(part)}}}"
    return escaped(part)
