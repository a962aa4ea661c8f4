"""One DynamoDB Local for all tests that need a server; each test makes its own tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dynaproof.dynamodb.local.server import LocalServer


@pytest.fixture(scope="session")
def local_server() -> Iterator[LocalServer]:
    with LocalServer.start() as server:
        yield server
