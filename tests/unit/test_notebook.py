"""``%dynaproof`` and ``%%dynaproof`` in a real IPython shell; what needs a server is in local/."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from dynaproof import Workbench

DEFINITION = """\
version: 1
name: notes
entities:
  users: {count: 9, attributes: {handle: {generate: user_name, unique: true}}}
tables:
  notes:
    partition_key: pk
    items:
      user: {from: users, key: {pk: "USER#${handle}"}, attributes: {handle: "${handle}"}}
access_patterns:
  get-user:
    parameters: {handle: users.handle}
    get: {key: {pk: "USER#${handle}"}}
    question: SELECT handle FROM users WHERE handle = $handle
"""
OTHER = DEFINITION.replace("name: notes", "name: others")


SHELL: Any = InteractiveShell  # whose methods have no types


class Notebook:
    """Cells are run as a kernel runs them."""

    def __init__(self, shell: Any, capture: pytest.CaptureFixture[str]) -> None:
        self.shell = shell
        self._capture = capture

    def gives(self, cell: str) -> Any:
        """What a cell that succeeds gives."""
        done = self.shell.run_cell(cell)
        assert done.success, self._capture.readouterr().out
        return done.result

    def fails(self, cell: str) -> str:
        """What is shown of a cell that fails."""
        self._capture.readouterr()
        assert not self.shell.run_cell(cell).success
        shown = self._capture.readouterr()
        return shown.out + shown.err

    def prints(self, cell: str) -> str:
        """What a cell that gives nothing prints."""
        self._capture.readouterr()
        assert self.gives(cell) is None
        return self._capture.readouterr().out


@pytest.fixture
def notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Notebook]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.chdir(tmp_path)
    config = Config()
    config.HistoryManager.enabled = False
    shell = SHELL(config=config)
    made = Notebook(shell, capsys)
    made.gives("%load_ext dynaproof")
    yield made
    shell.run_cell("%unload_ext dynaproof")


def test_a_definition_in_a_cell_is_checked_and_kept(notebook: Notebook) -> None:
    assert str(notebook.gives(f"%%dynaproof mine\n{DEFINITION}")) == "notes: no findings"
    assert str(notebook.gives("%dynaproof check")) == "notes: no findings"
    assert [table.name for table in notebook.gives("%dynaproof tables")] == ["notes"]
    assert [one.name for one in notebook.gives("%dynaproof patterns")] == ["get-user"]


def test_findings_count_the_lines_of_the_cell(notebook: Notebook) -> None:
    cell = f"%%dynaproof mine\n{DEFINITION.replace('partition_key', 'partition_kee')}"
    line = next(n for n, text in enumerate(cell.split("\n"), 1) if "partition_kee" in text)
    places = [str(found.place) for found in notebook.gives(cell)]
    assert f"mine:{line}:5" in places


def test_a_definition_with_errors_takes_the_place_of_the_one_before(notebook: Notebook) -> None:
    notebook.gives(f"%%dynaproof\n{DEFINITION}")
    notebook.gives(f"%%dynaproof\n{DEFINITION.replace('count: 9', 'count: nine')}")
    shown = notebook.fails("%dynaproof run")
    assert "definition:5:18: error DP105" in shown
    assert "Traceback" not in shown


def test_explain_tells_what_the_workbench_tells(notebook: Notebook) -> None:
    notebook.gives(f"%%dynaproof --seed 7\n{DEFINITION}")
    with Workbench(DEFINITION, seed=7) as bench:
        handle = str(bench.facts("users")["handle"][3])
        explained, smallest = (
            bench.explain("get-user", handle=handle),
            bench.explain("get-user", "nothing found"),
        )
    notebook.shell.push({"handle": handle})
    told = notebook.gives("%dynaproof explain get-user --param handle={handle}")
    assert str(told) == str(explained)
    assert told._repr_html_() == explained._repr_html_()
    told = notebook.gives('%dynaproof explain get-user --set "nothing found"')
    assert str(told) == str(smallest)


def test_the_definition_named_last_is_the_current_one(notebook: Notebook) -> None:
    notebook.gives(f"%%dynaproof one\n{DEFINITION}")
    notebook.gives(f"%%dynaproof two\n{OTHER}")
    assert notebook.gives("%dynaproof bench").name == "others"
    assert notebook.gives("%dynaproof bench -d one").name == "notes"
    assert notebook.gives("%dynaproof bench").name == "notes"


def test_a_file_is_read_again_when_it_has_changed(notebook: Notebook, tmp_path: Path) -> None:
    file = tmp_path / "model.yaml"
    file.write_text(DEFINITION, encoding="utf-8")
    first = notebook.gives("%dynaproof bench -d model.yaml")
    assert notebook.gives("%dynaproof bench") is first
    file.write_text(OTHER, encoding="utf-8")
    assert notebook.gives("%dynaproof bench").name == "others"


def test_another_seed_makes_other_facts(notebook: Notebook) -> None:
    notebook.gives(f"%%dynaproof\n{DEFINITION}")
    assert notebook.gives("%dynaproof bench").seed == 42
    other = notebook.gives("%dynaproof bench --seed 7")
    assert other.seed == 7
    assert notebook.gives("%dynaproof bench") is other


FAULTS = {
    "%dynaproof check": ("DP117", "there is no definition yet"),
    "%dynaproof rnu": ("DP117", "No such command 'rnu'", "run"),
    "%dynaproof explain": ("DP117", "Missing argument 'PATTERN'", "Usage: %dynaproof explain"),
    "%dynaproof prove --sets none": ("DP117", "'none' is not a valid integer"),
    "%dynaproof check 'mine": ("DP117", "no closing quotation"),
    "%dynaproof check -d gone.yaml": ("DP101", "gone.yaml"),
    "%%dynaproof one two\nversion: 1": ("DP117", "two", "Usage: %%dynaproof"),
}


@pytest.mark.parametrize("cell", FAULTS)
def test_what_cannot_be_understood_fails_with_a_short_message(
    notebook: Notebook, cell: str
) -> None:
    shown = notebook.fails(cell)
    assert [part for part in FAULTS[cell] if part not in shown] == []
    assert "Traceback" not in shown
    assert len(shown.splitlines()) <= 3


FAULTS_OF_A_DEFINITION = {
    "%dynaproof explain get-usr": ("DP111", "Did you mean 'get-user'?"),
    "%dynaproof explain get-user --param handle": ("DP117", "'handle' is not NAME=VALUE"),
    "%dynaproof check -d mini": ("DP101", "Did you mean 'mine'?"),
}


@pytest.mark.parametrize("cell", FAULTS_OF_A_DEFINITION)
def test_a_wrong_name_fails_with_what_was_meant(notebook: Notebook, cell: str) -> None:
    notebook.gives(f"%%dynaproof mine\n{DEFINITION}")
    shown = notebook.fails(cell)
    assert [part for part in FAULTS_OF_A_DEFINITION[cell] if part not in shown] == []
    assert "Traceback" not in shown


def test_a_workbench_fails_without_a_traceback_too(notebook: Notebook) -> None:
    shown = notebook.fails("from dynaproof import Workbench\nWorkbench('gone.yaml').check()")
    assert shown.startswith("gone.yaml: error DP101")
    assert "Traceback" not in shown


@pytest.mark.parametrize("line", ["%dynaproof", "%dynaproof -h", "%dynaproof prove --help"])
def test_help_is_printed_and_gives_nothing(notebook: Notebook, line: str) -> None:
    assert notebook.prints(line).startswith("Usage: %dynaproof")


def test_unloaded_it_is_gone(notebook: Notebook) -> None:
    notebook.gives("%unload_ext dynaproof")
    assert "`%dynaproof` not found" in notebook.fails("%dynaproof check")


def test_importing_dynaproof_imports_neither_ipython_nor_click() -> None:
    heavy = "{'IPython', 'click', 'duckdb', 'nbformat'}"
    code = f"import dynaproof, sys; sys.exit(', '.join({heavy} & set(sys.modules)) or None)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "")
