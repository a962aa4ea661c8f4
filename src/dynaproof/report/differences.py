"""What is wrong with an answer or with the tables, as a table of plain text and as JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from rich.box import ASCII2
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from dynaproof.model.attribute_value import from_attribute_value, from_wire
from dynaproof.proof.differences import Difference, RowFault, TypedItem
from dynaproof.report.plain_text import PLAIN_WIDTH, plain_text
from dynaproof.report.plain_values import printable, value_text

LONGEST_VALUE = 30
"""Characters of a value that the table shows; JSON holds it whole."""
MOST_ATTRIBUTES = 6
"""Attributes of a row that the table shows: those at fault, and the first of the others."""
ABSENT = "(absent)"


def difference_text(difference: Difference, width: int = PLAIN_WIDTH) -> str:
    """A difference as plain text: its sentence, a table of its rows, how many more there are."""
    return plain_text(lambda console: print_difference(difference, console), width)


def print_difference(difference: Difference, console: Console) -> None:
    """Print the sentence, then each row at fault with expected and found values side by side."""
    console.print(Text(printable(difference.summary)))
    if not difference.faults:
        return
    grid = Grid(box=ASCII2, show_edge=False, pad_edge=False)
    for heading in ("what is wrong", "row", "attribute", "expected", "found"):
        grid.add_column(heading, overflow="fold", no_wrap=heading == "row")
    told = [(fault, fault_lines(fault)) for fault in difference.faults]
    ruled = any(len(lines) > 1 for _, lines in told)
    for fault, lines in told:
        for number, (name, expected, found) in enumerate(lines):
            what = fault.kind + (f" in {printable(fault.table)}" if fault.table else "")
            position = str(fault.position) if fault.position is not None else ""
            first = (what, position) if number == 0 else ("", "")
            grid.add_row(*map(Text, (*first, name, expected, found)))
        if ruled:
            grid.add_section()
    console.print(grid)
    more = difference.total - len(difference.faults)
    if more > 0:
        console.print(Text(f"and {more:,} more"))


def fault_lines(fault: RowFault) -> list[tuple[str, str, str]]:
    """Attribute, expected value and found value as texts; the attributes at fault come first."""
    expected, found = fault.expected, fault.found
    asked = expected if expected is not None else found
    names = [*fault.attributes, *(n for n in asked or {} if n not in fault.attributes)]
    lines = [
        (_short(printable(name)), *_side_by_side(_cell(expected, name), _cell(found, name)))
        for name in names[: max(MOST_ATTRIBUTES, len(fault.attributes))]
    ]
    left = len(names) - len(lines)
    if left > 0:
        lines.append((f"({left} more)", "", ""))
    return lines or [("", _empty(expected), _empty(found))]


def difference_json(difference: Difference) -> dict[str, object]:
    """A difference as plain data; attribute values are typed, as the JSON protocol has them."""
    return {
        "code": difference.code.value,
        "summary": difference.summary,
        "expected": difference.expected,
        "found": difference.found,
        "total": difference.total,
        "faults": [_fault_json(fault) for fault in difference.faults],
    }


def _fault_json(fault: RowFault) -> dict[str, object]:
    return {
        "kind": fault.kind,
        "table": fault.table or None,
        "position": fault.position,
        "attributes": list(fault.attributes),
        "expected": _item_json(fault.expected),
        "found": _item_json(fault.found),
    }


def _item_json(item: TypedItem | None) -> dict[str, object] | None:
    return None if item is None else {name: _plain_json(value) for name, value in item.items()}


def _plain_json(value: object) -> object:
    """Mappings and sequences as JSON has them; a lone surrogate as its escape."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case Mapping():
            return {str(name): _plain_json(inner) for name, inner in value.items()}
        case Sequence() if not isinstance(value, bytes | bytearray):
            return [_plain_json(inner) for inner in value]
    return value


def _cell(item: TypedItem | None, name: str) -> str:
    if item is None:
        return "-"
    typed = item.get(name)
    if not isinstance(typed, Mapping):
        return ABSENT
    text = value_text(from_attribute_value(from_wire(typed)))
    # What looks like something else is quoted: an empty text, blanks at the ends, a number.
    quote = "S" in typed and (not text or text != text.strip() or _looks_typed(text))
    return f"'{text}'" if quote else text


def _empty(item: TypedItem | None) -> str:
    return "-" if item is None else "(empty)"


def _side_by_side(expected: str, found: str) -> tuple[str, str]:
    """Both shortened, so that where they begin to differ can be seen."""
    pairs = enumerate(zip(expected, found, strict=False))
    common = next((n for n, (a, b) in pairs if a != b), min(len(expected), len(found)))
    if expected == found or common < LONGEST_VALUE // 2:
        return _short(expected), _short(found)
    if max(len(expected), len(found)) <= LONGEST_VALUE:
        return expected, found
    start = common - LONGEST_VALUE // 3
    return _short("..." + expected[start:]), _short("..." + found[start:])


def _looks_typed(text: str) -> bool:
    return text in (ABSENT, "-", "null", "true", "false") or _is_number(text)


def _is_number(text: str) -> bool:
    number = text.lstrip("+-").replace(".", "", 1)
    return bool(number) and number.isdecimal()


def _short(text: str) -> str:
    if len(text) <= LONGEST_VALUE:
        return text
    cut = text[: LONGEST_VALUE - 3]
    # Not between a letter and its accent.
    while cut and unicodedata.combining(text[len(cut)]):
        cut = cut[:-1]
    return cut + "..."
