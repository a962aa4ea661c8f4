"""Calls at once on the real server: what is lost, what a late index does, and what holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.tables import Tables
from dynaproof.facts.database import Facts
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import FactSet, Rows
from dynaproof.model.codes import Code
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.races.finding import RaceCount, find_races
from dynaproof.proof.races.race import Race
from dynaproof.proof.restore import scan_items
from dynaproof.proof.search.parameter_choice import hard_parameter_sets
from dynaproof.proof.search.scene import Scene

PATTERNS = Path(__file__).parents[2] / "patterns"
TIME_ENOUGH = 600.0
CHAT: Rows = {
    "users": (
        {"uuid": "u1", "handle": "ann", "display_name": "Ann"},
        {"uuid": "u2", "handle": "bob", "display_name": "Bob"},
    ),
    "conversations": ({"uuid": "c1"},),
    "members": (
        {"conversation_uuid": "c1", "user_uuid": "u1"},
        {"conversation_uuid": "c1", "user_uuid": "u2"},
    ),
    "messages": (
        {
            "conversation_uuid": "c1",
            "uuid": "m1",
            "sender_uuid": "u1",
            "body": "hello",
            "sent_at": datetime(2026, 1, 1),
        },
    ),
}
SHOP = """
version: 1
name: shop
entities:
  products:
    count: 3
    attributes:
      sku:   {{generate: code, pattern: "P-#####", unique: true}}
      stock: {{generate: integer, min: 0, max: 500}}
tables:
  shop:
    partition_key: pk
    items:
      product:
        from: products
        key: {{pk: "${{sku}}"}}
        attributes: {{stock: "${{stock}}"}}
access_patterns:
  deliver:
    parameters: {{sku: products.sku}}
{request}
    change: UPDATE products SET stock = stock + 10 WHERE sku = $sku
"""
PRODUCT: Rows = {"products": ({"sku": "P-00001", "stock": 5},)}
READ_THEN_SET = """
    steps:
      - get: {key: {pk: "${sku}"}, consistent_read: true}
        as: found
      - update:
          key: {pk: "${sku}"}
          update: SET stock = :found + :ten
          values: {found: "${found.stock}", ten: 10}
"""
UNDER_A_CONDITION = """
    steps:
      - get: {key: {pk: "${sku}"}, consistent_read: true}
        as: found
      - update:
          key: {pk: "${sku}"}
          update: SET stock = :found + :ten
          condition: stock = :found
          values: {found: "${found.stock}", ten: 10}
"""
REFUSED_QUIETLY = UNDER_A_CONDITION + "        may_fail: ConditionalCheckFailedException\n"
ADD = """
    update:
      key: {pk: "${sku}"}
      update: ADD stock :ten
      values: {ten: 10}
"""
ACCOUNTS = """
version: 1
name: accounts
entities:
  accounts:
    count: 5
    attributes:
      uuid:  {{generate: uuid}}
      email: {{generate: email, unique: true}}
tables:
  accounts:
    partition_key: pk
{rest}
    change: >
      INSERT INTO accounts (uuid, email)
      SELECT $account, $email WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE email = $email)
"""
ACCOUNT: Rows = {"accounts": ({"uuid": "a1", "email": "ann@example.com"},)}
BY_INDEX = """
    global_secondary_indexes:
      by-email: {partition_key: email, projection: keys_only}
    items:
      account: {from: accounts, key: {pk: "ACCOUNT#${uuid}"}, attributes: {email: "${email}"}}
access_patterns:
  register:
    parameters: {account: {generate: uuid}, email: {generate: email}}
    steps:
      - query: {index: by-email, partition_key: "${email}"}
        as: others
      - if: size(others) = 0
        put: {item: {pk: "ACCOUNT#${account}", email: "${email}"}}
"""
BY_GUARD = """
    items:
      account: {from: accounts, key: {pk: "ACCOUNT#${uuid}"}, attributes: {email: "${email}"}}
      guard: {from: accounts, key: {pk: "EMAIL#${email}"}, attributes: {account: "${uuid}"}}
access_patterns:
  register:
    parameters: {account: {generate: uuid}, email: {generate: email}}
    transact_write:
      - put: {item: {pk: "ACCOUNT#${account}", email: "${email}"}}
      - put:
          item: {pk: "EMAIL#${email}", account: "${account}"}
          condition: attribute_not_exists(pk)
"""


@contextmanager
def staged(text: str, rows: Rows, endpoint: Endpoint) -> Iterator[tuple[Scene, FactSet, Domain]]:
    """A definition's tables, holding the items of some facts."""
    loaded = examine_text(text, "races.yaml", folder=PATTERNS)
    definition = loaded.definition
    assert definition is not None, loaded.diagnostics
    with Tables(endpoint) as tables:
        for table in definition.tables:
            tables.create(table, protect=False, expire=False)
    facts = FactSet("a few rows", rows)
    folder = str(PATTERNS)
    with Facts.declare(definition.entities, folder=folder, places=definition.source) as stored:
        domain = Domain.of(definition, stored)
        with Scene(definition, stored, endpoint) as scene:
            expected = scene.stage(facts)
            assert (expected.collisions, expected.faults) == ((), ())
            yield scene, facts, domain


def races(
    text: str, rows: Rows, endpoint: Endpoint, counted: RaceCount | None = None
) -> list[Race]:
    with staged(text, rows, endpoint) as (scene, facts, domain):

        def choose(pattern: object) -> list[ParameterSet]:
            found = [one for one in scene.definition.access_patterns if one == pattern]
            return hard_parameter_sets(found[0], scene.facts, facts, 1)

        before = scan_items(scene.connection, scene.tables)
        found = list(
            find_races(
                scene,
                facts,
                domain,
                scene.definition.access_patterns,
                choose,
                seed=1,
                seconds=TIME_ENOUGH,
                counted=counted,
            )
        )
        # Whatever was tried, the tables are as they were.
        assert scan_items(scene.connection, scene.tables) == before
        return found


def of_patterns(found: list[Race], *names: str) -> Mapping[Code, Race]:
    return {
        race.code: race
        for race in found
        if tuple(call.pattern.name for call in race.calls) == names
    }


def test_previews_that_are_deleted_and_put_fail_in_two_ways(endpoint: Endpoint) -> None:
    found = races((PATTERNS / "cruddur.yaml").read_text(), CHAT, endpoint)
    sending = of_patterns(found, "send-message", "send-message")

    # An index that lags behind: the older previews of both members stay beside the new ones.
    late = sending[Code.STALE_INDEX]
    unexpected = [str(fault.found["pk"]) for fault in late.difference.faults if fault.found]
    assert sorted(unexpected) == ["{'S': 'GRP#u1'}", "{'S': 'GRP#u2'}"]
    [stale] = [line for line in late.story if "answered from before" in line]
    assert stale.startswith("refresh-previews (of send-message 2): Query message-group-sk-index")
    assert "refresh-previews (of send-message 1)" in stale

    # Messages that overtake each other: the previews are set back to the older one.
    overtaken = sending[Code.LOST_UPDATE]
    writes = [line for line in overtaken.story if line.startswith("send-message")]
    assert [line.partition(":")[0] for line in writes] == ["send-message 2", "send-message 1"]
    assert not any(turn.stale for turn in overtaken.schedule)


def test_previews_under_a_condition_hold(endpoint: Endpoint) -> None:
    counted = RaceCount()

    assert races((PATTERNS / "cruddur-fixed.yaml").read_text(), CHAT, endpoint, counted) == []
    assert counted.met["send-message", "send-message"] > 0
    assert not counted.stopped


@pytest.mark.parametrize("request_text", [ADD, UNDER_A_CONDITION, REFUSED_QUIETLY])
def test_a_counter_that_dynamodb_counts_or_checks_holds(
    endpoint: Endpoint, request_text: str
) -> None:
    counted = RaceCount()

    assert races(SHOP.format(request=request_text), PRODUCT, endpoint, counted) == []
    assert counted.met == {("deliver", "deliver"): 1}


def test_a_counter_that_is_read_and_set_loses_one_of_two(endpoint: Endpoint) -> None:
    [race] = races(SHOP.format(request=READ_THEN_SET), PRODUCT, endpoint)

    assert race.code is Code.LOST_UPDATE
    [fault] = race.difference.faults
    assert fault.found is not None
    assert fault.expected is not None
    assert (fault.found["stock"], fault.expected["stock"]) == ({"N": "15"}, {"N": "25"})
    # The simplest schedule that fails: both read, both write.
    assert [turn.ask.operation for turn in race.schedule] == ["GetItem"] * 2 + ["UpdateItem"] * 2


def test_uniqueness_looked_up_in_an_index_fails_late_and_at_once(endpoint: Endpoint) -> None:
    found = of_patterns(
        races(ACCOUNTS.format(rest=BY_INDEX), ACCOUNT, endpoint), "register", "register"
    )

    assert set(found) == {Code.STALE_INDEX, Code.RACE}
    late = found[Code.STALE_INDEX]
    assert [turn.name for turn in late.schedule] == ["register 1"] * 2 + ["register 2"] * 2
    assert [bool(turn.stale) for turn in late.schedule] == [False, False, True, False]
    assert not any(turn.stale for turn in found[Code.RACE].schedule)


def test_uniqueness_by_a_guard_in_a_transaction_holds(endpoint: Endpoint) -> None:
    counted = RaceCount()

    assert races(ACCOUNTS.format(rest=BY_GUARD), ACCOUNT, endpoint, counted) == []
    assert counted.met["register", "register"] > 1


def test_the_same_races_are_found_each_time(endpoint: Endpoint) -> None:
    text = ACCOUNTS.format(rest=BY_INDEX)
    with staged(text, ACCOUNT, endpoint) as (scene, facts, domain):
        [pattern] = scene.definition.access_patterns
        stories = [
            [
                race.story
                for race in find_races(
                    scene,
                    facts,
                    domain,
                    [pattern],
                    lambda one: hard_parameter_sets(one, scene.facts, facts, 1),
                    seed=1,
                    seconds=TIME_ENOUGH,
                )
            ]
            for _ in range(2)
        ]

    assert stories[0] == stories[1] != []


def test_a_search_whose_time_is_over_says_so_and_puts_everything_back(endpoint: Endpoint) -> None:
    ticks = iter(range(10_000))
    counted = RaceCount()
    with staged(ACCOUNTS.format(rest=BY_INDEX), ACCOUNT, endpoint) as (scene, facts, domain):
        before = scan_items(scene.connection, scene.tables)
        list(
            find_races(
                scene,
                facts,
                domain,
                scene.definition.access_patterns,
                lambda one: hard_parameter_sets(one, scene.facts, facts, 1),
                seed=1,
                seconds=3,
                counted=counted,
                clock=lambda: float(next(ticks)),
            )
        )

        assert counted.stopped
        assert scan_items(scene.connection, scene.tables) == before
