"""Items as other tools write them: DynamoDB JSON with its slips, or plain values.

What can be understood is read, and reported where it is not as DynamoDB writes it; what cannot is
reported and left out. Binary becomes bytes, numbers canonical text.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from decimal import Decimal

from dynaproof.exchange.foreign_json import JsonReader, path_to, shown
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.attribute_value import (
    MAX_NESTING,
    SET_TYPES,
    TYPES,
    AttributeValue,
    Item,
    number_text,
)
from dynaproof.model.table import Table

_NAMES = {
    "STRING": "S",
    "NUMBER": "N",
    "BINARY": "B",
    "BOOLEAN": "BOOL",
    "LIST": "L",
    "MAP": "M",
    "STRINGSET": "SS",
    "NUMBERSET": "NS",
    "BINARYSET": "BS",
}
"""What people write for type descriptors; compared in capitals."""


class _MalformedError(ValueError):
    """A value that cannot be understood; ``path`` is where."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path


def read_items(
    elements: Sequence[tuple[str, object]], table: Table, not_carried: list[NotCarried]
) -> tuple[Item, ...]:
    """The items of a list, of which ``elements`` are paths and values, that a table can hold.

    An item without a key attribute of the table, or with one of another type or an empty one, is
    left out; so is an index's key attribute of another type. All is reported.
    """
    found: list[Item] = []
    for path, value in elements:
        if not isinstance(value, dict):
            not_carried.append(NotCarried(path, f"expected an item, not {shown(value)}"))
            continue
        item = read_item(JsonReader(value, path, not_carried))
        kept = fitting_item(item, path, table, not_carried)
        if kept is not None:
            found.append(kept)
    return tuple(found)


def read_item(reader: JsonReader) -> Item:
    """An item; attributes that are malformed are reported and left out."""
    plain = bool(reader.value) and not any(_is_typed(value) for value in reader.value.values())
    if plain:
        reader.report("plain values, not DynamoDB JSON; types follow from the values")
    item: Item = {}
    for name, value in reader.value.items():
        path = reader.at(name)
        if not name:
            reader.report("an attribute without a name")
            continue
        try:
            made = _plain(value, path, 1) if plain else _value(value, path, 1, reader.not_carried)
        except _MalformedError as error:
            reader.not_carried.append(NotCarried(error.path, str(error)))
            continue
        item[name] = made
    return item


def read_value(value: object, path: str, not_carried: list[NotCarried]) -> AttributeValue | None:
    """One attribute value of DynamoDB JSON; None, and a report, where it is malformed."""
    try:
        return _value(value, path, 1, not_carried)
    except _MalformedError as error:
        not_carried.append(NotCarried(error.path, str(error)))
        return None


def fitting_item(item: Item, path: str, table: Table, not_carried: list[NotCarried]) -> Item | None:
    """The item as the table can hold it; None, and a report, where its key is no key."""
    keys = {key.name for key in table.key_attributes}
    kept = dict(item)
    for name, kind in table.attribute_types.items():
        value = item.get(name)
        if value is None:
            if name in keys:
                reason = f"the item is left out: it has no '{name}', which is part of the key"
                not_carried.append(NotCarried(path, reason))
                return None
            continue
        [(given, payload)] = value.items()
        if given == "S" and kind == "N" and _as_number(str(payload)) is not None:
            kept[name] = {"N": _as_number(str(payload))}
            reason = "the key has the type N and the item's value is S; read as a number"
            not_carried.append(NotCarried(path_to(path, name), reason))
            continue
        if given == "N" and kind == "S":
            kept[name] = {"S": str(payload)}
            reason = "the key has the type S and the item's value is N; read as text"
            not_carried.append(NotCarried(path_to(path, name), reason))
            continue
        fault = ""
        if given != kind:
            fault = f"the key has the type {kind} and the item's value is {given}"
        elif payload in ("", b""):
            fault = "a key attribute cannot be empty"
        if not fault:
            continue
        what = "the item is left out" if name in keys else "the attribute is left out"
        not_carried.append(NotCarried(path_to(path, name), f"{fault}; {what}"))
        if name in keys:
            return None
        del kept[name]
    return kept


def _is_typed(value: object) -> bool:
    return isinstance(value, dict) and len(value) == 1 and _descriptor(next(iter(value))) in TYPES


def _descriptor(name: str) -> str:
    capitals = name.strip().upper().replace(" ", "").replace("_", "")
    return name if name in TYPES else _NAMES.get(capitals, capitals)


def _value(value: object, path: str, level: int, not_carried: list[NotCarried]) -> AttributeValue:
    if level > MAX_NESTING:
        raise _MalformedError(path, f"nested deeper than {MAX_NESTING} levels")
    if not isinstance(value, dict):
        made = _plain(value, path, level)
        reason = f"a plain value, not DynamoDB JSON; read as {next(iter(made))}"
        not_carried.append(NotCarried(path, reason))
        return made
    if len(value) != 1:
        reason = f"malformed: an attribute value has one type, not {len(value)} keys"
        raise _MalformedError(path, reason)
    [(name, payload)] = value.items()
    kind = _descriptor(name)
    if kind not in TYPES:
        raise _MalformedError(path, f"malformed: {shown(name)} is no type of DynamoDB")
    if kind != name:
        not_carried.append(NotCarried(path, f"the type {shown(name)}, read as {kind}"))
    return _payload(kind, payload, path, level, not_carried)


def _payload(
    kind: str, payload: object, path: str, level: int, not_carried: list[NotCarried]
) -> AttributeValue:
    inner = path_to(path, kind)
    match kind:
        case "M":
            if not isinstance(payload, dict):
                raise _MalformedError(path, f"malformed: M holds {shown(payload)}, not an object")
            members: Item = {}
            for name, one in payload.items():
                place = path_to(inner, name)
                try:
                    if not name:
                        raise _MalformedError(inner, "an attribute without a name")
                    members[name] = _value(one, place, level + 1, not_carried)
                except _MalformedError as error:
                    not_carried.append(NotCarried(error.path, str(error)))
            return {"M": members}
        case "L":
            if not isinstance(payload, list):
                raise _MalformedError(path, f"malformed: L holds {shown(payload)}, not a list")
            listed: list[AttributeValue] = []
            for n, one in enumerate(payload):
                try:
                    listed.append(_value(one, f"{inner}[{n}]", level + 1, not_carried))
                except _MalformedError as error:
                    not_carried.append(NotCarried(error.path, str(error)))
            return {"L": listed}
    if kind in SET_TYPES:
        return _set(kind, payload, path, not_carried)
    made, slip = _scalar(kind, payload, path)
    if slip:
        not_carried.append(NotCarried(path, slip))
    return {kind: made}


def _set(kind: str, payload: object, path: str, not_carried: list[NotCarried]) -> AttributeValue:
    if not isinstance(payload, list):
        raise _MalformedError(path, f"malformed: {kind} holds {shown(payload)}, not a list")
    members: list[object] = []
    for n, one in enumerate(payload):
        place = f"{path_to(path, kind)}[{n}]"
        try:
            made, slip = _scalar(kind[0], one, place)
        except _MalformedError as error:
            not_carried.append(NotCarried(error.path, str(error)))
            continue
        if made in members:
            slip = "the member is there twice; a set holds it once"
        else:
            members.append(made)
        if slip:
            not_carried.append(NotCarried(place, slip))
    if not members:
        raise _MalformedError(path, "an empty set: DynamoDB has none, the attribute is left out")
    return {kind: members}


def _scalar(kind: str, payload: object, path: str) -> tuple[object, str]:
    """The payload, and what was amiss with it."""
    match kind:
        case "S" if isinstance(payload, str):
            return payload, ""
        case "S" if isinstance(payload, bool | int | Decimal):
            text = str(payload).lower() if isinstance(payload, bool) else str(payload)
            return text, f"S holds {shown(payload)}; read as a text"
        case "N" if isinstance(payload, str):
            return _number(payload, path), ""
        case "N" if isinstance(payload, int | Decimal) and not isinstance(payload, bool):
            made = _number(str(payload), path)
            return made, f"N holds the JSON number {shown(payload)}, not a text; read as it is"
        case "BOOL" if isinstance(payload, bool):
            return payload, ""
        case "BOOL" if str(payload).strip().lower() in ("true", "false"):
            made_truth = str(payload).strip().lower() == "true"
            return made_truth, f"BOOL holds the text {shown(payload)}; read as {made_truth}"
        case "NULL":
            slip = "" if payload is True else f"NULL holds {shown(payload)}; it is always true"
            return True, slip
        case "B":
            return _binary(payload, path)
    raise _MalformedError(path, f"malformed: {kind} holds {shown(payload)}")


def _number(text: str, path: str) -> str:
    try:
        return number_text(text.strip())
    except ValueError as error:
        raise _MalformedError(path, f"malformed: {error}") from error


def _as_number(text: str) -> str | None:
    try:
        return number_text(text.strip())
    except ValueError:
        return None


def _binary(payload: object, path: str) -> tuple[bytes, str]:
    """Base64, or a buffer as Node writes it."""
    if isinstance(payload, str):
        try:
            return base64.b64decode("".join(payload.split()), validate=True), ""
        except (binascii.Error, ValueError) as error:
            reason = f"malformed: B holds {shown(payload)}, which is not base64"
            raise _MalformedError(path, reason) from error
    data = payload.get("data") if isinstance(payload, Mapping) else None
    if isinstance(data, list) and all(
        isinstance(one, int) and not isinstance(one, bool) and 0 <= one < 256 for one in data
    ):
        return bytes(data), "B holds a list of bytes, not base64"
    raise _MalformedError(path, f"malformed: B holds {shown(payload)}")


def _plain(value: object, path: str, level: int) -> AttributeValue:
    if level > MAX_NESTING:
        raise _MalformedError(path, f"nested deeper than {MAX_NESTING} levels")
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": _number(str(value), path)}
        case list():
            return {"L": [_plain(one, f"{path}[{n}]", level + 1) for n, one in enumerate(value)]}
        case dict():
            members: Item = {}
            for name, one in value.items():
                if not name:
                    raise _MalformedError(path, "an attribute without a name")
                members[name] = _plain(one, path_to(path, name), level + 1)
            return {"M": members}
    raise _MalformedError(path, f"malformed: {shown(value)}")
