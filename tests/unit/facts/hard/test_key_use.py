from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dynaproof.definition.load import examine_text
from dynaproof.facts.database import Facts
from dynaproof.facts.hard.dataset_values import dataset_values
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.key_use import Neighbours

MakeDomain = Callable[[str], Domain]

NOTES = """
entities:
  users:
    count: 9
    attributes: {id: {generate: uuid}, name: {generate: name}, motto: {generate: sentence}}
  notes:
    each: {of: users, count: 2, as: user_id}
    attributes:
      number: {generate: integer}
      title: {generate: word}
      body: {generate: text}
      reader_id: {references: users.id}
tables:
  notes:
    partition_key: pk
    sort_key: sk
    global_secondary_indexes: {by-motto: {partition_key: motto}}
    items:
      note:
        from: >
          WITH numbered AS (SELECT n.*, upper(title) AS heading FROM notes n)
          SELECT numbered.*, lower(u.name) AS owner, u.motto
          FROM numbered JOIN users u ON u.id = numbered.user_id
        key: {pk: "OF#${owner}/${heading}", sk: "${number:06d}"}
        attributes: {body: "${body}", motto: "${motto}", reader: "${reader_id}"}
access_patterns:
  newest:
    parameters: {owner: users.name, title: notes.title}
    query: {partition_key: "OF#${owner}/${title}", limit: 4}
  some:
    parameters: {owner: users.name, title: notes.title}
    query: {partition_key: "OF#${owner}/${title}", sort_key: {begins_with: "0"}, limit: 9}
"""


def test_what_keys_are_made_of_is_found_through_sql(make_domain: MakeDomain) -> None:
    keys = make_domain(NOTES).keys
    named = {("users", "name"), ("notes", "title"), ("notes", "number"), ("users", "motto")}
    assert keys.in_keys == named  # neither the body nor the reader
    assert keys.neighbours == (
        Neighbours(frozenset({("users", "name")}), "/", frozenset({("notes", "title")})),
    )


def test_signs_of_templates_paddings_and_limits(make_domain: MakeDomain) -> None:
    keys = make_domain(NOTES).keys
    assert keys.delimiters[:2] == ("#", "/")
    assert "OF#" in keys.delimiters
    assert keys.paddings == {("notes", "number"): (6,)}
    assert keys.limits == {"users": (4, 9), "notes": (4, 9)}


def test_a_repeated_column_counts_where_it_is_made(make_domain: MakeDomain) -> None:
    domain = make_domain(NOTES)
    assert domain.origin(("notes", "user_id")) == ("users", "id")
    assert domain.origin(("notes", "reader_id")) == ("users", "id")
    assert domain.origin(("notes", "body")) == ("notes", "body")


def test_where_no_name_is_found_everything_may_be_in_a_key(make_domain: MakeDomain) -> None:
    text = NOTES.replace("lower(u.name) AS owner", "u.name AS first").replace(
        "u.motto\n", "u.motto, unnest(['a']) AS owner\n"
    )
    assert ("notes", "body") in make_domain(text).keys.in_keys


def test_texts_that_stand_for_something_else_are_not_changed(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(
        '{"id": "Abc", "blob": "AQID", "number": "Nine", "info": "Word", "name": "Ann"}\n'
    )
    columns = "".join(
        f"      {one}: {{type: text}}\n" for one in ("id", "blob", "number", "info", "name")
    )
    text = f"""version: 1
name: test
entities:
  rows:
    from: rows.jsonl
    attributes:
{columns}tables:
  the-table:
    partition_key: id
    items:
      row:
        from: rows
        key: {{id: "${{id}}"}}
        attributes:
          blob: {{value: "${{blob}}", type: B}}
          number: {{value: "${{number}}", type: N}}
          info: {{dynamodb_json: "${{info}}"}}
          name: ${{name}}
"""
    definition = examine_text(text, "test.yaml", folder=tmp_path).definition
    assert definition is not None
    with Facts.generate(
        definition.entities, seed=1, folder=definition.folder, places=definition.source
    ) as facts:
        domain = Domain.of(definition, facts)
    changed = {
        one for one in ("blob", "number", "info", "name") if dataset_values(domain, ("rows", one))
    }
    assert changed == {"name"}
