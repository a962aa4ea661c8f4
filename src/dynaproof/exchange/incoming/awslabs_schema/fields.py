"""Fields of awslabs' schema JSON: types, and what sample values of a usage-data file tell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from dynaproof.exchange.draft import DraftField
from dynaproof.exchange.foreign_json import JsonReader
from dynaproof.model.item import AttributeType

_TYPES: Mapping[str, tuple[AttributeType, str | None]] = {
    "string": ("S", None),
    "integer": ("N", "integer"),
    "decimal": ("N", "decimal"),
    "boolean": ("BOOL", "boolean"),
    "array": ("L", None),
    "object": ("M", None),
    "uuid": ("S", "uuid"),
}
_ALSO = {
    "str": "string",
    "text": "string",
    "datetime": "string",
    "timestamp": "string",
    "date": "string",
    "int": "integer",
    "long": "integer",
    "float": "decimal",
    "double": "decimal",
    "number": "decimal",
    "bool": "boolean",
    "list": "array",
    "set": "array",
    "map": "object",
    "dict": "object",
    "json": "object",
}
_OPTIONAL = 0.2
"""The share of rows without a value, of fields that are not required."""
_INSTANT = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]\S*")
_DATE = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]")
_CHOICE = re.compile(r"[A-Z][A-Z_]{1,30}")
_ENDS_IN_DIGITS = re.compile(r"([^0-9#?]*?)([0-9]{2,12})")


def read_field(entry: JsonReader) -> DraftField:
    """Read one of ``fields``; an unknown type is reported and taken as string."""
    said = entry.text("type", "string").strip().lower()
    kind = _TYPES.get(_ALSO.get(said, said))
    if said not in _TYPES:
        known = ", read as " + (_ALSO.get(said) or "string")
        entry.report(f"the type '{said[:40]}' is none of the schema's{known}", "type")
    type_, generator = kind or _TYPES["string"]
    required = entry.truth("required", True)
    entry.ignore("item_type", "description", "name", "default")
    entry.unknown_keys()
    return DraftField("", type_, generator, null=0.0 if required else _OPTIONAL)


def with_samples(field: DraftField, samples: Sequence[object]) -> DraftField:
    """The field with a generator of values that look like its samples."""
    given = [one for one in samples if one is not None]
    texts = [one for one in given if isinstance(one, str)]
    numbers = [one for one in given if isinstance(one, int | Decimal) and not isinstance(one, bool)]
    if field.type == "N" and numbers and len(numbers) == len(given):
        return _numbers(field, numbers)
    if field.type != "S" or field.generator is not None or not texts or len(texts) < len(given):
        return field
    if all(_INSTANT.fullmatch(text) for text in texts):
        return replace(field, generator="timestamp")
    if all(_DATE.fullmatch(text) for text in texts):
        return replace(field, generator="date")
    if all(_CHOICE.fullmatch(text) for text in texts):
        return replace(field, values=tuple(dict.fromkeys(texts)))
    ends = [_ENDS_IN_DIGITS.fullmatch(text) for text in texts]
    first = ends[0]
    if first is not None and all(end is not None and end[1] == first[1] for end in ends):
        digits = max(6, len(first[2]))
        return replace(field, generator="code", options={"pattern": first[1] + "#" * digits})
    return field


def _numbers(field: DraftField, numbers: Sequence[int | Decimal]) -> DraftField:
    """A range around the samples, from zero on where none is below."""
    least, most = min(map(Decimal, numbers)), max(map(Decimal, numbers))
    if max(abs(least), abs(most)) > 10**9:
        return field
    low = 0 if least >= 0 else int(least) * 2
    high = max(10, int(most) * 2)
    return replace(field, options={"min": low, "max": high})
