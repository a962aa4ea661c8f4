"""A person can follow how a predicted figure comes about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from dynaproof.api import Workbench
from dynaproof.cli import main
from dynaproof.model.diagnostic import InputError
from dynaproof.report.explanation import explanation_html, explanation_text

DEFINITION = """
version: 1
name: shelf
entities:
  books:
    count: 3
    attributes:
      id: {generate: sequence, start: 1}
      title: {generate: text, min_length: 3000, max_length: 3000}
tables:
  shelf:
    partition_key: pk
    global_secondary_indexes:
      by-kind: {partition_key: kind, projection: keys_only}
    items:
      book:
        from: books
        key: {pk: "B#${id}"}
        attributes: {title: "${title}", kind: book}
access_patterns:
  read:
    parameters: {id: books.id}
    get: {key: {pk: "B#${id}"}}
    expect: {read_capacity_units: 0.5}
  shelve:
    parameters: {id: {value: "<b>9</b>"}}
    put: {item: {pk: "B#${id}", title: x, kind: book}}
  paged:
    steps:
      - get: {key: {pk: x}}
"""


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    with Workbench(DEFINITION) as bench:
        yield bench


def test_a_read_shows_bytes_by_attribute_rounding_half_and_budget(bench: Workbench) -> None:
    text = explanation_text(bench.explain("read").explanation)
    # pk: 2 + 3 bytes, title: 5 + 3000, kind: 4 + 4
    assert "pk 5 + title 3,005 + kind 8 = 3,018 bytes" in text.replace("\n", " ").replace("  ", "")
    assert "1 x 4 KB, halved" in text
    assert "Together: 0.5 read capacity units; expected 0.5." in text


def test_a_write_shows_the_index_entry_of_its_own(bench: Workbench) -> None:
    text = explanation_text(bench.explain("shelve").explanation)
    assert "shelf/by-kind" in text
    assert "Together: 2 write capacity units." in text


def test_a_call_that_finds_nothing_can_be_asked_for(bench: Workbench) -> None:
    assert "nothing found" in explanation_text(bench.explain("read", "nothing found").explanation)
    with pytest.raises(InputError, match="no parameter set 'nothing'"):
        bench.explain("read", "nothing")


def test_steps_are_not_explained(bench: Workbench) -> None:
    with pytest.raises(InputError, match="depends on one another's answers"):
        bench.explain("paged")


def test_markup_from_data_is_escaped_in_a_notebook(bench: Workbench) -> None:
    html = explanation_html(bench.explain("shelve").explanation)
    assert "<b>9</b>" not in html
    assert "&lt;b&gt;9&lt;/b&gt;" in html


def test_the_command_needs_no_server() -> None:
    done = CliRunner().invoke(main, ["explain", "patterns/cruddur.yaml", "send-message"])
    assert done.exit_code == 0
    assert "Together: 1 write capacity units; expected 1." in done.output
