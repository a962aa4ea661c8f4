"""OneTable schemas: one for each table, as JSON, and a module that makes the tables' objects.

https://github.com/sensedeep/dynamodb-onetable/blob/main/doc/schema-1.1.0.md
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from dynaproof.exchange.exported import Exported, ItemsOf
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.code_identifiers import numbered
from dynaproof.exchange.outgoing.code_left_out import left_out_by_mappers, nothing_carried
from dynaproof.exchange.outgoing.definition_place import place_in
from dynaproof.exchange.outgoing.entity_fields import (
    EntityFields,
    entity_fields,
    telling_attributes,
)
from dynaproof.exchange.outgoing.entity_keys import entity_properties
from dynaproof.exchange.outgoing.identifiers import capitalized
from dynaproof.exchange.outgoing.javascript_names import OBJECT_MEMBERS, variable_names
from dynaproof.exchange.outgoing.javascript_text import javascript_text, javascript_value
from dynaproof.exchange.outgoing.onetable_model import onetable_model, refused_name
from dynaproof.exchange.outgoing.table_properties import require_tables
from dynaproof.model.definition import Definition
from dynaproof.model.table import SecondaryIndex, Table

_FORMAT = "onetable:1.1.0"
_PRIMARY = "primary"
_TYPE_FIELD = "_type"
_STANDARD = frozenset(("_Generic", "_Migration", "_Schema", "_Unique"))
_PROJECTIONS = {"all": "all", "keys_only": "keys"}
_HEAD = """\
// OneTable schemas, written by dynaproof.
import { Table } from "dynamodb-onetable";
"""
_FUNCTION = """\
/**
 * @param {{import("@aws-sdk/client-dynamodb").DynamoDBClient}} client
 * @param {{string}} [name] the table's name
 */
export function {function}(client, name = {table}) {{
  return new Table({{ client, name, partial: false, schema: structuredClone({schema}) }});
}}
"""


def export_onetable(definition: Definition, items: ItemsOf) -> Exported:
    """``<table>.json`` for each table, and ``tables.mjs``, which needs OneTable 2.

    Raises InputError where no table can be carried.
    """
    require_tables(definition, "OneTable")
    tables = entity_fields(definition, items)
    told = [*left_out_by_mappers(definition)]
    names = [table.name for table in definition.tables]
    functions = numbered([f"create{capitalized(name)}Table" for name in names])
    variables = variable_names(names, {*functions, "Table", "client", "name", "structuredClone"})
    files: dict[str, bytes] = {}
    parts = [_HEAD]
    for table, function in zip(definition.tables, functions, strict=True):
        reason = _refused_keys(table)
        if reason is not None:
            told.append(NotCarried(place_in("tables", table.name), reason))
            continue
        schema = _schema(table, tables[table.name], definition, told)
        text = json.dumps(schema, indent=2)
        files[f"{table.name}.json"] = f"{text}\n".encode()
        variable = variables[table.name]
        parts.append(f"export const {variable} = {javascript_value(schema)};\n")
        quoted = javascript_text(table.name)
        parts.append(_FUNCTION.format(function=function, table=quoted, schema=variable))
    if not files:
        raise nothing_carried(definition, "OneTable", told)
    files["tables.mjs"] = "\n".join(parts).encode("ascii")
    return Exported(files, tuple(told))


def _schema(
    table: Table,
    entities: Sequence[EntityFields],
    definition: Definition,
    told: list[NotCarried],
) -> dict[str, object]:
    type_field, models = _types(table, entities)
    made: dict[str, object] = {}
    for entity in entities:
        model = onetable_model(entity_properties(entity, refused_name), definition, type_field)
        told += model.not_carried
        if model.fields is None:
            continue
        made[models[entity.item_type.name]] = model.fields
        stored = [one for one in model.added if entity.attribute(one) is None]
        if stored:
            place = place_in("tables", table.name, "items", entity.item_type.name)
            reason = f"items that OneTable writes also have {', '.join(stored)}"
            told.append(NotCarried(place, reason))
    told += _left_out(table)
    return {
        "format": _FORMAT,
        "version": "0.0.1",
        "tableName": table.name,
        "indexes": _indexes(table, told),
        "models": made,
        "params": {"isoDates": True, "timestamps": False, "typeField": type_field},
    }


def _indexes(table: Table, told: list[NotCarried]) -> dict[str, object]:
    indexes: dict[str, object] = {_PRIMARY: {"hash": table.partition_key.name}}
    if table.sort_key is not None:
        indexes[_PRIMARY] = {"hash": table.partition_key.name, "sort": table.sort_key.name}
    for index in table.indexes:
        reason = _refused_index(index)
        if reason is not None:
            told.append(NotCarried(place_in("tables", table.name, index.name), reason))
            continue
        spec: dict[str, object] = {"hash": index.partition_key[0].name}
        if index.sort_key:
            spec["sort"] = index.sort_key[0].name
        spec["type"] = index.kind
        spec["project"] = _PROJECTIONS.get(index.projection.kind, list(index.projection.attributes))
        indexes[index.name] = spec
    return indexes


def _refused_keys(table: Table) -> str | None:
    """OneTable cannot do without the table's key."""
    return next(filter(None, (refused_name(key.name) for key in table.key_attributes)), None)


def _refused_index(index: SecondaryIndex) -> str | None:
    if len(index.partition_key) > 1 or len(index.sort_key) > 1:
        return "OneTable's indexes have one attribute for each key"
    if index.name == _PRIMARY or index.name in OBJECT_MEMBERS:
        return "OneTable keeps that name for itself"
    return next(filter(None, (refused_name(key.name) for key in index.key_attributes)), None)


def _types(table: Table, entities: Sequence[EntityFields]) -> tuple[str, dict[str, str]]:
    """The attribute that tells models apart, and the model's name of each item type.

    It is one that items have already, where each item type has a text of its own in it.
    """
    used = {one.name for entity in entities for one in entity.attributes}
    for name, texts in telling_attributes(table, entities):
        telling = len(texts) > 1 or name == _TYPE_FIELD
        if telling and not refused_name(name) and not _kept(texts):
            told = zip(entities, texts, strict=True)
            return name, {entity.item_type.name: text for entity, text in told}
    [field] = numbered([_TYPE_FIELD], used)
    names = [entity.item_type.name for entity in entities]
    free = [f"{name}_" if _kept([name]) else name for name in names]
    return field, dict(zip(names, numbered(free), strict=True))


def _kept(names: Sequence[str]) -> bool:
    return any(name in OBJECT_MEMBERS or name in _STANDARD for name in names)


def _left_out(table: Table) -> Iterator[NotCarried]:
    what = ["billing"]
    what += ["stream"] if table.stream else []
    what += ["deletion protection"] if table.deletion_protection else []
    yield NotCarried(
        place_in("tables", table.name), f"a OneTable schema has no {' and no '.join(what)}"
    )
