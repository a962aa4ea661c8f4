"""Parameter sets are what they are called, for keys of every type, and the same for a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.proof.check import check_text
from dynaproof.proof.parameters import parameter_sets
from dynaproof.proof.results import Call, RunResult
from dynaproof.proof.run import Prepared, load_tables, prepare_items, run_patterns

Make = Callable[[str], Prepared]

HEAD = """\
version: 1
name: parameters
entities:
  authors: {count: 30, attributes: {id: {generate: sequence}, code: {generate: uuid}}}
  books:
    each: {of: authors, count: {uniform: {min: 1, max: 9}}, as: author_id}
    attributes: {isbn: {generate: uuid}, pages: {generate: integer, min: 50, max: 900}}
"""

TABLES = {
    # how the partition key is made of an author's id, and what a query for it says
    "text": ("pk", '"A#${author_id}"', '"A#${author}"'),
    "text alone": ("pk", '"${author_id:06d}"', '"${author:06d}"'),
    "number": ("{name: pk, type: N}", '"${author_id}"', '"${author}"'),
    "binary": ("{name: pk, type: B}", '"${author_bytes}"', '"${author}"'),
}


def definition(kind: str) -> str:
    key, stored, asked = TABLES[kind]
    source = "books"
    parameters = "{author: authors.id}"
    if kind == "binary":
        source = '"SELECT *, encode(author_id::VARCHAR) AS author_bytes FROM books"'
        parameters = '{from: "SELECT encode(id::VARCHAR) AS author FROM authors"}'
    return f"""{HEAD}tables:
  library:
    partition_key: {key}
    sort_key: sk
    local_secondary_indexes:
      by-pages: {{sort_key: {{name: pages, type: N}}, projection: keys_only}}
    items:
      book: {{from: {source}, key: {{pk: {stored}, sk: "${{isbn}}"}}, attributes: {{pages: "${{pages}}"}}}}
access_patterns:
  books: {{parameters: {parameters}, sets: 5, query: {{partition_key: {asked}}}}}
  by-pages: {{parameters: {parameters}, query: {{index: by-pages, partition_key: {asked}}}}}
"""


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Prepared] = []

    def prepare(text: str) -> Prepared:
        made.append(prepare_items(check_text(text, folder=tmp_path).require(), seed=3))
        return made[-1]

    yield prepare
    for one in made:
        one.facts.close()


def run(prepared: Prepared, endpoint: Endpoint) -> RunResult:
    load_tables(prepared, endpoint)
    return run_patterns(prepared, endpoint, server="local")


def calls(result: RunResult, name: str) -> dict[str, Call]:
    found = result.pattern(name)
    assert found is not None
    assert found.refused == ()
    return {call.parameter_set: call for call in found.calls}


@pytest.mark.parametrize("kind", TABLES)
def test_largest_smallest_and_nothing_found_are_what_they_are_called(
    make: Make, endpoint: Endpoint, kind: str
) -> None:
    prepared = make(definition(kind))
    rows = prepared.facts.connection.execute(
        "SELECT count(*) FROM books GROUP BY author_id ORDER BY 1"
    ).fetchall()
    sizes = [row[0] for row in rows]
    assert sizes[0] < sizes[-1]
    result = run(prepared, endpoint)
    for name in ("books", "by-pages"):
        made = calls(result, name)
        assert made["largest"].items_returned == sizes[-1]
        assert made["smallest"].items_returned == sizes[0]
        if kind != "binary":  # of bytes from SQL there is no value that is surely absent
            assert made["nothing found"].items_returned == 0
        drawn = [call.items_returned for label, call in made.items() if label.startswith("drawn")]
        assert drawn
        assert all(size in sizes for size in drawn)
    values = [tuple(call.parameters.values()) for call in calls(result, "books").values()]
    assert len(set(values)) == len(values)


def test_the_largest_item_is_got(make: Make, endpoint: Endpoint) -> None:
    text = f"""{HEAD}tables:
  library:
    partition_key: pk
    items:
      author: {{from: "SELECT id, repeat('x', id * 300) AS bio FROM authors", key: {{pk: "A#${{id}}"}}, attributes: {{bio: "${{bio}}"}}}}
access_patterns:
  author:
    parameters: {{author: authors.id}}
    request: {{GetItem: {{TableName: library, Key: {{pk: {{S: "A#${{author}}"}}}}}}}}
"""
    prepared = make(text)
    bounds = prepared.facts.connection.execute("SELECT max(id), min(id) FROM authors").fetchone()
    made = calls(run(prepared, endpoint), "author")
    chosen = (made["largest"].parameters["author"], made["smallest"].parameters["author"])
    assert chosen == bounds
    # About 9 KB, half a unit for each 4 KB that is begun.
    assert made["largest"].read_capacity_units == 1.5
    assert made["nothing found"].read_capacity_units == 0.5


def test_parameters_of_one_entity_come_from_one_row(make: Make) -> None:
    text = definition("text").replace(
        "{author: authors.id}", "{author: authors.id, source: authors.code}"
    )
    prepared = make(text)
    pattern = prepared.definition.access_patterns[0]
    rows = prepared.facts.connection.execute("SELECT id, code FROM authors").fetchall()
    sets = parameter_sets(pattern, prepared.definition, prepared.facts, prepared.items, seed=3)
    pairs = {one.label: (one.values["author"], one.values["source"]) for one in sets}
    assert pairs.pop("nothing found") not in rows
    assert set(pairs.values()) <= set(rows)
    assert len(pairs) == 7


def test_the_seed_chooses_the_sets(make: Make) -> None:
    prepared = make(definition("text"))
    pattern = prepared.definition.access_patterns[0]

    def sets(seed: int) -> list[object]:
        return [
            dict(one.values)
            for one in parameter_sets(
                pattern, prepared.definition, prepared.facts, prepared.items, seed
            )
            if one.label.startswith("drawn")
        ]

    assert sets(1) == sets(1)
    assert sets(1) != sets(2)
    assert len(sets(1)) <= 5
