"""A story can be read by anybody, piped or not: rows, call, answer, cause."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.definition.load import examine_text
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.proof.attempt import Attempt
from dynaproof.proof.comparison import Compared
from dynaproof.proof.differences import Difference, RowFault
from dynaproof.proof.drive import Driven, Made
from dynaproof.proof.execute import Answered
from dynaproof.proof.flow import Ask, Outcome
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.results import Call
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.proof.search.scene import Tried
from dynaproof.report.small_tables import small_table
from dynaproof.report.story import story_json, story_text
from dynaproof.report.story_requests import request_lines
from dynaproof.report.story_values import StoryValues

DEFINITION = """
version: 1
name: shelf
entities:
  notes:
    count: 5
    attributes:
      uuid: {generate: uuid}
      book: {generate: word}
      body: {generate: sentence}
tables:
  notes:
    partition_key: pk
    sort_key: sk
    items:
      note:
        from: notes
        key: {pk: "BOOK#${book}", sk: "${uuid}"}
        attributes: {body: "${body}"}
access_patterns:
  notes-of-book:
    parameters: {book: notes.book}
    query: {partition_key: "BOOK#${book}", limit: 1}
    question: SELECT body FROM notes WHERE book = $book
  write-note:
    parameters: {book: notes.book, body: {generate: sentence}}
    put: {item: {pk: "BOOK#${book}", sk: "0", body: "${body}"}}
    change: INSERT INTO notes VALUES ('0', $book, $body)
"""
UUIDS = ("00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002")
STEERING = "a\x1b[31mb\u202e"


@pytest.fixture(scope="module")
def definition() -> Definition:
    loaded = examine_text(DEFINITION, "shelf.yaml", folder=Path())
    assert loaded.definition is not None
    return loaded.definition


def note(uuid: str, body: str = "x") -> dict[str, object]:
    return {"uuid": uuid, "book": "b", "body": body}


def call(definition: Definition, name: str, *items: dict[str, object], **given: object) -> Tried:
    pattern = definition.access_pattern(name)
    assert pattern is not None
    parameters = ParameterSet("set 1", given)
    arguments: dict[str, object] = {
        "TableName": "p-notes",
        "KeyConditionExpression": "#p = :p",
        "ExpressionAttributeNames": {"#p": "pk"},
        "ExpressionAttributeValues": {":p": {"S": "BOOK#b"}},
        "Limit": 1,
        "ScanIndexForward": False,
    }
    ask = Ask("Query", arguments, True, ("access_patterns", name))
    answered = Answered(Call("set 1", {}, arguments, 1, len(items), 1, (), True), items)
    driven = Driven((Made(ask, answered, {}),), Outcome(read=answered))
    return Tried(pattern, Attempt(parameters, driven), Compared(True))


def missing_row(definition: Definition, *, body: str = "y") -> Counterexample:
    asked: tuple[dict[str, object], ...] = ({"body": {"S": "x"}}, {"body": {"S": body}})
    fault = RowFault("missing", asked[1], None)
    difference = Difference(
        Code.ROWS_MISSING, "1 of 2 rows is missing: it is ...", (fault,), 1, 2, 1
    )
    item: dict[str, object] = {"pk": {"S": "BOOK#b"}, "sk": {"S": UUIDS[0]}, "body": {"S": "x"}}
    facts = FactSet("a few rows", {"notes": (note(UUIDS[0]), note(UUIDS[1], body))})
    tried = call(definition, "notes-of-book", item, book="b")
    return Counterexample(
        facts, difference, tried, Code.PAGE_NOT_FOLLOWED, f"It ends at {UUIDS[0]}.", 9, asked
    )


def section(text: str, title: str) -> list[str]:
    lines = text.splitlines()
    start = lines.index(f"  {title}") + 1
    end = next((n for n in range(start, len(lines)) if not lines[n]), len(lines))
    return [line.strip() for line in lines[start:end]]


def test_a_story_goes_from_rows_to_call_to_answer_to_cause(definition: Definition) -> None:
    text = story_text(missing_row(definition), definition)
    assert text.splitlines()[0] == "DP824  notes-of-book: 1 of 2 rows is missing"
    assert section(text, "These rows")[1].split() == ["uuid", "body", "book"]
    assert section(text, "These rows")[2].split() == ["..0001", "x", "b"]
    assert section(text, "This call") == [
        "notes-of-book with book = 'b'",
        "Query notes: pk = 'BOOK#b', limit 1, backwards",
    ]
    assert section(text, "Answered")[1].split() == ["x", "BOOK#b", "..0001"]
    assert section(text, "Should have answered")[2].split() == ["missing", "y"]
    assert section(text, "Likely cause") == ["It ends at ..0001."]
    titles = ("These rows", "This call", "Answered", "Should have answered", "Likely cause")
    places = [text.index(f"\n  {title}\n") for title in titles]
    assert places == sorted(places)


def test_items_at_fault_say_what_they_should_be_and_are(definition: Definition) -> None:
    stale = RowFault(
        "wrong value",
        {"pk": {"S": "BOOK#b"}, "sk": {"S": "0"}, "body": {"S": "new"}},
        {"pk": {"S": "BOOK#b"}, "sk": {"S": "0"}},
        ("body",),
        table="notes",
    )
    difference = Difference(Code.ITEM_STALE, "1 item is stale: notes ...", (stale,), 3)
    tried = call(definition, "write-note", book="b", body="new")
    one = Counterexample(FactSet("", {}), difference, tried, Code.ITEM_STALE)
    found = section(story_text(one, definition), "The items")
    assert found[0] == "notes: pk 'BOOK#b', sk '0' is wrong"
    assert found[1].split() == ["should", "be", "is"]
    assert found[2].split() == ["body", "new", "-"]
    assert found[3] == "and 2 more items"


def test_facts_that_cannot_be_stored_have_no_call(definition: Definition) -> None:
    fault = RowFault("missing", {"pk": {"S": "a"}, "sk": {"S": "b"}}, None, ("pk",), table="notes")
    difference = Difference(Code.KEY_COLLISION, "2 items have one key: a b", (fault,), 1)
    one = Counterexample(FactSet("", {}), difference, None, Code.KEY_COLLISION)
    text = story_text(one, definition)
    assert text.startswith("DP821  the tables: 2 items have one key\n")
    assert section(text, "The items")[0] == "notes: pk 'a', sk 'b' would overwrite another"
    assert "This call" not in text


@given(st.lists(st.text(max_size=300), min_size=1, max_size=20), st.integers(40, 130))
def test_no_line_is_too_wide_and_nothing_steers_the_terminal(bodies: list[str], width: int) -> None:
    loaded = examine_text(DEFINITION, "shelf.yaml", folder=Path()).definition
    assert loaded is not None
    one = missing_row(loaded, body=bodies[0])
    rows = tuple(note(UUIDS[n % 2], body) for n, body in enumerate(bodies))
    one = dataclasses.replace(one, facts=FactSet("", {"notes": rows}), because=STEERING)
    text = story_text(one, loaded, width)
    assert all(len(line) <= 100 for line in text.splitlines())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)


def test_a_long_text_is_cut_and_its_length_told(definition: Definition) -> None:
    text = story_text(missing_row(definition, body="w" * 1_100), definition)
    assert "www... (1,100 characters)" in text
    assert "w" * 41 not in text


def test_json_holds_everything_and_is_json(definition: Definition) -> None:
    one = missing_row(definition, body="w" * 1_100)
    found = json.loads(json.dumps(story_json(one)))
    assert found["facts"]["notes"][1] == note(UUIDS[1], "w" * 1_100)
    assert found["parameters"] == {"book": "b"}
    assert found["requests"][0]["arguments"]["Limit"] == 1
    assert found["asked"][0] == {"body": {"S": "x"}}
    assert (found["code"], found["difference"]["code"]) == ("DP824", "DP801")


def endings(*uuids: str) -> list[str]:
    values = StoryValues(uuids)
    return [values.cell(uuid) for uuid in uuids]


HEAD = "1111111{}-0000-4000-8000-00000000000{}"
UUID_CASES: tuple[tuple[Iterable[str], list[str]], ...] = (
    (UUIDS, ["..0001", "..0002"]),
    ((HEAD.format(1, 2), HEAD.format(2, 1)), ["11111111..0002", "11111112..0001"]),
    (
        ("00000000-0000-4000-8000-000010001234", "00000000-0000-4000-8000-000020001234"),
        ["..10001234", "..20001234"],
    ),
)


@pytest.mark.parametrize(("uuids", "shown"), UUID_CASES)
def test_uuids_are_shortened_and_still_told_apart(uuids: Iterable[str], shown: list[str]) -> None:
    assert endings(*uuids) == shown


VALUES: tuple[tuple[object, str], ...] = (
    (None, "-"),
    ("", "''"),
    ("12", "'12'"),
    (" a", "' a'"),
    ("true", "'true'"),
    (True, "true"),
    (Decimal("1.50"), "1.50"),
    (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05"),
    (datetime(2026, 1, 2, 3, 4, 5, 60), "2026-01-02T03:04:05.000060"),
    (f"K#{UUIDS[0]}", "K#..0001"),
    ([1, "a"], "[1, a]"),
)


@pytest.mark.parametrize(("value", "shown"), VALUES)
def test_values_look_like_what_they_are(value: object, shown: str) -> None:
    assert StoryValues([value, *UUIDS]).cell(value) == shown


def test_one_sign_in_two_spellings_does_not_look_the_same() -> None:
    values = StoryValues([])
    assert values.cell("\u00e9") == "\u00e9"
    assert values.cell("e\u0301") == r"e\u0301"
    assert values.said("e\u0301") == r"'e\u0301'"


def test_a_statement_names_tables_as_the_definition_does_and_has_its_parameters() -> None:
    statement = """UPDATE "prove-jobs" SET "done" = true, note = 'why?' WHERE pk = ? AND sk = ?"""
    arguments = {"Statement": statement, "Parameters": [{"S": "JOB#1"}, {"N": "2"}]}

    told = request_lines("ExecuteStatement", arguments, ["jobs"], StoryValues([]))
    filled = """UPDATE "jobs" SET "done" = true, note = 'why?' WHERE pk = 'JOB#1' AND sk = 2"""
    assert told == [f"ExecuteStatement: {filled}"]
    several = {
        "TransactStatements": [arguments, {"Statement": 'SELECT * FROM "prove-jobs"."by-x"'}]
    }
    told = request_lines("ExecuteTransaction", several, ["jobs"], StoryValues([]))
    assert told[1] == 'ExecuteTransaction: SELECT * FROM "jobs"."by-x"'
    assert len(told) == 2


def test_columns_and_rows_without_room_are_named() -> None:
    lines = small_table(("a", "bb", "c"), [("1", "2" * 9, "3")] * 20, width=14)
    assert lines[0] == "a  bb"
    assert lines[1] == "1  222222222"
    assert lines[-2:] == ["... and 10 more rows", "(not shown: c)"]
