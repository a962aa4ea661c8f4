"""Queries of DuckDB that a signal breaks off.

DuckDB's main thread sees a signal and then waits for the worker threads that are at the query; they
go on to its end unless the connection is interrupted. A signal is for the whole process, and so is
the list of connections here.
"""

from __future__ import annotations

import contextlib
import weakref

import duckdb

_OPEN: weakref.WeakSet[duckdb.DuckDBPyConnection] = weakref.WeakSet()


def breakable(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The same connection, whose queries ``interrupt_queries`` breaks off."""
    _OPEN.add(connection)
    return connection


def interrupt_queries() -> None:
    """Make every query that runs now end with duckdb.InterruptException; for signal handlers."""
    for connection in list(_OPEN):
        with contextlib.suppress(duckdb.Error):  # closed already
            connection.interrupt()
