"""moto's server as a context manager: in memory, on a free loopback port, gone with its parent.

An emulator to compare with, not one to run patterns on: most of its capacity figures are constants.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import secrets
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from dynaproof.dynamodb.local.process import GuardedProcess, NotStarted, last_lines
from dynaproof.dynamodb.local.readiness import Answer, ask, free_port
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault

READY_SECONDS = 60.0
POLL_SECONDS = 0.02
_NEEDED = ("moto", "flask", "flask_cors", "py_partiql_parser")


class MotoServer:
    """A running moto; ``with MotoServer.start() as server: server.endpoint_url``."""

    def __init__(self, process: GuardedProcess, port: int, version: str) -> None:
        self._process = process
        self.port = port
        self.version = version

    @classmethod
    def start(cls, seconds: float = READY_SECONDS) -> MotoServer:
        """Start a server and return when it answers ListTables; raises EnvironmentFault."""
        missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
        if missing:
            raise EnvironmentFault.of(
                Code.NO_EMULATOR,
                f"moto is not installed: there is no {', '.join(missing)}",
                hint="pip install 'dynaproof[moto]', or leave --moto out",
            )
        port = free_port()
        work = Path(tempfile.gettempdir()) / f"dynaproof-{secrets.token_hex(8)}"
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        try:
            process = GuardedProcess(command, work)
        except NotStarted as error:
            raise EnvironmentFault.of(
                Code.SERVER_START, f"moto could not be started: {error}", hint="install it again"
            ) from error
        try:
            _wait_until_ready(process, port, seconds)
        except BaseException:
            process.end()
            raise
        return cls(process, port, importlib.metadata.version("moto"))

    @property
    def endpoint_url(self) -> str:
        """What clients take as ``endpoint_url``."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End the server and remove its files; a second time, nothing happens."""
        self._process.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def _wait_until_ready(process: GuardedProcess, port: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while ask(port, f"http://127.0.0.1:{port}") is Answer.NONE:
        if process.exit_status() is not None:
            problem = "ended"
        elif time.monotonic() > end:
            problem = f"did not answer within {seconds:g} s"
        else:
            time.sleep(POLL_SECONDS)
            continue
        raise EnvironmentFault.of(
            Code.SERVER_START,
            f"moto on port {port} {problem}:\n{last_lines(process.errors())}",
            hint="try it by hand: python -m moto.server",
        )
