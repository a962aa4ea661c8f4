"""``dynaproof run``: the main job."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from dynaproof.cli.options import DEFINITION, SEED, SERVER_VERSION, endpoint_options
from dynaproof.cli.outputs import chosen_outputs, output_options
from dynaproof.cli.screen import console, note, progress, show


@click.command()
@DEFINITION
@SEED
@click.option("--pattern", "patterns", multiple=True, metavar="NAME", help="Only this pattern.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path),
    help="The same as '--output json=FILE'; '-' for standard output.",
)
@output_options
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
    format_: str,
    outputs: tuple[str, ...],
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
    from dynaproof.model.diagnostic import DynaproofError
    from dynaproof.report.run_outcome import run_outcome
    from dynaproof.report.terminal import print_run, run_text

    told = chosen_outputs(format_, outputs, json_file)
    try:
        with (
            progress(quiet) as listen,
            Workbench(
                definition, seed=seed, server_version=server_version, listen=listen, **endpoint
            ) as bench,
        ):
            show([d for d in bench.check() if d.severity.value == "warning"])
            if bench.check():
                told.make_folders()
                _make_folder(charts)
            outcome = bench.run(*patterns)
    except DynaproofError as error:
        told.write_fault("run", definition, error, quiet=quiet)
        raise
    result = outcome.result
    if not quiet and told.shown == "text":
        print_run(result, console())
    else:
        show([one for one in result.findings if one.severity.value == "error"])
    told.write(
        [run_outcome(result)], text=lambda: run_text(result), json=outcome.to_json, quiet=quiet
    )
    if charts is not None:
        for path in outcome.save_charts(charts):
            note(f"wrote {path}", quiet)
    sys.exit(result.exit_status)


def _make_folder(charts: Path | None) -> None:
    """What cannot be written is told before the run, not after it."""
    if charts is not None:
        from dynaproof.report.output_file import make_folder

        make_folder(charts)
