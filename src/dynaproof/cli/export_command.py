"""``dynaproof export``: a definition in another tool's form."""

from __future__ import annotations

from pathlib import Path

import click

from dynaproof.cli.json_file import prepare_json_file, write_json_file
from dynaproof.cli.options import DEFINITION, SEED
from dynaproof.cli.screen import harmless, note, progress

FORMATS = (
    "workbench",
    "cloudformation",
    "sam",
    "terraform",
    "cdk",
    "pynamodb",
    "electrodb",
    "onetable",
    "s3-import",
    "csv",
    "parquet",
)
"""Those of exchange.outgoing.formats, which is imported when it is needed; a test compares."""


@click.command()
@DEFINITION
@click.option("--to", "format_", required=True, type=click.Choice(FORMATS), help="The form.")
@click.option(
    "-o",
    "--output",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    metavar="TARGET",
    help="A file, or a folder where the form is several files.",
)
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Only these tables.")
@SEED
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what was written and what was not carried; - for stdout.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress and no names of files.")
def export(
    definition: Path,
    format_: str,
    target: Path,
    tables: tuple[str, ...],
    seed: int,
    force: bool,
    json_file: Path | None,
    quiet: bool,
) -> None:
    """Write DEFINITION in another tool's form.

    TARGET is a folder for terraform, onetable, s3-import, csv and parquet, or the file where
    there is but one (.json, .csv, .parquet). Its suffix chooses between JSON and YAML for
    cloudformation and sam. What the form has no place for is told.
    """
    from dynaproof.api.exporting import export_model

    prepare_json_file(json_file, [target])
    with progress(quiet) as listen:
        done = export_model(
            definition, format_, target, tables=tables, seed=seed, force=force, listen=listen
        )
    for path in done.files:
        note(f"wrote {path}", quiet)
    for one in done.not_carried:
        click.echo(f"not carried: {harmless(str(one))}", err=True)
    write_json_file(json_file, done.to_json(), quiet)
