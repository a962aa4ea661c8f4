"""A server starts, answers, and is gone with whoever started it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from dynaproof.dynamodb.local import server as server_module
from dynaproof.dynamodb.local.install import install
from dynaproof.dynamodb.local.java import Java
from dynaproof.dynamodb.local.readiness import Answer, ask, free_port
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault, InputError

VERSIONS = ["3.3.1", "1.25.1"]
PATIENCE_SECONDS = 30.0

TABLE = {
    "TableName": "messages",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}

PARENT = """
import os, sys, threading, time
from dynaproof.dynamodb.local.readiness import Answer, ask, free_port
from dynaproof.dynamodb.local.server import LocalServer

def start():
    server = LocalServer.start()
    servers.append(server)

servers = []
thread = threading.Thread(target=start)
thread.start()
thread.join()
forked = 0
if "fork" in sys.argv:
    forked = os.fork()
    if not forked:
        time.sleep(600)
while True:
    try:
        print(servers[0].pid, servers[0].guard_pid, forked, servers[0].port, flush=True)
        time.sleep(600)
    except KeyboardInterrupt:
        servers[0].raise_if_dead()
        print("interrupted, and the server lives", flush=True)
"""


def call(
    server: LocalServer, operation: str, body: object, region: str = "us-east-1"
) -> dict[str, object]:
    request = urllib.request.Request(
        server.endpoint_url,
        json.dumps(body).encode(),
        {
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={region.replace('-', '')}/20260101/{region}/dynamodb/"
            "aws4_request, SignedHeaders=host, Signature=0",
        },
    )
    with urllib.request.urlopen(request) as response:
        answer: dict[str, object] = json.load(response)
        return answer


def assert_gone(*pids: int) -> None:
    processes = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_SECONDS)
    # Where the first process of the machine reaps no orphans, a dead one stays as a zombie.
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


@pytest.fixture
def parent(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, *getattr(request, "param", [])],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        yield process
        process.kill()


def told_by(parent: subprocess.Popen[str]) -> tuple[int, int, int]:
    assert parent.stdout is not None
    java, guard, forked, _ = map(int, parent.stdout.readline().split())
    return java, guard, forked


@pytest.mark.parametrize("version", VERSIONS)
def test_a_server_answers_all_credentials_and_regions_alike_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with LocalServer.start(install(version)) as server:
        assert server.version == version
        assert call(server, "ListTables", {}) == {"TableNames": []}
        call(server, "CreateTable", TABLE)
        assert call(server, "ListTables", {}, "eu-west-1") == {"TableNames": ["messages"]}
        server.raise_if_dead()
        guard = server.guard_pid
    server.stop()
    assert not psutil.pid_exists(server.pid)
    assert not psutil.pid_exists(guard)
    assert list(tmp_path.iterdir()) == []


def test_web_pages_may_not_read_from_the_server(local_server: LocalServer) -> None:
    assert ask(local_server.port, "https://example.com") is Answer.FOREIGN


def test_four_at_once_have_four_databases() -> None:
    with ThreadPoolExecutor(4) as pool:
        servers = list(pool.map(lambda _: LocalServer.start(), range(4)))
    try:
        call(servers[0], "CreateTable", TABLE)
        tables = [call(server, "ListTables", {})["TableNames"] for server in servers]
        assert tables == [["messages"], [], [], []]
    finally:
        for server in servers:
            server.stop()
    assert_gone(*(server.pid for server in servers))


@pytest.mark.parametrize("parent", [[], ["fork"]], indirect=True, ids=["alone", "with a fork"])
def test_a_server_is_gone_when_its_parent_is_killed(parent: subprocess.Popen[str]) -> None:
    java, guard, forked = told_by(parent)
    try:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        assert_gone(java, guard)
    finally:
        if forked:
            os.kill(forked, signal.SIGKILL)


def test_a_server_is_gone_when_its_guard_is_killed(local_server: LocalServer) -> None:
    with LocalServer.start() as server:
        os.kill(server.guard_pid, signal.SIGKILL)
        assert_gone(server.pid)
        with pytest.raises(EnvironmentFault):
            server.raise_if_dead(PATIENCE_SECONDS)
    local_server.raise_if_dead()


def test_ctrl_c_leaves_the_server_to_its_parent(parent: subprocess.Popen[str]) -> None:
    told_by(parent)
    os.killpg(parent.pid, signal.SIGINT)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "interrupted, and the server lives\n"


def test_a_server_that_ended_is_reported_with_how_it_ended() -> None:
    with LocalServer.start() as server:
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(EnvironmentFault, match="was ended by signal 9") as raised:
            server.raise_if_dead(PATIENCE_SECONDS)
        assert raised.value.diagnostics[0].code is Code.SERVER_DIED
        assert str(server.port) in raised.value.diagnostics[0].message
        # It stays so.
        with pytest.raises(EnvironmentFault, match="was ended by signal 9"):
            server.raise_if_dead()


def test_a_server_that_was_stopped_says_so() -> None:
    server = LocalServer.start()
    server.stop()
    with pytest.raises(EnvironmentFault, match="was stopped"):
        server.raise_if_dead()


def test_a_busy_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(EnvironmentFault, match=f"port {port} is in use") as raised:
            LocalServer.start(port=port)
    assert raised.value.diagnostics[0].code is Code.PORT_BUSY


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(InputError, match="is no port"):
        LocalServer.start(port=port)


def test_the_port_of_a_stopped_server_can_be_used_at_once() -> None:
    with LocalServer.start() as first:
        call(first, "ListTables", {})
    with LocalServer.start(port=first.port) as second:
        assert second.endpoint_url == first.endpoint_url


@pytest.mark.parametrize("version", VERSIONS)
def test_a_port_that_another_server_took_first_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch, local_server: LocalServer, version: str
) -> None:
    # The race cannot be made to happen: so the choice is led to a port that is taken.
    free = free_port()
    choices = iter([local_server.port, free])
    monkeypatch.setattr(server_module, "free_port", lambda: next(choices))
    with LocalServer.start(install(version)) as server:
        assert server.port == free
        assert server.version == version


def test_a_server_that_cannot_start_is_reported_with_its_own_words() -> None:
    with pytest.raises(EnvironmentFault, match="Too small maximum heap") as raised:
        LocalServer.start(heap_megabytes=1)
    assert raised.value.diagnostics[0].code is Code.SERVER_START


def test_a_java_that_cannot_be_run_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="could not be started") as raised:
        LocalServer.start(java=Java(tmp_path / "java", "17", 17))
    assert raised.value.diagnostics[0].code is Code.SERVER_START


def test_a_server_that_does_not_answer_in_time_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(EnvironmentFault, match=r"did not answer within 0 s") as raised:
        LocalServer.start(seconds=0)
    assert raised.value.diagnostics[0].code is Code.SERVER_START
    assert list(tmp_path.iterdir()) == []
