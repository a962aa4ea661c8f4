"""DynamoDB's attribute values: typed, as in boto3 (``{"S": "x"}``), and what they hold.

Source of types and limits:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from dynaproof.model.template import format_value

AttributeValue: TypeAlias = dict[str, object]
"""One type descriptor and its payload: ``{"S": "x"}``, ``{"NS": ["1", "2.5"]}``."""

Item: TypeAlias = dict[str, AttributeValue]

TYPES = frozenset({"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"})
SET_TYPES = frozenset({"SS", "NS", "BS"})
MAX_NUMBER_DIGITS = 38
MAX_NUMBER_EXPONENT = 125
MIN_NUMBER_EXPONENT = -130
MAX_NESTING = 32
"""Levels of a value: a scalar is one, a list of scalars is two."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_ELEMENT = {"SS": "S", "NS": "N", "BS": "B"}


def to_attribute_value(value: object) -> AttributeValue:
    """Make the typed attribute value of a plain Python value.

    str, UUID, date and datetime (UTC, milliseconds) are S; int, Decimal and finite float are N;
    bytes are B; bool BOOL; None NULL; list and tuple L; mapping M; sets of texts, numbers or
    bytes are SS, NS, BS, sorted. A mapping with exactly one key that is a type descriptor, and
    a payload of that type's shape, is already typed: ``{"SS": ["a"]}`` is a string set. A map
    whose only attribute is so named is written ``{"M": {"S": ...}}``. Numbers become canonical
    text. Raises ValueError for what DynamoDB cannot store.
    """
    return _typed(value, 1)


def from_attribute_value(typed: Mapping[str, object]) -> object:
    """Give the plain Python value of a typed one: N as int where integral, else Decimal.

    Raises ValueError when ``typed`` is no attribute value.
    """
    type_, payload = descriptor(typed)
    match type_:
        case "N":
            return _plain_number(payload)
        case "NULL":
            return None
        case "SS" | "BS":
            return set(elements(payload))
        case "NS":
            return {_plain_number(number) for number in elements(payload)}
        case "L":
            return [from_attribute_value(as_typed(inner)) for inner in elements(payload)]
        case "M":
            return {
                name: from_attribute_value(inner) for name, inner in attributes_of(payload).items()
            }
    return payload


def to_wire(typed: Mapping[str, object]) -> AttributeValue:
    """Give the form of the JSON protocol: as boto3's, but binary is base64 text."""
    return _recode(typed, _encode)


def from_wire(typed: Mapping[str, object]) -> AttributeValue:
    """Read the form of the JSON protocol; raises ValueError for what is not base64."""
    return _recode(typed, _decode)


def number_text(value: int | float | Decimal | str) -> str:
    """Give a number's canonical text, as DynamoDB answers it: no exponent, no padding zeros.

    Raises ValueError beyond 38 significant digits or magnitudes 1E-130 to 9.99...E+125, and for
    NaN and infinities. A float is taken as its shortest decimal text.
    """
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise ValueError(f"{_shortened(value)} is not a number")
        value = Decimal(value)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"DynamoDB has no number {value}")
        value = Decimal(repr(value))
    elif isinstance(value, int):
        if value.bit_length() > 420:  # 2**420 is above 1E+126; text of huge numbers is slow
            raise ValueError("the number is larger than 9.99E+125, DynamoDB's largest")
        value = Decimal(value)
    return _canonical(value)


def descriptor(typed: Mapping[str, object]) -> tuple[str, object]:
    """Give the type descriptor and the payload; raises ValueError."""
    if len(typed) != 1:
        raise ValueError(f"an attribute value has exactly one type, not {sorted(typed)}")
    [(type_, payload)] = typed.items()
    if type_ not in TYPES:
        raise ValueError(f"'{type_}' is not a DynamoDB type; types are {', '.join(sorted(TYPES))}")
    return type_, payload


def elements(payload: object) -> Sequence[object]:
    """Give the payload of L, SS, NS or BS; raises ValueError."""
    if isinstance(payload, list | tuple):
        return payload
    raise ValueError(f"expected a list, not {_shortened(payload)}")


def attributes_of(payload: object) -> dict[str, AttributeValue]:
    """Give the payload of M; raises ValueError."""
    if not isinstance(payload, Mapping):
        raise ValueError(f"expected a map, not {_shortened(payload)}")
    return {str(name): as_typed(inner) for name, inner in payload.items()}


def as_typed(value: object) -> AttributeValue:
    """Take a value as an attribute value; raises ValueError when it is not a mapping."""
    if isinstance(value, dict):
        return value
    if isinstance(value, Mapping):
        return dict(value)
    raise ValueError(f"expected an attribute value such as {{'S': 'x'}}, not {_shortened(value)}")


def _typed(value: object, level: int) -> AttributeValue:
    if level > MAX_NESTING:
        raise ValueError(f"the value is nested deeper than {MAX_NESTING} levels")
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": _encodable(value)}
        case int() | float() | Decimal():
            return {"N": number_text(value)}
        case bytes() | bytearray() | memoryview():
            return {"B": bytes(value)}
        case datetime():
            return {"S": str(format_value(value, "iso"))}
        case date():
            return {"S": value.isoformat()}
        case UUID():
            return {"S": str(value)}
        case Mapping():
            return _mapping(value, level)
        case set() | frozenset():
            return _plain_set(value)
        case list() | tuple():
            return {"L": [_typed(inner, level + 1) for inner in value]}
    raise ValueError(f"DynamoDB has no type for {type(value).__name__}: {_shortened(value)}")


def _mapping(value: Mapping[object, object], level: int) -> AttributeValue:
    if len(value) == 1:
        [(name, payload)] = value.items()
        if isinstance(name, str) and name in TYPES and _has_shape(name, payload):
            return _already_typed(name, payload, level)
    return {"M": _attributes(value, level)}


def _attributes(value: Mapping[object, object], level: int) -> dict[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {}
    for name, inner in value.items():
        if not isinstance(name, str):
            raise ValueError(f"an attribute name is text, not {_shortened(name)}")
        if not name:
            raise ValueError("an attribute name may not be empty")
        attributes[name] = _typed(inner, level + 1)
    return attributes


def _has_shape(type_: str, payload: object) -> bool:
    match type_:
        case "S":
            return isinstance(payload, str)
        case "N":
            return _is_number(payload) or isinstance(payload, str)
        case "B":
            return isinstance(payload, bytes | bytearray | memoryview)
        case "BOOL" | "NULL":
            return isinstance(payload, bool)
        case "M":
            return isinstance(payload, Mapping)
    if not isinstance(payload, list | tuple | set | frozenset):
        return False
    if type_ == "L":
        return isinstance(payload, list | tuple)
    return all(_has_shape(_ELEMENT[type_], element) for element in payload)


def _already_typed(type_: str, payload: object, level: int) -> AttributeValue:
    match payload:
        case bool():
            if type_ == "NULL" and not payload:
                raise ValueError("NULL is always true: write {NULL: true}")
            return {type_: payload}
        case str():
            return {type_: number_text(payload) if type_ == "N" else _encodable(payload)}
        case int() | float() | Decimal():
            return {type_: number_text(payload)}
        case bytes() | bytearray() | memoryview():
            return {type_: bytes(payload)}
        case Mapping():
            return {type_: _attributes(payload, level)}
        case list() | tuple() if type_ == "L":
            return {type_: [_typed(inner, level + 1) for inner in payload]}
        case set() | frozenset():
            return {type_: _in_order(type_, _members(type_, list(payload)))}
        case list() | tuple():
            return {type_: _members(type_, payload)}
    raise ValueError(f"{_shortened(payload)} is not a payload of type {type_}")


def _plain_set(value: set[object] | frozenset[object]) -> AttributeValue:
    if not value or all(isinstance(member, str) for member in value):
        return _already_typed("SS", value, MAX_NESTING)
    if all(_is_number(member) for member in value):
        return _already_typed("NS", value, MAX_NESTING)
    if all(isinstance(member, bytes) for member in value):
        return _already_typed("BS", value, MAX_NESTING)
    raise ValueError("a set holds texts only, or numbers only, or bytes only")


def _members(type_: str, values: Sequence[object]) -> list[object]:
    if not values:
        raise ValueError("DynamoDB has no empty set: leave the attribute out")
    members = [_already_typed(_ELEMENT[type_], value, MAX_NESTING) for value in values]
    payloads = [member[_ELEMENT[type_]] for member in members]
    if len(set(payloads)) != len(payloads):
        raise ValueError(f"the set {_shortened(payloads)} has a member twice")
    return payloads


def _in_order(type_: str, members: list[object]) -> list[object]:
    if type_ == "NS":
        return sorted(members, key=lambda member: Decimal(str(member)))
    return sorted(members, key=lambda m: m if isinstance(m, bytes) else str(m).encode())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{_shortened(text)} is not text that UTF-8 can hold") from error
    return text


def _canonical(value: Decimal) -> str:
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"DynamoDB has no number {value}")
    text = "".join(map(str, digits)).lstrip("0")
    significant = text.rstrip("0")
    if not significant:
        return "0"
    if len(significant) > MAX_NUMBER_DIGITS:
        raise ValueError(
            f"{_shortened(value)} has {len(significant)} significant digits,"
            f" more than DynamoDB's {MAX_NUMBER_DIGITS}"
        )
    exponent += len(text) - len(significant)
    magnitude = exponent + len(significant) - 1
    if magnitude > MAX_NUMBER_EXPONENT:
        raise ValueError(f"{_shortened(value)} is larger than 9.99E+125, DynamoDB's largest")
    if magnitude < MIN_NUMBER_EXPONENT:
        raise ValueError(f"{_shortened(value)} is closer to zero than 1E-130, DynamoDB's smallest")
    number = Decimal((sign, tuple(map(int, significant)), exponent))
    return format(number, "f")


def _plain_number(payload: object) -> int | Decimal:
    number = Decimal(number_text(str(payload)))
    return int(number) if number == number.to_integral_value() else number


def _recode(typed: Mapping[str, object], binary: Callable[[object], object]) -> AttributeValue:
    type_, payload = descriptor(typed)
    match type_:
        case "B":
            return {type_: binary(payload)}
        case "BS":
            return {type_: [binary(member) for member in elements(payload)]}
        case "L":
            return {type_: [_recode(as_typed(inner), binary) for inner in elements(payload)]}
        case "M":
            return {
                type_: {
                    name: _recode(inner, binary) for name, inner in attributes_of(payload).items()
                }
            }
    return {type_: payload}


def _encode(payload: object) -> str:
    if isinstance(payload, bytes | bytearray | memoryview):
        return base64.b64encode(payload).decode("ascii")
    raise ValueError(f"expected bytes, not {_shortened(payload)}")


def _decode(payload: object) -> bytes:
    try:
        return base64.b64decode(str(payload), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"{_shortened(payload)} is not base64") from error


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
