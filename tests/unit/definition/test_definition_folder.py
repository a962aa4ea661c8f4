"""A folder that holds a definition.yaml stands for it, wherever a definition is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from dynaproof import Workbench
from dynaproof.api.comparisons import compare, write_baseline
from dynaproof.cli import main
from dynaproof.definition.definition_file import definition_file
from dynaproof.definition.load import load
from dynaproof.model.diagnostic import InputError

NOTES = """\
version: 1
name: notes
entities:
  notes:
    from: datasets/notes.csv
    attributes: {id: {}, text: {}}
tables:
  notes:
    partition_key: pk
    items:
      note: {from: notes, key: {pk: "NOTE#${id}"}, attributes: {text: "${text}"}}
access_patterns:
  note:
    parameters: {id: notes.id}
    get: {key: {pk: "NOTE#${id}"}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "notes.csv").write_text("id,text\na,one\nb,two\n")
    (tmp_path / "definition.yaml").write_text(NOTES)
    return tmp_path


def test_a_folder_is_the_definition_in_it(folder: Path) -> None:
    assert definition_file(folder) == folder / "definition.yaml"
    assert load(folder) == load(folder / "definition.yaml")


def test_a_file_is_itself_be_it_there_or_not(tmp_path: Path) -> None:
    assert definition_file(tmp_path / "notes.yaml") == tmp_path / "notes.yaml"
    assert definition_file(Path("a\0b")) == Path("a\0b")


def test_a_workbench_takes_a_folder_with_its_datasets(folder: Path) -> None:
    with Workbench(folder) as bench:
        assert list(bench.facts("notes")["text"]) == ["one", "two"]


def test_files_beside_the_definition_are_in_the_folder(folder: Path) -> None:
    assert write_baseline(folder) == folder / "definition.baseline.json"
    assert not compare(folder, folder / "definition.yaml")


@pytest.mark.parametrize(
    "arguments",
    [["check", "{}"], ["explain", "{}", "note"], ["baseline", "write", "{}"], ["diff", "{}", "{}"]],
    ids=" ".join,
)
def test_commands_take_a_folder(folder: Path, arguments: Sequence[str]) -> None:
    done = CliRunner().invoke(main, [one.format(folder) for one in arguments])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("command", [["check"], ["run"], ["explain", "x"], ["diff", "x.yaml"]])
def test_a_folder_without_a_definition_is_told(tmp_path: Path, command: list[str]) -> None:
    done = CliRunner().invoke(main, [command[0], str(tmp_path), *command[1:]])
    assert done.exit_code == 2
    assert "the folder holds no definition.yaml" in done.output
    with pytest.raises(InputError, match="the folder holds no definition"):
        Workbench(tmp_path).check()
