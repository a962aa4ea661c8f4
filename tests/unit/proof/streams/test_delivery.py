"""Which records a handler takes, and what its steps know of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dynaproof.dynamodb.streams import Event, Record
from dynaproof.model.access_pattern import StreamHandler
from dynaproof.model.item import AttributeTemplate, ItemType
from dynaproof.model.table import KeyAttribute, Table
from dynaproof.model.template import Template
from dynaproof.proof.streams.delivery import record_bindings, takes
from dynaproof.proof.streams.item_types import ItemTypes

KEY = {"pk": {"S": "MSG#c1"}, "sk": {"N": "7"}}
NEW = {**KEY, "text": {"S": "hi"}, "price": {"N": "1.5"}, "file": {"B": "AAE="}}
MESSAGE = ItemType(
    "message",
    "messages",
    (
        AttributeTemplate("pk", Template.parse("MSG#${conversation_uuid}")),
        AttributeTemplate("sk", Template.parse("${position}")),
    ),
)
TYPES = ItemTypes(Table("chat", KeyAttribute("pk"), KeyAttribute("sk", "N"), items=(MESSAGE,)))


def handler(event: str | None = None, item: str | None = None) -> StreamHandler:
    return StreamHandler("refresh", "chat", event, item, ())


def record(event: Event = "insert", pk: str = "MSG#c1", **images: object) -> Record:
    given = {"new": NEW, "old": None, **images}
    return Record(event, "x-chat", {**KEY, "pk": {"S": pk}}, **given, sequence_number="1")  # type: ignore[arg-type]  # a table of cases


@pytest.mark.parametrize(
    ("when", "found", "taken"),
    [
        ((None, None), ("remove", "OTHER#1"), True),
        (("insert", None), ("insert", "OTHER#1"), True),
        (("insert", None), ("modify", "MSG#c1"), False),
        ((None, "message"), ("modify", "MSG#c1"), True),
        ((None, "message"), ("modify", "OTHER#1"), False),
        (("insert", "message"), ("insert", "MSG#c1"), True),
        (("insert", "message"), ("remove", "MSG#c1"), False),
        (("insert", "preview"), ("insert", "MSG#c1"), False),
    ],
)
def test_a_handler_takes_the_records_of_its_event_and_item_type(
    when: tuple[str | None, str | None], found: tuple[Event, str], taken: bool
) -> None:
    assert takes(handler(*when), record(*found), TYPES) == taken


def test_steps_know_the_record_in_plain_values() -> None:
    bindings = record_bindings(handler(item="message"), record(), TYPES)

    assert bindings == {
        "event": "insert",
        "keys": {"pk": "MSG#c1", "sk": 7},
        "key": {"conversation_uuid": "c1", "position": 7},
        "new": {
            "pk": "MSG#c1",
            "sk": 7,
            "text": "hi",
            "price": Decimal("1.5"),
            "file": b"\x00\x01",
        },
    }


def test_what_the_record_does_not_show_is_not_bound() -> None:
    bindings = record_bindings(handler(), record("remove", new=None, old=NEW), TYPES)
    keys_only = record_bindings(handler(), record(new=None), TYPES)

    assert {"old", "event"} <= bindings.keys()
    assert "new" not in bindings
    assert keys_only.keys() == {"event", "keys", "key"}


def test_keys_of_no_item_type_have_no_fields() -> None:
    assert record_bindings(handler(), record(pk="OTHER#1"), TYPES)["key"] == {}
