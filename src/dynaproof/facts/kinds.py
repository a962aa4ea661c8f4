"""The generators that attributes and parameters may name: options, SQL types, uniqueness.

Standard library only, so that a definition is checked without numpy. ``docs/reference/generators.md``
is made from this table.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from dynaproof.model.entity import Generator, Option

PRECISIONS = {"seconds": 1_000_000, "milliseconds": 1_000, "microseconds": 1}
"""Microseconds in one step of a timestamp."""
MAX_TEXT = 400_000
"""Characters of one text: an item may not have more than 409,600 bytes."""
MAX_DECIMAL_DIGITS = 18
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OptionRule:
    """One option: what it takes, its default, what it means."""

    takes: Literal["whole number", "number", "share", "text", "date", "instant", "list"]
    default: Option
    meaning: str
    minimum: int | None = None
    maximum: int | None = None
    among: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class GeneratorKind:
    """One generator. ``unique``: ``always`` by nature, ``yes`` when asked, ``no`` never."""

    name: str
    meaning: str
    example: str
    sql_type: str = "VARCHAR"
    options: Mapping[str, OptionRule] = field(default_factory=dict)
    unique: Literal["always", "yes", "no"] = "yes"
    parameters_only: bool = False


def _length(default: int, meaning: str) -> OptionRule:
    return OptionRule("whole number", default, meaning, minimum=1, maximum=MAX_TEXT)


_LEAST, _GREATEST = -(2**63), 2**63 - 1  # what a BIGINT holds

KINDS: Mapping[str, GeneratorKind] = {
    kind.name: kind
    for kind in (
        GeneratorKind(
            "uuid",
            "A random UUID, version 4. Always unique, by its 122 random bits.",
            "0b6a7c1e-5f0e-4f0a-9d3c-7d1f1f0c2a11",
            unique="always",
        ),
        GeneratorKind("name", "A person's full name.", "Gemma Hoover"),
        GeneratorKind("first_name", "A given name.", "Gemma"),
        GeneratorKind("last_name", "A family name.", "Hoover"),
        GeneratorKind("user_name", "A handle: lower case, ASCII.", "gemma.hoover"),
        GeneratorKind(
            "email", "A mail address at a domain reserved for examples.", "gemma.hoover@example.org"
        ),
        GeneratorKind("phone", "A telephone number in the form of E.164.", "+12025550143"),
        GeneratorKind("company", "A company's name.", "Harbour Freight"),
        GeneratorKind("country", "A country's name.", "Norway"),
        GeneratorKind("city", "A city's name.", "Springfield"),
        GeneratorKind("street", "House number and street.", "742 Maple Avenue"),
        GeneratorKind("url", "An address below example.com.", "https://blog.example.com/harbour"),
        GeneratorKind("product", "A product's name.", "Compact Oak Lamp"),
        GeneratorKind("word", "One English word in lower case.", "harbour"),
        GeneratorKind(
            "sentence",
            "One sentence of 3 to 14 words, ASCII.",
            "Harbour people quickly learned the tide.",
            options={"max_length": _length(200, "the most characters")},
        ),
        GeneratorKind(
            "text",
            "Sentences, ASCII, of a length drawn evenly from min_length to max_length.",
            "Harbour people learned. The tide was",
            options={
                "min_length": _length(200, "the fewest characters"),
                "max_length": _length(1_000, "the most characters"),
            },
        ),
        GeneratorKind(
            "integer",
            "A whole number, drawn evenly.",
            "4711",
            "BIGINT",
            {
                "min": OptionRule("whole number", 0, "the smallest, included", _LEAST, _GREATEST),
                "max": OptionRule(
                    "whole number", 1_000_000, "the largest, included", _LEAST, _GREATEST
                ),
            },
        ),
        GeneratorKind(
            "decimal",
            "A decimal number, drawn evenly.",
            "19.90",
            "DECIMAL(18, places)",
            {
                "min": OptionRule("number", 0, "the smallest, included"),
                "max": OptionRule("number", 1_000, "the largest, included"),
                "places": OptionRule(
                    "whole number", 2, "digits after the point", minimum=0, maximum=9
                ),
            },
        ),
        GeneratorKind(
            "boolean",
            "True or false.",
            "true",
            "BOOLEAN",
            {"true": OptionRule("share", 0.5, "the share of rows that are true")},
            unique="no",
        ),
        GeneratorKind(
            "choice",
            "One of the values; its type is theirs.",
            "paid",
            "as the values",
            {
                "values": OptionRule(
                    "list", None, "texts, numbers or truth values, all of one type", required=True
                ),
                "weights": OptionRule(
                    "list", None, "one number for each value; without: all alike"
                ),
            },
        ),
        GeneratorKind(
            "timestamp",
            "An instant in UTC, drawn evenly.",
            "2025-03-09 17:21:04.113",
            "TIMESTAMP",
            {
                "from": OptionRule("instant", "2025-01-01", "the earliest, included"),
                "to": OptionRule(
                    "instant", "2025-12-31", "the latest, included; a date: to its end"
                ),
                "precision": OptionRule(
                    "text", "milliseconds", "how finely it is drawn", among=tuple(PRECISIONS)
                ),
            },
        ),
        GeneratorKind(
            "date",
            "A calendar date, drawn evenly.",
            "2025-03-09",
            "DATE",
            {
                "from": OptionRule("date", "2025-01-01", "the earliest, included"),
                "to": OptionRule("date", "2025-12-31", "the latest, included"),
            },
        ),
        GeneratorKind(
            "sequence",
            "start, start + step, start + 2 step and so on, in row order.",
            "1, 2, 3",
            "BIGINT",
            {
                "start": OptionRule(
                    "whole number", 1, "the first", minimum=-(2**53), maximum=2**53
                ),
                "step": OptionRule("whole number", 1, "from one row to the next", -(2**31), 2**31),
            },
            unique="always",
        ),
        GeneratorKind(
            "bytes",
            "Random bytes.",
            "0x9f3c…",
            "BLOB",
            {"length": OptionRule("whole number", 16, "how many", minimum=1, maximum=MAX_TEXT)},
        ),
        GeneratorKind(
            "code",
            "A code after a pattern: # is a digit, ? a capital letter, all else stands for itself.",
            "INV-40317",
            options={"pattern": OptionRule("text", "???-#####", "the pattern")},
        ),
        GeneratorKind(
            "clock",
            "The instants after the newest timestamp of the facts, one second apart.",
            "2026-01-01 00:00:01",
            "TIMESTAMP",
            unique="no",
            parameters_only=True,
        ),
    )
}


def did_you_mean(name: str, known: Iterable[str], label: str) -> str:
    """A hint: the nearest known name, or all of them."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"Did you mean '{near[0]}'?"
    return f"{label}: {', '.join(names)}." if names else "There are none."


def option(generator: Generator, name: str) -> Option:
    """The option's value, or its default."""
    value = generator.options.get(name)
    return KINDS[generator.kind].options[name].default if value is None else value


def whole(generator: Generator, name: str) -> int:
    """A whole number option; after check_generator."""
    return int(str(option(generator, name)))


def text(generator: Generator, name: str) -> str:
    """A text option."""
    return str(option(generator, name))


def values(generator: Generator, name: str) -> tuple[Option, ...]:
    """A list option; empty when not given."""
    found = option(generator, name)
    return tuple(found) if isinstance(found, tuple) else ()


def sql_type(generator: Generator) -> str:
    """The DuckDB type of what a generator makes."""
    if generator.kind == "decimal":
        return f"DECIMAL({MAX_DECIMAL_DIGITS},{whole(generator, 'places')})"
    if generator.kind == "choice":
        return _choice_type(values(generator, "values"))
    return KINDS[generator.kind].sql_type


def scaled_bounds(generator: Generator) -> tuple[int, int]:
    """The bounds of a decimal, in units of the last place."""
    places = whole(generator, "places")
    low, high = (Decimal(text(generator, name)).scaleb(places) for name in ("min", "max"))
    return int(low.to_integral_value("ROUND_CEILING")), int(high.to_integral_value("ROUND_FLOOR"))


def timestamp_bounds(generator: Generator) -> tuple[int, int]:
    """The bounds of a timestamp in steps of its precision since 1970, both included."""
    step = PRECISIONS[text(generator, "precision")]
    first = _microseconds(text(generator, "from"), end=False)
    last = _microseconds(text(generator, "to"), end=True)
    return -(-first // step), last // step


def date_bounds(generator: Generator) -> tuple[int, int]:
    """The bounds of a date in days since 1970, both included."""
    first, last = (date.fromisoformat(text(generator, name)) for name in ("from", "to"))
    return (first - EPOCH.date()).days, (last - EPOCH.date()).days


def _microseconds(text_: str, *, end: bool) -> int:
    instant = datetime.fromisoformat(text_)
    instant = instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    if end and len(text_) == len("2025-01-01"):
        instant += timedelta(days=1) - timedelta(microseconds=1)
    return (instant - EPOCH) // timedelta(microseconds=1)


def _choice_type(chosen: tuple[Option, ...]) -> str:
    if all(isinstance(value, str) for value in chosen):
        return "VARCHAR"
    if all(isinstance(value, bool) for value in chosen):
        return "BOOLEAN"
    if all(isinstance(value, int) for value in chosen):
        return "BIGINT"
    return f"DECIMAL({MAX_DECIMAL_DIGITS},{choice_places(chosen)})"


def choice_places(chosen: tuple[Option, ...]) -> int:
    """The most digits after the point among numbers."""
    exponents = (Decimal(str(value)).normalize().as_tuple().exponent for value in chosen)
    return max(0, *(-exponent for exponent in exponents if isinstance(exponent, int)), 0)
