"""Items -> a draft -> definition and datasets -> the same items, whatever they hold."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.exchange.draft import Draft, DraftTable, SampledItemType
from dynaproof.exchange.drafting import Drafted, definition_of
from dynaproof.items.item_views import Key, TypedItem
from dynaproof.model.attribute_equality import canonical_item
from dynaproof.model.attribute_value import AttributeValue, Item, to_attribute_value, to_wire
from dynaproof.model.definition import Definition
from dynaproof.model.table import KeyAttribute, KeyType, Projection, SecondaryIndex, Table

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LOOKS_LIKE_MORE = st.sampled_from(
    ["007", "2026-01-01", "2026-01-01T00:00:00Z", "1e5", "true", "null", "", " x ", "${a}", "$$",
     "3F0B0D9E-0000-4000-8000-00000000ABCD", '{"S": "x"}', "a#b", "'", '"', "\x00", "\u2028", "😀"]
)  # fmt: skip
TEXTS = ANY_TEXT | LOOKS_LIKE_MORE
NUMBERS = (
    st.integers(-(10**20), 10**20)
    | st.decimals(allow_nan=False, allow_infinity=False, places=5, max_value=10**9)
    | st.sampled_from([0, -1, 10**37, 2**53 + 1, 2**63])
)
SETS = (
    st.sets(TEXTS.filter(bool), min_size=1, max_size=3)
    | st.sets(NUMBERS, min_size=1, max_size=3)
    | st.sets(st.binary(max_size=3), min_size=1, max_size=2)
)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXTS | NUMBERS | st.binary(max_size=4) | SETS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXTS.filter(bool), inner, min_size=2, max_size=3)
    ),
    max_leaves=5,
)
NAMES = st.sampled_from(
    ["name", "Name", "order", "e mail", "größe", "a.b", "a#b", "select", "from", "null", "1st", "x'y", '"q"']
)  # fmt: skip
KEY_TEXTS = st.sampled_from(
    ["USER#1", "USER#2", "USER#a#b", "ORDER#1", "PROFILE", "x", "user_1", "a@b.c", "2026-01-01", "#", "é#ü"]
) | TEXTS.filter(bool)  # fmt: skip
KEYS: dict[str, st.SearchStrategy[object]] = {
    "S": KEY_TEXTS,
    "N": NUMBERS,
    "B": st.binary(min_size=1, max_size=4),
}


@st.composite
def drafts(draw: st.DrawFn) -> tuple[Table, list[Item]]:
    kinds: list[KeyType] = [draw(st.sampled_from(["S", "S", "N", "B"])) for _ in range(3)]
    table = Table(
        "table",
        KeyAttribute("pk", kinds[0]),
        KeyAttribute("sk", kinds[1]),
        global_secondary_indexes=(
            SecondaryIndex("by-x", "global", (KeyAttribute("ix", kinds[2]),)),
            SecondaryIndex(
                "by-y", "global", (KeyAttribute("sk", kinds[1]),), (), Projection("keys_only")
            ),
        ),
    )
    number = draw(st.integers(1, 4))
    named = draw(st.lists(NAMES, max_size=4, unique=True))
    items: dict[str, Item] = {}
    for _ in range(number):
        item: Item = {
            "pk": to_attribute_value(draw(KEYS[kinds[0]])),
            "sk": to_attribute_value(draw(KEYS[kinds[1]])),
        }
        if draw(st.booleans()):
            item["ix"] = to_attribute_value(draw(KEYS[kinds[2]]))
        for name in named:
            if draw(st.booleans()):
                item[name] = to_attribute_value(draw(VALUES))
        items.setdefault(json.dumps([to_wire(item["pk"]), to_wire(item["sk"])]), item)
    return table, list(items.values())


@given(drafts(), st.sampled_from(["", "USER#<id>", "<pk>", "A#{b}#${c}"]))
@settings(max_examples=25, deadline=None)
def test_any_items_come_back_as_they_were(
    checked: Callable[[Drafted, Path], Definition],
    items_of: Callable[[Definition], dict[Key, TypedItem]],
    drafted: tuple[Table, list[Item]],
    alias: str,
) -> None:
    table, items = drafted
    aliases = {"pk": alias, "sk": alias}
    draft = Draft("any", "a test", tables=(DraftTable(table, _two_types(items, aliases)),))
    made = definition_of(draft)
    assert not made.not_carried
    with tempfile.TemporaryDirectory() as folder:
        found = items_of(checked(made, Path(folder)))
    assert {canonical_item(one) for one in found.values()} == {
        canonical_item({name: to_wire(value) for name, value in item.items()}) for item in items
    }


def _two_types(items: list[Item], aliases: dict[str, str]) -> tuple[SampledItemType, ...]:
    half = (len(items) + 1) // 2
    parts = (("first one", items[:half]), ("First One", items[half:]))
    return tuple(SampledItemType(name, tuple(own), aliases) for name, own in parts if own)


@pytest.mark.parametrize(
    ("values", "spec", "template"),
    [
        ([{"S": "2026-01-01"}], "{type: text}", "${a}"),
        ([{"N": "1"}, {"N": "-5"}], "{type: integer}", "${a}"),
        ([{"N": "1"}, {"N": "0.1"}], "{type: number}", "${a}"),
        ([{"N": "12345678901234567890123.5"}], "{type: text}", '{value: "${a}", type: N}'),
        ([{"BOOL": True}], "{type: boolean}", "${a}"),
        ([{"B": b"\x00"}], "{type: text}", '{value: "${a}", type: B}'),
        ([{"SS": ["b", "a"]}], '{type: "text[]"}', '{value: "${a}", type: SS}'),
        ([{"NS": ["1", "2"]}], '{type: "integer[]"}', '{value: "${a}", type: NS}'),
        ([{"L": [{"S": "x"}]}], '{type: "text[]"}', "${a}"),
        ([{"L": [{"S": "x"}, {"N": "1"}]}], "{type: text}", '{dynamodb_json: "${a}"}'),
        ([{"M": {}}], "{type: text}", '{dynamodb_json: "${a}"}'),
        ([{"NULL": True}], "{type: text}", '{dynamodb_json: "${a}"}'),
        ([{"S": "1"}, {"N": "1"}], "{type: text}", '{dynamodb_json: "${a}"}'),
    ],
)
def test_a_column_is_as_plain_as_it_can_be(
    values: list[AttributeValue], spec: str, template: str
) -> None:
    items: tuple[Item, ...] = tuple(
        {"pk": {"S": f"k{n}"}, "a": value} for n, value in enumerate(values)
    )
    table = DraftTable(Table("table", KeyAttribute("pk")), (SampledItemType("t", items),))
    text = definition_of(Draft("any", "a test", tables=(table,))).definition
    assert f"      a: {spec}\n" in text
    assert f"          a: {template}\n" in text
