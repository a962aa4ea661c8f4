"""A run holds answers against questions and tables against the changed facts, and says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from dynaproof.cli import main
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.session import connect
from dynaproof.proof.check import check_text
from dynaproof.proof.prepared import Prepared
from dynaproof.proof.restore import Item, Key, scan_items
from dynaproof.proof.results import Call, PatternResult, RunResult
from dynaproof.proof.run import drop_tables, load_tables, prepare_items, run_patterns
from dynaproof.report.run_json import run_schema, run_to_json
from dynaproof.report.terminal import run_text

ROOMS = """\
version: 1
name: rooms
entities:
  rooms:
    count: 5
    attributes:
      id: {generate: uuid}
      title: {generate: sentence}
      is_open: {generate: boolean}
  members:
    each: {of: rooms, count: {uniform: {min: 2, max: 6}}, as: room_id}
    attributes:
      id: {generate: uuid}
      joined_at: {generate: timestamp, from: 2026-01-01, to: 2026-06-30}
tables:
  rooms:
    partition_key: pk
    sort_key: sk
    stream: new_and_old_images
    items:
      room:
        from: SELECT *, (SELECT count(*) FROM members WHERE room_id = rooms.id) AS headcount FROM rooms
        key: {pk: "ROOM#${id}", sk: ROOM}
        attributes: {title: "${title}", headcount: "${headcount}", is_open: "${is_open}"}
      member:
        from: members
        key: {pk: "ROOM#${room_id}", sk: "MEMBER#${joined_at:iso}#${id}"}
        attributes: {id: "${id}", joined_at: "${joined_at}"}
access_patterns:
"""
MEMBERS = 'partition_key: "ROOM#${room}", sort_key: {begins_with: "MEMBER#"}'
RIGHT = f"""\
  members-in-order:
    parameters: {{room: rooms.id}}
    query: {{{MEMBERS}}}
    question: SELECT id, joined_at FROM members WHERE room_id = $room ORDER BY joined_at
    expect: {{pages: 1}}
  close:
    parameters: {{room: rooms.id}}
    update:
      key: {{pk: "ROOM#${{room}}", sk: ROOM}}
      update: "SET is_open = :no"
      condition: attribute_exists(pk)
      values: {{":no": false}}
    change: UPDATE rooms SET is_open = FALSE WHERE id = $room
  empty:
    parameters: {{room: rooms.id}}
    steps:
      - get: {{key: {{pk: "ROOM#${{room}}", sk: ROOM}}}}
        as: found
      - if: attribute_exists(found) AND found.headcount > 3
        update:
          key: {{pk: "${{found.pk}}", sk: ROOM}}
          update: "SET headcount = :none"
          values: {{":none": 0}}
      - query: {{{MEMBERS}}}
        as: rows
      - if: size(rows) > 3
        for_each: rows
        delete: {{key: {{pk: "${{each.pk}}", sk: "${{each.sk}}"}}}}
    change: |
      DELETE FROM members
      WHERE room_id = $room AND (SELECT count(*) FROM members WHERE room_id = $room) > 3
  open-again:
    parameters: {{room: rooms.id}}
    steps:
      - may_fail: ConditionalCheckFailedException
        update:
          key: {{pk: "ROOM#${{room}}", sk: ROOM}}
          update: "SET is_open = :yes"
          condition: is_open = :no
          values: {{":no": false, ":yes": true}}
      - get: {{key: {{pk: "ROOM#${{room}}", sk: ROOM}}, consistent_read: true}}
    change: UPDATE rooms SET is_open = TRUE WHERE id = $room
"""
WRONG = f"""\
  newest-first:
    parameters: {{room: rooms.id}}
    query: {{{MEMBERS}}}
    question: SELECT id FROM members WHERE room_id = $room ORDER BY joined_at DESC
  members-only:
    parameters: {{room: rooms.id}}
    query: {{partition_key: "ROOM#${{room}}"}}
    question: SELECT id FROM members WHERE room_id = $room
  rename:
    parameters: {{room: rooms.id}}
    update:
      key: {{pk: "ROOM#${{room}}", sk: ROOM}}
      update: "SET title = :title"
      values: {{":title": new}}
    change: UPDATE rooms SET title = 'newer' WHERE id = $room
    expect: {{write_capacity_units: 1}}
  leave-one-behind:
    parameters: {{room: rooms.id}}
    steps:
      - query: {{{MEMBERS}, limit: 1}}
        as: rows
      - for_each: rows
        delete: {{key: {{pk: "${{each.pk}}", sk: "${{each.sk}}"}}}}
    change: DELETE FROM members WHERE room_id = $room
  join:
    parameters: {{room: rooms.id, id: {{generate: uuid}}, now: {{generate: clock}}}}
    put:
      item:
        pk: ROOM#${{room}}
        sk: MEMBER#${{now:iso}}#${{id}}
        id: ${{id}}
        joined_at: ${{now}}
    change: INSERT INTO members (room_id, id, joined_at) VALUES ($room, $id, $now)
"""
HANDLER = """\
stream_handlers:
  count-members:
    when: {event: insert, item: member}
    steps:
      - update:
          key: {pk: "${keys.pk}", sk: ROOM}
          update: "ADD headcount :one"
          values: {":one": 1}
"""
DEFINITIONS = {
    "right": ROOMS + RIGHT,
    "wrong": ROOMS + WRONG,
    "handled": ROOMS + WRONG[WRONG.index("  join:") :] + HANDLER,
}


@dataclass(frozen=True)
class Ran:
    prepared: Prepared
    endpoint: Endpoint
    result: RunResult
    before: dict[Key, Item | None]

    def of(self, name: str) -> PatternResult:
        found = self.result.pattern(name)
        assert found is not None
        return found

    def stored(self) -> dict[Key, Item | None]:
        prefix = self.endpoint.table_prefix
        tables = {prefix + one.name: one for one in self.prepared.definition.tables}
        with connect(self.endpoint) as connection:
            return scan_items(connection, tables)


@pytest.fixture(scope="module")
def runs(local_server: LocalServer) -> Iterator[dict[str, Ran]]:
    made: dict[str, Ran] = {}
    for name, text in DEFINITIONS.items():
        endpoint = Endpoint(local_server.endpoint_url, table_prefix=f"compares-{name}.")
        prepared = prepare_items(check_text(text, folder=Path()).require(), 7)
        load_tables(prepared, endpoint)
        empty = RunResult(prepared.definition, 7, "", (), (), {})
        before = Ran(prepared, endpoint, empty, {}).stored()
        made[name] = Ran(prepared, endpoint, run_patterns(prepared, endpoint, server=""), before)
    yield made
    for one in made.values():
        drop_tables(
            one.endpoint,
            [one.endpoint.table_prefix + table.name for table in one.prepared.definition.tables],
        )
        one.prepared.facts.close()


def compared(result: PatternResult) -> list[Call]:
    return [call for call in result.calls if call.compared]


def test_a_right_model_is_proved(runs: dict[str, Ran]) -> None:
    result = runs["right"].result
    assert [one.message for one in result.findings] == []
    assert {one.pattern.name: one.proof for one in result.patterns} == dict.fromkeys(
        ("members-in-order", "close", "empty", "open-again"), "proved"
    )
    assert result.exit_status == 0
    assert run_text(result).splitlines()[-1].endswith("; answers proved")


def test_steps_make_the_requests_that_their_conditions_and_lists_ask_for(
    runs: dict[str, Ran],
) -> None:
    ran = runs["right"]
    asked = set()
    for call in ran.of("empty").calls:
        room = call.parameters["room"]
        row = ran.prepared.facts.connection.execute(
            "SELECT count(*) FROM members WHERE room_id = $room", {"room": room}
        ).fetchone()
        assert row is not None
        members = row[0]
        many = members > 3
        asked.add(many)
        assert [step.operation for step in call.steps] == [
            "GetItem",
            *(["UpdateItem"] if many else []),
            "Query",
            *(["DeleteItem"] * members if many else []),
        ]
        assert call.items_returned == members
        # Every item is below 1 KB: one unit each, and one for the room.
        assert call.write_capacity_units == (members + 1 if many else 0)
    assert asked == {True, False}


def test_an_error_that_may_happen_does_not_end_the_steps(runs: dict[str, Ran]) -> None:
    calls = runs["right"].of("open-again").calls
    ends = {call.steps[0].error for call in calls}
    assert ends == {None, "ConditionalCheckFailedException"}
    for call in calls:
        assert [step.operation for step in call.steps] == ["UpdateItem", "GetItem"]
        assert call.error is None


WORDS = {
    "newest-first": ("DP804", "out of order"),
    "members-only": ("DP802", "not asked for"),
    "rename": ("DP807", "title is 'new', should be 'newer'"),
    "leave-one-behind": ("DP807", "unexpected"),
    "join": ("DP807", "headcount is"),
}


@pytest.mark.parametrize("name", WORDS)
def test_what_differs_is_a_finding_at_its_question_or_change(
    name: str, runs: dict[str, Ran]
) -> None:
    ran = runs["wrong"]
    code, words = WORDS[name]
    result = ran.of(name)
    assert (result.proof, result.verdict) == ("differs", "differs")
    [found] = result.differing
    assert found.code.value == code, found.message
    assert words in found.message, found.message
    asked = "question" if result.pattern.question else "change"
    lines = DEFINITIONS["wrong"].splitlines()
    assert found.place is not None
    assert lines[found.place.line - 1].strip().startswith(f"{asked}:")
    after = lines.index(f"  {name}:")
    assert after < found.place.line <= after + 12


def test_a_run_that_differs_says_so(runs: dict[str, Ran]) -> None:
    ran = runs["wrong"]
    assert ran.result.exit_status == 1
    text = run_text(ran.result)
    assert text.splitlines()[-1].endswith("; answers differ")
    for name in WORDS:
        assert f"\n{name} differs: largest" in text
    # The budget of rename is kept, and what it writes is wrong.
    line = next(line for line in text.splitlines() if line.startswith("rename "))
    assert line.split()[-2:] == ["held", "differs"]


def test_a_handler_does_the_rest_of_a_change(runs: dict[str, Ran]) -> None:
    ran = runs["handled"]
    assert ran.of("join").proof == "proved"
    assert ran.result.exit_status == 0


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_tables_are_as_before(name: str, runs: dict[str, Ran]) -> None:
    ran = runs[name]
    assert ran.before
    assert ran.stored() == ran.before


@pytest.mark.parametrize("name", DEFINITIONS)
def test_its_json_is_in_the_published_form(name: str, runs: dict[str, Ran]) -> None:
    document = json.loads(run_to_json(runs[name].result))
    jsonschema.Draft202012Validator(json.loads(run_schema())).validate(document)
    for pattern in document["access_patterns"]:
        result = runs[name].of(pattern["name"])
        assert [call["compared"] for call in pattern["calls"]] == [c.compared for c in result.calls]
        assert len(compared(result)) >= 2


def test_a_run_gives_an_equal_result_again(runs: dict[str, Ran]) -> None:
    for ran in runs.values():
        assert run_patterns(ran.prepared, ran.endpoint, server="") == ran.result


def test_the_command_ends_with_1_and_writes_what_differs(
    tmp_path: Path, local_server: LocalServer
) -> None:
    definition, file = tmp_path / "rooms.yaml", tmp_path / "run.json"
    definition.write_text(DEFINITIONS["wrong"], encoding="utf-8")
    at = ["--endpoint-url", local_server.endpoint_url, "--table-prefix", "compares-cli."]
    done = CliRunner().invoke(main, ["run", str(definition), "--json", str(file), *at])
    assert done.exit_code == 1
    assert "rename differs: largest" in done.stdout
    assert "DP807" in done.stdout
    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["exit_status"] == 1
    assert {one["proof"] for one in document["access_patterns"]} == {"differs"}
    quiet = CliRunner().invoke(main, ["run", str(definition), "-q", *at])
    assert (quiet.exit_code, quiet.stdout) == (1, "")
    assert "DP807" in quiet.stderr


def test_a_query_of_steps_shows_the_last_read_and_every_request(
    tmp_path: Path, local_server: LocalServer
) -> None:
    definition = tmp_path / "rooms.yaml"
    definition.write_text(DEFINITIONS["right"], encoding="utf-8")
    at = ["--endpoint-url", local_server.endpoint_url, "--table-prefix", "compares-query."]
    arguments = ["query", "open-again", "-d", str(definition), "--show", *at]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "2 requests made:" in done.stdout
    assert "  2. GetItem: 1 item" in done.stdout
    assert "request 1 of 2: UpdateItem" in done.stdout
    assert "answer = client.update_item(**request)" in done.stdout
    assert "aws dynamodb get-item" in done.stdout
    assert done.stdout.index("pk") < done.stdout.index("2 requests made:")
