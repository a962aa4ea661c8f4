"""What a check against a baseline found, for the terminal and as findings."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.proof.baselines.compare import BaselineComparison
from dynaproof.report.change_lines import change_text, tolerance_text
from dynaproof.report.plain_text import plain_text
from dynaproof.report.plain_values import printable

WRITE_ANEW = "If that is meant, write the baseline anew: dynaproof baseline write DEFINITION."
_STYLES = {"dearer": "bold red", "not predicted": "bold red", "cheaper": "green", "new": "cyan"}


def baseline_lines(comparison: BaselineComparison) -> Iterator[tuple[str, str]]:
    """(what, text) for every difference: dearer first, then what the check does not fail on."""
    for change in comparison.dearer:
        yield "dearer", f"{change.pattern}: {change_text(change)}"
    for one in comparison.lost:
        yield "not predicted", f"{one.pattern}: {one.reason}"
    for change in comparison.cheaper:
        yield "cheaper", f"{change.pattern}: {change_text(change)}"
    for name in comparison.new:
        yield "new", f"{name}: the baseline does not have it"
    for name in comparison.gone:
        yield "gone", f"{name}: the definition does not have it any more"
    for one in comparison.not_compared:
        yield "not compared", f"{one.pattern}: {one.reason}"


def verdict_line(comparison: BaselineComparison) -> str:
    """How many patterns were compared, and what came of it."""
    held = len(comparison.after.access_patterns) - len(comparison.new)
    held -= len(comparison.not_compared) + len(comparison.lost)
    counts = {
        "dearer": len({change.pattern for change in comparison.dearer}),
        "no longer predicted": len(comparison.lost),
        "cheaper": len({change.pattern for change in comparison.cheaper}),
        "new": len(comparison.new),
        "gone": len(comparison.gone),
        "not compared": len(comparison.not_compared),
    }
    said = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
    return (
        f"{comparison.after.name}: {held} compared with the baseline, "
        f"{said or 'none changed'} (tolerance {tolerance_text(comparison.tolerance)})"
    )


def baseline_findings(
    comparison: BaselineComparison, definition: Definition
) -> tuple[Diagnostic, ...]:
    """A finding at each pattern that got dearer, or that has no figures any more."""

    def found(code: Code, pattern: str, message: str) -> Diagnostic:
        place = definition.source.key("access_patterns", pattern)
        return Diagnostic(code, f"'{pattern}': {message}", place, WRITE_ANEW)

    return (
        *(found(Code.DEARER, one.pattern, change_text(one)) for one in comparison.dearer),
        *(found(Code.NO_LONGER_PREDICTED, one.pattern, one.reason) for one in comparison.lost),
    )


def print_baseline(comparison: BaselineComparison, console: Console) -> None:
    """Print a line for each difference, and the verdict."""
    lines = list(baseline_lines(comparison))
    width = max((len(what) for what, _ in lines), default=0)
    for what, text in lines:
        head = Text(f"{what:<{width}}  ", _STYLES.get(what, "dim"))
        for number, line in enumerate(
            Text(printable(text)).wrap(console, max(console.width - width - 2, 20))
        ):
            line.rstrip()
            lead = head if number == 0 else Text(" " * (width + 2))
            console.print(lead + line, soft_wrap=True)
    console.print(Text(printable(verdict_line(comparison)), "bold"), soft_wrap=True)
    if not comparison.holds:
        console.print(Text(WRITE_ANEW, "dim"), soft_wrap=True)


def baseline_text(comparison: BaselineComparison) -> str:
    """The same without colours."""
    return plain_text(lambda console: print_baseline(comparison, console))
