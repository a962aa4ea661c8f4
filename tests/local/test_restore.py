"""Whatever was written, the starting data come back, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynaproof.dynamodb.connection import Connection
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.session import connect
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.table import KeyAttribute, Table
from dynaproof.proof.restore import (
    Item,
    Key,
    checked_items,
    item_key,
    put_back,
    read_items,
    scan_items,
    written_items,
)

TABLES = {
    "restore-text": Table("restore-text", KeyAttribute("pk")),
    "restore-number": Table("restore-number", KeyAttribute("pk", "N"), KeyAttribute("sk", "B")),
}
KEYS: list[tuple[str, Item]] = [
    *(("restore-text", {"pk": {"S": text}}) for text in ("a", "b", "ü", "a b")),
    *(
        ("restore-number", {"pk": {"N": number}, "sk": {"B": binary}})
        for number in ("0", "-1.5")
        for binary in ("AA==", "//8=")
    ),
]
VALUES = st.sampled_from(
    [
        {"S": ""},
        {"S": "text"},
        {"N": "12345678901234567890.12345678901234567"},
        {"B": "AAEC"},
        {"BOOL": False},
        {"NULL": True},
        {"SS": ["a", "b"]},
        {"NS": ["-1", "2.5"]},
        {"BS": ["AQ==", "Ag=="]},
        {"L": [{"N": "1"}, {"M": {"a": {"L": []}}}]},
    ]
)
CONTENTS = st.dictionaries(st.sampled_from(range(len(KEYS))), VALUES)


@pytest.fixture(scope="module")
def connection(local_server: LocalServer) -> Iterator[Connection]:
    endpoint = Endpoint(local_server.endpoint_url)
    with Tables(endpoint) as tables, connect(endpoint) as connection:
        for table in TABLES.values():
            tables.create(table)
        yield connection
        for name in TABLES:
            tables.drop(name)


def fill(connection: Connection, contents: dict[int, object]) -> None:
    """Make the tables hold just these items."""
    for position, (name, key) in enumerate(KEYS):
        if position in contents:
            item = {**key, "value": contents[position]}
            connection.call("PutItem", {"TableName": name, "Item": item})
        else:
            connection.call("DeleteItem", {"TableName": name, "Key": key})


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=CONTENTS, after=CONTENTS, all_of_them=st.booleans())
def test_the_starting_data_come_back(
    connection: Connection,
    before: dict[int, object],
    after: dict[int, object],
    all_of_them: bool,
) -> None:
    keys = [item_key(TABLES[name], name, key) for name, key in KEYS]

    def contents() -> dict[Key, Item | None]:
        return scan_items(connection, TABLES) if all_of_them else read_items(connection, keys)

    fill(connection, before)
    start = scan_items(connection, TABLES)
    told = contents()
    fill(connection, after)
    changed = put_back(connection, told, contents())
    assert scan_items(connection, TABLES) == start
    assert changed == sum(before.get(n) != after.get(n) for n in range(len(KEYS)))
    assert put_back(connection, told, contents()) == 0


def test_more_items_than_one_request_takes_come_back(connection: Connection) -> None:
    fill(connection, {})
    before = scan_items(connection, TABLES)
    items = [{"pk": {"S": f"many-{n}"}} for n in range(60)]
    for item in items:
        connection.call("PutItem", {"TableName": "restore-text", "Item": item})
    assert put_back(connection, before, scan_items(connection, TABLES)) == 60
    assert scan_items(connection, TABLES) == before == {}


def test_what_is_no_key_holds_no_item(connection: Connection) -> None:
    keys = [("restore-text", orjson.dumps({"pk": {"N": "1"}}))]
    assert read_items(connection, keys) == {keys[0]: None}


A, B = ({"pk": {"S": name}} for name in "ab")
TOUCHED: list[tuple[str, dict[str, object], list[Item] | None, list[Item]]] = [
    # operation, arguments, items written, items checked alone
    ("PutItem", {"TableName": "restore-text", "Item": {**A, "x": {"N": "1"}}}, [A], []),
    ("UpdateItem", {"TableName": "restore-text", "Key": A}, [A], []),
    ("DeleteItem", {"TableName": "restore-text", "Key": A}, [A], []),
    ("PutItem", {"TableName": "elsewhere", "Item": A}, [], []),
    ("PutItem", {"TableName": "restore-text", "Item": {"x": {"N": "1"}}}, [], []),
    (
        "BatchWriteItem",
        {
            "RequestItems": {
                "restore-text": [{"PutRequest": {"Item": A}}, {"DeleteRequest": {"Key": B}}]
            }
        },
        [A, B],
        [],
    ),
    (
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Update": {"TableName": "restore-text", "Key": A}},
                {"ConditionCheck": {"TableName": "restore-text", "Key": B}},
            ]
        },
        [A],
        [B],
    ),
    ("ExecuteStatement", {"Statement": "DELETE FROM x"}, None, []),
]


@pytest.mark.parametrize(("operation", "arguments", "written", "checked"), TOUCHED)
def test_the_items_that_a_request_touches(
    operation: str,
    arguments: dict[str, object],
    written: list[Item] | None,
    checked: list[Item],
) -> None:
    def keys(items: list[Item]) -> list[Key]:
        return [item_key(TABLES["restore-text"], "restore-text", item) for item in items]

    found = written_items(operation, arguments, TABLES)
    assert found == (None if written is None else keys(written))
    assert checked_items(operation, arguments, TABLES) == keys(checked)
