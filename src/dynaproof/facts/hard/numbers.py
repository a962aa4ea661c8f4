"""Numbers at which text order, widths and paddings go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from math import gcd

from dynaproof.facts import kinds
from dynaproof.facts.hard.allowed import allows
from dynaproof.model.entity import MAX_ROWS, Generator

_POWERS = 19  # of ten: what a BIGINT holds


def within(generator: Generator, found: Iterable[int]) -> tuple[object, ...]:
    """Whole numbers as the generator's values, those that it allows; decimals as their value."""
    made = (to_value(generator, number) for number in found)
    return tuple(value for value in dict.fromkeys(made) if allows(generator, value))


def to_value(generator: Generator, number: int) -> object:
    """A whole number as the generator's type has it."""
    if generator.kind == "decimal":
        return scaled(generator, number * 10 ** kinds.whole(generator, "places"))
    return number


def scaled(generator: Generator, units: int) -> Decimal:
    """A decimal of so many units of its last place."""
    return Decimal(units).scaleb(-kinds.whole(generator, "places"))


def widths(generator: Generator) -> tuple[object, ...]:
    """The last number of so many digits, and the first with one digit more."""
    if generator.kind == "sequence":
        return _neighbours_in_sequence(generator, (10**n for n in range(1, _POWERS)))
    return _changing(within(generator, _powers()))


def prefixes(generator: Generator) -> tuple[object, ...]:
    """Numbers that start with one another when they are written."""
    return _changing(within(generator, (1, 10, 11, 100, 101, 1000, 12, 123, 2, 20)))


def signs(generator: Generator) -> tuple[object, ...]:
    """Numbers around zero; empty where none is negative."""
    found = within(generator, (-100, -10, -9, -2, -1, 0, 1, 9, 10))
    return found if any(isinstance(v, int | Decimal) and v < 0 for v in found) else ()


def beyond_padding(generator: Generator, digits: Iterable[int]) -> tuple[object, ...]:
    """The last numbers that fill a padding, and the first that do not fit."""
    powers = [10**width for width in digits]
    if generator.kind == "sequence":
        found = _neighbours_in_sequence(generator, powers)
        return found if len(found) > 1 else ()
    found = within(generator, (n for power in powers for n in (power - 1, power, 2 * power)))
    return found if any(to_value(generator, power) in found for power in powers) else ()


def digits_after_the_point(generator: Generator) -> tuple[object, ...]:
    """Decimals written with none, one and more digits; empty for whole numbers."""
    places = kinds.whole(generator, "places") if generator.kind == "decimal" else 0
    if not places:
        return ()
    one = 10**places
    found = (one, one + 1, one + one // 10, 10 * one, 10 * one - 1, one // 2, 9 * one + one // 2)
    values = (scaled(generator, units) for units in found)
    return tuple(value for value in dict.fromkeys(values) if allows(generator, value))


def ends(generator: Generator) -> tuple[object, ...]:
    """The smallest and the largest."""
    if generator.kind == "integer":
        low, high = kinds.whole(generator, "min"), kinds.whole(generator, "max")
        return tuple(n for n in dict.fromkeys((low, low + 1, high - 1, high)) if low <= n <= high)
    low, high = kinds.scaled_bounds(generator)
    return tuple(scaled(generator, n) for n in dict.fromkeys((low, high)))


def ordinary_number(generator: Generator) -> Callable[[int], object]:
    """The numbers of ordinary rows: all different until there are no more."""
    if generator.kind == "sequence":
        start, step = kinds.whole(generator, "start"), kinds.whole(generator, "step")
        return lambda n: start + n * step
    if generator.kind == "integer":
        low, high = kinds.whole(generator, "min"), kinds.whole(generator, "max")
        return lambda n: low + _scattered(n, high - low + 1)
    low, high = kinds.scaled_bounds(generator)
    return lambda n: scaled(generator, low + _scattered(n, high - low + 1))


def _scattered(number: int, size: int) -> int:
    """A different place for each of the first ``size`` numbers, far from one another."""
    step = max(1, size * 2 // 5)
    while size > 1 and gcd(step, size) != 1:
        step += 1
    return number * step % size


def _powers() -> Iterable[int]:
    for power in range(1, _POWERS):
        yield 10**power - 1
        yield 10**power


def _changing(found: tuple[object, ...]) -> tuple[object, ...]:
    """The values, if they have different widths; else none."""
    return found if len({len(str(value)) for value in found}) > 1 else ()


def _neighbours_in_sequence(generator: Generator, boundaries: Iterable[int]) -> tuple[object, ...]:
    """The values of a sequence on both sides of each boundary."""
    start, step = kinds.whole(generator, "start"), kinds.whole(generator, "step")
    found: dict[int, None] = {}
    for boundary in boundaries:
        row = -((start - boundary) // step) if step > 0 else (boundary - start) // step
        for near in (row - 1, row):
            if 0 <= near < MAX_ROWS and row > 0:
                found[start + near * step] = None
    return tuple(sorted(found))
