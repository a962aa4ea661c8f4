"""Findings about calls that differ, and facts that share one key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.items.changed_items import Collision
from dynaproof.items.item_views import MadeItem
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.proof.collision import collision_difference
from dynaproof.proof.differences import Difference
from dynaproof.proof.differing_calls import differing_calls
from dynaproof.proof.results import Call, PatternResult

TEXT = """\
version: 1
name: rooms
entities:
  rooms: {count: 1, attributes: {id: {generate: uuid}}}
tables:
  rooms:
    partition_key: pk
    items:
      room: {from: rooms, key: {pk: "${id}"}}
access_patterns:
  show:
    parameters: {id: rooms.id}
    get: {key: {pk: "${id}"}}
    question: SELECT id AS pk FROM rooms WHERE id = $id
  close:
    parameters: {id: rooms.id}
    delete: {key: {pk: "${id}"}}
    change: DELETE FROM rooms WHERE id = $id
"""
RIGHT = Call("drawn 1", {}, {}, 1, 1, 1, (), compared=True)
MISSING = Difference(Code.ROWS_MISSING, "1 row is missing")
WRONG = Difference(Code.WRONG_VALUE, "1 row has a wrong value")


@pytest.fixture(scope="module")
def rooms() -> Definition:
    loaded = examine_text(TEXT, "rooms.yaml", folder=Path())
    assert loaded.definition is not None, loaded.diagnostics
    return loaded.definition


def test_calls_of_one_kind_are_one_finding_at_the_question(rooms: Definition) -> None:
    show, close = rooms.access_patterns
    calls = [
        RIGHT,
        replace(RIGHT, parameter_set="largest", difference=MISSING),
        replace(RIGHT, parameter_set="drawn 2", difference=WRONG),
        replace(RIGHT, parameter_set="drawn 3", difference=MISSING),
    ]
    found = differing_calls(show, calls, rooms)
    assert [(one.code, one.message) for one in found] == [
        (Code.ROWS_MISSING, "'show' (largest, and 1 more): 1 row is missing"),
        (Code.WRONG_VALUE, "'show' (drawn 2): 1 row has a wrong value"),
    ]
    lines = TEXT.splitlines()
    for pattern, asked in ((show, "question:"), (close, "change:")):
        [place] = {one.place for one in differing_calls(pattern, calls[:2], rooms)}
        assert place is not None
        assert lines[place.line - 1][place.column - 1 :].startswith(asked)


def test_calls_that_are_right_are_no_finding(rooms: Definition) -> None:
    assert differing_calls(rooms.access_patterns[0], [RIGHT], rooms) == ()


PROOFS = [
    # compared and difference of each call, the parameter set of the last, what is said of all
    ([(True, None), (True, None)], "drawn 1", "proved"),
    ([(True, None), (True, MISSING)], "drawn 1", "differs"),
    ([(True, None), (False, None)], "drawn 1", "not proved"),
    ([(True, None), (False, None)], "nothing found", "proved"),
    ([(False, None)], "nothing found", "not proved"),
    ([], "", "not proved"),
]


@pytest.mark.parametrize(("calls", "last", "proof"), PROOFS)
def test_a_pattern_is_proved_when_all_calls_were_compared_and_right(
    calls: list[tuple[bool, Difference | None]], last: str, proof: str, rooms: Definition
) -> None:
    made = [replace(RIGHT, compared=compared, difference=found) for compared, found in calls]
    made[-1:] = [replace(one, parameter_set=last) for one in made[-1:]]
    assert PatternResult(rooms.access_patterns[0], tuple(made)).proof == proof


def made(item_type: str, text: str) -> MadeItem:
    return MadeItem(item_type, KEY, {"pk": {"S": "a"}, "t": {"S": text}})


KEY = ("rooms", b'{"pk":{"S":"a"}}')


def test_facts_that_share_a_key_are_told_with_the_key_and_what_is_lost(rooms: Definition) -> None:
    found = collision_difference([Collision(KEY, (made("room", "1"), made("room", "2")))], rooms)
    assert found.code is Code.KEY_COLLISION
    assert found.summary == "2 items of type 'room' have the same key in 'rooms': pk 'a'"
    [fault] = found.faults
    assert fault.expected == {"pk": {"S": "a"}, "t": {"S": "2"}}
    assert (fault.found, fault.table, fault.attributes, found.total) == (None, "rooms", ("pk",), 1)


def test_item_types_that_share_a_key_are_both_named(rooms: Definition) -> None:
    found = collision_difference([Collision(KEY, (made("room", "1"), made("alias", "2")))], rooms)
    assert "items of the types 'room' and 'alias'" in found.summary


def test_of_many_collisions_the_first_are_shown_and_all_are_counted(rooms: Definition) -> None:
    one = Collision(KEY, tuple(made("room", str(n)) for n in range(3)))
    found = collision_difference([one] * 9, rooms)
    assert found.total == 18
    assert 0 < len(found.faults) < 18
