from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

import pytest

from dynaproof.facts.hard.allowed import allows
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import FactSet, Row
from dynaproof.facts.hard.legality import violations
from dynaproof.model.entity import Generator

MakeDomain = Callable[[str], Domain]
U = "00000000-0000-4000-8000-00000000000"


@pytest.mark.parametrize(
    ("generator", "value"),
    [
        (Generator("integer", {"min": 1, "max": 9}), 10),
        (Generator("integer"), True),
        (Generator("decimal", {"places": 1}), Decimal("1.05")),
        (Generator("choice", {"values": ("a", "b"), "weights": (1, 0)}), "b"),
        (Generator("choice", {"values": (1, 2)}), True),
        (Generator("boolean", {"true": 0}), True),
        (Generator("timestamp", {"from": "2026-01-01"}), datetime(2025, 12, 31, 23, 59)),
        (Generator("timestamp", {"precision": "seconds"}), datetime(2026, 1, 1, 0, 0, 0, 1)),
        (Generator("date", {"from": "2026-01-01"}), datetime(2026, 1, 1)),
        (Generator("date", {"from": "2026-01-02"}), date(2026, 1, 1)),
        (Generator("sequence", {"start": 10, "step": 5}), 12),
        (Generator("sequence", {"start": 10, "step": 5}), 5),
        (Generator("bytes", {"length": 2}), b"abc"),
        (Generator("code", {"pattern": "A-#"}), "A-x"),
        (Generator("uuid"), "00000000-0000-1000-8000-000000000000"),
        (Generator("user_name"), "Ann"),
        (Generator("user_name"), "a#b"),
        (Generator("email"), "ann@elsewhere.com"),
        (Generator("country"), "Narnia"),
        (Generator("sentence", {"max_length": 3}), "four"),
        (Generator("text", {"min_length": 3}), "no"),
        (Generator("name"), ""),
        (Generator("name"), "a\nb"),
    ],
)
def test_what_a_generator_does_not_allow(generator: Generator, value: object) -> None:
    assert not allows(generator, value)


SHELF = """
entities:
  shelves:
    count: 2
    attributes: {id: {generate: uuid}, label: {generate: word, unique: true}}
  books:
    each: {of: shelves, count: {uniform: {min: 1, max: 2}}, as: shelf_id}
    attributes: {id: {generate: uuid}, title: {generate: sentence}, lent: {generate: date, null: 0.5}}
  marks:
    each: {of: shelves, count: {uniform: {min: 0, max: 2}}, as: shelf_id}
    attributes: {book_id: {references: books.id, where: shelf_id, distinct_within: shelf_id}}
tables:
  shelf:
    partition_key: pk
    items: {book: {from: books, key: {pk: "${title}"}}}
"""
SHELVES: tuple[Row, ...] = ({"id": U + "1", "label": "a"}, {"id": U + "2", "label": "b"})
BOOKS: tuple[Row, ...] = (
    {"shelf_id": U + "1", "id": U + "3", "title": "T", "lent": None},
    {"shelf_id": U + "2", "id": U + "4", "title": "T", "lent": date(2025, 5, 1)},
)
MARKS: tuple[Row, ...] = ({"shelf_id": U + "1", "book_id": U + "3"},)
LEGAL: Mapping[str, tuple[Row, ...]] = {"shelves": SHELVES, "books": BOOKS, "marks": MARKS}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ""),
        ({"books": BOOKS[:1]}, "0 rows"),
        ({"books": (*BOOKS, *({**BOOKS[0], "id": U + n} for n in "567"))}, "more than 2"),
        ({"books": (BOOKS[0], {**BOOKS[1], "id": U + "3"})}, "comes 2 times"),
        ({"books": (BOOKS[0], {**BOOKS[1], "id": U + "1"})}, "is in shelves.id too"),
        ({"books": (*BOOKS, {**BOOKS[0], "shelf_id": U + "9", "id": U + "5"})}, "in no row"),
        ({"books": (BOOKS[0], {**BOOKS[1], "title": None})}, "absent"),
        ({"books": (BOOKS[0], {**BOOKS[1], "title": ""})}, "'sentence'"),
        ({"books": (BOOKS[0], {"id": U + "4"})}, "has not the columns"),
        ({"shelves": (SHELVES[0], {**SHELVES[1], "label": "a"})}, "comes 2 times"),
        ({"shelves": (*SHELVES, {"id": U + "5", "label": "c"})}, "at most"),
        ({"marks": ({**MARKS[0], "book_id": U + "4"},)}, "may be referred to"),
        ({"marks": MARKS * 2}, "comes 2 times"),
        ({"others": ()}, "no entity"),
    ],
)
def test_what_a_definition_does_not_allow_is_said(
    make_domain: MakeDomain, change: dict[str, tuple[Row, ...]], said: str
) -> None:
    found = violations(FactSet("", {**LEGAL, **change}), make_domain(SHELF))
    assert bool(found) == bool(said)
    assert said in " ".join(found)
