"""PynamoDB models: a class for each table, and one for each of its item types.

Written for PynamoDB 6: https://pynamodb.readthedocs.io/en/stable/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dynaproof.exchange.exported import Exported, ItemsOf
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.code_left_out import left_out_by_mappers
from dynaproof.exchange.outgoing.definition_place import place_in
from dynaproof.exchange.outgoing.entity_fields import EntityFields, entity_fields
from dynaproof.exchange.outgoing.pynamodb_attributes import EXACT, MapClasses, inexact
from dynaproof.exchange.outgoing.pynamodb_classes import TableModels, class_names, time_to_live
from dynaproof.exchange.outgoing.pynamodb_keys import HELPERS
from dynaproof.exchange.outgoing.pynamodb_text import import_lines
from dynaproof.exchange.outgoing.python_text import python_text
from dynaproof.exchange.outgoing.table_properties import require_tables
from dynaproof.model.definition import Definition
from dynaproof.model.table import Table


def export_pynamodb(definition: Definition, items: ItemsOf) -> Exported:
    """One module that holds all models; it needs PynamoDB 6 and Python 3.11."""
    require_tables(definition, "PynamoDB")
    entities = entity_fields(definition, items)
    names = class_names(definition.tables)
    maps = MapClasses(set(names.all), names=names.module)
    body: list[str] = []
    needs: set[str] = set()
    for table in definition.tables:
        models = TableModels(table, entities[table.name], names, maps)
        body += models.lines()
        needs |= models.needs
    text = "\n".join([*_head(definition), *_imports(maps, needs), *_own(maps, needs), *body])
    told = [*left_out_by_mappers(definition)]
    for table in definition.tables:
        told += _left_out(table, entities[table.name])
    return Exported({"models.py": f"{text.rstrip()}\n".encode()}, tuple(told))


def _head(definition: Definition) -> list[str]:
    """The docstring. The definition's name is the only text of it that is not ours."""
    name = python_text(definition.name)[1:-1].replace('"', '\\"')
    return [f'"""PynamoDB models of {name}, written by dynaproof."""', ""]


def _imports(maps: MapClasses, needs: set[str]) -> list[str]:
    used = maps.used | needs
    standard = ["import base64"] if "_base64" in used else []
    instants = {"date", "datetime"} & used
    if used & {"_utc", "_midnight", "_microseconds", "_iso"}:
        instants |= {"UTC", "datetime"} | ({"date"} if "_midnight" in used else set())
    standard += import_lines("datetime", instants)
    exact = "Decimal" in used or bool(used & EXACT.keys())
    standard += import_lines("decimal", ["Decimal"] if exact else [])
    standard += import_lines("typing", {"Any"} & used)
    attributes = {one for one in used if one.endswith("Attribute")} - EXACT.keys()
    attributes |= {"Attribute"} if used & EXACT.keys() else set()
    indexes = {one for one in used if one.endswith(("Index", "Projection"))}
    theirs = import_lines("pynamodb.attributes", attributes)
    theirs += import_lines("pynamodb.indexes", indexes) + import_lines("pynamodb.models", ["Model"])
    ours = ["from __future__ import annotations", ""]
    return [*ours, *standard, *([""] if standard else []), *theirs, "", ""]


def _own(maps: MapClasses, needs: set[str]) -> list[str]:
    lines: list[str] = []
    for name, helper in HELPERS.items():
        if name in needs:
            lines += [*helper, "", ""]
    for name, exact in EXACT.items():
        if name in maps.used:
            lines += [*exact, "", ""]
    return lines + maps.lines


def _left_out(table: Table, entities: Sequence[EntityFields]) -> Iterator[NotCarried]:
    if table.deletion_protection:
        yield NotCarried(
            place_in("tables", table.name, "deletion_protection"),
            "PynamoDB creates tables without it; switch it on with UpdateTable",
        )
    if table.ttl_attribute and time_to_live(table, entities) is None:
        yield NotCarried(
            place_in("tables", table.name, "ttl"),
            f"a TTLAttribute holds whole seconds since 1970, and {table.ttl_attribute} does not,"
            " or is part of a key",
        )
    for index in table.indexes:
        if len(index.partition_key) > 1 or len(index.sort_key) > 1:
            yield NotCarried(
                place_in("tables", table.name, "global_secondary_indexes", index.name),
                "PynamoDB's indexes have one partition key and one sort key attribute at most",
            )
    for entity in entities:
        for attribute in entity.attributes:
            place = place_in(
                "tables", table.name, "items", entity.item_type.name, "attributes", attribute.name
            )
            if attribute.shape.type is None:
                yield NotCarried(place, "its values have several types, and PynamoDB's have one")
            if attribute.shape.type == "NULL":
                yield NotCarried(place, "PynamoDB reads NULL as absent, and leaves it out")
            if inexact(attribute.shape):
                yield NotCarried(
                    place, "PynamoDB reads numbers deep within as floats, up to 17 digits"
                )
