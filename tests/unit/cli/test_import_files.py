"""``dynaproof import``: what is read, what is written and where, and what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from dynaproof.api.importing import import_model
from dynaproof.cli import main
from dynaproof.cli.import_command import MOST_LINES
from dynaproof.model.diagnostic import EnvironmentFault, InputError

MODEL = {
    "tables": [
        {
            "TableName": "notes",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "BillingMode": "PAY_PER_REQUEST",
            "Tags": [],
        }
    ],
    "items": {
        "notes": [
            {
                "PutRequest": {
                    "Item": {
                        "pk": {"S": f"USER#{n % 2}"},
                        "sk": {"S": f"NOTE#{n}"},
                        "text": {"S": f"text {n}"},
                        "entityType": {"S": "Note"},
                    }
                }
            }
            for n in range(4)
        ]
    },
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "model.json"
    file.write_text(json.dumps(MODEL))
    return file


def run(*arguments: object, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["import", *map(str, arguments)], input=given)


def names(folder: Path) -> list[str]:
    return sorted(
        one.relative_to(folder).as_posix() for one in folder.rglob("*") if not one.is_dir()
    )


def test_a_folder_gets_the_definition_and_its_datasets(model: Path, tmp_path: Path) -> None:
    done = run(model, "-o", tmp_path / "notes")
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert names(tmp_path / "notes") == ["datasets/Note.jsonl", "definition.yaml"]
    assert "table notes: 0 indexes, 4 items of Note" in done.stderr
    assert "not carried: tables[0].Tags: tags are not part of a model" in done.stderr
    assert f"next: dynaproof run {tmp_path / 'notes'}" in done.stderr
    checked = CliRunner().invoke(main, ["check", str(tmp_path / "notes")])
    assert checked.exit_code == 0, checked.output


def test_a_yaml_target_is_the_definition_s_file(model: Path, tmp_path: Path) -> None:
    target = tmp_path / "patterns" / "notes.yaml"
    assert run(model, "-o", target).exit_code == 0
    assert names(tmp_path / "patterns") == ["datasets/notes/Note.jsonl", "notes.yaml"]
    assert CliRunner().invoke(main, ["check", str(target)]).exit_code == 0


def test_two_definitions_of_a_folder_keep_their_datasets_apart(model: Path, tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yml"):
        assert run(model, "-o", tmp_path / "p" / name).exit_code == 0
    assert names(tmp_path / "p") == [
        "datasets/one/Note.jsonl",
        "datasets/two/Note.jsonl",
        "one.yaml",
        "two.yml",
    ]


def test_json_says_what_was_made_and_what_was_not_carried(model: Path, tmp_path: Path) -> None:
    done = run(model, "-o", tmp_path / "notes", "--json", "-", "-q")
    document = json.loads(done.stdout)
    assert document["format"] == "dynaproof-import"
    assert document["from"] == "awslabs"
    assert document["source"] == str(model)
    assert document["tables"] == [{"name": "notes", "indexes": 0, "items": {"Note": 4}}]
    assert set(document["proved"]) <= set(document["access_patterns"])
    assert {"place": "tables[0].Tags", "reason": "tags are not part of a model"} in document[
        "not_carried"
    ]
    assert [Path(one).name for one in document["files"]] == ["definition.yaml", "Note.jsonl"]
    file = tmp_path / "reports" / "import.json"
    assert run(model, "-o", tmp_path / "b", "--json", file).exit_code == 0
    assert json.loads(file.read_text())["tables"] == document["tables"]


@pytest.mark.parametrize(("target", "file"), [("a", "a/definition.yaml"), ("a.yaml", "a.yaml")])
def test_the_json_is_another_file_than_the_definition(
    model: Path, tmp_path: Path, target: str, file: str
) -> None:
    done = run(model, "-o", tmp_path / target, "--json", tmp_path / file)
    assert done.exit_code == 2
    assert names(tmp_path) == ["model.json"]


def test_of_very_much_that_is_not_carried_a_part_is_shown(tmp_path: Path) -> None:
    document = json.loads(json.dumps(MODEL))
    document["tables"][0] |= {f"Colour{n}": n for n in range(MOST_LINES)}
    (tmp_path / "model.json").write_text(json.dumps(document))
    done = run(tmp_path / "model.json", "-o", tmp_path / "a", "--json", "-")
    told = json.loads(done.stdout)["not_carried"]
    assert len(told) == MOST_LINES + 1
    assert "not carried: 1 more; --json FILE writes all of them" in done.stderr
    assert done.stderr.count("not carried: ") == MOST_LINES + 1


def test_standard_input_is_a_source(tmp_path: Path) -> None:
    done = run("-", "-o", tmp_path / "notes", given=json.dumps(MODEL).encode())
    assert done.exit_code == 0, done.output
    assert "definition.yaml" in names(tmp_path / "notes")


def test_a_pipe_is_a_source(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_bytes, args=[json.dumps(MODEL).encode()])
    writer.start()
    done = run(pipe, "-o", tmp_path / "notes")
    writer.join()
    assert done.exit_code == 0, done.output


def test_what_is_there_stays_without_force(model: Path, tmp_path: Path) -> None:
    target = tmp_path / "notes"
    target.mkdir()
    (target / "definition.yaml").write_text("mine")
    done = run(model, "-o", target)
    assert done.exit_code == 3
    assert "there is such a file already" in done.output
    assert "--force" in done.output
    assert names(target) == ["definition.yaml"]
    assert (target / "definition.yaml").read_text() == "mine"
    assert run(model, "-o", target, "--force").exit_code == 0
    assert (target / "definition.yaml").read_text() != "mine"


def test_a_dataset_that_is_there_keeps_all_from_being_written(model: Path, tmp_path: Path) -> None:
    target = tmp_path / "notes"
    (target / "datasets").mkdir(parents=True)
    (target / "datasets" / "Note.jsonl").write_text("mine")
    assert run(model, "-o", target).exit_code == 3
    assert names(target) == ["datasets/Note.jsonl"]
    assert (target / "datasets" / "Note.jsonl").read_text() == "mine"


@pytest.mark.parametrize("force", [[], ["--force"]], ids=["alone", "forced"])
def test_a_link_that_leads_out_of_the_folder_is_not_followed(
    model: Path, tmp_path: Path, force: list[str]
) -> None:
    target, outside = tmp_path / "notes", tmp_path / "outside"
    target.mkdir()
    outside.mkdir()
    (target / "datasets").symlink_to(outside)
    done = run(model, "-o", target, *force)
    assert done.exit_code == 3
    assert names(outside) == []
    assert not (target / "definition.yaml").exists()


def test_a_target_that_is_a_file_is_refused(model: Path, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    assert run(model, "-o", tmp_path / "notes").exit_code == 3
    assert (tmp_path / "notes").read_text() == "mine"


HOSTILE = [
    "../../outside",
    "/etc/passwd",
    "a\0b",
    "..",
    ".",
    "con\r\nx: y",
    "{{x}}",
    "${x}",
    "'\"`#",
]


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_names_of_a_model_lead_nowhere(tmp_path: Path, name: str) -> None:
    document = json.loads(json.dumps(MODEL))
    document["tables"][0]["TableName"] = name
    document["items"] = {name: document["items"]["notes"]}
    for request in document["items"][name]:
        request["PutRequest"]["Item"][name] = {"S": name}
        request["PutRequest"]["Item"]["type"] = {"S": name}
    file = tmp_path / "model.json"
    file.write_text(json.dumps(document))
    (tmp_path / "in").mkdir()
    done = run(file, "-o", tmp_path / "in" / "notes")
    assert done.exit_code in (0, 2), done.output
    assert {one.split("/")[0] for one in names(tmp_path)} <= {"in", "model.json"}
    if done.exit_code == 0:
        assert CliRunner().invoke(main, ["check", str(tmp_path / "in" / "notes")]).exit_code == 0
    else:
        assert not (tmp_path / "in" / "notes").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"no model", "none of the formats"),
        (b'{"tables": [}', "the file is not JSON"),
        (b"[" * 50_000, "nested deeper"),
        (b"\x89PNG\r\n\x1a\n\x00", "not UTF-8"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_file_that_cannot_be_used_ends_with_2_and_writes_nothing(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "model.json").write_bytes(content)
    done = run(tmp_path / "model.json", "-o", tmp_path / "notes")
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert "Traceback" not in done.output
    assert names(tmp_path) == ["model.json"]


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(100_000_000)
    done = run(large, "-o", tmp_path / "notes")
    assert done.exit_code == 2
    assert "larger than 20 MB" in done.output


@pytest.mark.parametrize("source", ["folder", "missing.json", "a\0b"])
def test_what_is_no_file_is_refused(tmp_path: Path, source: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as refused:
        import_model(tmp_path / source, tmp_path / "notes")
    assert refused.value.diagnostics[0].code.value == "DP101"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a SOURCE"),
        (["m.json", "--endpoint-url", "http://127.0.0.1:1"], "name a SOURCE"),
        (["m.json", "--table", "a"], "--table goes with --endpoint-url"),
        (["m.json", "--keep-values"], "--keep-values goes with --endpoint-url"),
        (["m.json", "--seed", "42"], "--seed goes with --endpoint-url"),
        (["--endpoint-url", "http://127.0.0.1:1", "--from", "sheet"], "--from goes with a SOURCE"),
    ],
    ids=" ".join,
)
def test_options_that_do_not_go_together_are_refused(arguments: list[str], said: str) -> None:
    done = run(*arguments, "-o", "x")
    assert done.exit_code == 2
    assert said in done.output


def test_the_format_may_be_said(model: Path, tmp_path: Path) -> None:
    assert run(model, "-o", tmp_path / "a", "--from", "awslabs").exit_code == 0
    done = run(model, "-o", tmp_path / "b", "--from", "onetable")
    assert done.exit_code == 2
    assert not (tmp_path / "b").exists()


def test_in_python_the_same_with_a_result_to_look_at(model: Path, tmp_path: Path) -> None:
    made = import_model(model, tmp_path / "notes")
    assert made.definition == tmp_path / "notes" / "definition.yaml"
    assert made.named == tmp_path / "notes"
    assert repr(made).splitlines()[0] == f"{model} -> {made.definition}"
    assert "4 items of Note" in repr(made)
    html = made._repr_html_()
    assert "tables[0].Tags" in html
    with pytest.raises(EnvironmentFault):
        import_model(model, tmp_path / "notes")
    assert import_model(model, tmp_path / "notes", force=True).tables == made.tables


def test_html_of_a_result_is_escaped(tmp_path: Path) -> None:
    document = json.loads(json.dumps(MODEL))
    document["tables"][0]["<script>alert(1)</script>"] = 1
    file = tmp_path / "<b>.json"
    file.write_text(json.dumps(document))
    html = import_model(file, tmp_path / "notes")._repr_html_()
    assert "<script>" not in html
    assert "<b>.json" not in html
