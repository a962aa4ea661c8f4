"""``dynaproof watch``: verdicts at every save."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from dynaproof.cli.options import DEFINITION, SEED, SERVER_VERSION
from dynaproof.cli.screen import console, progress


@click.command()
@DEFINITION
@SEED
@click.option(
    "--sets", type=click.IntRange(min=1), help="Sets of facts tried between saves.  [default: 40]"
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    help="For hard facts, before a save is answered.  [default: 0.5]",
)
@click.option("--clear/--no-clear", default=True, help="Clear the terminal at each save.")
@SERVER_VERSION
def watch(
    definition: Path,
    seed: int,
    sets: int | None,
    seconds: float | None,
    clear: bool,
    server_version: str | None,
) -> None:
    """Check, prove and run a definition at every save.

    DynamoDB Local stays warm. A save of one access pattern runs and proves that one alone; other
    entities, items or tables are made anew. Hard facts go on being tried until the next save, and
    what they break is told at once. A definition that cannot be used leaves the last verdicts as
    they were. Datasets and templates are watched too. Ctrl-C ends it.
    """
    from dynaproof.api.watching import watch as rounds
    from dynaproof.report.round_screen import RoundScreen

    with progress(False) as listen:
        screen = RoundScreen(console(), listen, clear=clear)
        told = rounds(
            definition,
            seed=seed,
            sets=sets,
            seconds=seconds,
            server_version=server_version,
            listen=screen.hear,
        )
        with contextlib.closing(told):
            for one in told:
                screen.show(one)
