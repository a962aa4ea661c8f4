"""What writes cost: the rules as invariants over items, and the single cases that they leave."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.capacity.item_size import item_bytes
from dynaproof.capacity.prediction import Prediction, TableCapacity
from dynaproof.capacity.predictor import predict
from dynaproof.capacity.store import Store
from dynaproof.capacity.units import blocks
from dynaproof.model.attribute_value import Item
from dynaproof.model.diagnostic import InputError
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table

PK, SK, LSK = (KeyAttribute(name) for name in ("pk", "sk", "lsk"))
G = KeyAttribute("g", "N")
H = KeyAttribute("h")
TABLE = Table(
    "t",
    PK,
    SK,
    global_secondary_indexes=(
        SecondaryIndex("all", "global", (G,)),
        SecondaryIndex("two", "global", (G, H), (SK,), Projection("include", ("a",))),
        SecondaryIndex("keys", "global", (H,), (), Projection("keys_only")),
    ),
    local_secondary_indexes=(
        SecondaryIndex("lsi", "local", (PK,), (LSK,), Projection("include", ("b",))),
    ),
)
KEY: Item = {"pk": {"S": "p"}, "sk": {"S": "s"}}

ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "g": st.sampled_from(["1", "1.0", "2"]).map(lambda n: {"N": n}),
        "h": st.sampled_from(["x", "y"]).map(lambda s: {"S": s}),
        "lsk": st.sampled_from(["l", "m"]).map(lambda s: {"S": s}),
        "a": st.sampled_from([10, 1_500, 3_000]).map(lambda n: {"S": "a" * n}),
        "b": st.permutations(["x", "y", "z"]).map(lambda members: {"SS": members}),
        "c": st.sampled_from([1, 2_000]).map(lambda n: {"B": b"c" * n}),
    },
)
ITEMS = ATTRIBUTES.map(lambda attributes: {**KEY, **attributes})
STORED = st.none() | ITEMS


def store_with(item: Item | None) -> Store:
    store = Store([TABLE])
    if item is not None:
        store.put("t", item)
    return store


def put(item: Item) -> dict[str, object]:
    return {"TableName": "t", "Item": item}


def delete() -> dict[str, object]:
    return {"TableName": "t", "Key": KEY}


def parts(prediction: Prediction) -> TableCapacity:
    [capacity] = prediction.capacities
    return capacity


def indexes(prediction: Prediction) -> dict[str, float]:
    capacity = parts(prediction)
    return {**capacity.global_secondary_indexes, **capacity.local_secondary_indexes}


@given(STORED, ITEMS)
def test_a_put_costs_the_larger_of_the_old_and_the_new_item(
    before: Item | None, after: Item
) -> None:
    prediction = predict(store_with(before), "PutItem", put(after))
    larger = max(item_bytes(after), item_bytes(before) if before else 0)
    assert parts(prediction).table_units == blocks(larger, 1_024)
    assert all(units > 0 for units in indexes(prediction).values())


@given(ITEMS)
def test_an_unchanged_item_costs_its_indexes_nothing(item: Item) -> None:
    assert indexes(predict(store_with(item), "PutItem", put(item))) == {}


@given(STORED, ITEMS)
def test_a_transaction_doubles_the_tables_part_and_no_other(
    before: Item | None, after: Item
) -> None:
    store = store_with(before)
    single = predict(store, "PutItem", put(after))
    both = predict(store, "TransactWriteItems", {"TransactItems": [{"Put": put(after)}]})
    assert parts(both).table_units == 2 * (parts(single).table_units or 0)
    assert indexes(both) == indexes(single)


@given(STORED, ITEMS)
def test_a_batch_costs_what_its_writes_cost_one_by_one(before: Item | None, after: Item) -> None:
    store = store_with(before)
    single = predict(store, "PutItem", put(after))
    batch = {"RequestItems": {"t": [{"PutRequest": {"Item": after}}]}}
    assert predict(store, "BatchWriteItem", batch).capacities == single.capacities


@given(STORED, ITEMS)
def test_putting_and_deleting_cost_every_index_the_entry(before: Item | None, item: Item) -> None:
    inserted = indexes(predict(store_with(None), "PutItem", put(item)))
    assert indexes(predict(store_with(item), "DeleteItem", delete())) == inserted
    changed = indexes(predict(store_with(before), "PutItem", put(item)))
    removed = indexes(predict(store_with(before), "DeleteItem", delete()))
    for name, units in changed.items():
        assert units <= inserted.get(name, 0) + removed.get(name, 0)


@given(STORED, ITEMS)
def test_the_parts_add_up_and_the_steps_add_up_to_them(before: Item | None, item: Item) -> None:
    prediction = predict(store_with(before), "PutItem", put(item))
    capacity = parts(prediction)
    assert capacity.capacity_units == (capacity.table_units or 0) + sum(
        indexes(prediction).values()
    )
    assert sum(step.units for step in prediction.steps) == capacity.capacity_units


@given(STORED, ITEMS)
def test_predicting_changes_nothing_until_it_is_applied(before: Item | None, after: Item) -> None:
    store = store_with(before)
    prediction = predict(store, "PutItem", put(after))
    assert store.get(TABLE, KEY) == before
    assert predict(store, "PutItem", put(after)) == prediction
    store.apply(prediction)
    assert store.get(TABLE, KEY) == after
    for index in TABLE.indexes:
        wanted = all(key.name in after for key in index.key_attributes)
        assert store.items(TABLE, index) == ([after] if wanted else [])
    store.apply(predict(store, "DeleteItem", delete()))
    assert store.items(TABLE) == []
    assert all(store.items(TABLE, index) == [] for index in TABLE.indexes)


# GSI.html and LSI.html, "Write capacity units": before, after, units of the index.
INDEX_WRITES: list[tuple[Item | None, Item | None, float | None]] = [
    (None, {"h": {"S": "A"}}, 1),
    ({}, {"h": {"S": "A"}}, 1),
    ({"h": {"S": "A"}}, {"h": {"S": "B"}}, 2),
    ({"h": {"S": "A"}}, {}, 1),
    ({"h": {"S": "A"}}, None, 1),
    ({}, {"a": {"S": "new"}}, None),
    ({"h": {"S": "A"}}, {"h": {"S": "A"}, "a": {"S": "not held"}}, None),
]


@pytest.mark.parametrize(("before", "after", "units"), INDEX_WRITES)
def test_an_index_is_charged_for_the_change_of_its_entry(
    before: Item | None, after: Item | None, units: float | None
) -> None:
    store = store_with(None if before is None else KEY | before)
    if after is None:
        prediction = predict(store, "DeleteItem", delete())
    else:
        prediction = predict(store, "PutItem", put(KEY | after))
    assert indexes(prediction).get("keys") == units


LEGACY: list[tuple[str, dict[str, object], dict[str, object]]] = [
    (
        "PutItem",
        {"Item": KEY, "Expected": {"a": {"Exists": False}}},
        {"Item": KEY, "ConditionExpression": "attribute_not_exists(a)"},
    ),
    (
        "UpdateItem",
        {
            "Key": KEY,
            "AttributeUpdates": {
                "a": {"Action": "PUT", "Value": {"S": "a" * 2_000}},
                "n": {"Action": "ADD", "Value": {"N": "1"}},
                "c": {"Action": "DELETE"},
            },
        },
        {
            "Key": KEY,
            "UpdateExpression": "SET a = :a ADD n :n REMOVE c",
            "ExpressionAttributeValues": {":a": {"S": "a" * 2_000}, ":n": {"N": "1"}},
        },
    ),
    (
        "DeleteItem",
        {
            "Key": KEY,
            "ConditionalOperator": "OR",
            "Expected": {
                "a": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "z"}]},
                "c": {"ComparisonOperator": "NOT_NULL"},
            },
        },
        {"Key": KEY},
    ),
    (
        "Query",
        {
            "KeyConditions": {
                "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "p"}]},
                "sk": {
                    "ComparisonOperator": "BETWEEN",
                    "AttributeValueList": [{"S": "a"}, {"S": "z"}],
                },
            },
            "QueryFilter": {"a": {"ComparisonOperator": "NULL"}},
        },
        {
            "KeyConditionExpression": "pk = :p AND sk BETWEEN :a AND :z",
            "FilterExpression": "attribute_not_exists(a)",
            "ExpressionAttributeValues": {":p": {"S": "p"}, ":a": {"S": "a"}, ":z": {"S": "z"}},
        },
    ),
]


@pytest.mark.parametrize(("operation", "legacy", "expressions"), LEGACY)
def test_legacy_parameters_cost_what_expressions_cost(
    operation: str, legacy: dict[str, object], expressions: dict[str, object]
) -> None:
    store = store_with(KEY | {"c": {"S": "c" * 1_100}})
    name = {"TableName": "t"}
    prediction = predict(store, operation, name | legacy)
    assert not prediction.error
    assert prediction == predict(store, operation, name | expressions)


def test_a_failed_condition_consumes_and_reports_nothing() -> None:
    store = store_with(KEY | {"a": {"S": "a" * 3_000}})
    condition = {"ConditionExpression": "attribute_not_exists(pk)"}
    prediction = predict(store, "PutItem", put(KEY) | condition)
    assert prediction.error == "ConditionalCheckFailedException"
    assert prediction.consumed_capacity("INDEXES") == []
    assert prediction.capacity_units == 3
    assert [mark.kind for mark in prediction.marks] == ["uncertain"]
    assert prediction.changes == ()


def test_a_cancelled_transaction_changes_and_reports_nothing() -> None:
    store = store_with(None)
    check = {"TableName": "t", "Key": KEY, "ConditionExpression": "attribute_exists(pk)"}
    actions = [
        {"Put": put({"pk": {"S": "other"}, "sk": {"S": "s"}})},
        {"ConditionCheck": check},
    ]
    prediction = predict(store, "TransactWriteItems", {"TransactItems": actions})
    assert prediction.error == "TransactionCanceledException"
    assert (prediction.consumed_capacity(), prediction.changes) == ([], ())


def test_a_token_is_for_one_transaction() -> None:
    store = store_with(None)
    first = {"TransactItems": [{"Put": put(KEY)}], "ClientRequestToken": "token"}
    store.apply(predict(store, "TransactWriteItems", first))
    replayed = predict(store, "TransactWriteItems", first)
    assert replayed.consumed_capacity("TOTAL") == [
        {"TableName": "t", "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}
    ]
    assert replayed.changes == ()
    other = first | {"TransactItems": [{"Delete": delete()}]}
    error = predict(store, "TransactWriteItems", other).error
    assert error == "IdempotentParameterMismatchException"


def test_item_collection_metrics_are_of_tables_with_a_local_secondary_index() -> None:
    asked = put(KEY) | {"ReturnItemCollectionMetrics": "SIZE"}
    prediction = predict(store_with(None), "PutItem", asked)
    assert prediction.item_collection_metrics == {
        "t": [{"ItemCollectionKey": {"pk": {"S": "p"}}, "SizeEstimateRangeGB": [0.0, 1.0]}]
    }
    without = Store([replace(TABLE, local_secondary_indexes=())])
    assert predict(without, "PutItem", asked).item_collection_metrics == {}
    assert predict(store_with(None), "PutItem", put(KEY)).item_collection_metrics == {}


LARGE: Item = {"pk": {"S": "p"}, "sk": {"S": "s"}, "a": {"S": "a" * 409_600}}
REFUSED: list[tuple[str, dict[str, object]]] = [
    ("PutItem", put(LARGE)),
    ("PutItem", put({"pk": {"S": "p"}})),
    ("PutItem", put({"pk": {"N": "1"}, "sk": {"S": "s"}})),
    ("PutItem", put({"pk": {"S": ""}, "sk": {"S": "s"}})),
    ("PutItem", put({"pk": {"S": "p" * 2_049}, "sk": {"S": "s"}})),
    ("PutItem", put({"pk": {"S": "p"}, "sk": {"S": "s" * 1_025}})),
    ("PutItem", put(KEY | {"g": {"S": "not a number"}})),
    ("PutItem", put(KEY | {"h": {"S": ""}})),
    ("DeleteItem", delete() | {"Key": KEY | {"a": {"S": "no key"}}}),
    ("UpdateItem", delete() | {"UpdateExpression": "SET a = b"}),
    ("UpdateItem", delete() | {"UpdateExpression": "REMOVE pk"}),
    ("BatchWriteItem", {"RequestItems": {"t": [{"DeleteRequest": {"Key": KEY}}] * 2}}),
    ("BatchGetItem", {"RequestItems": {"t": {"Keys": [KEY, KEY]}}}),
    ("TransactWriteItems", {"TransactItems": [{"Put": put(KEY)}, {"Delete": delete()}]}),
]


@pytest.mark.parametrize(("operation", "arguments"), REFUSED)
def test_what_the_service_refuses_costs_nothing(
    operation: str, arguments: dict[str, object]
) -> None:
    prediction = predict(store_with(None), operation, arguments)
    assert prediction.error == "ValidationException"
    assert (prediction.capacities, prediction.changes) == ((), ())


MALFORMED: list[tuple[str, dict[str, object], str]] = [
    ("PutItem", put({"pk": {"S": 5}, "sk": {"S": "s"}}), "no value of type S"),
    ("PutItem", put({"pk": {"X": "p"}}), "not a DynamoDB type"),
    ("PutItem", put(KEY | {"a": {"NS": ["1", "1.0"]}}), "twice"),
    ("PutItem", put(KEY | {"a": {"L": [{"N": "one"}]}}), "not a number"),
    ("PutItem", put(KEY | {"a": {"B": "base64"}}), "bytes"),
    ("PutItem", {"TableName": "t"}, "Item"),
    ("PutEverything", {}, "not an operation"),
]


@pytest.mark.parametrize(("operation", "arguments", "message"), MALFORMED)
def test_what_is_no_request_is_said_before_anything_is_computed(
    operation: str, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        predict(store_with(None), operation, arguments)
