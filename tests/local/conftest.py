"""One DynamoDB Local for all tests that need a server; each test makes its own tables."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.session import control_plane


@pytest.fixture(scope="session")
def local_server() -> Iterator[LocalServer]:
    with LocalServer.start() as server:
        yield server


@pytest.fixture
def endpoint(local_server: LocalServer) -> Iterator[Endpoint]:
    """The server with a prefix of the test's own; tables that the test leaves are dropped."""
    mine = Endpoint(local_server.endpoint_url, table_prefix=f"t{uuid4().hex[:8]}-")
    yield mine
    client = control_plane(mine)
    for page in client.get_paginator("list_tables").paginate():
        for name in page["TableNames"]:
            if name.startswith(mine.table_prefix):
                client.update_table(TableName=name, DeletionProtectionEnabled=False)
                client.delete_table(TableName=name)
    client.close()
