"""A run for people at a terminal: access patterns, tables, what is broken, the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from dynaproof.items.stored import ItemTypeSize
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.table import Table
from dynaproof.proof.execute import Answered
from dynaproof.proof.results import CollectionSizes, RunResult, TableResult
from dynaproof.report.answers import print_answer
from dynaproof.report.definition_text import (
    definition_patterns_text,
    definition_tables_text,
)
from dynaproof.report.differing_calls import print_differing
from dynaproof.report.figures import (
    bytes_text,
    counted,
    range_text,
)
from dynaproof.report.findings import print_diagnostics
from dynaproof.report.grids import Line, print_lines, title
from dynaproof.report.pattern_table import print_differences, print_patterns
from dynaproof.report.plain_text import plain_text
from dynaproof.report.plain_values import printable
from dynaproof.report.stored_tables import keys_text, print_tables
from dynaproof.report.terminal_console import terminal_console
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


def print_run(result: RunResult, console: Console) -> None:
    """Print a whole run; its last line is the verdict."""
    name = printable(result.definition.name)
    server = printable(result.server)
    console.print(title(f"{name}: seed {result.seed}, {server}"))
    console.print()
    if result.patterns:
        print_patterns(result, console)
        console.print()
        print_differences(result, console)
        print_differing(result.patterns, console)
    for table in result.tables:
        _print_table(table, console)
    found = result.findings
    if found:
        print_diagnostics(found, console)
        console.print()
    style = "bold green" if result.exit_status == 0 else "bold red"
    console.print(Text(verdict(result), style), soft_wrap=True)


def run_text(result: RunResult) -> str:
    """A run as plain text."""
    return plain_text(lambda console: print_run(result, console))


def answer_text(
    answered: Answered, pattern: AccessPattern | None = None, table: Table | None = None
) -> str:
    """The answer to one call as plain text, under the name of its access pattern."""
    name = f"{printable(pattern.name)} ({answered.call.parameter_set})\n" if pattern else ""
    return name + plain_text(lambda console: print_answer(answered, console, table))


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
