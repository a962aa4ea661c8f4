"""``dynaproof run``: the main job."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from dynaproof.cli.options import DEFINITION, SEED, SERVER_VERSION, endpoint_options
from dynaproof.cli.screen import console, note, progress, show

STDOUT = Path("-")


@click.command()
@DEFINITION
@SEED
@click.option("--pattern", "patterns", multiple=True, metavar="NAME", help="Only this pattern.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path),
    help="Write the whole result as JSON; '-' for standard output.",
)
@click.option(
    "--charts", type=click.Path(file_okay=False, path_type=Path), help="Write charts to a folder."
)
@SERVER_VERSION
@click.option("-q", "--quiet", is_flag=True, help="No table and no progress, only findings.")
@endpoint_options
def run(
    definition: Path,
    seed: int,
    patterns: tuple[str, ...],
    json_file: Path | None,
    charts: Path | None,
    server_version: str | None,
    quiet: bool,
    **endpoint: Any,
) -> None:
    """Run all access patterns; measure what each consumes, and compare with the facts.

    Facts are generated, items made and loaded into DynamoDB Local; each pattern is called with
    the largest and the smallest item collection, with parameters drawn by the seed, and with
    some that find nothing. Answers are held against questions, and after each write the tables
    against the changed facts.
    """
    from dynaproof.api import Workbench
    from dynaproof.report.terminal import print_run

    with (
        progress(quiet) as listen,
        Workbench(
            definition, seed=seed, server_version=server_version, listen=listen, **endpoint
        ) as bench,
    ):
        show([d for d in bench.check() if d.severity.value == "warning"])
        if bench.check():
            _make_folders(json_file, charts)
        outcome = bench.run(*patterns)
    to_stdout = json_file == STDOUT
    if not quiet and not to_stdout:
        print_run(outcome.result, console())
    else:
        show([one for one in outcome.result.findings if one.severity.value == "error"])
    if to_stdout:
        click.echo(outcome.to_json().decode(), nl=False)
    elif json_file is not None:
        outcome.save_json(json_file)
        note(f"wrote {json_file}", quiet)
    if charts is not None:
        for path in outcome.save_charts(charts):
            note(f"wrote {path}", quiet)
    sys.exit(outcome.result.exit_status)


def _make_folders(json_file: Path | None, charts: Path | None) -> None:
    """What cannot be written is told before the run, not after it."""
    from dynaproof.report.output_file import make_folder, make_folder_of

    if json_file is not None and json_file != STDOUT:
        make_folder_of(json_file)
    if charts is not None:
        make_folder(charts)
