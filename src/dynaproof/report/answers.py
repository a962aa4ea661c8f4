"""The answer to one call: its items as a table, then its capacity, predicted and measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from dynaproof.model.access_pattern import READ_OPERATIONS
from dynaproof.model.table import Table
from dynaproof.proof.execute import Answered
from dynaproof.proof.results import NO_PREDICTION, Call, ConsumedUnits
from dynaproof.report.figures import KINDS, UNIT_NAMES, counted, units_text
from dynaproof.report.plain_values import plain_item, printable, value_text

Item = Mapping[str, object]

LONGEST_VALUE = 400
"""Characters of a value that are shown in a cell; the items themselves are whole in JSON."""
MOST_STEPS = 12
"""Requests of a pattern with steps that are listed."""
MIN_COLUMN = 12
"""Characters of a column that is no key; where there is less room, items stand one below the
other."""


def print_answer(answered: Answered, console: Console, table: Table | None = None) -> None:
    """Print the items, keys of ``table`` first, then items, pages and capacity of the call."""
    items = [plain_item(item) for item in answered.items]
    names = attribute_order(items, table)
    keys = {key.name for key in table.key_attributes} if table is not None else set[str]()
    if items and _grid_width(items, names, keys) <= console.width:
        console.print(_item_grid(items, names, keys))
    else:
        for number, item in enumerate(items, start=1):
            _print_item(number, item, names, console)
    if items:
        console.print()
    for line, style in call_lines(answered.call):
        console.print(Text(line, style), soft_wrap=True)


def attribute_order(items: Sequence[Item], table: Table | None) -> list[str]:
    """All attributes of some items: table keys, index keys, then the others by name."""
    present = {name for item in items for name in item}
    keys: list[str] = []
    if table is not None:
        keys = [key.name for key in table.key_attributes]
        keys += [key.name for index in table.indexes for key in index.key_attributes]
    first = [name for name in dict.fromkeys(keys) if name in present]
    return first + sorted(present - set(first))


def call_lines(call: Call) -> list[tuple[str, str]]:
    """What a call returned and cost, as (line, style); the requests of steps come first."""
    return [*_step_lines(call), *_cost_lines(call)]


def _step_lines(call: Call) -> Iterator[tuple[str, str]]:
    if call.steps:
        yield f"{counted(len(call.steps), 'request')} made:", ""
    for number, step in enumerate(call.steps[:MOST_STEPS], start=1):
        read = step.operation in READ_OPERATIONS or step.items_returned
        told = step.error or (counted(step.items_returned, "item") if read else "")
        yield f"  {number}. {step.operation}{': ' if told else ''}{printable(told)}", "dim"
    if len(call.steps) > MOST_STEPS:
        yield f"  and {len(call.steps) - MOST_STEPS:,} more", "dim"


def _cost_lines(call: Call) -> list[tuple[str, str]]:
    if call.error is not None:
        return [(f"{printable(call.error)}: {printable(call.error_message)}", "bold red")]
    head = f"{counted(call.items_returned, 'item')} returned"
    if call.items_read != call.items_returned:
        head += f", {call.items_read:,} read"
    lines = [(f"{head}, {counted(call.pages, 'page')}", "bold")]
    predicted = [] if call.not_predicted else list(_units_lines(call.predicted))
    measured = list(_units_lines(call.consumed)) if call.reported else []
    if not call.reported and call.not_predicted == NO_PREDICTION:
        return [*lines, ("the endpoint reported no capacity", "dim")]
    if call.not_predicted == NO_PREDICTION:  # nobody asked for one
        return [*lines, *((f"  {line}", "") for line in measured)]
    if call.not_predicted:
        lines.append((f"not predicted: {printable(call.not_predicted)}", "yellow"))
    else:
        lines += [("predicted:", ""), *((f"  {line}", "") for line in predicted)]
    told = f" ({', '.join(call.differences)})" if call.differences else ""
    if not call.reported:
        lines.append((f"measured: not reported by the endpoint{told}", "dim"))
    elif predicted == measured:
        lines.append(("measured: the same", "dim"))
    else:
        lines += [(f"measured{told}:", ""), *((f"  {line}", "") for line in measured)]
    lines += [(f"uncertain: {printable(one)}", "dim") for one in call.uncertain]
    return lines


def _units_lines(consumed: Iterable[ConsumedUnits]) -> Iterator[str]:
    """``0.5 RCU shop/by-day``; a part without units only where it was read for nothing."""
    for units in sorted(consumed, key=lambda one: (one.table, one.index or "")):
        for kind in KINDS:
            amount = units.read if kind == "read" else units.write
            if amount or (kind == "read" and not units.write):
                yield f"{units_text(amount)} {UNIT_NAMES[kind]} {printable(units.label)}"


def cut(text: str) -> str:
    """A value's text, cut where it is very long."""
    if len(text) <= LONGEST_VALUE:
        return text
    return f"{text[:LONGEST_VALUE]}... ({len(text):,} characters)"


def _grid_width(items: Sequence[Item], names: Sequence[str], keys: Set[str]) -> int:
    total = 0
    for name in names:
        texts = [printable(name), *(value_text(item[name]) for item in items if name in item)]
        natural = max(cell_len(cut(text)) for text in texts) + 2
        total += natural if name in keys else min(natural, MIN_COLUMN)
    return total


def _item_grid(items: Sequence[Item], names: Sequence[str], keys: Set[str]) -> Grid:
    made = Grid(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for name in names:
        numeric = all(
            isinstance(item[name], int | float) and not isinstance(item[name], bool)
            for item in items
            if name in item
        )
        made.add_column(
            Text(printable(name)),
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=name in keys,
        )
    for item in items:
        made.add_row(*(Text(cut(value_text(item[n])) if n in item else "") for n in names))
    return made


def _print_item(number: int, item: Item, names: Sequence[str], console: Console) -> None:
    console.print(Text(f"{number}.", "bold"))
    width = max(cell_len(printable(name)) for name in item) + 2
    for name in names:
        if name not in item:
            continue
        label = printable(name)
        lines = Text(cut(value_text(item[name]))).wrap(
            console, max(console.width - width - 2, MIN_COLUMN), overflow="fold"
        )
        for position, line in enumerate(lines or [Text("")]):
            line.rstrip()
            start = Text(f"  {label}" if position == 0 else "", "dim")
            start.append(" " * (width + 2 - cell_len(start.plain)))
            console.print(start.append_text(line), soft_wrap=True)
