"""Progress on stderr: stages that take over a second, gone when they are over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from dynaproof.proof.events import (
    Event,
    Listener,
    ServerMessage,
    StageAdvanced,
    StageStarted,
)
from dynaproof.report.plain_values import printable

SECONDS_UNTIL_SHOWN = 1.0
SECONDS_BETWEEN_LINES = 5.0
"""Where there is no terminal, a long stage says a line this often."""
_STAGES = {
    "facts": "generating facts",
    "items": "making items",
    "server": "DynamoDB Local",
    "load": "loading",
    "patterns": "running access patterns",
    "proof": "trying hard facts",
    "races": "trying calls at once",
}


@contextmanager
def show_progress(
    console: Console, clock: Callable[[], float] = time.monotonic
) -> Iterator[Listener]:
    """Give a listener that shows progress on ``console`` while the block runs.

    On a terminal a bar that leaves nothing behind; elsewhere plain lines for long stages.
    """
    if not console.is_terminal:
        yield _Lines(console, clock).hear
        return
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        auto_refresh=False,
    )
    shown = _Bar(bar, console, clock)
    try:
        yield shown.hear
    finally:
        shown.end()


class _Bar:
    """A bar that appears once a stage has taken a second."""

    def __init__(self, progress: Progress, console: Console, clock: Callable[[], float]) -> None:
        self.progress = progress
        self.console = console
        self.clock = clock
        self.lock = threading.Lock()  # loading and running report from several threads
        self.stage = ""
        self.since = 0.0
        self.drawn = 0.0
        self.task: TaskID | None = None

    def hear(self, event: Event) -> None:
        with self.lock:
            match event:
                case StageStarted(stage):
                    self._hide()
                    self.stage, self.since = stage, self.clock()
                case StageAdvanced(stage, what, done, total):
                    self._advance(stage, what, done, total)
                case ServerMessage(text):
                    self._hide()
                    self.console.print(Text(printable(text)), soft_wrap=True)

    def end(self) -> None:
        with self.lock:
            self._hide()

    def _advance(self, stage: str, what: str, done: int, total: int | None) -> None:
        now = self.clock()
        if stage != self.stage:
            self.stage, self.since = stage, now
        if now - self.since < SECONDS_UNTIL_SHOWN:
            return
        text = f"{_STAGES.get(stage, stage)}: {printable(what)}"
        if self.task is None:
            self.task = self.progress.add_task(text, completed=done, total=total)
            self.progress.start()
        self.progress.update(self.task, description=text, completed=done, total=total)
        if now - self.drawn >= 0.1:
            self.progress.refresh()
            self.drawn = now

    def _hide(self) -> None:
        if self.task is not None:
            self.progress.stop()
            self.progress.remove_task(self.task)
            self.task = None


class _Lines:
    """A line when a stage has taken a second, and every few seconds from then on."""

    def __init__(self, console: Console, clock: Callable[[], float]) -> None:
        self.console = console
        self.clock = clock
        self.lock = threading.Lock()
        self.stage = ""
        self.next = 0.0

    def hear(self, event: Event) -> None:
        with self.lock:
            match event:
                case StageStarted(stage):
                    self.stage, self.next = stage, self.clock() + SECONDS_UNTIL_SHOWN
                case StageAdvanced(stage, what, done, total):
                    self._advance(stage, what, done, total)
                case ServerMessage(text):
                    self.console.print(Text(printable(text)), soft_wrap=True)

    def _advance(self, stage: str, what: str, done: int, total: int | None) -> None:
        now = self.clock()
        if stage != self.stage:
            self.stage, self.next = stage, now + SECONDS_UNTIL_SHOWN
        if now < self.next:
            return
        self.next = now + SECONDS_BETWEEN_LINES
        reached = f"{done:,}" if total is None else f"{done:,} of {total:,}"
        text = f"{_STAGES.get(stage, stage)}: {printable(what)}, {reached}"
        self.console.print(Text(text), soft_wrap=True)
