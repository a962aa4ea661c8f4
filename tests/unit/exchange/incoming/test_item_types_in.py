"""Items of one table, parted by what names their type."""

from __future__ import annotations

import pytest

from dynaproof.exchange.incoming.item_types_in import MOST_ITEM_TYPES, item_types_in
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import KeyAttribute, Table

TABLE = Table("shop", KeyAttribute("pk"), KeyAttribute("sk"))


def items(*keys: tuple[str, str], **attributes: list[str]) -> list[Item]:
    made: list[Item] = []
    for n, (pk, sk) in enumerate(keys):
        item: Item = {"pk": {"S": pk}, "sk": {"S": sk}}
        item |= {name: {"S": values[n]} for name, values in attributes.items() if values[n]}
        made.append(item)
    return made


def parted(found: list[Item], table: Table = TABLE) -> dict[str, int]:
    return {one.name: len(one.items) for one in item_types_in(table, found)}


USERS = [(f"USER#{n}", "PROFILE") for n in range(3)]
ORDERS = [(f"USER#{n}", f"ORDER#{n}{n}") for n in range(3)]


def test_keys_tell_item_types_by_their_last_word() -> None:
    assert parted(items(*USERS, *ORDERS)) == {"PROFILE": 3, "ORDER": 3}


def test_every_item_is_in_one_type_in_its_order() -> None:
    mixed = [pair for both in zip(USERS, ORDERS, strict=True) for pair in both]
    found = item_types_in(TABLE, items(*mixed))
    assert sorted(
        (item["pk"]["S"], item["sk"]["S"]) for one in found for item in one.items
    ) == sorted(mixed)
    assert [item["pk"]["S"] for item in found[0].items] == ["USER#0", "USER#1", "USER#2"]


@pytest.mark.parametrize("name", ["entityType", "_type", "__typename", "_et"])
def test_an_attribute_that_names_the_type_is_believed(name: str) -> None:
    keys = [(f"{n}", "x") for n in range(4)]
    found = items(*keys, **{name: ["User", "User", "Order", "User"]})
    assert parted(found) == {"User": 3, "Order": 1}


def test_an_attribute_that_may_name_it_is_believed_where_keys_agree() -> None:
    kinds = ["user"] * 3 + ["purchase"] * 3
    assert parted(items(*USERS, *ORDERS, type=kinds)) == {"user": 3, "purchase": 3}
    books = items(*[(f"BOOK#{n}", "x") for n in range(4)], type=["novel", "poem", "novel", "map"])
    assert parted(books) == {"BOOK": 4}


def test_names_of_people_are_no_item_types() -> None:
    names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan"]
    assert parted(items(*[(f"{name}#1", f"{n:03}") for n, name in enumerate(names)])) == {"shop": 9}


def test_words_in_capitals_are_item_types_be_they_few_or_many() -> None:
    words = ["USER", "ORDER", "INVOICE", "BASKET"]
    assert list(parted(items(*[(f"{word}#1", word) for word in words]))) == words


def test_types_with_the_same_last_word_have_names_of_their_own() -> None:
    keys = [("USER#1", "META"), ("USER#2", "META"), ("SHOP#1", "META"), ("SHOP#2", "META")]
    assert parted(items(*keys)) == {"META": 2, "SHOP": 2}
    more = [*keys, ("SHOP#1", "SHOP#1"), ("SHOP#2", "SHOP#2")]
    assert len(parted(items(*more))) == 3


def test_codes_are_item_types_where_their_items_differ() -> None:
    skus = [(f"{word}-{n:03}", "x") for word in ("KIT", "BAG") for n in range(4)]
    assert parted(items(*skus)) == {"shop": 8}
    prices = ["9"] * 4 + [""] * 4
    assert parted(items(*skus, price=prices)) == {"KIT": 4, "BAG": 4}


def test_items_that_nothing_tells_apart_are_one_type_named_as_the_table() -> None:
    numbers = Table("readings", KeyAttribute("id", "N"))
    found: list[Item] = [{"id": {"N": str(n)}} for n in range(5)]
    assert parted(found, numbers) == {"readings": 5}
    assert item_types_in(numbers, []) == ()


def test_more_types_than_a_model_has_are_none() -> None:
    def word(n: int) -> str:
        return chr(65 + n // 26) + chr(65 + n % 26)

    keys = [(f"{word(n)}#1", "X") for n in range(MOST_ITEM_TYPES + 1)]
    assert list(parted(items(*keys))) == ["shop"]
    named = items(*keys, entityType=[f"T{n}" for n in range(len(keys))])
    assert list(parted(named)) == ["shop"]
