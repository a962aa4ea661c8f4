"""Runs and items as tidy frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from dynaproof.facts.database import Facts
from dynaproof.items.stored import TableItems, make_items, prepare
from dynaproof.model.definition import Definition
from dynaproof.proof.execute import Answered
from dynaproof.proof.results import RunResult
from dynaproof.report import frames
from dynaproof.report.differences_frame import differences_frame

FIGURES = ("predicted", "measured")
ITEMS = """\
version: 1
name: shelf
entities:
  books:
    count: 3
    attributes:
      n: {generate: sequence, start: 1}
tables:
  shelf:
    partition_key: {name: n, type: N}
    items:
      book:
        from: >
          SELECT n, n * 10 AS pages, CASE WHEN n > 1 THEN n END AS copies, n = 2 AS lent,
                 CAST(n AS DECIMAL(10, 2)) / 4 AS price, 'b' || n AS title,
                 12345678901234567890123 + n AS ean
          FROM books
        key: {n: "${n}"}
        attributes:
          title: ${title}
          pages: ${pages}
          copies: ${copies}
          lent: ${lent}
          price: ${price}
          ean: ${ean}
"""


@pytest.fixture
def books(define: Callable[[str], Definition]) -> Iterator[TableItems]:
    definition = define(ITEMS)
    facts = Facts.generate(definition.entities, seed=1, folder=".", places=definition.source)
    prepare(facts.connection)
    yield make_items(facts.connection, definition, definition.tables[0])
    facts.close()


def test_patterns_have_one_row_each_with_units_of_a_call(
    result: RunResult, shop: Definition
) -> None:
    frame = frames.patterns_frame(result).set_index("pattern")
    assert list(frame.index) == ["read-order", "orders-of-a-day", "place-order", "wrong-order"]
    place = frame.loc["place-order"]
    for figure in ("predicted", "measured"):
        columns = [f"{figure}_write_units_{name}" for name in ("min", "mean", "p95", "max")]
        assert list(place[columns]) == [2, 2.5, 3, 3]
    assert place["verdict"] == "broken"
    assert frame.loc["orders-of-a-day", "target"] == "shop-orders/orders-by-day"
    assert frame.loc["wrong-order", "errors"] == 1
    assert list(frame["measured_read_units_max"].isna()) == [False, False, False, True]


def test_differences_have_one_row_for_each_row_at_fault(wrong: RunResult) -> None:
    frame = differences_frame(wrong)
    assert frame.shape == (1, 11)
    [row] = frame.to_dict("records")
    assert (row["pattern"], row["call"], row["parameter_set"]) == ("read-order", 2, "nothing found")
    assert (row["code"], row["kind"], row["position"]) == ("DP802", "extra", 2)
    assert row["found"] == {"pk": "ORDER#2", "n": 7}
    assert frame[["expected", "table"]].isna().all(axis=None)
    calls = frames.calls_frame(wrong)
    assert list(calls["compared"]) == [True, True, False, False, False, False]
    assert list(calls["difference"].dropna()) == ["DP802"]


def test_a_run_without_differences_has_an_empty_frame_of_them(result: RunResult) -> None:
    frame = differences_frame(result)
    assert len(frame) == 0
    assert {"pattern", "call", "code", "expected", "found"} <= set(frame.columns)


def test_a_difference_that_no_row_shows_has_a_row(wrong: RunResult) -> None:
    first = wrong.patterns[0]
    difference = first.calls[1].difference
    assert difference is not None
    call = replace(first.calls[1], difference=replace(difference, faults=()))
    frame = differences_frame(replace(wrong, patterns=(replace(first, calls=(call,)),)))
    assert list(frame["summary"]) == ["1 row is not asked for"]
    assert frame[["kind", "position", "expected", "found"]].isna().all(axis=None)


def test_calls_have_one_row_each(result: RunResult) -> None:
    frame = frames.calls_frame(result)
    assert list(frame["call"]) == [1, 2, 1, 1, 2, 1]
    assert list(frame["measured_write_units"].dropna()) == [0, 0, 0, 2, 3]
    assert list(frame["predicted_write_units"].dropna()) == [0, 0, 0, 2, 3]
    assert list(frame["items_read"]) == [1, 0, 1_547, 0, 0, 0]
    assert list(frame["error"].dropna()) == ["ValidationException"]


def test_capacity_adds_up_to_the_calls(differing: RunResult) -> None:
    units = [f"{figure}_{kind}_units" for figure in FIGURES for kind in ("read", "write")]
    sums = frames.capacity_frame(differing).groupby(["pattern", "call"])[units].sum()
    calls = frames.calls_frame(differing).dropna(subset=units)
    expected = calls.set_index(["pattern", "call"])[units].sort_index()
    pd.testing.assert_frame_equal(sums.sort_index(), expected)


def test_what_was_predicted_stands_beside_what_was_measured(differing: RunResult) -> None:
    place = frames.patterns_frame(differing).set_index("pattern").loc["place-order"]
    assert (place["predicted_write_units_mean"], place["measured_write_units_mean"]) == (3, 2.5)
    assert place["differences"] == "unknown"
    by_part = frames.capacity_frame(differing).query("pattern == 'place-order'")
    rows = by_part[["part", "predicted_write_units", "measured_write_units"]].values.tolist()
    table, index = "table", "global_secondary_index"
    assert rows == [[table, 2, 1], [index, 1, 1], [table, 2, 1], [index, 1, 2]]


def test_units_that_are_not_known_are_missing(result: RunResult) -> None:
    first, *others = result.patterns
    one, other = first.calls
    calls = (
        replace(one, predicted=(), not_predicted="too many items"),
        replace(other, consumed=(), reported=False),
    )
    unknown = replace(result, patterns=(replace(first, calls=calls), *others))
    for make in (frames.calls_frame, frames.capacity_frame):
        frame = make(unknown).query("pattern == 'read-order'")
        assert list(frame["predicted_read_units"].isna()) == [True, False]
        assert list(frame["measured_read_units"].isna()) == [False, True]


def test_tables_item_types_and_collections(result: RunResult, shop: Definition) -> None:
    [table] = frames.tables_frame(result).to_dict("records")
    assert (table["table"], table["items"], table["bytes"]) == ("shop-orders", 3, 300)
    [item_type] = frames.item_types_frame(result).to_dict("records")
    assert (item_type["mean_bytes"], item_type["max_bytes"]) == (100, 140)
    collections = frames.collections_frame(result)
    assert list(collections["items_mean"]) == [1, 1.5]
    assert list(collections["largest"]) == ["ORDER#1", "2026-01-02"]
    assert list(frames.largest_collections_frame(result)["rank"]) == [1, 1]


@pytest.mark.parametrize(
    "make",
    [
        frames.patterns_frame,
        frames.calls_frame,
        frames.capacity_frame,
        frames.tables_frame,
        frames.item_types_frame,
        frames.collections_frame,
        frames.largest_collections_frame,
    ],
)
def test_an_empty_run_gives_the_same_columns(
    make: Callable[[RunResult], pd.DataFrame], result: RunResult
) -> None:
    empty = replace(result, patterns=(), tables=())
    assert list(make(empty).columns) == list(make(result).columns)
    assert len(make(empty)) == 0


def test_items_are_plain_values_with_keys_first(books: TableItems) -> None:
    frame = frames.items_frame(books)
    assert list(frame.columns) == ["n", "copies", "ean", "lent", "pages", "price", "title"]
    assert set(frame.index) == {"book"}
    rows = frame.sort_values("n").to_dict("records")
    assert [row["n"] for row in rows] == [1, 2, 3]
    assert [row["lent"] for row in rows] == [False, True, False]
    assert rows[0]["title"] == "b1"


def test_whole_numbers_stay_whole_where_some_are_missing(books: TableItems) -> None:
    copies = frames.items_frame(books).sort_values("n")["copies"]
    assert copies.dtype == "Int64"
    assert list(copies.isna()) == [True, False, False]


def test_numbers_are_exact(books: TableItems) -> None:
    frame = frames.items_frame(books).sort_values("n")
    assert list(frame["price"]) == [Decimal("0.25"), Decimal("0.5"), Decimal("0.75")]
    assert list(frame["ean"]) == [12345678901234567890123 + n for n in (1, 2, 3)]


@pytest.mark.parametrize("limit", [0, 2, 100])
def test_the_number_of_items_can_be_bounded(books: TableItems, limit: int) -> None:
    assert len(frames.items_frame(books, limit)) == min(limit, 3)


def test_an_answer_as_a_frame_keeps_the_order_of_its_items(
    answer: Callable[..., Answered], shop: Definition
) -> None:
    answered = answer({"sk": {"S": "b"}, "pk": {"S": "x"}}, {"sk": {"S": "a"}, "pk": {"S": "x"}})
    frame = frames.answer_frame(answered, shop.tables[0])
    assert list(frame.columns) == ["pk", "sk"]
    assert list(frame["sk"]) == ["b", "a"]
