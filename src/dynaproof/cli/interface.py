"""The group of all commands: every end of a command becomes its exit status."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

import click

from dynaproof.cli.screen import show

INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM
NOBODY_READS = 128 + signal.SIGPIPE
"""The statuses that shells give a command which a signal ended."""


class Interface(click.Group):
    """A group whose commands end with 2 for InputError, 3 for EnvironmentFault."""

    def invoke(self, ctx: click.Context) -> Any:  # as click declares it
        from dynaproof.model.diagnostic import DynaproofError

        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, _terminate)  # else tables at an endpoint would stay
        try:
            try:
                return super().invoke(ctx)
            except DynaproofError as error:
                sys.stdout.flush()
                show(error.diagnostics)
                sys.exit(error.exit_status)
            finally:
                sys.stdout.flush()
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            # Python flushes once more when it ends, and would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(NOBODY_READS)


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(TERMINATED)
