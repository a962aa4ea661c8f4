"""A run for people at a terminal: access patterns, tables, what is broken, the verdict."""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from rich.console import Console
from rich.text import Text

from dynaproof.items.stored import ItemTypeSize
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.diagnostic import in_reading_order
from dynaproof.model.table import Table
from dynaproof.proof.execute import Answered
from dynaproof.proof.results import CollectionSizes, PatternResult, RunResult, Summary, TableResult
from dynaproof.report.answers import print_answer
from dynaproof.report.definition_text import (
    definition_patterns_text,
    definition_tables_text,
    expected_text,
)
from dynaproof.report.figures import (
    KINDS,
    UNIT_NAMES,
    bytes_text,
    counted,
    items_text,
    operation_name,
    part_summary,
    range_text,
    summaries,
    target_names,
)
from dynaproof.report.findings import print_diagnostics
from dynaproof.report.grids import Line, decimals, print_lines, title
from dynaproof.report.plain_values import printable
from dynaproof.report.stored_tables import keys_text, print_tables
from dynaproof.report.verdict import verdict

__all__ = [
    "answer_text",
    "definition_patterns_text",
    "definition_tables_text",
    "print_answer",
    "print_diagnostics",
    "print_run",
    "print_tables",
    "run_text",
    "terminal_console",
]

PLAIN_WIDTH = 100
"""Columns where no terminal says how wide it is."""
WIDE = 120
"""From this width on, a column says what was expected."""
_OUTCOMES = {
    "held": "green",
    "broken": "bold red",
    "refused": "bold red",
    "not run": "yellow",
    "no expectation": "dim",
}


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    style: str = ""
    calls: str = ""
    items: str = ""
    pages: str = ""
    unit: str = ""
    summary: Summary | None = None
    outcome: str = ""
    outcome_style: str = ""
    expected: str = ""


class _Terminal(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # rich would end the process with status 1


def terminal_console(file: IO[str] | None = None, *, stderr: bool = False) -> Console:
    """A console that prints data as it is; colours only on a terminal and without NO_COLOR."""
    stream = file or (sys.stderr if stderr else sys.stdout)
    fixed = None if stream.isatty() or "COLUMNS" in os.environ else PLAIN_WIDTH
    return _Terminal(file=stream, highlight=False, markup=False, emoji=False, width=fixed)


def print_run(result: RunResult, console: Console) -> None:
    """Print a whole run; its last line is the verdict."""
    name = printable(result.definition.name)
    server = printable(result.server)
    console.print(title(f"{name}: seed {result.seed}, {server}"))
    console.print()
    if result.patterns:
        _print_patterns(result, console)
        console.print()
    for table in result.tables:
        _print_table(table, console)
    found = [
        one
        for pattern in result.patterns
        for one in (*pattern.refused, *(broken.diagnostic for broken in pattern.broken))
    ]
    if found:
        print_diagnostics(in_reading_order(found), console)
        console.print()
    style = "bold green" if result.exit_status == 0 else "bold red"
    console.print(Text(verdict(result), style), soft_wrap=True)


def run_text(result: RunResult) -> str:
    """A run as plain text."""
    return _text(lambda console: print_run(result, console))


def answer_text(
    answered: Answered, pattern: AccessPattern | None = None, table: Table | None = None
) -> str:
    """The answer to one call as plain text, under the name of its access pattern."""
    name = f"{printable(pattern.name)} ({answered.call.parameter_set})\n" if pattern else ""
    return name + _text(lambda console: print_answer(answered, console, table))


def _text(write: Callable[[Console], None]) -> str:
    stream = io.StringIO()
    write(
        Console(
            file=stream,
            width=PLAIN_WIDTH,
            force_jupyter=False,  # else rich shows it in the notebook, instead of writing it
            highlight=False,
            markup=False,
            emoji=False,
        )
    )
    return stream.getvalue().rstrip("\n")


def _print_patterns(result: RunResult, console: Console) -> None:
    wide = console.width >= WIDE
    rows = [row for pattern in result.patterns for row in _pattern_rows(pattern)]
    columns = [
        decimals([getattr(row.summary, name) if row.summary else None for row in rows])
        for name in ("minimum", "mean", "p95", "maximum")
    ]
    lines = [
        Line(
            Text(row.name, row.style),
            (
                row.calls,
                row.items,
                row.pages,
                Text(row.unit, "dim"),
                *(Text(figure, "dim" if row.style == "dim" else "") for figure in figures),
                Text(row.outcome, row.outcome_style),
                *([Text(row.expected, "dim")] if wide else []),
            ),
        )
        for row, *figures in zip(rows, *columns, strict=True)
    ]
    heads = ("calls", "items", "pages", "", "min", "mean", "p95", "max", "expected")
    print_lines(
        console,
        Line(Text("access pattern"), (*heads, *(["to be"] if wide else []))),
        lines,
        numbers=(0, 1, 2, 4, 5, 6, 7),
    )


def _pattern_rows(result: PatternResult) -> Iterator[_Row]:
    pattern = result.pattern
    totals = summaries(result)
    kinds = list(totals)
    outcome = "none" if result.verdict == "no expectation" else result.verdict
    yield _Row(
        printable(pattern.name),
        "bold",
        f"{len(result.calls):,}",
        items_text(result),
        range_text([call.pages for call in result.calls]),
        UNIT_NAMES[kinds[0]] if kinds else "",
        totals[kinds[0]] if kinds else None,
        outcome,
        _OUTCOMES[result.verdict],
        printable(expected_text(pattern)) if outcome != "none" else "",
    )
    yield _Row(
        f"  {operation_name(pattern)} {printable(', '.join(target_names(pattern)))}".rstrip(),
        "dim",
        outcome=result.proof,
        outcome_style="dim",
    )
    for kind in kinds[1:]:
        yield _Row("", unit=UNIT_NAMES[kind], summary=totals[kind])
    yield from _part_rows(result)
    errors = Counter(call.error for call in result.calls if call.error)
    for error, number in sorted(errors.items()):
        yield _Row(f"  {number:,} ended with {printable(error)}", "dim")
    if result.not_run:
        yield _Row(f"  {printable(result.not_run)}", "dim")
    if result.calls and not any(call.reported or call.error for call in result.calls):
        yield _Row("  the endpoint reported no capacity", "dim")


def _part_rows(result: PatternResult) -> list[_Row]:
    rows = []
    for (table, _, index), units in result.units().items():
        for kind in KINDS:
            summary = part_summary(units, kind)
            if summary.maximum > 0:
                name = f"    {table}/{index}" if index else f"    {table}"
                rows.append(_Row(printable(name), "dim", unit=UNIT_NAMES[kind], summary=summary))
    return rows if len(rows) > 1 else []


def _print_table(result: TableResult, console: Console) -> None:
    table = result.table
    head = title(printable(table.name))
    head.append(
        f"  {counted(result.items, 'item')}, {bytes_text(result.bytes)}, "
        f"{printable(keys_text(table.key_attributes))}",
        "not bold",
    )
    console.print(head, soft_wrap=True)
    if result.sizes:
        print_lines(
            console,
            Line(Text("  item type"), ("items", "bytes", "bytes an item")),
            [_size_line(size) for size in result.sizes],
            numbers=(0, 1, 2),
        )
    if result.collections:
        print_lines(
            console,
            Line(Text("  item collections"), ("number", "items", "bytes")),
            [line for sizes in result.collections for line in _collection_lines(sizes)],
            numbers=(0, 1, 2),
        )
    console.print()


def _size_line(size: ItemTypeSize) -> Line:
    each = range_text([size.min_bytes, size.max_bytes]) if size.items else ""
    name = Text(f"  {printable(size.item_type)}")
    return Line(name, (f"{size.items:,}", f"{size.total_bytes:,}", each))


def _collection_lines(sizes: CollectionSizes) -> Iterator[Line]:
    name = printable(sizes.index) if sizes.index else "of the table"
    figures = (f"{sizes.collections:,}", f"{sizes.items:,}", f"{sizes.bytes:,}")
    yield Line(Text(f"  {name}"), figures)
    if sizes.largest:
        one = sizes.largest[0]
        told = f"    largest: {counted(one.items, 'item')}, {bytes_text(one.bytes)}, "
        yield Line(Text(told + printable(one.partition_key), "dim"), ("", "", ""))
