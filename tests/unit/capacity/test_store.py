"""The order of items, and the partitions that a table is taken to have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dynaproof.capacity.predictor import predict
from dynaproof.capacity.store import Store
from dynaproof.model.attribute_value import AttributeValue, Item
from dynaproof.model.table import KeyAttribute, KeyType, SecondaryIndex, Table, Throughput

PK, SK, G = KeyAttribute("pk"), KeyAttribute("sk"), KeyAttribute("g")
GSI = SecondaryIndex("gsi", "global", (G,), (KeyAttribute("n", "N"),))
LSI = SecondaryIndex("lsi", "local", (PK,), (KeyAttribute("n", "N"),))
TABLE = Table("t", PK, SK, global_secondary_indexes=(GSI,), local_secondary_indexes=(LSI,))


def item(sk: str, **others: AttributeValue) -> Item:
    return {"pk": {"S": "p"}, "sk": {"S": sk}, **others}


def keyed(type_: KeyType) -> Table:
    return Table("t", PK, KeyAttribute("sk", type_))


ORDERS: list[tuple[KeyType, list[object]]] = [
    # Texts by their UTF-8 bytes, numbers by value, binary by unsigned bytes.
    ("S", ["", "A", "a", "aa", "b", "é", "\uffff", "😀"]),
    ("N", ["-10", "-9.5", "0", "2", "10", "1E2"]),
    ("B", [b"\x00", b"\x01\xff", b"\x02", b"\x7f", b"\x80", b"\xff"]),
]


@pytest.mark.parametrize(("type_", "values"), ORDERS)
def test_items_are_ordered_by_sort_key(type_: KeyType, values: list[object]) -> None:
    table = keyed(type_)
    store = Store([table])
    ordered: list[Item] = [{"pk": {"S": "p"}, "sk": {type_: value}} for value in values]
    for one in reversed(ordered):
        store.put("t", one)
    assert store.items(table) == ordered


def test_an_index_is_ordered_by_its_own_key_and_then_by_the_tables() -> None:
    store = Store([TABLE])
    numbers = {"c": "1", "b": "2", "a": "10", "d": "2"}
    for sk, number in numbers.items():
        store.put("t", item(sk, g={"S": "g"}, n={"N": number}))
    for index in TABLE.indexes:
        keys = [one["sk"]["S"] for one in store.items(TABLE, index)]
        assert keys == ["c", "b", "d", "a"]
    assert [one["sk"]["S"] for one in store.items(TABLE)] == ["a", "b", "c", "d"]


def query(**others: object) -> dict[str, object]:
    return {
        "TableName": "t",
        "KeyConditionExpression": "g = :g",
        "ExpressionAttributeValues": {":g": {"S": "g"}},
        "IndexName": "gsi",
        **others,
    }


# Numbers of the items a, b and c in the index, the Limit, and whether the page ends in a tie.
TIES = [
    (("1", "1", "2"), 1, True),
    (("1", "1.0", "2"), 1, True),
    (("1", "1", "2"), 2, False),
    (("1", "2", "2"), 1, False),
    (("1", "2", "2"), 2, True),
    (("1", "1", "1"), 3, False),
    (("1", "1", "1"), None, False),
]


@pytest.mark.parametrize(("numbers", "limit", "tied"), TIES)
def test_a_page_that_ends_between_equal_keys_is_uncertain(
    numbers: tuple[str, ...], limit: int | None, tied: bool
) -> None:
    store = Store([TABLE])
    for sk, number in zip("abc", numbers, strict=True):
        store.put("t", item(sk, g={"S": "g"}, n={"N": number}))
    bound = {} if limit is None else {"Limit": limit}
    by_gsi = predict(store, "Query", query(**bound))
    assert ["uncertain"] * tied == [mark.kind for mark in by_gsi.marks]
    by_lsi = query(
        KeyConditionExpression="pk = :g",
        ExpressionAttributeValues={":g": {"S": "p"}},
        IndexName="lsi",
        **bound,
    )
    assert predict(store, "Query", by_lsi).marks == ()


def test_a_page_of_an_index_goes_on_after_its_own_key() -> None:
    store = Store([TABLE])
    for sk, number in (("a", "3"), ("b", "2"), ("c", "1")):
        store.put("t", item(sk, g={"S": "g"}, n={"N": number}))
    first = predict(store, "Query", query(Limit=1)).page
    assert first is not None
    last = item("c", g={"S": "g"}, n={"N": "1"})
    assert first.last_key == last
    rest = predict(store, "Query", query(ExclusiveStartKey=last)).page
    assert rest is not None
    assert (rest.count, rest.last_evaluated_key, rest.last_key) == (2, False, None)


# A partition gives 3,000 reads and 1,000 writes a second; both add up.
PARTITIONS = [
    (None, 4),
    (Throughput(1, 1), 1),
    (Throughput(3_000, 0), 1),
    (Throughput(3_001, 0), 2),
    (Throughput(0, 1_001), 2),
    (Throughput(1_500, 500), 1),
    (Throughput(1_501, 500), 2),
    (Throughput(6_000, 1_000), 3),
    (Throughput(0, 0), 1),
]


@pytest.mark.parametrize(("throughput", "count"), PARTITIONS)
def test_partitions_follow_from_the_throughput(throughput: Throughput | None, count: int) -> None:
    table = replace(TABLE, throughput=throughput)
    store = Store([table])
    assert store.partitions(table, None) == count
    assert store.partitions(table, LSI) == count
    assert store.partitions(table, GSI) == count
    scan = predict(store, "Scan", {"TableName": "t"})
    assert scan.capacity_units == 0.5 * count
    assert [mark.kind for mark in scan.marks] == ["assumed"] * (count > 1)


def test_a_global_secondary_index_has_its_own_throughput() -> None:
    gsi = replace(GSI, throughput=Throughput(9_000, 0))
    table = replace(TABLE, throughput=Throughput(1, 1), global_secondary_indexes=(gsi,))
    store = Store([table])
    assert (store.partitions(table, gsi), store.partitions(table, None)) == (3, 1)
    lsi = replace(LSI, throughput=Throughput(9_000, 0))
    assert store.partitions(table, lsi) == 1
    scan = predict(store, "Scan", {"TableName": "t", "IndexName": "gsi"})
    assert scan.capacity_units == 1.5
    known = Store([table], partitions={"t": 7})
    assert known.partitions(table, gsi) == 7
