"""``dynaproof conformance``: recorded figures of the service, our predictor, emulators."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dynaproof.cli.options import FORMAT, endpoint_options
from dynaproof.cli.screen import console, progress

if TYPE_CHECKING:
    from dynaproof.proof.conformance_run import Emulator


@click.command()
@click.argument("cases", required=False, type=click.Path(path_type=Path), metavar="[CASES]")
@click.option(
    "--server-version",
    "server_versions",
    multiple=True,
    metavar="VERSION",
    help="A version of DynamoDB Local; may be repeated.",
)
@click.option("--moto", is_flag=True, help="Run moto too, if it is installed.")
@click.option("--no-emulator", is_flag=True, help="The predictor alone, without any server.")
@FORMAT
@endpoint_options
def conformance(
    cases: Path | None,
    server_versions: tuple[str, ...],
    moto: bool,
    no_emulator: bool,
    format_: str,
    endpoint_url: str | None,
    aws: bool,
    table_prefix: str,
) -> None:
    """Hold figures of the service against predictor and emulators.

    CASES is a file of recorded cases, by default datasets/capacity-cases.json. Each is run by
    the predictor, and on DynamoDB Local or the endpoint given, on tables of its own that are
    dropped again. Exit status 1: the predictor differs from a case that is not excepted, or a
    case could not be run. What emulators do is shown, and does not change it.
    """
    if no_emulator and (server_versions or moto or endpoint_url):
        raise click.UsageError("--no-emulator leaves nothing to run on")
    if endpoint_url and server_versions:
        raise click.UsageError("--endpoint-url is instead of --server-version")
    from dynaproof.dynamodb.endpoint import choose_endpoint
    from dynaproof.proof.conformance_run import (
        DEFAULT_CASES,
        given_endpoint,
        load_cases,
        local_server,
        moto_server,
        run_conformance,
    )
    from dynaproof.report.conformance_json import conformance_to_json
    from dynaproof.report.conformance_text import print_conformance

    path = cases or DEFAULT_CASES
    file = load_cases(path)
    emulators: list[Emulator] = []
    if endpoint_url:
        chosen = choose_endpoint(endpoint_url, aws=aws, table_prefix=table_prefix)
        emulators.append(lambda _: given_endpoint(chosen))
    elif not no_emulator:
        emulators += [partial(local_server, one) for one in server_versions or (None,)]
    if moto:
        emulators.append(moto_server)
    with progress(quiet=False) as listen:
        run = run_conformance(str(path), file, emulators, listen)
    if format_ == "json":
        click.echo(conformance_to_json(run), nl=False)
    else:
        print_conformance(run, console())
    sys.exit(run.exit_status)
