"""The likely cause of a wrong answer, or of drift, told from others on the real server."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.tables import Tables
from dynaproof.facts.database import Facts
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.model.codes import Code
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.search.case_file import read_cases, try_case
from dynaproof.proof.search.cause import likely_cause
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.proof.search.scene import Scene, Tried
from dynaproof.proof.search.unstorable import because_unstorable
from dynaproof.report.case_files import save_case

DEFINITION = """
version: 1
name: notes
entities:
  books:
    count: 9
    attributes:
      name: {generate: word}
      colour: {generate: word}
  notes:
    count: 200
    attributes:
      book: {generate: word}
      number: {generate: integer, min: -99, max: 99999}
      title: {generate: sentence}
      written: {generate: timestamp, from: 2026-01-01, to: 2026-12-31}
      status: {generate: choice, values: [open, closed]}
      due: {generate: integer, min: 1, max: 9, null: 0.5}
tables:
  notes:
    partition_key: pk
    sort_key: sk
    global_secondary_indexes:
      by-number: {partition_key: pk, sort_key: {name: number, type: N}}
      by-due: {partition_key: pk, sort_key: {name: due, type: N}, projection: keys_only}
      by-time: {partition_key: pk, sort_key: day}
    items:
      note:
        from: "SELECT n.*, CAST(number AS VARCHAR) AS digits, b.colour FROM notes n LEFT JOIN books b ON b.name = n.book"
        key: {pk: "N#${book}", sk: "N${number}#${title}"}
        attributes:
          number: ${number}
          digits: ${digits}
          title: ${title}
          status: ${status}
          due: ${due}
          colour: ${colour}
          day: "${written:%d.%m.%Y}"
      book:
        from: books
        key: {pk: "B#${name}", sk: BOOK}
        attributes: {colour: "${colour}"}
      used:
        from: SELECT DISTINCT b.name FROM books b JOIN notes n ON n.book = b.name
        key: {pk: "U#${name}", sk: USED}
        attributes: {used: "${name}"}
access_patterns:
  right:
    parameters: {book: notes.book}
    query: {index: by-number, partition_key: "N#${book}"}
    question: SELECT title, due FROM notes WHERE book = $book ORDER BY number
  two-of-all:
    parameters: {book: notes.book}
    query: {partition_key: "N#${book}", limit: 2}
    question: SELECT title FROM notes WHERE book = $book
  count-of-two:
    parameters: {book: notes.book}
    query: {partition_key: "N#${book}", limit: 2, select: count}
    question: SELECT count(*) FROM notes WHERE book = $book
  two-open:
    parameters: {book: notes.book}
    query:
      {index: by-number, partition_key: "N#${book}", limit: 2, filter: "#s = :s", names: {"#s": status}, values: {s: open}}
    question: >
      SELECT title FROM notes WHERE book = $book AND status = 'open' ORDER BY number LIMIT 2
  of-number:
    parameters: {book: notes.book, number: notes.number}
    query: {partition_key: "N#${book}", sort_key: {begins_with: "N${number}"}}
    question: SELECT title FROM notes WHERE book = $book AND number = $number
  of-title:
    parameters: {book: notes.book, number: notes.number, title: notes.title}
    query: {partition_key: "N#${book}", sort_key: {begins_with: "N${number}#${title}"}}
    question: SELECT title FROM notes WHERE book = $book AND number = $number AND title = $title
  in-order:
    parameters: {book: notes.book}
    query: {partition_key: "N#${book}"}
    question: SELECT title FROM notes WHERE book = $book ORDER BY number
  highest:
    parameters: {book: notes.book}
    query: {partition_key: "N#${book}", scan_index_forward: false, limit: 1}
    question: SELECT title FROM notes WHERE book = $book ORDER BY number DESC LIMIT 1
  below:
    parameters: {book: notes.book, most: notes.number}
    query: {partition_key: "N#${book}", sort_key: {lt: "N${most}"}}
    question: SELECT title FROM notes WHERE book = $book AND number < $most
  many:
    parameters: {book: notes.book}
    query: {partition_key: "N#${book}", filter: "digits > :d", values: {d: "10"}}
    question: SELECT title FROM notes WHERE book = $book AND number > 10
  by-day:
    parameters: {book: notes.book}
    query: {index: by-time, partition_key: "N#${book}"}
    question: SELECT title FROM notes WHERE book = $book ORDER BY written
  highest-first:
    parameters: {book: notes.book}
    query: {index: by-number, partition_key: "N#${book}"}
    question: SELECT title FROM notes WHERE book = $book ORDER BY number DESC
  above:
    parameters: {book: notes.book, least: notes.number}
    query: {index: by-number, partition_key: "N#${book}", sort_key: {ge: "${least}"}}
    question: SELECT title FROM notes WHERE book = $book AND number > $least
  after:
    parameters: {book: notes.book, number: notes.number}
    query: {partition_key: "N#${book}", sort_key: {gt: "N${number}"}}
    question: SELECT title FROM notes WHERE book = $book AND number > $number
  up-to:
    parameters: {book: notes.book, number: notes.number}
    query: {partition_key: "N#${book}", sort_key: {between: ["N0", "N${number}"]}}
    question: SELECT title FROM notes WHERE book = $book AND number <= $number
  two-titles:
    parameters: {book: notes.book, number: notes.number, one: notes.title, other: notes.title}
    batch_get:
      keys:
        - {pk: "N#${book}", sk: "N${number}#${one}"}
        - {pk: "N#${book}", sk: "N${number}#${other}"}
    question: >
      SELECT title FROM notes WHERE book = $book AND number = $number AND title IN ($one, $other)
  book-by-name:
    parameters: {book: books.name}
    get: {key: {pk: "B#${book}", sk: BOOK}}
    question: SELECT colour FROM books WHERE lower(name) = lower($book)
  book-of-sign:
    parameters: {book: books.name}
    get: {key: {pk: "B#${book}", sk: BOOK}}
    question: SELECT colour FROM books WHERE nfc_normalize(name) = nfc_normalize($book)
  used-name:
    parameters: {book: books.name}
    get: {key: {pk: "U#${book}", sk: USED}}
    question: SELECT name AS used FROM books WHERE name = $book
  of-the-nineties:
    parameters: {book: notes.book}
    query: {partition_key: "N#${book}", sort_key: {begins_with: "N9"}}
    question: SELECT title FROM notes WHERE book = $book
  with-due:
    parameters: {book: notes.book}
    query: {index: by-due, partition_key: "N#${book}"}
    question: SELECT 'N#' || book AS pk FROM notes WHERE book = $book
  titles-by-due:
    parameters: {book: notes.book}
    query: {index: by-due, partition_key: "N#${book}"}
    question: SELECT title, due FROM notes WHERE book = $book AND due IS NOT NULL ORDER BY due
  due-later:
    parameters: {book: notes.book, due: notes.due}
    query: {partition_key: "N#${book}", filter: "due <> :due", values: {due: "${due}"}}
    question: SELECT title FROM notes WHERE book = $book AND due <> $due
  whatever-case:
    parameters: {book: notes.book}
    query: {partition_key: "N#${book}"}
    question: SELECT title FROM notes WHERE lower(book) = lower($book)
  of-status:
    parameters: {book: notes.book, status: notes.status}
    query: {partition_key: "N#${book}"}
    question: SELECT title FROM notes WHERE book = $book AND status = $status
  titles-only:
    parameters: {book: notes.book}
    query: {partition_key: "N#${book}", project: title}
    question: SELECT title, status FROM notes WHERE book = $book
  in-steps:
    parameters: {book: notes.book}
    steps:
      - query: {partition_key: "N#${book}", limit: 1}
        as: rows
      - for_each: rows
        get: {key: {pk: "${each.pk}", sk: "${each.sk}"}}
        as: found
      - query: {partition_key: "N#${book}", limit: 1}
    question: SELECT title FROM notes WHERE book = $book
  paint:
    parameters: {book: books.name, colour: {generate: word}}
    update: {key: {pk: "B#${book}", sk: BOOK}, update: "SET colour = :c", values: {c: "${colour}"}}
    change: UPDATE books SET colour = $colour WHERE name = $book
  drop-book:
    parameters: {book: books.name}
    delete: {key: {pk: "B#${book}", sk: BOOK}}
    change: >
      DELETE FROM books WHERE name = $book; DELETE FROM notes WHERE book = $book
  renumber:
    parameters: {book: notes.book, title: notes.title, now: notes.number, then: {generate: integer}}
    update: {key: {pk: "N#${book}", sk: "N${now}#${title}"}, update: "SET #n = :n", names: {"#n": number}, values: {n: "${then}"}}
    change: UPDATE notes SET number = $then WHERE book = $book AND number = $now AND title = $title
  put-book:
    parameters: {book: {generate: word}, colour: {generate: word}}
    put: {item: {pk: "B#${book}", sk: BOOK}}
    change: INSERT INTO books SELECT $book, $colour
  take-name:
    parameters: {book: {generate: word}, colour: {generate: word}}
    put: {item: {pk: "B#${book}", sk: BOOK, colour: "${colour}"}}
    change: >
      INSERT INTO books SELECT $book, $colour WHERE NOT EXISTS (FROM books WHERE name = $book)
  paint-nothing:
    parameters: {book: {generate: word}, colour: {generate: word}}
    update: {key: {pk: "B#${book}", sk: BOOK}, update: "SET colour = :c", values: {c: "${colour}"}}
    change: UPDATE books SET colour = $colour WHERE name = $book
  half-done:
    parameters: {book: {generate: word}, other: books.name}
    steps:
      - put: {item: {pk: "B#${book}", sk: BOOK}}
      - put: {item: {pk: "B#${other}", sk: BOOK}, condition: attribute_not_exists(pk)}
    change: INSERT INTO books SELECT $book, NULL
"""
NEW_YEAR = datetime(2026, 1, 1)


def note(number: int, title: str = "a", book: str = "b", **given: object) -> dict[str, object]:
    rest = {"written": NEW_YEAR, "status": "open", "due": 1}
    return {"book": book, "number": number, "title": title, **rest, **given}


NINE_AND_TEN = (note(9), note(10, "t"))
RIGHT = "right"
# Access pattern, notes, other parameters than the book, the code, and words of the cause.
READS: tuple[tuple[str, tuple[dict[str, object], ...], dict[str, object], Code, str], ...] = (
    ("two-of-all", (note(1), note(2), note(3)), {}, Code.PAGE_NOT_FOLLOWED, "limit of 2 items"),
    ("count-of-two", (note(1), note(2), note(3)), {}, Code.PAGE_NOT_FOLLOWED, "LastEvaluatedKey"),
    (
        "two-open",
        (note(1, status="closed"), note(2, "t"), note(3, "z")),
        {},
        Code.FILTER_AFTER_LIMIT,
        "filters then",
    ),
    ("of-number", (note(1), note(10, "t")), {"number": 1}, Code.PREFIX_MATCH, "'number' goes on"),
    (
        "of-title",
        (note(1, "an"), note(1, "anna")),
        {"number": 1, "title": "an"},
        Code.PREFIX_MATCH,
        "'title' goes on to 'anna'",
    ),
    ("in-order", NINE_AND_TEN, {}, Code.TEXT_ORDER, "'10' comes before '9'"),
    ("in-order", (note(-1), note(-2, "t")), {}, Code.TEXT_ORDER, "'number' is"),
    ("highest", NINE_AND_TEN, {}, Code.TEXT_ORDER, "ordered as text"),
    ("below", NINE_AND_TEN, {"most": 10}, Code.TEXT_ORDER, "ordered as text"),
    ("many", (note(9), note(11, "t")), {}, Code.TEXT_ORDER, "letter by letter"),
    (
        "by-day",
        (note(1, written=datetime(2026, 2, 1)), note(2, "t", written=datetime(2026, 1, 15))),
        {},
        Code.TEXT_ORDER,
        "from the year on",
    ),
    ("highest-first", NINE_AND_TEN, {}, Code.WRONG_ORDER, "scan_index_forward: false"),
    ("above", NINE_AND_TEN, {"least": 9}, Code.ROWS_EXTRA, "takes the bound itself"),
    ("after", (note(9),), {"number": 9}, Code.ROWS_EXTRA, "'N9#a' goes on behind it"),
    ("up-to", (note(9),), {"number": 9}, Code.ROWS_MISSING, "goes on behind the bound"),
    (
        "two-titles",
        (note(1),),
        {"number": 1, "one": "a", "other": "a"},
        Code.NOT_ACCEPTED,
        "Two keys of the batch are the same",
    ),
    ("of-the-nineties", NINE_AND_TEN, {}, Code.ROWS_MISSING, "the same for every call"),
    ("with-due", (note(1), note(2, due=None)), {}, Code.ROWS_MISSING, "no item without 'due'"),
    ("titles-by-due", (note(1),), {}, Code.WRONG_VALUE, "'by-due' does not hold it"),
    (
        "due-later",
        (note(1), note(2, "t", due=None)),
        {"due": 1},
        Code.ROWS_EXTRA,
        "attribute_exists(due)",
    ),
    ("whatever-case", (note(1), note(2, "t", "B")), {}, Code.ROWS_MISSING, "case only"),
    (
        "of-status",
        (note(1), note(2, "t", status="closed")),
        {"status": "open"},
        Code.ROWS_EXTRA,
        "'$status'",
    ),
    ("titles-only", (note(1),), {}, Code.WRONG_VALUE, "does not ask for 'status'"),
    ("in-steps", (note(1), note(2, "t")), {}, Code.PAGE_NOT_FOLLOWED, "all pages"),
)
BOOK: dict[str, object] = {"name": "b", "colour": "red"}
WRITES: tuple[tuple[str, dict[str, object], Code, str], ...] = (
    ("paint", {"book": "b", "colour": "blue"}, Code.ITEM_STALE, "Items of type 'note'"),
    ("drop-book", {"book": "b"}, Code.ITEM_UNEXPECTED, "no request deletes them"),
    (
        "renumber",
        {"book": "b", "title": "a", "now": 9, "then": 8},
        Code.ITEM_MISSING,
        "'N9#a' to 'N8#a'",
    ),
    ("put-book", {"book": "c", "colour": "red"}, Code.ITEM_STALE, "without 'colour'"),
    ("take-name", {"book": "b", "colour": "blue"}, Code.ITEM_STALE, "attribute_not_exists(pk)"),
    ("paint-nothing", {"book": "c", "colour": "red"}, Code.ITEM_UNEXPECTED, "attribute_exists(pk)"),
    ("half-done", {"book": "c", "other": "b"}, Code.FAILED_WRITE_CHANGED, "the second request"),
)


@pytest.fixture(scope="module")
def scene(local_server: LocalServer) -> Iterator[Scene]:
    endpoint = Endpoint(local_server.endpoint_url, table_prefix="causes-")
    loaded = examine_text(DEFINITION, "notes.yaml", folder=Path())
    assert loaded.definition is not None, loaded.diagnostics
    definition = loaded.definition
    assert loaded.diagnostics == ()
    with (
        Facts.declare(definition.entities, folder=".", places=definition.source) as facts,
        Tables(endpoint) as tables,
    ):
        names = [tables.create(table, protect=False) for table in definition.tables]
        with Scene(definition, facts, endpoint) as made:
            yield made
        for name in names:
            tables.drop(name)


def tried(
    scene: Scene, name: str, rows: Mapping[str, tuple[dict[str, object], ...]], **given: object
) -> Tried:
    expected = scene.stage(FactSet("by hand", rows))
    assert not expected.faults
    assert not expected.collisions
    pattern = scene.definition.access_pattern(name)
    assert pattern is not None
    return scene.attempt(pattern, ParameterSet("by hand", given))


@pytest.mark.parametrize(("name", "notes", "given", "code", "words"), READS)
def test_why_an_answer_is_wrong(
    scene: Scene,
    name: str,
    notes: tuple[dict[str, object], ...],
    given: dict[str, object],
    code: Code,
    words: str,
) -> None:
    call = tried(scene, name, {"notes": notes}, book="b", **given)
    wrong = call.compared.difference
    assert wrong is not None
    found, because = likely_cause(scene, call, wrong)
    assert found is code, because
    assert words in because


@pytest.mark.parametrize(
    ("name", "stored", "asked", "words"),
    [
        ("book-by-name", "Anna", "anna", "differs in case only"),
        ("book-of-sign", "\u00e9", "e\u0301", "look the same"),
        ("used-name", "b", "b", "no item of type 'used' for these facts: the JOIN"),
    ],
)
def test_why_an_item_is_not_found(
    scene: Scene, name: str, stored: str, asked: str, words: str
) -> None:
    call = tried(scene, name, {"books": ({"name": stored, "colour": "red"},)}, book=asked)
    wrong = call.compared.difference
    assert wrong is not None
    found, because = likely_cause(scene, call, wrong)
    assert found is Code.ROWS_MISSING
    assert words in because


@pytest.mark.parametrize(("name", "given", "code", "words"), WRITES)
def test_why_tables_drifted(
    scene: Scene, name: str, given: dict[str, object], code: Code, words: str
) -> None:
    call = tried(scene, name, {"books": (BOOK,), "notes": NINE_AND_TEN}, **given)
    wrong = call.compared.difference
    assert wrong is not None
    found, because = likely_cause(scene, call, wrong)
    assert found is code, because
    assert words in because


@pytest.mark.parametrize("notes", [(), NINE_AND_TEN, (note(1), note(2, "t", due=None))])
def test_a_right_answer_has_no_difference_to_explain(
    scene: Scene, notes: tuple[dict[str, object], ...]
) -> None:
    call = tried(scene, RIGHT, {"notes": notes}, book="b")
    assert call.compared.compared
    assert call.compared.difference is None


COLLISIONS: tuple[tuple[tuple[dict[str, object], ...], str], ...] = (
    ((note(1, due=1), note(1, due=2)), "'due'"),
    ((note(1), note(1, status="closed")), "'status'"),
)


@pytest.mark.parametrize(("notes", "words"), COLLISIONS)
def test_what_two_facts_under_one_key_differ_in(
    scene: Scene, notes: tuple[dict[str, object], ...], words: str
) -> None:
    because = because_unstorable(scene, FactSet("by hand", {"notes": notes}))
    assert "'number'" in because
    assert words in because


def test_a_saved_case_fails_in_the_same_way_until_it_is_mended(
    scene: Scene, tmp_path: Path
) -> None:
    call = tried(scene, "in-order", {"books": (BOOK,), "notes": NINE_AND_TEN}, book="b")
    wrong = call.compared.difference
    assert wrong is not None
    facts = FactSet("by hand", {"books": (BOOK,), "notes": NINE_AND_TEN})
    code, because = likely_cause(scene, call, wrong)
    found = Counterexample(facts, wrong, call, code, because, 9, scene.asked(call))
    definition = dataclasses.replace(scene.definition, folder=str(tmp_path))
    assert save_case(found, definition) is not None
    read = read_cases(definition, scene.facts, Domain.of(definition, scene.facts))
    assert read.findings == ()
    [case] = read.cases
    again = try_case(scene, case)
    assert again is not None
    assert (again.code, again.because, again.difference) == (code, because, wrong)
    assert again.asked == found.asked
    mended = dataclasses.replace(case, pattern=definition.access_pattern(RIGHT))
    assert try_case(scene, mended) is None
