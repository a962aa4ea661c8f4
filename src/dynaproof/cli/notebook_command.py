"""``dynaproof notebook``: a notebook that reviews a definition."""

from __future__ import annotations

from pathlib import Path

import click

from dynaproof.cli.options import DEFINITION, SEED
from dynaproof.cli.screen import note


def _print_sanitize_file(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from dynaproof.api.review_notebook import SANITIZE_FILE

        click.echo(str(SANITIZE_FILE))
        context.exit()


@click.command()
@DEFINITION
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Instead of NAME-review.ipynb beside the definition.",
)
@SEED
@click.option(
    "--sets",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    help="Sets of hard facts that its proof tries.",
)
@click.option(
    "--execute/--no-execute",
    default=True,
    show_default=True,
    help="Store outputs, or leave that to whoever opens it.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option(
    "--sanitize-file",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_sanitize_file,
    help="Print where nbval's sanitizing file is, for --nbval-sanitize-with, and exit.",
)
@click.option("-q", "--quiet", is_flag=True, help="No remarks.")
def notebook(
    definition: Path,
    output: Path | None,
    seed: int,
    sets: int,
    execute: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Write a Jupyter notebook that reviews DEFINITION.

    It checks the definition, shows tables and access patterns, runs and proves them, draws charts,
    and explains what each pattern costs. Its outputs are stored with it, and nbval finds the same
    again.
    """
    from dynaproof.api.review_notebook import write_review_notebook

    path = write_review_notebook(
        definition,
        output,
        seed=seed,
        sets=sets,
        execute=execute,
        replace=force,
        tell=lambda text: note(text, quiet),
    )
    note(f"wrote {path}", quiet)
