"""What pages about imports show is what the commands on them make."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from dynaproof.cli import main
from dynaproof.dynamodb.table_sample import MOST_REQUESTS
from dynaproof.exchange.incoming.detection import FORMAT_NAMES

DOCS = Path(__file__).parents[3] / "docs"
TEMPLATES = DOCS / "reference" / "formats" / "cloudformation.md"
ENDPOINT = DOCS / "reference" / "formats" / "endpoint.md"
HOW_TO = DOCS / "how-to" / "import.md"
KEYS = {
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL)


def imports(page: Path) -> list[list[str]]:
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("dynaproof import")]


def test_the_page_of_templates_shows_what_its_commands_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    template, made = blocks(TEMPLATES, "yaml")
    [told] = blocks(TEMPLATES, "text")
    Path("template.yaml").write_text(template)
    Path("loans.json").write_text(json.dumps({"Table": {"TableName": "loans", **KEYS}}))
    first, second = imports(TEMPLATES)
    done = CliRunner().invoke(main, first)
    assert done.exit_code == 0, done.output
    assert made in Path("library/definition.yaml").read_text()
    assert told in done.stderr
    assert CliRunner().invoke(main, second).exit_code == 0


def test_the_how_to_names_every_format_and_shows_the_json_that_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = HOW_TO.read_text()
    assert set(re.findall(r"^\| `([a-z][a-z-]*)` \|", text, re.MULTILINE)) == set(FORMAT_NAMES)
    monkeypatch.chdir(tmp_path)
    Path("model.json").write_text(json.dumps({"TableName": "shop", **KEYS}))
    [command] = imports(HOW_TO)
    done = CliRunner().invoke(main, [*command, "--json", "-"])
    [shown] = map(json.loads, blocks(HOW_TO, "json"))
    written = json.loads(done.stdout)
    assert list(written) == list(shown)
    assert list(written["tables"][0]) == list(shown["tables"][0])


def test_the_page_of_endpoints_states_the_bound_that_holds() -> None:
    text = " ".join(ENDPOINT.read_text().split())
    assert f"At most {MOST_REQUESTS} Scan requests are made for a table" in text
    assert f"{MOST_REQUESTS * 128:,} read capacity units at the worst" in text


def test_the_options_of_the_page_of_endpoints_are_those_of_the_command() -> None:
    text = ENDPOINT.read_text()
    said = re.findall(r"^\| `(--[a-z-]+)", text, re.MULTILINE)
    known = {option for one in main.commands["import"].params for option in one.opts}
    assert said
    assert set(said) <= known
