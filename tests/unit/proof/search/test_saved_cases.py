"""A counterexample comes back from its file exactly; a file that does not fit says where."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.facts.database import Facts
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Severity
from dynaproof.proof.attempt import Attempt
from dynaproof.proof.comparison import Compared
from dynaproof.proof.differences import Difference
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.search.case_file import (
    case_name,
    case_text,
    cases_folder,
    read_cases,
)
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.proof.search.scene import Tried
from dynaproof.proof.streams.deliveries import BROKEN_OFF
from dynaproof.report.case_files import save_case

DEFINITION = """
version: 1
name: shop
entities:
  things:
    count: 9
    attributes:
      name: {generate: sentence, null: 0.2}
      price: {generate: decimal, min: 0, max: 99}
      made: {generate: date, from: 2026-01-01, to: 2026-12-31}
      sold: {generate: timestamp, from: 2026-01-01, to: 2026-12-31, precision: microseconds}
      open: {generate: boolean}
      size: {generate: integer, min: 0, max: 9}
tables:
  things:
    partition_key: pk
    items:
      thing: {from: things, key: {pk: "${sold:iso-us}"}, attributes: {name: "${name}"}}
access_patterns:
  show-thing:
    parameters:
      sold: things.sold
      size: {generate: integer, min: 0, max: 9}
      kind: {value: fixed}
    get: {key: {pk: "${sold:iso-us}"}}
    question: SELECT name FROM things WHERE sold = $sold
"""
SOLD = datetime(2026, 3, 29, 2, 30, 0, 1)
NAMES = ("plain", "", "1", "no: #x'\"", "null", "~", "\u00e9\U0001f600")
NOT_LEGAL = ("\x00\x1b[31m\u202e", "a\n\tb")


@pytest.fixture
def definition(tmp_path: Path) -> Definition:
    file = tmp_path / "the shop.yaml"
    loaded = examine_text(DEFINITION, str(file), folder=tmp_path)
    assert loaded.diagnostics == ()
    assert loaded.definition is not None
    return loaded.definition


@pytest.fixture
def facts(definition: Definition) -> Iterator[Facts]:
    with Facts.declare(definition.entities, folder=".", places=definition.source) as made:
        yield made


def thing(name: str | None) -> dict[str, object]:
    rest = {"price": Decimal("1.50"), "made": date(2026, 1, 2), "sold": SOLD}
    return {"name": name, **rest, "open": False, "size": 3}


def counterexample(definition: Definition, *names: str | None) -> Counterexample:
    pattern = definition.access_patterns[0]
    values = {"sold": SOLD, "size": 4, "kind": "fixed"}
    attempt = Attempt(ParameterSet("set 2", values))
    tried = Tried(pattern, attempt, Compared(True), BROKEN_OFF)
    rows = FactSet("by hand", {"things": tuple(map(thing, names))})
    difference = Difference(Code.ROWS_MISSING, "1 row is missing: \x1b[0m")
    return Counterexample(rows, difference, tried, Code.PREFIX_MATCH, "It begins alike.", 9)


def domain(definition: Definition, facts: Facts) -> Domain:
    return Domain.of(definition, facts)


def test_a_case_comes_back_exactly(definition: Definition, facts: Facts) -> None:
    one = counterexample(definition, *NAMES, None)
    file = save_case(one, definition)
    assert file == cases_folder(definition) / "show-thing-DP822.yaml"
    read = read_cases(definition, facts, domain(definition, facts))
    assert read.findings == ()
    [case] = read.cases
    assert case.facts.rows == one.facts.rows
    assert [type(value) for value in case.facts.rows["things"][0].values()] == [
        type(value) for value in thing("").values()
    ]
    assert one.tried is not None
    assert case.parameters == one.tried.attempt.parameters
    assert (case.pattern, case.way) == (one.pattern, BROKEN_OFF)


def test_facts_without_a_call_come_back(definition: Definition, facts: Facts) -> None:
    one = dataclasses.replace(counterexample(definition, "a"), tried=None)
    save_case(one, definition)
    [case] = read_cases(definition, facts, domain(definition, facts)).cases
    assert case.pattern is None
    assert case.facts.rows == one.facts.rows


def test_what_is_written_is_ascii_and_one_line_for_each_row(definition: Definition) -> None:
    names = (*NAMES, *NOT_LEGAL)
    text = case_text(counterexample(definition, *names))
    assert text.isascii()
    assert all(character.isprintable() or character == "\n" for character in text)
    assert len([line for line in text.splitlines() if line.startswith("    - {")]) == len(names)


def test_cases_are_beside_the_definition_under_a_safe_name(definition: Definition) -> None:
    assert case_name(counterexample(definition, "a")) == "show-thing-DP822"
    folder = cases_folder(definition)
    assert folder.parent == Path(definition.folder) / "cases"
    assert folder.name.startswith("the-shop-")  # and a digest: "the-shop.yaml" is another
    assert folder.name != "the-shop"


def test_an_equal_file_is_left_and_another_gets_a_number(definition: Definition) -> None:
    one, other = counterexample(definition, "a"), counterexample(definition, "b")
    first = save_case(one, definition)
    assert first is not None
    assert save_case(one, definition) is None
    second = save_case(other, definition)
    assert second is not None
    assert second.name == f"{first.stem}-2.yaml"
    assert first.read_text() == case_text(one)
    assert save_case(other, definition) is None


# What is changed in the text, the line and column of the finding, and words of it.
SPOILT: tuple[tuple[str, str, tuple[int, int], str], ...] = (
    ("version: 1", "version: 7", (1, 10), "not of version 1"),
    ("pattern: show-thing", "pattern: gone", (5, 10), "no access pattern 'gone'"),
    ("delivery: broken off", "delivery: by hand", (7, 11), "no way of delivery"),
    ("  things:", "  people:", (13, 3), "no entity 'people'"),
    ("size: 3", "weight: 3", (0, 0), "no column 'weight'"),
    ("size: 3", "size: small", (0, 0), "'small' is no value of the type"),
    ("  size: 4", "  sighs: 4", (0, 0), "no parameter 'sighs'"),
    ("  size: 4", "  size: [4]", (0, 0), "is no value of the type"),
    ("name: a,", "name: 5,", (0, 0), "write it in quotes"),
    ("open: false", "open: 'perhaps'", (0, 0), "no value of the type BOOLEAN"),
    ("facts:", "fakts:", (12, 1), "unknown key 'fakts'"),
    ("version: 1", "version: [1", (0, 0), ""),
)


@pytest.mark.parametrize(("old", "new", "place", "words"), SPOILT)
def test_a_file_that_does_not_fit_says_where(
    definition: Definition,
    facts: Facts,
    old: str,
    new: str,
    place: tuple[int, int],
    words: str,
) -> None:
    one = counterexample(definition, "a")
    file = save_case(one, definition)
    assert file is not None
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    other = file.with_name("other.yaml")
    other.write_text(text)
    read = read_cases(definition, facts, domain(definition, facts))
    assert len(read.cases) == 1  # the other file is not touched by it
    assert words in read.findings[0].message
    found = read.findings[0].place
    assert found is not None
    assert found.file == str(file)
    if place != (0, 0):
        assert (found.line, found.column) == place
    assert found.line > 0


def test_facts_that_are_not_legal_any_more_are_a_warning(
    definition: Definition, facts: Facts
) -> None:
    one = counterexample(definition, "a")
    rows = {"things": ({**thing("a"), "size": 12},)}
    save_case(dataclasses.replace(one, facts=FactSet("", rows)), definition)
    read = read_cases(definition, facts, domain(definition, facts))
    assert read.cases == ()
    [finding] = read.findings
    assert finding.severity is Severity.WARNING
    assert "things.size" in finding.message


def test_a_definition_without_cases_has_none(definition: Definition, facts: Facts) -> None:
    read = read_cases(definition, facts, domain(definition, facts))
    assert (read.cases, read.findings) == ((), ())
