"""Parameters of reads that are drawn from columns which some rows lack."""

from __future__ import annotations

from dynaproof.exchange.drafting.made import Column, MadeItemType
from dynaproof.exchange.drafting.present_parameters import present_parameters
from dynaproof.model.table import KeyAttribute, Table

BOOK = MadeItemType(
    "book",
    "book",
    Table("shelf", KeyAttribute("pk")),
    (
        Column("isbn", "text", {}),
        Column("genre", "text", {}, nullable=True),
        Column("order", "integer", {}, nullable=True),
    ),
    (),
    None,
)
LOAN = MadeItemType(
    "loan", "loan", BOOK.table, (Column("due", "text", {}, nullable=True),), (), None
)


def test_rows_without_a_value_are_left_out() -> None:
    given = {"kind": "book.genre", "isbn": "book.isbn", "least": {"value": 5}}
    assert present_parameters(given, [BOOK]) == {
        "from": "SELECT genre AS kind, isbn FROM book WHERE genre IS NOT NULL",
        "least": {"value": 5},
    }


def test_names_of_sql_are_quoted_and_a_column_is_asked_once() -> None:
    given = {"a": "book.order", "b": "book.order"}
    assert present_parameters(given, [BOOK]) == {
        "from": 'SELECT "order" AS a, "order" AS b FROM book WHERE "order" IS NOT NULL'
    }


def test_columns_that_all_rows_have_stay_as_they_are() -> None:
    given = {"isbn": "book.isbn", "now": {"generate": "clock"}}
    assert present_parameters(given, [BOOK, LOAN]) == given


def test_a_pattern_has_one_sql() -> None:
    for given in (
        {"a": "book.genre", "b": "loan.due"},
        {"from": "SELECT 1 AS x", "a": "book.genre"},
    ):
        assert present_parameters(given, [BOOK, LOAN]) == given
