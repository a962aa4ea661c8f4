"""How DynamoDB compares attribute values: only values of one type, numbers by value.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

from decimal import Decimal

from dynaproof.model.attribute_value import (
    SET_TYPES,
    AttributeValue,
    as_typed,
    attributes_of,
    descriptor,
    elements,
)

ORDERED_TYPES = frozenset({"S", "N", "B"})
"""Types that have an order: texts by their UTF-8 bytes, binary by unsigned bytes."""


def equal(left: AttributeValue, right: AttributeValue) -> bool:
    """Whether two values are of one type and hold the same; sets have no order."""
    type_, payload = descriptor(left)
    other_type, other = descriptor(right)
    if type_ != other_type:
        return False
    match type_:
        case "N":
            return number(left) == number(right)
        case "SS" | "NS" | "BS":
            return members(left).keys() == members(right).keys()
        case "L":
            ours, theirs = elements(payload), elements(other)
            return len(ours) == len(theirs) and all(
                equal(as_typed(a), as_typed(b)) for a, b in zip(ours, theirs, strict=True)
            )
        case "M":
            mine, others = attributes_of(payload), attributes_of(other)
            return mine.keys() == others.keys() and all(equal(mine[k], others[k]) for k in mine)
    return payload == other


def compared(left: AttributeValue, comparator: str, right: AttributeValue) -> bool:
    """Whether ``left comparator right`` holds, for one of ``= <> < <= > >=``."""
    if comparator == "=":
        return equal(left, right)
    if comparator == "<>":
        return not equal(left, right)
    order = _order(left, right)
    if order is None:
        return False
    match comparator:
        case "<":
            return order < 0
        case "<=":
            return order <= 0
        case ">":
            return order > 0
    return order >= 0


def number(value: AttributeValue) -> Decimal:
    """Give the number of an N."""
    return Decimal(str(value["N"]))


def members(value: AttributeValue) -> dict[Decimal | str | bytes, object]:
    """Give the members of a set by what they are compared by."""
    type_, payload = descriptor(value)
    return {_comparable(type_, member): member for member in elements(payload)}


def contains(value: AttributeValue, operand: AttributeValue) -> bool:
    """Whether a text or binary has a part, a set a member, or a list an element."""
    type_, payload = descriptor(value)
    operand_type, part = descriptor(operand)
    match type_:
        case "S":
            return operand_type == "S" and str(part) in str(payload)
        case "B":
            return operand_type == "B" and _bytes(part) in _bytes(payload)
        case "L":
            return any(equal(as_typed(element), operand) for element in elements(payload))
    if type_ in SET_TYPES and operand_type == type_[0]:
        return _comparable(type_, part) in members(value)
    return False


def begins_with(value: AttributeValue, prefix: AttributeValue) -> bool:
    """Whether a text or binary begins with another."""
    type_, payload = descriptor(value)
    prefix_type, start = descriptor(prefix)
    if type_ != prefix_type:
        return False
    if type_ == "S":
        return str(payload).startswith(str(start))
    return type_ == "B" and _bytes(payload).startswith(_bytes(start))


def size(value: AttributeValue) -> int | None:
    """Length of a text in UTF-16 units or of binary in bytes, or count of elements.

    None for N, BOOL and NULL. The documentation says "length"; the units are DynamoDB Local's.
    """
    type_, payload = descriptor(value)
    match type_:
        case "S":
            return len(str(payload).encode("utf-16-le")) // 2
        case "B":
            return len(_bytes(payload))
        case "M":
            return len(attributes_of(payload))
        case "L" | "SS" | "NS" | "BS":
            return len(elements(payload))
    return None


def _order(left: AttributeValue, right: AttributeValue) -> int | None:
    type_, payload = descriptor(left)
    other_type, other = descriptor(right)
    if type_ != other_type or type_ not in ORDERED_TYPES:
        return None
    if type_ == "N":
        a, b = number(left), number(right)
        return (a > b) - (a < b)
    mine = str(payload).encode() if type_ == "S" else _bytes(payload)
    theirs = str(other).encode() if type_ == "S" else _bytes(other)
    return (mine > theirs) - (mine < theirs)


def _comparable(set_type: str, member: object) -> Decimal | str | bytes:
    if set_type == "NS":
        return Decimal(str(member))
    return _bytes(member) if set_type == "BS" else str(member)


def _bytes(payload: object) -> bytes:
    if isinstance(payload, bytes | bytearray | memoryview):
        return bytes(payload)
    raise ValueError(f"expected bytes, not {payload!r}")
