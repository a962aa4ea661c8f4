"""Exported items and tables on the real server: what ImportTable would make of the files."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from dynaproof.api.exporting import ExportedModel, export_model
from dynaproof.dynamodb.bulk_load import load_items
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import control_plane

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "formats" / "s3-import.md"


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    assert found is not None
    return found[1]


@pytest.fixture
def exported(tmp_path: Path) -> ExportedModel:
    (tmp_path / "notes.yaml").write_text(block("yaml"), encoding="utf-8")
    return export_model(tmp_path / "notes.yaml", "s3-import", tmp_path / "import")


def test_the_page_shows_the_input_that_is_written(exported: ExportedModel) -> None:
    data, document = exported.files
    assert (data.name, document.name) == ("00001.json.gz", "import-table.json")
    assert document.read_text(encoding="utf-8") == block("json")
    assert [one.place for one in exported.not_carried] == ["tables.notes.stream"]


def test_a_table_made_of_the_input_takes_every_line(
    exported: ExportedModel, endpoint: Endpoint
) -> None:
    data, document = exported.files
    parameters = json.loads(document.read_bytes())["TableCreationParameters"]
    parameters["TableName"] = endpoint.table_prefix + "notes"
    lines = gzip.decompress(data.read_bytes()).decode().splitlines()
    items = [json.loads(line)["Item"] for line in lines]
    client = control_plane(endpoint)
    client.create_table(**parameters)
    assert load_items(endpoint, parameters["TableName"], map(json.dumps, items)) == 1_000
    pages = client.get_paginator("scan").paginate(TableName=parameters["TableName"])
    stored = [item for page in pages for item in page["Items"]]
    indexed = client.scan(TableName=parameters["TableName"], IndexName="by-words", Select="COUNT")[
        "Count"
    ]
    client.close()
    keys = ("pk", "sk")
    assert sorted(stored, key=lambda one: [one[key]["S"] for key in keys]) == items
    assert indexed == 1_000
