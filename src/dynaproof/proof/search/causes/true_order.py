"""What a text in a key stands for, so that it can be ordered as that: numbers and instants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from dynaproof.proof.search.causes.source_rows import FieldSpan

Ordered = tuple[int, Decimal, str]
"""Numbers by value, instants by microseconds since 1970, then texts by their code points."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_DAY_FIRST = re.compile(r"([0-3]?[0-9])[./-]([01]?[0-9])[./-]([0-9]{4})(.*)", re.DOTALL)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def true_order(value: object) -> Ordered:
    """How a fact is ordered by what it says, and not by how it is written."""
    match value:
        case bool():
            return 0, Decimal(int(value)), ""
        case int() | Decimal():
            return 0, Decimal(value), ""
        case float():
            return 0, Decimal(repr(value)), ""
        case datetime():
            return 1, _microseconds(value), ""
        case date():
            return 1, _microseconds(datetime(value.year, value.month, value.day)), ""
        case str():
            return _of_text(value)
    return 2, Decimal(0), str(value)


def order_of_fields(spans: Sequence[FieldSpan]) -> tuple[Ordered, ...]:
    """The order of a key by the facts that it is made of."""
    return tuple(true_order(span.value) for span in spans)


def _of_text(text: str) -> Ordered:
    if _NUMBER.fullmatch(text):
        return 0, Decimal(text), ""
    try:
        if len(text) >= len("2026-01-01") and text[4:5] == "-":
            return 1, _microseconds(datetime.fromisoformat(text)), ""
        found = _DAY_FIRST.fullmatch(text)
        if found is not None:
            day = datetime(int(found[3]), int(found[2]), int(found[1]))
            return 1, _microseconds(day), found[4]
    except ValueError:
        pass  # it only looks like a date
    return 2, Decimal(0), text


def _microseconds(instant: datetime) -> Decimal:
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    since = aware - _EPOCH
    return Decimal((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)
