"""NoSQL Workbench models -> import -> a run on the real server, with no edit between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dynaproof.api.importing import import_model
from dynaproof.api.workbench import Workbench
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.proof.results import RunResult

Json = dict[str, Any]


def key(name: str, kind: str = "S") -> Json:
    return {"AttributeName": name, "AttributeType": kind}


def keys(partition: str, sort: str | None = None, kinds: str = "SS") -> Json:
    made = {"PartitionKey": key(partition, kinds[0])}
    if sort is not None:
        made["SortKey"] = key(sort, kinds[1])
    return made


def item(**attributes: object) -> Json:
    """Texts and numbers stand for themselves; whatever else is DynamoDB JSON already."""
    return {
        name: {"S": value}
        if isinstance(value, str)
        else {"N": str(value)}
        if isinstance(value, int)
        else value
        for name, value in attributes.items()
    }


def facet(name: str, aliases: tuple[str, str], items: list[Json], attributes: list[str]) -> Json:
    return {
        "FacetName": name,
        "KeyAttributeAlias": {"PartitionKeyAlias": aliases[0], "SortKeyAlias": aliases[1]},
        "TableData": items,
        "NonKeyAttributes": attributes,
        "DataAccess": {"MySql": {}},
    }


def index(name: str, of: Json, projection: Mapping[str, object] | None = None) -> Json:
    return {
        "IndexName": name,
        "KeyAttributes": of,
        "Projection": projection or {"ProjectionType": "ALL"},
    }


def model(*tables: Json) -> Json:
    return {"ModelName": "Library", "ModelMetadata": {"Version": "3.0"}, "DataModel": list(tables)}


FOLDER = Path(__file__).parents[1] / "unit" / "exchange" / "incoming" / "workbench-models"


def run(value: object, folder: Path, endpoint: Endpoint) -> RunResult:
    source = folder / "library.json"
    source.write_text(json.dumps(value), encoding="utf-8")
    imported = import_model(source, folder / "library")
    with Workbench(
        imported.definition, endpoint_url=endpoint.url, table_prefix=endpoint.table_prefix
    ) as bench:
        found = bench.run()
    assert found.ok, str(found)
    return found.result


@pytest.mark.parametrize("name", ["facets", "plain", "without-items"])
def test_a_model_runs_and_every_pattern_is_proved(
    name: str, tmp_path: Path, endpoint: Endpoint
) -> None:
    result = run(json.loads((FOLDER / f"{name}.json").read_text()), tmp_path, endpoint)
    assert result.patterns
    assert {one.pattern.name: one.proof for one in result.patterns} == {
        one.pattern.name: "proved" for one in result.patterns
    }
    found = {one.pattern.name: one.calls for one in result.patterns}
    assert all(any(call.items_returned for call in calls) for calls in found.values())


def test_an_imported_model_can_be_proved(tmp_path: Path, endpoint: Endpoint) -> None:
    (tmp_path / "library.json").write_text((FOLDER / "facets.json").read_text(), encoding="utf-8")
    imported = import_model(tmp_path / "library.json", tmp_path / "library")
    with Workbench(
        imported.definition, endpoint_url=endpoint.url, table_prefix=endpoint.table_prefix
    ) as bench:
        proof = bench.prove("get-reader", "query-by-book-by-book_id", sets=2)
    assert proof.holds, str(proof)


def test_saved_queries_run_and_those_that_sql_can_say_are_proved(
    tmp_path: Path, endpoint: Endpoint
) -> None:
    result = run(json.loads((FOLDER / "queries.json").read_text()), tmp_path, endpoint)
    proofs = {one.pattern.name: (one.proof, one.calls[0].items_returned) for one in result.patterns}
    assert proofs["loans-of-ann"] == ("proved", 3)
    assert proofs["first-on-shelf-a"] == ("proved", 2)
    assert proofs["due-in-march"] == ("not proved", 3)  # its filter has OR
    assert all(proof == "proved" for name, (proof, _) in proofs.items() if name != "due-in-march")


HOSTILE = '\'; DROP TABLE x; -- "${evil}" {{x}} $$ \n\t\\ é\u202e😀 #:'


def hostile() -> Json:
    """Names and values that would break out of YAML, SQL and templates."""
    rows = [
        {
            **item(pk=f"U#{HOSTILE}{n}", sk=HOSTILE, **{HOSTILE: HOSTILE, "select": str(n)}),
            "ix": {"S": f"{HOSTILE}#{n}"},
            "$ref": {"M": {HOSTILE: {"SS": [HOSTILE, "b"]}}},
            "a.b": {"N": "123456789012345678901234567890.5"},
        }
        for n in range(3)
    ]
    table = {
        "TableName": "../../etc/passwd",
        "Description": HOSTILE,
        "KeyAttributes": keys("pk", "sk"),
        "TableFacets": [facet(HOSTILE, (f"U#<{HOSTILE}>", HOSTILE), rows, [HOSTILE])],
        "GlobalSecondaryIndexes": [index("by ix; --", keys("ix", HOSTILE))],
    }
    made = model(table)
    made["ModelName"] = f"../{HOSTILE}"
    made["ModelMetadata"]["Description"] = HOSTILE
    return made


def test_hostile_names_and_values_are_carried_and_harm_nothing(
    tmp_path: Path, endpoint: Endpoint
) -> None:
    result = run(hostile(), tmp_path, endpoint)
    assert {one.proof for one in result.patterns} == {"proved"}
    files = {one.relative_to(tmp_path).parts[0] for one in tmp_path.rglob("*") if one.is_file()}
    assert files == {"library.json", "library"}


def test_keys_that_are_numbers_and_bytes_run(tmp_path: Path, endpoint: Endpoint) -> None:
    numbers = ["1", "2.5", "12345678901234567890123456789012345678", "-0.001"]
    rows = [
        {"id": {"N": number}, "seal": {"B": seal}, "at": {"N": str(n)}, "opt": {"N": number}}
        for n, number in enumerate(numbers)
        for seal in ("AQ==", "/w==")
    ]
    del rows[0]["opt"]
    table = {
        "TableName": "numbers",
        "KeyAttributes": keys("id", "seal", "NB"),
        "TableData": rows,
        "GlobalSecondaryIndexes": [
            index("by-seal", keys("seal", "at", "BN")),
            index("by-at", keys("at", None, "N")),
            index("by-opt", keys("opt", None, "N")),
        ],
    }
    result = run(model(table), tmp_path, endpoint)
    assert {one.proof for one in result.patterns} == {"proved"}
    assert {"query-by-seal", "query-by-at"} <= {one.pattern.name for one in result.patterns}
