"""Bounds of a sort key: what equals them, and what goes on behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dynaproof.model.expressions.key_condition import KeyTest
from dynaproof.proof.differences import TypedItem
from dynaproof.proof.search.causes.reading import Reading
from dynaproof.proof.search.causes.said import quoted

BEHIND_ALL = "Put a sign behind the bound that comes after all others, such as '~'."
_LAST_SIGNS = "~\uffff"


def taken_with(reading: Reading, test: KeyTest, position: int) -> str:
    """Why a bound is in the answer that the question does not take."""
    bound = quoted(reading.value(test, position))
    if test.operator == "BETWEEN":
        side = "end" if position else "beginning"
        return (
            f"BETWEEN takes its {side}, {bound}, as well, and the question does not. Let the bound"
            " be the last value that is wanted."
        )
    said = f"'{test.attribute}' {test.operator} {bound} takes the bound itself, and the question does not"
    longer = [
        text_of(item, test.attribute)
        for item in reading.in_range(reading.collection)
        if at(reading, test, position, item) and not _is_exactly(item, test.attribute, bound)
    ]
    if longer and test.operator in (">", ">="):
        return (
            f"{said}: {quoted(longer[0])} goes on behind it, and what is longer comes after."
            f" {BEHIND_ALL}"
        )
    mend = ">" if test.operator == ">=" else "<" if test.operator == "<=" else ""
    return f"{said}{f': use {mend}' if mend else ''}."


def _is_exactly(item: TypedItem, attribute: str, bound: str) -> bool:
    return quoted(text_of(item, attribute)) == bound


def at(reading: Reading, test: KeyTest, position: int, item: TypedItem) -> bool:
    """Whether an item's sort key is a bound, or begins with it."""
    value = item.get(test.attribute)
    bound = reading.value(test, position)
    if test.operator == "begins_with" or not isinstance(value, Mapping):
        return False
    [(kind, payload)] = value.items()
    if kind != "S":
        return str(payload) == str(bound)
    return at_bound(str(payload), bound)


def at_bound(text: str, bound: object) -> bool:
    """Whether a sort key is a bound, or goes on behind it."""
    shortest = str(bound).rstrip(_LAST_SIGNS)
    return bool(shortest) and text.startswith(shortest)


def goes_on_behind(test: KeyTest, bounds: Sequence[str], text: str) -> bool:
    """Whether a sort key is left out as it begins with the upper bound, and is longer."""
    if test.operator not in ("<", "<=", "BETWEEN") or not bounds:
        return False
    upper = bounds[-1]
    return text != upper and text.startswith(upper) and upper.rstrip(_LAST_SIGNS) == upper


def text_of(item: TypedItem | None, attribute: str) -> str:
    """An attribute's text or number as text; empty where it is absent."""
    value = (item or {}).get(attribute)
    return str(next(iter(value.values()))) if isinstance(value, Mapping) else ""
