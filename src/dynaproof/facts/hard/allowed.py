"""Which values a generator allows: all that its description lets in, not only what it draws."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

from dynaproof.facts import kinds
from dynaproof.model.entity import MAX_ROWS, Generator, Option

FREE_TEXTS = frozenset(
    {
        "name",
        "first_name",
        "last_name",
        "company",
        "city",
        "street",
        "product",
        "word",
        "sentence",
        "text",
    }
)
"""What people type: any signs, any alphabet, capital letters or not."""
MOST_CHARACTERS = 200
"""Of a free text whose generator says no length."""
LAST_YEAR = 9_000
"""Instants may lie behind the last that is generated, and SQL may still add to them."""

_FORMS: Mapping[str, re.Pattern[str]] = {
    "uuid": re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    "user_name": re.compile(r"[a-z0-9][a-z0-9._-]{0,63}"),
    "email": re.compile(
        r"[a-z0-9_-](?:[a-z0-9_-]|[.+](?=[a-z0-9_-])){0,63}@example\.(?:com|net|org)"
    ),
    "phone": re.compile(r"\+[1-9][0-9]{7,14}"),
    "url": re.compile(r"https://[a-z0-9-]{1,63}\.example\.com/[A-Za-z0-9._~/?#&=-]{0,200}"),
}


@dataclass(frozen=True, slots=True)
class Lengths:
    """The fewest and the most characters of a text, both included."""

    fewest: int
    most: int


def lengths(generator: Generator) -> Lengths:
    """Of a free text; the empty text is a question of its own."""
    match generator.kind:
        case "sentence":
            return Lengths(1, kinds.whole(generator, "max_length"))
        case "text":
            return Lengths(*(kinds.whole(generator, f"{end}_length") for end in ("min", "max")))
    return Lengths(1, MOST_CHARACTERS)


def allows(generator: Generator, value: object, *, empty: bool = False) -> bool:
    """Whether a value, not None, is of a generator; ``empty`` lets the empty text in."""
    kind = generator.kind
    if kind in FREE_TEXTS:
        return isinstance(value, str) and _is_text(generator, value, empty=empty)
    if kind in _FORMS:
        return isinstance(value, str) and _FORMS[kind].fullmatch(value) is not None
    return _RULES[kind](generator, value)


def choices(generator: Generator) -> tuple[Option, ...]:
    """The values of a choice that have a weight, as the facts hold them, each once."""
    chosen = kinds.values(generator, "values")
    weights = kinds.values(generator, "weights")
    if weights:
        pairs = zip(chosen, weights, strict=True)
        chosen = tuple(value for value, weight in pairs if float(str(weight)) > 0)
    return tuple(dict.fromkeys(chosen))


def choice_values(generator: Generator) -> tuple[object, ...]:
    """The same with numbers as the facts hold them: whole, or as decimals of one scale."""
    chosen = choices(generator)
    if not kinds.sql_type(generator).startswith("DECIMAL"):
        return chosen
    places = kinds.choice_places(kinds.values(generator, "values"))
    step = Decimal(1).scaleb(-places)
    return tuple(Decimal(str(value)).quantize(step) for value in chosen)


def code_sign(sign: str) -> str:
    """The signs that may stand where a code's pattern has ``sign``."""
    return {"#": "0123456789", "?": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}.get(sign, sign)


def microseconds(instant: datetime) -> int:
    """Since 1970; an instant of the facts is in UTC and does not say so."""
    since = instant.replace(tzinfo=UTC) - kinds.EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _is_text(generator: Generator, value: str, *, empty: bool) -> bool:
    limits = lengths(generator)
    if not value:
        return empty and limits.fewest <= 1
    return limits.fewest <= len(value) <= limits.most and value.isprintable()


def _is_integer(generator: Generator, value: object) -> bool:
    low, high = kinds.whole(generator, "min"), kinds.whole(generator, "max")
    return type(value) is int and low <= value <= high


def _is_decimal(generator: Generator, value: object) -> bool:
    low, high = kinds.scaled_bounds(generator)
    if not isinstance(value, Decimal):
        return False
    scaled = value.scaleb(kinds.whole(generator, "places"))
    return scaled == int(scaled) and low <= scaled <= high


def _is_boolean(generator: Generator, value: object) -> bool:
    share = float(str(kinds.option(generator, "true")))
    return isinstance(value, bool) and (share > 0 if value else share < 1)


def _is_choice(generator: Generator, value: object) -> bool:
    return any(type(one) is type(value) and one == value for one in choice_values(generator))


def _is_timestamp(generator: Generator, value: object) -> bool:
    if not isinstance(value, datetime):
        return False
    first, last = kinds.timestamp_bounds(generator)
    step = kinds.PRECISIONS[kinds.text(generator, "precision")]
    count, rest = divmod(microseconds(value), step)
    return not rest and first <= count and (count <= last or value.year <= LAST_YEAR)


def _is_date(generator: Generator, value: object) -> bool:
    if not isinstance(value, date) or isinstance(value, datetime):
        return False
    first, last = kinds.date_bounds(generator)
    day = (value - kinds.EPOCH.date()).days
    return first <= day and (day <= last or value.year <= LAST_YEAR)


def _is_sequence(generator: Generator, value: object) -> bool:
    if type(value) is not int:
        return False
    row, rest = divmod(value - kinds.whole(generator, "start"), kinds.whole(generator, "step"))
    return not rest and 0 <= row < MAX_ROWS


def _is_bytes(generator: Generator, value: object) -> bool:
    return isinstance(value, bytes) and len(value) == kinds.whole(generator, "length")


def _is_code(generator: Generator, value: object) -> bool:
    pattern = kinds.text(generator, "pattern")
    return (
        isinstance(value, str)
        and len(value) == len(pattern)
        and all(one in code_sign(sign) for one, sign in zip(value, pattern, strict=True))
    )


def _is_country(_: Generator, value: object) -> bool:
    return value in countries()


@cache
def countries() -> frozenset[str]:
    """All names that the generator draws from."""
    from dynaproof.facts import pools  # mimesis is loaded where it is asked for

    return frozenset(pools.countries())


_RULES: Mapping[str, Callable[[Generator, object], bool]] = {
    "integer": _is_integer,
    "decimal": _is_decimal,
    "boolean": _is_boolean,
    "choice": _is_choice,
    "timestamp": _is_timestamp,
    "date": _is_date,
    "sequence": _is_sequence,
    "bytes": _is_bytes,
    "code": _is_code,
    "country": _is_country,
}
