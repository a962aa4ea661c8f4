"""One DynamoDB Local for all tests that need a server; each test makes its own tables.

And node, with the packages that exported JavaScript is tried with.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
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


NODE = Path(__file__).parent / "node"
NODE_VERSION = 20
"""Which the AWS SDK for JavaScript asks for."""
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts of ``node/``, from which modules find their packages."""
    folder = tmp_path_factory.mktemp("node")
    (folder / "node_modules").symlink_to(_node_modules())
    for script in NODE.glob("*.mjs"):
        shutil.copy(script, folder)
    return folder


@pytest.fixture(scope="session")
def run_node(node_folder: Path) -> Callable[[str, object], Any]:
    """Runs a script with tasks, which it reads from a file of JSON; gives what it answers."""

    def run(script: str, tasks: object) -> Any:
        file = node_folder / f"{uuid4().hex}.json"
        file.write_text(json.dumps(tasks), encoding="utf-8")
        return json.loads(_said([_node(), script, file.name], node_folder))

    return run


def _node_modules() -> Path:
    """The packages of the lock, installed once for this environment."""
    lock = (NODE / "package-lock.json").read_bytes()
    kept = Path(sys.prefix) / "node-projects" / hashlib.sha256(lock).hexdigest()[:16]
    if not kept.is_dir():
        kept.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, ignore_cleanup_errors=True) as made:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(NODE / name, made)
            _said([_npm(), *INSTALL], Path(made))
            with suppress(OSError):  # another worker was faster
                Path(made).rename(kept)
    return kept / "node_modules"


def _node() -> str:
    """That of this environment, or of the machine, the first that is new enough."""
    found = [path for path in _tools("node") if _major(path) >= NODE_VERSION]
    assert found, f"node {NODE_VERSION} is not on this machine: run scripts/system-packages as root"
    return found[0]


def _npm() -> str:
    found = _tools("npm")
    assert found, "npm is not on this machine: run scripts/system-packages as root"
    return found[0]


def _tools(name: str) -> list[str]:
    beside = str(Path(sys.executable).parent)
    return [path for where in (beside, None) if (path := shutil.which(name, path=where))]


def _major(node: str) -> int:
    return int(_said([node, "--version"], NODE).strip().removeprefix("v").split(".")[0])


def _said(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout
