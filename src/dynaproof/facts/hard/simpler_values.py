"""Simpler values in the place of one: shorter texts, smaller numbers, rounder instants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from dynaproof.facts import kinds
from dynaproof.facts.hard.allowed import FREE_TEXTS, allows, choice_values, lengths
from dynaproof.facts.hard.instants import first_instant, unit
from dynaproof.facts.hard.values import ordinary_value
from dynaproof.model.entity import Generator

_FEW = 4
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789@./:-")
Cost = tuple[int, ...]


def simpler_values(generator: Generator, value: object) -> Iterator[object]:
    """Values that the generator allows and that are simpler, the simplest first.

    Simpler is an order without endless descents: taking a simpler one again and again ends.
    """
    tried: list[object] = []
    now = cost(generator, value)
    for candidate in _candidates(generator, value):
        if candidate not in tried and allows(generator, candidate):
            tried.append(candidate)
            if cost(generator, candidate) < now:
                yield candidate


def cost(generator: Generator, value: object) -> Cost:
    """How far a value is from the simplest."""
    match generator.kind:
        case "choice":
            return (choice_values(generator).index(value),)
        case "sequence":
            return (abs(int(str(value)) - kinds.whole(generator, "start")),)
    match value:
        case bool():
            return (int(value),)
        case int():
            return (abs(value), value < 0)
        case Decimal():
            scaled = int(value.scaleb(kinds.whole(generator, "places")))
            return (len(str(value.normalize())), abs(scaled), scaled < 0)
        case datetime():
            parts = (value.hour, value.minute, value.second, value.microsecond)
            since = (value - first_instant(generator)) // unit(generator)
            return (sum(part != 0 for part in parts), since)
        case date():
            return ((value - kinds.EPOCH.date()).days,)
        case bytes():
            return (int.from_bytes(value, "big"),)
    text = str(value)
    return (len(text), sum(sign not in _PLAIN for sign in text), sum(map(ord, text)))


def plain_uuid(number: int) -> str:
    """The UUIDs that are the simplest."""
    return f"00000000-0000-4000-8000-{number:012x}"


def _candidates(generator: Generator, value: object) -> Iterator[object]:
    match value:
        case bool() | date() if not isinstance(value, datetime):
            yield from _dates(generator, value) if not isinstance(value, bool) else (False, True)
        case datetime():
            yield from _instants(generator, value)
        case int() if generator.kind == "integer":
            yield from (0, 1, 2, 3, *_around(generator, value), -value)
        case Decimal() if generator.kind == "decimal":
            step = Decimal(1).scaleb(-kinds.whole(generator, "places"))
            whole = int(value)
            for n in (0, 1, 2, 3, whole, whole // 2, whole - 1):
                yield Decimal(n).quantize(step)
        case bytes():
            yield from (n.to_bytes(len(value), "big") for n in range(_FEW))
        case str() if generator.kind in FREE_TEXTS:
            yield from _texts(generator, value)
        case str() if generator.kind == "uuid":
            yield from (plain_uuid(n) for n in range(2 * _FEW))
            return
        case str() if generator.kind == "user_name":
            yield from ("a", "b", "c", "d", value[:-1], value[: len(value) // 2])
        case str() if generator.kind == "email":
            local, _, _ = value.partition("@")
            for one in ("a", "b", "c", "d", local[:-1], local[: len(local) // 2]):
                yield f"{one}@example.com"
    if generator.kind == "choice":
        yield from choice_values(generator)[:_FEW]
    elif generator.kind not in FREE_TEXTS:
        ordinary = ordinary_value(generator)
        yield from (ordinary(n) for n in range(_FEW))


def _around(generator: Generator, value: int) -> Iterator[int]:
    low, high = kinds.whole(generator, "min"), kinds.whole(generator, "max")
    nearest = min(max(low, 0), high)
    yield from (nearest, nearest + 1, nearest + 2)
    yield nearest + (value - nearest) // 2
    yield value - 1 if value > 0 else value + 1


def _instants(generator: Generator, value: datetime) -> Iterator[datetime]:
    first = first_instant(generator)
    day = timedelta(days=1)
    yield from (first, first + day, first + 2 * day, first + unit(generator))
    midnight = value.replace(hour=0, minute=0, second=0, microsecond=0)
    yield midnight
    yield from (midnight + unit(generator), midnight + 2 * unit(generator))
    yield value.replace(minute=0, second=0, microsecond=0)
    yield value.replace(second=0, microsecond=0)
    yield value.replace(microsecond=0)
    yield first + (value - first) // 2 // day * day


def _dates(generator: Generator, value: date) -> Iterator[date]:
    first = kinds.EPOCH.date() + timedelta(days=kinds.date_bounds(generator)[0])
    yield from (first + timedelta(days=n) for n in range(3))
    yield first + (value - first) // 2
    yield value - timedelta(days=1)


def _texts(generator: Generator, value: str) -> Iterator[str]:
    fewest = lengths(generator).fewest
    for letter in "abcd":
        yield "x" * (fewest - 1) + letter
    yield value[: len(value) // 2]
    yield value[len(value) // 2 :]
    yield value[:-1]
    yield value[1:]
    yield value.lower()
    yield "".join(sign if sign.isascii() else "e" for sign in value)
