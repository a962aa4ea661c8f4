"""Hard values of a generator, by what is hard about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dynaproof.facts import kinds
from dynaproof.facts.hard import instants, numbers, texts
from dynaproof.facts.hard.allowed import FREE_TEXTS, choice_values, lengths
from dynaproof.model.entity import Generator

PREFIXES = "values that are prefixes of one another"
DELIMITERS = "values that hold the delimiters of keys"
WIDTHS = "numbers of different width"
PADDINGS = "numbers wider than their padding"
EQUAL = "equal instants"
NEAR = "instants one unit apart"
FRACTIONS = "a whole second and fractions of it"
YEAR_ENDS = "instants around the end of a year"
CLOCKS = "instants around a change of the clocks"
DAYS = "days and months of different width"
RECURRING = "one time of day a year, a month and a week later"
SIGNS = "numbers around zero"
DIGITS = "decimals with different numbers of digits"
CHOICES = "every choice"
CASES = "texts that differ in capital letters alone"
MULTIBYTE = "texts with several bytes for a sign"
EMPTY = "empty texts"
ENDS = "the smallest and the largest values"
LONGEST = "texts as long as they may be"

VALUE_HAZARDS = (
    EQUAL,
    PREFIXES,
    DELIMITERS,
    WIDTHS,
    PADDINGS,
    NEAR,
    YEAR_ENDS,
    FRACTIONS,
    CASES,
    CHOICES,
    SIGNS,
    DIGITS,
    DAYS,
    RECURRING,
    MULTIBYTE,
    CLOCKS,
    EMPTY,
    ENDS,
    LONGEST,
)
"""What there is, the most telling first."""
ORDERED_HAZARDS = frozenset(
    {WIDTHS, PADDINGS, YEAR_ENDS, FRACTIONS, SIGNS, DIGITS, DAYS, RECURRING, CLOCKS}
)
"""Those that break an order: several of the values belong on one parent."""


def hard_values(
    generator: Generator,
    *,
    delimiters: tuple[str, ...] = (),
    paddings: tuple[int, ...] = (),
    empty: bool = False,
) -> Mapping[str, tuple[object, ...]]:
    """Values that the generator allows, by hazard; hazards that it cannot have are left out.

    ``delimiters`` are signs of key templates, ``paddings`` the digits of number formats;
    ``empty`` lets the empty text in.
    """
    found = _found(generator, delimiters, paddings)
    if empty and generator.kind in FREE_TEXTS and lengths(generator).fewest <= 1:
        found[EMPTY] = ("", "ann")
    return {hazard: values for hazard, values in found.items() if values}


def ordinary_value(generator: Generator) -> Callable[[int], object]:
    """The value of an ordinary row by its number: all different until there are no more."""
    match generator.kind:
        case "integer" | "decimal" | "sequence":
            return numbers.ordinary_number(generator)
        case "timestamp":
            return lambda n: instants.ordinary_instant(generator, n)
        case "date":
            return lambda n: instants.ordinary_date(generator, n)
        case "boolean" | "choice":
            chosen = _chosen(generator)
            return lambda n: chosen[n % len(chosen)]
        case "bytes":
            length = kinds.whole(generator, "length")
            return lambda n: (n % 256**length).to_bytes(length, "big")
    return texts.ordinary_text(generator)


def _found(
    generator: Generator, delimiters: tuple[str, ...], paddings: tuple[int, ...]
) -> dict[str, tuple[object, ...]]:
    match generator.kind:
        case "integer" | "decimal":
            return {
                PREFIXES: numbers.prefixes(generator),
                WIDTHS: numbers.widths(generator),
                PADDINGS: numbers.beyond_padding(generator, paddings),
                SIGNS: numbers.signs(generator),
                DIGITS: numbers.digits_after_the_point(generator),
                ENDS: numbers.ends(generator),
            }
        case "sequence":
            return {
                WIDTHS: numbers.widths(generator),
                PADDINGS: numbers.beyond_padding(generator, paddings),
            }
        case "timestamp":
            return {
                EQUAL: instants.equal_instants(generator),
                NEAR: instants.near_instants(generator),
                FRACTIONS: instants.fractions_of_a_second(generator),
                YEAR_ENDS: instants.year_ends(generator),
                CLOCKS: instants.clock_changes(generator),
                DAYS: instants.widths(generator),
                RECURRING: instants.recurring(generator),
                ENDS: (instants.first_instant(generator),),
            }
        case "date":
            return {
                EQUAL: (instants.ordinary_date(generator, 0),),
                NEAR: instants.near_dates(generator),
                YEAR_ENDS: instants.year_end_dates(generator),
                DAYS: instants.date_widths(generator),
                RECURRING: instants.recurring_dates(generator),
            }
        case "boolean" | "choice":
            return {CHOICES: _chosen(generator)}
        case "bytes":
            length = kinds.whole(generator, "length")
            signs = (b"\0" * length, b"\x7f" * length, b"\x80" * length, b"\xff" * length)
            return {ENDS: signs}
    return {
        PREFIXES: texts.prefixes(generator),
        DELIMITERS: texts.delimited(generator, delimiters),
        CASES: texts.cases(generator),
        MULTIBYTE: texts.multibyte(generator),
        LONGEST: texts.longest(generator),
        ENDS: texts.ends(generator),
    }


def _chosen(generator: Generator) -> tuple[object, ...]:
    if generator.kind == "choice":
        return choice_values(generator)
    share = float(str(kinds.option(generator, "true")))
    return tuple(value for value in (False, True) if (share > 0 if value else share < 1))
