from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dynaproof.facts.database import Facts
from dynaproof.model.codes import Code
from dynaproof.model.definition import SourceMap
from dynaproof.model.diagnostic import InputError
from dynaproof.model.entity import Attribute, Count, Each, Entity, Generator, References

MakeFacts = Callable[..., Facts]

CSV = """id,name,zip,joined
7,Ann,01234,2026-01-01T10:00:00Z
3,Böb,99999,2026-01-02T10:00:00+02:00
5,,00001,2026-01-03T10:00:00Z
"""
JSON_LINES = '{"id": 7, "tags": ["a", "b"]}\n{"id": 3, "tags": []}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    patterns = tmp_path / "project" / "patterns"
    patterns.mkdir(parents=True)
    (patterns / "people.csv").write_text(CSV, encoding="utf-8")
    (patterns / "people.jsonl").write_text(JSON_LINES, encoding="utf-8")
    beside = tmp_path / "project" / "datasets"
    beside.mkdir()
    (beside / "people.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "secret.csv").write_text(CSV, encoding="utf-8")
    return patterns


def test_all_columns_of_a_file_are_read_in_its_order(make_facts: MakeFacts, folder: Path) -> None:
    facts = make_facts(Entity("people", (), dataset="people.csv"), folder=folder)
    assert facts.columns("people") == {
        "id": "BIGINT",
        "name": "VARCHAR",
        "zip": "VARCHAR",
        "joined": "TIMESTAMP",
    }
    assert facts.connection.sql("FROM people").fetchall() == [
        (7, "Ann", "01234", datetime(2026, 1, 1, 10)),
        (3, "Böb", "99999", datetime(2026, 1, 2, 8)),
        (5, None, "00001", datetime(2026, 1, 3, 10)),
    ]


def test_listed_columns_are_read_and_others_generated(make_facts: MakeFacts, folder: Path) -> None:
    attributes = (
        Attribute("name", None),
        Attribute("handle", Generator("user_name"), unique=True),
        Attribute("id", None),
    )
    facts = make_facts(
        Entity("people", attributes, dataset="../datasets/people.csv"), folder=folder
    )
    assert list(facts.columns("people")) == ["name", "handle", "id"]
    assert facts.connection.sql("SELECT id, name FROM people").fetchall() == [
        (7, "Ann"),
        (3, "Böb"),
        (5, None),
    ]
    [(handles,)] = facts.connection.sql("SELECT count(DISTINCT handle) FROM people").fetchall()
    assert handles == 3


def test_others_refer_to_rows_of_a_file(make_facts: MakeFacts, folder: Path) -> None:
    people = Entity("people", (), dataset="people.jsonl")
    posts = Entity(
        "posts",
        (Attribute("by", References("people", "id")),),
        each=Each("people", "id", "owner", Count.fixed(2)),
    )
    facts = make_facts(posts, people, folder=folder)
    assert facts.connection.sql("SELECT owner FROM posts").fetchall() == [(7,), (7,), (3,), (3,)]
    assert facts.columns("people")["tags"] == "VARCHAR[]"


def test_instants_of_parquet_are_in_utc(make_facts: MakeFacts, folder: Path) -> None:
    file = folder / "p.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT TIMESTAMPTZ '2026-01-01 00:00:00+02' AS at) TO '{file}' (FORMAT parquet)"
    ).fetchall()
    facts = make_facts(Entity("p", (), dataset="p.parquet"), folder=folder)
    assert facts.connection.sql("FROM p").fetchall() == [(datetime(2025, 12, 31, 22),)]


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        ("../../secret.csv", "outside of the definition's folder"),
        ("/etc/passwd", "outside of the definition's folder"),
        ("link.csv", "outside of the definition's folder"),
        ("linked/secret.csv", "outside of the definition's folder"),
        ("none.csv", "there is no file"),
        ("people.txt", "of no kind that can be read"),
        ("peo[p]le.csv", "of no kind that can be read"),
        ("broken.parquet", "cannot be read"),
        ("broken.jsonl", "cannot be read"),
        ("https://example.com/people.csv", "there is no file"),
    ],
)
def test_files_that_may_not_or_cannot_be_read(folder: Path, dataset: str, message: str) -> None:
    (folder / "link.csv").symlink_to(folder.parents[1] / "secret.csv")
    (folder / "linked").symlink_to(folder.parents[1])
    for name in ("people.txt", "peo[p]le.csv", "broken.parquet"):
        (folder / name).write_text("x", encoding="utf-8")
    (folder / "broken.jsonl").write_text('{"a": ', encoding="utf-8")
    entity = Entity("people", (), dataset=dataset)
    places = SourceMap("m.yaml")
    with pytest.raises(InputError) as declared:
        Facts.declare([entity], folder=str(folder), places=places)
    with pytest.raises(InputError) as generated:
        Facts.generate([entity], seed=1, folder=str(folder), places=places)
    for caught in (declared, generated):
        [diagnostic] = caught.value.diagnostics
        assert diagnostic.code is Code.DATASET
        assert message in diagnostic.message
        assert "\n" not in diagnostic.message


def test_columns_that_a_file_lacks(folder: Path) -> None:
    people = Entity("people", (Attribute("nam", None),), dataset="people.csv")
    with pytest.raises(InputError, match="no column 'nam'") as caught:
        Facts.declare([people], folder=str(folder), places=SourceMap("m.yaml"))
    assert "Did you mean 'name'?" in str(caught.value)

    people = Entity("people", (), dataset="people.csv")
    posts = Entity("posts", (Attribute("by", References("people", "idd")),), rows=1)
    with pytest.raises(InputError, match="no attribute 'idd'"):
        Facts.declare([people, posts], folder=str(folder), places=SourceMap("m.yaml"))


@pytest.mark.parametrize("name", ["typed.jsonl", "typed.csv", "typed.json", "typed.parquet"])
def test_columns_have_the_types_that_are_stated(
    make_facts: MakeFacts, folder: Path, name: str
) -> None:
    rows = '{"zip": "01234", "day": "2026-01-01", "n": 7, "key": "3f0b0d9e-0000-4000-8000-00000000abcd"}'
    (folder / "typed.jsonl").write_text(rows + "\n")
    (folder / "typed.json").write_text(f"[{rows}]")
    (folder / "typed.csv").write_text(
        "zip,day,n,key\n01234,2026-01-01,7,3f0b0d9e-0000-4000-8000-00000000abcd\n"
    )
    with duckdb.connect(":memory:") as connection:
        source = f"read_json('{folder / 'typed.jsonl'}', format = 'newline_delimited')"
        connection.execute(f"COPY (FROM {source}) TO '{folder / 'typed.parquet'}'")
    attributes = (
        Attribute("zip", None, type="text"),
        Attribute("day", None, type="text"),
        Attribute("n", None, type="number"),
        Attribute("key", None),
    )
    facts = make_facts(Entity("typed", attributes, dataset=name), folder=folder)
    types = {"zip": "VARCHAR", "day": "VARCHAR", "n": "DOUBLE"}
    columns = facts.columns("typed")
    assert {one: columns[one] for one in types} == types
    [row] = facts.connection.sql("SELECT zip, day, n, CAST(key AS VARCHAR) FROM typed").fetchall()
    assert row == ("01234", "2026-01-01", 7.0, "3f0b0d9e-0000-4000-8000-00000000abcd")


def test_a_value_that_is_not_of_the_stated_type_is_told(
    make_facts: MakeFacts, folder: Path
) -> None:
    attributes = (Attribute("name", None, type="integer"),)
    with pytest.raises(InputError) as raised:
        make_facts(Entity("people", attributes, dataset="people.csv"), folder=folder)
    assert raised.value.diagnostics[0].code is Code.DATASET
    assert "Line: 2" in raised.value.diagnostics[0].message
