"""Whether arguments are a request of typed attribute values, before anything is computed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping

from dynaproof.model.attribute_value import (
    MAX_NESTING,
    AttributeValue,
    descriptor,
    number_text,
)
from dynaproof.model.codes import Code
from dynaproof.model.definition import Path
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.operations import check_request
from dynaproof.model.request_shape import Shape, request_shape, shape_of

_Binary = Callable[[object], bytes]


def check_typed_request(operation: str, arguments: Mapping[str, object]) -> None:
    """Make sure that arguments are as boto3 takes them; raises InputError that says all."""
    _recoded(operation, arguments, _as_bytes)


def from_wire_request(operation: str, arguments: Mapping[str, object]) -> dict[str, object]:
    """Read arguments in the form of the JSON protocol, binary as base64; raises InputError."""
    return _recoded(operation, arguments, _from_base64)


def _recoded(operation: str, arguments: Mapping[str, object], binary: _Binary) -> dict[str, object]:
    try:
        shape = request_shape(operation)
    except KeyError:
        message = f"'{operation}' is not an operation of DynamoDB's data plane"
        raise InputError(Diagnostic(Code.REQUEST_SHAPE, message)) from None
    findings = [
        Diagnostic(Code.REQUEST_SHAPE, _at(path, message), hint=hint)
        for path, message, hint in check_request(operation, arguments)
    ]
    if findings:
        raise InputError(*findings)
    walk = _Walk(binary, [])
    recoded = walk.request(shape, arguments, ())
    if walk.findings:
        raise InputError(*walk.findings)
    return dict(recoded) if isinstance(recoded, Mapping) else {}


class _Walk:
    def __init__(self, binary: _Binary, findings: list[Diagnostic]) -> None:
        self._binary = binary
        self.findings = findings

    def request(self, shape: Shape, value: object, path: Path) -> object:
        if shape.type == "attribute_value":
            try:
                return typed_value(value, self._binary)
            except ValueError as error:
                diagnostic = Diagnostic(Code.ATTRIBUTE_TYPE, _at(path, str(error)))
                self.findings.append(diagnostic)
                return value
        match value:
            case Mapping():
                return {
                    key: self.request(_member(shape, key), inner, (*path, key))
                    for key, inner in value.items()
                }
            case list() | tuple():
                element = shape_of(shape.element)
                return [self.request(element, v, (*path, n)) for n, v in enumerate(value)]
        return value


def typed_value(value: object, binary: _Binary, level: int = 1) -> AttributeValue:
    """Give a typed attribute value, checked; raises ValueError."""
    if level > MAX_NESTING:
        raise ValueError(f"the value is nested deeper than {MAX_NESTING} levels")
    if not isinstance(value, Mapping):
        raise ValueError(f"an attribute value is such as {{'S': 'x'}}, not {_shown(value)}")
    type_, payload = descriptor(value)
    return {type_: _payload(type_, payload, binary, level)}


def _payload(type_: str, payload: object, binary: _Binary, level: int) -> object:
    match type_, payload:
        case "S", str():
            return payload
        case "N", str():
            number_text(payload)
            return payload
        case "B", _:
            return binary(payload)
        case "BOOL", bool():
            return payload
        case "NULL", True:
            return payload
        case "L", list() | tuple():
            return [typed_value(inner, binary, level + 1) for inner in payload]
        case "M", Mapping():
            return {
                str(name): typed_value(inner, binary, level + 1) for name, inner in payload.items()
            }
        case (("SS" | "NS" | "BS"), list() | tuple()) if payload:
            return list(_members(type_[0], payload, binary))
    raise ValueError(f"{_shown(payload)} is no value of type {type_}")


def _members(
    type_: str, payload: list[object] | tuple[object, ...], binary: _Binary
) -> Iterator[object]:
    seen: set[object] = set()
    for member in payload:
        made = _payload(type_, member, binary, 1)
        told_apart = number_text(str(made)) if type_ == "N" else made
        if told_apart in seen:
            raise ValueError(f"the set has {_shown(member)} twice")
        seen.add(told_apart)
        yield made


def _as_bytes(payload: object) -> bytes:
    if isinstance(payload, bytes | bytearray | memoryview):
        return bytes(payload)
    raise ValueError(f"binary is bytes, not {_shown(payload)}")


def _from_base64(payload: object) -> bytes:
    try:
        return base64.b64decode(str(payload), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"{_shown(payload)} is not base64") from error


def _member(shape: Shape, key: object) -> Shape:
    return shape_of(shape.element or shape.members[str(key)])


def _at(path: Path, message: str) -> str:
    return f"{'.'.join(map(str, path)) or 'the request'}: {message}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
