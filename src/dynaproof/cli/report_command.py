"""``dynaproof report``: the review of a run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dynaproof.cli.options import SEED, SERVER_VERSION, DefinitionPath, endpoint_options
from dynaproof.cli.screen import note, progress, show

if TYPE_CHECKING:
    from dynaproof.api.review import Review

STDIN = Path("-")


@click.command()
@click.argument("run", type=DefinitionPath(), metavar="RUN")
@click.option(
    "-o",
    "--output",
    "outputs",
    type=click.Path(path_type=Path),
    multiple=True,
    required=True,
    metavar="FILE",
    help="Where to: .html, .pdf, .md, .json; may be given several times.",
)
@click.option("--prove", "prove", is_flag=True, help="Look for counterexamples too.")
@SEED
@SERVER_VERSION
@click.option("-q", "--quiet", is_flag=True, help="No progress, only findings.")
@endpoint_options
def report(
    run: Path,
    outputs: tuple[Path, ...],
    prove: bool,
    seed: int,
    server_version: str | None,
    quiet: bool,
    **endpoint: Any,
) -> None:
    """Write the review of a run: one file for people to read, offline.

    RUN is what 'run --json' wrote ('-' for standard input), or a definition, which is run first;
    with --prove counterexamples and races are in it too. The same run gives the same bytes.
    Exit status 0 when it is written, whatever its verdict is: 'run' tells that.
    """
    from dynaproof.api.review import require_forms

    require_forms(list(outputs))
    if run == STDIN or run.suffix.lower() == ".json":
        if prove:
            raise click.UsageError("--prove needs a definition: a run's JSON has no facts to try.")
        review = _read(run)
    else:
        review = _made(run, prove, seed, server_version, quiet, endpoint)
    for path in dict.fromkeys(outputs):
        review.save(path)
        note(f"wrote {path}", quiet)


def _read(run: Path) -> Review:
    from dynaproof.api.review import Review

    if run == STDIN:
        return Review.of_json(sys.stdin.buffer.read(), "standard input")
    return Review.of_file(run)


def _made(
    definition: Path,
    prove: bool,
    seed: int,
    server_version: str | None,
    quiet: bool,
    endpoint: dict[str, Any],
) -> Review:
    from dynaproof.api import Workbench
    from dynaproof.api.review import Review

    with (
        progress(quiet) as listen,
        Workbench(
            definition, seed=seed, server_version=server_version, listen=listen, **endpoint
        ) as bench,
    ):
        show([found for found in bench.check() if found.severity.value == "error"])
        outcome = bench.run()
        proof = bench.prove() if prove else None
    return Review.of_run(outcome.result, proof.result if proof else None)
