"""The item collections that a run shows: few, chosen alike, in DynamoDB's order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.proof.prepared import Prepared, prepare_items
from dynaproof.proof.sampled_items import MOST_COLLECTIONS, MOST_ITEMS, sampled_collections

DEFINITION = """\
version: 1
name: rooms
entities:
  rooms: {count: 60, attributes: {id: {generate: sequence}}}
  messages:
    each: {of: rooms.id, count: {uniform: {min: 1, max: 40}}, as: room}
    attributes:
      number: {generate: sequence}
      body: {generate: choice, values: [short, LONG]}
tables:
  chat:
    partition_key: pk
    sort_key: {name: at, type: N}
    global_secondary_indexes:
      by-body:
        partition_key: body
        sort_key: pk
        projection: {include: [extra]}
    items:
      message:
        from: SELECT *, repeat('x', 2000) AS note, 'e' AS extra FROM messages
        key: {pk: "ROOM#${room}", at: {value: "${number}", type: N}}
        attributes: {body: "${body}", note: "${note}", extra: "${extra}", kept: "${room}"}
      room:
        from: rooms
        key: {pk: "ROOM#${id}", at: {value: 0, type: N}}
      lonely:
        from: SELECT * FROM rooms WHERE id = 7
        key: {pk: "LONELY#${id}", at: {value: 0, type: N}}
"""


@pytest.fixture(scope="module")
def prepared() -> Iterator[Prepared]:
    text = DEFINITION.replace("LONG", "l" * 30).replace(
        '{value: "${number}"', '{value: "${number}"'
    )
    loaded = examine_text(text, "rooms.yaml", folder=Path())
    assert loaded.definition is not None, loaded.diagnostics
    made = prepare_items(loaded.definition, 7)
    yield made
    made.facts.close()


def test_the_ends_are_shown_and_a_collection_for_each_item_type(prepared: Prepared) -> None:
    shown = sampled_collections(prepared.items["chat"], None)
    assert len(shown) <= MOST_COLLECTIONS
    [counted] = [c for c in prepared.table_result("chat").collections if c.index is None]
    assert (shown[0].partition_key, shown[0].items) == (
        counted.largest[0].partition_key,
        counted.largest[0].items,
    )
    assert [one.rank for one in shown] == sorted({one.rank for one in shown})
    assert shown[-1].rank == counted.collections
    types = {item.item_type for one in shown for item in one.sample}
    assert types == {"message", "room", "lonely"}


def test_items_stand_in_the_order_of_numbers(prepared: Prepared) -> None:
    for one in sampled_collections(prepared.items["chat"], None):
        numbers = [
            int(at["N"])
            for item in one.sample
            if isinstance(at := item.attributes["at"], dict) and isinstance(at["N"], str)
        ]
        assert numbers == sorted(numbers)
        assert len(numbers) == len(one.sample) <= MOST_ITEMS
        assert one.sample[0].position == 1
        assert one.sample[-1].position == one.items


def test_an_index_shows_what_it_projects(prepared: Prepared) -> None:
    shown = sampled_collections(prepared.items["chat"], "by-body")
    assert {one.partition_key for one in shown} == {"short", "l" * 30}
    names = {name for one in shown for item in one.sample for name in item.attributes}
    assert names == {"pk", "at", "body", "extra"}


def test_long_values_are_cut(prepared: Prepared) -> None:
    messages = [
        item
        for one in sampled_collections(prepared.items["chat"], None)
        for item in one.sample
        if item.item_type == "message"
    ]
    assert all("note" not in item.attributes for item in messages)
    assert {item.beginnings["note"] for item in messages} == {"x" * 200}


def test_the_choice_is_the_same_for_the_same_items(prepared: Prepared) -> None:
    table = prepared.items["chat"]
    assert sampled_collections(table, None) == sampled_collections(table, None)
