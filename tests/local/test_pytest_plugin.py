"""``pytest --dynaproof``: each access pattern is a test, as any other test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from junitparser import JUnitXml

MODULE = "dynaproof.pytest_plugin"
PLAIN = ("-p", "no:cacheprovider", "-W", "error", "--junitxml=junit.xml")
NOTES = """\
version: 1
name: notes
entities:
  authors: {count: 5, attributes: {id: {generate: sequence}}}
  notes:
    each: {of: authors, count: {uniform: {min: 1, max: 9}}, as: author_id}
    attributes: {uuid: {generate: uuid}}
tables:
  notes:
    partition_key: pk
    sort_key: sk
    items: {note: {from: notes, key: {pk: "A#${author_id}", sk: "${uuid}"}}}
access_patterns:
  notes-of-author:
    parameters: {author: authors.id}
    query: {partition_key: "A#${author}", limit: 2}
    question: SELECT uuid AS sk FROM notes WHERE author_id = $author
  add-note:
    parameters: {author: authors.id, uuid: {generate: uuid}}
    put: {item: {pk: "A#${author}", sk: "${uuid}"}}
  all-notes:
    scan: {}
    accept: {DP703: "there are few"}
"""
# Says which servers were started and how often tables were loaded, without changing either.
COUNTING = """\
from pathlib import Path

from dynaproof.api import workbench
from dynaproof.proof import run


def pytest_sessionstart():
    log = Path(__file__).parent / "log"

    def logged(module, name):
        real = getattr(module, name)

        def call(*arguments):
            with log.open("a") as file:
                file.write(name + "\\n")
            return real(*arguments)

        setattr(module, name, call)

    logged(workbench, "start_server")
    logged(run, "load_tables")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    patterns = tmp_path / "patterns"
    (patterns / "cases" / "notes").mkdir(parents=True)
    for name, text in {
        "notes.yaml": NOTES,
        "wrong.yaml": NOTES.replace("count: 5", "cont: 5"),
        "settings.yaml": "colour: red\n",
        "cases/notes/1.yaml": "version: 1\ncode: DP801\npattern: notes-of-author\n",
    }.items():
        (patterns / name).write_text(text, encoding="utf-8")
    return tmp_path


def run_pytest(
    folder: Path, *options: str, status: int, **environment: str
) -> tuple[str, dict[str, str]]:
    """What pytest prints, and the outcome of each test by file and name."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *PLAIN, *options],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200", "PYTEST_ADDOPTS": "", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    outcomes = {
        f"{case.classname}::{case.name}": type(case.result[0]).__name__ if case.result else "passed"
        for suite in JUnitXml.fromfile(str(folder / "junit.xml"))
        for case in suite
    }
    return done.stdout, outcomes


def test_each_pattern_is_a_test_on_one_server_and_one_load(folder: Path) -> None:
    (folder / "conftest.py").write_text(COUNTING, encoding="utf-8")
    said, outcomes = run_pytest(folder, "--dynaproof", "patterns", status=1)
    assert outcomes == {
        "patterns.notes.yaml::notes-of-author": "Failure",
        "patterns.notes.yaml::add-note": "passed",
        "patterns.notes.yaml::all-notes": "passed",
        "patterns.wrong.yaml::definition": "Failure",
    }
    assert (folder / "log").read_text().split() == ["start_server", "load_tables"]
    # The difference and the finding, at its line; nothing of how the test came to it.
    assert "notes-of-author differs: largest" in said
    assert "patterns/notes.yaml:17:5: error DP801: " in said
    assert "patterns/wrong.yaml:4:13: error DP104: unknown key 'cont'" in said
    assert "pytest_plugin.py" not in said


def test_tests_are_chosen_by_name_and_the_first_failure_can_be_the_last(folder: Path) -> None:
    _, outcomes = run_pytest(folder, "--dynaproof", "patterns/notes.yaml", "-k", "add", status=0)
    assert outcomes == {"patterns.notes.yaml::add-note": "passed"}
    _, outcomes = run_pytest(folder, "--dynaproof", "patterns/notes.yaml", "-x", status=1)
    assert outcomes == {"patterns.notes.yaml::notes-of-author": "Failure"}
    said, _ = run_pytest(
        folder, "--dynaproof", "patterns/notes.yaml::all-notes", "--co", "-q", status=0
    )
    assert "patterns/notes.yaml::all-notes" in said
    assert "add-note" not in said


def test_workers_of_xdist_share_the_definitions(folder: Path) -> None:
    options = ("--dynaproof", "patterns", "-n", "2", "--dist", "loadfile")
    _, outcomes = run_pytest(folder, *options, status=1)
    assert sorted(outcomes.values()) == ["Failure", "Failure", "passed", "passed"]


def test_a_file_that_is_named_is_collected_whatever_it_holds(folder: Path) -> None:
    _, outcomes = run_pytest(folder, "--dynaproof", "patterns/settings.yaml", status=1)
    assert outcomes == {"patterns.settings.yaml::definition": "Failure"}


def test_without_the_option_definitions_are_no_tests(folder: Path) -> None:
    _, outcomes = run_pytest(folder, "patterns", status=5)
    assert outcomes == {}


def test_a_missing_server_is_told_at_each_test_and_asked_for_once(folder: Path) -> None:
    (folder / "conftest.py").write_text(COUNTING, encoding="utf-8")
    said, outcomes = run_pytest(
        folder,
        "--dynaproof",
        "patterns/notes.yaml",
        status=1,
        DYNAPROOF_DYNAMODB_LOCAL=str(folder / "nothing"),
    )
    assert set(outcomes.values()) == {"Failure"}
    assert said.count("error DP502: ") >= 3
    assert (folder / "log").read_text().split().count("start_server") == 1


def test_the_plug_in_costs_nothing_while_it_is_not_used() -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys, {MODULE}\nprint(json.dumps(list(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name for name in json.loads(done.stdout) if name.partition(".")[0] == "dynaproof"}
    assert loaded == {"dynaproof", "dynaproof.version", MODULE}
    assert not {"duckdb", "pydantic", "ruamel", "rich", "boto3"} & set(json.loads(done.stdout))
