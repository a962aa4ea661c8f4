"""A conformance run at a terminal: counts by group, then each case that differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from dynaproof.capacity.conformance import Outcome
from dynaproof.capacity.emulator_differences import DIFFERENCES, Difference
from dynaproof.proof.conformance_run import ConformanceRun
from dynaproof.report.conformance_figures import PREDICTOR, column_names, rows
from dynaproof.report.figures import counted
from dynaproof.report.grids import Line, print_indented, print_lines, title
from dynaproof.report.plain_values import printable

UNEXPLAINED = "nothing known explains it"


@dataclass(frozen=True, slots=True)
class _Said:
    """What a column says of a case; columns that say the same stand on one line."""

    outcome: Outcome
    differences: tuple[str, ...]
    known: tuple[Difference, ...] = ()
    reason: str = ""
    unexplained: bool = False


def print_conformance(run: ConformanceRun, console: Console) -> None:
    """Print counts, cases that differ or are excepted, known differences, faults, a verdict."""
    heading = Line(Text("cases that agree with the service"), ("cases", *column_names(run)))
    counts = [Line(Text(row.group), (str(row.cases), *map(str, row.agree))) for row in rows(run)]
    print_lines(console, heading, counts, numbers=range(len(heading.cells)))
    for outcome, head in (
        (Outcome.DIFFERS, "Cases that differ (the predictor agrees where it is not named)"),
        (Outcome.EXCEPTED, "Excepted cases"),
    ):
        _print_cases(run, outcome, head, console)
    _print_known(run, console)
    if run.conformance.faults:
        console.print()
        console.print(title("Cases that could not be run"))
        for fault in run.conformance.faults:
            print_indented(Text(printable(fault.message)), console)
    console.print()
    console.print(Text(verdict_of(run), "bold red" if run.exit_status else "bold green"))


def verdict_of(run: ConformanceRun) -> str:
    """The predictor's standing in one sentence."""
    results = run.conformance.results
    agree = len(run.conformance.of(Outcome.AGREES))
    text = f"the predictor agrees with {agree} of {counted(len(results), 'case')}"
    if excepted := len(run.conformance.of(Outcome.EXCEPTED)):
        text += f", {excepted} excepted"
    if differs := len(run.conformance.of(Outcome.DIFFERS)):
        text += f", {differs} differ"
    if faults := len(run.conformance.faults):
        text += f"; {counted(faults, 'fault')} of the file"
    return text


def _print_cases(run: ConformanceRun, outcome: Outcome, head: str, console: Console) -> None:
    printed = False
    for number, case in enumerate(run.cases):
        said = {one: names for one, names in _said(run, number) if one.outcome is outcome}
        if not said:
            continue
        if not printed:
            console.print()
            console.print(title(head))
            printed = True
        console.print(
            Text(f"{printable(case.name)}  ").append(case.request.operation, "dim"), soft_wrap=True
        )
        for one, names in said.items():
            codes = " ".join(difference.code for difference in one.known)
            why = one.reason or codes or (UNEXPLAINED if one.unexplained else "")
            label = ", ".join(map(printable, names)) + (f" ({printable(why)})" if why else "")
            figures = printable("; ".join(one.differences))
            print_indented(Text(f"{label}: ", "dim").append(figures, "default"), console)


def _said(run: ConformanceRun, number: int) -> Iterator[tuple[_Said, Sequence[str]]]:
    result = run.conformance.results[number]
    found = {_Said(result.outcome, result.differences, reason=result.reason): [PREDICTOR]}
    for column in run.columns:
        one = column.cases[number]
        unexplained = column.is_local and not one.known and not one.reason
        said = _Said(one.outcome, one.differences, one.known, one.reason, unexplained)
        found.setdefault(said, []).append(column.name)
    yield from found.items()


def _print_known(run: ConformanceRun, console: Console) -> None:
    counts = Counter(
        difference.code
        for column in run.columns
        for case in column.cases
        for difference in case.known
    )
    if not counts:
        return
    console.print()
    console.print(title("Known differences (docs/reference/emulator-differences.md)"))
    for code in sorted(counts):
        difference = DIFFERENCES[code]
        print_indented(Text(f"{code} {difference.title}: {difference.local}"), console)
