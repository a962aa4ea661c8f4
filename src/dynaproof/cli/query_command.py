"""``dynaproof query``: one call of an access pattern."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from dynaproof.cli.options import (
    FORMAT,
    SEED,
    SERVER_VERSION,
    DefinitionPath,
    endpoint_options,
    parameter_values,
)
from dynaproof.cli.screen import console, note, progress


@click.command()
@click.argument("pattern")
@click.option(
    "-d",
    "--definition",
    type=DefinitionPath(),
    help="The definition; by default the one in patterns/ that has PATTERN.",
)
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter's value.")
@click.option("--show", "show_code", is_flag=True, help="Print it as boto3, AWS CLI and PartiQL.")
@FORMAT
@SERVER_VERSION
@SEED
@endpoint_options
def query(
    pattern: str,
    definition: Path | None,
    params: tuple[str, ...],
    show_code: bool,
    format_: str,
    server_version: str | None,
    seed: int,
    **endpoint: Any,
) -> None:
    """Make one call of PATTERN.

    Shows its items and what it consumed; of a pattern with steps the items of the last read, and
    every request. Parameters that are not given are drawn from the facts.
    """
    from dynaproof.api import Workbench
    from dynaproof.proof.expectations import fails_as_expected
    from dynaproof.report.answers import print_answer
    from dynaproof.report.endpoint_json import answer_to_json

    values = parameter_values(params)
    with (
        progress(quiet=False) as listen,
        Workbench(
            definition or _definition_of(pattern),
            seed=seed,
            server_version=server_version,
            listen=listen,
            **endpoint,
        ) as bench,
    ):
        answer = bench.query(pattern, **values)
        if format_ == "json":
            click.echo(answer_to_json(pattern, answer.answered), nl=False)
        else:
            print_answer(answer.answered, console(), answer.table)
        if show_code:
            from dynaproof.report.differing_calls import requests_made
            from dynaproof.report.request_code import print_requests

            print_requests(
                requests_made(answer.pattern, answer.answered.call),
                bench.endpoint_url,
                console(stderr=format_ == "json"),
                {endpoint["table_prefix"] + table.name: table for table in bench.tables},
            )
            if endpoint["endpoint_url"] is None:
                note(
                    "This server ends with the command. One that stays: 'dynaproof server start', "
                    "'dynaproof tables load'.",
                    quiet=False,
                )
    call = answer.answered.call
    sys.exit(0 if call.error is None or fails_as_expected(answer.pattern, call) else 1)


def _definition_of(pattern: str) -> Path:
    """The one definition below patterns/ that has an access pattern."""
    from dynaproof.proof.check import check_file

    files = sorted(file for kind in ("yaml", "yml") for file in Path("patterns").glob(f"*.{kind}"))
    with_pattern = [
        file
        for file in files
        if (found := check_file(file).definition) and found.access_pattern(pattern)
    ]
    if len(with_pattern) == 1:
        return with_pattern[0]
    from dynaproof.model.codes import Code
    from dynaproof.model.diagnostic import Diagnostic, InputError

    if with_pattern:
        message = f"several definitions have '{pattern}': {', '.join(map(str, with_pattern))}"
    elif files:
        message = f"no definition in patterns/ has an access pattern '{pattern}'"
    else:
        message = "there is no definition in patterns/"
    raise InputError(
        Diagnostic(Code.UNKNOWN_NAME, message, hint="Name one with --definition FILE.")
    )
