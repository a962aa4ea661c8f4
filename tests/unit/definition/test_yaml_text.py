"""YAML text becomes plain values with places, or findings; nothing else comes out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.definition.load import examine_text
from dynaproof.definition.yaml_text import MAX_BYTES, MAX_VALUES, parse_yaml
from dynaproof.model.codes import Code

PATTERNS = Path(__file__).parents[3] / "patterns"
SHIPPED = (PATTERNS / "online-shop.yaml").read_text(encoding="utf-8")
YAML_LIKE = st.text("abk01:{}[]&*!#|>-'\"\n\t ,?%@<=~._\\\x00\x85\u2028é😀", max_size=60)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=80), YAML_LIKE))
def test_any_text_gives_a_value_or_findings(text: str) -> None:
    parsed = parse_yaml(text, "any.yaml")
    for found in parsed.diagnostics:
        assert found.place is not None
        assert found.place.file == "any.yaml"


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=80), YAML_LIKE))
def test_any_template_text_gives_a_value_or_findings(text: str) -> None:
    parsed = parse_yaml(text, "any.yaml", intrinsic_tags=True)
    assert parsed.source.file == "any.yaml"
    assert all(found.place is not None for found in parsed.diagnostics)


@settings(max_examples=60, deadline=None)
@given(
    start=st.integers(0, len(SHIPPED)),
    length=st.integers(0, 60),
    inserted=st.one_of(st.just(""), YAML_LIKE),
)
def test_a_definition_with_a_part_torn_out_gives_findings(
    start: int, length: int, inserted: str
) -> None:
    text = SHIPPED[:start] + inserted + SHIPPED[start + length :]
    loaded = examine_text(text, "torn.yaml", folder=PATTERNS)
    assert loaded.definition is not None or loaded.diagnostics


SCALARS: Mapping[str, object] = {
    "word": "word",
    "12": 12,
    "-1_000": -1000,
    "0x1F": 31,
    "0o17": 15,
    "1.5": 1.5,
    "1e3": 1000.0,
    "true": True,
    "False": False,
    "yes": "yes",  # YAML 1.2: no truth value
    "null": None,
    "~": None,
    "2026-01-01": "2026-01-01",
    "'12'": "12",
    '"a\\tb"': "a\tb",
    "!!str 12": "12",
}


@pytest.mark.parametrize(("written", "value"), SCALARS.items())
def test_scalars_are_read_as_yaml_1_2_says(written: str, value: object) -> None:
    parsed = parse_yaml(f"key: {written}\n", "scalar.yaml")
    assert parsed.value == {"key": value}
    assert not parsed.diagnostics


def test_aliases_and_merge_keys_give_what_they_stand_for() -> None:
    parsed = parse_yaml(
        "base: &base {a: 1, b: 2}\n"
        "more: &more {b: 3, c: 4}\n"
        "one: {<<: *base, a: 9}\n"
        "two: {<<: [*base, *more]}\n"
        "three: *more\n",
        "merge.yaml",
    )
    assert not parsed.diagnostics
    assert parsed.value == {
        "base": {"a": 1, "b": 2},
        "more": {"b": 3, "c": 4},
        "one": {"a": 9, "b": 2},
        "two": {"a": 1, "b": 2, "c": 4},
        "three": {"b": 3, "c": 4},
    }


def test_every_value_and_key_has_its_place() -> None:
    source = parse_yaml("a:\n  - b: text\n    c: [1, 2]\n", "places.yaml").source
    assert str(source.place("a", 0, "b")) == "places.yaml:2:8"
    assert str(source.key("a", 0, "c")) == "places.yaml:3:5"
    assert str(source.place("a", 0, "c", 1)) == "places.yaml:3:12"
    assert str(source.place("a", 0, "c", 7)) == "places.yaml:3:8"  # the nearest around it


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("sql: SELECT x\n", 7, "1:13"),
        ('sql: "SELECT x"\n', 7, "1:14"),
        ("sql: |\n  SELECT\n    x\n", 9, "3:5"),
        ("sql: >\n  SELECT\n  x\n", 7, "3:3"),
    ],
)
def test_a_character_of_a_text_has_a_place(text: str, offset: int, place: str) -> None:
    source = parse_yaml(text, "t").source
    assert str(source.within(("sql",), offset)) == f"t:{place}"


def test_a_bomb_of_aliases_is_refused() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    parsed = parse_yaml("\n".join(levels), "bomb.yaml")
    assert [found.code for found in parsed.diagnostics] == [Code.TOO_LARGE]
    assert f"{MAX_VALUES:,}" in parsed.diagnostics[0].message


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "a: " + "{b: " * 20_000, "- " * 50_000, "x" * (MAX_BYTES + 1)]
)
def test_endless_nesting_and_length_are_refused(text: str) -> None:
    parsed = parse_yaml(text, "deep.yaml")
    assert [found.code for found in parsed.diagnostics] == [Code.TOO_LARGE]


def test_a_character_that_json_writes_as_two_escapes_is_one() -> None:
    parsed = parse_yaml('{"\\ud83e\\udd8a": "a \\uD83E\\uDD8A b"}', "pairs.json")
    assert parsed.value == {"🦊": "a 🦊 b"}
    assert not parsed.diagnostics


@pytest.mark.parametrize("written", ['key: "a \\ud83e"', '"\\udd8a": 1', 'key: ["\\udd8a\\ud83e"]'])
def test_half_of_such_a_pair_is_no_text(written: str) -> None:
    [found] = parse_yaml(f"{written}\n", "half.yaml").diagnostics
    assert found.code is Code.YAML_SYNTAX
    assert "surrogate" in found.message
