from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone

import duckdb
import pytest

from dynaproof.facts.database import Facts
from dynaproof.facts.sql import (
    Answer,
    ResultColumn,
    check_change,
    describe,
    run,
    run_change,
    time_limit,
)
from dynaproof.facts.sql_problem import SqlError, SqlProblem
from dynaproof.facts.sql_rules import Overload, rules_of
from dynaproof.model.codes import Code
from dynaproof.model.definition import SourceMap
from dynaproof.model.diagnostic import Place
from dynaproof.model.entity import Attribute, Entity, Generator

ENTITIES = [
    Entity(
        "users",
        (
            Attribute("uuid", Generator("uuid")),
            Attribute("handle", Generator("user_name")),
            Attribute("joined", Generator("timestamp")),
        ),
        rows=10,
    ),
    Entity("orders", (Attribute("today", Generator("date")),), rows=1),
]
ENDLESS = "WITH RECURSIVE t AS (SELECT 1 n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t"
DUCKDB = Callable[[duckdb.DuckDBPyConnection, str, tuple[str, ...]], object]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    places = SourceMap("model.yaml")
    with Facts.generate(ENTITIES, seed=1, folder=".", places=places) as facts:
        yield facts.connection


@pytest.fixture
def changing(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    connection.begin()
    yield connection
    connection.rollback()


def problem(call: DUCKDB, connection: duckdb.DuckDBPyConnection, sql: str) -> SqlProblem:
    with pytest.raises(SqlError) as caught:
        call(connection, sql, ("user",))
    assert all("\n" not in d.message + d.hint for d in caught.value.diagnostics)
    return caught.value.problems[0]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT uuid, handle FROM users",
        "SELECT uuid, handle FROM users WHERE uuid = $user ORDER BY joined DESC LIMIT 20;",
        "-- the newest\nSELECT uuid, handle FROM users -- all",
        "WITH newest AS (SELECT * FROM users) SELECT uuid, handle FROM newest",
        "SELECT uuid, handle FROM main.users, unnest([1, 2]), range(3)",
        "FROM users SELECT uuid, handle",
        "SELECT any_value(uuid) AS uuid, handle FROM users GROUP BY handle",
    ],
)
def test_the_columns_of_a_question(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    expected = (ResultColumn("uuid", "VARCHAR"), ResultColumn("handle", "VARCHAR"))
    assert describe(connection, sql, ["user"]) == expected


def test_a_column_that_is_a_parameter_has_no_type_yet(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert describe(connection, "SELECT $user AS u", ["user"]) == (ResultColumn("u", '"NULL"'),)


@pytest.mark.parametrize(
    ("sql", "code", "message", "hint", "place"),
    [
        ("SELECT uid FROM users", "DP208", '"uid" not found', '"uuid"', (1, 8)),
        ("SELECT uuid,\n  handel\nFROM users", "DP208", '"handel"', '"handle"', (2, 3)),
        ("SELECT uuid FROM usrs", "DP208", "usrs does not exist", '"users"', (1, 18)),
        ("SELECT uper(uuid) FROM users", "DP208", "uper does not exist", "upper", (1, 8)),
        ("SELEC uuid", "DP208", "syntax error", "", (1, 1)),
        ("SELECT " + "'é', " * 40 + "uid FROM users", "DP208", '"uid"', "", (1, 208)),
        ("SELECT " + "(" * 3000 + "1" + ")" * 3000, "DP208", "nested too deeply", "", (0, 0)),
        ("SELECT $zz FROM users", "DP208", "$zz", "Parameters are: user.", (0, 0)),
        ("SELECT $use FROM users", "DP208", "$use", "Did you mean 'user'?", (0, 0)),
        ("SELECT ? FROM users", "DP208", "$1", "as $name", (0, 0)),
        ("", "DP209", "0 statements", "", (0, 0)),
        ("SELECT 1; SELECT 2", "DP209", "2 statements", "", (0, 0)),
        ("DELETE FROM users", "DP209", "no SELECT", "", (0, 0)),
        ("COPY users TO '/tmp/x'", "DP209", "no SELECT", "", (0, 0)),
        ("ATTACH 'x'", "DP209", "no SELECT", "", (0, 0)),
        ("PRAGMA version", "DP209", "no SELECT", "", (0, 0)),
        ("SET memory_limit = '1GB'", "DP209", "no SELECT", "", (0, 0)),
        ("EXPLAIN SELECT 1", "DP209", "no SELECT", "", (0, 0)),
        ("SHOW TABLES", "DP209", "SHOW", "", (0, 0)),
        ("SELECT * FROM (DESCRIBE users)", "DP209", "SHOW", "", (0, 0)),
        ("SELECT * FROM 'people.csv'", "DP209", "no entity", "", (1, 15)),
        ("SELECT * FROM read_csv('x')", "DP209", "read_csv", "range", (1, 15)),
        ("SELECT (SELECT content FROM read_text('x'))", "DP209", "read_text", "", (1, 29)),
        ("SELECT * FROM query('SELECT 1')", "DP209", "query", "", (1, 15)),
        ("SELECT * FROM duckdb_settings()", "DP209", "duckdb_settings", "", (1, 15)),
        ("SELECT * FROM sqlite_master", "DP209", "sqlite_master", "", (1, 15)),
        ("SELECT * FROM information_schema.tables", "DP209", "no entity", "", (1, 15)),
        ("SELECT random()", "DP210", "random", "parameter", (1, 8)),
        ("SELECT *\nFROM users\nORDER BY uuid()", "DP210", "uuid", "", (3, 10)),
        ("SELECT now() FROM users", "DP210", "now", "clock", (1, 8)),
        ("SELECT current_timestamp", "DP210", "current_timestamp", "", (1, 8)),
        ("SELECT CURRENT_DATE", "DP210", "current_date", "", (1, 8)),
        ("SELECT current_setting('threads')", "DP210", "current_setting", "", (1, 8)),
        ("SELECT nextval('s')", "DP210", "nextval", "", (1, 8)),
        ("SELECT * FROM users USING SAMPLE 3", "DP210", "sample", "", (0, 0)),
        ("SELECT * FROM users TABLESAMPLE 10%", "DP210", "sample", "", (1, 15)),
    ],
)
def test_questions_that_are_refused(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    code: str,
    message: str,
    hint: str,
    place: tuple[int, int],
) -> None:
    found = problem(describe, connection, sql)
    assert found.code.value == code
    assert message in found.message
    assert hint in found.hint
    assert (found.line, found.column) == place


def test_functions_of_times_with_a_zone_are_the_same_on_every_run() -> None:
    within, zone = "CONSISTENT_WITHIN_QUERY", "TIMESTAMP WITH TIME ZONE"
    listed = [  # as DuckDB 2.0.1 lists them
        Overload("strftime", "scalar", "CONSISTENT", "", ["TIMESTAMP", "VARCHAR"], "VARCHAR"),
        Overload("strftime", "scalar", within, "", [zone, "VARCHAR"], "VARCHAR"),
        Overload("make_timestamptz", "scalar", within, "", ["BIGINT", "DOUBLE"], zone),
        Overload("now", "scalar", within, "", [], zone),
        Overload("getvariable", "scalar", within, "", ["VARCHAR"], "ANY"),
        Overload("uuidv7", "scalar", "VOLATILE", "", [zone], "UUID"),
        Overload("age_of", "macro", None, "(now() - born)", ["born"], None),
    ]
    assert rules_of(listed).unrepeatable == {"now", "getvariable", "uuidv7", "age_of"}


def test_times_with_a_zone_are_those_of_utc_on_every_machine() -> None:
    script = """
from dynaproof.facts.database import Facts
with Facts() as facts:
    for connection in (facts.connection, facts.connection.cursor()):
        sql = "SELECT strftime(TIMESTAMPTZ '2026-01-01 00:00:00+00', '%Y-%m-%d %H')"
        print(connection.execute(sql).fetchone()[0])
"""
    # A process of its own: DuckDB asks for the machine's zone once.
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "TZ": "America/New_York"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == ["2026-01-01 00", "2026-01-01 00"]


def test_all_that_is_forbidden_is_said_in_order(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(SqlError) as caught:
        describe(connection, "SELECT random(), now() FROM read_csv('x')")
    assert [p.code for p in caught.value.problems] == [
        Code.SQL_UNREPEATABLE,
        Code.SQL_UNREPEATABLE,
        Code.SQL_FORBIDDEN,
    ]


def test_an_attribute_may_have_the_name_of_a_function(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert describe(connection, "SELECT today FROM orders") == (ResultColumn("today", "DATE"),)


def test_the_caller_gives_the_place(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(SqlError) as caught:
        describe(connection, "SELECT uid FROM users")
    [diagnostic] = caught.value.at(Place("model.yaml", 3, 5)).diagnostics
    assert str(diagnostic).startswith("model.yaml:3:5: error DP208: ")


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO users VALUES ($user, 'a', NULL)",
        "INSERT INTO users (uuid) SELECT uuid FROM users WHERE handle = 'now()'",
        "UPDATE users SET handle = 'b' WHERE uuid = $user; DELETE FROM orders",
    ],
)
def test_a_change_is_checked_without_being_made(
    connection: duckdb.DuckDBPyConnection, sql: str
) -> None:
    before = connection.sql("FROM users").fetchall()
    check_change(connection, sql, ["user"])
    assert connection.sql("FROM users").fetchall() == before


@pytest.mark.parametrize(
    ("sql", "code", "message", "place"),
    [
        ("", "DP209", "one or more of INSERT", (0, 0)),
        ("SELECT 1", "DP209", "one or more of INSERT", (0, 0)),
        ("DROP TABLE users", "DP209", "one or more of INSERT", (0, 0)),
        ("DELETE FROM users; SELECT 1", "DP209", "one or more of INSERT", (0, 0)),
        ("DELETE FROM usrs", "DP208", "usrs", (0, 0)),
        ("DELETE FROM users; DELETE\nFROM users WHERE uid = 1", "DP208", "uid", (2, 18)),
        ("DELETE FROM users WHERE uid = 1", "DP208", '"uid"', (1, 25)),
        ("INSERT INTO users VALUES (1)", "DP208", "3 columns", (0, 0)),
        ("INSERT INTO users (uuid) VALUES (uuid())", "DP210", "uuid", (1, 34)),
        ("UPDATE users SET joined = current_timestamp", "DP210", "current_timestamp", (1, 27)),
        ("INSERT INTO users SELECT * FROM read_csv('x')", "DP209", "read_csv", (1, 33)),
        ("DELETE FROM users WHERE uuid = $usr", "DP208", "$usr", (0, 0)),
    ],
)
def test_changes_that_are_refused(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    code: str,
    message: str,
    place: tuple[int, int],
) -> None:
    found = problem(check_change, connection, sql)
    assert found.code.value == code
    assert message in found.message
    assert (found.line, found.column) == place


def test_an_answer_has_the_columns_and_the_order_of_the_question(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    sql = "SELECT n AS number FROM range(5) t(n) WHERE n > $least ORDER BY n DESC"
    assert run(connection, sql, {"least": 2, "unused": 1}) == Answer(("number",), ((4,), (3,)))


def test_instants_are_bound_in_utc(changing: duckdb.DuckDBPyConnection) -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    change = "INSERT INTO users VALUES ('x', 'x', $at)"
    check_change(changing, change, ["at"])
    eastern = noon.astimezone(timezone(timedelta(hours=5)))
    assert run_change(changing, change, {"at": eastern}) == 1
    question = "SELECT joined FROM users WHERE joined = $at"
    assert run(changing, question, {"at": noon}).rows == ((noon.replace(tzinfo=None),),)


def test_a_change_counts_the_rows_it_touched(changing: duckdb.DuckDBPyConnection) -> None:
    sql = "DELETE FROM orders; UPDATE users SET handle = $name"
    assert run_change(changing, sql, {"name": "n"}) == 11
    assert run(changing, "SELECT DISTINCT handle FROM users", {}).rows == (("n",),)


def test_wrong_values_are_said_when_they_are_met(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(SqlError) as caught:
        run(connection, "SELECT CAST(handle AS INTEGER) FROM users", {})
    assert "\n" not in caught.value.problems[0].message


def test_a_query_without_end_is_stopped(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(SqlError) as caught:
        run(connection, ENDLESS, {}, seconds=0.2)
    assert "took longer than 0.2 s" in str(caught.value)
    # Neither a late interrupt nor a thread is left.
    assert run(connection, "SELECT count(*) FROM users", {}).rows == ((10,),)
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


def test_other_errors_pass_the_time_limit(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.CatalogException), time_limit(connection, 60):
        connection.execute("FROM nothing").fetchall()
