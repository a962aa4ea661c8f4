from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

import pytest

from dynaproof.facts.database import Facts
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.facts.hard.legality import violations
from dynaproof.facts.hard.scenarios import (
    CROWDED,
    JOINED,
    LARGE,
    LIMITS,
    LONE,
    SINGLE,
    hard_fact_sets,
)
from dynaproof.facts.hard.values import (
    CASES,
    CLOCKS,
    DELIMITERS,
    EMPTY,
    EQUAL,
    FRACTIONS,
    MULTIBYTE,
    NEAR,
    PADDINGS,
    PREFIXES,
    RECURRING,
    SIGNS,
    WIDTHS,
    YEAR_ENDS,
)
from dynaproof.model.definition import Definition

MakeDomain = Callable[[str], Domain]
SETS = 120

SHOP = """
entities:
  shops:
    count: 500
    attributes:
      id: {generate: uuid}
      city: {generate: city}
      floor: {generate: integer, min: -5, max: 1000}
      code: {generate: sequence}
  visits:
    each: {of: shops, count: {uniform: {min: 0, max: 40}}, as: shop_id}
    attributes:
      visitor: {generate: user_name}
      note: {generate: sentence, max_length: 60, null: 0.5}
      street: {generate: street}
      paid: {generate: decimal, places: 2}
      at: {generate: timestamp, from: 2026-01-01, to: 2026-06-30}
tables:
  the-table:
    partition_key: pk
    sort_key: sk
    items:
      visit:
        from: SELECT v.*, s.city, s.floor AS level, s.code FROM visits v JOIN shops s ON s.id = v.shop_id
        key: {pk: "CITY#${city}|${street}", sk: "${level:04d}#${at:iso}#${visitor}"}
        attributes: {note: "${note}", code: "${code:03d}"}
access_patterns:
  latest:
    parameters: {city: shops.city, street: visits.street}
    query: {partition_key: "CITY#${city}|${street}", limit: 7}
"""


def sets_of(domain: Domain, hazard: str, most: int = SETS) -> list[FactSet]:
    found = islice(hard_fact_sets(domain, 1), most)
    return [one for one in found if one.hazard == hazard]


def column(sets: Sequence[FactSet], entity: str, name: str) -> list[object]:
    return [row[name] for one in sets for row in one.rows[entity]]


def texts(values: Sequence[object]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def test_sets_of_the_shipped_definitions_are_legal(shipped: tuple[Definition, Facts]) -> None:
    domain = Domain.of(*shipped)
    for one in islice(hard_fact_sets(domain, 1), SETS):
        assert violations(one, domain) == [], one.hazard


def test_sets_become_the_facts_as_they_are(shipped: tuple[Definition, Facts]) -> None:
    definition, facts = shipped
    domain = Domain.of(definition, facts)
    with Facts.declare(
        definition.entities, folder=definition.folder, places=definition.source
    ) as empty:
        for one in islice(hard_fact_sets(domain, 2), 40):
            empty.replace(one.rows)
            assert empty.snapshot() == one.rows, one.hazard


def test_the_seed_decides_the_sets(shipped: tuple[Definition, Facts]) -> None:
    domain = Domain.of(*shipped)
    first, again, other = (list(islice(hard_fact_sets(domain, n), SETS)) for n in (1, 1, 2))
    assert first == again
    assert first != other


def test_sets_vary_without_end(shipped: tuple[Definition, Facts]) -> None:
    domain = Domain.of(*shipped)
    different = {repr(one.rows) for one in islice(hard_fact_sets(domain, 1), 200)}
    assert len(different) > 150


def test_the_first_sets_are_small(shipped: tuple[Definition, Facts]) -> None:
    domain = Domain.of(*shipped)
    sets = list(islice(hard_fact_sets(domain, 1), 15))
    assert sets[0].hazard == SINGLE
    assert max(len(rows) for one in sets for rows in one.rows.values()) <= 20


def test_numbers_of_one_digit_and_more(make_domain: MakeDomain) -> None:
    sets = sets_of(make_domain(SHOP), WIDTHS)
    assert {9, 10, 99, 100} <= set(column(sets, "shops", "floor"))
    assert {9, 10, 99, 100} <= set(column(sets, "shops", "code"))
    paid = column(sets, "visits", "paid")
    assert {Decimal(9), Decimal(10), Decimal(100)} <= set(paid)


def test_numbers_around_zero(make_domain: MakeDomain) -> None:
    floors = set(column(sets_of(make_domain(SHOP), SIGNS), "shops", "floor"))
    assert {-2, -1, 0, 1} <= floors


def test_numbers_wider_than_their_padding(make_domain: MakeDomain) -> None:
    sets = sets_of(make_domain(SHOP), PADDINGS)
    assert {999, 1000} <= set(column(sets, "shops", "code"))
    # Four digits hold all floors that there may be.
    assert max(floor for floor in column(sets, "shops", "floor") if isinstance(floor, int)) <= 1000


def test_values_that_are_prefixes(make_domain: MakeDomain) -> None:
    sets = sets_of(make_domain(SHOP), PREFIXES)
    for entity, name in (("shops", "city"), ("visits", "visitor"), ("visits", "street")):
        found = set(texts(column(sets, entity, name)))
        assert any(a != b and b.startswith(a) for a in found for b in found)
    assert {1, 10, 100} <= set(column(sets, "shops", "floor"))


def test_free_texts_hold_the_delimiters_of_keys(make_domain: MakeDomain) -> None:
    sets = sets_of(make_domain(SHOP), DELIMITERS)
    for entity, name in (("shops", "city"), ("visits", "street")):
        found = texts(column(sets, entity, name))
        assert any("#" in value for value in found)
        assert any("|" in value for value in found)
    assert not any(set("#|") & set(value) for value in texts(column(sets, "visits", "visitor")))


def test_different_values_make_one_key(make_domain: MakeDomain) -> None:
    [one] = sets_of(make_domain(SHOP), JOINED)
    cities = {shop["id"]: shop["city"] for shop in one.rows["shops"]}
    parts = [(cities[visit["shop_id"]], visit["street"]) for visit in one.rows["visits"]]
    assert len(set(parts)) == 2
    assert len({f"{city}|{street}" for city, street in parts}) == 1


def test_instants(make_domain: MakeDomain) -> None:
    domain = make_domain(SHOP)
    per_shop = [
        Counter((visit["shop_id"], visit["at"]) for visit in one.rows["visits"]).most_common(1)
        for hazard in (EQUAL, CROWDED)
        for one in sets_of(domain, hazard)
    ]
    assert all(count > 1 for [(_, count)] in per_shop)
    near = sorted(
        v for v in column(sets_of(domain, NEAR), "visits", "at") if isinstance(v, datetime)
    )
    assert near[1] - near[0] in {timedelta(0), timedelta(milliseconds=1)}
    assert near[-1] - near[0] == timedelta(milliseconds=3)
    fractions = column(sets_of(domain, FRACTIONS), "visits", "at")
    seconds = {v.microsecond for v in fractions if isinstance(v, datetime)}
    assert 0 in seconds
    assert len(seconds) > 2
    ends = column(sets_of(domain, YEAR_ENDS), "visits", "at")
    assert {datetime(2026, 12, 31, 23, 59, 59, 999_000), datetime(2027, 1, 1)} <= set(ends)
    changes = column(sets_of(domain, CLOCKS), "visits", "at")
    assert {datetime(2026, 10, 25, 0, 59, 59, 999_000), datetime(2026, 10, 25, 1)} <= set(changes)
    again = [
        v for v in column(sets_of(domain, RECURRING), "visits", "at") if isinstance(v, datetime)
    ]
    for without in ("%m-%d", "%j", "%d", "%a %H", "%H:%M"):
        alike = Counter(v.strftime(without) for v in set(again))
        assert max(alike.values()) > 1, without
    assert len({v.year for v in again}) > 1


def test_texts(make_domain: MakeDomain) -> None:
    domain = make_domain(SHOP)
    cities = set(texts(column(sets_of(domain, CASES), "shops", "city")))
    assert len({city.casefold() for city in cities}) < len(cities)
    signs = {max(map(ord, v)) for v in texts(column(sets_of(domain, MULTIBYTE), "shops", "city"))}
    assert 0xFFFD in signs
    assert max(signs) > 0xFFFF
    empty = sets_of(domain, EMPTY)
    assert "" in column(empty, "visits", "note")
    assert "" not in column(empty, "shops", "city")
    assert "" not in column(empty, "visits", "street")


def test_absent_values_and_no_children(make_domain: MakeDomain) -> None:
    domain = make_domain(SHOP)
    sets = list(islice(hard_fact_sets(domain, 1), SETS))
    notes = column(sets, "visits", "note")
    assert None in notes
    assert all(visitor is not None for visitor in column(sets, "visits", "visitor"))
    assert [one.rows["visits"] for one in sets_of(domain, LONE)] == [()]


@pytest.mark.parametrize("size", [1, 7, 8, 15])
def test_as_many_rows_as_a_limit_and_more(make_domain: MakeDomain, size: int) -> None:
    sets = sets_of(make_domain(SHOP), LIMITS)
    counts = {n for s in sets for n in Counter(v["shop_id"] for v in s.rows["visits"]).values()}
    assert size in counts


def test_rows_that_refer_to_one_row_fill_its_collection(make_domain: MakeDomain) -> None:
    domain = make_domain("""
entities:
  users: {count: 50, attributes: {id: {generate: uuid}}}
  pairs: {count: 100, attributes: {id: {generate: uuid}}}
  members:
    each: {of: pairs, count: 2, as: pair_id}
    attributes: {user_id: {references: users.id, distinct_within: pair_id}}
tables:
  the-table:
    partition_key: pk
    sort_key: sk
    items: {member: {from: members, key: {pk: "${user_id}", sk: "${pair_id}"}}}
access_patterns:
  pairs-of-user: {parameters: {user: users.id}, query: {partition_key: "${user}", limit: 5}}
""")
    sets = sets_of(domain, LIMITS)
    counts = [max(Counter(m["user_id"] for m in s.rows["members"]).values()) for s in sets]
    assert {5, 6, 11} <= set(counts)


def test_a_collection_of_more_than_a_page(make_domain: MakeDomain) -> None:
    domain = make_domain("""
entities:
  rooms: {count: 3, attributes: {id: {generate: uuid}}}
  notes:
    each: {of: rooms, count: {lognormal: {mean: 50, sigma: 1}, max: 400}, as: room_id}
    attributes: {id: {generate: uuid}, body: {generate: text, max_length: 4000}}
""")
    [one] = sets_of(domain, LARGE)
    by_room = Counter(note["room_id"] for note in one.rows["notes"] for _ in str(note["body"]))
    assert max(by_room.values()) > 1024 * 1024
    assert violations(one, domain) == []


def test_there_are_never_more_rows_than_the_definition_has(make_domain: MakeDomain) -> None:
    domain = make_domain("""
entities:
  settings: {count: 1, attributes: {name: {generate: word}, body: {generate: text}}}
""")
    assert {len(s.rows["settings"]) for s in islice(hard_fact_sets(domain, 1), SETS)} == {1}


def test_entities_that_no_row_fits_give_no_sets(make_domain: MakeDomain) -> None:
    domain = make_domain("""
entities:
  none: {count: 0, attributes: {id: {generate: uuid}}}
  some: {count: 5, attributes: {id: {references: none.id}}}
""")
    assert list(hard_fact_sets(domain, 1)) == []
