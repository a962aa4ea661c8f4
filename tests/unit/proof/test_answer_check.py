"""Answers are right exactly where they hold what the question says, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynaproof.definition.load import examine_text
from dynaproof.facts.database import Facts
from dynaproof.items.stored import prepare
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.attribute_value import to_attribute_value, to_wire
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import InputError
from dynaproof.proof.answer_check import MOST_FAULTS, AnswerCheck
from dynaproof.proof.differences import Difference, TypedItem
from dynaproof.proof.execute import Answered
from dynaproof.proof.results import Call

MODEL = """
version: 1
name: notes
entities:
  notes:
    count: 0
    attributes:
      owner: {generate: word}
      id:    {generate: sequence}
      body:  {generate: word, null: 0.1}
      sent:  {generate: timestamp, from: 2026-01-01, to: 2026-02-01}
      day:   {generate: date, from: 2026-01-01, to: 2026-02-01}
      rank:  {generate: integer, min: 0, max: 9}
tables:
  notes:
    partition_key: pk
    sort_key: sk
    items:
      note:
        from: notes
        key: {pk: "N#${owner}", sk: "${sent:iso}#${id:04d}"}
        attributes: {id: "${id}", body: "${body}"}
access_patterns:
  list:
    parameters: {owner: notes.owner}
    query: {partition_key: "N#${owner}"}
    question: SELECT id, body FROM notes WHERE owner = $owner ORDER BY rank
  newest:
    parameters: {owner: notes.owner}
    query: {partition_key: "N#${owner}", limit: 3}
    question: SELECT id, body FROM notes WHERE owner = $owner ORDER BY rank DESC LIMIT 3
  any-order:
    parameters: {owner: notes.owner}
    query: {partition_key: "N#${owner}"}
    question: SELECT id, body FROM notes WHERE owner = $owner
  scan:
    scan: {}
    question: SELECT id, body FROM notes WHERE owner = 'ann' ORDER BY rank
  count:
    parameters: {owner: notes.owner}
    query: {partition_key: "N#${owner}", select: count}
    question: SELECT count(*) FROM notes WHERE owner = $owner
"""
# id, body, rank: two ties, of notes 2 and 3, and of notes 4, 5 and 6.
ROWS = [(1, "a", 0), (2, "b", 1), (3, "c", 1), (4, "d", 2), (5, "e", 2), (6, None, 2)]


@pytest.fixture(scope="module")
def definition() -> Definition:
    loaded = examine_text(MODEL, "notes.yaml", folder=Path())
    assert loaded.definition is not None, loaded.diagnostics
    return loaded.definition


@pytest.fixture(scope="module")
def facts(definition: Definition) -> Iterator[Facts]:
    with Facts.declare(definition.entities, folder=".", places=definition.source) as facts:
        prepare(facts.connection)
        for id_, body, rank in ROWS:
            facts.connection.execute(
                "INSERT INTO notes VALUES ('ann', ?, ?,"
                " TIMESTAMP '2026-01-05 10:20:30.456789' + to_seconds(?), DATE '2026-01-05', ?)",
                [id_, body, id_, rank],
            )
        yield facts


@pytest.fixture(scope="module")
def answers(definition: Definition, facts: Facts) -> Answers:
    return Answers(definition, facts)


class Answers:
    """Checks answers that are given as items, for patterns of the model or questions of a test."""

    def __init__(self, definition: Definition, facts: Facts) -> None:
        self.definition = definition
        self.facts = facts
        self.check = AnswerCheck(definition)

    def pattern(self, name: str) -> AccessPattern:
        found = self.definition.access_pattern(name)
        assert found is not None
        return found

    def of(
        self, name: str, items: Sequence[TypedItem], *, question: str = "", strict: bool = False
    ) -> Difference | None:
        pattern = self.pattern(name)
        if question:
            pattern = replace(pattern, question=question, name=question)
        if strict:
            pattern = replace(pattern, strict="keys", name="strict")
        return self.check.check(
            self.facts.connection, pattern, {"owner": "ann"}, answered(items, len(items))
        )

    def counted(self, count: int, question: str = "") -> Difference | None:
        pattern = self.pattern("count")
        if question:
            pattern = replace(pattern, question=question)
        return self.check.check(
            self.facts.connection, pattern, {"owner": "ann"}, answered([], count)
        )


def answered(items: Sequence[TypedItem], returned: int, error: str | None = None) -> Answered:
    call = Call("only", {}, {}, 1, returned, returned, (), error=error)
    return Answered(call, tuple(items))


def item(**values: object) -> TypedItem:
    """An item; what is None is absent."""
    return {n: to_wire(to_attribute_value(v)) for n, v in values.items() if v is not None}


def note(id_: int, **others: object) -> TypedItem:
    body = next(body for one, body, _ in ROWS if one == id_)
    return item(**{"id": id_, "body": body, "pk": "N#ann", **others})


RIGHT = [
    ("list", [1, 2, 3, 4, 5, 6]),
    ("list", [1, 3, 2, 6, 4, 5]),
    ("newest", [4, 5, 6]),
    ("newest", [6, 5, 4]),
    ("any-order", [6, 1, 5, 2, 4, 3]),
    ("scan", [6, 1, 5, 2, 4, 3]),
]
WRONG = [
    ("list", [1, 2, 3, 4, 5], Code.ROWS_MISSING, "1 of 6 rows is missing: it is id 6"),
    ("list", [], Code.ROWS_MISSING, "6 of 6 rows are missing: the first is id 1, body 'a'"),
    ("list", [2, 1, 3, 4, 5, 6], Code.WRONG_ORDER, "2 of 6 rows are out of order: first, row 1"),
    ("list", [6, 5, 4, 3, 2, 1], Code.WRONG_ORDER, "6 of 6 rows are out of order"),
    ("list", [1, 2, 3, 4, 5, 6, 6], Code.ROWS_EXTRA, "1 row is not asked for: it is id 6"),
    ("newest", [4, 5, 3], Code.ROWS_MISSING, "1 of 3 rows is missing: it is id 6"),
    ("newest", [4, 5, 5], Code.ROWS_MISSING, "1 of 3 rows is missing"),
    ("scan", [1, 2], Code.ROWS_MISSING, "4 of 6 rows are missing: the first is id 3"),
]


@pytest.mark.parametrize(("pattern", "ids"), RIGHT)
def test_what_the_question_has_in_its_order_is_right(
    answers: Answers, pattern: str, ids: list[int]
) -> None:
    assert answers.of(pattern, [note(id_) for id_ in ids]) is None


@pytest.mark.parametrize(("pattern", "ids", "code", "summary"), WRONG)
def test_what_is_missing_extra_or_out_of_order_is_told(
    answers: Answers, pattern: str, ids: list[int], code: Code, summary: str
) -> None:
    found = answers.of(pattern, [note(id_) for id_ in ids])
    assert found is not None
    assert (found.code, found.found) == (code, len(ids))
    assert found.summary.startswith(summary)


def test_a_wrong_value_is_told_as_that_and_not_as_a_row_missing_and_one_extra(
    answers: Answers,
) -> None:
    items = [note(1), note(2), note(3, body="stale"), note(4), note(5), note(6)]
    found = answers.of("list", items)
    assert found is not None
    assert found.code == Code.WRONG_VALUE
    [fault] = found.faults
    assert (fault.kind, fault.attributes, fault.position) == ("wrong value", ("body",), 3)
    assert fault.found == items[2]
    assert (
        found.summary
        == "1 of 6 rows has a wrong value: in row 3, body is 'stale' where 'c' is right"
    )


def test_an_attribute_that_is_left_out_of_a_projection_is_a_wrong_value(answers: Answers) -> None:
    found = answers.of("list", [item(id=id_) for id_, *_ in ROWS])
    assert found is not None
    # The note without a body is right as it is.
    assert (found.code, found.total) == (Code.WRONG_VALUE, 5)


def test_null_of_the_question_is_an_absent_attribute(answers: Answers) -> None:
    question = "SELECT id, body FROM notes WHERE id = 6"
    assert answers.of("any-order", [item(id=6)], question=question) is None
    assert answers.of("any-order", [item(id=6, body="x")], question=question) is not None


def test_a_difference_keeps_few_faults_and_counts_all(answers: Answers) -> None:
    found = answers.of("any-order", [item(id=100 + n, body="x") for n in range(40)])
    assert found is not None
    assert (len(found.faults), found.total, found.expected, found.found) == (MOST_FAULTS, 46, 6, 40)


LIMITS = [
    ("LIMIT 2", [1, 2], True),
    ("LIMIT 2", [1, 3], True),
    ("LIMIT 2", [1, 4], False),
    ("LIMIT 2 OFFSET 2", [2, 4], True),
    ("LIMIT 2 OFFSET 2", [3, 6], True),
    ("LIMIT 2 OFFSET 2", [4, 3], False),
    ("LIMIT 2 OFFSET 2", [2, 3], False),
    ("LIMIT 0", [], True),
    ("LIMIT 100", [1, 2, 3, 4, 5, 6], True),
    ("LIMIT 100 OFFSET 5", [5], True),
    ("LIMIT 1 + 1", [1, 2], True),
    ("OFFSET 6", [], True),
]


@pytest.mark.parametrize(("limit", "ids", "right"), LIMITS)
def test_a_limit_takes_any_rows_of_the_tie_that_it_cuts(
    answers: Answers, limit: str, ids: list[int], *, right: bool
) -> None:
    question = f"SELECT id FROM notes WHERE owner = $owner ORDER BY rank {limit}"
    assert (answers.of("list", [note(id_) for id_ in ids], question=question) is None) == right


SAME = [
    ("sent", "2026-01-05T10:20:31.456Z"),
    ("sent", "2026-01-05T10:20:31.456789Z"),
    ("sent", "2026-01-05T10:20:31Z"),
    ("sent", "2026-01-05T11:20:31.456+01:00"),
    ("sent", 1767608431),
    ("sent", 1767608431456),
    ("day", "2026-01-05"),
    ("[body, 'z']", {"a", "z"}),
    ("[body, 'z', 'a']", {"a", "z"}),
    ("[body, 'z']", ["a", "z"]),
    ("[id]", {1}),
    ("[]", None),
    ("CAST(0.1 AS DOUBLE) + CAST(0.2 AS DOUBLE)", "0.3"),
    ("CAST(2.50 AS DECIMAL(9, 2))", "2.5"),
]
OTHER = [
    ("sent", "2026-01-05T10:20:31.457Z"),
    ("sent", "2026-01-05T10:20:32Z"),
    ("sent", "2026-01-05T10:20:31.456+01:00"),
    ("sent", 1767608432),
    ("sent", "soon"),
    ("sent", None),
    ("day", "2026-01-06"),
    ("[body, 'z']", {"a"}),
    ("[body, 'z']", ["z", "a"]),
    ("[body, 'z']", None),
    ("id", "1"),
    ("body", "A"),
    ("true", 1),
]


def _typed(value: object) -> object:
    """Texts that are meant as numbers, which YAML and Python would round."""
    return {"N": value} if isinstance(value, str) and value[1:2] == "." else value


@pytest.mark.parametrize(("sql", "value"), SAME)
def test_a_value_may_be_stored_in_another_form(answers: Answers, sql: str, value: object) -> None:
    question = f"SELECT {sql} AS it FROM notes WHERE id = 1"
    assert answers.of("any-order", [item(it=_typed(value))], question=question) is None


@pytest.mark.parametrize(("sql", "value"), OTHER)
def test_another_value_is_wrong_in_any_form(answers: Answers, sql: str, value: object) -> None:
    question = f"SELECT {sql} AS it FROM notes WHERE id = 1"
    found = answers.of("any-order", [item(it=_typed(value))], question=question)
    assert found is not None
    assert found.code == Code.WRONG_VALUE


COUNTS = [
    ("", 6, True),
    ("", 5, False),
    ("SELECT id FROM notes", 6, True),
    ("SELECT id FROM notes", 1, False),
    ("SELECT id FROM notes ORDER BY rank LIMIT 4", 4, True),
    ("SELECT id FROM notes WHERE id = 5", 1, True),
    ("SELECT n FROM (SELECT count(*) AS n FROM notes)", 6, True),
    ("SELECT count(*) FROM notes WHERE id > 99", 0, True),
    ("SELECT count(*) FROM notes WHERE id > 99", 1, False),
    ("SELECT count(*) FROM notes GROUP BY rank", 3, True),
]


@pytest.mark.parametrize(("question", "count", "right"), COUNTS)
def test_a_count_is_the_number_of_the_question_or_of_its_rows(
    answers: Answers, question: str, count: int, *, right: bool
) -> None:
    found = answers.counted(count, question)
    assert (found is None) == right
    assert found is None or found.code == Code.WRONG_COUNT


def test_strict_keys_compare_what_was_written_into_the_keys(answers: Answers) -> None:
    question = "SELECT id, body FROM notes WHERE owner = $owner ORDER BY id LIMIT 2"
    items = [
        item(pk="N#ann", sk="2026-01-05T10:20:31.456Z#0001"),
        item(pk="N#ann", sk="2026-01-05T10:20:32.456Z#0002", body="stale"),
    ]
    assert answers.of("list", items, question=question, strict=True) is None
    found = answers.of("list", items[::-1], question=question, strict=True)
    assert found is not None
    assert found.code == Code.WRONG_ORDER


def test_strict_keys_need_a_column_that_is_in_a_key(answers: Answers) -> None:
    with pytest.raises(InputError, match=r"DP414.*body"):
        answers.of("list", [], question="SELECT body FROM notes", strict=True)


def test_a_question_that_fails_on_its_rows_is_an_error_with_a_place(answers: Answers) -> None:
    pattern = replace(
        answers.pattern("list"), question="SELECT CAST(body AS INTEGER) AS n FROM notes"
    )
    with pytest.raises(InputError) as caught:
        answers.check.check(answers.facts.connection, pattern, {"owner": "ann"}, answered([], 0))
    [diagnostic] = caught.value.diagnostics
    assert diagnostic.code == Code.SQL_INVALID
    assert diagnostic.place == answers.definition.source.place(
        "access_patterns", "list", "question"
    )


def test_a_call_that_failed_and_a_pattern_without_a_question_are_not_compared(
    answers: Answers,
) -> None:
    connection, pattern = answers.facts.connection, answers.pattern("list")
    failed = answered([], 0, error="ValidationException")
    assert answers.check.check(connection, pattern, {"owner": "ann"}, failed) is None
    unasked = replace(pattern, question=None)
    assert answers.check.check(connection, unasked, {}, answered([note(1)], 1)) is None


def test_control_characters_of_a_value_are_escaped_in_the_sentence(answers: Answers) -> None:
    found = answers.of("list", [note(1, body="\x1b[31m\u202e")], question="SELECT body FROM notes")
    assert found is not None
    assert found.summary.isprintable()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    st.permutations([2, 3]),
    st.permutations([4, 5, 6]),
)
def test_any_order_within_ties_is_right(
    answers: Answers, middle: list[int], last: list[int]
) -> None:
    assert answers.of("list", [note(id_) for id_ in (1, *middle, *last)]) is None


@settings(max_examples=40)
@given(st.integers(0, 5), st.sampled_from(["id", "body"]), st.integers(7, 99) | st.text())
def test_any_change_of_one_value_is_found(
    answers: Answers, row: int, name: str, value: object
) -> None:
    items: list[Mapping[str, object]] = [note(id_) for id_, *_ in ROWS]
    changed = {**items[row], **item(**{name: value})}
    if changed == items[row]:
        return
    items[row] = changed
    found = answers.of("list", items)
    assert found is not None
    assert found.faults[0].position in (row + 1, None)
