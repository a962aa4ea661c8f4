"""Two revisions of a definition compared, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from dynaproof.proof.revisions.difference import Difference
from dynaproof.proof.revisions.table_changes import TableChange
from dynaproof.report.grids import print_indented, title
from dynaproof.report.plain_text import plain_text
from dynaproof.report.plain_values import printable
from dynaproof.report.revision_rows import PatternRow, headline, pattern_rows

_STYLES = {
    "dearer": "bold red",
    "not predicted": "bold red",
    "migration": "bold red",
    "cheaper": "green",
    "new": "cyan",
    "backfill": "yellow",
}


def print_revisions(difference: Difference, console: Console) -> None:
    """Print patterns that differ, then tables and items, migrations first."""
    rows = [row for row in pattern_rows(difference) if row.status != "same"]
    console.print(
        Text(printable(f"{difference.old.label} -> {difference.new.label}"), "bold"), soft_wrap=True
    )
    if rows:
        console.print()
        console.print(title("access patterns"))
    for row in rows:
        _print_pattern(row, console)
    if difference.tables:
        console.print()
        console.print(title("tables and items"))
    for change in migrations_first(difference):
        _print_change(change, console)
    console.print()
    console.print(Text(printable(headline(difference)), "bold"), soft_wrap=True)


def difference_text(difference: Difference) -> str:
    """The same without colours."""
    return plain_text(lambda console: print_revisions(difference, console))


def migrations_first(difference: Difference) -> Iterator[TableChange]:
    """Changes of tables: what DynamoDB cannot change in place stands first."""
    for effect in ("migration", "backfill", "in place"):
        yield from (change for change in difference.tables if change.effect == effect)


def change_subject(change: TableChange) -> str:
    """``chat: key``, ``chat/by-sender: global secondary index``."""
    place = f"{change.table}/{change.part}" if change.part else change.table
    return f"{place}: {change.what}"


def _print_pattern(row: PatternRow, console: Console) -> None:
    line = Text(f"{row.status:<14}", _STYLES.get(row.status, "dim"))
    line.append(printable(row.name), "bold")
    if row.status in ("new", "gone"):
        line.append(f"  {row.after or row.before}", "dim")
    console.print(line, soft_wrap=True)
    for note in row.notes:
        print_indented(Text(printable(note)), console, 14)


def _print_change(change: TableChange, console: Console) -> None:
    line = Text(f"{change.effect:<14}", _STYLES.get(change.effect, "dim"))
    line.append(printable(change_subject(change)), "bold")
    console.print(line, soft_wrap=True)
    for sign, text in (("-", change.before), ("+", change.after)):
        if text:
            print_indented(Text(printable(f"{sign} {text}")), console, 14)
    print_indented(Text(change.advice, "cyan"), console, 14)
    if change.source:
        print_indented(Text(change.source, "dim"), console, 14)
