"""Attribute values as columns: as plain as can be without changing a value."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import cast

from dynaproof.exchange.drafting.made import ColumnKind, ColumnSpec
from dynaproof.model.attribute_value import AttributeValue, number_text, to_wire

_LARGEST = 2**63 - 1
_TYPES: dict[ColumnKind, str] = {
    "text": "text",
    "numeral": "text",
    "base64": "text",
    "json": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "texts": "text[]",
    "numerals": "text[]",
    "integers": "integer[]",
    "numbers": "number[]",
}


def kind_of_values(values: Sequence[AttributeValue | None]) -> ColumnKind:
    """What a column can hold these values as; None is an item without the attribute."""
    present = [value for value in values if value is not None]
    types = {next(iter(value)) for value in present}
    if len(types) != 1:
        return "json"
    [kind] = types
    payloads = [value[kind] for value in present]
    match kind:
        case "S":
            return "text"
        case "BOOL":
            return "boolean"
        case "B":
            return "base64"
        case "N":
            kinds: tuple[ColumnKind, ...] = ("integer", "number", "numeral")
            return _number_kind([str(one) for one in payloads], kinds)
        case "SS":
            return "texts"
        case "NS":
            kinds = ("integers", "numbers", "numerals")
            return _number_kind(
                [str(m) for one in payloads for m in cast(list[object], one)], kinds
            )
        case "L" if all(_is_text(m) for one in payloads for m in cast(list[object], one)):
            return "texts"
    return "json"


def column_spec(kind: ColumnKind) -> ColumnSpec:
    """How a definition states the column of a dataset."""
    return {"type": _TYPES[kind]}


def attribute_type(kind: ColumnKind, values: Sequence[AttributeValue | None]) -> str | None:
    """The type that an attribute's template has to state; None where it follows."""
    if kind in ("texts", "integers", "numbers", "numerals"):
        given = next(next(iter(value)) for value in values if value is not None)
        return None if given == "L" else given
    return {"numeral": "N", "base64": "B"}.get(kind)


def column_value(value: AttributeValue | None, kind: ColumnKind) -> object:
    """A value as JSON lines have it; None for an item without the attribute."""
    if value is None:
        return None
    if kind == "json":
        return json.dumps(to_wire(value), ensure_ascii=False, separators=(",", ":"))
    [(type_, payload)] = value.items()
    match kind:
        case "texts" if type_ == "L":
            return [cast(AttributeValue, one)["S"] for one in cast(list[object], payload)]
        case "integer":
            return int(str(payload))
        case "number":
            return float(str(payload))
        case "integers":
            return [int(str(one)) for one in cast(list[object], payload)]
        case "numbers":
            return [float(str(one)) for one in cast(list[object], payload)]
        case "base64":
            return base64.b64encode(cast(bytes, payload)).decode()
    return payload


def _number_kind(texts: Sequence[str], kinds: tuple[ColumnKind, ...]) -> ColumnKind:
    """Whole numbers of 64 bits, numbers that a double holds, or texts."""
    whole, double, text = kinds
    if all("." not in one and abs(int(one)) <= _LARGEST for one in texts):
        return whole
    return double if all(_is_double(one) for one in texts) else text


def _is_text(value: object) -> bool:
    return isinstance(value, dict) and "S" in value


def _is_double(number: str) -> bool:
    return number_text(repr(float(number))) == number
