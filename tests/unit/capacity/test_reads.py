"""What reads cost: the documentation's own examples, and what follows from its rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dynaproof.capacity.prediction import Prediction
from dynaproof.capacity.predictor import predict, predict_pages
from dynaproof.capacity.store import Store
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput

PK, SK, LSK, GPK = (KeyAttribute(name) for name in ("pk", "sk", "lsk", "gpk"))
KEYS_ONLY = Projection("keys_only")
TABLE = Table(
    "t",
    PK,
    SK,
    Throughput(1, 1),
    global_secondary_indexes=(SecondaryIndex("gsi", "global", (GPK,), (SK,), KEYS_ONLY),),
    local_secondary_indexes=(
        SecondaryIndex("lsi", "local", (PK,), (LSK,), Projection("include", ("held",))),
    ),
)
KIB = 1_024


def item(number: int, size: int, **others: str) -> Item:
    """An item of so many bytes."""
    made: Item = {"pk": {"S": "p"}, "sk": {"S": f"{number:04}"}}
    made |= {name: {"S": value} for name, value in others.items()}
    used = sum(len(name) + len(str(value["S"])) for name, value in made.items()) + len("body")
    return made | {"body": {"S": "x" * (size - used)}}


def store_of(*sizes: int, **others: str) -> Store:
    store = Store([TABLE])
    for number, size in enumerate(sizes):
        store.put("t", item(number, size, **others))
    return store


def key(number: int) -> Item:
    return {"pk": {"S": "p"}, "sk": {"S": f"{number:04}"}}


def query(store: Store, **arguments: object) -> Prediction:
    condition: dict[str, object] = {
        "TableName": "t",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "p"}},
    }
    return predict(store, "Query", condition | arguments)


# read-write-operations.html: 3.5 KB is read as 4 KB, 10 KB as 12 KB; 8 KB is 2 units strongly
# consistent, 1 eventually consistent, 4 in a transaction.
@pytest.mark.parametrize(
    ("size", "eventual", "strong", "transactional"),
    [(3_584, 0.5, 1, 2), (10 * KIB, 1.5, 3, 6), (8 * KIB, 1, 2, 4), (4_097, 1, 2, 4)],
)
def test_an_item_is_rounded_up_to_4_kb(
    size: int, eventual: float, strong: float, transactional: float
) -> None:
    store = store_of(size)
    one = {"TableName": "t", "Key": key(0)}
    assert predict(store, "GetItem", one).capacity_units == eventual
    assert predict(store, "GetItem", one | {"ConsistentRead": True}).capacity_units == strong
    transaction = {"TransactItems": [{"Get": one}]}
    assert predict(store, "TransactGetItems", transaction).capacity_units == transactional


def test_a_batch_rounds_each_item_by_itself() -> None:
    # read-write-operations.html: 1.5 KB and 6.5 KB are 12 KB, not 8 KB.
    batch = {"RequestItems": {"t": {"Keys": [key(0), key(1)], "ConsistentRead": True}}}
    prediction = predict(store_of(1_536, 6_656), "BatchGetItem", batch)
    assert prediction.capacity_units == 12 * KIB / 4_096


def test_a_query_rounds_the_sum_of_its_items() -> None:
    # read-write-operations.html: 10 items of 4 KB in all are 4 KB: one unit, as 40.8 KB are 11.
    query_cost = query(store_of(*[400] * 10), ConsistentRead=True)
    assert query_cost.capacity_units == 1
    assert query(store_of(*[4_178] * 10), ConsistentRead=True).capacity_units == 11


def test_a_global_secondary_index_is_charged_for_its_entries() -> None:
    # GSI.html: 8 entries of 2,000 bytes are 16,000 bytes: 0.5 * 16 KB / 4 KB is 2 units.
    (gsi,) = TABLE.global_secondary_indexes
    table = replace(TABLE, global_secondary_indexes=(replace(gsi, projection=Projection("all")),))
    store = Store([table])
    for number in range(8):
        store.put("t", item(number, 2_000, gpk="g"))
    by_index = {
        "TableName": "t",
        "IndexName": "gsi",
        "KeyConditionExpression": "gpk = :g",
        "ExpressionAttributeValues": {":g": {"S": "g"}},
    }
    prediction = predict(store, "Query", by_index)
    assert prediction.consumed_capacity() == [
        {
            "TableName": "t",
            "CapacityUnits": 2.0,
            "Table": {"CapacityUnits": 0.0},
            "GlobalSecondaryIndexes": {"gsi": {"CapacityUnits": 2.0}},
        }
    ]


FETCHING: list[dict[str, object]] = [
    {"Select": "ALL_ATTRIBUTES"},
    {"ProjectionExpression": "held, body"},
]
NOT_FETCHING: list[dict[str, object]] = [
    {},
    {"Select": "ALL_PROJECTED_ATTRIBUTES"},
    {"Select": "COUNT"},
    {"ProjectionExpression": "held, pk"},
]


@pytest.mark.parametrize("arguments", FETCHING)
def test_a_local_secondary_index_fetches_what_it_does_not_hold(
    arguments: dict[str, object],
) -> None:
    # LSI.html: 4 items of 300 bytes, of which the index holds less: 4 KB of the index, and
    # 4 times 4 KB of the table.
    prediction = query(store_of(*[300] * 4, lsk="l"), IndexName="lsi", **arguments)
    [capacity] = prediction.capacities
    assert capacity.table_units == 4 * 0.5
    assert capacity.local_secondary_indexes == {"lsi": 0.5}


@pytest.mark.parametrize("arguments", NOT_FETCHING)
def test_a_local_secondary_index_is_enough_for_what_it_holds(arguments: dict[str, object]) -> None:
    prediction = query(store_of(*[300] * 4, lsk="l"), IndexName="lsi", **arguments)
    [capacity] = prediction.capacities
    assert (capacity.table_units, capacity.local_secondary_indexes) == (0, {"lsi": 0.5})


@pytest.mark.parametrize(
    ("arguments", "scanned", "count"),
    [
        ({"FilterExpression": "body = :p"}, 5, 0),
        ({"ProjectionExpression": "sk"}, 5, 5),
        ({"Select": "COUNT"}, 5, 5),
    ],
)
def test_what_is_left_out_of_the_answer_is_paid_for(
    arguments: dict[str, object], scanned: int, count: int
) -> None:
    store = store_of(*[3_000] * 5)
    prediction = query(store, **arguments)
    assert prediction.capacity_units == query(store).capacity_units == 2
    assert prediction.page is not None
    assert (prediction.page.scanned_count, prediction.page.count) == (scanned, count)


def test_limit_bounds_what_is_read_and_the_next_page_goes_on() -> None:
    store = store_of(*[4_096] * 5)
    first = query(store, Limit=2)
    assert first.capacity_units == 1
    assert first.page is not None
    assert first.page.last_evaluated_key
    rest = query(store, ExclusiveStartKey=key(1))
    assert rest.page is not None
    assert (rest.capacity_units, rest.page.scanned_count) == (1.5, 3)
    backward = query(store, ExclusiveStartKey=key(1), ScanIndexForward=False)
    assert (backward.capacity_units, backward.page and backward.page.scanned_count) == (0.5, 1)


def test_a_page_ends_at_1_mb() -> None:
    store = store_of(*[100_000] * 12)
    prediction = query(store)
    assert prediction.page is not None
    assert (prediction.page.scanned_count, prediction.page.last_evaluated_key) == (11, True)
    assert [mark.kind for mark in prediction.marks] == ["page boundary"]


def test_a_scan_pays_for_every_partition() -> None:
    store = store_of(100)
    assert predict(store, "Scan", {"TableName": "t"}).capacity_units == 0.5
    on_demand = Store([replace(TABLE, throughput=None)])
    prediction = predict(on_demand, "Scan", {"TableName": "t"})
    assert prediction.capacity_units == 2
    assert [mark.kind for mark in prediction.marks] == ["assumed"]
    known = Store([replace(TABLE, throughput=None)], partitions={"t": 1})
    assert predict(known, "Scan", {"TableName": "t"}).marks == ()


def test_a_sparse_index_is_scanned_for_the_items_in_it() -> None:
    store = store_of(4_096, 4_096)
    store.put("t", item(2, 4_096, gpk="g"))
    prediction = predict(store, "Scan", {"TableName": "t", "IndexName": "gsi"})
    assert prediction.page is not None
    assert prediction.page.count == 1
    assert prediction.capacity_units == 0.5


REFUSED: list[tuple[str, dict[str, object]]] = [
    ("ValidationException", {"IndexName": "gsi", "ConsistentRead": True}),
    ("ValidationException", {"IndexName": "gsi", "Select": "ALL_ATTRIBUTES"}),
    ("ValidationException", {"IndexName": "nowhere"}),
    ("ValidationException", {"ExclusiveStartKey": {"pk": {"S": "p"}}}),
    ("ValidationException", {"FilterExpression": "size("}),
    ("ResourceNotFoundException", {"TableName": "nowhere"}),
]


@pytest.mark.parametrize(("error", "arguments"), REFUSED)
def test_what_the_service_refuses_costs_nothing(error: str, arguments: dict[str, object]) -> None:
    prediction = predict(store_of(100), "Scan", {"TableName": "t", **arguments})
    assert (prediction.error, prediction.capacities, prediction.reported) == (error, (), False)
    assert prediction.message


def test_a_segment_of_a_parallel_scan_cannot_be_predicted() -> None:
    segment = {"TableName": "t", "Segment": 0, "TotalSegments": 2}
    prediction = predict(store_of(100), "Scan", segment)
    assert "hash" in prediction.unpredictable
    assert prediction.capacities == ()


def test_the_steps_show_the_bytes_behind_the_units() -> None:
    prediction = predict(store_of(3_584), "GetItem", {"TableName": "t", "Key": key(0)})
    [step] = prediction.steps
    assert (step.part, step.size, step.units) == ("Table", 3_584, 0.5)
    assert sum(size for _, size in step.attributes) == 3_584
    assert "4 KB" in step.how


def test_pages_go_on_where_the_predicted_page_before_ends() -> None:
    store = store_of(*[50_000] * 50)
    scan: dict[str, object] = {"TableName": "t"}
    # The server's own LastEvaluatedKey, of an order in which this item is the last one.
    pages = predict_pages(store, "Scan", [scan, scan | {"ExclusiveStartKey": key(49)}, scan, scan])
    counts = [page.page.scanned_count for page in pages if page.page]
    assert sum(counts) == 50
    assert [page.page and page.page.last_evaluated_key for page in pages] == [True, True, False]
