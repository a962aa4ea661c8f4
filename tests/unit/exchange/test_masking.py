"""Masks: the form of a value stays, the value does not."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.exchange.fixed_words import fixed_words
from dynaproof.exchange.masking import Masking
from dynaproof.exchange.permutation import permuted
from dynaproof.model.attribute_value import Item, number_text
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table

SECRET = b"a secret of the tests"
TABLE = Table("shop", KeyAttribute("pk"), KeyAttribute("sk"))
NUMBERS = (
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15
    )
    | st.integers(-(10**37), 10**37)
    | st.sampled_from([Decimal("1E125"), Decimal("-1E-130"), Decimal("1.5E-20")])
).map(number_text)
KEPT = frozenset({"USER", "ORDER"})


def mask(text: str) -> str:
    return Masking(SECRET, KEPT).text(text)


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_a_text_keeps_its_bytes_and_its_delimiters(text: str) -> None:
    masked = mask(text)
    assert len(masked.encode("utf-8", "surrogatepass")) == len(
        text.encode("utf-8", "surrogatepass")
    )
    assert [c for c in masked if not c.isalnum()] == [c for c in text if not c.isalnum()]


@pytest.mark.parametrize("text", ["Ελένη", "Nguyễn", "田中", "김철수", "สมชาย", "𐐀𐐨", "٣٤٥"])
def test_letters_of_all_scripts_are_masked(text: str) -> None:
    masked = mask(text)
    assert not {c for c in text if c.isalnum()} & {
        c for c, before in zip(masked, text, strict=True) if c == before
    }


@given(st.lists(st.text("ab1é #-T:", max_size=6), min_size=2, max_size=30, unique=True))
@settings(max_examples=100)
def test_two_texts_have_two_masks(texts: list[str]) -> None:
    assert len({mask(one) for one in texts}) == len(texts)


@given(NUMBERS)
@settings(max_examples=200)
def test_a_number_keeps_its_digits_and_stays_canonical(text: str) -> None:
    masked = Masking(SECRET).number(text)
    assert number_text(masked) == masked
    assert re.sub("[1-9]", "0", masked) == re.sub("[1-9]", "0", masked)
    assert len(masked) == len(text)
    assert masked.find(".") == text.find(".")
    assert masked.startswith("-") == text.startswith("-")


def test_all_numbers_of_three_digits_have_masks_of_their_own() -> None:
    masking = Masking(SECRET)
    assert len({masking.number(str(one)) for one in range(1000)}) == 1000


def test_the_same_value_has_the_same_mask_wherever_it_stands() -> None:
    user = mask("alice")
    assert mask("USER#alice") == f"USER#{user}"
    assert mask("alice|17") == f"{user}|{mask('17')}"
    assert mask("00017") == f"000{mask('17')}"
    assert Masking(SECRET).number("17") == mask("17")
    assert mask("CITY#New York").partition("#")[2] == mask("New York")


def test_a_mask_is_another_one_under_another_secret() -> None:
    names = ["alice", "bob", "17", "2026-01-05", "9f8b2f7a-1c2d-4e5f-8a9b-0c1d2e3f4a5b"]
    for name in names:
        assert len({Masking(bytes([n])).text(name) for n in range(10)}) > 3


def test_words_that_are_kept_are_nobody_s_mask() -> None:
    words = frozenset({"AB", "CD", "EF"})
    masking = Masking(SECRET, words)
    others = [a + b for a in "ABCDEFGH" for b in "ABCDEFGH" if a + b not in words]
    masked = {masking.text(one) for one in others}
    assert len(masked) == len(others)
    assert not masked & words


def test_a_uuid_stays_one_of_its_version() -> None:
    masked = mask("9f8b2f7a-1c2d-4e5f-8a9b-0c1d2e3f4a5b")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}", masked)
    assert masked != "9f8b2f7a-1c2d-4e5f-8a9b-0c1d2e3f4a5b"


INSTANTS = st.datetimes(datetime(1960, 1, 1), datetime(2140, 1, 1))


@given(INSTANTS, INSTANTS)
@settings(max_examples=50)
def test_times_stay_times_in_their_order(one: datetime, other: datetime) -> None:
    texts = [at.isoformat(timespec="milliseconds") + "Z" for at in (one, other)]
    masked = [mask(f"ORDER#{text}").partition("#")[2] for text in texts]
    for text, before in zip(masked, texts, strict=True):
        assert datetime.fromisoformat(text).year > 1950
        assert text[:10] != before[:10]
        assert len(text) == len(before)
    assert (masked[0] < masked[1]) == (texts[0] < texts[1])


@pytest.mark.parametrize("units", [1, 1_000, 1_000_000])
def test_epochs_move_as_times_do(units: int) -> None:
    at = 1_767_225_600
    moved = datetime.fromisoformat(mask("2026-01-01T00:00:00Z"))
    masked = Masking(SECRET).number(str(at * units))
    assert int(masked) // units == int(moved.timestamp())


def test_what_is_no_date_is_masked_all_the_same() -> None:
    for text in ["2026-02-31", "2026-13-01", "1026-01-01", "9999-99-99"]:
        assert mask(text) != text
        assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", mask(text))


def test_each_type_stays_what_it_is() -> None:
    item: Item = {
        "S": {"S": "alice"},
        "N": {"N": "12.5"},
        "B": {"B": b"alice"},
        "BOOL": {"BOOL": True},
        "NULL": {"NULL": True},
        "SS": {"SS": ["alice", "bob"]},
        "NS": {"NS": ["1", "2"]},
        "BS": {"BS": [b"a", b"b"]},
        "L": {"L": [{"S": "alice"}, {"M": {"name": {"S": "alice"}}}]},
    }
    masked = Masking(SECRET).item(item)
    alice = mask("alice")
    assert masked["S"] == {"S": alice}
    assert masked["L"] == {"L": [{"S": alice}, {"M": {"name": {"S": alice}}}]}
    assert masked["SS"]["SS"] == [alice, mask("bob")]
    assert (masked["BOOL"], masked["NULL"]) == (item["BOOL"], item["NULL"])
    assert isinstance(masked["B"]["B"], bytes)
    assert len(masked["B"]["B"]) == 5
    assert {name: list(value) for name, value in masked.items()} == {
        name: list(value) for name, value in item.items()
    }


@given(st.lists(st.integers(2, 300), min_size=1, max_size=8), st.data())
@settings(max_examples=50)
def test_a_permutation_stays_within_its_digits(radices: list[int], data: st.DataObject) -> None:
    digits = [data.draw(st.integers(0, radix - 1)) for radix in radices]
    made = permuted(digits, radices, b"key")
    assert len(made) == len(digits)
    assert all(0 <= one < radix for one, radix in zip(made, radices, strict=True))


def test_a_permutation_gives_every_list_once() -> None:
    lists = [[a, b, c] for a in range(13) for b in range(17) for c in range(11)]
    made = {tuple(permuted(one, [13, 17, 11], b"key")) for one in lists}
    assert len(made) == len(lists)
    assert made == {tuple(one) for one in lists}


def test_long_values_differ_in_every_block() -> None:
    first, second = ([n] + [0] * 999 for n in (1, 2))
    made = [permuted(one, [256] * 1000, b"key") for one in (first, second)]
    assert sum(a == b for a, b in zip(*made, strict=True)) < 30


def _items(pairs: list[tuple[str, str]]) -> list[Item]:
    return [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in pairs]


def test_words_of_keys_are_the_model_s_where_they_stand_with_others() -> None:
    items = _items([(f"USER#{n}", f"ORDER#{n}") for n in range(4)] + [("user:1", "x")])
    assert fixed_words(TABLE, items) == {"USER", "ORDER"}
    few = _items([(f"user:{n}", f"order_{n}") for n in range(4)])
    assert fixed_words(TABLE, few) == {"user", "order"}


def test_names_of_people_in_keys_are_no_words_of_the_model() -> None:
    names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace"]
    items = _items([(f"{name}#{n}", "PROFILE") for name in names for n in range(3)])
    assert fixed_words(TABLE, items) == {"PROFILE"}


def test_codes_are_data() -> None:
    words = ["KIT", "BAG", "TOY", "HAT"]
    skus = [(f"{word}-{n:03}", "x") for word in words for n in range(3)]
    assert fixed_words(TABLE, _items(skus)) == frozenset()


def test_sort_keys_of_one_word_are_the_model_s_where_many_items_have_them() -> None:
    items = _items([(str(n), "METADATA") for n in range(3)] + [("9", "SECRET")])
    assert fixed_words(TABLE, items) == {"METADATA"}


def test_keys_of_indexes_and_names_of_item_types_count_too() -> None:
    index = SecondaryIndex("by-mail", "global", (KeyAttribute("gsi1pk"),))
    table = Table("shop", KeyAttribute("pk", "N"), global_secondary_indexes=(index,))
    items: list[Item] = [
        {"pk": {"N": str(n)}, "gsi1pk": {"S": f"MAIL#{n}"}, "entityType": {"S": "User"}}
        for n in range(2)
    ]
    assert fixed_words(table, items) == {"MAIL", "User"}
