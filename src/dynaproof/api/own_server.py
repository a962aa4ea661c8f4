"""A DynamoDB Local of our own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dynaproof.dynamodb.local.server import LocalServer


def start_server(listen: Callable[[object], None], version: str | None = None) -> LocalServer:
    """Install DynamoDB Local if need be, and start one on a free port."""
    from dynaproof.dynamodb.local.install import install
    from dynaproof.dynamodb.local.server import LocalServer
    from dynaproof.proof.events import ServerMessage, StageStarted

    listen(StageStarted("server"))
    installation = install(version=version, progress=lambda text: listen(ServerMessage(text)))
    return LocalServer.start(installation)
