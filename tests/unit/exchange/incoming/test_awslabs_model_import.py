"""awslabs' data models: tables, items, and access patterns as command lines."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from dynaproof.exchange.draft import Draft, DraftPattern, SampledItemType
from dynaproof.exchange.foreign_json import parse_json
from dynaproof.exchange.incoming.awslabs_model.data_model import read_awslabs_model
from dynaproof.model.table import KeyAttribute

MODEL: dict[str, Any] = json.loads(
    (Path(__file__).parent / "models" / "awslabs-ferry.json").read_bytes()
)


def _read(model: object) -> Draft:
    return read_awslabs_model(parse_json(json.dumps(model).encode(), "ferry.json"))


def _with_pattern(**pattern: object) -> dict[str, Any]:
    model = copy.deepcopy(MODEL)
    model["access_patterns"] = [{"pattern": "1", "description": "Read it", **pattern}]
    return model


def _only_pattern(**pattern: object) -> tuple[DraftPattern, Draft]:
    draft = _read(_with_pattern(**pattern))
    [found] = draft.patterns
    return found, draft


DRAFT = _read(MODEL)


def test_tables_have_keys_indexes_and_items_parted_by_their_keys() -> None:
    bookings, vessels = DRAFT.tables
    assert [key.name for key in bookings.table.key_attributes] == ["pk", "sk"]
    assert [index.name for index in bookings.table.indexes] == ["ByRoute"]
    assert vessels.table.key_attributes == (KeyAttribute("vessel_id"),)
    parted = {
        one.name: one.items for one in bookings.item_types if isinstance(one, SampledItemType)
    }
    assert {name: len(items) for name, items in parted.items()} == {"PROFILE": 2, "BOOKING": 3}
    assert parted["BOOKING"][0]["price"] == {"N": "89.5"}


def test_patterns_keep_number_and_description_and_become_requests() -> None:
    first = DRAFT.patterns[0]
    assert first.name == "get-profile-of-passenger"
    assert first.description == "1: Get the profile of a passenger"
    assert first.operation == "GetItem"
    assert first.arguments["Key"] == {"pk": {"S": "PASSENGER#ada"}, "sk": {"S": "PROFILE"}}
    assert first.place == "access_patterns[0]"
    assert [one.operation for one in DRAFT.patterns] == [
        *("GetItem", "Query", "Query", "PutItem", "UpdateItem", "TransactWriteItems"),
        *("BatchGetItem", "Scan", None),
    ]


def test_places_for_values_are_parameters_with_values_of_the_items() -> None:
    listed = DRAFT.patterns[1]
    values = listed.arguments["ExpressionAttributeValues"]
    assert values == {":pk": {"S": "PASSENGER#${passenger_id}"}, ":sk": {"S": "BOOKING#"}}
    assert listed.parameters == {"passenger_id": {"column": "BOOKING.passenger_id", "value": "ada"}}
    booking = DRAFT.tables[0].item_types[1]
    assert isinstance(booking, SampledItemType)
    assert booking.aliases == {"pk": "PASSENGER#<passenger_id>"}
    scanned = DRAFT.patterns[7]
    assert scanned.parameters == {"decks": {"value": 11}}


@pytest.mark.parametrize("written", ["<who>", "$WHO", "${who}", "{who}", "{{who}}"])
def test_a_place_for_a_value_is_written_in_many_ways(written: str) -> None:
    key = json.dumps({"pk": {"S": f"PASSENGER#{written}"}, "sk": {"S": "PROFILE"}})
    found, _ = _only_pattern(
        implementation=f"aws dynamodb get-item --table-name FerryBookings --key '{key}'"
    )
    assert found.arguments["Key"] == {"pk": {"S": "PASSENGER#${who}"}, "sk": {"S": "PROFILE"}}
    assert found.parameters == {"who": {"column": "PROFILE.who", "value": "ada"}}


def test_several_places_have_values_of_one_item() -> None:
    found, _ = _only_pattern(
        implementation="aws dynamodb get-item --table-name FerryBookings "
        "--key 'pk={S=PASSENGER#<p>},sk={S=BOOKING#<b>}'"
    )
    assert found.parameters == {
        "p": {"column": "BOOKING.p", "value": "ada"},
        "b": {"column": "BOOKING.b", "value": "b-100"},
    }


def test_a_dollar_sign_that_is_no_place_stands_for_itself() -> None:
    found, _ = _only_pattern(
        implementation="aws dynamodb scan --table-name Vessels --filter-expression 'price = :p' "
        '--expression-attribute-values \'{":p":{"S":"$5"}}\''
    )
    assert found.arguments["ExpressionAttributeValues"] == {":p": {"S": "$$5"}}
    assert found.parameters == {}


def test_several_commands_are_several_patterns() -> None:
    draft = _read(
        _with_pattern(
            implementation="aws dynamodb scan --table-name Vessels; "
            "aws dynamodb scan --table-name FerryBookings"
        )
    )
    assert [one.name for one in draft.patterns] == ["read-it-1", "read-it-2"]


@pytest.mark.parametrize(
    ("implementation", "reason"),
    [
        ("Query the index, then filter in the application", "no command"),
        ("aws dynamodb scan --table-name Ferries", "'Ferries' is not defined"),
        ("aws dynamodb put-item --table-name Vessels --item file://x.json", "from a file"),
        ("aws dynamodb scan --table-name 'Vessels", "quotes"),
        (None, "no command"),
        (5, "no command"),
        ({"query": "x"}, "no command"),
    ],
)
def test_what_cannot_be_read_is_a_note_with_its_place(implementation: object, reason: str) -> None:
    found, draft = _only_pattern(
        implementation=implementation, table="Vessels", index="null", dynamodb_operation="Query"
    )
    assert found.operation is None
    assert found.description == "1: Read it (operation Query, table Vessels)"
    reasons = [one for one in draft.not_carried if reason in one.reason]
    assert [one.place for one in reasons] == ["access_patterns[0].implementation"]


def test_why_a_pattern_has_no_command_is_told() -> None:
    _, draft = _only_pattern(reason="OpenSearch does it")
    assert any("OpenSearch does it" in one.reason for one in draft.not_carried)


def test_an_operation_that_differs_from_the_command_is_told() -> None:
    found, draft = _only_pattern(
        dynamodb_operation="Query", implementation="aws dynamodb scan --table-name Vessels"
    )
    assert found.operation == "Scan"
    assert [one.place for one in draft.not_carried] == ["access_patterns[0].dynamodb_operation"]


def test_a_filter_that_the_index_cannot_answer_is_not_carried() -> None:
    model = _with_pattern(
        implementation="aws dynamodb query --table-name FerryBookings --index-name ByRoute "
        "--key-condition-expression 'route = :r' --filter-expression 'price > :p' "
        "--expression-attribute-values ':r={S=OSLO-KIEL},:p={N=1}'"
    )
    assert _read(model).patterns[0].operation == "Query"
    index = model["tables"][0]["GlobalSecondaryIndexes"][0]
    index["Projection"] = {"ProjectionType": "KEYS_ONLY"}
    draft = _read(model)
    assert draft.patterns[0].operation is None
    assert any("'price'" in one.reason for one in draft.not_carried)


def test_items_stand_in_several_wrappings_and_a_key_counts_once() -> None:
    model = copy.deepcopy(MODEL)
    item = {"vessel_id": {"S": "v9"}, "name": {"S": "Nine"}}
    later = {"vessel_id": {"S": "v9"}, "name": {"S": "Ninth"}}
    model["items"] = {
        "Vessels": [item, {"Item": item}, {"Put": {"Item": item}}, {"PutRequest": {"Item": later}}],
        "Ferries": [item],
    }
    draft = _read(model)
    [vessels] = draft.tables[1].item_types
    assert isinstance(vessels, SampledItemType)
    assert vessels.items == (later,)
    told = [str(one) for one in draft.not_carried]
    assert "items.Vessels: 3 items have the key of a later one, which replaces them" in told
    assert "items.Ferries: 1 items of a table that is not defined" in told


def test_malformed_items_are_told_and_the_rest_goes_on() -> None:
    model = copy.deepcopy(MODEL)
    model["items"]["Vessels"] += [
        None,
        {"PutRequest": {"Item": {"name": {"S": "no key"}}}},
        {"PutRequest": {"Item": {"vessel_id": {"S": "v3"}, "decks": {"N": "many"}, "open": {"BOOL": "True"}}}},
    ]  # fmt: skip
    draft = _read(model)
    [vessels] = draft.tables[1].item_types
    assert isinstance(vessels, SampledItemType)
    assert vessels.items[-1] == {"vessel_id": {"S": "v3"}, "open": {"BOOL": True}}
    places = {one.place for one in draft.not_carried}
    assert "items.Vessels[2]" in places
    assert "items.Vessels[3].PutRequest.Item" in places
    assert "items.Vessels[4].PutRequest.Item.decks" in places


def test_tables_may_be_named_by_their_keys() -> None:
    model = copy.deepcopy(MODEL)
    first = model["tables"][1]
    del first["TableName"]
    model["tables"] = {"Vessels": first}
    draft = _read(model)
    assert [one.table.name for one in draft.tables] == ["Vessels"]


def test_a_write_whose_condition_does_not_hold_is_expected_to_fail() -> None:
    found, draft = _only_pattern(
        implementation="aws dynamodb put-item --table-name Vessels --item 'vessel_id={S=v1}' "
        "--condition-expression 'attribute_not_exists(vessel_id)'"
    )
    assert (found.operation, found.fails) == ("PutItem", "ConditionalCheckFailedException")
    assert any("expected to fail" in one.reason for one in draft.not_carried)


def test_a_write_that_is_refused_with_the_items_is_not_carried() -> None:
    found, draft = _only_pattern(
        implementation="aws dynamodb update-item --table-name Vessels --key 'vessel_id={S=v1}' "
        "--update-expression 'SET trips = trips + :n' --expression-attribute-values ':n={N=1}'"
    )
    assert found.operation is None
    assert any("DynamoDB refuses it" in one.reason for one in draft.not_carried)
