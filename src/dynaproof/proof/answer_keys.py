"""What identifies an item: its key attributes, and the fields of the templates that made them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dynaproof.model.access_pattern import Request
from dynaproof.model.attribute_value import number_text
from dynaproof.model.definition import Definition
from dynaproof.model.item import AttributeTemplate, ItemType
from dynaproof.model.table import Table
from dynaproof.model.template import INSTANT_FORMATS, Field, Template
from dynaproof.proof.differences import TypedItem

_STATEMENT_TABLE = re.compile(
    r'\bfrom\s+"?(?P<table>[\w.-]+?)"?(?:\s*\.\s*"?(?P<index>[\w-]+)"?)?(?:\s|$)', re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ItemKeys:
    """The key attributes of what a request reads, and the templates that fill them."""

    attributes: frozenset[str]
    item_types: tuple[tuple[tuple[str, Template], ...], ...]

    def identifying(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Those of some columns that are key attributes or can be read back from a key."""
        fields = {
            part.name
            for templates in self.item_types
            for _, template in templates
            for part in template.parts
            if isinstance(part, Field) and _readable(part)
        }
        return tuple(name for name in columns if name in self.attributes or name in fields)

    def identity(
        self, item: TypedItem, columns: Sequence[str], types: Mapping[str, str]
    ) -> TypedItem:
        """The identifying columns of an item; ``types`` are the DynamoDB types wanted of them."""
        fields = self._fields(item)
        found: dict[str, object] = {}
        for name in columns:
            if name in self.attributes:
                if name in item:
                    found[name] = item[name]
            elif name in fields:
                found[name] = _as_wanted(fields[name], types.get(name, "S"))
        return found

    def _fields(self, item: TypedItem) -> dict[str, object]:
        """Fields of the item type whose templates match with the most fixed text."""
        best: tuple[int, dict[str, object]] = (-1, {})
        for templates in self.item_types:
            fields: dict[str, object] = {}
            fixed = 0
            for name, template in templates:
                matched = _matched(template, item.get(name))
                if matched is None:
                    break
                fields |= matched
                fixed += sum(len(part) for part in template.parts if isinstance(part, str))
            else:
                if fixed > best[0]:
                    best = (fixed, fields)
        return best[1]


def item_keys(request: Request, definition: Definition) -> ItemKeys:
    """The keys of the tables, and of the index, that a request reads."""
    tables, index_name = _read_from(request.arguments, definition)
    attributes: set[str] = set()
    item_types: list[tuple[tuple[str, Template], ...]] = []
    for table in tables:
        keys = {key.name for key in table.key_attributes}
        index = table.index(index_name) if index_name else None
        if index is not None:
            keys |= {key.name for key in index.key_attributes}
        attributes |= keys
        item_types += [_templates(item_type, keys) for item_type in table.items]
    return ItemKeys(frozenset(attributes), tuple(item_types))


def _templates(item_type: ItemType, keys: set[str]) -> tuple[tuple[str, Template], ...]:
    def is_key(one: AttributeTemplate) -> bool:
        return one.name in keys

    return tuple(
        (one.name, one.template)
        for one in filter(is_key, item_type.all_attributes)
        if isinstance(one.template, Template)
    )


def _read_from(
    arguments: Mapping[str, object], definition: Definition
) -> tuple[list[Table], str | None]:
    index = arguments.get("IndexName")
    names = set(_names(arguments, "TableName"))
    by_table = arguments.get("RequestItems")
    if isinstance(by_table, Mapping):
        names |= set(map(str, by_table))
    for statement in _names(arguments, "Statement"):
        found = _STATEMENT_TABLE.search(statement)
        if found is not None:
            names.add(found["table"])
            index = index or found["index"]
    tables = [table for table in definition.tables if table.name in names]
    return tables or list(definition.tables), str(index) if index else None


def _names(value: object, key: str) -> Iterable[str]:
    """Every text under a key, however deep."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == key and isinstance(inner, str):
                yield inner
            else:
                yield from _names(inner, key)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _names(inner, key)


def _readable(field: Field) -> bool:
    """Whether what a field was filled with can be told from what it wrote."""
    return "%" not in field.format and "." not in field.name


def _matched(template: Template, typed: object) -> dict[str, object] | None:
    if not isinstance(typed, Mapping):
        return None
    sole = template.sole_field
    if sole is not None:
        return {sole.name: typed}
    text = typed.get("S")
    found = template.match(text) if isinstance(text, str) else None
    if found is None:
        return None
    numbers = {
        part.name
        for part in template.parts
        if isinstance(part, Field) and part.format in INSTANT_FORMATS and "epoch" in part.format
    }
    return {
        name: {"N": value} if name in numbers and value.lstrip("-").isdigit() else {"S": value}
        for name, value in found.items()
    }


def _as_wanted(typed: object, wanted: str) -> object:
    """A text that was read back from a key, as the type that the question's column has."""
    text = typed.get("S") if isinstance(typed, Mapping) else None
    if not isinstance(text, str):
        return typed
    match wanted:
        case "N":
            try:
                return {"N": number_text(text)}
            except ValueError:
                return typed
        case "BOOL" if text in ("true", "false"):
            return {"BOOL": text == "true"}
        case "B":
            return {"B": text}
    return typed
