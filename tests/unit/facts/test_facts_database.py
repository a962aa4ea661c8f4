from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from dynaproof.facts.database import Facts
from dynaproof.model.codes import Code
from dynaproof.model.definition import SourceMap
from dynaproof.model.diagnostic import EnvironmentFault, InputError
from dynaproof.model.entity import Attribute, Count, Each, Entity, Generator, References

MakeFacts = Callable[..., Facts]
PLACES = SourceMap("model.yaml")
EVERYTHING = Entity(
    "things",
    (
        Attribute("uuid", Generator("uuid")),
        Attribute("handle", Generator("user_name")),
        Attribute("n", Generator("integer", {"min": 1, "max": 3})),
        Attribute("top", Generator("integer", {"min": 2**63 - 2, "max": 2**63 - 1})),
        Attribute("price", Generator("decimal", {"places": 3})),
        Attribute("paid", Generator("boolean", {"true": 1})),
        Attribute("state", Generator("choice", {"values": ("new", "old")})),
        Attribute("score", Generator("choice", {"values": (1, 2.5)})),
        Attribute("moment", Generator("timestamp")),
        Attribute("day", Generator("date")),
        Attribute("key", Generator("bytes", {"length": 5})),
    ),
    rows=300,
)
PARTS = Entity(
    "parts",
    (Attribute("thing", References("things", "uuid")),),
    each=Each("things", "moment", "made_at", Count.fixed(1)),
)
TYPES = {
    "uuid": "VARCHAR",
    "handle": "VARCHAR",
    "n": "BIGINT",
    "top": "BIGINT",
    "price": "DECIMAL(18,3)",
    "paid": "BOOLEAN",
    "state": "VARCHAR",
    "score": "DECIMAL(18,1)",
    "moment": "TIMESTAMP",
    "day": "DATE",
    "key": "BLOB",
}


def described(facts: Facts, entity: str) -> dict[object, object]:
    rows = facts.connection.execute(f"DESCRIBE {entity}").fetchall()
    return {name: type_ for name, type_, *_ in rows}


def test_declared_tables_are_the_generated_ones_without_rows(make_facts: MakeFacts) -> None:
    entities = [EVERYTHING, PARTS]
    generated = make_facts(*entities)
    with Facts.declare(entities, folder=".", places=PLACES) as declared:
        for facts, rows in ((generated, 300), (declared, 0)):
            assert facts.entities == ("things", "parts")
            assert facts.columns("things") == described(facts, "things") == TYPES
            assert facts.columns("parts") == {"made_at": "TIMESTAMP", "thing": "VARCHAR"}
            assert facts.row_count("things") == facts.row_count("parts") == rows
            tables = facts.connection.sql("SELECT table_name FROM duckdb_tables()").fetchall()
            assert sorted(tables) == [("parts",), ("things",)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{file}')",
        "COPY things TO '{file}.copy'",
        "ATTACH '{file}.db'",
        "SET enable_external_access = true",
        "SET memory_limit = '10GB'",
        "SET lock_configuration = false",
        "INSTALL httpfs",
        "LOAD '{file}'",
        "SELECT * FROM EVERYTHING",
    ],
)
def test_sql_reaches_the_facts_only(make_facts: MakeFacts, tmp_path: Path, sql: str) -> None:
    file = tmp_path / "secret.txt"
    file.write_text("secret", encoding="utf-8")
    facts = make_facts(EVERYTHING)
    with Facts.declare([EVERYTHING], folder=".", places=PLACES) as declared:
        for connection in (facts.connection, facts.cursor(), declared.connection):
            with pytest.raises(duckdb.Error):
                connection.execute(sql.format(file=file)).fetchall()
    assert [path.name for path in tmp_path.iterdir()] == ["secret.txt"]


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Facts.generate([EVERYTHING], seed=1, folder=".", places=PLACES) as facts:
        assert len(list(tmp_path.iterdir())) == 1
    facts.close()
    impossible = Attribute("n", Generator("integer", {"max": 1}), unique=True)
    with pytest.raises(InputError):
        Facts.generate([Entity("e", (impossible,), rows=9)], seed=1, folder=".", places=PLACES)
    with pytest.raises(InputError):
        Facts.declare([Entity("e", (), dataset="none.csv")], folder=".", places=PLACES)
    assert list(tmp_path.iterdir()) == []


def test_facts_larger_than_the_memory_limit_are_spilled() -> None:
    text = Generator("text", {"min_length": 2_000, "max_length": 2_000})
    entity = Entity("e", (Attribute("body", text),), rows=40_000)
    with Facts.generate([entity], seed=1, folder=".", places=PLACES, memory_limit="60MB") as facts:
        [(total,)] = facts.connection.sql("SELECT sum(length(body)) FROM e").fetchall()
    assert total == 80_000_000


def test_facts_without_room_end_in_a_finding() -> None:
    text = Generator("text", {"min_length": 2_000, "max_length": 2_000})
    entity = Entity("e", (Attribute("body", text),), rows=10_000)
    with pytest.raises(EnvironmentFault) as caught:
        Facts.generate([entity], seed=1, folder=".", places=PLACES, memory_limit="1MB")
    [diagnostic] = caught.value.diagnostics
    assert diagnostic.code is Code.NO_SPACE
    assert "1MB" in diagnostic.message


def test_the_clock_starts_after_the_newest_timestamp(make_facts: MakeFacts) -> None:
    facts = make_facts(EVERYTHING)
    [(newest,)] = facts.connection.sql("SELECT max(moment) FROM things").fetchall()
    first, second = facts.clock(0), facts.clock(1)
    assert (first - newest.replace(tzinfo=UTC)).total_seconds() == 1
    assert (second - first).total_seconds() == 1
    # A change of the facts does not move it.
    facts.connection.execute("DELETE FROM things").fetchall()
    assert facts.clock(0) == first


def test_the_clock_without_timestamps(make_facts: MakeFacts) -> None:
    facts = make_facts(Entity("e", (Attribute("uuid", Generator("uuid")),), rows=1))
    assert facts.clock(0) == datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("attribute", TYPES)
def test_an_absent_value_is_in_no_row_and_of_the_type(
    make_facts: MakeFacts, attribute: str
) -> None:
    facts = make_facts(EVERYTHING)
    value = facts.absent_value("things", attribute)
    [(example,)] = facts.connection.sql(f"SELECT {attribute} FROM things LIMIT 1").fetchall()
    assert type(value) is type(example)
    count = f"SELECT count(*) FROM things WHERE {attribute} = $value"
    assert facts.connection.execute(count, {"value": value}).fetchall() == [(0,)]
    if attribute in {"uuid", "handle", "state", "key"}:
        assert isinstance(value, str | bytes)
        [(longest,)] = facts.connection.sql(f"SELECT max({attribute}) FROM things").fetchall()
        assert len(value) == len(longest)


def test_there_may_be_no_absent_value(make_facts: MakeFacts) -> None:
    both = Attribute("b", Generator("choice", {"values": (True, False)}), unique=True)
    facts = make_facts(Entity("e", (both,), rows=2))
    assert facts.absent_value("e", "b") is None


@pytest.mark.parametrize("attribute", TYPES)
def test_without_rows_every_value_is_absent(attribute: str) -> None:
    with Facts.declare([EVERYTHING], folder=".", places=PLACES) as facts:
        assert facts.absent_value("things", attribute) is not None
