from __future__ import annotations

from collections.abc import Callable

import pytest

from dynaproof.facts.database import Facts
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.facts.hard.legality import violations
from dynaproof.facts.hard.scenarios import hard_fact_sets
from dynaproof.facts.hard.shrinking import shrink_candidates
from dynaproof.model.definition import Definition

MakeDomain = Callable[[str], Domain]
MOST_STEPS = 2_000


def shrunk(start: FactSet, domain: Domain, fails: Callable[[FactSet], bool]) -> FactSet:
    """The set that is left when each failing candidate is taken."""
    for _ in range(MOST_STEPS):
        smaller = next((one for one in shrink_candidates(start, domain) if fails(one)), None)
        if smaller is None:
            return start
        start = smaller
    raise AssertionError("shrinking does not end")


def test_a_failure_of_two_rows_is_left_with_two_rows(shipped: tuple[Definition, Facts]) -> None:
    domain = Domain.of(*shipped)
    name = domain.entities[-1].name
    start = next(one for one in hard_fact_sets(domain, 1) if len(one.rows[name]) > 3)
    left = shrunk(start, domain, lambda one: len(one.rows[name]) >= 2)
    assert len(left.rows[name]) == 2
    assert violations(left, domain) == []


SHOP = """
entities:
  users: {count: 9, attributes: {id: {generate: uuid}, handle: {generate: user_name}}}
  orders:
    each: {of: users, count: {uniform: {min: 0, max: 9}}, as: user_id}
    attributes:
      number: {generate: integer, min: 1, max: 5000}
      at: {generate: timestamp, from: 2026-01-01, to: 2026-12-31}
      paid_at: {generate: timestamp, from: 2026-01-01, to: 2026-12-31}
"""


@pytest.mark.parametrize(
    ("fails", "left"),
    [
        (lambda o: o["number"] > 999, {"number": 1000}),
        (lambda o: o["at"] == o["paid_at"], {}),
        (lambda o: o["at"].year > 2026, {"number": 1}),
    ],
)
def test_the_shortest_story_is_found(
    make_domain: MakeDomain,
    fails: Callable[[dict[str, object]], bool],
    left: dict[str, object],
) -> None:
    domain = make_domain(SHOP)

    def any_fails(one: FactSet) -> bool:
        return any(fails(dict(order)) for order in one.rows["orders"])

    start = next(one for one in hard_fact_sets(domain, 1) if any_fails(one) and one.size > 4)
    found = shrunk(start, domain, any_fails)
    [user], [order] = found.rows["users"], found.rows["orders"]
    assert dict(user) == {"id": "00000000-0000-4000-8000-000000000000", "handle": "a"}
    assert order["user_id"] == user["id"]
    assert {name: order[name] for name in left} == left
