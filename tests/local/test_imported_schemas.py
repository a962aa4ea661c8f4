"""Models, schemas and sheets of other tools -> import -> a run on the real server, with no edit between."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dynaproof.api.importing import import_model
from dynaproof.api.workbench import Workbench
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.proof.results import RunResult

MODELS = Path(__file__).parents[1] / "unit" / "exchange" / "incoming" / "models"


def run(source: Path, folder: Path, endpoint: Endpoint) -> RunResult:
    imported = import_model(source, folder / "made")
    with Workbench(
        imported.definition, endpoint_url=endpoint.url, table_prefix=endpoint.table_prefix
    ) as bench:
        found = bench.run()
    assert found.ok, str(found)
    return found.result


def proofs(result: RunResult) -> dict[str, str]:
    return {one.pattern.name: one.proof for one in result.patterns}


def found_by(result: RunResult) -> dict[str, int]:
    """The most items that a call of each pattern returned."""
    return {
        one.pattern.name: max((call.items_returned for call in one.calls), default=0)
        for one in result.patterns
    }


def test_command_lines_of_a_data_model_find_what_its_items_say(
    tmp_path: Path, endpoint: Endpoint
) -> None:
    result = run(MODELS / "awslabs-ferry.json", tmp_path, endpoint)
    found, proved = found_by(result), proofs(result)
    assert found["get-profile-of-passenger"] == 1
    assert found["list-bookings-of-passenger-newest-first"] == 2
    assert found["departures-of-route-from-day-on"] == 2
    assert found["two-vessels-at-once"] == 2
    for name in ("get-profile-of-passenger", "list-bookings-of-passenger-newest-first",
                 "departures-of-route-from-day-on"):  # fmt: skip
        assert proved[name] == "proved"
    writes = {"book-passage", "add-points", "cancel-booking-and-take-points-back"}
    assert writes <= set(proved)


def test_writes_that_need_others_before_them_are_expected_to_fail_or_left_out(
    tmp_path: Path, endpoint: Endpoint
) -> None:
    model = json.loads((MODELS / "awslabs-ferry.json").read_bytes())
    put = "aws dynamodb put-item --table-name Vessels --item 'vessel_id={S=v1}'"
    change = "aws dynamodb update-item --table-name Vessels --key 'vessel_id={S=v9}'"
    model["access_patterns"] = [
        {"pattern": "1", "description": "Launch",
         "implementation": f"{put} --condition-expression 'attribute_not_exists(vessel_id)'"},
        {"pattern": "2", "description": "Rebuild",
         "implementation": f"{change} --update-expression 'SET decks = decks + :n' "
                           "--expression-attribute-values ':n={N=1}'"},
    ]  # fmt: skip
    source = tmp_path / "ferry.json"
    source.write_text(json.dumps(model), encoding="utf-8")
    result = run(source, tmp_path, endpoint)
    launch = next(one.pattern for one in result.patterns if one.pattern.name == "launch")
    assert launch.expect.fails == "ConditionalCheckFailedException"
    assert "rebuild" not in proofs(result)


def test_patterns_of_a_schema_find_rows_of_its_entities(tmp_path: Path, endpoint: Endpoint) -> None:
    result = run(MODELS / "awslabs-schema-workshop.json", tmp_path, endpoint)
    found = found_by(result)
    for name in (
        *("get-member", "everything-of-member", "members-of-city", "jobs-of-member"),
        *("jobs-by-status", "cheap-jobs", "dear-jobs", "jobs-by-key", "member-and-address"),
    ):
        assert found[name] > 0, name
    assert found["everything-of-member"] > 1  # jobs stand beside their member's profile
    assert "wrong" not in set(proofs(result).values())


def test_models_and_saved_queries_of_onetable_run(tmp_path: Path, endpoint: Endpoint) -> None:
    result = run(MODELS / "onetable-harbour.json", tmp_path, endpoint)
    found = found_by(result)
    for name in ("ships-in-harbour", "heavy-ships", "everything", "query-gs1", "query-gs2"):
        assert found[name] > 0, name
    assert proofs(result)["ships-in-harbour"] == "proved"


SHEETS = {
    "league.md": (MODELS / "sheet-league.md").read_text(encoding="utf-8"),
    "orders.csv": (
        "\ufeffPattern;Description;Operation;Table;Index;Partition key;Sort key;Filter;RPS\r\n"
        "1;Get order;GetItem;Orders;;order_id;;;20\r\n"
        '2;Orders of a customer;Query;Orders;by-customer;customer_id;created_at;"status = ""open""";5/50\r\n'
        "3;New order;PutItem;Orders;;order_id;;;1 per minute\r\n"
    ),
    "chat.md": (
        "| Access pattern | Base table/GSI | Operation | Partition key value | Sort key value | Conditions |\n"
        "|---|---|---|---|---|---|\n"
        '| createRoom | Base table | PutItem | PK=\\<RoomID\\> | SK="meta" | |\n'
        '| joinRoom | Base table | PutItem | PK=\\<UserID\\> | SK="Join:"\\<RoomID\\> | |\n'
        "| getComments | GSI | Query | PK=\\<RoomID\\> | SK > \\<From\\> | Limit 10 & ScanIndexForward = false |\n"
        "| getRange | GSI | Query | PK=\\<RoomID\\> | SK between \\<From\\> and \\<To\\> | |\n"
        "| membersOfRoom | GSI2 | Query | SK=\\<RoomID\\> | | |\n"
    ),
    "spare.md": "| Pattern | RPS |\n|---|---|\n| Find a seat | 5 |\n| Send a letter | 1 |\n",
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_runs_and_its_reads_find_something(
    name: str, tmp_path: Path, endpoint: Endpoint
) -> None:
    source = tmp_path / name
    source.write_text(SHEETS[name], encoding="utf-8")
    result = run(source, tmp_path, endpoint)
    for one in result.patterns:
        request = one.pattern.request
        if request is not None and request.operation in ("GetItem", "Query"):
            assert max(call.items_returned for call in one.calls) > 0, one.pattern.name
    assert "wrong" not in set(proofs(result).values())


HOSTILE = '\'; DROP TABLE x; -- "${evil}" {{x}} $$ \t\\ é\u202e😀 #: ../../x'


def hostile_schema() -> dict[str, Any]:
    """A schema of which every name is out to break YAML, SQL or templates."""
    fields = [
        {"name": name, "type": "string", "required": True} for name in (HOSTILE, "select", "from")
    ]
    pattern = {
        "pattern_id": 1, "name": HOSTILE, "description": HOSTILE, "operation": "Query",
        "parameters": [{"name": HOSTILE, "type": "string"}], "return_type": "entity_list",
        "filter_expression": {"conditions": [{"field": "from", "operator": "<>", "param": HOSTILE}]},
    }  # fmt: skip
    entity = {"entity_type": HOSTILE, "pk_template": HOSTILE + "{select}", "sk_template": "{from}" + HOSTILE,
              "fields": fields, "access_patterns": [pattern]}  # fmt: skip
    key = HOSTILE.replace("$", "")
    config = {"table_name": f"../{HOSTILE}", "partition_key": key, "sort_key": "order"}
    return {"tables": [{"table_config": config, "entities": {HOSTILE: entity}}]}


def hostile_onetable() -> dict[str, Any]:
    model = {
        HOSTILE: {"type": "string", "required": True},
        "k": {"type": "string", "value": f"$ {HOSTILE.replace('${evil}', '')}${{group}}"},
        "group": {"type": "string", "required": True},
        "s": {"type": "string", "value": "${order}"},
        "order": {"type": "string", "required": True, "enum": [HOSTILE, "b"]},
    }
    queries = {
        HOSTILE: {"index": "primary", "hash": HOSTILE, "operation": "Equal", "sort": HOSTILE}
    }
    return {"format": "onetable:1.1.0", "name": f"/{HOSTILE}", "indexes": {"primary": {"hash": "k", "sort": "s"}},
            "models": {HOSTILE: model}, "params": {"typeField": HOSTILE}, "queries": queries}  # fmt: skip


@pytest.mark.parametrize("made", [hostile_schema, hostile_onetable])
def test_hostile_names_are_carried_and_harm_nothing(
    made: Any, tmp_path: Path, endpoint: Endpoint
) -> None:
    source = tmp_path / "hostile.json"
    source.write_text(json.dumps(made()), encoding="utf-8")
    run(source, tmp_path, endpoint)
    files = {one.relative_to(tmp_path).parts[0] for one in tmp_path.rglob("*") if one.is_file()}
    assert files == {"hostile.json", "made"}
