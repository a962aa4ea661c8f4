"""Small runs, made by hand, for the tests of reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.items.stored import ItemTypeSize
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, Place, Severity
from dynaproof.proof.differences import Difference, RowFault
from dynaproof.proof.execute import Answered
from dynaproof.proof.results import (
    UNKNOWN_DIFFERENCE,
    BrokenExpectation,
    Call,
    Collection,
    CollectionSizes,
    ConsumedUnits,
    PatternResult,
    RunResult,
    StepCall,
    TableResult,
)

DEFINITION = """\
version: 1
name: shop
entities:
  orders:
    count: 3
    attributes:
      id: {generate: uuid}
      day: {generate: date, from: 2026-01-01, to: 2026-01-31}
tables:
  shop-orders:
    partition_key: pk
    sort_key: sk
    global_secondary_indexes:
      orders-by-day: {partition_key: day, sort_key: sk, projection: keys_only}
    items:
      order:
        from: orders
        key: {pk: "ORDER#${id}", sk: ORDER}
        attributes: {day: "${day:%Y-%m-%d}"}
access_patterns:
  read-order:
    parameters: {id: orders.id}
    get: {key: {pk: "ORDER#${id}", sk: ORDER}}
    expect: {read_capacity_units: {max: 0.5}}
  orders-of-a-day:
    query: {index: orders-by-day, partition_key: "2026-01-02"}
  place-order:
    parameters: {id: {generate: uuid}}
    put: {item: {pk: "ORDER#${id}", sk: ORDER, day: "2026-01-03"}}
    expect: {write_capacity_units: {max: 1}}
  wrong-order:
    parameters: {id: orders.id}
    delete: {key: {pk: "ORDER#${id}", sk: ORDER}}
"""
TABLE, INDEX = "shop-orders", "orders-by-day"


def _definition(text: str) -> Definition:
    loaded = examine_text(text, "shop.yaml", folder=Path())
    assert loaded.definition is not None, loaded.diagnostics
    assert not loaded.diagnostics
    return loaded.definition


def _call(
    parameter_set: str = "drawn 1",
    *,
    read: float = 0.0,
    write: float = 0.0,
    index_read: float = 0.0,
    index_write: float = 0.0,
    returned: int = 0,
    items_read: int | None = None,
    error: str | None = None,
    **parameters: object,
) -> Call:
    """A call that measured what was predicted."""
    consumed = [ConsumedUnits(TABLE, "table", None, read, write)]
    if index_read or index_write:
        consumed.insert(
            0, ConsumedUnits(TABLE, "global_secondary_index", INDEX, index_read, index_write)
        )
    return Call(
        parameter_set=parameter_set,
        parameters=parameters,
        request={"TableName": TABLE},
        pages=0 if error else 1,
        items_returned=returned,
        items_read=returned if items_read is None else items_read,
        consumed=() if error else tuple(consumed),
        reported=error is None,
        error=error,
        error_message="it was refused" if error else "",
        predicted=() if error else tuple(consumed),
        not_predicted="the request is refused" if error else "",
    )


def _run(shop: Definition) -> RunResult:
    """Four patterns: held, without an expectation, broken, refused."""
    read, day, place, wrong = shop.access_patterns
    broken = Diagnostic(
        Code.EXPECTATION_BROKEN,
        "'place-order' (drawn 1): write_capacity_units is 2, expected at most 1",
        Place(shop.source.file, 28, 37),
    )
    refused = Diagnostic(
        Code.REQUEST_REFUSED,
        "DynamoDB refused 'wrong-order': it was refused",
        Place(shop.source.file, 29, 3),
        "See the request.",
    )
    return RunResult(
        definition=shop,
        seed=7,
        server="DynamoDB Local 3.3.1",
        tables=(_table(shop),),
        patterns=(
            PatternResult(
                read,
                (_call("largest", read=0.5, returned=1), _call("nothing found", read=0.5)),
            ),
            PatternResult(day, (_call("only", index_read=12.5, returned=26, items_read=1_547),)),
            PatternResult(
                place,
                (
                    _call("drawn 1", write=1, index_write=1),
                    _call("drawn 2", write=1, index_write=2),
                ),
                broken=(
                    BrokenExpectation("write_capacity_units", "at most 1", "2", "drawn 1", broken),
                ),
            ),
            PatternResult(wrong, (_call(error="ValidationException"),), refused=(refused,)),
        ),
        rows={"orders": 3},
    )


def _differing(result: RunResult) -> RunResult:
    """The same run where place-order is predicted at 2 units for the table and 1 for the index.

    Measured were 1 and 1, then 1 and 2.
    """
    predicted = (
        ConsumedUnits(TABLE, "table", None, 0, 2),
        ConsumedUnits(TABLE, "global_secondary_index", INDEX, 0, 1),
    )
    first, day, place, wrong = result.patterns
    calls = tuple(
        replace(call, predicted=predicted, differences=(UNKNOWN_DIFFERENCE,))
        for call in place.calls
    )
    unexplained = Diagnostic(
        Code.UNKNOWN_DIFFERENCE, "'place-order': 2 WCU", severity=Severity.WARNING
    )
    place = replace(place, calls=calls, unexplained=(unexplained,))
    return replace(result, patterns=(first, day, place, wrong))


def _wrong(result: RunResult) -> RunResult:
    """The same run where read-order has steps, is compared, and its second call differs."""
    first, *others = result.patterns
    difference = Difference(
        Code.ROWS_EXTRA,
        "1 row is not asked for",
        (RowFault("extra", None, {"pk": {"S": "ORDER#2"}, "n": {"N": "7"}}, position=2),),
        total=3,
        expected=1,
        found=4,
    )
    steps = (
        StepCall("Query", {"TableName": TABLE, "Limit": 3}, 1, 4),
        StepCall("DeleteItem", {"TableName": TABLE}, 0, 0, "ConditionalCheckFailedException"),
    )
    found = Diagnostic(
        Code.ROWS_EXTRA,
        "'read-order' (largest): 1 row is not asked for",
        Place(result.definition.source.file, 21, 5),
    )
    right, wrong = (replace(call, compared=True) for call in first.calls)
    wrong = replace(wrong, difference=difference, steps=steps, parameters={"id": "a-1"})
    first = replace(first, calls=(right, wrong), differing=(found,))
    return replace(result, patterns=(first, *others))


def _table(shop: Definition) -> TableResult:
    return TableResult(
        shop.tables[0],
        (ItemTypeSize("order", 3, 300, 80, 140),),
        (
            CollectionSizes(TABLE, None, 3, 3, 300, (Collection("ORDER#1", 1, 140),), ((1, 3),)),
            CollectionSizes(
                TABLE, INDEX, 2, 3, 200, (Collection("2026-01-02", 2, 150),), ((1, 1), (2, 1))
            ),
        ),
        (("order", 128, 2), ("order", 256, 1)),
    )


def _named(result: RunResult, name: str) -> RunResult:
    """The same run with the first pattern, the item type and the largest key named so."""
    first, *others = result.patterns
    renamed = replace(first, pattern=replace(first.pattern, name=name))
    [stored] = result.tables
    sizes = replace(stored.sizes[0], item_type=name)
    largest = replace(stored.collections[0], largest=(Collection(name, 1, 140),))
    tables = (replace(stored, sizes=(sizes,), collections=(largest, *stored.collections[1:])),)
    return replace(result, patterns=(renamed, *others), tables=tables)


def _answer(*items: dict[str, object], error: str | None = None) -> Answered:
    return Answered(_call("largest", read=0.5, returned=len(items), error=error), items)


@pytest.fixture
def define() -> Callable[[str], Definition]:
    """Reads a definition that has no findings."""
    return _definition


@pytest.fixture
def shop() -> Definition:
    return _definition(DEFINITION)


@pytest.fixture
def result(shop: Definition) -> RunResult:
    """Four patterns: held, without an expectation, broken, refused."""
    return _run(shop)


@pytest.fixture
def differing(result: RunResult) -> RunResult:
    """The same run where place-order is predicted at 2 units for the table and 1 for the index."""
    return _differing(result)


@pytest.fixture
def wrong(result: RunResult) -> RunResult:
    """The same run where read-order has steps, is compared, and its second call differs."""
    return _wrong(result)


@pytest.fixture
def renamed(result: RunResult) -> Callable[[str], RunResult]:
    """The same run with the first pattern, the item type and the largest key named so."""
    return lambda name: _named(result, name)


@pytest.fixture
def make_call() -> Callable[..., Call]:
    return _call


@pytest.fixture
def answer() -> Callable[..., Answered]:
    return _answer
