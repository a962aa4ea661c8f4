"""The bytes of an item towards 1 MB, and when a page is full.

The rules were measured on the service by architect/dynalite, and are told in ``page_bytes``; the
figures here are worked out from them by hand.
"""

from __future__ import annotations

import pytest

from dynaproof.capacity.page import PAGE_BYTES, PageFill, page_bytes
from dynaproof.model.attribute_value import AttributeValue, Item

RECORD, CHUNK = 2, 18

# A value, and its bytes on a page: a length before each payload, of 1 to 3 bytes for texts.
VALUES: list[tuple[AttributeValue, int]] = [
    ({"S": ""}, 1),
    ({"S": "x" * 127}, 127 + 1),
    ({"S": "x" * 128}, 128 + 2),
    ({"S": "größe"}, 7 + 1),
    ({"N": "12345"}, 4 + 1),
    ({"B": b"abc"}, 3 + 1),
    ({"BOOL": True}, 1),
    ({"NULL": True}, 0),
    ({"SS": ["a", "bcd"]}, 4 + 2 + 1),
    ({"NS": ["0", "-12345"]}, 6 + 2 + 1),
    ({"BS": [b"ab"]}, 2 + 1 + 1),
    ({"L": []}, 3),
    ({"L": [{"S": "ab"}, {"NULL": True}]}, 3 + (1 + 2 + 1) + (1 + 0)),
    ({"L": [{"S": "ab"}, {"N": "1"}]}, 3 + (1 + 2 + 1) + (1 + 2 + 1)),
    ({"M": {}}, 3),
    # A member's name is one byte, whatever its length.
    ({"M": {"long name": {"S": "ab"}, "b": {"BOOL": True}}}, 3 + (1 + 1 + 3) + (1 + 1 + 1)),
]


@pytest.mark.parametrize(("value", "size"), VALUES)
def test_a_value_has_so_many_bytes_on_a_page(value: AttributeValue, size: int) -> None:
    assert page_bytes({"name": value}, None) == RECORD + 1 + size + CHUNK


@pytest.mark.parametrize(
    ("length", "prefix", "chunks"),
    [
        # 1 + the name + the length + the payload fill a chunk at 3,072 bytes.
        (3_067, 2, 1),
        (3_068, 2, 2),
        (6_139, 2, 2),
        (6_140, 2, 3),
        (16_383, 2, 6),
        (16_384, 3, 6),
    ],
)
def test_each_3_kb_have_a_header_and_the_sort_key(length: int, prefix: int, chunks: int) -> None:
    item: Item = {"a": {"S": "x" * length}}
    size = 1 + prefix + length
    assert page_bytes(item, None) == RECORD + size + chunks * CHUNK
    assert page_bytes(item, "sk") == RECORD + size + chunks * CHUNK
    keyed = item | {"sk": {"S": "12345"}}
    assert page_bytes(keyed, "sk") == RECORD + size + chunks * (CHUNK + 5)


def sized(size: int) -> Item:
    return {"a": {"S": "x" * (size - 1)}}


def test_a_page_is_full_at_1_mb_of_its_own_count() -> None:
    fill = PageFill(None, fetches=False)
    counted = 0
    for _ in range(10):
        fill.add(sized(90_000), sized(90_000))
        counted += page_bytes(sized(90_000), None)
    assert (fill.size, fill.full, fill.near_boundary) == (900_000, False, False)
    # What is left, less a header for each 3 KB, the name, the length and the record.
    rest = PAGE_BYTES - counted
    length = next(n for n in range(rest, 0, -1) if page_bytes(sized(n), None) <= rest)
    assert page_bytes(sized(length), None) == rest
    short = PageFill(None, fetches=False)
    for _ in range(10):
        short.add(sized(90_000), sized(90_000))
    short.add(sized(length - 1), sized(length - 1))
    assert (short.full, short.near_boundary) == (False, True)
    fill.add(sized(length), sized(length))
    assert (fill.full, fill.near_boundary) == (True, True)


# 95 % of a page by item sizes: 996,148 bytes, in items of which the page counts more.
def test_a_page_that_item_sizes_nearly_fill_is_near_its_end() -> None:
    names: Item = {f"{number:0400}": {"NULL": True} for number in range(2_000)}
    fill = PageFill(None, fetches=False)
    fill.add(names, names)
    # 401 bytes by size, and one byte on a page, for each.
    assert fill.size == 802_000
    assert (fill.full, fill.near_boundary) == (False, False)
    more: Item = {f"{number:0400}": {"NULL": True} for number in range(500)}
    fill.add(more, more)
    assert fill.size == 1_002_500
    assert (fill.full, fill.near_boundary) == (False, True)


def test_fetched_items_fill_a_page_by_what_is_paid_for() -> None:
    fill = PageFill("sk", fetches=True)
    for _ in range(127):
        fill.add(sized(10), sized(4_097))
    assert (fill.full, fill.size) == (False, 1_270)
    fill.add(sized(10), sized(4_096))
    # 127 * 8 KB, 4 KB, and 4 KB of entries: 256 * 4 KB.
    assert fill.full
