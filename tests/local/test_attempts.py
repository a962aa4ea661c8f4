"""A call on a real server leaves the tables as they were, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.dynamodb.connection import Connection
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import connect
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.definition import Definition
from dynaproof.model.table import Table
from dynaproof.proof.attempt import Attempt, Bench
from dynaproof.proof.flow import FlowMaker
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.restore import Item, Key, scan_items

MODEL = """\
version: 1
name: notes
entities:
  notes: {count: 1, attributes: {id: {generate: uuid}}}
tables:
  notes:
    partition_key: pk
    items:
      note: {from: notes, key: {pk: "${id}"}}
access_patterns:
  chain:
    parameters: {id: notes.id}
    steps:
"""
PUT = '- put: {item: {pk: "${id}", v: new}}'
READ = "- get: {key: {pk: b}, consistent_read: true}\n  as: found"
ENDS = {
    "a put over an item": PUT,
    "two writes of one item": f'{PUT}\n- update: {{key: {{pk: "${{id}}"}}, update: SET v = :v, '
    'values: {":v": newer}}',
    "an item that was not there": '- put: {item: {pk: "new-${id}"}}',
    "a delete": '- delete: {key: {pk: "${id}"}}',
    "a batch": "- batch_write:\n    - put: {item: {pk: x}}\n    - delete: {key: {pk: b}}",
    "an error in the middle": PUT
    + "\n- delete: {key: {pk: b}, condition: attribute_not_exists(pk)}\n- delete: {key: {pk: b}}",
    "a value that does not suit, in the middle": f"{PUT}\n{READ}\n"
    '- put: {item: {pk: "X${found.pk:08d}"}}',
    "PartiQL": """- execute_statement: {statement: "DELETE FROM notes WHERE pk = 'b'"}""",
    "PartiQL amid others": f"{PUT}\n"
    """- execute_statement: {statement: "INSERT INTO notes VALUE {'pk': 'z'}"}\n"""
    '- delete: {key: {pk: "${id}"}}',
}
STORED = [{"pk": {"S": name}, "v": {"S": "old"}} for name in "abc"]


@dataclass(frozen=True)
class Made:
    attempt: Attempt
    before: dict[Key, Item | None]
    after: dict[Key, Item | None]
    place: int


class Notes:
    """A table of three items, and chains carried out on it."""

    def __init__(self, endpoint: Endpoint, connection: Connection) -> None:
        self.prefix = endpoint.table_prefix
        self.connection = connection
        definition = self.definition(PUT)
        with Tables(endpoint) as tables:
            tables.create(definition.tables[0])
        self.tables: dict[str, Table] = {self.prefix + "notes": definition.tables[0]}
        for item in STORED:
            connection.call("PutItem", {"TableName": self.prefix + "notes", "Item": item})

    def definition(self, steps: str) -> Definition:
        text = MODEL + "".join(f"      {line}\n" for line in steps.splitlines())
        loaded = examine_text(text, "notes.yaml", folder=Path())
        assert loaded.definition is not None, loaded.diagnostics
        return loaded.definition

    def attempt(self, steps: str, *, known: bool) -> Made:
        definition = self.definition(steps)
        before = scan_items(self.connection, self.tables)
        bench = Bench(
            self.connection,
            self.tables,
            FlowMaker(definition, self.prefix),
            stored=before if known else None,
        )
        made = bench.attempt(definition.access_patterns[0], ParameterSet("only", {"id": "a"}))
        after = scan_items(self.connection, self.tables)
        return Made(made, before, after, MODEL.count("\n") + 1)


@pytest.fixture
def notes(endpoint: Endpoint) -> Iterator[Notes]:
    with connect(endpoint) as connection:
        yield Notes(endpoint, connection)


def test_the_tables_are_as_before_whatever_the_chain_did(notes: Notes) -> None:
    for name, steps in ENDS.items():
        for known in (False, True):
            made = notes.attempt(steps, known=known)
            assert len(made.before) == 3
            assert made.after == made.before, (name, known)


def test_what_changed_is_known_before_it_is_undone(notes: Notes) -> None:
    for known in (False, True):
        made = notes.attempt(ENDS["PartiQL amid others"], known=known).attempt
        changed = {
            key[1]: (made.first.get(key), made.now.get(key))
            for key in made.first
            if made.first.get(key) != made.now.get(key)
        }
        assert changed == {
            b'{"pk":{"S":"a"}}': (STORED[0], None),
            b'{"pk":{"S":"z"}}': (None, {"pk": {"S": "z"}}),
        }


def test_an_error_ends_the_chain_and_is_no_refusal(notes: Notes) -> None:
    made = notes.attempt(ENDS["an error in the middle"], known=False).attempt
    assert made.refused == ()
    assert made.driven is not None
    assert made.driven.outcome.error == "ConditionalCheckFailedException"
    assert [one.ask.operation for one in made.driven.made] == ["PutItem", "DeleteItem"]


def test_a_value_that_does_not_suit_is_a_finding_at_its_step(notes: Notes) -> None:
    made = notes.attempt(ENDS["a value that does not suit, in the middle"], known=False)
    assert made.attempt.driven is None
    [found] = made.attempt.refused
    assert "needs a whole number, not 'b'" in found.message
    assert found.place is not None
    assert found.place.line == made.place + 3


def test_each_request_knows_what_those_before_it_wrote(notes: Notes) -> None:
    made = notes.attempt(ENDS["two writes of one item"], known=False).attempt
    assert made.driven is not None
    first, second = made.driven.made
    assert first.met == {}
    assert list(second.met.values()) == [{"pk": {"S": "a"}, "v": {"S": "new"}}]
