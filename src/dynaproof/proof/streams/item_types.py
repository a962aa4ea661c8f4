"""Which item type a record is of: the key templates, matched back to their fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dynaproof.model.attribute_value import as_typed, from_attribute_value, from_wire
from dynaproof.model.item import AttributeTemplate, Constant, ItemType
from dynaproof.model.table import Table
from dynaproof.model.template import Field

TypedItem = Mapping[str, object]

_BETWEEN = "\x00"
_FORMATS = {
    "iso": r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "iso-s": r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "iso-us": r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
    "epoch": r"-?\d+",
    "epoch-ms": r"-?\d+",
}
_DIRECTIVES = {"Y": r"\d+", "f": r"\d{6}", "j": r"\d{3}", "u": r"\d", "%": "%"}
"""Those of two digits are not named."""


@dataclass(frozen=True, slots=True)
class KeyFields:
    """The item type of a key and the fields that made it: texts; plain values of sole fields."""

    item_type: ItemType
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _KeyPattern:
    item_type: ItemType
    pattern: re.Pattern[str]
    groups: Mapping[str, str]
    """Group by field name; the one that tells most, where a field has several formats."""
    sole: Mapping[str, str]
    """Key attribute by the name of the field that alone makes it."""
    rank: tuple[int, int, int]
    """Of two that match, the higher one has more fixed text, then more formats, fewer fields."""


class ItemTypes:
    """The item types of one table."""

    def __init__(self, table: Table) -> None:
        self._keys = [key.name for key in table.key_attributes]
        self._patterns = [
            pattern for item in table.items if (pattern := _key_pattern(item, self._keys))
        ]

    def of_key(self, key: TypedItem) -> list[KeyFields]:
        """The item types whose key templates match; empty when none do.

        All key attributes must match, a field that stands twice must have one value, and fields
        with a format must look like it. Where several item types match, it is the one with the
        most fixed text: ``PROFILE`` goes before ``${order}``.
        """
        values = {name: from_attribute_value(from_wire(as_typed(key[name]))) for name in self._keys}
        text = _BETWEEN.join(_text(values[name]) for name in self._keys)
        found = [(one, match) for one in self._patterns if (match := one.pattern.fullmatch(text))]
        highest = max((one.rank for one, _ in found), default=None)
        return [
            KeyFields(
                one.item_type,
                {name: match[group] for name, group in one.groups.items()}
                | {name: values[attribute] for name, attribute in one.sole.items()},
            )
            for one, match in found
            if one.rank == highest
        ]


def _key_pattern(item: ItemType, keys: list[str]) -> _KeyPattern | None:
    templates: dict[str, AttributeTemplate] = {one.name: one for one in item.key}
    if any(name not in templates for name in keys):
        return None
    groups: dict[Field, str] = {}
    sole: dict[str, str] = {}
    patterns: list[str] = []
    fixed = 0
    for name in keys:
        template = templates[name].template
        if isinstance(template, Constant):
            text = _text(template.value)
            patterns.append(re.escape(text))
            fixed += len(text)
            continue
        if template.sole_field is not None:
            sole[template.sole_field.name] = name
        pattern = ""
        for part in template.parts:
            if isinstance(part, str):
                pattern += re.escape(part)
                fixed += len(part)
            elif part in groups:
                pattern += f"(?P={groups[part]})"
            else:
                groups[part] = f"g{len(groups)}"
                pattern += f"(?P<{groups[part]}>{_field_pattern(part.format)})"
        patterns.append(pattern)
    formats = sum(bool(field.format) for field in groups)
    # A field as it is tells most, and then the longest format.
    telling = sorted(groups, key=lambda field: (not field.format, len(field.format)))
    return _KeyPattern(
        item,
        re.compile(_BETWEEN.join(patterns), re.DOTALL),
        {field.name: groups[field] for field in telling},
        sole,
        (fixed, formats, -len(groups)),
    )


def _field_pattern(format_: str) -> str:
    if not format_:
        return ".*?"
    if format_ in _FORMATS:
        return _FORMATS[format_]
    if "%" not in format_:
        return r"-?\d+"
    return re.sub(
        r"%(.)|(.)",
        lambda found: _DIRECTIVES.get(found[1], r"\d\d") if found[1] else re.escape(found[2]),
        format_,
        flags=re.DOTALL,
    )


def _text(value: object) -> str:
    """How a key's value stands where templates are matched."""
    match value:
        case bytes():
            return value.decode("utf-8", "backslashreplace")
        case bool():
            return "true" if value else "false"
        case float():
            return format(value, "g")
    return str(value)
