"""What is wrong with a piece of SQL, and where in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError, Place

_KIND = re.compile(r"^(?:[A-Z][A-Za-z-]*(?: [A-Z][A-Za-z-]*)*) Error: ")
_EXCERPT = re.compile(r"\n\s*\nLINE (?P<line>\d+): (?P<text>.*)\n(?P<blank> *)\^", re.DOTALL)
_MOST_HINTS = 3


@dataclass(frozen=True, slots=True)
class SqlProblem:
    """A code, a message of one line, a hint; line and column count from 1, 0 if unknown."""

    code: Code
    message: str
    hint: str = ""
    line: int = 0
    column: int = 0

    def diagnostic(self, place: Place | None = None) -> Diagnostic:
        """The problem as a finding; the place is the caller's to work out."""
        return Diagnostic(self.code, self.message, place, self.hint)


class SqlError(InputError):
    """SQL of a definition is wrong or forbidden. ``problems`` say where in the SQL."""

    def __init__(self, *problems: SqlProblem) -> None:
        super().__init__(*(problem.diagnostic() for problem in problems))
        self.problems = problems

    def at(self, place: Place) -> InputError:
        """The same findings at the place of the SQL in the definition."""
        return InputError(*(problem.diagnostic(place) for problem in self.problems))


def problem_of(error: duckdb.Error, sql: str, line_offset: int = 0) -> SqlProblem:
    """DuckDB's message as one line, its candidates as the hint, its caret as line and column.

    ``line_offset`` is added to the line that DuckDB gives, to find it in ``sql``.
    """
    text = str(error)
    line = column = 0
    excerpt = _EXCERPT.search(text)
    if excerpt is not None:
        given = excerpt["line"]
        line = int(given) + line_offset
        inside = len(excerpt["blank"]) - len(f"LINE {given}: ")
        column = _column(sql, line, excerpt["text"].split("\n")[0], inside)
        text = text[: excerpt.start()]
    if "Max expression depth" in text:
        return SqlProblem(Code.SQL_INVALID, "the SQL is nested too deeply", "", line, column)
    first, *others = [part.strip() for part in _KIND.sub("", text).split("\n") if part.strip()]
    if len(others) > _MOST_HINTS:
        others = [*others[:_MOST_HINTS], "..."]
    return SqlProblem(Code.SQL_INVALID, first.rstrip("!"), " ".join(others), line, column)


def position(sql: str, offset: int) -> tuple[int, int]:
    """Line and column of a byte offset, both from 1."""
    before = sql.encode()[:offset].decode(errors="ignore")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _column(sql: str, line: int, excerpt: str, inside: int) -> int:
    """Find the excerpt, which may be cut with '...', in its line of the SQL."""
    lines = sql.split("\n")
    cut = excerpt.startswith("...")
    shown = excerpt[3:] if cut else excerpt
    shown = shown.removesuffix("...")
    if not 1 <= line <= len(lines) or inside < 0:
        return 0
    start = lines[line - 1].find(shown)
    return 0 if start < 0 else start + inside - (3 if cut else 0) + 1
