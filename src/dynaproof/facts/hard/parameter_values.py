"""Hard values for a parameter that is made for each call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain, count, islice, zip_longest

from dynaproof.facts import kinds
from dynaproof.facts.database import FIRST_INSTANT
from dynaproof.facts.hard.allowed import FREE_TEXTS, allows
from dynaproof.facts.hard.drawing import Drawing
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.facts.hard.values import hard_values, ordinary_value
from dynaproof.model.entity import Generator

_MOST = 24
_MILLISECOND = timedelta(milliseconds=1)


def hard_parameter_values(
    generator: Generator, fact_set: FactSet, seed: int, *, delimiters: tuple[str, ...] = ()
) -> list[object]:
    """Values that the generator allows, at most 24: stored ones, values near them, boundaries.

    The seed decides their order. UUIDs and sequences are always unique: none of theirs is stored.
    Of ``clock``: the newest instant itself (an instant with a time zone), and later ones.
    """
    drawing = Drawing(seed, "parameter", generator.kind)
    stored = _stored(fact_set)
    if generator.kind == "clock":
        return _shuffled(_later(stored), drawing)
    hard = [
        value
        for values in zip_longest(*hard_values(generator, delimiters=delimiters).values())
        for value in values
        if value is not None
    ]
    if kinds.KINDS[generator.kind].unique == "always":
        held = {repr(value) for value in stored}
        ordinary = map(ordinary_value(generator), count())
        fresh = (value for value in chain(hard, ordinary) if repr(value) not in held)
        return _shuffled(_different(fresh, 6), drawing)
    fitting = [value for value in stored if allows(generator, value)]
    near = [value for one in fitting for value in _near(generator, one) if allows(generator, value)]
    plain = [ordinary_value(generator)(n) for n in range(2)]
    rounds = zip_longest(plain, fitting, near, hard)
    found = (value for values in rounds for value in values if value is not None)
    return _shuffled(_different(found, _MOST), drawing)


def _stored(fact_set: FactSet) -> list[object]:
    """The values of all rows, each once."""
    values = (v for rows in fact_set.rows.values() for row in rows for v in row.values())
    return _different((value for value in values if value is not None), None)


def _later(stored: list[object]) -> list[object]:
    instants = [value.replace(tzinfo=UTC) for value in stored if isinstance(value, datetime)]
    newest = max(instants, default=FIRST_INSTANT)
    next_year = datetime(newest.year + 1, 1, 1, tzinfo=UTC)
    return [
        newest,
        newest + _MILLISECOND,
        newest + timedelta(seconds=1),
        next_year - _MILLISECOND,
        next_year,
    ]


def _near(generator: Generator, value: object) -> Iterator[object]:
    match value:
        case str() if generator.kind in FREE_TEXTS or generator.kind == "user_name":
            yield from (value[:-1], f"{value}2", value[: len(value) // 2])
        case bool():
            return
        case int():
            yield from (value + 1, value - 1, value * 10)
        case datetime() | date():
            day = timedelta(days=1)
            if isinstance(value, datetime):
                step = timedelta(microseconds=kinds.PRECISIONS[kinds.text(generator, "precision")])
                yield from (value + step, value - step)
            yield from (value + day, value - day)


def _different(values: Iterator[object], most: int | None) -> list[object]:
    """The first of them, each once."""
    seen: set[str] = set()

    def unseen(value: object) -> bool:
        new = repr(value) not in seen
        seen.add(repr(value))
        return new

    return list(islice(filter(unseen, values), most))


def _shuffled(values: list[object], drawing: Drawing) -> list[object]:
    left = list(values)
    return [left.pop(drawing.below(len(left))) for _ in range(len(left))]
