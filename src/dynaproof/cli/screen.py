"""What commands write: findings, progress and remarks to stderr, answers to stdout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console


def show(diagnostics: Any) -> None:
    """Print findings to stderr, each with its line of the file."""
    if not diagnostics:
        return
    from dynaproof.report.findings import print_diagnostics

    print_diagnostics(diagnostics, console(stderr=True))


def console(*, stderr: bool = False) -> Console:
    """A console that folds to the terminal and is plain when there is none."""
    from dynaproof.report.terminal_console import terminal_console

    return terminal_console(stderr=stderr)


@contextmanager
def progress(quiet: bool) -> Iterator[Any]:
    """A listener that shows what takes longer than a second."""
    if quiet:
        yield None
        return
    from dynaproof.report.progress import show_progress

    with show_progress(console(stderr=True)) as listen:
        yield listen


def note(text: str, quiet: bool) -> None:
    """A remark on stderr."""
    if not quiet:
        click.echo(text, err=True)


def harmless(text: str) -> str:
    """A text from elsewhere as one line that cannot steer the terminal."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )
