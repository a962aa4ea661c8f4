from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.facts.hard.parameter_values import hard_parameter_values
from dynaproof.model.entity import Generator

NEWEST = datetime(2026, 5, 1, 10, 0, 0, 250_000)
STORED = "00000000-0000-4000-8000-000000000000"
FACTS = FactSet(
    "",
    {
        "a": (
            {"id": STORED, "name": "annabel", "at": NEWEST, "n": 1},
            {"id": None, "name": "bert", "at": NEWEST - timedelta(days=1), "n": 7},
        )
    },
)


def test_the_seed_decides_their_order() -> None:
    orders = [hard_parameter_values(Generator("word"), FACTS, seed) for seed in range(5)]
    assert len({tuple(order) for order in orders}) > 1
    assert len({frozenset(order) for order in orders}) == 1


def test_stored_values_come_and_what_begins_them() -> None:
    names = hard_parameter_values(Generator("name"), FACTS, 1)
    assert "annabel" in names
    assert any(name != "annabel" and "annabel".startswith(str(name)) for name in names if name)
    instants = hard_parameter_values(
        Generator("timestamp", {"from": "2026-01-01", "to": "2026-12-31"}), FACTS, 1
    )
    assert {NEWEST, NEWEST + timedelta(milliseconds=1)} <= set(instants)
    assert 7 in hard_parameter_values(Generator("integer"), FACTS, 1)


def test_the_clock_shows_the_newest_instant_and_later_ones() -> None:
    found = hard_parameter_values(Generator("clock"), FACTS, 1)
    newest = NEWEST.replace(tzinfo=UTC)
    assert newest in found
    assert datetime(2027, 1, 1, tzinfo=UTC) in found
    assert all(isinstance(one, datetime) and one >= newest for one in found)


def test_what_is_always_unique_is_not_stored() -> None:
    assert STORED not in hard_parameter_values(Generator("uuid"), FACTS, 1)
    sequence = hard_parameter_values(Generator("sequence"), FACTS, 1)
    assert sequence
    assert not {1, 7} & set(sequence)
