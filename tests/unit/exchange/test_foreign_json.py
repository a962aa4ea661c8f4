"""JSON of other tools: bounds, places of errors, wrong shapes by path."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.exchange.foreign_items import read_item, read_items
from dynaproof.exchange.foreign_json import MOST_BYTES, JsonReader, parse_json, path_to, shown
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.attribute_value import to_attribute_value, to_wire
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 1}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        '{"a": 1}'.encode("utf-16-le"),
        '{"a": 1}'.encode("utf-32"),
    ],
)
def test_texts_are_read_in_the_encodings_of_json(content: bytes) -> None:
    assert parse_json(content, "m.json").value == {"a": 1}


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", Code.FOREIGN_FILE, "m.json:1:1"),
        (b'{"a": 1,\n "b": }', Code.FOREIGN_FILE, "m.json:2:7"),
        (b'{"NaN": 1,\n "b": [NaN]}', Code.FOREIGN_FILE, "m.json:2:8"),
        (b'["Infinity", -Infinity]', Code.FOREIGN_FILE, "m.json:1:14"),
        (b"\xff\xfe\xff", Code.FILE_UNREADABLE, "m.json"),
        (b"[" + b"9" * 5_000 + b"]", Code.FOREIGN_FILE, "m.json"),
        (b"[1e99999999999999999999]", Code.FOREIGN_FILE, "m.json"),
        (b"[" * 100_000, Code.TOO_LARGE, "m.json"),
        (b'{"a":' * 400 + b"1" + b"}" * 400, Code.TOO_LARGE, "m.json"),
        (b" " * (MOST_BYTES + 1), Code.TOO_LARGE, "m.json"),
    ],
)
def test_what_is_no_json_is_an_error_with_its_place(content: bytes, code: Code, place: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_json(content, "m.json")
    [found] = raised.value.diagnostics
    assert (found.code, str(found.place)) == (code, place)


def test_numbers_stay_exact() -> None:
    parsed = parse_json(b"[1.10, 12345678901234567890123, 1e3]", "m.json")
    assert parsed.value == [Decimal("1.10"), 12345678901234567890123, Decimal("1E+3")]


def test_keys_that_are_there_twice_and_half_surrogates_are_reported() -> None:
    parsed = parse_json(rb'{"a": [{"x": 1, "x": 2}], "b": "\ud800", "\udc00c": 1}', "m.json")
    assert parsed.value == {"a": [{"x": 2}], "b": "\ufffd", "\ufffdc": 1}
    assert [one.place for one in parsed.not_carried] == [
        "a[0].x",
        "b",
        '["\\ufffdc"]',
    ]


@given(
    st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))
)
@settings(max_examples=200)
def test_any_bytes_give_a_value_or_an_input_error(content: bytes) -> None:
    with suppress(InputError):  # and nothing else
        assert parse_json(content, "m.json").file == "m.json"


def test_wrong_shapes_are_reported_by_their_path_and_null_is_absent() -> None:
    reader = JsonReader(
        {"t": [], "n": "x", "w": "12", "b": "TRUE", "l": {}, "o": 5, "none": None, "c": "Hash", "m": {"k": 1}},
        "Model[0]",
    )  # fmt: skip
    assert reader.text("t", "default") == "default"
    assert (reader.whole("n"), reader.whole("w"), reader.truth("b")) == (None, 12, True)
    assert (reader.elements("l"), reader.child("o").value) == ([], {})
    assert (reader.text("none"), reader.elements("none"), reader.child("none").value) == (
        "",
        [],
        {},
    )
    assert reader.one_of("c", ("HASH", "RANGE")) == "HASH"
    assert reader.mapping("m") == {}
    assert [str(one) for one in reader.not_carried] == [
        "Model[0].t: expected a text, not []",
        'Model[0].n: expected a whole number, not "x"',
        "Model[0].l: expected a list, not {}",
        "Model[0].o: expected an object, not 5",
        "Model[0].m.k: expected an object, not 1",
    ]


def test_keys_that_nobody_asked_for_are_unknown() -> None:
    reader = JsonReader({"a": 1, "b": 2, "c": 3, "d": None})
    reader.raw("a")
    reader.ignore("b")
    reader.unknown_keys()
    assert reader.not_carried == [NotCarried("c", "unknown key")]


def test_paths_and_values_of_hostile_text_are_ascii_on_one_line() -> None:
    assert path_to("a", "b c\n\x1b\u202e") == 'a["b c\\n\\u001b\\u202e"]'
    assert path_to("", "$ref") == "$ref"
    assert len(shown("x" * 10_000)) < 80
    assert shown({"a": 1}) == "an object"


VALUES = st.recursive(
    st.none() | st.booleans() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    | st.integers(-(10**9), 10**9) | st.binary(max_size=4)
    | st.sets(st.text("abc", min_size=1, max_size=2), min_size=1, max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text("abc", min_size=1), inner, min_size=2, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.dictionaries(st.text("pqr ", min_size=1, max_size=3), VALUES, max_size=4))
@settings(max_examples=50)
def test_right_items_are_read_as_they_are_and_nothing_is_said(values: dict[str, object]) -> None:
    item = {name: to_attribute_value(value) for name, value in values.items()}
    wire = json.loads(json.dumps({name: to_wire(value) for name, value in item.items()}))
    reader = JsonReader(wire)
    assert read_item(reader) == item
    assert reader.not_carried == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["S", "N", "B", "BOOL", "SS", "NS", "M", "L", "NULL", "a", "", "s", "Q"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(st.lists(JSON, max_size=4))
@settings(max_examples=100)
def test_any_json_is_read_as_items_that_a_table_can_hold(values: list[object]) -> None:
    table = Table(
        "t",
        KeyAttribute("S"),
        KeyAttribute("a", "N"),
        global_secondary_indexes=(SecondaryIndex("i", "global", (KeyAttribute("Q", "B"),)),),
    )
    reported: list[NotCarried] = []
    items = read_items([(f"[{n}]", one) for n, one in enumerate(values)], table, reported)
    assert all(set(item) >= {"S", "a"} and set(item["S"]) == {"S"} for item in items)
    assert len(items) == len(values) or reported
