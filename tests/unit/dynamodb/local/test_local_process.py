"""A guarded process: how it ends is known, and nothing of it stays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dynaproof.dynamodb.local.process import GuardedProcess, NotStarted

PATIENCE_SECONDS = 30.0
FOREVER = ["sleep", "600"]

FORKING_OWNER = """
import os, sys
from pathlib import Path
from dynaproof.dynamodb.local.process import GuardedProcess

work = Path(sys.argv[1])
process = GuardedProcess(["sleep", "600"], work)
forked = os.fork()
if not forked:
    process.end()
    os._exit(0)
os.waitpid(forked, 0)
print(work.is_dir(), process.exit_status())
process.end()
"""


@pytest.mark.parametrize(
    ("script", "status"), [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", -9), ("kill -15 $$", -15)]
)
def test_the_exit_status_is_known(tmp_path: Path, script: str, status: int) -> None:
    process = GuardedProcess(["sh", "-c", script], tmp_path / "work")
    try:
        assert process.exit_status(PATIENCE_SECONDS) == status
        assert process.exit_status() == status
    finally:
        process.end()


def test_what_it_wrote_can_be_read_until_it_is_ended(tmp_path: Path) -> None:
    process = GuardedProcess(["sh", "-c", "pwd; echo wrong >&2; exit 1"], tmp_path / "work")
    assert process.exit_status(PATIENCE_SECONDS) == 1
    assert process.output() == f"{tmp_path / 'work'}\n"
    assert process.errors() == "wrong\n"
    process.end()
    assert process.errors() == ""


def test_it_ends_once_and_takes_its_folder_along(tmp_path: Path) -> None:
    process = GuardedProcess(FOREVER, tmp_path / "work")
    assert process.exit_status() is None
    assert (tmp_path / "work").is_dir()
    process.end()
    process.end()
    assert not psutil.pid_exists(process.pid)
    assert not psutil.pid_exists(process.guard_pid)
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match="no-such-program"):
        GuardedProcess([str(tmp_path / "no-such-program")], tmp_path / "work")
    assert list(tmp_path.iterdir()) == []


def test_a_work_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotStarted, match="Not a directory"):
        GuardedProcess(FOREVER, tmp_path / "file" / "work")


def test_a_fork_of_the_owner_does_not_end_it(tmp_path: Path) -> None:
    # In a process of its own: threads of the test runner and forks do not go together.
    done = subprocess.run(
        [sys.executable, "-c", FORKING_OWNER, str(tmp_path / "work")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True None\n"


def test_the_command_does_not_hold_what_its_guard_keeps(tmp_path: Path) -> None:
    held = tmp_path / "held"
    with held.open("w") as file:
        process = GuardedProcess(FOREVER, tmp_path / "work", keep=[file.fileno()])
    try:
        assert str(held) in {each.path for each in psutil.Process(process.guard_pid).open_files()}
        assert str(held) not in {each.path for each in psutil.Process(process.pid).open_files()}
    finally:
        process.end()
