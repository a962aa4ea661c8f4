"""The schema JSON of awslabs' DynamoDB MCP server, from which its code generator makes repositories.

``tables[]`` have ``table_config``, ``gsi_list`` and ``entities``; these have templates of keys, fields
and access patterns. Sample values stand in a file of usage data, or under ``usage_data``.
https://github.com/awslabs/mcp/blob/main/src/dynamodb-mcp-server
"""

from __future__ import annotations

from pathlib import PurePath

from dynaproof.exchange.draft import Draft, DraftPattern, DraftTable
from dynaproof.exchange.foreign_json import JsonReader, ParsedJson
from dynaproof.exchange.incoming.awslabs_schema.entities import SchemaTable, read_table
from dynaproof.exchange.incoming.awslabs_schema.patterns import read_patterns
from dynaproof.exchange.incoming.awslabs_schema.transactions import read_transactions
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError, Place

_SAMPLES = ("sample_data", "access_pattern_data")


def read_awslabs_schema(parsed: ParsedJson, usage: ParsedJson | None = None) -> Draft:
    """Read a schema, with the samples of ``usage`` where there is such a file.

    Raises InputError where there is no table that could be used.
    """
    root = JsonReader.of(parsed, "a schema")
    samples = _samples(root, usage)
    tables: dict[str, SchemaTable] = {}
    for number, entry in enumerate(root.objects("tables"), 1):
        table = read_table(entry, number, samples)
        if table is None:
            continue
        if table.name in tables:
            entry.report("the table is there twice; the first one counts")
            continue
        tables[table.name] = table
    if not tables:
        raise InputError.of(
            Code.FOREIGN_FILE,
            "the schema holds no table that could be used",
            place=Place(parsed.file),
            hint="; ".join(map(str, root.not_carried[:3]))
            or "A table has table_config and entities.",
        )
    _with_names_of_their_own(list(tables.values()))
    for table in tables.values():
        table.made()
        for said, entity in table.entities.items():
            for name, remark in dict.fromkeys(entity.remarks):
                table.place.report(f"{said}, {name}: {remark}", "entities")
    patterns: list[DraftPattern] = []
    for table in tables.values():
        patterns += read_patterns(table)
    patterns += read_transactions(root, tables)
    # Patterns come first: a field that is compared with a value always has one.
    made = [
        DraftTable(table.made(), tuple(entity.made() for entity in table.entities.values()))
        for table in tables.values()
    ]
    root.ignore("version", "description", "usage_data")
    root.unknown_keys()
    return Draft(
        name=PurePath(parsed.file).stem,
        source=f"{parsed.file}, a schema of awslabs",
        description=root.text("description"),
        tables=tuple(made),
        patterns=tuple(patterns),
        not_carried=tuple(root.not_carried),
    )


def _with_names_of_their_own(tables: list[SchemaTable]) -> None:
    """Entities of different tables may have one name in the file; in a draft they have not."""
    taken: set[str] = set()
    for table in tables:
        for entity in table.entities.values():
            while entity.name.lower() in taken:
                entity.name += "_"
            taken.add(entity.name.lower())


def _samples(root: JsonReader, usage: ParsedJson | None) -> dict[str, dict[str, list[object]]]:
    source = root.child("usage_data")
    if usage is not None:
        source = JsonReader.of(usage, "usage data")
        source.not_carried = root.not_carried
    found: dict[str, dict[str, list[object]]] = {}
    for name, entity in source.mapping("entities").items():
        values = found.setdefault(name, {})
        for section in _SAMPLES:
            for field, value in entity.child(section).value.items():
                values.setdefault(field, []).append(value)
        # Of updates and filters only the values of choices tell more than the samples do.
        for section in ("update_data", "filter_values"):
            for field, value in entity.child(section).value.items():
                if field in values and isinstance(value, str) and value.isupper():
                    values[field].append(value)
        entity.unknown_keys()
    return found
