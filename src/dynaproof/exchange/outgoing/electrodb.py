"""ElectroDB entities: a module of JavaScript with a model for each item type, a service for each table.

ElectroDB 3: https://electrodb.dev/en/core-concepts/introduction/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dynaproof.exchange.exported import Exported, ItemsOf
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.code_identifiers import numbered
from dynaproof.exchange.outgoing.code_left_out import left_out_by_mappers, nothing_carried
from dynaproof.exchange.outgoing.definition_place import place_in
from dynaproof.exchange.outgoing.electrodb_entity import electro_model
from dynaproof.exchange.outgoing.entity_fields import entity_fields
from dynaproof.exchange.outgoing.entity_keys import entity_properties
from dynaproof.exchange.outgoing.identifiers import capitalized
from dynaproof.exchange.outgoing.javascript_names import property_names, variable_names
from dynaproof.exchange.outgoing.javascript_text import javascript_text, javascript_value
from dynaproof.exchange.outgoing.table_properties import require_tables
from dynaproof.model.definition import Definition
from dynaproof.model.table import Table

_HEAD = """\
// ElectroDB entities, written by dynaproof.
//
// Items that ElectroDB did not write have none of its identifiers: read them with
// .go({ ignoreOwnership: true }), which tells entities apart by their keys.
import { Entity, Service } from "electrodb";
"""
_SERVICE = """\
/**
 * Entities of one table.
 * @param {{import("@aws-sdk/client-dynamodb").DynamoDBClient}} [client]
 * @param {{string}} [table] its name
 */
export function {function}(client, table = {table}) {{
  return new Service(
    {{
{entities}
    }},
    {{ client, table }},
  );
}}
"""


def export_electrodb(definition: Definition, items: ItemsOf) -> Exported:
    """One ES module; it needs ElectroDB 3 and the AWS SDK for JavaScript 3.

    Raises InputError where no item type can be carried.
    """
    require_tables(definition, "ElectroDB")
    tables = entity_fields(definition, items)
    told = [*left_out_by_mappers(definition), *_settings(definition.tables)]
    functions = _functions(definition.tables)
    keys = [(table.name, one.name) for table in definition.tables for one in table.items]
    taken = {*functions.values(), "Entity", "Number", "Service", "client", "table"}
    wanted = variable_names((name for _, name in keys), taken)
    variables = dict(zip(keys, numbered([wanted[name] for _, name in keys], taken), strict=True))
    parts = [_HEAD]
    for table in definition.tables:
        lines: list[str] = []
        names = property_names(one.name for one in table.items)
        for entity in tables[table.name]:
            model = electro_model(entity_properties(entity), definition.name)
            told += model.not_carried
            if model.schema is not None:
                variable = variables[table.name, entity.item_type.name]
                parts.append(f"export const {variable} = {javascript_value(model.schema)};\n")
                lines.append(f"      {names[entity.item_type.name]}: new Entity({variable}),")
        service = _SERVICE.format(
            function=functions[table.name],
            table=javascript_text(table.name),
            entities="\n".join(lines),
        )
        if lines:
            parts.append(service)
    if len(parts) == 1:
        raise nothing_carried(definition, "ElectroDB", told)
    return Exported({"entities.mjs": "\n".join(parts).encode("ascii")}, tuple(told))


def _functions(tables: Sequence[Table]) -> dict[str, str]:
    names = [f"create{capitalized(table.name)}Service" for table in tables]
    return dict(zip((table.name for table in tables), numbered(names), strict=True))


def _settings(tables: Sequence[Table]) -> Iterator[NotCarried]:
    for table in tables:
        yield NotCarried(
            place_in("tables", table.name),
            "ElectroDB creates no tables: billing, stream, ttl and deletion protection are left out",
        )
