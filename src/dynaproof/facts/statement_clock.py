"""A bound on how long SQL may run, for many short statements: one thread watches them all."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb


class _Watch:
    """What the thread and its clock share."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.connection: duckdb.DuckDBPyConnection | None = None
        self.deadline = 0.0
        self.over = False
        self.sleeps_until: float | None = None
        self.closed = False

    def run(self) -> None:
        with self.changed:
            while not self.closed:
                if self.connection is None:
                    self.sleeps_until = None
                    self.changed.wait()
                elif (left := self.deadline - time.monotonic()) > 0:
                    # A statement that ends earlier, and the next one, need not wake this thread.
                    self.sleeps_until = self.deadline
                    self.changed.wait(left)
                else:
                    self.over = True
                    self.connection.interrupt()
                    self.connection = None

    def close(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify()


class StatementClock:
    """Interrupts a statement that takes too long; for one thread, one statement at a time.

    Its own thread is started with the first statement and ends with the clock.
    """

    def __init__(self) -> None:
        self._watch = _Watch()
        self._started = False

    @contextmanager
    def limit(self, connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
        """Interrupt what runs on the connection after some seconds; raises TimeoutError then."""
        self._start()
        watch = self._watch
        with watch.changed:
            watch.connection, watch.over = connection, False
            watch.deadline = time.monotonic() + seconds
            if watch.sleeps_until is None or watch.sleeps_until > watch.deadline:
                watch.changed.notify()
        try:
            yield
        except (duckdb.Error, RuntimeError) as error:
            if watch.over:
                raise TimeoutError from error
            raise
        finally:
            with watch.changed:
                watch.connection = None

    def _start(self) -> None:
        if self._started:
            return
        self._started = True
        threading.Thread(target=self._watch.run, name="statement clock", daemon=True).start()
        weakref.finalize(self, self._watch.close)
