"""``dynaproof prove``: facts that break the model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from dynaproof.cli.options import DEFINITION, SEED, SERVER_VERSION, endpoint_options
from dynaproof.cli.outputs import chosen_outputs, output_options
from dynaproof.cli.screen import note, progress, show


@click.command()
@DEFINITION
@SEED
@click.option("--pattern", "patterns", multiple=True, metavar="NAME", help="Only this pattern.")
@click.option("--sets", type=click.IntRange(min=1), help="Sets of facts to try.  [default: 40]")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop after so long.  [default: 45]",
)
@click.option(
    "--save", is_flag=True, help="Save counterexamples below cases/, to be tried ever after."
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path),
    help="The same as '--output json=FILE'; '-' for standard output.",
)
@output_options
@SERVER_VERSION
@click.option("-q", "--quiet", is_flag=True, help="No stories and no progress, only findings.")
@endpoint_options
def prove(
    definition: Path,
    seed: int,
    patterns: tuple[str, ...],
    sets: int | None,
    seconds: float | None,
    save: bool,
    json_file: Path | None,
    format_: str,
    outputs: tuple[str, ...],
    server_version: str | None,
    quiet: bool,
    **endpoint: Any,
) -> None:
    """Look for facts that break the model.

    Small sets of facts are made to be hard, such as values that are prefixes of one another,
    equal instants, year ends and collections around a limit. Each is stored in DynamoDB Local,
    every access pattern is called, and its answer is held against its question, its writes
    against their change. What fails is made small and told as a story.
    """
    from dynaproof.api import Workbench
    from dynaproof.model.diagnostic import DynaproofError
    from dynaproof.report.proof_outcome import proof_outcome

    told = chosen_outputs(format_, outputs, json_file)
    try:
        with (
            progress(quiet) as listen,
            Workbench(
                definition, seed=seed, server_version=server_version, listen=listen, **endpoint
            ) as bench,
        ):
            show([found for found in bench.check() if found.severity.value == "warning"])
            if bench.check():
                told.make_folders()
            proof = bench.prove(*patterns, sets=sets, seconds=seconds)
    except DynaproofError as error:
        told.write_fault("prove", definition, error, quiet=quiet)
        raise
    result = proof.result
    if quiet or told.shown != "text":
        show(result.findings)
    else:
        show([*result.cases.findings, *result.searched.refused])
        click.echo(str(proof))
    told.write(
        [proof_outcome(result, patterns)],
        text=lambda: str(proof),
        json=proof.to_json,
        quiet=quiet,
    )
    for path in proof.save_cases() if save else ():
        note(f"wrote {path}", quiet)
    sys.exit(result.exit_status)
