"""The generators that attributes and parameters may name: options, SQL types, uniqueness.

Standard library only, so that a definition is checked without numpy. ``docs/reference/generators.md``
is made from this table.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from dynaproof.model.entity import Generator, Option

Problem = tuple[str, str]
"""What is wrong with a generator, and a hint of what would be right."""

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


def check_generator(
    generator: Generator, *, unique: bool = False, parameter: bool = False
) -> list[Problem]:
    """What is wrong with a generator: its kind, its options, or its uniqueness."""
    kind = KINDS.get(generator.kind)
    known = [k.name for k in KINDS.values() if parameter or not k.parameters_only]
    if kind is None:
        message = f"there is no generator '{generator.kind}'"
        return [(message, did_you_mean(generator.kind, known, "Generators are"))]
    if kind.parameters_only and not parameter:
        return [(f"the generator '{kind.name}' is for parameters only", "")]
    problems: list[Problem] = []
    for name, value in generator.options.items():
        rule = kind.options.get(name)
        if rule is None:
            message = f"the generator '{kind.name}' has no option '{name}'"
            problems.append((message, did_you_mean(name, kind.options, "Its options are")))
        elif wrong := _ill_typed(rule, value):
            problems.append(
                (f"{name} of the generator '{kind.name}' must be {wrong}", rule.meaning)
            )
    problems += [
        (f"the generator '{kind.name}' needs {name}", rule.meaning)
        for name, rule in kind.options.items()
        if rule.required and name not in generator.options
    ]
    if not problems:
        problems += _contradictions(generator)
    if not problems and unique and kind.unique == "no":
        problems.append((f"the generator '{kind.name}' cannot be unique", "Leave out unique."))
    if not problems and unique and kind.name == "sentence" and whole(generator, "max_length") < 12:
        problems.append(("a unique sentence needs a max_length of 12 or more", ""))
    if not problems and unique and kind.name == "text" and whole(generator, "min_length") < 12:
        problems.append(("a unique text needs a min_length of 12 or more", ""))
    return problems


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


def _ill_typed(rule: OptionRule, value: Option) -> str:
    """What the value must be, when it is not; else empty."""
    if not _TYPE_TESTS[rule.takes](value):
        return _NAMES[rule.takes]
    if rule.among and value not in rule.among:
        return "one of " + ", ".join(rule.among)
    if isinstance(value, int):
        if rule.minimum is not None and value < rule.minimum:
            return f"at least {rule.minimum}"
        if rule.maximum is not None and value > rule.maximum:
            return f"at most {rule.maximum}"
    return ""


def _is_number(value: Option) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _is_share(value: Option) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and 0 <= value <= 1


def _is_date(value: Option) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


def _is_instant(value: Option) -> bool:
    try:
        return isinstance(value, str) and 1 <= datetime.fromisoformat(value).year < 9999
    except ValueError:
        return False


_TYPE_TESTS: Mapping[str, Callable[[Option], bool]] = {
    "whole number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": _is_number,
    "share": _is_share,
    "text": lambda value: isinstance(value, str) and value != "",
    "date": _is_date,
    "instant": _is_instant,
    "list": lambda value: isinstance(value, tuple) and len(value) > 0,
}
_NAMES: Mapping[str, str] = {
    "whole number": "a whole number",
    "number": "a number",
    "share": "a number from 0 to 1",
    "text": "a text",
    "date": "a date such as 2026-01-31",
    "instant": "a date or an instant such as 2026-01-31T12:00:00Z",
    "list": "a list with at least one value",
}


def _contradictions(generator: Generator) -> list[Problem]:
    match generator.kind:
        case "integer":
            return _order(whole(generator, "min"), whole(generator, "max"), "min", "max")
        case "text":
            low, high = (whole(generator, name) for name in ("min_length", "max_length"))
            return _order(low, high, "min_length", "max_length")
        case "decimal":
            low, high = scaled_bounds(generator)
            limit = 10**MAX_DECIMAL_DIGITS
            if low <= -limit or high >= limit:
                return [(f"a decimal has at most {MAX_DECIMAL_DIGITS} digits, places included", "")]
            return _order(low, high, "min", "max")
        case "timestamp":
            return _order(*timestamp_bounds(generator), "from", "to")
        case "date":
            return _order(*date_bounds(generator), "from", "to")
        case "sequence" if whole(generator, "step") == 0:
            return [("step of the generator 'sequence' must not be 0", "")]
        case "choice":
            return _choice_problems(generator)
    return []


def _order(low: int, high: int, low_name: str, high_name: str) -> list[Problem]:
    if low <= high:
        return []
    return [(f"there is nothing between {low_name} and {high_name}", f"Raise {high_name}.")]


def _choice_problems(generator: Generator) -> list[Problem]:
    chosen, weights = values(generator, "values"), values(generator, "weights")
    texts = [isinstance(value, str) for value in chosen]
    truths = [isinstance(value, bool) for value in chosen]
    if None in chosen or (any(texts) and not all(texts)) or (any(truths) and not all(truths)):
        return [("values of the generator 'choice' must be all of one type", "Quote the texts.")]
    if not all(texts) and not all(truths) and not all(map(_is_number, chosen)):
        return [("values of the generator 'choice' must be texts, numbers or truth values", "")]
    if not weights:
        return []
    if len(weights) != len(chosen):
        message = f"choice has {len(chosen)} values and {len(weights)} weights"
        return [(message, "Give one weight for each value.")]
    numbers = [w for w in weights if isinstance(w, int | float) and not isinstance(w, bool)]
    if len(numbers) < len(weights) or min(numbers) < 0 or not 0 < sum(numbers) < float("inf"):
        return [("weights of the generator 'choice' must be numbers, not negative, not all 0", "")]
    return []
