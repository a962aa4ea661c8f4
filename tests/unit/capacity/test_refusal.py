"""Keys and items at the limits of what is stored.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

import pytest

from dynaproof.capacity.refusal import Refused, check_item, check_key, table_named
from dynaproof.capacity.store import Store
from dynaproof.model.attribute_value import AttributeValue, Item
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table

TABLE = Table(
    "t",
    KeyAttribute("pk"),
    KeyAttribute("sk", "B"),
    global_secondary_indexes=(
        SecondaryIndex(
            "gsi", "global", (KeyAttribute("g"), KeyAttribute("h")), (KeyAttribute("k"),)
        ),
    ),
)


def keyed(partition: int = 1, sort: int = 1, **others: AttributeValue) -> Item:
    return {"pk": {"S": "p" * partition}, "sk": {"B": bytes(sort)}, **others}


# Key, and what is refused: 1 to 2,048 bytes of a partition key, 1 to 1,024 of a sort key.
KEYS: list[tuple[Item, str]] = [
    (keyed(), ""),
    (keyed(partition=2_048), ""),
    (keyed(partition=2_049), "the key attribute pk of t has 2,049 of 1 to 2,048 bytes"),
    (keyed(partition=0), "the key attribute pk of t has 0 of 1 to 2,048 bytes"),
    ({"pk": {"S": "é" * 1_025}, "sk": {"B": b"x"}}, "has 2,050 of 1 to 2,048 bytes"),
    (keyed(sort=1_024), ""),
    (keyed(sort=1_025), "the key attribute sk of t has 1,025 of 1 to 1,024 bytes"),
    (keyed(sort=0), "the key attribute sk of t has 0 of 1 to 1,024 bytes"),
    ({"pk": {"N": "1"}, "sk": {"B": b"x"}}, "the key attribute pk of t is S, not N"),
]


@pytest.mark.parametrize(("key", "message"), KEYS)
def test_a_key_has_bounds(key: Item, message: str) -> None:
    for check in (check_key, check_item):
        if message:
            with pytest.raises(Refused, match=message) as refusal:
                check(TABLE, key)
            assert refusal.value.error == "ValidationException"
        else:
            check(TABLE, key)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ({"pk": {"S": "p"}}, "the key of t is pk, sk, not pk$"),
        (keyed(a={"S": "x"}), "the key of t is pk, sk, not pk, sk, a$"),
    ],
)
def test_a_key_is_all_of_the_key_and_nothing_else(key: Item, message: str) -> None:
    with pytest.raises(Refused, match=message):
        check_key(TABLE, key)


# Keys of an index are checked where they are there.
ITEMS: list[tuple[Item, str]] = [
    (keyed(a={"S": ""}), ""),
    ({"pk": {"S": "p"}}, "the item lacks the key attribute sk"),
    (keyed(g={"S": "g" * 2_048}), ""),
    (keyed(g={"S": "g" * 2_049}), "the key attribute g of gsi has 2,049 of 1 to 2,048 bytes"),
    (keyed(h={"S": "h" * 2_048}), ""),
    (keyed(k={"S": "k" * 1_024}), ""),
    (keyed(k={"S": "k" * 1_025}), "the key attribute k of gsi has 1,025 of 1 to 1,024 bytes"),
    (keyed(k={"S": ""}), "the key attribute k of gsi has 0 of 1 to 1,024 bytes"),
    (keyed(k={"N": "1"}), "the key attribute k of gsi is S, not N"),
    # 6 bytes of the key and the name a; 400 KB are 409,600 bytes.
    (keyed(a={"B": bytes(409_593)}), ""),
    (keyed(a={"B": bytes(409_594)}), "maximum allowed size: 409,601 bytes"),
]


@pytest.mark.parametrize(("item", "message"), ITEMS)
def test_an_item_has_bounds(item: Item, message: str) -> None:
    if message:
        with pytest.raises(Refused, match=message) as refusal:
            check_item(TABLE, item)
        assert refusal.value.error == "ValidationException"
    else:
        check_item(TABLE, item)


@pytest.mark.parametrize("name", ["u", 5, None, ["t"]])
def test_a_table_that_is_not_there_is_not_found(name: object) -> None:
    store = Store([TABLE])
    assert table_named(store, "t") == TABLE
    with pytest.raises(Refused, match="there is no table") as refusal:
        table_named(store, name)
    assert refusal.value.error == "ResourceNotFoundException"
