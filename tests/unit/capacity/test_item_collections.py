"""ItemCollectionMetrics: the size of the item collections that a write touches.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
"""

from __future__ import annotations

import pytest

from dynaproof.capacity.predictor import predict
from dynaproof.capacity.store import Store
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table

PK, SK, LSK_KEY = (KeyAttribute(name) for name in ("pk", "sk", "lsk"))
TABLE = Table(
    "t",
    PK,
    SK,
    local_secondary_indexes=(
        SecondaryIndex("lsi", "local", (PK,), (LSK_KEY,), Projection("keys_only")),
    ),
)
KEY: Item = {"pk": {"S": "p"}, "sk": {"S": "s"}}


def put(item: Item) -> dict[str, object]:
    return {"TableName": "t", "Item": item}


def delete() -> dict[str, object]:
    return {"TableName": "t", "Key": KEY}


LSK: Item = {"lsk": {"S": "l"}}


def test_the_size_of_an_item_collection_is_of_stored_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    # LSI.html, "Item collections": each item and each entry of an LSI, with 100 bytes more. With
    # gigabytes of 1,000 bytes the range shows the bytes.
    monkeypatch.setattr("dynaproof.capacity.writes.GIGABYTE", 1_000)

    def grown(before: list[Item], operation: str, arguments: dict[str, object]) -> object:
        store = Store([TABLE])
        for item in before:
            store.put("t", item)
        asked = arguments | {"ReturnItemCollectionMetrics": "SIZE"}
        [metrics] = predict(store, operation, asked).item_collection_metrics["t"]
        assert metrics["ItemCollectionKey"] == {"pk": {"S": "p"}}
        return metrics["SizeEstimateRangeGB"]

    # 6 bytes of the key and 1 + n of c: 900 bytes with 100 more are one thousand.
    item: Item = KEY | {"c": {"B": bytes(893)}}
    small: Item = KEY | {"c": {"B": bytes(892)}}
    other: Item = {"pk": {"S": "p"}, "sk": {"S": "o"}, "c": {"B": bytes(893)}}
    elsewhere: Item = {"pk": {"S": "q"}, "sk": {"S": "o"}, "c": {"B": bytes(893)}}
    assert grown([], "PutItem", put(item)) == [1.0, 2.0]
    assert grown([], "PutItem", put(small)) == [0.0, 1.0]
    assert grown([other, elsewhere], "PutItem", put(item)) == [2.0, 3.0]
    assert grown([other, elsewhere], "PutItem", put(small)) == [1.0, 2.0]
    assert grown([small, other], "PutItem", put(item)) == [2.0, 3.0]
    assert grown([item, other], "DeleteItem", delete()) == [1.0, 2.0]
    assert grown([item], "DeleteItem", delete()) == [0.0, 1.0]
    # With an entry of the LSI, which holds the keys: 904 + 100 and 10 + 100 bytes.
    assert grown([], "PutItem", put(item | LSK)) == [1.0, 2.0]
    entry = KEY | LSK | {"c": {"B": bytes(883)}}
    assert grown([], "PutItem", put(entry)) == [1.0, 2.0]
    without = KEY | {"x": {"S": "12"}, "c": {"B": bytes(883)}}
    assert grown([], "PutItem", put(without)) == [0.0, 1.0]


def test_each_item_collection_of_a_batch_is_sized_once() -> None:
    second: Item = {"pk": {"S": "p"}, "sk": {"S": "2"}}
    elsewhere: Item = {"pk": {"S": "q"}, "sk": {"S": "s"}}
    requests = [{"PutRequest": {"Item": item}} for item in (KEY, elsewhere, second)]
    asked = {"RequestItems": {"t": requests}, "ReturnItemCollectionMetrics": "SIZE"}
    metrics = predict(Store([TABLE]), "BatchWriteItem", asked).item_collection_metrics
    assert [one["ItemCollectionKey"] for one in metrics["t"]] == [
        {"pk": {"S": "p"}},
        {"pk": {"S": "q"}},
    ]
