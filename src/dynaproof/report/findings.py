"""Diagnostics as text with the line at fault, as JSON, and as GitHub workflow commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from dynaproof.model.diagnostic import Diagnostic, Place, Severity
from dynaproof.report.grids import print_indented
from dynaproof.report.plain_values import json_value, printable

MAX_SOURCE_BYTES = 4_000_000
"""Files beyond this are not read again only to show one line of them."""
_CONTEXT_COLUMNS = 30
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def print_diagnostics(diagnostics: Iterable[Diagnostic], console: Console) -> None:
    """Print findings as a compiler does: place, code, message, the line with a caret, the hint."""
    lines_of: dict[str, Sequence[str]] = {}
    before: Place | None = None
    for diagnostic in diagnostics:
        excerpt = None
        if diagnostic.place != before:
            excerpt = _excerpt(diagnostic.place, console.width, lines_of)
        _print_one(diagnostic, excerpt, console)
        before = diagnostic.place


def diagnostics_to_json(diagnostics: Iterable[Diagnostic]) -> bytes:
    """Findings as a JSON list; line and column count from 1, and are null where not known."""
    return orjson.dumps(
        [diagnostic_document(one) for one in diagnostics],
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )


def diagnostic_document(diagnostic: Diagnostic) -> dict[str, object]:
    """One finding as it stands in JSON."""
    place = diagnostic.place
    return {
        "code": diagnostic.code.value,
        "severity": diagnostic.severity.value,
        "message": json_value(diagnostic.message),
        "hint": json_value(diagnostic.hint),
        "file": json_value(place.file) if place else None,
        "line": place.line or None if place else None,
        "column": place.column or None if place else None,
    }


def diagnostics_to_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Findings as workflow commands, one a line, that GitHub shows at the lines of a change.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    return "".join(f"{_github_command(one)}\n" for one in diagnostics)


def _github_command(diagnostic: Diagnostic) -> str:
    place = diagnostic.place
    properties = {}
    if place is not None:
        properties["file"] = place.file
        if place.line:
            properties |= {"line": str(place.line), "col": str(max(place.column, 1))}
    properties["title"] = f"{diagnostic.code.value} {diagnostic.code.meaning}"
    told = ",".join(f"{name}={_github_property(value)}" for name, value in properties.items())
    message = "\n".join(text for text in (diagnostic.message, diagnostic.hint) if text)
    return f"::{diagnostic.severity.value} {told}::{_github_data(message)}"


def _github_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_property(text: str) -> str:
    return _github_data(text).replace(":", "%3A").replace(",", "%2C")


def _print_one(diagnostic: Diagnostic, excerpt: Text | None, console: Console) -> None:
    head = Text()
    if diagnostic.place is not None:
        head.append(f"{printable(str(diagnostic.place))}: ", "bold")
    head.append(diagnostic.severity.value, _STYLES[diagnostic.severity])
    head.append(f" {diagnostic.code.value}: ")
    head.append(_lines(diagnostic.message))
    console.print(head, soft_wrap=True)
    if excerpt is not None:
        console.print(excerpt, soft_wrap=True)
    if diagnostic.hint:
        print_indented(Text(_lines(diagnostic.hint), "cyan"), console, 4)


def _lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))


def _excerpt(place: Place | None, width: int, lines_of: dict[str, Sequence[str]]) -> Text | None:
    """The line of a place and a caret below its column; None where there is no such line."""
    if place is None or not place.line:
        return None
    if place.file not in lines_of:
        lines_of[place.file] = _source_lines(place.file)
    lines = lines_of[place.file]
    if place.line > len(lines):
        return None
    line = lines[place.line - 1]
    column = min(max(place.column, 1), len(line) + 1) - 1
    gutter = f"{place.line:>5} | "
    room = max(width - len(gutter), 2 * _CONTEXT_COLUMNS)
    start = 0 if cell_len(_shown(line[: column + 1])) < room else column - _CONTEXT_COLUMNS
    before, after = _shown(line[start:column]), _shown(line[column:])
    excerpt = Text(gutter, "dim")
    excerpt.append("..." if start else "", "dim")
    shown = Text(before + after)
    shown.truncate(room - (3 if start else 0), overflow="ellipsis")
    excerpt.append_text(shown)
    excerpt.append(f"\n{' ' * 5} | ", "dim")
    excerpt.append(" " * (cell_len(before) + (3 if start else 0)) + "^", "bold red")
    return excerpt


def _source_lines(file: str) -> Sequence[str]:
    path = Path(file)
    try:
        if not path.is_file() or path.stat().st_size > MAX_SOURCE_BYTES:
            return ()
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):  # the finding itself may be that the file cannot be read
        return ()
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _shown(line: str) -> str:
    return printable(line.replace("\t", "    "))
