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
NOBODY_READS = 128 + signal.SIGPIPE
"""The statuses that shells give a command which a signal ended, with 128 + its number."""


class Interface(click.Group):
    """A group whose commands end with 2 for InputError, 3 for EnvironmentFault."""

    def invoke(self, ctx: click.Context) -> Any:  # as click declares it
        from dynaproof.model.diagnostic import DynaproofError

        received: list[int] = []
        if threading.current_thread() is threading.main_thread():
            _listen(received)
        try:
            try:
                return super().invoke(ctx)
            except DynaproofError as error:
                sys.stdout.flush()
                if received:
                    raise
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
        except Exception:
            if not received:
                raise
            # What DuckDB makes of a signal amid a query, and what is made of that.
            click.echo("interrupted", err=True)
            sys.exit(128 + received[0])


def _listen(received: list[int]) -> None:
    """End the command in an orderly way at SIGTERM too; else tables at an endpoint would stay."""

    def end(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        if facts := sys.modules.get("dynaproof.facts.open_connections"):
            facts.interrupt_queries()
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, end)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where it is ignored
        signal.signal(signal.SIGINT, end)
