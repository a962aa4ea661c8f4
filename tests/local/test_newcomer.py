"""What somebody meets in the first hour: fresh folders, slips, and keys pressed too early."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

DEFINITION = """\
version: 1
name: tiny
entities:
  users: {count: 3, attributes: {id: {generate: uuid}}}
tables:
  tiny:
    partition_key: pk
    items: {user: {from: users, key: {pk: "${id}"}}}
access_patterns:
  one-user: {parameters: {id: users.id}, get: {key: {pk: "${id}"}}}
"""


def dynaproof(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "tiny.yaml").write_text(DEFINITION)
    return subprocess.run(
        [sys.executable, "-m", "dynaproof", *arguments],
        cwd=folder,
        env={**os.environ, "XDG_STATE_HOME": str(folder / "state")},
        capture_output=True,
        text=True,
    )


def test_folders_that_are_not_there_are_made(tmp_path: Path) -> None:
    done = dynaproof(tmp_path, "run", "tiny.yaml", "--json", "new/deep/run.json", "--charts", "c/d")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new/deep/run.json").stat().st_size > 0
    assert len(list((tmp_path / "c/d").glob("tiny-*.png"))) == 3


def test_what_cannot_be_written_is_told_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for option in (("--json", "file/run.json"), ("--charts", "file/charts")):
        done = dynaproof(tmp_path, "run", "tiny.yaml", *option)
        assert done.returncode == 3
        assert "DP513" in done.stderr
        assert done.stdout == "", "the run had been made before its result was lost"


def test_json_goes_through_a_pipe(tmp_path: Path) -> None:
    done = dynaproof(tmp_path, "run", "tiny.yaml", "-q", "--json", "/dev/stdout")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("{")
