"""``dynaproof explain``: how a figure comes about."""

from __future__ import annotations

from pathlib import Path

import click

from dynaproof.cli.options import DEFINITION, SEED, parameter_values
from dynaproof.cli.screen import console, progress


@click.command()
@DEFINITION
@click.argument("pattern")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter's value.")
@click.option(
    "--set",
    "set_label",
    metavar="LABEL",
    help="A parameter set of the run, such as 'smallest' or 'nothing found'.",
)
@SEED
def explain(
    definition: Path, pattern: str, params: tuple[str, ...], set_label: str | None, seed: int
) -> None:
    """Explain what the service charges for one call of PATTERN.

    Bytes by attribute, rounding, halves, index entries. No server is needed. Without --param and
    --set it is the call that meets the largest item collection.
    """
    from dynaproof.api import Workbench
    from dynaproof.report.explanation import print_explanation

    with (
        progress(quiet=False) as listen,
        Workbench(definition, seed=seed, listen=listen) as bench,
    ):
        found = bench.explain(pattern, set_label, **parameter_values(params))
    print_explanation(found.explanation, console())
