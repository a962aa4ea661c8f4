"""How a predicted figure comes about, for the terminal and for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from dynaproof.capacity.prediction import TABLE, Step
from dynaproof.model.template import as_text
from dynaproof.proof.explain import Explanation
from dynaproof.report.figures import counted, expectation_texts, units_text
from dynaproof.report.plain_text import plain_text
from dynaproof.report.plain_values import printable

MAX_STEPS = 200


def print_explanation(explanation: Explanation, console: Console) -> None:
    """Print the call, a line for each step, and the total beside what is expected."""
    console.print(Text(_title(explanation), "bold"))
    for line in _parameters(explanation):
        console.print(Text(f"  {line}", "dim"), soft_wrap=True)
    console.print()
    grid = Grid(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    for name, justify in (("where", "left"), ("how it comes about", "left"), ("units", "right")):
        grid.add_column(name, justify=justify, header_style="dim", overflow="fold")  # type: ignore[arg-type]  # a literal of three
    for page, step in _steps(explanation):
        what = Text(f"{page}{step.what}: {step.how}")
        if step.attributes:
            parts = " + ".join(f"{printable(name)} {size:,}" for name, size in step.attributes)
            what.append(f"\n{parts} = {step.size:,} bytes", "dim")
        grid.add_row(Text(_part(step)), what, Text(units_text(step.units)))
    console.print(Padding(grid, (0, 0, 0, 2)))
    left = sum(len(page.steps) for page in explanation.predicted.pages) - MAX_STEPS
    if left > 0:
        console.print(f"  ... and {counted(left, 'step')} more")
    console.print()
    for line in _conclusion(explanation):
        console.print(Text(f"  {line}"), soft_wrap=True)


def explanation_text(explanation: Explanation) -> str:
    """The same as plain text."""
    return plain_text(lambda console: print_explanation(explanation, console))


def explanation_html(explanation: Explanation) -> str:
    """The same as an HTML fragment; bytes by attribute fold open."""
    rows = []
    for page, step in _steps(explanation):
        attributes = ""
        if step.attributes:
            items = "".join(
                f"<tr><td>{_safe(name)}</td><td style='text-align:right'>{size:,}</td></tr>"
                for name, size in step.attributes
            )
            attributes = (
                f"<details><summary>{step.size:,} bytes by attribute</summary>"
                f"<table>{items}</table></details>"
            )
        rows.append(
            f"<tr><td style='text-align:left'>{_safe(_part(step))}</td>"
            f"<td style='text-align:left'>{_safe(f'{page}{step.what}: {step.how}')}{attributes}</td>"
            f"<td style='text-align:right'>{units_text(step.units)}</td></tr>"
        )
    head = "".join(
        f"<th style='text-align:left'>{name}</th>"
        for name in ("where", "how it comes about", "units")
    )
    said = "".join(f"<p>{_safe(line)}</p>" for line in _conclusion(explanation))
    given = "<br>".join(_safe(line) for line in _parameters(explanation))
    return (
        f"<div class='dynaproof'><p><b>{_safe(_title(explanation))}</b><br>{given}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{said}</div>"
    )


def _title(explanation: Explanation) -> str:
    label = explanation.parameters.label
    return f"{printable(explanation.pattern.name)} ({label}): {explanation.operation}"


def _parameters(explanation: Explanation) -> Iterator[str]:
    for name, value in explanation.parameters.values.items():
        text = printable(as_text(value))
        yield f"{name} = {text if len(text) <= 80 else text[:77] + '...'}"


def _steps(explanation: Explanation) -> Iterator[tuple[str, Step]]:
    pages = explanation.predicted.pages
    shown = 0
    for number, page in enumerate(pages, 1):
        for step in page.steps:
            shown += 1
            if shown > MAX_STEPS:
                return
            yield (f"page {number}, " if len(pages) > 1 else ""), step


def _part(step: Step) -> str:
    return printable(step.table if step.part == TABLE else f"{step.table}/{step.part}")


def _conclusion(explanation: Explanation) -> Iterator[str]:
    predicted = explanation.predicted
    if predicted.reason:
        yield f"This call is not predicted: {predicted.reason}."
        return
    expected = expectation_texts(explanation.expect)
    error = next((page.error for page in predicted.pages if page.error), "")
    if error:
        yield f"The service answers {error} and reports no figures."
    for kind, name, key in (
        ("read", "read capacity units", "read_capacity_units"),
        ("write", "write capacity units", "write_capacity_units"),
    ):
        units = [one.read if kind == "read" else one.write for one in predicted.consumed]
        if any(units):
            limit = f"; expected {expected[key]}" if key in expected else ""
            yield f"Together: {units_text(sum(units))} {name}{limit}."
    for mark in predicted.marks:
        yield f"Uncertain: {mark}."


def _safe(text: str) -> str:
    return escape(text)
