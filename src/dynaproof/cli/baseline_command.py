"""``dynaproof baseline``: what patterns cost, committed, and held against later."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dynaproof.cli.options import DEFINITION, SEED
from dynaproof.cli.screen import console, note, progress
from dynaproof.cli.tolerance import TOLERANCE

FILE_TYPE = click.Path(dir_okay=False, path_type=Path)
QUIET = click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks.")


@click.group()
def baseline() -> None:
    """Commit what access patterns cost, and hold later definitions against it.

    Units are predicted by the service's rules; no server is needed, except for patterns with
    steps, whose requests follow from answers.
    """


@baseline.command()
@DEFINITION
@click.option(
    "-o",
    "--output",
    type=FILE_TYPE,
    metavar="FILE",
    help="Instead of NAME.baseline.json beside the definition.",
)
@SEED
@click.option("--steps", is_flag=True, help="Run patterns with steps on DynamoDB Local as well.")
@QUIET
def write(definition: Path, output: Path | None, seed: int, steps: bool, quiet: bool) -> None:
    """Write the baseline of a definition: units, pages, items and item sizes by attribute."""
    from dynaproof.api.comparisons import write_baseline

    with progress(quiet) as listen:
        path = write_baseline(definition, output, seed=seed, steps=steps, listen=listen)
    note(f"wrote {path}", quiet)


@baseline.command()
@DEFINITION
@click.argument("file", type=FILE_TYPE, required=False, metavar="[FILE]")
@click.option(
    "--tolerance",
    type=TOLERANCE,
    default="5%",
    show_default=True,
    metavar="PERCENT",
    help="How much more than its baseline a figure may be.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown", "github"]),
    default="text",
    show_default=True,
    help="How differences are written.",
)
@QUIET
def check(definition: Path, file: Path | None, tolerance: float, format_: str, quiet: bool) -> None:
    """Find what got dearer than the baseline, and which attribute or index caused it.

    Exit status 1 when a pattern costs more beyond the tolerance, or has no predicted units any
    more. What got cheaper, is new or gone is told. Patterns with steps are run if the baseline
    has figures of them.
    """
    from dynaproof.api.comparisons import check_baseline

    with progress(quiet) as listen:
        checked = check_baseline(definition, file, tolerance=tolerance, listen=listen)
    match format_:
        case "json":
            click.echo(checked.to_json().decode(), nl=False)
        case "markdown":
            click.echo(checked.to_markdown(), nl=False)
        case "github":
            click.echo(checked.to_github(), nl=False)
        case _:
            from dynaproof.report.baseline_text import print_baseline

            print_baseline(checked.comparison, console())
    sys.exit(0 if checked else 1)


@baseline.command()
def schema() -> None:
    """Print the JSON Schema of baselines."""
    from dynaproof.definition.baseline_file import baseline_schema

    click.echo(baseline_schema(), nl=False)
