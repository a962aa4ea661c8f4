"""Facts after changes: what they break of the definition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.facts.database import Facts
from dynaproof.facts.hard.domain import Domain
from dynaproof.proof.races.changed_facts import Rows, broken_rules, rows_after

DEFINITION = """
version: 1
name: rooms
entities:
  rooms:
    count: 3
    attributes:
      uuid: {generate: uuid}
      name: {generate: name, unique: true}
  users:
    count: 3
    attributes:
      handle: {generate: user_name, unique: true, null: 0.5}
  members:
    each: {of: rooms.uuid, count: 2, as: room}
    attributes:
      handle: {references: users.handle, distinct_within: room}
      guest_of: {references: users.handle, null: 0.5}
tables:
  chat:
    partition_key: pk
    items:
      room: {from: rooms, key: {pk: "${uuid}"}}
"""
ROWS: Rows = {
    "rooms": [{"uuid": "r1", "name": "one"}, {"uuid": "r2", "name": "two"}],
    "users": [{"handle": "ann"}, {"handle": "bob"}, {"handle": None}],
    "members": [{"room": "r1", "handle": "ann", "guest_of": None}],
}


@pytest.fixture(scope="module")
def stored() -> Iterator[tuple[Facts, Domain]]:
    loaded = examine_text(DEFINITION, "rooms.yaml", folder=Path())
    definition = loaded.definition
    assert definition is not None
    assert loaded.diagnostics == ()
    facts = Facts.declare(definition.entities, folder="", places=definition.source)
    with facts:
        domain = Domain.of(definition, facts)
        facts.replace(ROWS)
        yield facts, domain


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("INSERT INTO members VALUES ('r1', 'bob', 'ann')", []),
        ("INSERT INTO members VALUES ('r2', 'ann', NULL)", []),
        ("INSERT INTO users VALUES (NULL)", []),
        ("INSERT INTO members VALUES ('r1', 'ann', NULL)", ["members.handle"]),
        ("INSERT INTO members VALUES ('r1', 'eve', NULL)", ["members.handle"]),
        ("INSERT INTO members VALUES ('r1', 'bob', 'eve')", ["members.guest_of"]),
        ("INSERT INTO members VALUES ('r9', 'bob', NULL)", ["members.room"]),
        ("DELETE FROM rooms WHERE uuid = 'r1'", ["members.room"]),
        ("INSERT INTO rooms VALUES ('r1', 'three')", ["rooms.uuid"]),
        ("INSERT INTO rooms VALUES ('r3', 'one')", ["rooms.name"]),
    ],
)
def test_what_is_not_unique_or_refers_to_nothing_is_named(
    stored: tuple[Facts, Domain], change: str, broken: list[str]
) -> None:
    facts, domain = stored

    rows = rows_after(facts, [(change, {})])

    assert broken_rules(domain, rows) == broken
    assert facts.snapshot() == {name: tuple(rows) for name, rows in ROWS.items()}


def test_changes_are_made_one_after_the_other(stored: tuple[Facts, Domain]) -> None:
    facts, domain = stored
    room = ("INSERT INTO rooms VALUES ($room, 'three')", {"room": "r3"})
    member = ("INSERT INTO members VALUES ($room, 'ann', NULL)", {"room": "r3"})

    assert broken_rules(domain, rows_after(facts, [room, member])) == []
    assert broken_rules(domain, rows_after(facts, [member])) == ["members.room"]
