"""``dynaproof notebook`` and the magics on a real kernel and a real DynamoDB Local."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

MARK = "DYNAPROOF_TEST_OF"
DEFINITION = """\
version: 1
name: notes
description: Notes | of <b>users</b>
entities:
  users: {count: 9, attributes: {handle: {generate: user_name, unique: true}}}
  notes:
    each: {of: users, count: {uniform: {min: 1, max: 9}}, as: handle}
    attributes: {id: {generate: uuid}, body: {generate: word}}
tables:
  notes:
    partition_key: pk
    sort_key: sk
    items:
      note:
        from: notes
        key: {pk: "USER#${handle}", sk: "${id}"}
        attributes: {body: "${body}"}
access_patterns:
  notes-of-user:
    parameters: {handle: users.handle}
    query: {partition_key: "USER#${handle}"}
    question: SELECT body FROM notes WHERE handle = $handle ORDER BY id
  read-twice:
    parameters: {handle: users.handle}
    steps:
      - query: {partition_key: "USER#${handle}"}
      - query: {partition_key: "USER#${handle}"}
    question: SELECT body FROM notes WHERE handle = $handle ORDER BY id
"""


def dynaproof(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dynaproof", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )


def left_behind(folder: Path) -> list[str]:
    """Processes that were started for a test, and are still there well after its end."""
    mine = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(folder) and process.pid != os.getpid():
                mine.append(process)
        except psutil.Error:  # another user's, or gone meanwhile
            continue
    _, alive = psutil.wait_procs(mine, timeout=30)
    return [str(process) for process in alive]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(MARK, str(tmp_path))
    (tmp_path / "notes.yaml").write_text(DEFINITION, encoding="utf-8")
    return tmp_path


def outputs(notebook: Any, source: str) -> str:
    """The plain text that a cell shows."""
    cell = next(one for one in notebook["cells"] if "".join(one["source"]).endswith(source))
    return "".join("".join(one["data"]["text/plain"]) for one in cell["outputs"])


def test_a_review_notebook_is_executed_and_nbval_finds_the_same_again(folder: Path) -> None:
    (folder / "reviews").mkdir()
    done = dynaproof(
        "notebook", "notes.yaml", "-o", "reviews/notes.ipynb", "--sets", "2", folder=folder
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr.endswith("wrote reviews/notes.ipynb\n")
    written = folder / "reviews" / "notes.ipynb"
    notebook = json.loads(written.read_text(encoding="utf-8"))
    assert outputs(notebook, "bench.check()") == "notes: no findings"
    assert "proved" in outputs(notebook, "\nrun")
    assert outputs(notebook, "\nproof").startswith("nothing found")
    assert "notes-of-user (largest): Query" in outputs(notebook, 'explain("notes-of-user")')
    texts = ["".join(one["source"]) for one in notebook["cells"]]
    assert any("read-twice" in one and "Not explained" in one for one in texts)
    assert not any("<b>" in one for one in texts)

    sanitize = dynaproof("notebook", "--sanitize-file", folder=folder).stdout.strip()
    nbval = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider"),
            *("--nbval", "--nbval-sanitize-with", sanitize, str(written)),
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert nbval.returncode == 0, nbval.stdout
    assert left_behind(folder) == []


def test_a_notebook_that_is_there_is_left_alone(folder: Path) -> None:
    written = folder / "notes-review.ipynb"
    assert dynaproof("notebook", "notes.yaml", "--no-execute", folder=folder).returncode == 0
    first = written.read_bytes()
    written.write_bytes(first + b"\n")
    again = dynaproof("notebook", "notes.yaml", "--no-execute", folder=folder)
    assert again.returncode == 3
    assert "DP513" in again.stderr
    assert written.read_bytes() == first + b"\n"
    done = dynaproof("notebook", "notes.yaml", "--no-execute", "--force", folder=folder)
    assert done.returncode == 0
    assert written.read_bytes() == first


def test_a_definition_with_errors_gives_findings_and_no_notebook(folder: Path) -> None:
    (folder / "notes.yaml").write_text(DEFINITION.replace("version: 1", "version: 9"))
    done = dynaproof("notebook", "notes.yaml", folder=folder)
    assert done.returncode == 2
    assert "notes.yaml:1:" in done.stderr
    assert sorted(one.name for one in folder.iterdir()) == ["notes.yaml"]


def test_magics_run_and_prove_on_a_kernel_and_their_server_ends_with_it(folder: Path) -> None:
    cells = [
        "%load_ext dynaproof",
        f"%%dynaproof\n{DEFINITION}",
        "%dynaproof run notes-of-user",
        "%dynaproof prove notes-of-user --sets 2 --seconds 600",
        "%dynaproof query notes-of-user",
    ]
    document = {
        "cells": [
            {"cell_type": "code", "id": f"c{number}", "metadata": {}, "source": source}
            | {"outputs": [], "execution_count": None}
            for number, source in enumerate(cells)
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    notebook = nbformat.reads(json.dumps(document), as_version=4)  # type: ignore[no-untyped-call]  # has no types
    NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}).execute()
    for source in cells[1:]:
        shown = notebook.cells[cells.index(source)].outputs[0].data
        assert {"text/plain", "text/html"} <= set(shown), source
    assert "proved" in outputs(notebook, cells[2])
    assert outputs(notebook, cells[3]).startswith("nothing found")
    assert left_behind(folder) == []


def test_a_cell_that_fails_is_told_and_nothing_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYNAPROOF_DYNAMODB_LOCAL", str(folder / "gone"))
    done = dynaproof("notebook", "notes.yaml", folder=folder)
    assert done.returncode == 3
    assert "error DP517: a cell failed" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(one.name for one in folder.iterdir()) == ["notes.yaml"]
    assert left_behind(folder) == []


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [(signal.SIGINT, 130, "interrupted\n"), (signal.SIGTERM, 143, "")],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_interrupted_it_leaves_neither_kernel_nor_server(
    folder: Path, sent: int, status: int, told: str
) -> None:
    command = [sys.executable, "-m", "dynaproof", "notebook", "notes.yaml", "--sets", "100000"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert running.stderr.readline() == "executing the notebook\n"
        running.send_signal(sent)
        assert running.stderr.read() == told
        assert running.wait() == status
    assert sorted(one.name for one in folder.iterdir()) == ["notes.yaml"]
    assert left_behind(folder) == []
