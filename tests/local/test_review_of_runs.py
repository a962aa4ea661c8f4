"""``dynaproof report`` of a definition: it is run, and proved where that is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
from click.testing import CliRunner

from dynaproof.cli import main
from dynaproof.report.run_json import run_schema

DEFINITION = """\
version: 1
name: letters
entities:
  letters: {count: 12, attributes: {id: {generate: sequence}, day: {generate: date, from: 2026-01-01, to: 2026-01-09}}}
tables:
  post:
    partition_key: pk
    sort_key: sk
    items:
      letter: {from: letters, key: {pk: "DAY#${day:%Y-%m-%d}", sk: "${id:06d}"}}
access_patterns:
  letters-of-a-day:
    parameters: {day: letters.day}
    query: {partition_key: "DAY#${day:%Y-%m-%d}"}
    question: SELECT id FROM letters WHERE day = $day
    expect: {read_capacity_units: {max: 1}}
"""


def test_a_definition_and_its_json_give_the_same_review(tmp_path: Path) -> None:
    definition = tmp_path / "letters.yaml"
    definition.write_text(DEFINITION, encoding="utf-8")
    first, data, again = (tmp_path / name for name in ("first.html", "run.json", "again.html"))
    runner = CliRunner()
    made = runner.invoke(
        main, ["report", str(definition), "-q", "-o", str(first), "-o", str(data), "--prove"]
    )
    assert made.exit_code == 0, made.output
    document = json.loads(data.read_bytes())
    jsonschema.Draft202012Validator(json.loads(run_schema())).validate(document)
    assert document["proved"]["tried"]["calls"] > 0
    [table] = document["tables"]
    shown = [one["sample"] for one in table["item_collections"][0]["samples"]]
    assert {item["item_type"] for sample in shown for item in sample} == {"letter"}
    read = runner.invoke(main, ["report", str(data), "-q", "-o", str(again)])
    assert read.exit_code == 0, read.output
    assert again.read_bytes() == first.read_bytes()


def test_what_a_definition_has_wrong_is_told_before_a_server_is_started(tmp_path: Path) -> None:
    definition = tmp_path / "letters.yaml"
    definition.write_text(DEFINITION.replace("from: letters,", "from: nothing,"), encoding="utf-8")
    result = CliRunner().invoke(main, ["report", str(definition), "-o", str(tmp_path / "r.html")])
    assert result.exit_code == 2
    assert "DP2" in result.output
    assert not (tmp_path / "r.html").exists()
