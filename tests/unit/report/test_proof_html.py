"""A proof in a notebook: all that comes from data is text, and every story is there."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.proof.differences import Difference, RowFault
from dynaproof.proof.races.finding import RaceCount
from dynaproof.proof.search.case_file import Cases
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.proof.search.result import ProveResult
from dynaproof.proof.search.search import Searched
from dynaproof.report.proof_html import proof_html
from dynaproof.report.proof_text import stories

DEFINITION = """
version: 1
name: shelf
entities:
  notes: {count: 5, attributes: {book: {generate: word}}}
tables:
  notes:
    partition_key: pk
    items: {note: {from: notes, key: {pk: "BOOK#${book}"}}}
"""
HOSTILE = "</pre><img>&amp;"


class Page(HTMLParser):
    """Tags and text as a browser takes them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.text += "\n" if tag in ("p", "br", "td", "pre") else ""

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def definition() -> Definition:
    loaded = examine_text(DEFINITION, "shelf.yaml", folder=Path())
    assert loaded.definition is not None
    return loaded.definition


def result(definition: Definition, *books: str) -> ProveResult:
    found = []
    for book in books:
        item: dict[str, object] = {"pk": {"S": f"BOOK#{book}"}}
        fault = RowFault("extra", None, item, table="notes")
        difference = Difference(Code.KEY_COLLISION, "2 items have the same key", (fault,), 1, 1, 0)
        facts = FactSet("rows alike", {"notes": ({"book": book}, {"book": book})})
        found.append(Counterexample(facts, difference, None, Code.KEY_COLLISION, f"So: {book}", 4))
    searched = Searched(fact_sets=3, calls=7)
    names = tuple(pattern.name for pattern in definition.access_patterns)
    return ProveResult(
        definition, 42, "a server", tuple(found), (), searched, RaceCount(), Cases(), names
    )


def test_what_comes_from_facts_stays_text(definition: Definition) -> None:
    page = Page(proof_html(result(definition, HOSTILE)))
    assert "img" not in page.tags
    assert f"BOOK#{HOSTILE}" in page.text


def test_each_story_is_told_in_full(definition: Definition) -> None:
    proof = result(definition, "a", "b")
    page = Page(proof_html(proof))
    assert page.tags.count("details") == 2
    for story in stories(proof):
        heading, *told = story.splitlines()
        assert heading.partition("  ")[2] in page.text
        assert "\n".join(told) in page.text


def test_one_story_is_unfolded_and_several_are_not(definition: Definition) -> None:
    assert "<details open>" in proof_html(result(definition, "a"))
    assert "<details open>" not in proof_html(result(definition, "a", "b"))


def test_where_nothing_was_found_it_says_what_was_tried(definition: Definition) -> None:
    page = Page(proof_html(result(definition)))
    assert "details" not in page.tags
    assert "nothing found: 3 sets of facts, 7 calls, seed 42" in page.text
