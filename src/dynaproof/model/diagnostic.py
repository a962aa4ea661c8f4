"""Findings and errors: a code, a place, what is wrong, what would be right.

Exception tree::

    DynaproofError           one or more diagnostics; never shown as a traceback
    +-- InputError           the user's files or arguments are wrong (exit status 2)
    +-- EnvironmentFault     Java, network, server or endpoint are wrong (exit status 3)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dynaproof.model.codes import Code


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a file: line and column count from 1; 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


class Severity(StrEnum):
    """An error stops a run; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding."""

    code: Code
    message: str
    place: Place | None = None
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        hint = f"\n    {self.hint}" if self.hint else ""
        return f"{where}{self.severity} {self.code.value}: {self.message}{hint}"


class DynaproofError(Exception):
    """Base of all errors that a user can cause or mend."""

    exit_status = 2

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(*diagnostics)
        self.diagnostics: tuple[Diagnostic, ...] = diagnostics

    def __str__(self) -> str:
        return "\n".join(str(diagnostic) for diagnostic in self.diagnostics)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return str(self).split("\n")

    @classmethod
    def of(
        cls,
        code: Code,
        message: str,
        *,
        place: Place | None = None,
        hint: str = "",
    ) -> DynaproofError:
        """Make an error with one diagnostic."""
        return cls(Diagnostic(code, message, place, hint))


class InputError(DynaproofError):
    """The user's files or arguments are wrong."""

    exit_status = 2


class EnvironmentFault(DynaproofError):
    """What surrounds us is wrong: Java, network, server, endpoint."""

    exit_status = 3


def in_reading_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place, and drop what is said twice."""
    unique = dict.fromkeys(diagnostics)
    nowhere = Place("")
    return tuple(sorted(unique, key=lambda d: (d.place or nowhere, d.code.value, d.message)))
