"""What docs/how-to/ci.md and the workflow tell CI to do can be done, as they say it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any  # YAML

import jsonschema
import pytest
from junitparser import JUnitXml
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "ci.md").read_text(encoding="utf-8")
MODEL = """\
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
  list-notes:
    parameters: {author: authors.id}
    query: {partition_key: "A#${author}"}
    question: SELECT uuid AS sk FROM notes WHERE author_id = $author
    expect: {read_capacity_units: {max: 0.5}}
"""
WORKFLOW = ROOT / ".github" / "workflows" / "dynaproof.yml"
SARIF = ROOT / "tests" / "schemas" / "sarif-2.1.0.json"
INSTALL = re.compile(r'pip install "(?:\$PACKAGE|dynaproof\[(\w+)\])"')
EXPRESSION = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")


def read(text: str) -> Any:
    return YAML(typ="safe").load(text)


def blocks(language: str, text: str = PAGE) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def scripts(node: object) -> Iterator[str]:
    """Commands of GitHub's steps and of GitLab's jobs, in their order."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "run" and isinstance(value, str):
                yield value
            elif key in ("before_script", "script"):
                yield from value
            else:
                yield from scripts(value)
    if isinstance(node, list):
        for one in node:
            yield from scripts(one)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with one model, as a job finds it."""
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns" / "model.yaml").write_text(MODEL, encoding="utf-8")
    return tmp_path


def run(script: str, folder: Path, status: int = 0, **environment: str) -> str:
    """Run a step as GitHub's and GitLab's shells do; pip is not asked to install again."""
    install = INSTALL.fullmatch(script.strip())
    if install:
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
            "optional-dependencies"
        ]
        assert install[1] is None or install[1] in extras
        return ""
    assert "pip install" not in script
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, "GITHUB_STEP_SUMMARY": "summary.md", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def given_inputs(workflow: Mapping[str, Any], **given: object) -> dict[str, str]:
    inputs = workflow["on"]["workflow_call"]["inputs"]
    assert all("default" in one for one in inputs.values())
    return {name: str(given.get(name, one["default"])) for name, one in inputs.items()}


def with_inputs(environment: Mapping[str, str], inputs: Mapping[str, str]) -> dict[str, str]:
    return {
        name: EXPRESSION.sub(lambda found: inputs[found[1]], str(value))
        for name, value in environment.items()
    }


def steps(folder: Path, status: Mapping[str, int], **given: object) -> None:
    """All named steps of the workflow, as far as they go."""
    workflow = read(WORKFLOW.read_text(encoding="utf-8"))
    inputs = given_inputs(workflow, **given)
    job = workflow["jobs"]["dynaproof"]
    for step in job["steps"]:
        if "run" in step:
            environment = with_inputs({**job["env"], **step.get("env", {})}, inputs)
            run(step["run"], folder, status.get(step["name"], 0), **environment)


def test_the_workflow_checks_runs_and_proves(checkout: Path) -> None:
    steps(checkout, {}, **{"prove-seconds": 5})
    made = checkout / "dynaproof"
    names = {"run-patterns-model", "prove-patterns-model"}
    assert {file.stem for file in made.iterdir()} == {*names, "check"}
    summary = (checkout / "summary.md").read_text(encoding="utf-8")
    assert summary.count("## dynaproof run: ") == summary.count("## dynaproof prove: ") == 1
    schema = json.loads(SARIF.read_text(encoding="utf-8"))
    for file in made.glob("*.sarif"):
        jsonschema.Draft4Validator(schema).validate(json.loads(file.read_text(encoding="utf-8")))
    for file in made.glob("*.xml"):
        assert [suite.failures + suite.errors for suite in JUnitXml.fromfile(str(file))] == [0]


def test_the_workflow_fails_and_tells_why_when_a_budget_is_broken(checkout: Path) -> None:
    model = checkout / "patterns" / "model.yaml"
    model.write_text(MODEL.replace("max: 0.5", "max: 0.1"), encoding="utf-8")
    workflow = read(WORKFLOW.read_text(encoding="utf-8"))
    job = workflow["jobs"]["dynaproof"]
    [step] = [one for one in job["steps"] if one.get("name") == "Run"]
    environment = with_inputs(job["env"], given_inputs(workflow))
    annotations = run(step["run"], checkout, 1, **environment)
    assert annotations.startswith("::error file=patterns/model.yaml,line=")
    assert "DP601" in (checkout / "summary.md").read_text(encoding="utf-8")


def test_inputs_and_conditions_name_inputs_that_there_are() -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    inputs = given_inputs(read(text))
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(inputs)
    [caller] = [read(b) for b in blocks("yaml") if "workflows/dynaproof.yml@" in b]
    assert set(caller["jobs"]["models"]["with"]) <= set(inputs)
    for name in inputs:
        assert f"`{name}`" in PAGE


EXAMPLES = [block for block in blocks("yaml") if list(scripts(read(block)))]


@pytest.mark.parametrize("block", EXAMPLES, ids=["github", "gitlab"])
def test_the_examples_do_what_they_say(block: str, checkout: Path) -> None:
    for script in scripts(read(block)):
        run(script, checkout)
    reports = re.findall(r"junit: \[(.*)\]", block)
    for name in reports[0].split(", ") if reports else []:
        assert len(JUnitXml.fromfile(str(checkout / name))) == 1


def test_the_hook_checks_definitions_and_nothing_else(checkout: Path) -> None:
    [hook] = read((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    [config] = [read(block) for block in blocks("yaml") if "repos:" in block]
    assert config["repos"][0]["hooks"] == [{"id": hook["id"]}]
    files = re.compile(hook["files"])
    shipped = [f"patterns/{path.name}" for path in (ROOT / "patterns").glob("*.yaml")]
    assert shipped
    assert [name for name in shipped if not files.search(name)] == []
    others = ["patterns/cases/shop/1.yaml", "patterns/readme.md", "other/patterns/a.yaml"]
    assert [name for name in others if files.search(name)] == []
    run(f"{hook['entry']} patterns/model.yaml", checkout)
    (checkout / "patterns" / "model.yaml").write_text("a: 1", encoding="utf-8")
    run(f"{hook['entry']} patterns/model.yaml", checkout, 2)


@pytest.mark.parametrize(
    "command",
    [line for block in blocks("sh") for line in block.splitlines() if line.startswith("pytest")],
)
def test_pytest_takes_access_patterns_as_tests(command: str, checkout: Path) -> None:
    said = run(f"python -m {command}", checkout, PYTEST_ADDOPTS="-p no:cacheprovider")
    assert "1 passed" in said


def test_every_format_of_the_page_is_one_of_the_commands() -> None:
    table = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    for command in ("check", "run", "prove"):
        helped = run(f"dynaproof {command} --help", ROOT)
        assert f"[{'|'.join(table)}]" in helped.replace("\n", "").replace(" ", "")
