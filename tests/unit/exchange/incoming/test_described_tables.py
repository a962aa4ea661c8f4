"""What describe-table answers, and create-table takes, as drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.exchange.draft import Draft
from dynaproof.exchange.foreign_json import parse_json
from dynaproof.exchange.incoming.described_table import read_described_tables
from dynaproof.model.diagnostic import InputError
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput

KEYS: dict[str, Any] = {
    "TableName": "orders",
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "S"},
        {"AttributeName": "day", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
}
DESCRIBED: dict[str, Any] = {
    **KEYS,
    "TableStatus": "ACTIVE",
    "CreationDateTime": "2026-01-05T10:00:00+01:00",
    "ItemCount": 12,
    "TableSizeBytes": 3456,
    "TableArn": "arn:aws:dynamodb:eu-central-1:123456789012:table/orders",
    "TableId": "0",
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    "ProvisionedThroughput": {
        "NumberOfDecreasesToday": 0,
        "ReadCapacityUnits": 0,
        "WriteCapacityUnits": 0,
    },
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-day",
            "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]},
            "IndexStatus": "ACTIVE",
            "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
            "ItemCount": 12,
            "IndexSizeBytes": 99,
            "IndexArn": "arn",
        }
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "own-by-day",
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "day", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    "DeletionProtectionEnabled": True,
    "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS"},
}
ORDERS = Table(
    "orders",
    KeyAttribute("pk"),
    KeyAttribute("sk"),
    stream="new_image",
    deletion_protection=True,
    global_secondary_indexes=(
        SecondaryIndex(
            "by-day",
            "global",
            (KeyAttribute("day", "N"),),
            projection=Projection("include", ("total",)),
        ),
    ),
    local_secondary_indexes=(
        SecondaryIndex(
            "own-by-day",
            "local",
            (KeyAttribute("pk"),),
            (KeyAttribute("day", "N"),),
            Projection("keys_only"),
        ),
    ),
)


def read(value: object) -> Draft:
    return read_described_tables(parse_json(json.dumps(value).encode(), "orders.json"))


def only_table(value: object) -> Table:
    [table] = read(value).tables
    return table.table


def told(value: object) -> list[str]:
    return [str(one) for one in read(value).not_carried]


@pytest.mark.parametrize("envelope", ["Table", "TableDescription"])
def test_a_described_table_comes_with_all_that_a_definition_says_of_one(envelope: str) -> None:
    draft = read({envelope: DESCRIBED})
    assert [one.table for one in draft.tables] == [ORDERS]
    assert draft.name == "orders"
    assert draft.tables[0].description == "12 items of 3,456 bytes when it was described."
    assert [str(one) for one in draft.not_carried] == [
        f"{envelope}.SSEDescription: encryption at rest is not part of a model"
    ]


def test_several_tables_come_from_a_list_or_from_its_envelope() -> None:
    other = {**KEYS, "TableName": "customers"}
    for value in (
        [{"Table": DESCRIBED}, {"Table": other}],
        [DESCRIBED, other],
        {"Tables": [DESCRIBED, {"Table": other}]},
    ):
        draft = read(value)
        assert [one.table.name for one in draft.tables] == ["orders", "customers"]
        assert draft.name == "orders"


def test_arguments_of_create_table_are_a_table_too() -> None:
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": "6"}
    given = {**KEYS, "BillingMode": "PROVISIONED", "ProvisionedThroughput": units}
    assert only_table(given).throughput == Throughput(5, 6)
    on_demand = {**given, "BillingMode": "PAY_PER_REQUEST"}
    assert only_table(on_demand).throughput is None


def test_the_time_to_live_stands_beside_the_table() -> None:
    live = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    assert only_table({"Table": KEYS, "TimeToLiveDescription": live}).ttl_attribute == "expires"
    gone = {**live, "TimeToLiveStatus": "DISABLED"}
    assert only_table({"Table": KEYS, "TimeToLiveDescription": gone}).ttl_attribute is None
    assert told({"Table": KEYS, "TimeToLiveDescription": gone}) == [
        "Table.TimeToLiveDescription: time to live is switched off"
    ]


def test_a_stream_that_is_switched_off_is_none() -> None:
    assert only_table({**KEYS, "StreamSpecification": {"StreamEnabled": False}}).stream is None


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in KEYS.items() if key != name}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Tags": [{"Key": "a", "Value": "b"}]}, "Tags: tags are not part of a model"),
        ({"TableClass": "STANDARD"}, "TableClass: the table class is not part of a model"),
        ({"Colour": "red"}, "Colour: not a property that a model has"),
        ({"BillingMode": "FREE"}, "BillingMode: expected one of PROVISIONED, PAY_PER_REQUEST"),
        ({"ProvisionedThroughput": {"ReadCapacityUnits": 5}}, "two numbers of at least 1"),
        ({"GlobalSecondaryIndexes": {}}, "GlobalSecondaryIndexes: expected a list"),
        ({"GlobalSecondaryIndexes": [7]}, "GlobalSecondaryIndexes[0]: expected an object"),
        ({"GlobalSecondaryIndexes": [{}]}, "GlobalSecondaryIndexes[0]: the index is left out"),
        ({"StreamSpecification": {"StreamViewType": "ALL"}}, "StreamViewType: expected one of"),
        ({"AttributeDefinitions": None}, 'the key attribute "pk" is not there; taken as S'),
    ],
)
def test_what_is_wrong_or_has_no_place_is_told_and_the_rest_comes(
    change: Mapping[str, object], said: str
) -> None:
    value = {**KEYS, **change}
    assert any(said in one for one in told(value)), told(value)
    assert only_table(value) == Table("orders", KeyAttribute("pk"), KeyAttribute("sk"))


def test_projections_that_are_not_whole_are_completed() -> None:
    def projection(given: object) -> Projection:
        index: dict[str, Any] = {**DESCRIBED["GlobalSecondaryIndexes"][0], "Projection": given}
        return only_table({**KEYS, "GlobalSecondaryIndexes": [index]}).indexes[0].projection

    assert projection(None) == Projection("all")
    assert projection({"NonKeyAttributes": ["a"]}) == Projection("include", ("a",))
    assert projection({"ProjectionType": "INCLUDE"}) == Projection("keys_only")
    assert projection({"ProjectionType": "all", "NonKeyAttributes": ["a"]}) == Projection("all")


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        7,
        {"Table": None},
        without("KeySchema"),
        {**KEYS, "KeySchema": [{"AttributeName": "pk", "KeyType": "FIRST"}]},
        {**KEYS, "KeySchema": [{"AttributeName": 5, "KeyType": "HASH"}]},
        {**KEYS, "KeySchema": KEYS["KeySchema"][1:]},
    ],
    ids=str,
)
def test_a_file_without_a_table_is_refused_with_the_reason(value: object) -> None:
    with pytest.raises(InputError) as refused:
        read(value)
    assert refused.value.diagnostics[0].code.value == "DP118"
    assert refused.value.diagnostics[0].hint


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(DESCRIBED)), JSON)
@settings(max_examples=100)
def test_whatever_stands_in_a_property_it_is_read_or_refused(name: str, value: object) -> None:
    try:
        draft = read({"Table": {**DESCRIBED, name: value}})
    except InputError:
        return
    assert draft.tables
