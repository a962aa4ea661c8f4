"""The background server: started once, seen by all, ended surely."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from dynaproof.dynamodb.local.background import (
    background_status,
    start_background,
    stop_background,
)
from dynaproof.dynamodb.local.readiness import Answer, ask
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault

PATIENCE_SECONDS = 30.0
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

STARTER = """
import sys
from pathlib import Path
from dynaproof.dynamodb.local.background import start_background
print(start_background(folder=Path(sys.argv[1])).pid)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    stop_background(tmp_path)


def test_started_seen_and_stopped(folder: Path) -> None:
    assert background_status(folder) is None
    started = start_background(folder=folder, now=lambda: NOW)
    assert started.started == NOW
    assert not started.was_running
    assert background_status(folder) == started
    assert ask(started.port, "http://example.com") is Answer.FOREIGN
    assert stop_background(folder) == started
    assert not psutil.pid_exists(started.pid)
    assert background_status(folder) is None
    assert stop_background(folder) is None
    assert sorted(path.name for path in folder.iterdir()) == ["change.lock", "server.lock"]


def test_a_second_start_gives_the_server_that_runs(folder: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: start_background(folder=folder), range(2)))
    assert sorted(state.was_running for state in both) == [False, True]
    assert replace(both[0], was_running=False) == replace(both[1], was_running=False)


def test_it_stays_when_its_starter_ends_and_lets_go_of_its_output(folder: Path) -> None:
    # subprocess.run returns when nobody holds the pipes any more.
    starter = subprocess.run(
        [sys.executable, "-c", STARTER, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    state = background_status(folder)
    assert state is not None
    assert starter.stdout == f"{state.pid}\n"
    assert psutil.pid_exists(state.pid)


@pytest.mark.parametrize("victim", ["pid", "guard_pid"])
def test_a_server_that_was_killed_is_not_taken_for_running(folder: Path, victim: str) -> None:
    first = start_background(folder=folder)
    processes = [psutil.Process(first.pid), psutil.Process(first.guard_pid)]
    os.kill(getattr(first, victim), signal.SIGKILL)
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_SECONDS)
    assert alive == []
    assert background_status(folder) is None
    assert not start_background(folder=folder).was_running


def test_the_number_of_another_program_is_not_taken_for_the_server(folder: Path) -> None:
    state = {
        "pid": os.getpid(),
        "guard_pid": os.getpid(),
        "port": 8000,
        "version": "3.3.1",
        "started": NOW.isoformat(),
    }
    (folder / "server.lock").touch()
    (folder / "server.json").write_text(json.dumps(state))
    assert background_status(folder) is None
    assert stop_background(folder) is None


def test_a_guard_that_does_not_listen_is_ended_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dynaproof.dynamodb.local.background.END_SECONDS", 0.1)
    state = start_background(folder=folder)
    java = psutil.Process(state.pid)
    os.kill(state.guard_pid, signal.SIGSTOP)
    assert stop_background(folder) == state
    assert background_status(folder) is None
    # A process lets go of its files a moment before it is gone.
    _, alive = psutil.wait_procs([java], timeout=PATIENCE_SECONDS)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


def test_a_state_file_that_makes_no_sense_is_reported(folder: Path) -> None:
    start_background(folder=folder)
    good = (folder / "server.json").read_text()
    (folder / "server.json").write_text("{}")
    with pytest.raises(EnvironmentFault) as raised:
        background_status(folder)
    assert raised.value.diagnostics[0].code is Code.NO_SERVER
    (folder / "server.json").write_text(good)


def test_a_state_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        start_background(folder=tmp_path / "file" / "state")
