"""Key templates inferred from samples and aliases."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.exchange.draft import SampledItemType
from dynaproof.exchange.drafting.key_templates import KeyHints, KeyParts, Values, key_parts
from dynaproof.exchange.drafting.sampled import sampled_item_type
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import KeyAttribute, Table

NONE: Mapping[str, Values] = {}


def written(parts: KeyParts | None) -> str | None:
    if parts is None:
        return None
    return "".join(one if isinstance(one, str) else f"${{{one.name}}}" for one in parts)


@pytest.mark.parametrize(
    ("values", "alias", "known", "template"),
    [
        (("USER#1", "USER#2"), "USER#<user_id>", NONE, "USER#${user_id}"),
        (("USER#1", "USER#2"), "USER#{userId}", NONE, "USER#${userId}"),
        (("USER#1", "USER#2"), "USER#${ user }", NONE, "USER#${user}"),
        (("USER#1", "USER#2"), "userId", NONE, "USER#${user_id}"),
        (("USER#1", "USER#2"), "", NONE, "USER#${user_id}"),
        (("USER#1", "USER#2"), "", {"name": ("1", "2")}, "USER#${name}"),
        (("USER#123#ORDER#9", "USER#123#ORDER#10"), "", NONE, "USER#${user_id}#ORDER#${order_id}"),
        (("USER#1", "USER#1"), "USER#<id>", NONE, "USER#${id}"),
        (("ORDER#2026-01-01#5", "ORDER#7"), "", NONE, "ORDER#${order_id}"),
        (("DATE#2026-01-01", "DATE#2026-01-02"), "", NONE, "DATE#${date}"),
        (("T1#u5", "T2#u6"), "<tenant>#<user>", NONE, "${tenant}#${user}"),
        (("T1#u5", "T2#u6"), "", NONE, None),
        (("USER#1", "ORG#2"), "", NONE, None),
        (("user_1", "user_2"), "user_<id>", NONE, "user_${id}"),
        (("a@x.com", "b@x.com"), "", NONE, None),
        (("a", "b"), "", {"name": ("a", "b")}, "${name}"),
        (("a", "b"), "", {"name": ("b", "a")}, None),
        (("USER#1", None, "USER#3"), "", NONE, "USER#${user_id}"),
        (("#A#x", "#A#y"), "", NONE, "#A#${a_id}"),
        # one value may be another's by chance
        (("ORDER#1",), "", {"quantity": ("1",)}, "ORDER#${order_id}"),
        (("USER#alice",), "", {"username": ("alice",)}, "USER#${username}"),
    ],
)
def test_a_template_of_fixed_parts_and_fields(
    values: Values, alias: str, known: Mapping[str, Values], template: str | None
) -> None:
    hints = KeyHints(alias, known, frozenset(known))
    assert written(key_parts(values, hints)) == template


@pytest.mark.parametrize(
    ("values", "hints", "template"),
    [
        (("PROFILE",), KeyHints("sk", partition=False), "PROFILE"),
        (("profile", "profile"), KeyHints(partition=False), "profile"),
        (("alice", "alice"), KeyHints(), None),
        (("USERS", "USERS"), KeyHints(primary=False), None),  # an index key stays a column
        (("META#1", "META#1"), KeyHints("<kind>#<n>", partition=False), "${kind}#${n}"),
    ],
)
def test_one_text_in_all_items(values: Values, hints: KeyHints, template: str | None) -> None:
    assert written(key_parts(values, hints)) == template


TEXT = st.text("ab#_-:1A<>{}$.", min_size=1, max_size=8)


@given(st.lists(TEXT | st.none(), min_size=1, max_size=4), TEXT, st.booleans(), st.booleans())
def test_a_template_gives_every_key_again(
    values: list[str | None], alias: str, partition: bool, primary: bool
) -> None:
    parts = key_parts(tuple(values), KeyHints(alias, NONE, partition=partition, primary=primary))
    if parts is None:
        return
    for n, value in enumerate(values):
        texts = [one if isinstance(one, str) else one.values[n] for one in parts]
        filled = None if None in texts else "".join(str(text) for text in texts)
        assert filled == value


@pytest.mark.parametrize(
    ("attribute", "key"),
    [("order_id", "${order_id}"), ("GSI1PK", "ord_${ord_id}"), ("partitionKey", "ord_${ord_id}")],
)
def test_an_identity_that_looks_like_a_label_stays_whole(attribute: str, key: str) -> None:
    items: tuple[Item, ...] = ({attribute: {"S": "ord_1"}}, {attribute: {"S": "ord_2"}})
    table = Table("orders", KeyAttribute(attribute))
    made = sampled_item_type(SampledItemType("order", items), table, "order", "order")
    stored = made.attribute(attribute)
    assert stored is not None
    assert str(stored.template) == key
