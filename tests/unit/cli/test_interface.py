"""A command that is interrupted ends in an orderly way, whatever it is at."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

AT_A_QUERY = """
import click
from dynaproof.cli.interface import Interface
from dynaproof.facts.database import Facts

@click.group(cls=Interface)
def main(): pass

@main.command()
def count():
    facts = Facts()
    try:
        click.echo("ready")
        # Hours of work, and no memory.
        facts.connection.execute("SELECT count(*) FROM range(9000000000000) WHERE range % 7 = 3")
    finally:
        click.echo("tidied up")

main(["count"])
"""


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_a_signal_amid_a_query_of_duckdb(sent: int, status: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", AT_A_QUERY],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(sent)
        rest, errors = running.communicate()
    assert "Traceback" not in errors
    assert (running.returncode, rest) == (status, "tidied up\n")
