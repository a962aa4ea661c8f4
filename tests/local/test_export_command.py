"""Exported tables made on a real server: what it describes is what the definition states."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dynaproof.cli import main
from dynaproof.definition.load import load
from dynaproof.dynamodb.create_table import index_throughput
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import control_plane
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.table import Projection, SecondaryIndex, Table

ROOT = Path(__file__).parents[2]
EVERYTHING = ROOT / "tests" / "unit" / "exchange" / "outgoing" / "every-table-property.yaml"
FILES = [*sorted((ROOT / "patterns").glob("*.yaml")), EVERYTHING]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_tables_of_a_template_are_those_of_the_definition(
    file: Path, endpoint: Endpoint, tmp_path: Path
) -> None:
    template = tmp_path / "template.json"
    done = CliRunner().invoke(
        main, ["export", str(file), "--to", "cloudformation", "-o", str(template)]
    )
    assert done.exit_code == 0, done.stderr
    made = list(created(json.loads(template.read_text()), endpoint))
    with Tables(endpoint) as tables:
        described = [in_order(tables.describe(name).table, endpoint) for name in made]
    assert described == [in_order(table, endpoint) for table in load(file).tables]


def created(template: Mapping[str, Any], endpoint: Endpoint) -> Iterator[str]:
    """Create the tables as CloudFormation does: its properties are CreateTable's arguments."""
    client = control_plane(endpoint)
    for resource in template["Resources"].values():
        properties = dict(resource["Properties"])
        ttl = properties.pop("TimeToLiveSpecification", None)
        if stream := properties.get("StreamSpecification"):
            properties["StreamSpecification"] = {"StreamEnabled": True, **stream}
        properties["TableName"] = endpoint.table_prefix + properties["TableName"]
        client.create_table(**properties)
        if ttl is not None:
            client.update_time_to_live(
                TableName=properties["TableName"], TimeToLiveSpecification=ttl
            )
        yield properties["TableName"]
    client.close()


def in_order(table: Table, endpoint: Endpoint) -> Table:
    """Without what the server does not know, and without the order that it does not keep."""

    def index(one: SecondaryIndex) -> SecondaryIndex:
        projected = Projection(one.projection.kind, tuple(sorted(one.projection.attributes)))
        throughput = index_throughput(one, table) if one.kind == "global" else None
        return replace(one, projection=projected, throughput=throughput, accepted={})

    def indexes(of: tuple[SecondaryIndex, ...]) -> tuple[SecondaryIndex, ...]:
        return tuple(sorted(map(index, of), key=lambda one: one.name))

    return replace(
        table,
        name=table.name.removeprefix(endpoint.table_prefix),
        global_secondary_indexes=indexes(table.global_secondary_indexes),
        local_secondary_indexes=indexes(table.local_secondary_indexes),
        items=(),
        accepted={},
    )
