"""The data-model JSON of awslabs' DynamoDB MCP server: tables, items, and patterns as commands.

``tables`` are arguments of create_table, ``items`` lists of PutRequests by table, and each of
``access_patterns`` names a command line of the AWS CLI.
https://github.com/awslabs/mcp/blob/main/src/dynamodb-mcp-server
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from dynaproof.exchange.draft import Draft, DraftTable
from dynaproof.exchange.foreign_items import read_items
from dynaproof.exchange.foreign_json import JsonReader, ParsedJson
from dynaproof.exchange.incoming.awslabs_model.aliases import with_aliases
from dynaproof.exchange.incoming.awslabs_model.patterns import read_patterns
from dynaproof.exchange.incoming.awslabs_model.trial import tried
from dynaproof.exchange.incoming.described_table import read_table
from dynaproof.exchange.incoming.item_types_in import item_types_in
from dynaproof.exchange.json_places import path_to
from dynaproof.model.attribute_value import Item
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError, Place
from dynaproof.model.table import Table

_WRAPPERS = ("PutRequest", "Put", "Item")


def read_awslabs_model(parsed: ParsedJson) -> Draft:
    """Read a data model; raises InputError where it holds no table that could be used."""
    root = JsonReader.of(parsed, "a data model")
    tables = {table.name: table for table in _tables(root)}
    if not tables:
        raise InputError.of(
            Code.FOREIGN_FILE,
            "the data model holds no table that could be used",
            place=Place(parsed.file),
            hint="; ".join(map(str, root.not_carried[:3]))
            or "'tables' lists the arguments of create_table.",
        )
    items = _items(root, tables)
    made = [
        DraftTable(table, item_types_in(table, items.get(name, ())))
        for name, table in tables.items()
    ]
    aliased, aliased_patterns = with_aliases(made, read_patterns(root, tables, items))
    patterns = tried(aliased_patterns, tables, items, root.not_carried)
    title = root.text("name") or root.text("model_name")
    description = root.text("description")
    root.ignore("version", "metadata", "model_metadata")
    root.unknown_keys()
    return Draft(
        name=title or PurePath(parsed.file).stem,
        source=f"{parsed.file}, a data model of awslabs",
        description=description,
        tables=aliased,
        patterns=patterns,
        not_carried=tuple(root.not_carried),
    )


def _tables(root: JsonReader) -> Iterator[Table]:
    found: set[str] = set()
    if isinstance(root.value.get("tables"), dict):
        specs = list(root.mapping("tables").items())
    else:
        specs = [(f"table-{n + 1}", spec) for n, spec in enumerate(root.objects("tables"))]
    for name, spec in specs:
        table = read_table(spec, name)
        if table is None:
            continue
        if table.name in found:
            spec.report("the table is there twice; the first one counts", "TableName")
            continue
        found.add(table.name)
        yield table


def _items(root: JsonReader, tables: Mapping[str, Table]) -> dict[str, tuple[Item, ...]]:
    """The items of each table, each key once."""
    found: dict[str, tuple[Item, ...]] = {}
    given = root.child("items")
    for name in given.value:
        requests = given.elements(name)
        table = tables.get(name)
        if table is None:
            if requests:
                given.report(f"{len(requests)} items of a table that is not defined", name)
            continue
        inner = [_unwrapped(path, request) for path, request in requests]
        items = read_items(inner, table, root.not_carried)
        found[name] = _each_key_once(items, table, given, name)
    return found


def _unwrapped(path: str, request: object) -> tuple[str, object]:
    """The item within ``{"PutRequest": {"Item": {...}}}``, or an item that stands bare."""
    for wrapper in _WRAPPERS:
        inner = request.get(wrapper) if isinstance(request, dict) else None
        if isinstance(inner, dict):
            path, request = path_to(path, wrapper), inner
    return path, request


def _each_key_once(
    items: Sequence[Item], table: Table, given: JsonReader, name: str
) -> tuple[Item, ...]:
    kept: dict[str, Item] = {}
    for item in items:
        kept[repr([item[key.name] for key in table.key_attributes])] = item
    if len(kept) < len(items):
        lost = len(items) - len(kept)
        given.report(f"{lost} items have the key of a later one, which replaces them", name)
    return tuple(kept.values())
