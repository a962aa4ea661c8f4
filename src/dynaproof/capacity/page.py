"""Where a page of a Query or Scan ends.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from dynaproof.capacity.item_size import (
    CONTAINER_BYTES,
    ELEMENT_BYTES,
    item_bytes,
    value_bytes,
)
from dynaproof.capacity.prediction import Mark
from dynaproof.capacity.units import READ_UNIT_BYTES, blocks
from dynaproof.model.attribute_value import Item, attributes_of, descriptor, elements

PAGE_BYTES = 1_048_576

PAGE_BOUNDARY = Mark(
    "page boundary",
    "the page ends at 1 MB, which the service does not count in item sizes; its count was"
    " measured, and is not documented",
)

# Beyond so much of a page the exact count decides whether it is full.
_NEAR = 0.95

_RECORD_BYTES = 2
_CHUNK_BYTES = 3_072
_CHUNK_HEADER_BYTES = 18


def page_bytes(item: Item, sort_key: str | None) -> int:
    """Bytes of an item towards the 1 MB of a page.

    Not the item's size: names are a byte each, payloads carry a length, and each 3 KB carry the
    sort key and a header. Measured on the service by architect/dynalite (its tests of Query and
    Scan just under and just over 1 MB, which are among the recorded cases).
    """
    size = sum(1 + _stored(value) for name, value in item.items() if name != sort_key)
    # The sort key's value is counted as it is sized, with the length but without compression.
    key = value_bytes(item[sort_key]) if sort_key in item else 0
    chunks = 1 + (1 + size) // _CHUNK_BYTES
    return _RECORD_BYTES + size + chunks * (_CHUNK_HEADER_BYTES + key)


class PageFill:
    """How full a page is while its items are read.

    Where attributes are fetched from the table, it is the bytes that are paid for: those of the
    index rounded up once, those of each fetched item by itself. Source: LSI page, "Read capacity
    units". The item that fills the page is part of it.
    """

    def __init__(self, sort_key: str | None, *, fetches: bool) -> None:
        self._sort_key = sort_key
        self._fetches = fetches
        self._filled = 0
        self.size = 0
        """Bytes read from the table or index, by item sizes."""

    def add(self, entry: Item, item: Item) -> None:
        """Count an entry that is read, and the whole item that it is of."""
        self.size += item_bytes(entry)
        if self._fetches:
            self._filled += blocks(item_bytes(item), READ_UNIT_BYTES) * READ_UNIT_BYTES
        else:
            self._filled += page_bytes(entry, self._sort_key)

    @property
    def full(self) -> bool:
        """Whether the page ends here."""
        return self._counted >= PAGE_BYTES

    @property
    def near_boundary(self) -> bool:
        """Whether, by its own count or by item sizes, the page may end elsewhere."""
        return max(self._counted, self.size) >= PAGE_BYTES * _NEAR

    @property
    def _counted(self) -> int:
        if not self._fetches:
            return self._filled
        return self._filled + blocks(self.size, READ_UNIT_BYTES) * READ_UNIT_BYTES


def _stored(value: Mapping[str, object]) -> int:
    type_, payload = descriptor(value)
    match type_:
        case "S":
            size = value_bytes(value)
            return size + (1 if size < 128 else 2 if size < 16_384 else 3)
        case "N" | "B":
            return value_bytes(value) + 1
        case "SS" | "NS" | "BS":
            return value_bytes(value) + len(elements(payload)) + 1
        case "NULL":
            return 0
        case "L":
            inner = (cast(Mapping[str, object], one) for one in elements(payload))
            return CONTAINER_BYTES + sum(ELEMENT_BYTES + _stored(one) for one in inner)
        case "M":
            members = attributes_of(payload).values()
            return CONTAINER_BYTES + sum(ELEMENT_BYTES + 1 + _stored(one) for one in members)
    return value_bytes(value)
