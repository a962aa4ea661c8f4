"""Which item type a record is of, told by its keys alone."""

from __future__ import annotations

import pytest

from dynaproof.model.item import AttributeTemplate, Constant, ItemType
from dynaproof.model.table import KeyAttribute, Table
from dynaproof.model.template import Template
from dynaproof.proof.streams.item_types import ItemTypes

TEXT_KEYS = Table("chat", KeyAttribute("pk"), KeyAttribute("sk"))
TYPED_KEYS = Table("log", KeyAttribute("pk", "B"), KeyAttribute("sk", "N"))
MESSAGE = "MSG#${conversation}", "${sent_at:iso}#${uuid}"
PROFILE = "USER#${user}", "PROFILE"
ORDER = "USER#${user}", "${order}"
TAGGED = "TAG#${tag}", "ITEM#${tag}#${item}"
YEARLY = "Y#${at:%Y-%m}", "${at:iso}"
PADDED = "SEQ#${list}", "${position:04d}"


def item(name: str, *templates: str | Constant) -> ItemType:
    return ItemType(
        name,
        "facts",
        tuple(
            AttributeTemplate(key, one if isinstance(one, Constant) else Template.parse(one))
            for key, one in zip(("pk", "sk"), templates, strict=True)
        ),
    )


def types(table: Table, *items: ItemType) -> ItemTypes:
    return ItemTypes(Table(table.name, table.partition_key, table.sort_key, items=items))


@pytest.mark.parametrize(
    ("templates", "pk", "sk", "fields"),
    [
        (
            MESSAGE,
            "MSG#c1",
            "2026-01-02T03:04:05.678Z#u1",
            {"conversation": "c1", "sent_at": "2026-01-02T03:04:05.678Z", "uuid": "u1"},
        ),
        (MESSAGE, "MSG#a#b", "2026-01-02T03:04:05.678Z#u#2", {"conversation": "a#b"}),
        (MESSAGE, "MSG#c1", "yesterday#u1", None),
        (MESSAGE, "USER#c1", "2026-01-02T03:04:05.678Z#u1", None),
        (TAGGED, "TAG#red", "ITEM#red#7", {"tag": "red", "item": "7"}),
        (TAGGED, "TAG#red", "ITEM#blue#7", None),
        # Shortest first alone would take 'a' for the tag of the sort key.
        (TAGGED, "TAG#a#b", "ITEM#a#b#7", {"tag": "a#b", "item": "7"}),
        (YEARLY, "Y#2026-01", "2026-01-02T03:04:05.678Z", {"at": "2026-01-02T03:04:05.678Z"}),
        (YEARLY, "Y#January", "2026-01-02T03:04:05.678Z", None),
        (PADDED, "SEQ#x", "0012", {"list": "x", "position": "0012"}),
        (PADDED, "SEQ#x", "twelve", None),
        (ORDER, "USER#a\nb", "x", {"user": "a\nb", "order": "x"}),
        (PROFILE, "USER#", "PROFILE", {"user": ""}),
    ],
)
def test_fields_are_read_back_from_both_keys(
    templates: tuple[str, str], pk: str, sk: str, fields: dict[str, str] | None
) -> None:
    found = types(TEXT_KEYS, item("it", *templates)).of_key({"pk": {"S": pk}, "sk": {"S": sk}})

    if fields is None:
        assert found == []
    else:
        [one] = found
        assert {name: one.fields[name] for name in fields} == fields


@pytest.mark.parametrize(
    ("sk", "expected"), [("PROFILE", "profile"), ("PROFILES", "order"), ("1", "order")]
)
def test_the_item_type_with_more_fixed_text_goes_first(sk: str, expected: str) -> None:
    both = types(TEXT_KEYS, item("order", *ORDER), item("profile", *PROFILE))

    found = both.of_key({"pk": {"S": "USER#u"}, "sk": {"S": sk}})

    assert [one.item_type.name for one in found] == [expected]


def test_item_types_that_cannot_be_told_apart_are_both_given() -> None:
    both = types(TEXT_KEYS, item("order", *ORDER), item("basket", "USER#${owner}", "${basket}"))

    found = both.of_key({"pk": {"S": "USER#u"}, "sk": {"S": "1"}})

    assert {one.item_type.name for one in found} == {"order", "basket"}


def test_fields_that_alone_make_a_key_keep_its_type() -> None:
    [one] = types(TYPED_KEYS, item("entry", "${digest}", "${number}")).of_key(
        {"pk": {"B": "//8="}, "sk": {"N": "-12"}}
    )

    assert one.fields == {"digest": b"\xff\xff", "number": -12}


@pytest.mark.parametrize(("sk", "matches"), [("1", True), ("2", False)])
def test_a_constant_key_matches_its_own_value(sk: str, matches: bool) -> None:
    found = types(TYPED_KEYS, item("entry", "${digest}", Constant(1))).of_key(
        {"pk": {"B": "AA=="}, "sk": {"N": sk}}
    )

    assert bool(found) == matches
