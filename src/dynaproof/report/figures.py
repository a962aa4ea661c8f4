"""Numbers as people read them: capacity units, items, bytes, ranges.

Sizes follow DynamoDB's own words: 1 KB is 1,024 bytes, an item holds at most 400 KB.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from dynaproof.model.access_pattern import AccessPattern, Expectation
from dynaproof.model.operations import table_names

if TYPE_CHECKING:  # findings are shown without what a run needs
    from dynaproof.proof.results import PatternResult

UnitKind = Literal["read", "write"]
UNIT_NAMES: dict[UnitKind, str] = {"read": "RCU", "write": "WCU"}
KINDS: tuple[UnitKind, ...] = ("read", "write")

_BYTE_STEPS = ((1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"))


def units_text(units: float) -> str:
    """Capacity units: whole and half steps as they are, means with two places."""
    rounded = round(units, 2)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.2f}".rstrip("0")


def bytes_text(size: int) -> str:
    """A size with three figures: ``226 B``, ``1.21 KB``, ``5.55 MB``."""
    for step, unit in _BYTE_STEPS:
        if size >= step:
            value = size / step
            return f"{value:,.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}"
    return f"{size} B"


def range_text(values: Sequence[int]) -> str:
    """``3``, or ``0-20`` for several; empty for none."""
    if not values:
        return ""
    least, most = min(values), max(values)
    return f"{least:,}" if least == most else f"{least:,}-{most:,}"


def items_text(result: PatternResult) -> str:
    """Items returned, and of how many read where a call returned fewer than it read."""
    returned = range_text([call.items_returned for call in result.calls])
    if all(call.items_returned == call.items_read for call in result.calls):
        return returned
    return f"{returned} of {range_text([call.items_read for call in result.calls])}"


def counted(number: int, one: str, several: str = "") -> str:
    """``1 call``, ``2 calls``."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def operation_name(pattern: AccessPattern) -> str:
    """The operation, or those of the steps with an arrow between them."""
    return " > ".join(dict.fromkeys(request.operation for request in pattern.requests)) or "none"


def target_names(pattern: AccessPattern) -> tuple[str, ...]:
    """The tables (``table/index`` where an index is named) that a pattern's requests are to."""
    names: dict[str, None] = {}
    for request in pattern.requests:
        for table in table_names(request.operation, request.arguments):
            index = request.arguments.get("IndexName")
            names[f"{table}/{index}" if index else table] = None
    return tuple(names)


def expectation_texts(expect: Expectation) -> dict[str, str]:
    """What is expected, in words, by the key of the definition."""
    bounds = {
        "read_capacity_units": expect.read_capacity_units,
        "write_capacity_units": expect.write_capacity_units,
        "pages": expect.pages,
        "items": expect.items,
    }
    texts = {name: str(bound) for name, bound in bounds.items() if bound is not None}
    return texts | ({"fails": expect.fails} if expect.fails else {})
