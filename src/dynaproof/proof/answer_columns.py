"""The columns of a question against the attributes of an answer, in a form that can be compared.

A question may say ``sent_at`` where the item holds the same instant as a text of ISO 8601 or as
seconds or milliseconds since 1970, and a list where the item holds a set: both sides are brought
to one form, column by column. Everything else is equal as DynamoDB has it.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Context, Decimal

from dynaproof.items.question_rows import ColumnKind, QuestionRow
from dynaproof.model.attribute_equality import canonical_value
from dynaproof.model.attribute_value import as_typed
from dynaproof.proof.differences import TypedItem

Comparable = tuple[Hashable, ...]
"""The values of a row, one for each column; None for what is absent."""

_SECOND = 1_000_000
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?P<seconds>:[0-9]{2}(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_LATE_IN_SECONDS = 10**11
"""A number from here on counts milliseconds: as seconds it would be in the year 5138."""
# A sum of binary fractions may differ in its last digits, by the order of its terms.
_DIGITS = {"double": Context(prec=14), "float": Context(prec=6)}


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """Rows of a question and items of an answer, each as one tuple of comparable values."""

    names: tuple[str, ...]
    expected: Sequence[Comparable]
    found: Sequence[Comparable]

    def differing(self, one: Comparable, other: Comparable) -> tuple[str, ...]:
        """The columns that two rows do not have alike."""
        return tuple(name for name, a, b in zip(self.names, one, other, strict=True) if a != b)


def answer_columns(
    kinds: Mapping[str, ColumnKind], rows: Sequence[QuestionRow], items: Sequence[TypedItem]
) -> AnswerColumns:
    """Bring the columns of rows and items to one form."""
    expected: list[list[Hashable]] = []
    found: list[list[Hashable]] = []
    for name, kind in kinds.items():
        asked = [row.attributes.get(name) for row in rows]
        given = [item.get(name) for item in items]
        match kind:
            case "instant":
                instants = [row.instants.get(name) for row in rows]
                ours, theirs = _instants(instants, given)
            case "list":
                ours, theirs = _lists(asked, given)
            case "double" | "float":
                context = _DIGITS[kind]
                ours = [_rounded(_canonical(value), context) for value in asked]
                theirs = [_rounded(_canonical(value), context) for value in given]
            case _:
                ours = [_canonical(value) for value in asked]
                theirs = [_canonical(value) for value in given]
        expected.append(ours)
        found.append(theirs)
    return AnswerColumns(
        tuple(kinds), _transposed(expected, len(rows)), _transposed(found, len(items))
    )


def _transposed(columns: Sequence[Sequence[Hashable]], rows: int) -> list[Comparable]:
    return list(zip(*columns, strict=True)) if columns else [()] * rows


def _canonical(value: object) -> Hashable:
    return None if value is None else canonical_value(as_typed(value))


def _instants(
    asked: Sequence[int | None], given: Sequence[object]
) -> tuple[list[Hashable], list[Hashable]]:
    """Instants in the coarsest unit that the answer has."""
    of_number = _unit_of_numbers(asked, given)
    read = [_instant(value, of_number) for value in given]
    unit = max((one[1] for one in read if one is not None), default=1)
    ours: list[Hashable] = [None if us is None else ("instant", us // unit) for us in asked]
    theirs: list[Hashable] = [
        _canonical(value) if one is None else ("instant", one[0] // unit)
        for value, one in zip(given, read, strict=True)
    ]
    return ours, theirs


def _instant(value: object, of_number: int) -> tuple[int, int] | None:
    """Microseconds since 1970, and how many of them the value's precision is."""
    if not isinstance(value, Mapping):
        return None
    if "N" in value:
        number = Decimal(str(value["N"]))
        whole = number == number.to_integral_value()
        return (int(number) * of_number, of_number) if whole else None
    text = value.get("S")
    form = _ISO.fullmatch(text) if isinstance(text, str) else None
    if form is None:
        return None
    try:
        instant = datetime.fromisoformat(form[0])
    except ValueError:  # the 30th of February
        return None
    instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    since = instant - datetime(1970, 1, 1, tzinfo=UTC)
    microseconds = (since.days * 86_400 + since.seconds) * _SECOND + since.microseconds
    if len(form[0]) == len("2026-01-01"):
        return microseconds, 1
    if form["seconds"] is None:
        return microseconds, 60 * _SECOND
    digits = len(form["fraction"] or "")
    return microseconds, 10 ** max(6 - digits, 0)


def _unit_of_numbers(asked: Iterable[int | None], given: Iterable[object]) -> int:
    """Whether numbers of a column are seconds or milliseconds since 1970."""
    numbers = {
        Decimal(str(value["N"])) for value in given if isinstance(value, Mapping) and "N" in value
    }
    if not numbers:
        return _SECOND
    known = [us for us in asked if us is not None]
    seconds = len(numbers & {Decimal(us // _SECOND) for us in known})
    milliseconds = len(numbers & {Decimal(us // 1_000) for us in known})
    if seconds == milliseconds:
        return 1_000 if abs(max(numbers, key=abs)) >= _LATE_IN_SECONDS else _SECOND
    return _SECOND if seconds > milliseconds else 1_000


def _lists(
    asked: Sequence[object], given: Sequence[object]
) -> tuple[list[Hashable], list[Hashable]]:
    """Lists as sets where the answer has sets; an empty set cannot be stored."""
    theirs = [_canonical(value) for value in given]
    types = {value[0] for value in theirs if isinstance(value, tuple)}
    ours = [_canonical(value) for value in asked]
    if "L" not in types:
        ours = [None if value == ("L", ()) else value for value in ours]
    kinds = types & {"SS", "NS", "BS"}
    return ([_as_set(value) for value in ours] if kinds else ours), theirs


def _as_set(value: Hashable) -> Hashable:
    if not isinstance(value, tuple) or value[0] != "L":
        return value
    members = [member for member in value[1] if member[0] != "NULL"]
    types = {member[0] for member in members}
    if not members:
        return None
    if len(types) != 1 or not types <= {"S", "N", "B"}:
        return value
    return f"{types.pop()}S", frozenset(member[1] for member in members)


def _rounded(value: Hashable, context: Context) -> Hashable:
    if isinstance(value, tuple) and value[0] == "N" and isinstance(value[1], Decimal):
        return "N", context.plus(value[1])
    return value
