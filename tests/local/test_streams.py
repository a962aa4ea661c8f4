"""Records of a real stream: all of them, in order, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest

from dynaproof.dynamodb.connection import Connection, ServiceError
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import connect
from dynaproof.dynamodb.streams import StreamReader
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.diagnostic import EnvironmentFault
from dynaproof.model.table import KeyAttribute, Table

View = Literal["keys_only", "new_image", "old_image"]
ORDERS = Table("orders", KeyAttribute("pk"), KeyAttribute("sk", "N"), stream="new_and_old_images")


@pytest.fixture
def connection(endpoint: Endpoint) -> Iterator[Connection]:
    with connect(endpoint) as connection:
        yield connection


@pytest.fixture
def orders(endpoint: Endpoint) -> str:
    """The whole name of a new table with a stream."""
    with Tables(endpoint) as tables:
        return tables.create(ORDERS)


def order(number: int, **more: object) -> dict[str, object]:
    return {"pk": {"S": f"user-{number % 3}"}, "sk": {"N": str(number)}, **more}


def put(connection: Connection, table: str, item: object) -> None:
    connection.call("PutItem", {"TableName": table, "Item": item})


def test_a_record_is_there_when_the_write_is_answered(connection: Connection, orders: str) -> None:
    reader = StreamReader(connection, orders)
    for number in range(100):
        put(connection, orders, order(number))
        [record] = reader.read_new()
        assert record.keys == order(number)
    assert reader.read_new() == []


def test_insert_modify_remove_hold_the_items_before_and_after(
    connection: Connection, orders: str
) -> None:
    first, second = order(1, v={"B": "AAE="}), order(1, v={"L": [{"N": "1.5"}]})
    reader = StreamReader(connection, orders)
    put(connection, orders, first)
    put(connection, orders, second)
    connection.call("DeleteItem", {"TableName": orders, "Key": order(1)})

    records = reader.read_new()

    assert [(record.event, record.old, record.new) for record in records] == [
        ("insert", None, first),
        ("modify", first, second),
        ("remove", second, None),
    ]
    assert {record.table for record in records} == {orders}
    assert not any(record.expired for record in records)
    numbers = [record.sequence_number for record in records]
    assert numbers == sorted(set(numbers), key=int)


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("keys_only", [(False, False)] * 3),
        ("new_image", [(False, True), (False, True), (False, False)]),
        ("old_image", [(False, False), (True, False), (True, False)]),
    ],
)
def test_a_record_shows_what_the_view_type_says(
    connection: Connection, endpoint: Endpoint, view: View, shown: list[tuple[bool, bool]]
) -> None:
    with Tables(endpoint) as tables:
        name = tables.create(Table("shown", KeyAttribute("pk"), stream=view))
    reader = StreamReader(connection, name)
    put(connection, name, {"pk": {"S": "a"}, "v": {"N": "1"}})
    put(connection, name, {"pk": {"S": "a"}, "v": {"N": "2"}})
    connection.call("DeleteItem", {"TableName": name, "Key": {"pk": {"S": "a"}}})

    records = reader.read_new()

    assert [record.event for record in records] == ["insert", "modify", "remove"]
    assert [(one.old is not None, one.new is not None) for one in records] == shown


def test_what_changes_nothing_has_no_record(connection: Connection, orders: str) -> None:
    put(connection, orders, order(1, v={"N": "1"}))
    reader = StreamReader(connection, orders)

    put(connection, orders, order(1, v={"N": "1.0"}))
    key = {"TableName": orders, "Key": order(1)}
    connection.call("UpdateItem", {**key, "UpdateExpression": "SET v = v"})
    connection.call("DeleteItem", {"TableName": orders, "Key": order(2)})
    with pytest.raises(ServiceError, match="ConditionalCheckFailedException"):
        connection.call("DeleteItem", {**key, "ConditionExpression": "attribute_not_exists(pk)"})

    assert reader.read_new() == []


def test_a_transaction_has_one_record_for_each_item_that_it_changes(
    connection: Connection, orders: str
) -> None:
    put(connection, orders, order(1))
    reader = StreamReader(connection, orders)
    part = {"TableName": orders}
    check = {**part, "Key": order(1), "ConditionExpression": "attribute_exists(pk)"}
    connection.call(
        "TransactWriteItems",
        {
            "TransactItems": [
                *({"Put": {**part, "Item": order(number)}} for number in (4, 2, 3)),
                {"ConditionCheck": check},
            ]
        },
    )

    assert {str(record.keys["sk"]) for record in reader.read_new()} == {
        str(order(number)["sk"]) for number in (2, 3, 4)
    }


def test_records_of_several_pages_come_whole_and_in_order(
    connection: Connection, orders: str
) -> None:
    reader = StreamReader(connection, orders)
    for start in range(0, 2100, 25):
        requests = [{"PutRequest": {"Item": order(start + i)}} for i in range(25)]
        connection.call("BatchWriteItem", {"RequestItems": {orders: requests}})

    assert [record.new for record in reader.read_new()] == [order(i) for i in range(2100)]


def test_only_what_came_after_the_reader_or_its_skip_is_read(
    connection: Connection, orders: str
) -> None:
    put(connection, orders, order(1))
    reader = StreamReader(connection, orders)
    put(connection, orders, order(2))
    reader.skip_to_end()
    put(connection, orders, order(3))

    assert [record.keys for record in reader.read_new()] == [order(3)]


def test_writes_to_another_table_before_the_first_record_lose_nothing(
    connection: Connection, endpoint: Endpoint, orders: str
) -> None:
    with Tables(endpoint) as tables:
        other = tables.create(Table("bills", KeyAttribute("pk")))
    reader = StreamReader(connection, orders)
    for number in range(3):
        put(connection, other, {"pk": {"S": f"bill-{number}"}})
    assert reader.read_new() == []
    for number in range(2):
        put(connection, orders, order(number))

    assert [record.keys for record in reader.read_new()] == [order(0), order(1)]
    put(connection, other, {"pk": {"S": "bill"}})
    put(connection, orders, order(2))
    assert [record.keys for record in reader.read_new()] == [order(2)]


def test_two_readers_read_the_same(connection: Connection, orders: str) -> None:
    readers = [StreamReader(connection, orders) for _ in range(2)]
    put(connection, orders, order(1))

    one, other = (reader.read_new(1) for reader in readers)

    assert one == other


def test_records_that_never_come_are_waited_for_in_bounds(
    connection: Connection, orders: str
) -> None:
    waited: list[float] = []
    reader = StreamReader(connection, orders, wait=waited.append)
    put(connection, orders, order(1))

    with pytest.raises(EnvironmentFault, match="gave 1 records of 2"):
        reader.read_new(2)
    assert sum(waited) < 60


def test_a_record_that_comes_late_is_waited_for(connection: Connection, orders: str) -> None:
    reader = StreamReader(
        connection, orders, wait=lambda _seconds: put(connection, orders, order(2))
    )
    put(connection, orders, order(1))

    assert [record.keys for record in reader.read_new(2)] == [order(1), order(2)]


def test_a_table_without_a_stream_is_a_fault(connection: Connection, endpoint: Endpoint) -> None:
    with Tables(endpoint) as tables:
        name = tables.create(Table("still", KeyAttribute("pk")))

    with pytest.raises(EnvironmentFault, match="is switched off"):
        StreamReader(connection, name)
    with pytest.raises(EnvironmentFault, match="ResourceNotFoundException"):
        StreamReader(connection, name + "-not-there")


def test_a_dropped_table_gives_its_last_records_and_then_none(
    connection: Connection, endpoint: Endpoint, orders: str
) -> None:
    reader = StreamReader(connection, orders)
    put(connection, orders, order(1))
    with Tables(endpoint) as tables:
        tables.drop(orders)
        tables.create(ORDERS)
    put(connection, orders, order(2))

    assert [record.keys for record in reader.read_new()] == [order(1)]
    assert reader.read_new() == []
