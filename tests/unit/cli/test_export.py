"""``dynaproof export``: what it writes and tells, its options, its exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dynaproof.api.exporting import export_model
from dynaproof.cli import main
from dynaproof.exchange.exported import Exported, ItemsOf
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing import terraform
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import EnvironmentFault, InputError

NOTES = """\
version: 1
name: notes
entities:
  notes:
    count: 3
    attributes:
      id: {generate: uuid}
tables:
  notes:
    partition_key: pk
    items:
      note: {from: notes, key: {pk: "${id}"}}
  archive: {partition_key: id}
access_patterns:
  get-note:
    parameters: {id: notes.id}
    get: {table: notes, key: {pk: "${id}"}}
"""
TOLD = [
    "not carried: entities: facts have no place there: notes",
    "not carried: tables.notes.items: item types have no place there: note",
    "not carried: access_patterns: requests have no place there: get-note",
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.yaml").write_text(NOTES)
    return tmp_path


def export(*options: str, definition: str = "notes.yaml") -> Result:
    return CliRunner().invoke(main, ["export", definition, *options])


def names(folder: Path) -> list[str]:
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())


def test_a_file_of_a_folder_that_is_made(folder: Path) -> None:
    done = export("--to", "cloudformation", "-o", "out/here/template.yaml")
    assert done.exit_code == 0
    assert done.stdout == ""
    assert done.stderr.splitlines() == ["wrote out/here/template.yaml", *TOLD]
    assert names(folder) == ["notes.yaml", "out/here/template.yaml"]


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".yml"])
def test_the_suffix_chooses_json_or_yaml(folder: Path, suffix: str) -> None:
    assert export("--to", "sam", "-o", f"template{suffix}", "-q").exit_code == 0
    text = (folder / f"template{suffix}").read_text()
    assert (text[0] == "{") == (suffix == ".json")


def test_a_folder_and_what_it_held(folder: Path) -> None:
    (folder / "infra").mkdir()
    (folder / "infra" / "backend.tf").write_text("theirs")
    assert export("--to", "terraform", "-o", "infra").exit_code == 0
    assert names(folder) == ["infra/backend.tf", "infra/main.tf.json", "notes.yaml"]


def test_a_file_where_a_folder_would_hold_one(folder: Path) -> None:
    assert export("--to", "terraform", "-o", "infra/tables.tf.json").exit_code == 0
    assert json.loads((folder / "infra" / "tables.tf.json").read_text())["resource"]
    done = export("--to", "onetable", "-o", "notes.json", "--table", "notes")
    assert done.exit_code == 0, done.stderr
    assert json.loads((folder / "notes.json").read_text())["format"] == "onetable:1.1.0"
    assert "tables.mjs: it is written where the target is a folder" in done.stderr
    assert export("--to", "csv", "-o", "note.csv", "--table", "notes").exit_code == 0
    assert (folder / "note.csv").read_text().splitlines()[0] == '"pk"'
    assert names(folder) == ["infra/tables.tf.json", "note.csv", "notes.json", "notes.yaml"]


def test_a_file_where_a_folder_would_hold_several(folder: Path) -> None:
    done = export("--to", "onetable", "-o", "both.json")
    assert done.exit_code == 2
    assert "DP119: the form 'onetable' gives 2 files ending with .json here" in done.stderr
    assert "Traceback" not in done.stderr
    assert names(folder) == ["notes.yaml"]


@pytest.mark.parametrize(
    ("form", "target", "file"),
    [
        ("cdk", "stack.py", "stack.py"),
        ("terraform", "infra", "infra/main.tf.json"),
        ("terraform", "main.tf.json", "main.tf.json"),
    ],
)
def test_a_file_that_is_there_stays_unless_forced(
    folder: Path, form: str, target: str, file: str
) -> None:
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text("mine")
    refused = export("--to", form, "-o", target)
    assert refused.exit_code == 3
    assert "DP513" in refused.stderr
    assert "--force" in refused.stderr
    assert (folder / file).read_text() == "mine"
    assert export("--to", form, "-o", target, "--force").exit_code == 0
    assert (folder / file).read_text() != "mine"


def test_json_says_what_was_written_and_what_was_not(folder: Path) -> None:
    done = export("--to", "sam", "-o", "t.json", "--table", "archive", "--json", "-", "-q")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "format": "dynaproof-export",
        "version": 1,
        "definition": "notes",
        "to": "sam",
        "files": ["t.json"],
        "not_carried": [
            {"place": "tables.notes", "reason": "it was not chosen"},
            {
                "place": "access_patterns.get-note",
                "reason": "it uses the table 'notes', which was not chosen",
            },
            {"place": "entities", "reason": "facts have no place there: notes"},
        ],
    }
    assert list(json.loads((folder / "t.json").read_text())["Resources"]) == ["ArchiveTable"]
    assert export("--to", "sam", "-o", "u.json", "--json", "new/told.json").exit_code == 0
    assert json.loads((folder / "new" / "told.json").read_text())["files"] == ["u.json"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--to", "sam", "-o", "template"], "DP119"),
        (["--to", "sam", "-o", "template.toml"], "DP119"),
        (["--to", "cdk", "-o", "stack.yaml"], "DP119"),
        (["--to", "sam", "-o", "t.yaml", "--table", "note"], "DP111"),
        (["--to", "json", "-o", "t.json"], "'json' is not one of"),
        (["--to", "sam", "-o", "t.json", "--json", "./t.json"], "it is the target"),
    ],
)
def test_what_cannot_be_asked_for_writes_nothing(
    folder: Path, options: list[str], code: str
) -> None:
    refused = export(*options)
    assert refused.exit_code == 2
    assert code in refused.stderr
    assert names(folder) == ["notes.yaml"]


@pytest.mark.parametrize(
    "text", ["version: 1\nname: x\ntables: {abc: {partition_key: 5}}\n", "{", "\x00", "[1]"]
)
def test_a_wrong_definition_is_told_and_nothing_written(folder: Path, text: str) -> None:
    (folder / "notes.yaml").write_text(text)
    refused = export("--to", "sam", "-o", "t.yaml")
    assert refused.exit_code == 2
    assert "error DP" in refused.stderr
    assert names(folder) == ["notes.yaml"]


@pytest.mark.parametrize("target", ["notes.yaml/t.json", "gone/../notes.yaml/x.json", "dir.json"])
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_target_that_cannot_be_is_told(folder: Path, target: str, force: list[str]) -> None:
    (folder / "dir.json").mkdir()
    refused = export("--to", "sam", "-o", target, *force)
    assert refused.exit_code in (2, 3)
    assert isinstance(refused.exception, SystemExit)
    assert names(folder) == ["notes.yaml"]


@pytest.mark.parametrize(("form", "target"), [("sam", "a\x00b.json"), ("terraform", "a\x00b")])
def test_a_name_that_no_file_can_have_is_told_in_python_too(form: str, target: str) -> None:
    with pytest.raises(EnvironmentFault, match="DP513"):
        export_model("notes.yaml", form, target)


def test_an_unknown_form_is_told_with_what_is_meant() -> None:
    with pytest.raises(InputError, match="cloudformation"):
        export_model("notes.yaml", "cloudfromation", "t.json")


def test_a_link_is_not_written_through_unasked(folder: Path) -> None:
    (folder / "t.json").symlink_to("gone.json")
    assert export("--to", "sam", "-o", "t.json").exit_code == 3
    assert names(folder) == ["notes.yaml"]


def test_a_pipe_takes_the_file() -> None:
    command = [sys.executable, "-m", "dynaproof", "export", "notes.yaml", "--to=sam", "-q"]
    done = subprocess.run([*command, "-o", "/dev/stdout"], capture_output=True, check=True)
    assert json.loads(done.stdout)["Transform"] == "AWS::Serverless-2016-10-31"


def test_items_are_generated_when_asked_for_follow_the_seed_and_stream(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through an exporter of its own: lines of items, written while they come."""

    def lines(definition: Definition, items: ItemsOf) -> Exported:
        def write(stream: object) -> list[NotCarried]:
            for item in items("notes"):
                assert item.item_type == "note"
                assert item.typed()["pk"]["S"]
                stream.write(item.text.encode() + b"\n")  # type: ignore[attr-defined]
            return [NotCarried("notes", "told by writing")]

        return Exported({"lines": write}, (NotCarried("first", "told before"),))

    monkeypatch.setattr(terraform, "export_terraform", lines)
    done = export_model("notes.yaml", "terraform", "one")
    assert [one.place for one in done.not_carried] == ["first", "notes"]
    assert done.files == (Path("one/lines"),)
    export_model("notes.yaml", "terraform", "same")
    export_model("notes.yaml", "terraform", "other", seed=1)
    one, same, other = ((folder / name / "lines").read_text() for name in ("one", "same", "other"))
    assert one.count("\n") == 3
    assert one == same
    assert one != other


def test_what_is_told_cannot_steer_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    def hostile(definition: Definition, items: ItemsOf) -> Exported:
        return Exported({"x": b""}, (NotCarried("a\x1b[2J", "b\nc\r"),))

    monkeypatch.setattr(terraform, "export_terraform", hostile)
    done = export("--to", "terraform", "-o", "x")
    assert done.stderr == "wrote x/x\nnot carried: a\\x1b[2J: b\\nc\\r\n"
