"""Tables of a draft as DynamoDB and the language take them; what they do not take is reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dynaproof.exchange.draft import DraftTable
from dynaproof.exchange.drafting.names import Names, table_name
from dynaproof.exchange.json_places import shown
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.table import (
    MAX_GLOBAL_SECONDARY_INDEXES,
    MAX_INDEX_KEY_ATTRIBUTES,
    MAX_LOCAL_SECONDARY_INDEXES,
    MAX_PROJECTED_NON_KEY_ATTRIBUTES,
    KeyAttribute,
    Projection,
    SecondaryIndex,
    Table,
    Throughput,
)

_TAKEN = "from"
"""Among tables it is a template's file."""
_LONGEST_KEY_NAME = 255


def storable_tables(
    tables: Sequence[DraftTable], not_carried: list[NotCarried]
) -> dict[str, DraftTable]:
    """The tables with names and indexes that may stand in a definition, by the draft's name."""
    names = Names([_TAKEN], table_name)
    found: dict[str, DraftTable] = {}
    for draft in tables:
        table = draft.table
        fault = _key_fault(table)
        if fault:
            not_carried.append(NotCarried(table.name, f"the table is left out: {fault}"))
            continue
        if table.name in found:
            not_carried.append(NotCarried(table.name, "a second table of this name is left out"))
            continue
        name = names.new(table.name)
        if name != table.name:
            reason = f"the table is named '{name}': {shown(table.name)} is no name of a table"
            not_carried.append(NotCarried(table.name, reason))
        found[table.name] = replace(draft, table=_fitting(table, name, not_carried))
    return found


def _fitting(table: Table, name: str, not_carried: list[NotCarried]) -> Table:
    types: dict[str, str] = {key.name: key.type for key in table.key_attributes}
    names = Names([], table_name)
    kept: dict[str, list[SecondaryIndex]] = {"global": [], "local": []}
    limits = {"global": MAX_GLOBAL_SECONDARY_INDEXES, "local": MAX_LOCAL_SECONDARY_INDEXES}
    projected = 0
    for index in table.indexes:
        place = f"{table.name}.{index.name}"
        fault = next(_index_faults(index, table, types), "")
        if not fault and len(kept[index.kind]) >= limits[index.kind]:
            fault = f"a table has at most {limits[index.kind]} {index.kind} secondary indexes"
        if fault:
            not_carried.append(NotCarried(place, f"the index is left out: {fault}"))
            continue
        own = names.new(index.name)
        if own != index.name:
            not_carried.append(NotCarried(place, f"the index is named '{own}'"))
        projection = _projection(index, table, place, not_carried)
        projected += len(projection.attributes)
        if projected > MAX_PROJECTED_NON_KEY_ATTRIBUTES:
            reason = (
                f"more than {MAX_PROJECTED_NON_KEY_ATTRIBUTES} attributes by name; projects all"
            )
            not_carried.append(NotCarried(place, reason))
            projection = Projection()
        types |= {key.name: key.type for key in index.key_attributes}
        kept[index.kind].append(
            replace(
                index,
                name=own,
                projection=projection,
                throughput=_throughput(index.throughput, place, not_carried),
            )
        )
    ttl = table.ttl_attribute
    if ttl is not None and ttl in {key.name for key in table.key_attributes}:
        not_carried.append(NotCarried(table.name, f"the TTL attribute '{ttl}' is part of the key"))
        ttl = None
    return replace(
        table,
        name=name,
        throughput=_throughput(table.throughput, table.name, not_carried),
        ttl_attribute=ttl or None,
        global_secondary_indexes=tuple(kept["global"]),
        local_secondary_indexes=tuple(kept["local"]),
        items=(),
    )


def _key_fault(table: Table) -> str:
    keys = table.key_attributes
    if any(not 1 <= len(key.name) <= _LONGEST_KEY_NAME for key in keys):
        return "a key attribute has a name of 1 to 255 characters"
    if len({key.name for key in keys}) < len(keys):
        return f"'{keys[0].name}' is both partition key and sort key"
    return ""


def _index_faults(index: SecondaryIndex, table: Table, types: dict[str, str]) -> Iterator[str]:
    keys: tuple[KeyAttribute, ...] = index.key_attributes
    if not index.partition_key or (index.kind == "local" and len(index.sort_key) != 1):
        yield "it has no whole key"
    if len({key.name for key in keys}) < len(keys):
        yield "an attribute is in its key twice"
    if any(not 1 <= len(key.name) <= _LONGEST_KEY_NAME for key in keys):
        yield "a key attribute has a name of 1 to 255 characters"
    if max(len(index.partition_key), len(index.sort_key)) > MAX_INDEX_KEY_ATTRIBUTES:
        yield f"a key has at most {MAX_INDEX_KEY_ATTRIBUTES} attributes"
    for key in keys:
        if types.get(key.name, key.type) != key.type:
            yield f"'{key.name}' has the type {types[key.name]} in another key, and {key.type} here"
    if index.kind == "local":
        if table.sort_key is None:
            yield "a local secondary index needs a table with a sort key"
        if index.partition_key != (table.partition_key,):
            yield "the partition key of a local secondary index is the table's"


def _projection(
    index: SecondaryIndex, table: Table, place: str, not_carried: list[NotCarried]
) -> Projection:
    given = index.projection
    if given.kind != "include":
        return Projection(given.kind)
    # Keys are in every index; DynamoDB takes no key for an attribute that is none.
    keys = {key.name for key in (*table.key_attributes, *index.key_attributes)}
    named = tuple(dict.fromkeys(n for n in given.attributes if n and n not in keys))
    if named:
        return Projection("include", named)
    if given.attributes:
        return Projection("keys_only")
    not_carried.append(NotCarried(place, "the projection includes no attributes: keys only"))
    return Projection("keys_only")


def _throughput(
    given: Throughput | None, place: str, not_carried: list[NotCarried]
) -> Throughput | None:
    if given is not None and min(given.read_capacity_units, given.write_capacity_units) < 1:
        not_carried.append(NotCarried(place, "provisioned capacity is at least 1; taken as 1"))
        return Throughput(max(1, given.read_capacity_units), max(1, given.write_capacity_units))
    return given
