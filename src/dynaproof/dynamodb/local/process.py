"""One Java process behind its guard: start it, see that it lives, end it."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from dynaproof.dynamodb.local import guard

GUARD_END_SECONDS = 10.0
TAIL_LINES = 20
TAIL_BYTES = 16_384


class NotStarted(Exception):
    """The guard could not start Java; the text says why."""


class GuardedProcess:
    """A command that runs in ``work`` until ``end()`` or until this process is gone.

    ``work`` is made by the guard and removed when the command has been ended. File descriptors
    in ``keep`` stay open in the guard for as long as it lives, and not in the command.
    """

    def __init__(self, command: Sequence[str], work: Path, *, keep: Sequence[int] = ()) -> None:
        self.work = work
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._ended = False
        self._exit_status: int | None = None
        self._said = b""
        self._guard = subprocess.Popen(  # noqa: S603 - our own guard
            [sys.executable, "-I", "-S", guard.__file__, str(os.getpid()), str(work), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A reader of our own standard error would wait for a detached server to end.
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=tuple(keep),
            bufsize=0,
        )
        first = self._next_line(None)
        word, _, rest = first.partition(" ")
        if word != "started":
            self.end()
            raise NotStarted(rest or "the guard process ended at once")
        self.pid = int(rest)

    @property
    def guard_pid(self) -> int:
        """The process that ends the command; SIGTERM makes it do so."""
        return self._guard.pid

    def exit_status(self, wait_seconds: float = 0.0) -> int | None:
        """None while the command runs, after waiting so long; negative for a signal."""
        with self._lock:
            if self._exit_status is None and not self._ended:
                line = self._next_line(wait_seconds)
                if line.startswith("exited "):
                    self._exit_status = int(line.removeprefix("exited "))
                elif self._guard.poll() is not None:
                    # Somebody ended the guard, and the kernel or the guard ended the command.
                    self._exit_status = self._guard.returncode
            return self._exit_status

    @property
    def ended(self) -> bool:
        """Whether ``end()`` was called."""
        return self._ended

    def output(self) -> str:
        """What the command wrote to standard output, its last part."""
        return _tail(self.work / "stdout")

    def errors(self) -> str:
        """What the command wrote to standard error, its last part."""
        return _tail(self.work / "stderr")

    def end(self) -> None:
        """Kill the command and remove its work folder; a second time, nothing happens."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
            self._close_pipes()
            if os.getpid() != self._owner:
                return  # A fork of the owner lets go of its copy, no more.
            try:
                self._guard.wait(GUARD_END_SECONDS)
            except subprocess.TimeoutExpired:
                # Its death takes the command along.
                self._guard.kill()
                self._guard.wait()
            # The guard has done so, unless it was killed itself.
            shutil.rmtree(self.work, ignore_errors=True)

    def detach(self) -> None:
        """Let the command go on after this process; from here on only its guard can end it."""
        with self._lock:
            if self._guard.stdin is not None:
                self._guard.stdin.write(b"detach\n")
            self._ended = True
            self._close_pipes()
            # Popen would warn that its child still runs: that is what is wanted here.
            self._guard.returncode = 0

    def _close_pipes(self) -> None:
        for pipe in (self._guard.stdin, self._guard.stdout):
            if pipe is not None:
                pipe.close()

    def _next_line(self, seconds: float | None) -> str:
        """The guard's next line; empty when there is none within the time, or at its end."""
        out = self._guard.stdout
        if not self._said:
            if out is None or not _readable(out, seconds):
                return ""
            # Lines are shorter than PIPE_BUF, so each arrives whole.
            self._said = os.read(out.fileno(), 4096)
        line, _, self._said = self._said.partition(b"\n")
        return line.decode(errors="replace")


def _readable(pipe: IO[bytes], seconds: float | None) -> bool:
    # Unlike select(), poll() takes descriptors of any number.
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    return bool(poll.poll(None if seconds is None else seconds * 1000))


def last_lines(text: str) -> str:
    """The last lines of what a server wrote, for a person to read."""
    return "\n".join(text.rstrip().splitlines()[-TAIL_LINES:])


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - TAIL_BYTES))
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
