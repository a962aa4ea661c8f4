"""What holds for any entities and generators that a definition may have."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dynaproof.facts.entity_check import check_entities, generation_order
from dynaproof.facts.hard.allowed import allows
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.facts.hard.key_use import KeyUse
from dynaproof.facts.hard.legality import violations
from dynaproof.facts.hard.parameter_values import hard_parameter_values
from dynaproof.facts.hard.scenarios import hard_fact_sets
from dynaproof.facts.hard.shrinking import shrink_candidates
from dynaproof.facts.hard.simpler_values import cost, simpler_values
from dynaproof.facts.hard.values import hard_values, ordinary_value
from dynaproof.facts.values import generate_values
from dynaproof.model.entity import Attribute, Count, Each, Entity, Generator, References

_TEXTS = ("name", "first_name", "company", "city", "street", "product", "word", "country")
_OTHERS = ("uuid", "user_name", "email", "phone", "url", "boolean", "sequence")

GENERATORS = st.one_of(
    st.sampled_from([Generator(kind) for kind in (*_TEXTS, *_OTHERS)]),
    st.builds(
        lambda low, size: Generator("integer", {"min": low, "max": low + size}),
        st.integers(-(10**6), 10**6),
        st.integers(0, 10**7),
    ),
    st.builds(
        lambda low, size, places: Generator(
            "decimal", {"min": low, "max": low + size, "places": places}
        ),
        st.integers(-1000, 1000),
        st.integers(0, 10**5),
        st.integers(0, 4),
    ),
    st.builds(
        lambda start, step: Generator("sequence", {"start": start, "step": step or 1}),
        st.integers(-500, 10**6),
        st.integers(-20, 20),
    ),
    st.builds(
        lambda precision, first, days: Generator(
            "timestamp",
            {
                "precision": precision,
                "from": first.isoformat(),
                "to": (first.replace(year=first.year + days)).isoformat(),
            },
        ),
        st.sampled_from(["seconds", "milliseconds", "microseconds"]),
        st.datetimes().filter(lambda t: 1900 < t.year < 2100 and (t.month, t.day) != (2, 29)),
        st.integers(0, 3),
    ).filter(lambda g: g.options["from"] != g.options["to"]),
    st.sampled_from(
        [
            Generator("date"),
            Generator("date", {"from": "2028-02-28", "to": "2028-02-29"}),
            Generator("choice", {"values": ("open", "closed", "opened")}),
            Generator("choice", {"values": (1, 10, 100), "weights": (1, 0, 2)}),
            Generator("choice", {"values": (1, 2.5)}),
            Generator("bytes", {"length": 1}),
            Generator("code", {"pattern": "A-?#"}),
            Generator("sentence", {"max_length": 12}),
            Generator("text", {"min_length": 12, "max_length": 20}),
        ]
    ),
)
COUNTS = st.one_of(
    st.builds(Count.fixed, st.integers(0, 3)),
    st.builds(
        lambda low, more: Count("uniform", minimum=low, maximum=low + more),
        st.integers(0, 2),
        st.integers(0, 4),
    ),
    st.just(Count("lognormal", 3.0, 1.0)),
    st.just(Count("poisson", 2.0)),
)


_STORED = FactSet(
    "",
    {
        "a": (
            {"name": "annabel", "at": datetime(2026, 5, 1, 10, 0, 0, 250_000), "n": 1},
            {"name": None, "at": datetime(2025, 5, 1), "n": 7},
        )
    },
)


@st.composite
def domains(draw: st.DrawFn) -> Domain:
    """Two to four entities with rows for each other's rows and references to one another."""
    entities: list[Entity] = []
    for number in range(draw(st.integers(2, 4))):
        each = None
        if bool(entities) and draw(st.booleans()):
            parent = draw(st.sampled_from(entities))
            column = draw(st.sampled_from(parent.columns))
            each = Each(parent.name, column, "parent", draw(COUNTS))
        attributes = [
            _attribute(draw, f"a{n}", entities, each) for n in range(draw(st.integers(1, 3)))
        ]
        rows = None if each else draw(st.integers(0, 6))
        entities.append(Entity(f"e{number}", tuple(attributes), rows, each))
    assume(not check_entities(entities))
    keys = frozenset((e.name, a.name) for e in entities[::2] for a in e.attributes)
    return Domain(tuple(generation_order(entities)), {}, KeyUse(("#", "-"), keys))


def _attribute(draw: st.DrawFn, name: str, before: list[Entity], each: Each | None) -> Attribute:
    null = draw(st.sampled_from([0.0, 0.0, 0.3, 1.0]))
    unique = draw(st.integers(0, 3)) == 0
    if bool(before) and draw(st.booleans()):
        target = draw(st.sampled_from(before))
        where = "parent" if each and target.each and draw(st.booleans()) else None
        within = "parent" if each and draw(st.booleans()) else None
        column = draw(st.sampled_from(target.columns))
        references = References(target.name, column, where, within)
        return Attribute(name, references, unique, null)
    generator = draw(GENERATORS)
    unique = unique and generator.kind != "boolean"
    return Attribute(name, generator, unique, null)


@settings(max_examples=60, deadline=None)
@given(domains())
def test_hard_facts_of_any_entities_are_legal(domain: Domain) -> None:
    for one in islice(hard_fact_sets(domain, 1), 40):
        assert violations(one, domain) == [], one


@settings(max_examples=100, deadline=None)
@given(GENERATORS)
def test_a_generator_allows_what_it_draws_and_all_hard_values(generator: Generator) -> None:
    drawn = generate_values(generator, seed=1, stream="s", start=0, stop=20).to_pylist()
    hard = [
        value
        for values in hard_values(generator, delimiters=("#", ".", "-"), paddings=(2, 5)).values()
        for value in values
    ]
    ordinary = [ordinary_value(generator)(number) for number in range(20)]
    assert [v for v in drawn + hard + ordinary if not allows(generator, v)] == []


@settings(max_examples=30, deadline=None)
@given(domains(), st.integers(0, 30))
def test_candidates_are_legal_and_differ(domain: Domain, number: int) -> None:
    for one in islice(hard_fact_sets(domain, 1), number, number + 1):
        for candidate in shrink_candidates(one, domain):
            assert violations(candidate, domain) == []
            assert candidate.rows != one.rows
            assert 0 < candidate.size <= one.size


MOST_STEPS = 2_000


@settings(max_examples=20, deadline=None)
@given(domains(), st.integers(0, 30), st.data())
def test_any_way_of_shrinking_ends(domain: Domain, number: int, data: st.DataObject) -> None:
    for one in islice(hard_fact_sets(domain, 1), number, number + 1):
        steps, smaller = 0, next(iter(shrink_candidates(one, domain)), None)
        while smaller is not None and steps < MOST_STEPS:
            taken = (c for c in shrink_candidates(smaller, domain) if data.draw(st.integers(0, 9)))
            steps, smaller = steps + 1, next(taken, None)
        assert smaller is None


@settings(max_examples=100, deadline=None)
@given(GENERATORS)
def test_simpler_values_are_simpler(generator: Generator) -> None:
    for values in hard_values(generator).values():
        for value in values:
            simpler = list(simpler_values(generator, value))
            assert all(cost(generator, one) < cost(generator, value) for one in simpler)


@settings(max_examples=100, deadline=None)
@given(GENERATORS, st.integers(0, 5))
def test_parameter_values_are_allowed(generator: Generator, seed: int) -> None:
    found = hard_parameter_values(generator, _STORED, seed, delimiters=("#", "."))
    assert found
    assert [value for value in found if not allows(generator, value)] == []
    assert found == hard_parameter_values(generator, _STORED, seed, delimiters=("#", "."))
