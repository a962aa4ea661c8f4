"""Item types as SQL: one row for each item, with its keys, DynamoDB JSON and sizes."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from duckdb.sqltypes import DuckDBPyType

from dynaproof.facts.quoting import quoted, quoted_text
from dynaproof.items.attribute_sql import (
    AttributeSql,
    AttributeTypeError,
    spec_sql,
)
from dynaproof.items.template_sql import TemplateColumnError, template_sql
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, Path
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.model.item import ItemType
from dynaproof.model.table import SecondaryIndex, Table

Columns = Mapping[str, DuckDBPyType]


@dataclass(frozen=True, slots=True)
class ItemView:
    """A SELECT that gives the items of one type.

    Columns: ``item_type``, ``item`` (DynamoDB JSON), ``bytes``, ``key.NAME`` for every attribute
    that is part of a key of the table or of an index (text, blob for B), and ``index.NAME``
    (bytes of the index entry; NULL where the item is not in the index).
    """

    item_type: ItemType
    sql: str


def source_sql(item_type: ItemType, definition: Definition) -> str:
    """The SQL of an item type's view; the name of an entity stands for all its rows."""
    if definition.entity(item_type.source) is not None:
        return f"SELECT * FROM {quoted(item_type.source)}"
    return item_type.source.rstrip().rstrip(";")


def item_view(
    table: Table, item_type: ItemType, columns: Columns, definition: Definition
) -> tuple[ItemView | None, list[Diagnostic]]:
    """Make the view; ``columns`` are those of its source. None where anything is wrong."""
    path: Path = ("tables", table.name, "items", item_type.name)
    attributes: dict[str, AttributeSql] = {}
    found: list[Diagnostic] = []
    key_types = table.attribute_types
    for part, specs in (("key", item_type.key), ("attributes", item_type.attributes)):
        for spec in specs:
            place = definition.source.place(*path, part, spec.name)
            try:
                value = template_sql(spec.template, columns)
                made = spec_sql(spec, columns)
            except TemplateColumnError as error:
                near = difflib.get_close_matches(error.column, columns, n=1)
                hint = (
                    f"Did you mean '{near[0]}'?"
                    if near
                    else "The view has: " + ", ".join(columns) + "."
                )
                hint = hint if error.unknown else "Give the column another format or type."
                found.append(Diagnostic(Code.TEMPLATE_COLUMN, str(error), place, hint))
                continue
            except AttributeTypeError as error:
                hint = "Convert it in the view's SQL, for instance with CAST(... AS VARCHAR)."
                found.append(Diagnostic(Code.ATTRIBUTE_TYPE, str(error), place, hint))
                continue
            wanted = key_types.get(spec.name)
            if wanted is not None and made.type not in (wanted, "NULL"):
                given = made.type or "any type"
                message = (
                    f"'{spec.name}' is part of a key and has the type {wanted};"
                    f" this template gives {given} (SQL {value.type})"
                )
                hint = (
                    f"Make it a number in the key, {{name: {spec.name}, type: N}}, or write text,"
                    " padded so that text order is number order: ${name:08d}."
                    if (wanted, made.type) == ("S", "N")
                    else f"Give it the type {wanted}, or change the key's type."
                )
                found.append(Diagnostic(Code.KEY_TYPE, message, place, hint))
            attributes[spec.name] = made
    if found:
        return None, found
    return ItemView(item_type, _select(table, item_type, attributes, definition)), []


def _select(
    table: Table,
    item_type: ItemType,
    attributes: Mapping[str, AttributeSql],
    definition: Definition,
) -> str:
    members = [
        f"({quoted_text(_json_name(name) + ':')} || {made.json})"
        for name, made in attributes.items()
    ]
    columns = [
        f"{quoted_text(item_type.name)} AS item_type",
        "'{' || concat_ws(',', " + ", ".join(members) + ") || '}' AS item",
        f"{_bytes(attributes, attributes)} AS bytes",
    ]
    for name, kind in table.attribute_types.items():
        made = attributes.get(name)
        absent = f"CAST(NULL AS {'BLOB' if kind == 'B' else 'VARCHAR'})"
        plain = made.plain if made is not None and made.plain is not None else absent
        columns.append(f"{plain} AS {key_column(name)}")
    columns += [
        f"{_entry_bytes(table, index, attributes)} AS {index_column(index.name)}"
        for index in table.indexes
    ]
    source = source_sql(item_type, definition)
    return f"SELECT {', '.join(columns)} FROM ({source}\n) AS source"


def key_column(name: str) -> str:
    """The quoted column that holds a key attribute."""
    return quoted(f"key.{name}")


def index_column(name: str) -> str:
    """The quoted column that holds the bytes of an index entry."""
    return quoted(f"index.{name}")


def projected_names(table: Table, index: SecondaryIndex) -> set[str] | None:
    """The attributes that an index holds, keys included; None for all."""
    if index.projection.kind == "all":
        return None
    keys = {key.name for key in (*table.key_attributes, *index.key_attributes)}
    return keys | set(index.projection.attributes)


def _entry_bytes(
    table: Table, index: SecondaryIndex, attributes: Mapping[str, AttributeSql]
) -> str:
    if any(key.name not in attributes for key in index.key_attributes):
        return "CAST(NULL AS BIGINT)"
    present = " AND ".join(
        f"{attributes[key.name].bytes} IS NOT NULL" for key in index.key_attributes
    )
    projected = projected_names(table, index)
    names = [name for name in attributes if projected is None or name in projected]
    return f"CASE WHEN {present} THEN {_bytes(attributes, names)} END"


def _bytes(attributes: Mapping[str, AttributeSql], names: Iterable[str]) -> str:
    sizes = [f"coalesce({attributes[name].bytes} + {len(name.encode())}, 0)" for name in names]
    return f"CAST({' + '.join(sizes) or '0'} AS BIGINT)"


def _json_name(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
