"""Which item collection, or which item, a request is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dynaproof.model.access_pattern import Request
from dynaproof.model.definition import Definition
from dynaproof.model.template import Template, TemplateError


@dataclass(frozen=True, slots=True)
class Target:
    """``keys`` are templates of key attributes; of the partition key alone for a collection."""

    table: str
    index: str | None
    keys: Mapping[str, Template]


def key_target(request: Request, definition: Definition) -> Target | None:
    """The target of a request on one table; None when its keys are not templates on texts."""
    arguments = request.arguments
    table = definition.table(str(arguments.get("TableName")))
    if table is None:
        return None
    if request.operation == "Query":
        index_name = arguments.get("IndexName")
        index = table.index(str(index_name)) if index_name else None
        partition = index.partition_key if index else (table.partition_key,)
        found = equalities(arguments)
        keys = {key.name: found.get(key.name) for key in partition}
        return _target(table.name, index.name if index else None, keys)
    if request.operation in ("GetItem", "UpdateItem", "DeleteItem"):
        given = _mapping(arguments.get("Key"))
        return _target(
            table.name, None, {key.name: given.get(key.name) for key in table.key_attributes}
        )
    if request.operation == "PutItem":
        name = table.partition_key.name
        return _target(table.name, None, {name: _mapping(arguments.get("Item")).get(name)})
    return None


def _target(table: str, index: str | None, keys: Mapping[str, object]) -> Target | None:
    templates: dict[str, Template] = {}
    for name, given in keys.items():
        value = _untyped(given)
        if not isinstance(value, str):
            return None
        try:
            templates[name] = Template.parse(value)
        except TemplateError:
            return None
    return Target(table, index, templates)


def _untyped(value: object) -> object:
    """``{"S": "USER#${user}"}`` says of a template no more than its text."""
    if isinstance(value, Mapping) and len(value) == 1:
        [(kind, payload)] = value.items()
        return payload if kind in ("S", "N") else value
    return value


def equalities(arguments: Mapping[str, object]) -> dict[str, object]:
    """``a = :x`` of a key condition, by attribute."""
    names = _mapping(arguments.get("ExpressionAttributeNames"))
    values = _mapping(arguments.get("ExpressionAttributeValues"))
    condition = str(arguments.get("KeyConditionExpression", ""))
    found: dict[str, object] = {}
    for name, label in re.findall(r"([#\w.-]+)\s*=\s*(:\w+)", condition):
        found[str(names.get(name, name))] = values.get(label)
    return found


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
