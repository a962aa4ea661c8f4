"""``dynaproof server``: DynamoDB Local in the background."""

from __future__ import annotations

import sys

import click


@click.group()
def server() -> None:
    """Get DynamoDB Local; keep one running in the background."""


@server.command("install")
@click.option("--version", metavar="VERSION", help="A version; the newest by default.")
def server_install(version: str | None) -> None:
    """Get DynamoDB Local, its digest checked, into the cache."""
    from dynaproof.dynamodb.local.install import install

    found = install(version=version, progress=lambda text: click.echo(text, err=True))
    click.echo(f"DynamoDB Local {found.version} is in {found.folder}")


@server.command("start")
@click.option("--port", type=int, help="The port to listen on; a free one by default.")
def server_start(port: int | None) -> None:
    """Start a server in the background; it stays until 'server stop'."""
    from dynaproof.dynamodb.local.background import background_status, start_background

    running = background_status()
    state = running or start_background(port)
    how = "runs already" if running else "started"
    click.echo(f"DynamoDB Local {state.version} {how} at http://127.0.0.1:{state.port}")


@server.command("stop")
def server_stop() -> None:
    """Stop the background server; what it held is gone."""
    from dynaproof.dynamodb.local.background import stop_background

    stopped = stop_background()
    click.echo("stopped" if stopped else "no server was running")


@server.command("status")
def server_status() -> None:
    """Tell whether a background server runs, and where.

    The exit status is 3 if none does.
    """
    from dynaproof.dynamodb.local.background import background_status

    state = background_status()
    if state is None:
        click.echo("no server is running")
        sys.exit(3)
    click.echo(
        f"DynamoDB Local {state.version} at http://127.0.0.1:{state.port} (process {state.pid})"
    )
