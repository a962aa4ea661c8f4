"""``dynaproof check`` and ``dynaproof schema``: what needs no server and no facts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dynaproof.cli.outputs import chosen_outputs, output_options
from dynaproof.cli.screen import show

if TYPE_CHECKING:
    from dynaproof.model.definition import Definition
    from dynaproof.model.diagnostic import Diagnostic


@click.command()
@click.argument(
    "definitions",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    metavar="DEFINITION...",
)
@output_options
@click.option("--strict", is_flag=True, help="Warnings give exit status 1.")
def check(
    definitions: tuple[Path, ...], format_: str, outputs: tuple[str, ...], strict: bool
) -> None:
    """Find what is wrong, without a server.

    Every finding has its place, and what would be right; all are told at once. Errors stop a run
    (exit status 2); warnings are about the design, and 'accept' in the definition answers them.
    """
    from dynaproof.model.diagnostic import InputError
    from dynaproof.proof.check import check_file

    told = chosen_outputs(format_, outputs)
    told.make_folders()
    checked: list[tuple[str, Definition | None, tuple[Diagnostic, ...]]] = []
    for file in definitions:
        try:
            one = check_file(file)
            checked.append((str(file), one.definition, one.diagnostics))
        except InputError as error:
            checked.append((str(file), None, error.diagnostics))
    found = [finding for _, _, findings in checked for finding in findings]
    errors = sum(1 for one in found if one.severity.value == "error")
    if told.shown == "text":
        show(found)
        click.echo(_verdict(definitions, found))
    if told.shown != "text" or told.files:
        from dynaproof.report.check_outcome import check_outcome
        from dynaproof.report.findings import diagnostics_to_json
        from dynaproof.report.outcome import findings_text

        told.write(
            [check_outcome(*one, strict=strict) for one in checked],
            text=lambda: f"{findings_text(found)}\n{_verdict(definitions, found)}".lstrip("\n"),
            json=lambda: diagnostics_to_json(found),
        )
    sys.exit(2 if errors else int(strict and len(found) > 0))


def _verdict(definitions: tuple[Path, ...], found: list[Diagnostic]) -> str:
    errors = sum(1 for one in found if one.severity.value == "error")
    counts = {"error": errors, "warning": len(found) - errors}
    said = ", ".join(_counted(number, what) for what, number in counts.items() if number)
    return f"{', '.join(map(str, definitions))}: {said or 'no findings'}"


@click.command()
@click.option("--run", "of", flag_value="run", help="The schema of a run's JSON instead.")
@click.option("--prove", "of", flag_value="prove", help="That of what 'prove' writes as JSON.")
@click.option("--findings", "of", flag_value="findings", help="That of 'check --format json'.")
def schema(of: str | None) -> None:
    """Print the JSON Schema of definitions, for editors and CI."""
    if of is None:
        from dynaproof.definition.json_schema import schema_text

        click.echo(schema_text(), nl=False)
        return
    from dynaproof.report.published_schemas import published_schema

    click.echo(published_schema(of), nl=False)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
