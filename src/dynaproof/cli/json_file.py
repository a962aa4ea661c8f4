"""``--json FILE`` of commands that tell what they wrote: for programs, - for stdout."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import click

from dynaproof.cli.outputs import STDOUT
from dynaproof.cli.screen import note


def prepare_json_file(file: Path | None, targets: Collection[Path]) -> None:
    """Make the file's folder, before anything is written; no other target may be that file."""
    if file is None or file == STDOUT:
        return
    if file.absolute() in {one.absolute() for one in targets}:
        raise click.BadParameter("it is the target: name another file", param_hint="--json")
    from dynaproof.report.output_file import make_folder_of

    make_folder_of(file)


def write_json_file(file: Path | None, content: bytes, quiet: bool) -> None:
    """Write it where it was asked for."""
    if file is None:
        return
    if file == STDOUT:
        click.echo(content.decode(), nl=False)
        return
    from dynaproof.report.output_file import write_atomically

    write_atomically(file, content)
    note(f"wrote {file}", quiet)
