"""Handlers at work on real streams: their chains, their ends, and what another delivery changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.dynamodb.connection import Connection
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import connect
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.access_pattern import StreamHandler
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import EnvironmentFault
from dynaproof.proof.drive import Touched, drive
from dynaproof.proof.flow import Bindings, Flow, FlowMaker, Outcome
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.restore import Item, Key, scan_items
from dynaproof.proof.streams.deliveries import BROKEN_OFF, IN_ORDER, OTHER_WAYS, Way
from dynaproof.proof.streams.delivery import Delivered, HandlersAtWork, broken_off

CHANGED = (*OTHER_WAYS, BROKEN_OFF)
WAYS = {way.name: way for way in CHANGED}
CHAT = """
version: 1
name: chat
entities:
  messages:
    count: 1
    attributes:
      conversation: {generate: uuid}
      position: {generate: integer, min: 1, max: 9}
      text: {generate: uuid}
tables:
  chat:
    partition_key: pk
    sort_key: sk
    stream: new_and_old_images
    items:
      message:
        from: messages
        key: {pk: "MSG#${conversation}", sk: "${position:04d}"}
        attributes: {text: "${text}"}
      preview:
        from: messages
        key: {pk: "USER", sk: "${conversation}"}
        attributes: {text: "${text}"}
stream_handlers:
"""
GUARDED = """
  refresh:
    when: {event: insert, item: message}
    steps:
      - put:
          item: {pk: USER, sk: "${key.conversation}", at: "${keys.sk}", text: "${new.text}"}
          condition: "attribute_not_exists(pk) OR #at < :at"
          names: {"#at": at}
          values: {at: "${keys.sk}"}
        may_fail: ConditionalCheckFailedException
"""
COUNTING = """
  count:
    when: {event: insert, item: message}
    steps:
      - update:
          key: {pk: USER, sk: "${key.conversation}"}
          update: "SET n = if_not_exists(n, :zero) + :one"
          values: {zero: 0, one: 1}
"""
LAST_WINS = """
  latest:
    when: {event: insert, item: message}
    steps:
      - put: {item: {pk: LAST, sk: "0", text: "${new.text}"}}
"""
ONCE_ONLY = """
  claim:
    when: {event: insert, item: message}
    steps:
      - put:
          item: {pk: CLAIM, sk: "${keys.pk}${keys.sk}"}
          condition: attribute_not_exists(pk)
"""
# Repeated, a message is announced once; broken off after its mark, it is never announced.
MARKED = """
  announce:
    when: {event: insert, item: message}
    steps:
      - get: {key: {pk: MARK, sk: "${keys.pk}${keys.sk}"}}
        as: mark
      - if: attribute_not_exists(mark)
        steps:
          - put: {item: {pk: MARK, sk: "${keys.pk}${keys.sk}"}}
          - put: {item: {pk: NEWS, sk: "${keys.pk}${keys.sk}"}}
"""
ENDLESS = """
  ping:
    when: {event: modify, item: preview}
    steps:
      - update:
          key: {pk: "${keys.pk}", sk: "${keys.sk}"}
          update: "SET n = if_not_exists(n, :zero) + :one"
          values: {zero: 0, one: 1}
"""
CHAINED = """
  first:
    when: {event: insert, item: message}
    steps:
      - put: {item: {pk: USER, sk: "${key.conversation}", text: "${new.text}"}}
  second:
    when: {item: preview}
    steps:
      - put: {item: {pk: SEEN, sk: "${keys.sk}", text: "${new.text}"}}
"""
# One conversation's messages in order, another's between them.
WRITES = [("a", "0001"), ("b", "0001"), ("a", "0002")]


class Chat:
    """The table with some handlers, and writes to it."""

    def __init__(self, definition: Definition, endpoint: Endpoint, connection: Connection) -> None:
        with Tables(endpoint) as tables:
            self.name = tables.create(definition.tables[0])
        self.tables = {self.name: definition.tables[0]}
        self.connection = connection
        self.touched = Touched(connection, self.tables)
        self.flows = FlowMaker(definition, endpoint.table_prefix)
        self.at_work = HandlersAtWork(definition, connection, endpoint.table_prefix)

    def run(self, handler: StreamHandler, bindings: Bindings) -> Outcome:
        return self.drive(self.flows.of_handler(handler, bindings))

    def break_off(self, handler: StreamHandler, bindings: Bindings) -> Outcome:
        return self.drive(broken_off(self.flows.of_handler(handler, bindings)))

    def drive(self, flow: Flow) -> Outcome:
        return drive(flow, self.connection, ParameterSet("", {}), self.touched).outcome

    def write(self, conversation: str, position: str) -> None:
        item = {
            "pk": {"S": f"MSG#{conversation}"},
            "sk": {"S": position},
            "text": {"S": f"{conversation}{position}"},
        }
        self.connection.call("PutItem", {"TableName": self.name, "Item": item})

    def contents(self) -> Mapping[Key, Item | None]:
        return scan_items(self.connection, self.tables)

    def after(self, way: Way) -> tuple[Mapping[Key, Item | None], Delivered]:
        """What the table holds when all messages were written and delivered in a way."""
        for key in self.contents():
            self.delete(key)
        self.at_work.skip_to_end()
        for write in WRITES:
            self.write(*write)
        delivered = self.at_work.deliver(self.run, way, self.break_off)
        return self.contents(), delivered

    def delete(self, key: Key) -> None:
        body = b'{"TableName":"' + self.name.encode() + b'","Key":' + key[1] + b"}"
        self.connection.send("DeleteItem", body)


@pytest.fixture
def chat(endpoint: Endpoint, request: pytest.FixtureRequest) -> Iterator[Chat]:
    """A chat with the handlers that the test names."""
    loaded = examine_text(CHAT + request.param, "chat.yaml", folder=Path())
    assert loaded.diagnostics == ()
    assert loaded.definition is not None
    with connect(endpoint) as connection:
        yield Chat(loaded.definition, endpoint, connection)


@pytest.mark.parametrize("chat", [GUARDED], indirect=True)
def test_a_guarded_handler_comes_to_the_same_in_every_way(chat: Chat) -> None:
    expected, delivered = chat.after(IN_ORDER)

    assert (len(delivered.deliveries), delivered.rounds) == (3, 1)
    previews = {
        str(item["sk"]): item["text"] for item in expected.values() if item and "at" in item
    }
    assert previews == {"{'S': 'a'}": {"S": "a0002"}, "{'S': 'b'}": {"S": "b0001"}}
    for way in CHANGED:
        found, delivered = chat.after(way)
        assert (found, delivered.differences) == (expected, []), way.name


@pytest.mark.parametrize(
    ("chat", "differing"),
    [
        (COUNTING, {"each twice", "batch again", "broken off"}),
        (LAST_WINS, {"another order"}),
        (ONCE_ONLY, set()),
        (MARKED, {"broken off"}),
    ],
    indirect=["chat"],
)
def test_an_unguarded_handler_comes_to_something_else_in_some_ways(
    chat: Chat, differing: set[str]
) -> None:
    expected, _ = chat.after(IN_ORDER)

    assert {way.name for way in CHANGED if chat.after(way)[0] != expected} == differing


@pytest.mark.parametrize("chat", [ONCE_ONLY], indirect=True)
def test_a_handler_that_fails_on_the_same_record_again_is_told(chat: Chat) -> None:
    assert chat.after(IN_ORDER)[1].differences == []

    _, delivered = chat.after(WAYS["batch again"])

    assert len(delivered.failures) == len(WRITES)
    [difference] = delivered.differences
    assert difference.code is Code.HANDLER_REPEATED
    assert "'claim' fails the second time it gets the insert of pk 'MSG#a', sk '0001'" in (
        difference.summary
    )
    assert "ConditionalCheckFailedException" in difference.summary


@pytest.mark.parametrize("chat", [ONCE_ONLY], indirect=True)
def test_a_handler_that_fails_at_once_is_told(chat: Chat) -> None:
    chat.after(IN_ORDER)
    for key in chat.contents():
        if b"MSG#" in key[1] and b"CLAIM" not in key[1]:
            chat.delete(key)
    chat.at_work.skip_to_end()
    chat.write("a", "0001")

    [difference] = chat.at_work.deliver(chat.run).differences

    assert difference.code is Code.HANDLER_FAILED


@pytest.mark.parametrize("chat", [ENDLESS], indirect=True)
def test_a_handler_that_sets_itself_off_is_stopped_and_named(chat: Chat) -> None:
    for text in "xy":
        item = {"pk": {"S": "USER"}, "sk": {"S": "a"}, "text": {"S": text}}
        chat.connection.call("PutItem", {"TableName": chat.name, "Item": item})

    delivered = chat.at_work.deliver(chat.run)

    assert delivered.endless == ("ping",)
    [difference] = delivered.differences
    assert difference.code is Code.HANDLER_ENDLESS
    assert "'ping' keeps setting off" in difference.summary


@pytest.mark.parametrize("chat", [CHAINED], indirect=True)
def test_records_that_handlers_set_off_are_handled_too(chat: Chat) -> None:
    chat.write("a", "0001")

    delivered = chat.at_work.deliver(chat.run)

    assert [one.handler.name for one in delivered.deliveries] == ["first", "second"]
    assert delivered.rounds == 2
    assert delivered.endless == ()
    assert chat.at_work.read_new() == []


@pytest.mark.parametrize("chat", [CHAINED], indirect=True)
def test_what_handlers_wrote_is_put_back_and_that_sets_off_nothing(chat: Chat) -> None:
    chat.write("a", "0001")
    before = chat.contents()
    chat.at_work.deliver(chat.run)
    assert chat.contents() != before

    chat.touched.undo()
    chat.at_work.skip_to_end()

    assert chat.contents() == before
    assert chat.at_work.deliver(chat.run).deliveries == ()


def test_a_stored_table_without_a_stream_is_a_fault(endpoint: Endpoint) -> None:
    loaded = examine_text(CHAT + LAST_WINS, "chat.yaml", folder=Path())
    still = examine_text(
        CHAT.replace("    stream: new_and_old_images\n", "").replace("stream_handlers:\n", ""),
        "chat.yaml",
        folder=Path(),
    )
    assert loaded.definition is not None
    assert still.definition is not None
    with Tables(endpoint) as tables, connect(endpoint) as connection:
        tables.create(still.definition.tables[0])
        with pytest.raises(EnvironmentFault, match="is switched off"):
            HandlersAtWork(loaded.definition, connection, endpoint.table_prefix)
