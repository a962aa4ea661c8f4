from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from dynaproof.facts.database import Facts
from dynaproof.model.entity import Attribute, Count, Each, Entity, Generator

MakeFacts = Callable[..., Facts]
THINGS = Entity(
    "things",
    (
        Attribute("uuid", Generator("uuid")),
        Attribute("n", Generator("integer", {"min": -(2**63), "max": 2**63 - 1})),
        Attribute("price", Generator("decimal", {"places": 3}), null=0.5),
        Attribute("paid", Generator("boolean")),
        Attribute("moment", Generator("timestamp", {"precision": "microseconds"})),
        Attribute("day", Generator("date")),
        Attribute("key", Generator("bytes", {"length": 5})),
        Attribute("body", Generator("sentence")),
    ),
    rows=7,
)
PARTS = Entity(
    "parts",
    (Attribute("n", Generator("integer")),),
    each=Each("things", "uuid", "thing_uuid", Count.fixed(2)),
)
ROW = {
    "uuid": "x",
    "n": -(2**63),
    "price": Decimal("0.125"),
    "paid": None,
    "moment": datetime(2031, 12, 31, 23, 59, 59, 999_999),
    "day": date(2028, 2, 29),
    "key": b"\0\xff\0\0\0",
    "body": "e\u0301 \U0001f600 'quoted' $1 ?",
}


def test_replaced_rows_are_the_facts(make_facts: MakeFacts) -> None:
    facts = make_facts(THINGS, PARTS)
    facts.replace({"things": [ROW, {**ROW, "price": None, "uuid": ""}]})
    held = facts.snapshot()
    assert held["things"] == (ROW, {**ROW, "price": None, "uuid": ""})
    assert held["parts"] == ()


def test_a_snapshot_brings_the_facts_back(make_facts: MakeFacts) -> None:
    facts = make_facts(THINGS, PARTS)
    before = facts.snapshot()
    assert [len(rows) for rows in before.values()] == [7, 14]
    facts.replace({})
    assert set(facts.snapshot().values()) == {()}
    facts.replace(before)
    assert facts.snapshot() == before


def test_the_clock_follows_replaced_rows(make_facts: MakeFacts) -> None:
    facts = make_facts(THINGS)
    facts.clock(0)
    facts.replace({"things": [{**ROW, "moment": datetime(2033, 1, 1)}]})
    assert facts.clock(1) == datetime(2033, 1, 1, 0, 0, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ({"others": [ROW]}, ValueError),
        ({"parts": [{"n": 1}]}, KeyError),
        ({"things": [{**ROW, "n": "many"}]}, duckdb.Error),
    ],
)
def test_rows_that_do_not_fit_change_nothing(
    make_facts: MakeFacts, rows: dict[str, list[dict[str, object]]], error: type[Exception]
) -> None:
    facts = make_facts(THINGS, PARTS)
    before = facts.snapshot()
    with pytest.raises(error):
        facts.replace(rows)
    assert facts.snapshot() == before


def test_lists_and_maps_of_a_dataset_are_kept(make_facts: MakeFacts, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"tags": ["x", null], "size": {"w": 1}}\n{"tags": []}\n')
    facts = make_facts(Entity("a", (), dataset="a.jsonl"))
    before = facts.snapshot()
    assert before["a"][0] == {"tags": ["x", None], "size": {"w": 1}}
    facts.replace(before)
    assert facts.snapshot() == before
