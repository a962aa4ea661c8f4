"""Generators that fit a field, by its type and its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from dynaproof.exchange.draft import DraftField
from dynaproof.exchange.drafting.made import ColumnKind
from dynaproof.facts.generator_check import check_generator
from dynaproof.facts.kinds import KINDS
from dynaproof.model.entity import Generator, Option

_BY_NAME: tuple[tuple[str, str], ...] = (
    (r"e_?mail(_address)?", "email"),
    (r"phone|mobile|tel(ephone)?|fax", "phone"),
    (r"user_?name|handle|login|alias|nick_?name", "user_name"),
    (r"first_?name|given_?name|forename", "first_name"),
    (r"last_?name|family_?name|surname", "last_name"),
    (r"(full_?|display_?|customer_?|author_?)?name|author|owner|person", "name"),
    (r"company|organi[sz]ation|employer|vendor|supplier|manufacturer|brand", "company"),
    (r"country", "country"),
    (r"city|town|location", "city"),
    (r"street|address(_?line_?\d*)?", "street"),
    (r"url|uri|link|website|image|avatar|photo|thumbnail", "url"),
    (r"product(_?name)?|item_?name", "product"),
    (
        r"title|subject|headline|summary|description|comment|message|body|note|text|reason",
        "sentence",
    ),
)
_IDENTIFIER = re.compile(r"(.*_)?(id|uuid|guid|key|token|ulid|ksuid|uid)", re.I)
_INSTANT = re.compile(
    r"(.*_)?(at|time|timestamp|date|created|updated|modified|expires?|expiry|ttl|on|since|until)",
    re.I,
)
_JSON: Mapping[str, tuple[str, ...]] = {
    "SS": ('{"SS":["a"]}', '{"SS":["a","b"]}', '{"SS":["b","c"]}'),
    "NS": ('{"NS":["1"]}', '{"NS":["1","2"]}'),
    "BS": ('{"BS":["AQ=="]}', '{"BS":["AQ==","Ag=="]}'),
    "L": ('{"L":[]}', '{"L":[{"S":"a"}]}', '{"L":[{"S":"a"},{"S":"b"}]}'),
    "M": ('{"M":{}}', '{"M":{"a":{"S":"b"}}}'),
    "NULL": ('{"NULL":true}',),
}


class FittedGenerator:
    """A generator for a field: its kind and options, and what its column holds."""

    def __init__(self, name: str, options: Mapping[str, Option], kind: ColumnKind) -> None:
        self.name = name
        self.options = dict(options)
        self.kind = kind

    @property
    def may_be_unique(self) -> bool:
        """Whether distinct values can be asked for, of as many rows as a first look has."""
        return self.name not in ("boolean", "choice") and self.kind != "json"

    @property
    def is_unique(self) -> bool:
        """Whether its values are distinct anyway."""
        return self.name in ("uuid", "sequence")

    @property
    def spec(self) -> dict[str, object]:
        """As the language writes it."""
        return {"generate": self.name, **{k: _plain(v) for k, v in self.options.items()}}


def generator_for(field: DraftField) -> FittedGenerator:
    """What makes values of a field's type."""
    if field.type in _JSON:
        return FittedGenerator("choice", {"values": _JSON[field.type]}, "json")
    if field.generator is not None and _is_possible(field):
        return FittedGenerator(field.generator, field.options, _kind_of(field.generator, field))
    if field.values:
        chosen = _chosen(field)
        if chosen is not None:
            return chosen
    match field.type:
        case "N":
            if _INSTANT.fullmatch(_words(field.name)):
                return FittedGenerator("timestamp", {}, "timestamp")
            if re.search(r"price|amount|total|cost|rating|score|balance|rate", field.name, re.I):
                return FittedGenerator("decimal", {}, "number")
            return FittedGenerator("integer", {}, "integer")
        case "BOOL":
            return FittedGenerator("boolean", {}, "boolean")
        case "B":
            return FittedGenerator("bytes", {}, "bytes")
    return FittedGenerator(*_text_generator(_words(field.name)))


def _text_generator(words: str) -> tuple[str, Mapping[str, Option], ColumnKind]:
    if _IDENTIFIER.fullmatch(words):
        return "uuid", {}, "text"
    for pattern, generator in _BY_NAME:
        if re.fullmatch(rf"(.*_)?({pattern})", words, re.I):
            options: Mapping[str, Option] = {"max_length": 80} if generator == "sentence" else {}
            return generator, options, "text"
    if _INSTANT.fullmatch(words):
        return "timestamp", {}, "timestamp"
    return "word", {}, "text"


def _is_possible(field: DraftField) -> bool:
    """Whether there is such a generator, with such options, whose values are of the type."""
    name = field.generator or ""
    if name not in KINDS or KINDS[name].parameters_only:
        return False
    if list(check_generator(Generator(name, field.options), unique=False)):
        return False
    made = _kind_of(name, field)
    allowed: dict[str, tuple[str, ...]] = {
        "S": ("text", "timestamp", "date", "integer"),
        "N": ("integer", "number", "timestamp"),
        "BOOL": ("boolean",),
        "B": ("bytes",),
    }
    return made in allowed.get(field.type, ())


def _kind_of(generator: str, field: DraftField) -> ColumnKind:
    kinds: dict[str, ColumnKind] = {
        "integer": "integer",
        "sequence": "integer",
        "decimal": "number",
        "boolean": "boolean",
        "timestamp": "timestamp",
        "date": "date",
        "bytes": "bytes",
    }
    if generator == "choice":
        values = field.options.get("values")
        first = values[0] if isinstance(values, tuple) and values else ""
        if isinstance(first, bool):
            return "boolean"
        return (
            "integer"
            if isinstance(first, int)
            else "number"
            if isinstance(first, float)
            else "text"
        )
    return kinds.get(generator, "text")


def _chosen(field: DraftField) -> FittedGenerator | None:
    values: tuple[str, ...] = tuple(dict.fromkeys(field.values))
    if field.type == "S":
        return FittedGenerator("choice", {"values": values}, "text")
    if field.type != "N":
        return None
    try:
        numbers = [Decimal(value) for value in values]
    except InvalidOperation:
        return None
    if all(number.is_finite() and number == number.to_integral() for number in numbers):
        return FittedGenerator("choice", {"values": tuple(int(one) for one in numbers)}, "integer")
    return None


def _words(name: str) -> str:
    """``createdAt`` as ``created_at``."""
    return re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_")


def _plain(value: Option) -> object:
    return list(value) if isinstance(value, tuple) else value
