"""What the ways of obtaining DynamoDB Local share: a reason for failing, and running a tool."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

TOOL_SECONDS = 900.0


class Unobtainable(Exception):
    """The source does not have it now; the text says why in one line."""


def run_tool(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> str:
    """Run a package client in a folder and return its standard output; raises Unobtainable."""
    try:
        done = subprocess.run(  # noqa: S603 - mvn or npm, as the user set them up
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TOOL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unobtainable(str(error)) from error
    if done.returncode:
        raise Unobtainable(f"{Path(command[0]).name}: {_reason(done.stdout + done.stderr)}")
    return done.stdout


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it failed and said nothing"])[0][:500]
