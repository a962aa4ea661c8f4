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
    columns = ["write_units_min", "write_units_mean", "write_units_p95", "write_units_max"]
    assert list(place[columns]) == [2, 2.5, 3, 3]
    assert place["verdict"] == "broken"
    assert frame.loc["orders-of-a-day", "target"] == "shop-orders/orders-by-day"
    assert frame.loc["wrong-order", "errors"] == 1
    assert list(frame["read_units_max"].isna()) == [False, False, False, True]


def test_calls_have_one_row_each(result: RunResult) -> None:
    frame = frames.calls_frame(result)
    assert list(frame["call"]) == [1, 2, 1, 1, 2, 1]
    assert list(frame["write_units"].dropna()) == [0, 0, 0, 2, 3]
    assert list(frame["items_read"]) == [1, 0, 1_547, 0, 0, 0]
    assert list(frame["error"].dropna()) == ["ValidationException"]


def test_capacity_adds_up_to_the_calls(result: RunResult) -> None:
    by_part = frames.capacity_frame(result)
    sums = by_part.groupby(["pattern", "call"])[["read_units", "write_units"]].sum()
    calls = frames.calls_frame(result).dropna(subset=["read_units"])
    expected = calls.set_index(["pattern", "call"])[["read_units", "write_units"]].sort_index()
    pd.testing.assert_frame_equal(sums.sort_index(), expected)


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
