from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.facts.generator_check import check_generator
from dynaproof.facts.kinds import KINDS
from dynaproof.facts.values import distinct_values, generate_values
from dynaproof.model.entity import Generator

GENERATORS = [
    *(
        Generator(kind.name)
        for kind in KINDS.values()
        if not kind.parameters_only and not any(rule.required for rule in kind.options.values())
    ),
    Generator("sentence", {"max_length": 14}),
    Generator("text", {"min_length": 20, "max_length": 25}),
    Generator("integer", {"min": -(2**63), "max": 2**63 - 1}),
    Generator("decimal", {"min": -0.5, "max": 99999999.5, "places": 9}),
    Generator("choice", {"values": ("a", "b", "c"), "weights": (1, 0, 2.5)}),
    Generator("choice", {"values": (1, 2.25, -3)}),
    Generator("choice", {"values": (True, False)}),
    Generator("timestamp", {"from": "1969-12-31T23:59:59Z", "to": "1970-01-02"}),
    Generator("timestamp", {"precision": "microseconds"}),
    Generator("sequence", {"start": -5, "step": -2}),
    Generator("bytes", {"length": 3}),
    Generator("bytes", {"length": 21}),
    Generator("code", {"pattern": "?#-" * 12}),
    Generator("code", {"pattern": "fixed"}),
]
BOTH = [(g, u) for g in GENERATORS for u in (False, True) if not check_generator(g, unique=u)]


def title(value: object) -> str:
    return (
        f"{value.kind}{dict(value.options) or ''}" if isinstance(value, Generator) else str(value)
    )


def made(
    generator: Generator, start: int, stop: int, *, unique: bool = False, seed: int = 1
) -> list[object]:
    array = generate_values(
        generator, seed=seed, stream="e.a", start=start, stop=stop, unique=unique
    )
    array.validate(full=True)
    values: list[object] = array.to_pylist()
    return values


@pytest.mark.parametrize(("generator", "unique"), BOTH, ids=title)
@settings(deadline=None, max_examples=8)
@given(start=st.integers(0, 2000), length=st.integers(0, 40), cut=st.integers(0, 40))
def test_some_rows_alone_equal_the_same_rows_of_more(
    generator: Generator, unique: bool, start: int, length: int, cut: int
) -> None:
    most = distinct_values(generator) if unique else 10**9
    start, stop = min(start, most), min(start + length, most)
    middle = min(start + cut, stop)
    whole = made(generator, start, stop, unique=unique)
    assert len(whole) == stop - start
    first = made(generator, start, middle, unique=unique)
    assert first + made(generator, middle, stop, unique=unique) == whole


@pytest.mark.parametrize("generator", [g for g, unique in BOTH if unique], ids=title)
def test_unique_values_never_come_twice(generator: Generator) -> None:
    rows = min(20_000, distinct_values(generator))
    values = made(generator, 0, rows, unique=True)
    assert len(set(values)) == rows


@pytest.mark.parametrize("kind", ["word", "city", "product", "user_name", "name"])
def test_names_that_ran_out_get_a_number(kind: str) -> None:
    # Rows far apart: a later block of the same names must not meet the first.
    generator = Generator(kind)
    early = made(generator, 0, 5_000, unique=True)
    late = made(generator, 10_000_000, 10_005_000, unique=True)
    assert len(set(early + late)) == 10_000


@pytest.mark.parametrize("generator", GENERATORS, ids=title)
def test_the_seed_decides(generator: Generator) -> None:
    again = made(generator, 0, 50)
    assert made(generator, 0, 50) == again
    if generator.kind != "sequence" and generator.options.get("pattern") != "fixed":
        assert made(generator, 0, 50, seed=2) != again


def test_all_the_looks() -> None:
    looks = {
        "user_name": r"[a-z]+\.[a-z]+",
        "email": r"[a-z]+\.[a-z]+@example\.(com|net|org)",
        "phone": r"\+1[2-9]\d\d555\d{4}",
        "url": r"https://[a-z]+\.example\.com/[a-z]+",
        "word": r"[a-z]{2,12}",
        "sentence": r"[A-Z][a-z]+( [a-z]+){2,13}\.",
        "code": r"[A-Z]{3}-\d{5}",
        "company": r"\D+",
        "name": r"\S+ \S+",
        "street": r"\d{1,3} .+",
    }
    for kind, look in looks.items():
        for value in made(Generator(kind), 0, 300):
            assert re.fullmatch(look, str(value)), (kind, value)


def test_uuids_are_of_version_4() -> None:
    for value in made(Generator("uuid"), 0, 100):
        parsed = uuid.UUID(str(value))
        assert (parsed.version, parsed.variant, str(parsed)) == (4, uuid.RFC_4122, value)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 300), st.booleans())
def test_sentences_keep_to_their_length(most: int, unique: bool) -> None:
    generator = Generator("sentence", {"max_length": most})
    if check_generator(generator, unique=unique):
        return
    lengths = [len(str(value)) for value in made(generator, 0, 200, unique=unique)]
    assert min(lengths) >= 1
    assert max(lengths) <= most


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 5000), st.integers(0, 300), st.booleans())
def test_texts_keep_to_their_lengths(least: int, more: int, unique: bool) -> None:
    generator = Generator("text", {"min_length": least, "max_length": least + more})
    if check_generator(generator, unique=unique):
        return
    values = [str(value) for value in made(generator, 0, 50, unique=unique)]
    assert all(least <= len(value) <= least + more and value.isascii() for value in values)


def test_a_text_can_be_as_long_as_an_item() -> None:
    generator = Generator("text", {"min_length": 400_000, "max_length": 400_000})
    assert [len(str(value)) for value in made(generator, 7, 9)] == [400_000, 400_000]


def test_ranges_are_reached_and_kept() -> None:
    cases: list[tuple[Generator, set[object]]] = [
        (Generator("integer", {"min": -1, "max": 1}), {-1, 0, 1}),
        (
            Generator("decimal", {"min": 0.1, "max": 0.3, "places": 1}),
            {Decimal("0.1"), Decimal("0.2"), Decimal("0.3")},
        ),
        (
            Generator("date", {"from": "2024-02-28", "to": "2024-03-01"}),
            {date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)},
        ),
        (Generator("boolean"), {True, False}),
        (Generator("boolean", {"true": 1.0}), {True}),
        (Generator("boolean", {"true": 0}), {False}),
        (Generator("choice", {"values": ("a", "b"), "weights": (0, 1)}), {"b"}),
    ]
    for generator, expected in cases:
        assert set(made(generator, 0, 500)) == expected


def test_timestamps_are_in_utc_and_a_date_lasts_to_its_end() -> None:
    generator = Generator(
        "timestamp",
        {"from": "2026-01-01T01:00:00+02:00", "to": "2026-01-01", "precision": "seconds"},
    )
    moments = [value for value in made(generator, 0, 20_000) if isinstance(value, datetime)]
    assert len(moments) == 20_000
    assert min(moments) >= datetime(2025, 12, 31, 23, tzinfo=UTC).replace(tzinfo=None)
    assert max(moments) > datetime(2026, 1, 1, 23, 50, tzinfo=UTC).replace(tzinfo=None)
    assert max(moments) < datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None)
    assert all(moment.microsecond == 0 for moment in moments)


def test_weights_are_followed() -> None:
    generator = Generator("choice", {"values": ("a", "b"), "weights": (3, 1)})
    values = made(generator, 0, 40_000)
    # 30,000 are expected, with a standard deviation of 87: six of them.
    assert abs(values.count("a") - 30_000) < 6 * 87


def test_long_codes_are_random_to_their_end() -> None:
    codes = [str(value) for value in made(Generator("code", {"pattern": "#" * 60}), 0, 200)]
    assert all(re.fullmatch(r"\d{60}", code) for code in codes)
    for place in range(60):
        assert len({code[place] for code in codes}) == 10
