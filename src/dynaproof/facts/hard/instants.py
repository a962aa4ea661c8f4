"""Instants and dates at which programs go wrong: ends of years, changes of the clocks, equality."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from dynaproof.facts import kinds
from dynaproof.facts.hard.allowed import allows
from dynaproof.model.entity import Generator

_Day = TypeVar("_Day", date, datetime)

_YEARS = 2
"""Years whose ends and changes of the clocks are tried, from the first that is generated."""
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def first_instant(generator: Generator) -> datetime:
    """The earliest instant of a timestamp."""
    return _of_steps(generator, kinds.timestamp_bounds(generator)[0])


def unit(generator: Generator) -> timedelta:
    """The shortest time between two instants of a timestamp."""
    return timedelta(microseconds=kinds.PRECISIONS[kinds.text(generator, "precision")])


def ordinary_instant(generator: Generator, number: int) -> datetime:
    """Instants some days apart, none of them round, from the first on."""
    apart = timedelta(days=1, hours=5, minutes=7, seconds=11, milliseconds=13)
    first, last = kinds.timestamp_bounds(generator)
    found = _floor(generator, first_instant(generator) + (number + 1) * apart)
    if found > _of_steps(generator, last):  # a narrow range: step by step
        return _of_steps(generator, first + number % (last - first + 1))
    return found


def ordinary_date(generator: Generator, number: int) -> date:
    """Dates some days apart, from the first on."""
    first, last = kinds.date_bounds(generator)
    return _of_days(first + number * 5 % (last - first + 1))


def equal_instants(generator: Generator) -> tuple[datetime, ...]:
    """One instant of an ordinary day."""
    return (ordinary_instant(generator, 0),)


def near_instants(generator: Generator) -> tuple[datetime, ...]:
    """Instants one unit apart."""
    first, step = ordinary_instant(generator, 0), unit(generator)
    return tuple(first + n * step for n in range(4))


def fractions_of_a_second(generator: Generator) -> tuple[datetime, ...]:
    """A whole second and instants within it; empty where seconds are not divided."""
    if unit(generator) >= timedelta(seconds=1):
        return ()
    whole = ordinary_instant(generator, 0).replace(microsecond=0) + timedelta(seconds=1)
    # .1 and .10, and what a cut to milliseconds makes equal.
    offsets = (0, 1, 1_000, 1_001, 100_000, 120_000, 999_000, 999_999)
    found = (_floor(generator, whole + timedelta(microseconds=n)) for n in offsets)
    return tuple(dict.fromkeys(found))


def year_ends(generator: Generator) -> tuple[datetime, ...]:
    """The last instant of years and the first of the next; the year after the last too."""
    ends = [datetime(year + 1, 1, 1) for year in _years(generator, first_instant(generator).year)]
    found = (instant for end in ends for instant in (end - unit(generator), end))
    return _allowed(generator, found)


def clock_changes(generator: Generator) -> tuple[datetime, ...]:
    """Around the changes of the clocks in Europe and in the United States, in UTC."""
    found: list[datetime] = []
    for year in _years(generator, first_instant(generator).year):
        # In autumn first: an hour comes twice then, and sorts wrongly.
        changes = (
            _sunday(year, 10, last=True) + _HOUR,  # Europe: 01:00 UTC, both times
            _sunday(year, 11, number=1) + 6 * _HOUR,  # New York: 02:00 local time
            _sunday(year, 3, last=True) + _HOUR,
            _sunday(year, 3, number=2) + 7 * _HOUR,
        )
        for change in changes:
            found += (change - unit(generator), change, change - _HOUR, change + _HOUR)
    return _allowed(generator, found)


def recurring(generator: Generator) -> tuple[datetime, ...]:
    """One time of day in several years, months and weeks: a key without the year takes them for one."""
    first = ordinary_instant(generator, 0)
    return _allowed(generator, _again(_january(first)))


def recurring_dates(generator: Generator) -> tuple[date, ...]:
    """One day of several years, months and weeks."""
    first = ordinary_date(generator, 0)
    days = _again(_january(first))
    return tuple(day for day in days if allows(generator, day))


def _january(day: _Day) -> _Day:
    """The first January of which nothing is before a day; days of January have no leap day before."""
    return day.replace(year=day.year + (day.month > 1), month=1, day=min(day.day, 28))


def widths(generator: Generator) -> tuple[datetime, ...]:
    """Hours, days and months of one digit and of two."""
    year = first_instant(generator).year
    found = (
        datetime(one, *rest)
        for one in (year, year + 1)
        for rest in ((2, 9, 9), (2, 9, 10), (2, 10, 9), (9, 30, 9), (10, 1, 9), (11, 2, 9))
    )
    return _allowed(generator, found)[:6]


def year_end_dates(generator: Generator) -> tuple[date, ...]:
    """The last day of years and the first of the next."""
    first, _ = kinds.date_bounds(generator)
    years = _years(generator, _of_days(first).year)
    found = [day for year in years for day in (date(year, 12, 31), date(year + 1, 1, 1))]
    return tuple(day for day in found if allows(generator, day))


def date_widths(generator: Generator) -> tuple[date, ...]:
    """Days and months of one digit and of two, and the ends of February."""
    year = _of_days(kinds.date_bounds(generator)[0]).year
    found = (
        date(one, *rest)
        for one in (year, year + 1)
        for rest in ((2, 9), (2, 10), (2, 28), (3, 1), (9, 30), (10, 1))
    )
    return tuple(day for day in found if allows(generator, day))[:6]


def near_dates(generator: Generator) -> tuple[date, ...]:
    """Days that follow one another."""
    first = ordinary_date(generator, 0)
    return (first, first + _DAY, first + 2 * _DAY)


def _again(january: _Day) -> tuple[_Day, ...]:
    return (
        january,
        january.replace(year=january.year + 1),
        january.replace(month=2),
        january + 7 * _DAY,
    )


def _years(generator: Generator, first: int) -> Iterable[int]:
    end = datetime.fromisoformat(kinds.text(generator, "to")).year
    years = range(first, min(end, first + _YEARS) + 1)
    return dict.fromkeys((*years, end))


def _sunday(year: int, month: int, *, number: int = 1, last: bool = False) -> datetime:
    first = datetime(year, month, 1)
    sunday = first + (6 - first.weekday()) * _DAY
    weeks = number - 1 if not last else 4 if (sunday + 28 * _DAY).month == month else 3
    return sunday + 7 * weeks * _DAY


def _allowed(generator: Generator, found: Iterable[datetime]) -> tuple[datetime, ...]:
    return tuple(instant for instant in dict.fromkeys(found) if allows(generator, instant))


def _floor(generator: Generator, instant: datetime) -> datetime:
    step = unit(generator)
    return instant - (instant - datetime.min) % step


def _of_steps(generator: Generator, steps: int) -> datetime:
    return (kinds.EPOCH + steps * unit(generator)).replace(tzinfo=None)


def _of_days(days: int) -> date:
    return kinds.EPOCH.date() + timedelta(days=days)


def in_utc(instant: datetime) -> datetime:
    """An instant of the facts, as the clock gives it."""
    return instant.replace(tzinfo=UTC)
