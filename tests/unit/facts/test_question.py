"""A question taken apart has all rows, and what orders them, whatever its SQL looks like."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dynaproof.facts.database import Facts
from dynaproof.facts.question import bounds, parse_question
from dynaproof.facts.quoting import quoted
from dynaproof.facts.sql import run
from dynaproof.facts.sql_problem import SqlError
from dynaproof.model.definition import SourceMap
from dynaproof.model.entity import Attribute, Entity, Generator

ENTITIES = [
    Entity("t", tuple(Attribute(name, Generator("integer")) for name in ("a", "b")), rows=0),
    Entity("u", tuple(Attribute(name, Generator("integer")) for name in ("a", "c")), rows=0),
]
VALUES = {"n": 2, "none": None, "least": 0}


@pytest.fixture(scope="module")
def facts() -> Iterator[Facts]:
    places = SourceMap("model.yaml")
    with Facts.declare(ENTITIES, folder=".", places=places) as facts:
        facts.connection.execute("INSERT INTO t VALUES (1, 3), (2, 2), (3, 2), (4, NULL), (4, 0)")
        facts.connection.execute("INSERT INTO u VALUES (1, 30), (2, 20), (3, 20)")
        yield facts


# Question, and the ranks of its rows: equal where the question does not order them.
ORDERS: list[tuple[str, list[int]]] = [
    ("SELECT a FROM t ORDER BY a", [1, 2, 3, 4, 4]),
    ("SELECT a FROM t ORDER BY b", [1, 2, 2, 4, 5]),
    ("SELECT a FROM t ORDER BY b DESC, a DESC", [1, 2, 3, 4, 5]),
    ("SELECT a FROM t ORDER BY b NULLS FIRST", [1, 2, 3, 3, 5]),
    ("SELECT b, a FROM t ORDER BY 2", [1, 2, 3, 4, 4]),
    ("SELECT b, a FROM t ORDER BY ALL", [1, 2, 3, 4, 5]),
    ("SELECT -a AS a FROM t ORDER BY a", [1, 1, 3, 4, 5]),
    ("SELECT b AS a FROM t ORDER BY t.a", [1, 2, 3, 4, 4]),
    ("SELECT b AS x FROM t ORDER BY x + 0", [1, 2, 2, 4, 5]),
    ("SELECT a % 2 AS odd FROM t ORDER BY ODD", [1, 1, 1, 4, 4]),
    ("SELECT * FROM t ORDER BY b", [1, 2, 2, 4, 5]),
    ("SELECT * REPLACE (-a AS a) FROM t ORDER BY a", [1, 1, 3, 4, 5]),
    ("FROM t ORDER BY b", [1, 2, 2, 4, 5]),
    ("SELECT t.a, c FROM t JOIN u USING (a) ORDER BY c", [1, 1, 3]),
    ("SELECT b, count(*) AS n FROM t GROUP BY b ORDER BY n", [1, 1, 1, 4]),
    ("SELECT b, count(*) AS n FROM t GROUP BY ALL ORDER BY max(a)", [1, 2, 3, 3]),
    ("SELECT b FROM t GROUP BY b HAVING count(*) > 0 ORDER BY count(*) * 2", [1, 1, 1, 4]),
    ("SELECT DISTINCT a FROM t ORDER BY a DESC", [1, 2, 3, 4]),
    ("SELECT DISTINCT t.a AS x FROM t ORDER BY x", [1, 2, 3, 4]),
    ("SELECT DISTINCT t.a FROM t ORDER BY t.a", [1, 2, 3, 4]),
    ("SELECT DISTINCT a FROM t ORDER BY a % 2", [1, 1, 3, 3]),
    ("SELECT DISTINCT ON (b) b, a FROM t ORDER BY b, a", [1, 2, 3, 4]),
    ("SELECT a FROM t UNION ALL SELECT a FROM u ORDER BY a", [1, 1, 3, 3, 5, 5, 7, 7]),
    ("SELECT a FROM t UNION SELECT c FROM u ORDER BY 1", [1, 2, 3, 4, 5, 6]),
    ("SELECT a FROM t EXCEPT SELECT 1 ORDER BY a % 2", [1, 1, 3]),
    ("WITH q AS (SELECT a FROM t ORDER BY a LIMIT 3) SELECT a FROM q ORDER BY a", [1, 2, 3]),
    ("(SELECT a FROM t ORDER BY a)", [1, 2, 3, 4, 4]),
    ("VALUES (2), (1), (1) ORDER BY 1", [1, 1, 3]),
    ("SELECT a FROM t ORDER BY row_number() OVER (ORDER BY a, b)", [1, 2, 3, 4, 5]),
    ("SELECT a FROM t ORDER BY (SELECT max(c) FROM u WHERE u.a = t.a)", [1, 1, 3, 4, 4]),
    ("SELECT a FROM t WHERE a >= $least ORDER BY a -- comment\n;", [1, 2, 3, 4, 4]),
]
UNORDERED = [
    "SELECT a FROM t",
    "SELECT a FROM (SELECT a FROM t ORDER BY b LIMIT 3)",
    "SELECT a FROM t LIMIT 2",
    "SELECT count(*) FROM t",
]
BOUNDS: list[tuple[str, int | None, int]] = [
    ("SELECT a FROM t", None, 0),
    ("SELECT a FROM t LIMIT 2", 2, 0),
    ("SELECT a FROM t ORDER BY a LIMIT 2 OFFSET 1", 2, 1),
    ("SELECT a FROM t ORDER BY a OFFSET $n", None, 2),
    ("SELECT a FROM t ORDER BY a LIMIT $n", 2, 0),
    ("SELECT a FROM t ORDER BY a LIMIT $n * 3", 6, 0),
    ("SELECT a FROM t ORDER BY a LIMIT $none", None, 0),
    ("SELECT a FROM t ORDER BY a LIMIT (SELECT count(*) FROM u)", 3, 0),
    ("SELECT a FROM t UNION ALL SELECT a FROM u ORDER BY a LIMIT 7", 7, 0),
    ("SELECT a FROM (SELECT a FROM t LIMIT 3)", None, 0),
]
NOT_TOLD = [
    "SELECT a FROM t ORDER BY a LIMIT 50 PERCENT",
    "SELECT DISTINCT ON (b) b FROM t ORDER BY b, a",
]


@pytest.mark.parametrize(("sql", "ranks"), ORDERS)
def test_the_order_and_its_ties_are_known(facts: Facts, sql: str, ranks: list[int]) -> None:
    question = parse_question(facts.connection, sql)
    names = [f"c{number}" for number in range(len(question.columns) + question.hidden)]
    keys = ", ".join(f"{names[key.column]}{key.direction}" for key in question.order)
    ranked = (
        f"SELECT rank() OVER (ORDER BY {keys}) AS rank FROM ({question.rows}\n)"
        f" AS q({', '.join(map(quoted, names))}) ORDER BY rank"
    )
    assert question.told
    assert question.ordered
    assert [rank for (rank,) in run(facts.connection, ranked, VALUES).rows] == ranks


@pytest.mark.parametrize("sql", [sql for sql, _ in ORDERS] + UNORDERED)
def test_without_its_bounds_a_question_has_the_same_columns_and_all_rows(
    facts: Facts, sql: str
) -> None:
    question = parse_question(facts.connection, sql)
    whole = run(facts.connection, sql, VALUES)
    taken = run(facts.connection, question.rows, VALUES)
    wide = len(whole.columns)
    assert question.columns == whole.columns == taken.columns[:wide]
    found = [row[:wide] for row in taken.rows]
    assert all(row in found for row in whole.rows)


@pytest.mark.parametrize("sql", UNORDERED)
def test_order_and_limit_of_a_subquery_are_not_those_of_the_question(
    facts: Facts, sql: str
) -> None:
    assert not parse_question(facts.connection, sql).ordered


@pytest.mark.parametrize(("sql", "limit", "offset"), BOUNDS)
def test_limit_and_offset_are_worked_out(
    facts: Facts, sql: str, limit: int | None, offset: int
) -> None:
    question = parse_question(facts.connection, sql)
    assert bounds(facts.connection, question, VALUES) == (limit, offset)


@pytest.mark.parametrize("sql", NOT_TOLD)
def test_where_the_order_cannot_be_told_the_question_stays_whole(facts: Facts, sql: str) -> None:
    question = parse_question(facts.connection, sql)
    assert (question.told, question.ordered, question.rows) == (False, False, sql)


COUNTS = [
    ("SELECT count(*) FROM t", True),
    ("SELECT coalesce(sum(a), 0) AS n FROM t", True),
    ("SELECT count(*) FROM t GROUP BY b", False),
    ("SELECT a FROM t", False),
    ("SELECT count(*) OVER () FROM t", False),
    ("SELECT count(*), max(a) FROM t", False),
    ("SELECT (SELECT count(*) FROM u) FROM t", False),
]


@pytest.mark.parametrize(("sql", "counts"), COUNTS)
def test_a_question_that_is_one_number_is_known(facts: Facts, sql: str, *, counts: bool) -> None:
    assert parse_question(facts.connection, sql).counts == counts


@pytest.mark.parametrize("sql", ["", "SELECT", "SELECT nothing FROM t", "DELETE FROM t"])
def test_what_is_no_question_is_refused(facts: Facts, sql: str) -> None:
    with pytest.raises(SqlError):
        parse_question(facts.connection, sql)
