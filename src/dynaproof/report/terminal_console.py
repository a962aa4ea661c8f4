"""A console for people at a terminal, without what a run's report needs."""

from __future__ import annotations

import os
import sys
from typing import IO

from rich.console import Console

from dynaproof.report.plain_text import PLAIN_WIDTH


class _Terminal(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # rich would end the process with status 1


def terminal_console(file: IO[str] | None = None, *, stderr: bool = False) -> Console:
    """A console that prints data as it is; colours only on a terminal and without NO_COLOR."""
    stream = file or (sys.stderr if stderr else sys.stdout)
    fixed = None if stream.isatty() or "COLUMNS" in os.environ else PLAIN_WIDTH
    return _Terminal(file=stream, highlight=False, markup=False, emoji=False, width=fixed)
