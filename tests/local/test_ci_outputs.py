"""``--format`` and ``--output`` of check, run and prove, as CI uses them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result
from junitparser import JUnitXml

from dynaproof.cli import main
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.report.published_schemas import published_schema

ROOT = Path(__file__).parents[2]
FLAWED = ROOT / "tests" / "flaws" / "flawed"
SARIF = json.loads((ROOT / "tests" / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
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
    expect: {read_capacity_units: {max: 0.25}}
  add-note:
    parameters: {author: authors.id, uuid: {generate: uuid}}
    put: {item: {pk: "A#${author}", sk: "${uuid}"}}
"""
FORMATS = {"junit": "xml", "sarif": "sarif", "github": "txt", "markdown": "md", "json": "json"}


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("notes.yaml").write_text(NOTES, encoding="utf-8")
    return Path("notes.yaml")


def call(*options: str | Path, endpoint: Endpoint | None = None, status: int = 0) -> Result:
    at: list[str] = []
    if endpoint is not None:
        at = ["--endpoint-url", endpoint.url, "--table-prefix", endpoint.table_prefix]
    done = CliRunner().invoke(main, [*map(str, options), *at])
    assert done.exit_code == status, done.output
    return done


def everything(folder: str) -> list[str]:
    return [f"--output={kind}={folder}/out.{ending}" for kind, ending in FORMATS.items()]


def read(folder: str) -> dict[str, str]:
    return {
        kind: Path(folder, f"out.{ending}").read_text(encoding="utf-8")
        for kind, ending in FORMATS.items()
    }


def states(junit: str) -> Mapping[str | None, str]:
    [suite] = JUnitXml.fromstring(junit.encode())
    return {case.name: type(case.result[0]).__name__ if case.result else "passed" for case in suite}


def test_one_run_writes_all_formats_and_each_has_the_verdict(
    notes: Path, endpoint: Endpoint
) -> None:
    done = call("run", notes, *everything("new/folder"), endpoint=endpoint, status=1)
    assert "1 of 1 access pattern" in done.stdout or "0 of 1 access pattern" in done.stdout
    told = read("new/folder")
    assert states(told["junit"]) == {"notes-of-author": "Failure", "add-note": "passed"}
    jsonschema.Draft4Validator(SARIF).validate(json.loads(told["sarif"]))
    codes = {one["ruleId"] for one in json.loads(told["sarif"])["runs"][0]["results"]}
    assert codes == {"DP801", "DP601"}
    assert "::error file=notes.yaml,line=17,col=5,title=DP801" in told["github"]
    assert "| notes-of-author | failed | broken | differs |" in told["markdown"]
    assert json.loads(told["json"])["exit_status"] == 1


def test_stdout_shows_the_format_alone(notes: Path, endpoint: Endpoint) -> None:
    done = call("run", notes, "--format", "junit", "--pattern", "add-note", endpoint=endpoint)
    assert states(done.stdout) == {"add-note": "passed"}
    written = call("run", notes, "--json", "-", "--pattern", "add-note", endpoint=endpoint)
    same = call("run", notes, "--format", "json", "--pattern", "add-note", endpoint=endpoint)
    assert json.loads(written.stdout) == json.loads(same.stdout)


@pytest.mark.parametrize(
    ("flaw", "code", "told"),
    [
        ("limit-smaller-than-asked", "DP824", "Should have answered"),
        ("lost-update-whole-item", "DP827", "In this order"),
    ],
)
def test_a_proof_tells_its_stories_in_all_formats(
    flaw: str, code: str, told: str, tmp_path: Path, endpoint: Endpoint
) -> None:
    definition = FLAWED / f"{flaw}.yaml"
    outputs = everything(str(tmp_path))
    call("prove", definition, "--sets", "12", *outputs, endpoint=endpoint, status=1)
    found = read(str(tmp_path))
    [suite] = JUnitXml.fromstring(found["junit"].encode())
    failures = {one.type: one.text for case in suite for one in case.result if one.text}
    assert told in failures[code]
    assert told in found["markdown"]
    log = json.loads(found["sarif"])
    jsonschema.Draft4Validator(SARIF).validate(log)
    assert code in {one["ruleId"] for one in log["runs"][0]["results"]}
    document = json.loads(found["json"])
    jsonschema.Draft202012Validator(closed(json.loads(published_schema("prove")))).validate(
        document
    )
    assert code in {one["code"] for one in document["counterexamples"] + document["races"]}


def closed(node: object) -> dict[str, object]:
    """The schema with no room for what it does not describe."""
    shut = _closed(node)
    assert isinstance(shut, dict)
    return shut


def _closed(node: object) -> object:
    if isinstance(node, list):
        return [_closed(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    inside = {name: _closed(inner) for name, inner in node.items()}
    return inside | ({"additionalProperties": False} if "properties" in node else {})


@pytest.mark.parametrize("command", ["run", "prove"])
def test_ci_is_told_when_a_definition_is_wrong(command: str, notes: Path) -> None:
    notes.write_text(NOTES.replace("count: 5", "cont: 5"), encoding="utf-8")
    call(command, notes, *everything("out"), status=2)
    assert not Path("out/out.json").exists()
    assert states(Path("out/out.xml").read_text()) == {"definition": "Error"}
    assert Path("out/out.txt").read_text().startswith("::error file=notes.yaml,line=4,col=13,")
    assert "DP104" in Path("out/out.md").read_text()
    jsonschema.Draft4Validator(SARIF).validate(json.loads(Path("out/out.sarif").read_text()))


def test_ci_is_told_when_there_is_no_server(notes: Path) -> None:
    options = ("--endpoint-url", "http://127.0.0.1:1", "-o", "junit=j.xml", "-o", "sarif=s.sarif")
    call("run", notes, *options, status=3)
    assert states(Path("j.xml").read_text()) == {"definition": "Error"}
    [run] = json.loads(Path("s.sarif").read_text())["runs"]
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is False


def test_check_writes_all_formats_for_several_files(notes: Path) -> None:
    Path("other.yaml").write_text(NOTES.replace("A#${author}", "A#${autor}"), encoding="utf-8")
    Path("empty.yaml").write_text("", encoding="utf-8")
    call("check", notes, "other.yaml", "empty.yaml", "gone.yaml", *everything("out"), status=2)
    told = read("out")
    suites = JUnitXml.fromstring(told["junit"].encode())
    assert [(one.name, one.failures, one.tests) for one in suites] == [
        ("notes", 0, 3),
        ("notes", 2, 3),
        ("empty.yaml", 1, 1),
        ("gone.yaml", 1, 1),
    ]
    jsonschema.validate(json.loads(told["json"]), json.loads(published_schema("findings")))
    assert told["github"].count("::error ") == len(json.loads(told["json"]))


@pytest.mark.parametrize(
    "options",
    [
        ["-o", "notes.xml"],
        ["-o", "xml=notes.xml"],
        ["-o", "junit="],
        ["-o", "junit=a", "-o", "sarif=a"],
        ["--format", "xml"],
        ["--json", "-", "--format", "sarif"],
    ],
)
def test_outputs_that_make_no_sense_are_refused_at_once(options: list[str], notes: Path) -> None:
    done = call("run", notes, *options, status=2)
    assert "Usage:" in done.stderr
    assert list(Path().iterdir()) == [notes]


def test_what_cannot_be_written_is_told_before_the_run(notes: Path) -> None:
    Path("file").write_text("", encoding="utf-8")
    done = call("run", notes, "-o", "junit=file/below.xml", status=3)
    assert "DP513" in done.stderr
    assert "Traceback" not in done.stderr
