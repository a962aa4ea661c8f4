"""Known differences of DynamoDB Local: named where they make up a figure, and only there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.capacity.answer import Answer, measured_answer, predicted_answer
from dynaproof.capacity.emulator_differences import (
    DIFFERENCES,
    EVERY,
    Difference,
    explain_difference,
    explain_units,
)
from dynaproof.capacity.prediction import TABLE, Prediction
from dynaproof.capacity.predictor import predict
from dynaproof.capacity.store import Store
from dynaproof.capacity.units_by_part import WHOLE, predicted_units
from dynaproof.dynamodb.local.pins import PINS
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table

ROOT = Path(__file__).parents[3]
PK, SK = KeyAttribute("pk", "S"), KeyAttribute("sk", "S")
PLAIN = Table("plain", PK)
INDEXED = Table(
    "indexed",
    PK,
    SK,
    global_secondary_indexes=(
        SecondaryIndex("by-tag", "global", (KeyAttribute("tag", "S"),), (), Projection("all")),
    ),
    local_secondary_indexes=(
        SecondaryIndex("by-day", "local", (PK,), (KeyAttribute("day", "S"),), Projection("all")),
    ),
)
INDEXES = {"ReturnConsumedCapacity": "INDEXES"}
Request = Mapping[str, object]
Units = dict[tuple[str, str], float]


def predicted(operation: str, arguments: Request) -> Prediction:
    store = Store([PLAIN, INDEXED], partitions={"plain": 4, "indexed": 1})
    store.put("plain", {"pk": {"S": "there"}, "text": {"S": "x" * 2_000}})
    return predict(store, operation, arguments)


def put(key: str, size: int = 1) -> Request:
    return {"Put": {"TableName": "plain", "Item": {"pk": {"S": key}, "text": {"S": "x" * size}}}}


QUERY = {
    "TableName": "plain",
    "KeyConditionExpression": "pk = :pk",
    "ExpressionAttributeValues": {":pk": {"S": "nothing"}},
}
BATCH_GET = {"RequestItems": {"plain": {"Keys": [{"pk": {"S": k}} for k in ("there", "nothing")]}}}
BATCH_DELETE = {"RequestItems": {"plain": [{"DeleteRequest": {"Key": {"pk": {"S": "nothing"}}}}]}}
TWO_PUTS = {"TransactItems": [put("a"), put("b")]}
NEAR_A_KILOBYTE = {
    "TableName": "indexed",
    "Item": {
        **{name: {"S": "1"} for name in ("pk", "sk", "day")},
        "text": {"S": "x" * 950},
    },
}
OLD_FORM = {
    "TableName": "plain",
    "Key": {"pk": {"S": "there"}},
    "AttributeUpdates": {"text": {"Value": {"S": "x" * 5_000}}},
}
SCAN = {"TableName": "plain", "ConsistentRead": True}
STATEMENT = {"Statement": "SELECT * FROM plain WHERE pk = 'there'"}

# Operation, request, version, what DynamoDB Local reports, what explains it.
KNOWN: list[tuple[str, Request, str, Units | None, list[str]]] = [
    ("Query", QUERY, "3.3.1", {("plain", TABLE): 0.0}, ["EMU01"]),
    ("Query", QUERY, "3.3.1", {("plain", TABLE): 1.0}, []),
    ("BatchGetItem", BATCH_GET, "1.25.1", {("plain", TABLE): 0.5}, ["EMU02"]),
    ("BatchGetItem", BATCH_GET, "1.25.1", {("plain", TABLE): 0.0}, []),
    ("BatchWriteItem", BATCH_DELETE, "3.3.1", {("plain", TABLE): 2.0}, ["EMU03"]),
    ("BatchWriteItem", BATCH_DELETE, "3.3.1", {("plain", TABLE): 3.0}, []),
    ("TransactWriteItems", TWO_PUTS, "3.3.1", {("plain", TABLE): 2.0}, ["EMU04"]),
    ("TransactWriteItems", TWO_PUTS, "1.25.1", {("plain", TABLE): 2.0}, []),
    ("TransactWriteItems", TWO_PUTS, "", {("plain", TABLE): 2.0}, ["EMU04"]),
    ("ExecuteStatement", STATEMENT, "3.3.1", None, ["EMU06"]),
    ("ExecuteStatement", STATEMENT, "3.3.1", {("plain", TABLE): 9.0}, []),
    (
        "PutItem",
        NEAR_A_KILOBYTE,
        "3.3.1",
        {("indexed", TABLE): 1.0, ("indexed", "by-day"): 2.0},
        ["EMU07"],
    ),
    (
        "PutItem",
        NEAR_A_KILOBYTE,
        "3.3.1",
        {("indexed", TABLE): 2.0, ("indexed", "by-day"): 1.0},
        [],
    ),
    ("PutItem", NEAR_A_KILOBYTE, "3.3.1", {("indexed", TABLE): 3.0}, []),
    ("PutItem", NEAR_A_KILOBYTE, "3.3.1", {("indexed", WHOLE): 3.0}, ["EMU07"]),
    ("PutItem", NEAR_A_KILOBYTE, "3.3.1", None, []),
    ("UpdateItem", OLD_FORM, "3.3.1", {("plain", TABLE): 2.0}, ["EMU09"]),
    ("UpdateItem", OLD_FORM, "1.25.1", {("plain", TABLE): 2.0}, []),
    ("Scan", SCAN, "3.3.1", {("plain", TABLE): 1.0}, ["EMU10"]),
    ("Scan", SCAN, "3.3.1", {("plain", TABLE): 2.0}, []),
]


@pytest.mark.parametrize(("operation", "request_", "version", "measured", "codes"), KNOWN)
def test_a_figure_is_explained_to_the_last_unit_or_not_at_all(
    operation: str, request_: Request, version: str, measured: Units | None, codes: list[str]
) -> None:
    prediction = predicted(operation, request_)
    assert predicted_units([prediction]) != measured
    found = explain_units(operation, request_, [prediction], measured, version)
    assert [difference.code for difference in found] == codes


def test_several_differences_in_one_answer_are_all_named() -> None:
    item = NEAR_A_KILOBYTE["Item"]
    request = {"TransactItems": [{"Put": {"TableName": "indexed", "Item": item}}]}
    measured = {("indexed", TABLE): 2.0, ("indexed", "by-day"): 4.0}
    prediction = predicted("TransactWriteItems", request)
    found = explain_units("TransactWriteItems", request, [prediction], measured, "3.3.1")
    assert [difference.code for difference in found] == ["EMU04", "EMU07"]


def test_an_answer_without_the_sizes_of_item_collections_is_explained() -> None:
    request = {
        "TableName": "indexed",
        "Item": {name: {"S": "1"} for name in ("pk", "sk", "day")},
        "ReturnItemCollectionMetrics": "SIZE",
    }
    prediction = predicted("PutItem", request)
    found = explain_difference("PutItem", request, [prediction], Answer(), "3.3.1")
    assert [difference.code for difference in found] == ["EMU08"]


def test_an_error_is_not_explained() -> None:
    request = {**QUERY, **INDEXES}
    answer = Answer(error="InternalServerError", message="")
    assert explain_difference("Query", request, [predicted("Query", request)], answer) == ()


@given(st.lists(st.integers(1, 9_000), min_size=1, max_size=8), st.sampled_from(EVERY))
def test_of_puts_in_a_transaction_costs_count_once_each(sizes: list[int], version: str) -> None:
    request = {"TransactItems": [put(f"{n}", size) for n, size in enumerate(sizes)], **INDEXES}
    prediction = predicted("TransactWriteItems", request)
    factor = 2 if version.startswith("3.") else 4
    costs = {-(-(len("pk0text") + size) // 1_024) for size in sizes}
    own = {("plain", TABLE): float(factor * sum(costs))}
    off_by_one = {("plain", TABLE): own["plain", TABLE] + 1}
    operation = "TransactWriteItems"
    [found] = explain_units(operation, request, [prediction], own, version)
    assert found.code == "EMU04"
    assert explain_units(operation, request, [prediction], off_by_one, version) == ()


def test_a_measured_answer_names_tables_without_the_prefix() -> None:
    figures = {"TableName": "t1-plain", "CapacityUnits": 0.5}
    response = {"ConsumedCapacity": figures, "Count": 1, "ScannedCount": 2, "Items": []}
    answer = measured_answer("Query", response, "t1-")
    assert answer.consumed_capacity == {"plain": {"TableName": "plain", "CapacityUnits": 0.5}}
    assert answer.page is not None
    assert (answer.page.count, answer.page.scanned_count) == (1, 2)
    assert not answer.page.last_evaluated_key


def test_the_prediction_itself_needs_no_explanation() -> None:
    request = {**TWO_PUTS, **INDEXES}
    prediction = predicted("TransactWriteItems", request)
    answer = predicted_answer(request, prediction)
    assert explain_difference("TransactWriteItems", request, [prediction], answer) == ()


def test_the_versions_are_all_that_are_pinned() -> None:
    assert {pin.version for pin in PINS} == set(EVERY)


@pytest.mark.parametrize("difference", DIFFERENCES.values(), ids=list(DIFFERENCES))
def test_a_difference_leads_to_its_place_on_the_reference_page(difference: Difference) -> None:
    page, _, anchor = difference.anchor.partition("#")
    assert f"### {anchor.upper()}\n" in (ROOT / page).read_text(encoding="utf-8")
