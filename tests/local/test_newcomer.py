"""What somebody meets in the first hour: fresh folders, slips, and keys pressed too early."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dynaproof import Workbench
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.tables import Tables

ROOT = Path(__file__).parents[2]
DEFINITION = """\
version: 1
name: tiny
entities:
  users: {count: 3, attributes: {id: {generate: uuid}}}
tables:
  tiny:
    partition_key: pk
    items: {user: {from: users, key: {pk: "${id}"}}}
access_patterns:
  one-user: {parameters: {id: users.id}, get: {key: {pk: "${id}"}}}
"""


def dynaproof(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "tiny.yaml").write_text(DEFINITION)
    return subprocess.run(
        [sys.executable, "-m", "dynaproof", *arguments],
        cwd=folder,
        env={**os.environ, "XDG_STATE_HOME": str(folder / "state")},
        capture_output=True,
        text=True,
    )


def test_folders_that_are_not_there_are_made(tmp_path: Path) -> None:
    done = dynaproof(tmp_path, "run", "tiny.yaml", "--json", "new/deep/run.json", "--charts", "c/d")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new/deep/run.json").stat().st_size > 0
    assert len(list((tmp_path / "c/d").glob("tiny-*.png"))) == 3


def test_what_cannot_be_written_is_told_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for option in (("--json", "file/run.json"), ("--charts", "file/charts")):
        done = dynaproof(tmp_path, "run", "tiny.yaml", *option)
        assert done.returncode == 3
        assert "DP513" in done.stderr
        assert done.stdout == "", "the run had been made before its result was lost"


def test_json_goes_through_a_pipe(tmp_path: Path) -> None:
    done = dynaproof(tmp_path, "run", "tiny.yaml", "-q", "--json", "/dev/stdout")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("{")


def test_one_check_tells_of_slips_in_several_sections(tmp_path: Path) -> None:
    """A misspelt key of a pattern does not hide what is wrong with the items."""
    wrong = DEFINITION.replace('{pk: "${id}"}}}\n', '{pk: "${idd}"}}}\n', 1).replace("get:", "gte:")
    (tmp_path / "wrong.yaml").write_text(wrong)
    done = dynaproof(tmp_path, "check", "wrong.yaml")
    assert done.returncode == 2
    assert "unknown key 'gte'" in done.stderr + done.stdout
    assert "no column 'idd'" in done.stderr + done.stdout


def test_a_notebook_shows_a_run_once(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(DEFINITION)
    source = (
        "from dynaproof import Workbench\n"
        "with Workbench('tiny.yaml') as bench:\n"
        "    run = bench.run()\n"
        "run"
    )
    cell = {"cell_type": "code", "id": "a", "source": source, "metadata": {}, "outputs": []}
    notebook = tmp_path / "tiny.ipynb"
    notebook.write_text(
        json.dumps(
            {
                "cells": [{**cell, "execution_count": None}],
                "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
                "nbformat": 4,
                "nbformat_minor": 5,
            }
        )
    )
    command = [sys.executable, "-m", "nbconvert", "--execute", "--inplace", "--to", "notebook"]
    subprocess.run([*command, str(notebook)], check=True, capture_output=True)
    [shown] = json.loads(notebook.read_text())["cells"][0]["outputs"]
    assert "text/html" in shown["data"]
    assert "tiny: seed 42" in "".join(shown["data"]["text/plain"])


TEMPLATE = """\
Resources:
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: users-of-today
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
"""


def test_a_finding_about_a_templates_table_has_the_place_of_its_items(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "wrong.yaml").write_text(
        DEFINITION.replace(
            "  tiny:\n    partition_key: pk\n", "  from: template.yaml\n  Users:\n"
        ).replace('{pk: "${id}"}}}\n', '{pk: "${idd}"}}}\n', 1)
    )
    done = dynaproof(tmp_path, "check", "wrong.yaml")
    assert done.returncode == 2
    [line] = [
        n
        for n, text in enumerate((tmp_path / "wrong.yaml").read_text().splitlines(), 1)
        if "idd" in text
    ]
    assert f"wrong.yaml:{line}:" in done.stderr + done.stdout


def test_a_dataset_in_the_folder_beside_is_suggested(tmp_path: Path) -> None:
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "users.csv").write_text("id\na\n")
    text = DEFINITION.replace(
        "{count: 3, attributes: {id: {generate: uuid}}}", "{from: users.csv, attributes: {id: {}}}"
    )
    (tmp_path / "wrong.yaml").write_text(text)
    done = dynaproof(tmp_path, "check", "wrong.yaml")
    assert done.returncode == 2
    assert "Did you mean 'datasets/users.csv'?" in done.stderr + done.stdout


SLIPS = [
    pytest.param(
        'get: {key: {pk: "${id}"}}',
        'query: {partition_key: "${id}", filter: "name = :a"}',
        ["write #name, and 'names':", "define it in 'values'"],
        ["ExpressionAttribute"],
        id="hints about expressions use the words of the short form",
    ),
    pytest.param(
        "  tiny:\n    partition_key: pk\n",
        "  from: none.yaml\n  tiny:\n",
        ["none.yaml"],
        ["partition_key", "there is no table"],
        id="a template that is not there is one finding",
    ),
    pytest.param(
        'partition_key: pk\n    items: {user: {from: users, key: {pk: "${id}"}}}',
        "partition_key: pk\n    sort_key: sk\n    items: {user: {from: \"SELECT 'a' AS id, "
        'CAST(NULL AS VARCHAR) AS sk FROM users", key: {pk: "${id}", sk: "${sk}"}}}',
        ["have no 'sk'"],
        ["None", "more than one item"],
        id="items without a key are not said to share one",
    ),
    pytest.param(
        "count: 3",
        "count: 0",
        ["no facts to draw the parameters"],
        [],
        id="what refused a run is told in silence too",
    ),
]


@pytest.mark.parametrize(("good", "bad", "said", "unsaid"), SLIPS)
def test_a_slip_is_told_in_the_writers_words(
    tmp_path: Path, good: str, bad: str, said: list[str], unsaid: list[str]
) -> None:
    assert good in DEFINITION
    text = DEFINITION.replace(good, bad)
    if "sort_key" in bad:
        text = text.replace('get: {key: {pk: "${id}"}}', 'query: {partition_key: "${id}"}')
    (tmp_path / "wrong.yaml").write_text(text)
    done = dynaproof(tmp_path, "run", "wrong.yaml", "-q")
    assert done.returncode == 2
    assert all(words in done.stderr for words in said), done.stderr
    assert not any(words in done.stderr for words in unsaid), done.stderr


def test_the_tutorial_ends_as_it_says(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "tutorial.md").read_text()
    first, mended = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    shown = re.search(r"```text\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    (tmp_path / "notes.yaml").write_text(first)
    run = dynaproof(tmp_path, "run", "notes.yaml")
    assert run.returncode == 1, run.stderr
    assert shown[1] in run.stdout
    query, question = mended.splitlines()
    at = next(at for at, line in enumerate(first.splitlines()) if "query: {" in line)
    lines = first.splitlines()
    lines[at] = query
    (tmp_path / "notes.yaml").write_text("\n".join(lines))
    cheap = dynaproof(tmp_path, "run", "notes.yaml")
    assert cheap.returncode == 1
    shown_row = next(line for line in cheap.stdout.splitlines() if line.startswith("all-notes "))
    assert shown_row.split()[-2:] == ["held", "differs"]
    assert "missing" in cheap.stdout
    lines[at + 1] = question
    (tmp_path / "notes.yaml").write_text("\n".join(lines))
    done = dynaproof(tmp_path, "run", "notes.yaml")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].endswith("answers proved")
    commands = re.findall(r"^\$ dynaproof (.+)$", page.partition("## 6. ")[2], re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["report", "baseline", "baseline"]
    for command in commands:
        assert dynaproof(tmp_path, *command.split()).returncode == 0
    review = (tmp_path / "review.html").read_text()
    assert 'id="pattern-latest-notes"' in review
    assert ">135 (" in review


def test_no_item_expires_amid_a_run(tmp_path: Path) -> None:
    """Facts have dates of their own; what has expired by today's clock is measured all the same."""
    (tmp_path / "tiny.yaml").write_text(
        DEFINITION.replace("    partition_key: pk\n", "    partition_key: pk\n    ttl: ends\n")
    )
    with Workbench(tmp_path / "tiny.yaml") as bench:
        assert bench.tables[0].ttl_attribute == "ends"
        with Tables(Endpoint(bench.endpoint_url)) as tables:
            assert tables.describe("tiny").table.ttl_attribute is None
