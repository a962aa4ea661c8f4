"""DynamoDB Local as a context manager: in memory, on a free port, gone with its parent."""

from __future__ import annotations

import re
import secrets
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from dynaproof.dynamodb.local.install import install
from dynaproof.dynamodb.local.installation import Installation
from dynaproof.dynamodb.local.java import Java, find_java
from dynaproof.dynamodb.local.process import GuardedProcess, NotStarted, last_lines
from dynaproof.dynamodb.local.readiness import Answer, ask, free_port, is_free
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault, InputError

READY_SECONDS = 60.0
POLL_SECONDS = 0.005
PORT_TRIES = 5
HEAP_MEGABYTES = 1024
"""SQLite keeps the items outside of the heap; the heap holds requests and answers."""

_VERSION = re.compile(r"^Version:\s*(\S+)", re.MULTILINE)


class _PortTaken(Exception):
    pass


class LocalServer:
    """A running DynamoDB Local; ``with LocalServer.start() as server: server.endpoint_url``.

    One database for all credentials and regions (``-sharedDb``), in memory, without telemetry.
    It listens on all interfaces, as DynamoDB Local always does, and checks no credentials.
    """

    def __init__(self, process: GuardedProcess, port: int, version: str) -> None:
        self._process = process
        self.port = port
        self.version = version
        self.pid = process.pid

    @classmethod
    def start(
        cls,
        installation: Installation | None = None,
        *,
        port: int | None = None,
        java: Java | None = None,
        heap_megabytes: int = HEAP_MEGABYTES,
        seconds: float = READY_SECONDS,
        work: Path | None = None,
        keep: Sequence[int] = (),
    ) -> LocalServer:
        """Start a server and return when it answers ListTables.

        Without ``installation`` it is installed first. ``port`` None: a free one. ``seconds``
        bounds the wait. ``work`` is a folder that does not exist yet, for the server's own
        files; ``keep`` are file descriptors that stay open for as long as the server runs.
        Raises EnvironmentFault: DP501, DP502, DP503, port busy DP504, no start DP505.
        """
        if port is not None and not 0 < port < 65536:
            raise InputError.of(Code.PORT_BUSY, f"{port} is no port", hint="ports are 1 to 65535")
        java = java or find_java()
        installation = installation or install()
        for _ in range(PORT_TRIES):
            chosen = free_port() if port is None else port
            if port is not None and not is_free(port):
                break
            folder = work or _new_work_folder()
            try:
                return _start_once(
                    installation, java, chosen, heap_megabytes, seconds, folder, keep
                )
            except _PortTaken:
                if port is not None:
                    break
        else:
            raise EnvironmentFault.of(
                Code.PORT_BUSY,
                f"{PORT_TRIES} free ports in a row were taken by others before Java bound them",
                hint="name a port that nothing else uses",
            )
        raise EnvironmentFault.of(
            Code.PORT_BUSY,
            f"port {port} is in use",
            hint="end what listens there, or choose another port; without one a free one is found",
        )

    @property
    def endpoint_url(self) -> str:
        """What clients take as ``endpoint_url``."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def guard_pid(self) -> int:
        """The process that ends the server; SIGTERM makes it do so."""
        return self._process.guard_pid

    def raise_if_dead(self, wait_seconds: float = 0.0) -> None:
        """Raise EnvironmentFault (DP506), with the server's last words, if it is not running.

        A connection may break milliseconds before the server's end is known: after one did,
        ``wait_seconds`` is how long to wait for that.
        """
        status = self._process.exit_status(wait_seconds)
        if status is None and not self._process.ended:
            return
        if self._process.ended:
            raise EnvironmentFault.of(
                Code.SERVER_DIED, f"the server on port {self.port} was stopped", hint="start one"
            )
        raise EnvironmentFault.of(
            Code.SERVER_DIED,
            f"DynamoDB Local {self.version} on port {self.port} {_how_it_ended(status)}"
            + _last_words(self._process),
            hint="run again; if memory ran out, a larger heap or fewer items help",
        )

    def stop(self) -> None:
        """End the server and remove its files; a second time, nothing happens."""
        self._process.end()

    def detach(self) -> None:
        """Let the server go on after this process; SIGTERM to ``guard_pid`` ends it."""
        try:
            self._process.detach()
        except BrokenPipeError as error:
            raise EnvironmentFault.of(
                Code.SERVER_DIED,
                f"the server on port {self.port} was ended by another program",
                hint="start it again",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def _start_once(
    installation: Installation,
    java: Java,
    port: int,
    heap_megabytes: int,
    seconds: float,
    work: Path,
    keep: Sequence[int],
) -> LocalServer:
    # No web page has this origin: so none may read from the server, and we know it is ours.
    origin = f"http://{secrets.token_hex(8)}.invalid"
    command = [
        str(java.path),
        # It is up in less time without optimising compilers and parallel collectors.
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        f"-Xmx{heap_megabytes}m",
        # Its SQLite library is unpacked there, and removed with the work folder.
        f"-Djava.io.tmpdir={work}",
        *installation.java_arguments,
        *("-inMemory", "-sharedDb", "-port", str(port), "-cors", origin),
        *(["-disableTelemetry"] if installation.has_telemetry else []),
    ]
    try:
        process = GuardedProcess(command, work, keep=keep)
    except NotStarted as error:
        raise EnvironmentFault.of(
            Code.SERVER_START, f"Java could not be started: {error}", hint="look at JAVA_HOME"
        ) from error
    try:
        _wait_until_ready(process, port, origin, seconds)
        told = _VERSION.search(process.output())
        return LocalServer(process, port, told[1] if told else installation.version)
    except BaseException:
        process.end()
        raise


def _wait_until_ready(process: GuardedProcess, port: int, origin: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while ask(port, origin) is not Answer.OURS:
        status = process.exit_status()
        # 1.25.1 stays alive when it cannot bind its port.
        if "BindException" in process.errors():
            raise _PortTaken
        if status is not None:
            problem = _how_it_ended(status)
        elif time.monotonic() > end:
            problem = f"did not answer within {seconds:g} s"
        else:
            time.sleep(POLL_SECONDS)
            continue
        raise EnvironmentFault.of(
            Code.SERVER_START,
            f"DynamoDB Local on port {port} {problem}" + _last_words(process),
            hint="see that its folder is whole, and that memory is left for Java",
        )


def _new_work_folder() -> Path:
    return Path(tempfile.gettempdir()) / f"dynaproof-{secrets.token_hex(8)}"


def _how_it_ended(status: int | None) -> str:
    if status is not None and status < 0:
        return f"was ended by signal {-status}"
    return f"ended with exit status {status}"


def _last_words(process: GuardedProcess) -> str:
    # What keeps the Java virtual machine itself from starting is on standard output.
    words = last_lines(process.errors() or process.output())
    return f"; its last lines were:\n{words}" if words else "; it wrote nothing"
