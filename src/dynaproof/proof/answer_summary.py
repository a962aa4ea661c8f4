"""What is wrong with an answer, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dynaproof.proof.differences import FaultKind, RowFault, TypedItem

_LONGEST = 40
"""Characters of a value that a sentence shows."""
_MOST_ATTRIBUTES = 3


def summary(
    faults: Sequence[RowFault],
    total: Mapping[FaultKind, int],
    expected: int,
    columns: Sequence[str],
) -> str:
    """One sentence; ``faults`` begin with those of the kind that is most frequent."""
    first = faults[0]
    kinds = sorted((kind for kind in total if total[kind]), key=lambda kind: kind != first.kind)
    sentence = _counted(kinds[0], total[kinds[0]], expected)
    sentence += f": {_example(first, total[kinds[0]], columns)}"
    for kind in kinds[1:]:
        sentence += f"; {_counted(kind, total[kind], expected)}"
    return sentence


def shown(value: object) -> str:
    """A typed attribute value, short and on one line."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return "absent"
    [(kind, payload)] = value.items()
    if kind == "S":
        return f"'{_cut(_printable(str(payload)))}'"
    if kind in ("N", "B"):
        return _cut(str(payload))
    if kind == "BOOL":
        return "true" if payload else "false"
    if kind == "NULL":
        return "null"
    if kind == "M" and isinstance(payload, Mapping):
        inside = ", ".join(f"{_printable(str(n))}: {shown(v)}" for n, v in payload.items())
        return _cut(f"{{{inside}}}")
    if kind == "L" and isinstance(payload, list):
        return _cut(f"[{', '.join(shown(one) for one in payload)}]")
    if isinstance(payload, list):
        return _cut(f"<{', '.join(_printable(str(one)) for one in sorted(payload))}>")
    return _cut(_printable(str(payload)))


def _counted(kind: FaultKind, number: int, expected: int) -> str:
    rows = "row" if expected == 1 else "rows"
    one = number == 1
    match kind:
        case "missing":
            return f"{number:,} of {expected:,} {rows} {'is' if one else 'are'} missing"
        case "extra":
            return f"{number:,} {'row is' if one else 'rows are'} not asked for"
        case "wrong value":
            return f"{number:,} of {expected:,} {rows} {'has' if one else 'have'} a wrong value"
    return f"{number:,} of {expected:,} {rows} {'is' if one else 'are'} out of order"


def _example(fault: RowFault, number: int, columns: Sequence[str]) -> str:
    the_first = "it is" if number == 1 else "the first is"
    match fault.kind:
        case "wrong value":
            name = fault.attributes[0]
            return (
                f"{'in' if number == 1 else 'first in'} row {fault.position},"
                f" {_printable(name)} is {_value(fault.found, name)}"
                f" where {_value(fault.expected, name)} is right"
            )
        case "out of order":
            return (
                f"{'' if number == 1 else 'first, '}row {fault.position} is"
                f" {_row(fault.found, columns)} where {_row(fault.expected, columns)} is right"
            )
        case "missing":
            return f"{the_first} {_row(fault.expected, columns)}"
    return f"{the_first} {_row(fault.found, columns)}"


def _row(item: TypedItem | None, columns: Sequence[str]) -> str:
    present = [name for name in columns if item and name in item]
    names = present or sorted(item or {})
    some = [f"{_printable(name)} {_value(item, name)}" for name in names[:_MOST_ATTRIBUTES]]
    return ", ".join(some) or "without attributes"


def _value(item: TypedItem | None, name: str) -> str:
    return shown(item.get(name)) if item else "absent"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _printable(text: str) -> str:
    """What would steer a terminal or reorder text is shown as an escape."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )
