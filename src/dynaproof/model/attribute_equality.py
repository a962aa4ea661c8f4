"""When DynamoDB takes two attribute values for the same.

Numbers are equal by value (``1`` and ``1.00``), sets without regard to order, binary values byte
by byte, lists in order, maps by name. Values of different types are never equal.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal, InvalidOperation

from dynaproof.model.attribute_value import as_typed, attributes_of, descriptor, elements

CanonicalValue = tuple[str, Hashable]
"""Type descriptor and payload; equal, and of the same hash, where DynamoDB says equal."""

CanonicalItem = frozenset[tuple[str, CanonicalValue]]


def canonical_value(typed: Mapping[str, object]) -> CanonicalValue:
    """The hashable form of an attribute value of the JSON protocol (B as base64) or of boto3.

    Raises ValueError for what is no attribute value.
    """
    type_, payload = descriptor(typed)
    match type_:
        case "S" | "BOOL" | "NULL":
            return type_, _hashable(payload)
        case "N":
            return type_, _number(payload)
        case "B":
            return type_, _bytes(payload)
        case "SS":
            return type_, frozenset(str(text) for text in elements(payload))
        case "NS":
            return type_, frozenset(_number(number) for number in elements(payload))
        case "BS":
            return type_, frozenset(_bytes(value) for value in elements(payload))
        case "L":
            return type_, tuple(canonical_value(as_typed(inner)) for inner in elements(payload))
    return type_, canonical_item(attributes_of(payload))


def canonical_item(item: Mapping[str, object], names: Iterable[str] | None = None) -> CanonicalItem:
    """The hashable form of an item, or of those of its attributes that are named."""
    chosen = item if names is None else {name: item[name] for name in names if name in item}
    return frozenset((name, canonical_value(as_typed(value))) for name, value in chosen.items())


def same_value(one: Mapping[str, object] | None, other: Mapping[str, object] | None) -> bool:
    """Whether two attribute values are equal; None, an absent one, equals None alone."""
    if one is None or other is None:
        return one is other
    return one == other or canonical_value(one) == canonical_value(other)


def differing_attributes(one: Mapping[str, object], other: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the attributes that two items do not have alike, sorted."""
    return tuple(
        name
        for name in sorted(one.keys() | other.keys())
        if not same_value(_attribute(one, name), _attribute(other, name))
    )


def _attribute(item: Mapping[str, object], name: str) -> Mapping[str, object] | None:
    return as_typed(item[name]) if name in item else None


def _number(payload: object) -> Decimal:
    try:
        return Decimal(str(payload))
    except InvalidOperation as error:
        raise ValueError(f"{payload!r} is not a number") from error


def _bytes(payload: object) -> bytes:
    if isinstance(payload, bytes | bytearray | memoryview):
        return bytes(payload)
    try:
        return base64.b64decode(str(payload), validate=True)
    except binascii.Error as error:
        raise ValueError(f"{payload!r} is not base64") from error


def _hashable(payload: object) -> Hashable:
    if isinstance(payload, str | bool):
        return payload
    raise ValueError(f"{payload!r} is neither text nor a truth value")
