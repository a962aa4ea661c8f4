"""The steps behind a figure name what was sized, and show it attribute by attribute."""

from __future__ import annotations

import pytest

from dynaproof.capacity.predictor import predict
from dynaproof.capacity.store import Store
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table

TABLE = Table(
    "t",
    KeyAttribute("pk"),
    global_secondary_indexes=(
        SecondaryIndex("gsi", "global", (KeyAttribute("g"),), (), Projection("include", ("a",))),
    ),
    local_secondary_indexes=(
        SecondaryIndex("lsi", "local", (KeyAttribute("pk"),), (KeyAttribute("l"),)),
    ),
)
SMALL: Item = {"pk": {"S": "p"}, "a": {"S": "x"}}
LARGE: Item = {"pk": {"S": "p"}, "a": {"S": "x" * 10}}
IN_INDEX: Item = LARGE | {"g": {"S": "g"}}

PUT, DELETE = "PutItem", "DeleteItem"
# Stored, written, operation, and of each step: part, words in what was sized, attributes.
SHOWN: list[tuple[Item | None, Item, str, list[tuple[str, str, dict[str, int]]]]] = [
    (None, SMALL, PUT, [("Table", "item that is written", {"pk": 3, "a": 2})]),
    (SMALL, LARGE, PUT, [("Table", "larger image of the item", {"pk": 3, "a": 11})]),
    (LARGE, SMALL, PUT, [("Table", "larger image of the item", {"pk": 3, "a": 11})]),
    (LARGE, SMALL, DELETE, [("Table", "item that is deleted", {"pk": 3, "a": 11})]),
    (None, SMALL, DELETE, [("Table", "no item to delete", {})]),
    (None, SMALL, "ConditionCheck", [("Table", "item that the condition reads", {})]),
    (LARGE, SMALL, "ConditionCheck", [("Table", "that the condition reads", {"pk": 3, "a": 11})]),
    (
        None,
        IN_INDEX,
        PUT,
        [
            ("Table", "item that is written", {"pk": 3, "a": 11, "g": 2}),
            ("gsi", "index entry inserted", {"pk": 3, "a": 11, "g": 2}),
        ],
    ),
    (
        IN_INDEX,
        SMALL,
        PUT,
        [
            ("Table", "larger image", {"pk": 3, "a": 11, "g": 2}),
            ("gsi", "index entry removed", {"pk": 3, "a": 11, "g": 2}),
        ],
    ),
    (
        IN_INDEX,
        SMALL | {"g": {"S": "g"}},
        PUT,
        [
            ("Table", "larger image", {"pk": 3, "a": 11, "g": 2}),
            ("gsi", "changed under the same key", {"pk": 3, "a": 11, "g": 2}),
        ],
    ),
]


@pytest.mark.parametrize(("stored", "item", "operation", "steps"), SHOWN)
def test_a_write_shows_the_images_that_it_pays_for(
    stored: Item | None,
    item: Item,
    operation: str,
    steps: list[tuple[str, str, dict[str, int]]],
) -> None:
    store = Store([TABLE])
    if stored is not None:
        store.put("t", stored)
    key = {"pk": item["pk"]}
    if operation == "ConditionCheck":
        exists = "attribute_exists(pk)" if stored else "attribute_not_exists(pk)"
        check = {"TableName": "t", "Key": key, "ConditionExpression": exists}
        arguments: dict[str, object] = {"TransactItems": [{operation: check}]}
        predicted = predict(store, "TransactWriteItems", arguments)
    else:
        of_item = {"Item": item} if operation == PUT else {"Key": key}
        predicted = predict(store, operation, {"TableName": "t", **of_item})
    assert [(one.part, dict(one.attributes)) for one in predicted.steps] == [
        (part, attributes) for part, _, attributes in steps
    ]
    for step, (_, words, _) in zip(predicted.steps, steps, strict=True):
        assert words in step.what


@pytest.mark.parametrize("operation", [PUT, "TransactWriteItems", "BatchWriteItem"])
def test_item_collections_are_told_by_every_write_that_is_asked(operation: str) -> None:
    item: dict[str, object] = {"TableName": "t", "Item": SMALL}
    requests: dict[str, dict[str, object]] = {
        PUT: item,
        "TransactWriteItems": {"TransactItems": [{"Put": item}]},
        "BatchWriteItem": {"RequestItems": {"t": [{"PutRequest": {"Item": SMALL}}]}},
    }
    collection = {"ItemCollectionKey": {"pk": {"S": "p"}}, "SizeEstimateRangeGB": [0.0, 1.0]}
    for asked, metrics in (("SIZE", {"t": [collection]}), ("NONE", {})):
        request = requests[operation] | {"ReturnItemCollectionMetrics": asked}
        assert predict(Store([TABLE]), operation, request).item_collection_metrics == metrics


def test_a_page_is_of_items_or_of_entries() -> None:
    store = Store([TABLE])
    store.put("t", IN_INDEX)
    [of_table] = predict(store, "Scan", {"TableName": "t"}).steps
    [of_index] = predict(store, "Scan", {"TableName": "t", "IndexName": "gsi"}).steps
    assert (of_table.what, of_index.what) == ("1 items read", "1 entries read")


# The operation is named whatever comes of the request.
@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("Scan", {"TableName": "t"}),
        ("Scan", {"TableName": "nowhere"}),
        ("Scan", {"TableName": "t", "Segment": 0, "TotalSegments": 2}),
        ("Scan", {"TableName": "t", "FilterExpression": "a ="}),
        ("ExecuteStatement", {"Statement": "DROP"}),
        ("ExecuteStatement", {"Statement": "SELECT * FROM t", "NextToken": "n"}),
        # Checked before anything is read: a name without a value.
        ("Scan", {"TableName": "t", "FilterExpression": "#a = :a"}),
    ],
)
def test_a_prediction_names_its_operation(operation: str, arguments: dict[str, object]) -> None:
    predicted = predict(Store([TABLE]), operation, arguments)
    assert predicted.operation == operation
    assert ("NextToken" in arguments) == ("NextToken" in predicted.unpredictable)


def test_the_number_of_what_fails_counts_from_one() -> None:
    check = {
        "TableName": "t",
        "ConditionExpression": "attribute_exists(pk)",
    }
    put = {"Put": {"TableName": "t", "Item": SMALL}}
    checks = [{"ConditionCheck": check | {"Key": {"pk": {"S": name}}}} for name in ("a", "b")]
    cancelled = predict(Store([TABLE]), "TransactWriteItems", {"TransactItems": [put, *checks]})
    assert cancelled.message == "the condition of action 2, 3 failed"
    statements = [{"Statement": "DELETE FROM t WHERE pk = 'p' AND a = 'x'"}]
    batch = predict(Store([TABLE]), "BatchExecuteStatement", {"Statements": statements})
    assert [step.what for step in batch.steps] == ["statement 1"]
    assert batch.consumed_capacity() == []
