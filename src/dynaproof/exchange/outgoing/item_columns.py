"""Items of one type as columns: what type each attribute has, and Arrow batches of them.

An attribute that is a map or a list, NULL, or of several types is a column of DynamoDB JSON.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

import orjson
import pyarrow as pa

from dynaproof.exchange.exported import GeneratedItem, ItemsOf
from dynaproof.model.attribute_value import number_text
from dynaproof.model.table import Table

BATCH_ITEMS = 20_000
BATCH_CHARACTERS = 8_000_000
"""Items that are held as Python values at a time: so many, and so much of their JSON."""
JSON = "JSON"
INTEGER_DIGITS, DECIMAL_DIGITS = 18, 38
"""Digits that every 64-bit integer column, and every 128-bit decimal one, can hold."""
_COLUMN_KINDS = frozenset({"S", "N", "B", "BOOL", "SS", "NS", "BS"})

ItemJson = dict[str, dict[str, object]]
"""An item as the JSON protocol has it."""


@dataclass(slots=True)
class AttributeColumn:
    """An attribute of an item type: ``kind`` is its DynamoDB type, or ``JSON``.

    ``items`` have it, of all items of the type. Of numbers, ``whole`` and ``scale`` are the most
    digits before and after the point. ``empty`` and ``broken`` count texts without a character,
    and with a line break.
    """

    name: str
    kinds: set[str] = field(default_factory=set)
    items: int = 0
    whole: int = 1
    scale: int = 0
    empty: int = 0
    broken: int = 0

    @property
    def kind(self) -> str:
        """The one DynamoDB type of all values, if a column can have it."""
        return (
            next(iter(self.kinds)) if self.kinds <= _COLUMN_KINDS and len(self.kinds) == 1 else JSON
        )

    def see(self, kind: str, payload: object) -> None:
        """Take a value into account."""
        self.items += 1
        self.kinds.add(kind)
        if kind == "S":
            text = str(payload)
            self.empty += not text
            self.broken += "\n" in text or "\r" in text
        elif kind == "N":
            self._number(str(payload))
        elif kind == "NS" and isinstance(payload, list):
            for one in payload:
                self._number(str(one))

    def _number(self, text: str) -> None:
        whole, _, fraction = _plain(text).lstrip("-").partition(".")
        self.whole = max(self.whole, len(whole))
        self.scale = max(self.scale, len(fraction))


@dataclass(frozen=True, slots=True)
class ItemTypeColumns:
    """An item type's number of items and its attributes, those of the table's key first."""

    table: Table
    item_type: str
    number: int
    columns: tuple[AttributeColumn, ...]


def item_type_columns(table: Table, items: Iterator[GeneratedItem]) -> list[ItemTypeColumns]:
    """The columns of all item types, from all items: one pass over them."""
    keys = [key.name for key in table.key_attributes]
    found: dict[str, dict[str, AttributeColumn]] = {}
    numbers: dict[str, int] = {}
    for item_type in table.items:
        names = dict.fromkeys(chain(keys, (one.name for one in item_type.all_attributes)))
        found[item_type.name] = {name: AttributeColumn(name) for name in names}
        numbers[item_type.name] = 0
    for item in items if found else ():
        numbers[item.item_type] += 1
        columns = found[item.item_type]
        values: ItemJson = orjson.loads(item.text)
        for name, value in values.items():
            [(kind, payload)] = value.items()
            columns[name].see(kind, payload)
    return [
        ItemTypeColumns(table, name, numbers[name], tuple(columns.values()))
        for name, columns in found.items()
    ]


def column_batches(
    of: ItemTypeColumns, items: ItemsOf, columns: Sequence[ArrowColumn]
) -> Iterator[pa.RecordBatch]:
    """The items of a type in Arrow batches, a column for each of ``columns``."""
    schema = pa.schema([(column.name, column.type) for column in columns])
    for rows in _rows(of, items):
        yield pa.record_batch([column.array(rows) for column in columns], schema=schema)


@dataclass(frozen=True, slots=True)
class ArrowColumn:
    """A column's name, its Arrow type, and what makes it of items."""

    name: str
    type: pa.DataType
    of_values: Callable[[list[object]], pa.Array]
    kind: str
    """The type descriptor whose payloads are the values; ``JSON`` for whole attribute values."""

    def array(self, rows: Sequence[ItemJson]) -> pa.Array:
        """The column of some items; null where an item has no such attribute."""
        name, kind = self.name, self.kind
        found = [row.get(name) for row in rows]
        values = found if kind == JSON else [one and one[kind] for one in found]
        return self.of_values(list(values))


def text_column(column: AttributeColumn) -> ArrowColumn:
    """S and N as their text, BOOL as true or false, anything else as DynamoDB JSON."""
    match column.kind:
        case "S" | "N" as kind:
            return ArrowColumn(column.name, pa.string(), _texts, kind)
        case "BOOL":
            return ArrowColumn(column.name, pa.string(), _truths, "BOOL")
    return json_column(column)


def json_column(column: AttributeColumn) -> ArrowColumn:
    """Attribute values as DynamoDB JSON, such as ``{"L":[{"S":"a"}]}``."""
    return ArrowColumn(column.name, pa.string(), _json, JSON)


def base64_column(column: AttributeColumn) -> ArrowColumn:
    """Binary as base64."""
    return ArrowColumn(column.name, pa.string(), _texts, "B")


def typed_column(column: AttributeColumn) -> ArrowColumn:
    """A column of the Arrow type that holds its DynamoDB type exactly."""
    name, kind = column.name, column.kind
    match kind:
        case "S":
            return ArrowColumn(name, pa.string(), _texts, kind)
        case "BOOL":
            return ArrowColumn(name, pa.bool_(), lambda v: pa.array(v, pa.bool_()), kind)
        case "B":
            return ArrowColumn(name, pa.binary(), _binaries, kind)
        case "SS":
            return ArrowColumn(name, pa.list_(pa.string()), _lists_of(_texts), kind)
        case "BS":
            return ArrowColumn(name, pa.list_(pa.binary()), _lists_of(_binaries), kind)
        case "N":
            number = number_type(column)
            return ArrowColumn(name, number, _numbers_as(number), kind)
        case "NS":
            number = number_type(column)
            return ArrowColumn(name, pa.list_(number), _lists_of(_numbers_as(number)), kind)
    return json_column(column)


def number_type(column: AttributeColumn) -> pa.DataType:
    """A 64-bit integer, else a decimal, else text: the first that holds all numbers exactly."""
    if column.scale == 0 and column.whole <= INTEGER_DIGITS:
        return pa.int64()
    if column.whole + column.scale <= DECIMAL_DIGITS:
        return pa.decimal128(DECIMAL_DIGITS, column.scale)
    return pa.string()


def _rows(of: ItemTypeColumns, items: ItemsOf) -> Iterator[list[ItemJson]]:
    texts: list[str] = []
    characters = 0
    for item in items(of.table.name):
        if item.item_type != of.item_type:
            continue
        texts.append(item.text)
        characters += len(item.text)
        if len(texts) >= BATCH_ITEMS or characters >= BATCH_CHARACTERS:
            yield [orjson.loads(text) for text in texts]
            texts, characters = [], 0
    if texts:
        yield [orjson.loads(text) for text in texts]


def _texts(values: list[object]) -> pa.Array:
    return pa.array(values, pa.string())


def _truths(values: list[object]) -> pa.Array:
    return _texts([None if one is None else "true" if one else "false" for one in values])


def _json(values: list[object]) -> pa.Array:
    return _texts([None if one is None else orjson.dumps(one).decode() for one in values])


def _binaries(values: list[object]) -> pa.Array:
    decoded = [None if one is None else base64.b64decode(str(one)) for one in values]
    return pa.array(decoded, pa.binary())


def _numbers_as(number: pa.DataType) -> Callable[[list[object]], pa.Array]:
    def numbers(values: list[object]) -> pa.Array:
        plain = [None if one is None else _plain(str(one)) for one in values]
        if pa.types.is_decimal(number):
            plain_decimals = [None if one is None else Decimal(one) for one in plain]
            return pa.array(plain_decimals, number)
        return pa.array(plain, pa.string()).cast(number)

    return numbers


def _lists_of(of_members: Callable[[list[object]], pa.Array]) -> Callable[[list[object]], pa.Array]:
    def lists(values: list[object]) -> pa.Array:
        offsets: list[int | None] = []
        members: list[object] = []
        for one in values:
            offsets.append(len(members) if isinstance(one, list) else None)
            members += one if isinstance(one, list) else []
        return pa.ListArray.from_arrays(
            pa.array([*offsets, len(members)], pa.int32()), of_members(members)
        )

    return lists


def _plain(text: str) -> str:
    """A number's text without an exponent."""
    return number_text(text) if "e" in text or "E" in text else text
