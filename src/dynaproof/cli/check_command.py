"""``dynaproof check`` and ``dynaproof schema``: what needs no server and no facts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dynaproof.cli.screen import show

if TYPE_CHECKING:
    from dynaproof.model.diagnostic import Diagnostic


@click.command()
@click.argument(
    "definitions",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    metavar="DEFINITION...",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How findings are written.",
)
@click.option("--strict", is_flag=True, help="Warnings give exit status 1.")
def check(definitions: tuple[Path, ...], format_: str, strict: bool) -> None:
    """Find what is wrong, without a server.

    Every finding has its place, and what would be right; all are told at once. Errors stop a run
    (exit status 2); warnings are about the design, and 'accept' in the definition answers them.
    """
    from dynaproof.model.diagnostic import InputError
    from dynaproof.proof.check import check_file

    found: list[Diagnostic] = []
    for definition in definitions:
        try:
            found += check_file(definition).diagnostics
        except InputError as error:
            found += error.diagnostics
    errors = sum(1 for one in found if one.severity.value == "error")
    warnings = len(found) - errors
    if format_ == "text":
        show(found)
        names = ", ".join(str(path) for path in definitions)
        counts = {"error": errors, "warning": warnings}
        said = ", ".join(_counted(number, what) for what, number in counts.items() if number)
        click.echo(f"{names}: {said or 'no findings'}")
    else:
        from dynaproof.report.findings import diagnostics_to_github, diagnostics_to_json

        as_json = format_ == "json"
        text = diagnostics_to_json(found).decode() if as_json else diagnostics_to_github(found)
        click.echo(text, nl=False)
    sys.exit(2 if errors else int(strict and warnings > 0))


@click.command()
@click.option("--run", "of_run", is_flag=True, help="The schema of 'run --json' instead.")
def schema(of_run: bool) -> None:
    """Print the JSON Schema of definitions, for editors and CI."""
    if of_run:
        from dynaproof.report.run_json import run_schema

        click.echo(run_schema(), nl=False)
        return
    from dynaproof.definition.json_schema import schema_text

    click.echo(schema_text(), nl=False)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
