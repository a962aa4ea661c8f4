"""Texts at which keys, prefixes and orders go wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from dynaproof.facts.hard.allowed import FREE_TEXTS, allows, code_sign, lengths
from dynaproof.facts.kinds import text
from dynaproof.model.entity import Generator

_LONGEST_LOCAL_PART = "long." + 59 * "x"


def prefixes(generator: Generator) -> tuple[str, ...]:
    """Texts each of which begins another one, or two of them."""
    match generator.kind:
        case "user_name":
            return ("ann", "anna", "ann2", "an", "ann.a")
        case "email":
            return tuple(f"{name}@example.com" for name in ("ann", "anna", "ann2", "an", "ann.a"))
        case "phone":
            return ("+12025550", "+120255501", "+12025550143", "+1202555014")
        case "url":
            return tuple(f"https://a.example.com/{path}" for path in ("b", "bc", "b/c", "", "b2"))
        case "country":
            return ("Guinea", "Guinea-Bissau", "Niger", "Nigeria")
    return _free(generator, ("ann", "anna", "ann2", "an", "ann a"))


def delimited(generator: Generator, delimiters: Sequence[str]) -> tuple[str, ...]:
    """Texts that hold the signs which keys are put together with."""
    forms = ("ann{}b", "ann{}", "{}b")
    match generator.kind:
        case "user_name":
            signs = [sign for sign in delimiters if sign in "._-"]
            return ("ann", *(f.format(sign) for f in forms[:2] for sign in signs)) if signs else ()
        case "email":
            return (
                "ann@example.com",
                "ann+b@example.com",
                "ann-b_c@example.org",
                f"{_LONGEST_LOCAL_PART}@example.org",
            )
        case "url":
            return ("https://a.example.com/b?c=d&e#f", "https://a.example.com/b~")
        case "country":
            return ("Guinea-Bissau",) if "-" in delimiters else ()
    return _free(generator, ("ann", *(f.format(sign) for f in forms for sign in delimiters)))


def joined(
    first: Generator, between: str, second: Generator
) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """Two pairs of values that are one text when ``between`` stands in them; empty if none are."""
    left: tuple[object, ...] = ("x", f"x{between}y") if between else ("x", "xy")
    right: tuple[object, ...] = (f"y{between}z", "z") if between else ("yz", "z")
    if not between and first.kind == second.kind == "integer":
        left, right = (1, 12), (23, 3)
    fits = all(allows(first, one) for one in left) and all(allows(second, one) for one in right)
    return (left, right) if fits else ((), ())


def cases(generator: Generator) -> tuple[str, ...]:
    """Texts that differ in capital letters alone."""
    return _free(generator, ("anna", "Anna", "ANNA", "Zoe"))


def multibyte(generator: Generator) -> tuple[str, ...]:
    """One sign in two spellings; signs whose order in UTF-8 is not that of UTF-16."""
    if generator.kind == "country":
        return ("Côte d’Ivoire", "Åland Islands", "Zimbabwe")
    return _free(generator, ("é", "e\u0301", "\U0001f600", "\ufffd", "z", "ÿß"))


def longest(generator: Generator) -> tuple[str, ...]:
    """As long as it may be; two that differ in their last sign alone."""
    if generator.kind not in FREE_TEXTS:
        return ()
    most = lengths(generator).most
    return tuple(value for end in "ab" if allows(generator, value := "w" * (most - 1) + end))


def ends(generator: Generator) -> tuple[str, ...]:
    """The first and the last in order, of what is no free text."""
    match generator.kind:
        case "uuid":
            return (
                "00000000-0000-4000-8000-000000000000",
                "00000000-0000-4000-8000-000000000001",
                "ffffffff-ffff-4fff-bfff-ffffffffffff",
            )
        case "code":
            pattern = text(generator, "pattern")
            first = "".join(code_sign(sign)[0] for sign in pattern)
            last = "".join(code_sign(sign)[-1] for sign in pattern)
            return tuple(dict.fromkeys((first, last)))
    return ()


def ordinary_text(generator: Generator) -> Callable[[int], str]:
    """The texts of ordinary rows: all different until there are no more."""
    match generator.kind:
        case "uuid":
            return lambda n: f"{_mixed(n):08x}-0000-4000-8000-{n:012x}"
        case "user_name":
            return lambda n: f"user{_letters(n)}"
        case "email":
            return lambda n: f"user{_letters(n)}@example.com"
        case "phone":
            return lambda n: f"+1202555{n:04d}"
        case "url":
            return lambda n: f"https://www.example.com/page-{_letters(n)}"
        case "code":
            return lambda n: _code(text(generator, "pattern"), n)
        case "country":
            from dynaproof.facts import pools  # mimesis is loaded where it is asked for

            known = pools.countries()
            return lambda n: known[n % len(known)]
    fewest, most = lengths(generator).fewest, lengths(generator).most
    return lambda n: _of_length(f"text {_letters(n)}", _letters(n), fewest, most)


def _of_length(wished: str, short: str, fewest: int, most: int) -> str:
    made = wished if len(wished) <= most else short
    return (max(0, fewest - len(made)) * "x" + made)[-most:]


def _letters(number: int) -> str:
    """a, b .. z, ba, bb: different for each number."""
    digits = ""
    while True:
        number, rest = divmod(number, 26)
        digits = chr(ord("a") + rest) + digits
        if not number:
            return digits


def _mixed(number: int) -> int:
    return number * 0x9E3779B1 + 0x3C6EF372 & 0xFFFFFFFF  # odd: no number comes twice


def _code(pattern: str, number: int) -> str:
    made: list[str] = []
    for sign in reversed(pattern):
        pool = code_sign(sign)
        number, place = divmod(number, len(pool))
        made.append(pool[place])
    return "".join(reversed(made))


def _free(generator: Generator, wanted: Sequence[str]) -> tuple[str, ...]:
    """The texts, behind filling letters where the generator's are longer; those that fit."""
    if generator.kind not in FREE_TEXTS or not wanted:
        return ()
    filling = "x" * max(0, lengths(generator).fewest - min(map(len, wanted)))
    made = (filling + value for value in dict.fromkeys(wanted))
    return tuple(islice((value for value in made if allows(generator, value)), 20))
