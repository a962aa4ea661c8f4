"""What a command came to, as CI reads it: a case for each access pattern, and the findings.

JUnit, SARIF, workflow commands and the Markdown summary are written from this alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dynaproof.model.definition import Path, SourceMap
from dynaproof.model.diagnostic import Diagnostic, DynaproofError, EnvironmentFault, Place, Severity
from dynaproof.report.findings import print_diagnostics
from dynaproof.report.plain_text import plain_text
from dynaproof.version import __version__

Command = Literal["check", "run", "prove"]
State = Literal["passed", "failed", "error", "skipped"]
"""``failed`` is a finding about the model, ``error`` what kept a case from being tried."""
WHOLE = "definition"
"""The case of what belongs to no access pattern."""


@dataclass(frozen=True, slots=True)
class Case:
    """An access pattern and what came of it.

    ``message`` is one line, ``text`` all of it: differences, stories, findings with their lines.
    ``remarks`` is what does not make it fail. ``cells`` stand below ``Outcome.columns``.
    """

    name: str
    state: State = "passed"
    code: str = ""
    message: str = ""
    text: str = ""
    remarks: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One command on one definition. ``said`` is the verdict in a sentence."""

    command: Command
    file: str
    name: str
    said: str
    exit_status: int
    cases: tuple[Case, ...]
    findings: tuple[Diagnostic, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ("result",)
    source: SourceMap | None = None
    """Where the parts of the definition stand; None where it could not be read."""
    fault: bool = False
    """Whether the environment, and not the definition, is at fault."""


def fault_outcome(command: Command, file: str, error: DynaproofError) -> Outcome:
    """A command that could not be carried out: one case, and it is an error."""
    first = error.diagnostics[0] if error.diagnostics else None
    case = Case(
        WHOLE,
        "error",
        first.code.value if first else "",
        first.message if first else str(error),
        findings_text(error.diagnostics),
        cells=("error",),
    )
    return Outcome(
        command,
        file,
        file,
        f"{command} could not be carried out",
        error.exit_status,
        (case,),
        error.diagnostics,
        tool_properties(),
        fault=isinstance(error, EnvironmentFault),
    )


def tool_properties(**others: object) -> dict[str, str]:
    """The version of dynaproof, and others."""
    return {**{name: str(value) for name, value in others.items()}, "dynaproof": __version__}


def findings_text(findings: Sequence[Diagnostic]) -> str:
    """Findings as plain text, each with its line of the file."""
    return plain_text(lambda console: print_diagnostics(findings, console)) if findings else ""


def joined(*texts: str) -> str:
    """Those texts that say something, with an empty line between them."""
    return "\n\n".join(text for text in texts if text)


def is_error(finding: Diagnostic) -> bool:
    """Whether a finding stops a run or makes it fail."""
    return finding.severity is Severity.ERROR


class PathsOfPlaces:
    """Which part of a definition stands at a place."""

    def __init__(self, source: SourceMap) -> None:
        self._file = source.file
        known = [*source.places.items(), *source.key_places.items()]
        # Where two parts begin at one place, the inner one comes last, and is found.
        known.sort(key=lambda one: (one[1], len(one[0]), [str(step) for step in one[0]]))
        known = [(path, place) for path, place in known if place.file == source.file]
        self._places = [place for _, place in known]
        self._paths = [path for path, _ in known]

    def path(self, place: Place | None) -> Path:
        """The path of the part; empty where the place is not in this definition."""
        if place is None or place.file != self._file or not place.line:
            return ()
        position = bisect_right(self._places, place)
        return self._paths[position - 1] if position else ()

    def pattern(self, place: Place | None) -> str:
        """The access pattern at a place; empty where there is none."""
        path = self.path(place)
        return str(path[1]) if len(path) > 1 and path[0] == "access_patterns" else ""
