"""``dynaproof generate``: facts and items as files."""

from __future__ import annotations

from pathlib import Path

import click

from dynaproof.cli.options import DEFINITION, SEED
from dynaproof.cli.screen import note, progress


@click.command()
@DEFINITION
@SEED
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="A new or empty folder.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jsonl", "csv", "parquet"]),
    default="jsonl",
    show_default=True,
    help="How facts are written; items are always DynamoDB JSON, one a line.",
)
@click.option("--force", is_flag=True, help="Replace files in a folder that is not empty.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no names of files.")
def generate(
    definition: Path, seed: int, folder: Path, format_: str, force: bool, quiet: bool
) -> None:
    """Write the facts and items of DEFINITION to files.

    They are facts/ENTITY and items/TABLE. Facts can be read again as datasets; items are what DynamoDB's ImportTable takes.
    """
    from dynaproof.api import Workbench

    with progress(quiet) as listen, Workbench(definition, seed=seed, listen=listen) as bench:
        written = bench.generate(folder, format_=format_, replace=force)
    for path in written:
        note(f"wrote {path}", quiet)
