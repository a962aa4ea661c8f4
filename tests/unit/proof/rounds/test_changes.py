"""What a save changed decides what is made, run and proved again."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.model.definition import Definition
from dynaproof.proof.rounds.changes import Changes, what_changed

TEXT = """\
version: 1
name: notes
entities:
  users: {count: 3, attributes: {id: {generate: uuid}, handle: {generate: user_name}}}
tables:
  notes:
    partition_key: pk
    items: {user: {from: users, key: {pk: "${id}"}, attributes: {handle: "${handle}"}}}
access_patterns:
  first: {parameters: {id: users.id}, get: {key: {pk: "${id}"}}}
  second: {parameters: {id: users.id}, get: {key: {pk: "${id}"}}, expect: {items: 1}}
"""
BOTH = ("first", "second")


def definition(text: str) -> Definition:
    loaded = examine_text(text, "notes.yaml", folder=Path())
    assert loaded.definition is not None
    return loaded.definition


CASES = [
    pytest.param("", "", Changes(), id="nothing"),
    pytest.param("version: 1\n", "version: 1\n# more\n\n", Changes(), id="lines that moved"),
    pytest.param("name: notes", "name: others", Changes(), id="the name"),
    pytest.param("{items: 1}", "{items: 2}", Changes(patterns=("second",)), id="a budget"),
    pytest.param(
        "  first:", "  third:", Changes(patterns=("third",), gone=("first",)), id="renamed"
    ),
    pytest.param("count: 3", "count: 4", Changes(facts=True, patterns=BOTH), id="facts"),
    pytest.param('"${handle}"', '"@${handle}"', Changes(items=True, patterns=BOTH), id="items"),
    pytest.param(
        "    partition_key: pk\n",
        "    partition_key: pk\n    stream: new_image\n",
        Changes(items=True, keys=True, patterns=BOTH),
        id="tables",
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_what_changed(old: str, new: str, expected: Changes) -> None:
    assert old in TEXT
    assert what_changed(definition(TEXT), definition(TEXT.replace(old, new, 1))) == expected
    assert expected.anything == (expected != Changes())


def test_the_first_time_all_is_to_be_made() -> None:
    found = what_changed(None, definition(TEXT))
    assert found == Changes(facts=True, items=True, keys=True, patterns=BOTH)


def test_another_dataset_gives_other_facts() -> None:
    found = what_changed(definition(TEXT), definition(TEXT), datasets=True)
    assert found == Changes(facts=True, patterns=BOTH)
