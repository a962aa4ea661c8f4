"""``dynaproof import X -o Y && dynaproof run Y``: models of every format run with no hand edit."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from dynaproof import Workbench
from dynaproof.api.importing import import_model
from dynaproof.cli import main
from dynaproof.cli.import_command import FORMATS
from dynaproof.dynamodb.endpoint import Endpoint

ROOT = Path(__file__).parents[2]
MODELS = sorted((ROOT / "tests" / "unit" / "exchange" / "incoming" / "models").iterdir())
PAGES = ROOT / "docs" / "reference" / "formats"
TABLE = {
    "TableName": "loans",
    "AttributeDefinitions": [
        {"AttributeName": "reader", "AttributeType": "S"},
        {"AttributeName": "due", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "reader", "KeyType": "HASH"},
        {"AttributeName": "due", "KeyType": "RANGE"},
    ],
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}

SHOP = """\
version: 1
name: shop
entities:
  users: {count: 40, attributes: {uuid: {generate: uuid}, name: {generate: name}}}
  orders:
    count: 300
    attributes:
      uuid: {generate: uuid}
      user: {references: users.uuid}
      placed_at: {generate: timestamp, from: 2026-01-01, to: 2026-06-30}
tables:
  shop:
    partition_key: pk
    sort_key: sk
    items:
      user: {from: users, key: {pk: "USER#${uuid}", sk: PROFILE}, attributes: {name: "${name}"}}
      order: {from: orders, key: {pk: "USER#${user}", sk: "ORDER#${placed_at:iso}#${uuid}"}}
"""


def runs(definition: Path, endpoint: Endpoint) -> list[str]:
    """Run it with tables of the test's own; gives the states of its access patterns."""
    with Workbench(
        definition, endpoint_url=endpoint.url, table_prefix=endpoint.table_prefix
    ) as bench:
        outcome = bench.run()
    assert outcome.ok, outcome
    return [pattern.proof for pattern in outcome.result.patterns]


@pytest.mark.parametrize("model", MODELS, ids=lambda file: file.stem)
def test_a_model_runs_as_it_was_imported(model: Path, endpoint: Endpoint, tmp_path: Path) -> None:
    made = import_model(model, tmp_path / "made")
    proofs = runs(made.named, endpoint)
    assert len(proofs) == len(made.patterns)
    assert proofs.count("proved") == len(made.proved) > 0
    assert sum(sum(table.items.values()) for table in made.tables) > 0


def test_there_is_a_model_of_every_format() -> None:
    named = {
        next(one for one in sorted(FORMATS, key=len, reverse=True) if file.stem.startswith(one))
        for file in MODELS
    }
    assert named | {"cloudformation", "describe-table"} == set(FORMATS)


def test_tables_alone_run(endpoint: Endpoint, tmp_path: Path) -> None:
    file = tmp_path / "loans.json"
    file.write_text(json.dumps([{"Table": TABLE}, {"Table": {**TABLE, "TableName": "returns"}}]))
    done = CliRunner().invoke(main, ["import", str(file), "-o", str(tmp_path / "made.yaml")])
    assert done.exit_code == 0, done.output
    assert runs(tmp_path / "made.yaml", endpoint) == []


def test_a_template_runs(endpoint: Endpoint, tmp_path: Path) -> None:
    [template, _] = re.findall(
        r"```yaml\n(.*?)```", (PAGES / "cloudformation.md").read_text(), re.DOTALL
    )
    (tmp_path / "template.yaml").write_text(template)
    made = import_model(tmp_path / "template.yaml", tmp_path / "library")
    assert runs(made.named, endpoint) == []


def test_the_commands_of_the_page_of_endpoints_hold(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (PAGES / "endpoint.md").read_text()
    [block] = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    first, second = (shlex.split(line)[1:] for line in block.splitlines())
    where = ["--endpoint-url", endpoint.url, "--table-prefix", endpoint.table_prefix]
    Path("shop.yaml").write_text(SHOP)
    assert CliRunner().invoke(main, ["tables", "load", "shop.yaml", *where]).exit_code == 0
    first[first.index("http://127.0.0.1:8000")] = endpoint.url
    first[first.index("shop")] = f"{endpoint.table_prefix}shop"
    done = CliRunner().invoke(main, first)
    assert done.exit_code == 0, done.output
    again = [*where[:-1], f"{endpoint.table_prefix}again-"]
    done = CliRunner().invoke(main, [*second, *again])
    assert done.exit_code == 0, done.output
    assert "answers proved" in done.output
