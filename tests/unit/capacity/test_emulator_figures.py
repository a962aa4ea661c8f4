"""DynamoDB Local's figures around each known difference, those that it explains and their neighbours.

The figures are worked out by hand from what ``DIFFERENCES`` says of the service and of Local.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from dynaproof.capacity.answer import Answer
from dynaproof.capacity.emulator_differences import explain_difference, explain_units
from dynaproof.capacity.prediction import Page
from dynaproof.capacity.predictor import predict
from dynaproof.capacity.store import Store
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput

TABLE = Table(
    "t",
    KeyAttribute("pk"),
    KeyAttribute("sk"),
    global_secondary_indexes=(
        SecondaryIndex("gsi", "global", (KeyAttribute("g"),), (), Projection("keys_only")),
    ),
    local_secondary_indexes=(
        SecondaryIndex("lsi", "local", (KeyAttribute("pk"),), (KeyAttribute("lsk"),)),
    ),
)
PROVISIONED = Table("small", KeyAttribute("pk"), None, Throughput(1, 1))

V1, V2, V3 = "DynamoDB Local 1.25.1", "2.6.1", "3.3.1"


def item(sk: str, size: int, **others: str) -> Item:
    """An item of so many bytes."""
    made: Item = {"pk": {"S": "p"}, "sk": {"S": sk}}
    made |= {name: {"S": value} for name, value in others.items()}
    used = sum(len(name) + len(str(value["S"])) for name, value in made.items()) + len("body")
    return made | {"body": {"S": "x" * (size - used)}}


def key(sk: str) -> Item:
    return {"pk": {"S": "p"}, "sk": {"S": sk}}


def store() -> Store:
    """Items of 900 bytes, of 5,000 bytes, and one in the local secondary index."""
    made = Store([TABLE, PROVISIONED])
    for stored in (item("a", 900), item("b", 5_000), item("l", 900, lsk="l")):
        made.put("t", stored)
    return made


def named(**arguments: object) -> dict[str, object]:
    return {"TableName": "t", "ReturnConsumedCapacity": "INDEXES", **arguments}


def actions(*given: tuple[str, Mapping[str, object]]) -> dict[str, object]:
    return {
        "ReturnConsumedCapacity": "INDEXES",
        "TransactItems": [{kind: {"TableName": "t", **one}} for kind, one in given],
    }


def batch(operation: str, *requests: Mapping[str, object]) -> dict[str, object]:
    asked: object = list(requests) if operation == "write" else {"Keys": list(requests)}
    return {"ReturnConsumedCapacity": "INDEXES", "RequestItems": {"t": asked}}


def answer(units: Mapping[str, float], page: Page | None = None) -> Answer:
    """What an endpoint reports for parts of the table t."""
    if not units:
        return Answer(page=page)
    figures: dict[str, object] = {"TableName": "t", "CapacityUnits": sum(units.values())}
    kinds = {"gsi": "GlobalSecondaryIndexes", "lsi": "LocalSecondaryIndexes"}
    for part, amount in units.items():
        of_part = {"CapacityUnits": amount}
        if part in kinds:
            figures[kinds[part]] = {part: of_part}
        else:
            figures["Table"] = of_part
    return Answer({"t": figures}, page=page)


def query(sk: str, **others: object) -> dict[str, object]:
    return named(
        KeyConditionExpression="pk = :p AND sk = :s",
        ExpressionAttributeValues={":p": {"S": "p"}, ":s": {"S": sk}},
        **others,
    )


CHECK = "attribute_exists(pk)"


@dataclass(frozen=True)
class Seen:
    """Units of DynamoDB Local, and the codes that they come from."""

    operation: str
    arguments: dict[str, object]
    units: Mapping[str, float]
    codes: tuple[str, ...]
    version: str = V3
    page: Page | None = None


def put(sk: str, size: int, **others: str) -> dict[str, object]:
    return {"Item": item(sk, size, **others)}


SEEN = [
    # The least read is 0.5; Local reports 0, and only where nothing is found.
    Seen("Query", query("none"), {"Table": 0}, ("EMU01",), page=Page(0, 0, False)),
    Seen("Query", query("a"), {"Table": 0}, (), page=Page(1, 1, False)),
    # A scan of a table of four partitions: 4 * 0.5; Local: 6,800 bytes are 2 * 0.5.
    Seen("Scan", named(), {"Table": 1}, ("EMU10",), page=Page(3, 3, False)),
    Seen("Scan", named(ConsistentRead=True), {"Table": 2}, ("EMU10",), page=Page(3, 3, False)),
    Seen("Scan", named(), {"Table": 0.5}, (), page=Page(3, 3, False)),
    # A missing key among two; strongly consistent.
    Seen("BatchGetItem", batch("read", key("a"), key("none")), {"Table": 0.5}, ("EMU02",)),
    Seen("BatchGetItem", batch("read", key("none")), {"Table": 0}, ("EMU02",)),
    Seen("BatchGetItem", batch("read", key("a"), key("b")), {"Table": 0.5}, ()),
    # Deleting nothing in a batch is 2 instead of 1.
    Seen(
        "BatchWriteItem",
        batch("write", {"DeleteRequest": {"Key": key("none")}}),
        {"Table": 2},
        ("EMU03",),
    ),
    Seen(
        "BatchWriteItem",
        batch("write", {"DeleteRequest": {"Key": key("none")}}, {"PutRequest": put("new", 2_000)}),
        {"Table": 4},
        ("EMU03",),
    ),
    Seen("DeleteItem", named(Key=key("none")), {"Table": 2}, ()),
    # The LSI entry holds 924 or 925 bytes; with 100 more it is 1 KB, or over it.
    Seen("PutItem", named(**put("new", 925, lsk="l")), {"Table": 1, "lsi": 2}, ("EMU07",)),
    Seen("PutItem", named(**put("new", 924, lsk="l")), {"Table": 1, "lsi": 2}, ()),
    Seen("PutItem", named(**put("new", 925, lsk="l")), {"Table": 1, "lsi": 3}, ()),
    Seen("PutItem", named(**put("new", 925, g="g")), {"Table": 1, "gsi": 2}, ()),
    # Two actions of one cost count once: 2 * 1, where the service takes 2 * 2. Up to 2.6.1 the
    # factor is 4, and the costs are 1 and 2: 12, where the service takes 8.
    Seen(
        "TransactWriteItems",
        actions(("Put", put("x", 900)), ("Put", put("y", 900))),
        {"Table": 2},
        ("EMU04",),
    ),
    Seen(
        "TransactWriteItems",
        actions(("Put", put("x", 900)), ("Put", put("y", 900)), ("Put", put("z", 2_000))),
        {"Table": 12},
        ("EMU04",),
        V2,
    ),
    Seen(
        "TransactWriteItems",
        actions(("Put", put("x", 900)), ("Put", put("y", 900)), ("Put", put("z", 2_000))),
        {"Table": 6},
        ("EMU04",),
    ),
    Seen(
        "TransactWriteItems",
        actions(("Put", put("x", 900)), ("Put", put("y", 900)), ("Put", put("z", 2_000))),
        {"Table": 12},
        (),
        V3,
    ),
    # The index is multiplied as the table is.
    Seen(
        "TransactWriteItems",
        actions(("Put", put("x", 900, g="g"))),
        {"Table": 2, "gsi": 2},
        ("EMU04",),
    ),
    Seen(
        "TransactWriteItems",
        actions(("Put", put("x", 900, g="g"))),
        {"Table": 4, "gsi": 4},
        ("EMU04",),
        V1,
    ),
    # An index entry that moves is removed and inserted in one action: 1 + 1, twice.
    Seen(
        "TransactWriteItems",
        actions(("Put", put("l", 900, lsk="m"))),
        {"Table": 2, "lsi": 4},
        ("EMU04",),
    ),
    Seen(
        "TransactWriteItems",
        actions(("Put", put("x", 1_000, lsk="l"))),
        {"Table": 2, "lsi": 4},
        ("EMU04", "EMU07"),
    ),
    # A check of 5,000 bytes is a strongly consistent read: 2, twice. Deleting nothing is 0.5.
    Seen(
        "TransactWriteItems",
        actions(("ConditionCheck", {"Key": key("b"), "ConditionExpression": CHECK})),
        {"Table": 4},
        ("EMU04",),
    ),
    Seen("TransactWriteItems", actions(("Delete", {"Key": key("none")})), {"Table": 1}, ("EMU04",)),
    # Where the version is not known, both are tried.
    Seen(
        "TransactWriteItems", actions(("Delete", {"Key": key("no")})), {"Table": 1}, ("EMU04",), ""
    ),
    Seen(
        "TransactWriteItems",
        actions(("Put", put("x", 900, g="g"))),
        {"Table": 4, "gsi": 4},
        ("EMU04",),
        "",
    ),
    # PUT of 3,000 bytes is left out of the count from 3.0.0: 900 bytes, and no index.
    Seen(
        "UpdateItem",
        named(Key=key("a"), AttributeUpdates={"more": {"Value": {"S": "x" * 3_000}}}),
        {"Table": 1},
        ("EMU09",),
    ),
    Seen(
        "UpdateItem",
        named(Key=key("a"), AttributeUpdates={"more": {"Value": {"S": "x" * 3_000}}}),
        {"Table": 1},
        (),
        V2,
    ),
    Seen(
        "UpdateItem",
        named(Key=key("b"), AttributeUpdates={"g": {"Action": "PUT", "Value": {"S": "g"}}}),
        {"Table": 5},
        ("EMU09",),
    ),
    Seen(
        "UpdateItem",
        named(Key=key("b"), AttributeUpdates={"g": {"Action": "PUT", "Value": {"S": "g"}}}),
        {"Table": 4},
        (),
    ),
    Seen(
        "UpdateItem",
        named(Key=key("new"), AttributeUpdates={"more": {"Value": {"S": "x" * 3_000}}}),
        {"Table": 1},
        ("EMU09",),
    ),
    Seen(
        "UpdateItem",
        named(Key=key("l"), AttributeUpdates={"more": {"Value": {"S": "x" * 300}}}),
        {"Table": 1, "lsi": 4},
        (),
    ),
    Seen(
        "UpdateItem",
        named(
            Key=key("a"),
            UpdateExpression="SET more = :m",
            ExpressionAttributeValues={":m": {"S": "x" * 3_000}},
        ),
        {"Table": 1},
        (),
    ),
    # A figure that nothing explains.
    Seen("GetItem", named(Key=key("a")), {"Table": 1}, ()),
    Seen("GetItem", named(Key=key("a")), {}, ()),
    Seen("GetItem", named(Key=key("a")), {"Table": 0.5}, ()),
]


@pytest.mark.parametrize("seen", SEEN)
def test_a_figure_is_explained_by_the_differences_that_make_it_up(seen: Seen) -> None:
    predicted = predict(store(), seen.operation, seen.arguments)
    measured = answer(seen.units, seen.page)
    found = explain_difference(seen.operation, seen.arguments, [predicted], measured, seen.version)
    assert tuple(one.code for one in found) == seen.codes


def test_the_total_alone_is_explained_too() -> None:
    arguments = named(**put("new", 1_000, lsk="l")) | {"ReturnConsumedCapacity": "TOTAL"}
    predicted = predict(store(), "PutItem", arguments)
    assert predicted.capacity_units == 2
    for units, codes in ((2.0, []), (3.0, ["EMU07"]), (4.0, [])):
        measured = Answer({"t": {"TableName": "t", "CapacityUnits": units}})
        found = explain_difference("PutItem", arguments, [predicted], measured, V3)
        assert [one.code for one in found] == codes


def test_figures_that_were_not_asked_for_need_no_explanation() -> None:
    arguments: dict[str, object] = {"TableName": "t", "Key": key("a")}
    predicted = predict(store(), "GetItem", arguments)
    assert explain_difference("GetItem", arguments, [predicted], Answer(), V3) == ()


# The service charges twice the read of the larger image: 5,000 bytes are 2 units, twice.
@pytest.mark.parametrize(
    ("units", "codes"), [(1.5, ()), (2, ("EMU05",)), (3.5, ("EMU05",)), (4.5, ())]
)
def test_a_replay_costs_at_most_the_larger_image(units: float, codes: tuple[str, ...]) -> None:
    made = store()
    arguments = actions(("Put", put("b", 900))) | {"ClientRequestToken": "token"}
    made.apply(predict(made, "TransactWriteItems", arguments))
    replayed = predict(made, "TransactWriteItems", arguments)
    assert replayed.capacity_units == 4
    measured = answer({"Table": units})
    found = explain_difference("TransactWriteItems", arguments, [replayed], measured, V3)
    assert tuple(one.code for one in found) == codes


def statement(text: str) -> dict[str, object]:
    return {"Statement": text, "ReturnConsumedCapacity": "INDEXES"}


ALL_OF_P = statement("SELECT * FROM \"t\" WHERE pk = 'p'")


@pytest.mark.parametrize(
    ("measured", "codes"),
    [
        (answer({}, Page(3, 3, False)), ("EMU06",)),
        (answer({"Table": 3}, Page(3, 3, False)), ()),
        # More items than the service gives, as where a filter is on what the index lacks.
        (answer({}, Page(4, 4, False)), ("EMU06", "EMU13")),
        (answer({}, Page(2, 2, False)), ()),
        (Answer(error="ValidationException"), ()),
    ],
)
def test_partiql_reports_nothing(measured: Answer, codes: tuple[str, ...]) -> None:
    predicted = predict(store(), "ExecuteStatement", ALL_OF_P)
    found = explain_difference("ExecuteStatement", ALL_OF_P, [predicted], measured, V3)
    assert tuple(one.code for one in found) == codes


REFUSED = statement("SELECT * FROM \"t\".\"gsi\" WHERE g = 'g' AND body = 'x'")
REFUSED_SCAN = named(IndexName="nowhere")
NO_TABLE = statement('SELECT * FROM "nowhere"')


@pytest.mark.parametrize(
    ("operation", "arguments", "measured", "codes"),
    [
        ("ExecuteStatement", REFUSED, answer({}, Page(0, 0, False)), ("EMU13",)),
        ("ExecuteStatement", REFUSED, Answer(error="ValidationException"), ()),
        ("ExecuteStatement", NO_TABLE, answer({}, Page(0, 0, False)), ()),
        ("Scan", REFUSED_SCAN, answer({}, Page(0, 0, False)), ()),
    ],
)
def test_what_the_service_refuses_and_local_does_not(
    operation: str, arguments: dict[str, object], measured: Answer, codes: tuple[str, ...]
) -> None:
    predicted = predict(store(), operation, arguments)
    assert predicted.error
    found = explain_difference(operation, arguments, [predicted], measured, V3)
    assert tuple(one.code for one in found) == codes


def test_local_reports_no_sizes_of_item_collections() -> None:
    asked = named(**put("new", 900), ReturnItemCollectionMetrics="SIZE")
    predicted = predict(store(), "PutItem", asked)
    assert predicted.item_collection_metrics
    found = explain_difference("PutItem", asked, [predicted], answer({"Table": 1}), V3)
    assert [one.code for one in found] == ["EMU08"]
    metrics = {"ItemCollectionKey": {"pk": {"S": "p"}}, "SizeEstimateRangeGB": [0.0, 1.0]}
    whole = Answer(answer({"Table": 1}).consumed_capacity, item_collection_metrics=metrics)
    assert explain_difference("PutItem", asked, [predicted], whole, V3) == ()


@pytest.mark.parametrize(
    ("split", "codes"),
    [({}, ["EMU12"]), ({"ReadCapacityUnits": 2.0}, []), ({"WriteCapacityUnits": 2.0}, [])],
)
def test_local_does_not_split_the_units_of_a_transaction(
    split: dict[str, float], codes: list[str]
) -> None:
    arguments = actions(("Get", {"Key": key("a")}))
    predicted = predict(store(), "TransactGetItems", arguments)
    figures = {
        "TableName": "t",
        "CapacityUnits": 2.0,
        "Table": {"CapacityUnits": 2.0, **split},
        **split,
    }
    measured = Answer({"t": figures})
    found = explain_difference("TransactGetItems", arguments, [predicted], measured, V3)
    assert [one.code for one in found] == codes
    single = named(Key=key("b"), ConsistentRead=True)
    get = predict(store(), "GetItem", single)
    assert explain_difference("GetItem", single, [get], answer({"Table": 2}), V3) == ()


# 12 items of 100,000 bytes: a page holds 11 of them, 269 units of 4 KB, 134.5 eventually.
# 11 items and one more or less are within 400 KB of that; 100 units are the most.
@pytest.mark.parametrize(
    ("units", "page", "codes"),
    [
        (134.5, Page(11, 11, True), []),
        (122.5, Page(10, 10, True), ["EMU11"]),
        (134.5, Page(11, 11, False), ["EMU11"]),
        (134.5, Page(12, 12, True), ["EMU11"]),
        (234.5, Page(11, 11, True), ["EMU11"]),
        (34.5, Page(11, 11, True), ["EMU11"]),
        (235.0, Page(11, 11, True), []),
        (34.0, Page(11, 11, True), []),
    ],
)
def test_a_page_of_1_mb_may_end_elsewhere(units: float, page: Page, codes: list[str]) -> None:
    made = Store([TABLE])
    for number in range(12):
        made.put("t", item(f"{number:04}", 100_000))
    arguments = named(
        KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "p"}}
    )
    predicted = predict(made, "Query", arguments)
    assert predicted.capacity_units == 134.5
    found = explain_difference("Query", arguments, [predicted], answer({"Table": units}, page), V3)
    assert [one.code for one in found] == codes


@pytest.mark.parametrize(("page", "codes"), [(Page(1, 1, False), ()), (Page(2, 2, False), ())])
def test_another_count_on_a_small_page_is_not_explained(page: Page, codes: tuple[str, ...]) -> None:
    arguments = query("a")
    predicted = predict(store(), "Query", arguments)
    found = explain_difference("Query", arguments, [predicted], answer({"Table": 0.5}, page), V3)
    assert tuple(one.code for one in found) == codes


def test_the_pages_of_a_request_are_explained_together() -> None:
    arguments = named()
    small = predict(store(), "Scan", arguments)
    assert small.capacity_units == 2
    units = {("t", "Table"): 2.0}
    [found] = explain_units("Scan", arguments, [small, small], units, V3)
    assert found.code == "EMU10"
    assert explain_units("Scan", arguments, [small], units, V3) == ()
    assert explain_units("Scan", arguments, [small], None, V3) == ()
    assert explain_units("ExecuteStatement", ALL_OF_P, [], None, V3) == ()
