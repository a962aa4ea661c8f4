"""The one background server of a user: ``dynaproof server start | stop | status``.

Its guard holds a lock on a file for as long as it runs. So whether a server runs is never guessed
from a process number, which the system may have given to another program since.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_state_path

from dynaproof.dynamodb.local.installation import Installation
from dynaproof.dynamodb.local.java import Java
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault

END_SECONDS = 10.0
POLL_SECONDS = 0.01

_STATE = "server.json"
_WORK = "server"
_RUNNING = "server.lock"
_CHANGING = "change.lock"


@dataclass(frozen=True, slots=True)
class ServerState:
    """A background server; ``was_running`` says that a start found it running already."""

    pid: int
    guard_pid: int
    port: int
    version: str
    started: datetime
    was_running: bool = False

    @property
    def endpoint_url(self) -> str:
        """What clients take as ``endpoint_url``."""
        return f"http://127.0.0.1:{self.port}"


def state_folder() -> Path:
    """Where the state of the background server is kept."""
    return user_state_path("dynaproof")


def start_background(
    port: int | None = None,
    *,
    installation: Installation | None = None,
    java: Java | None = None,
    folder: Path | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ServerState:
    """Start a server that stays when this process ends, or give the one that runs.

    Raises EnvironmentFault as ``LocalServer.start`` does.
    """
    folder = folder or state_folder()
    with _changing(folder):
        if running := _status(folder):
            return replace(running, was_running=True)
        # What a server that was killed with its guard has left.
        (folder / _STATE).unlink(missing_ok=True)
        shutil.rmtree(folder / _WORK, ignore_errors=True)
        with (folder / _RUNNING).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            server = LocalServer.start(
                installation, port=port, java=java, work=folder / _WORK, keep=[lock.fileno()]
            )
            # Killed before it is let go of, this process takes the server along.
            try:
                state = ServerState(
                    server.pid, server.guard_pid, server.port, server.version, now()
                )
                _write(folder, state)
                server.detach()
            except BaseException:
                server.stop()
                raise
        return state


def background_status(folder: Path | None = None) -> ServerState | None:
    """The background server, if one is running."""
    return _status(folder or state_folder())


def stop_background(folder: Path | None = None) -> ServerState | None:
    """End the background server and wait until it is gone; gives what was ended, if any."""
    folder = folder or state_folder()
    with _changing(folder):
        state = _status(folder)
        if state is not None:
            with suppress(ProcessLookupError):
                os.kill(state.guard_pid, signal.SIGTERM)
            end = time.monotonic() + END_SECONDS
            while _is_locked(folder):
                if time.monotonic() > end:
                    # The guard is stopped or stuck.
                    for pid in (state.pid, state.guard_pid):
                        with suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGKILL)
                time.sleep(POLL_SECONDS)
        (folder / _STATE).unlink(missing_ok=True)
        shutil.rmtree(folder / _WORK, ignore_errors=True)
        return state


def _status(folder: Path) -> ServerState | None:
    if not _is_locked(folder):
        return None
    try:
        text = (folder / _STATE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None  # It is being started.
    try:
        said = json.loads(text)
        return ServerState(
            int(said["pid"]),
            int(said["guard_pid"]),
            int(said["port"]),
            str(said["version"]),
            datetime.fromisoformat(said["started"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault.of(
            Code.NO_SERVER,
            f"{folder / _STATE} does not say which server is running",
            hint=f"end DynamoDB Local by hand and remove the folder {folder}",
        ) from error


def _write(folder: Path, state: ServerState) -> None:
    unfinished = folder / f"{_STATE}.unfinished"
    unfinished.write_text(
        json.dumps(
            {
                "pid": state.pid,
                "guard_pid": state.guard_pid,
                "port": state.port,
                "version": state.version,
                "started": state.started.isoformat(),
            }
        ),
        encoding="utf-8",
    )
    unfinished.replace(folder / _STATE)


def _is_locked(folder: Path) -> bool:
    try:
        lock = (folder / _RUNNING).open()
    except FileNotFoundError:
        return False
    with lock:
        try:
            # Shared, so that two who look do not take each other for a server.
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@contextmanager
def _changing(folder: Path) -> Iterator[None]:
    """One start or stop at a time."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _CHANGING).open("w")
    except OSError as error:
        raise EnvironmentFault.of(
            Code.SERVER_START,
            f"the state folder cannot be written: {error}",
            hint="make it writable, or set XDG_STATE_HOME to another",
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
