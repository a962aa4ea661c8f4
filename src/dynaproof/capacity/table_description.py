"""Tables as CreateTable and DescribeTable say them.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

from collections.abc import Mapping

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.table import (
    KeyAttribute,
    KeyType,
    Projection,
    SecondaryIndex,
    Table,
    Throughput,
)

_PROJECTIONS = {"ALL": "all", "KEYS_ONLY": "keys_only", "INCLUDE": "include"}


def table_from_description(name: str, description: object) -> Table:
    """Make a table of its description, without items; raises InputError."""
    try:
        return _table(name, _mapping(description, "the description"))
    except ValueError as error:
        message = f"table '{name}': {error}"
        hint = "describe it as CreateTable takes it"
        raise InputError(Diagnostic(Code.KEY_SCHEMA, message, hint=hint)) from error


def _table(name: str, description: Mapping[str, object]) -> Table:
    types = _types(description)
    partition_key, sort_key = _keys(description, types)
    if len(partition_key) != 1 or len(sort_key) > 1:
        raise ValueError("its key is one HASH attribute, and one RANGE attribute or none")
    return Table(
        name,
        partition_key[0],
        sort_key[0] if sort_key else None,
        _throughput(description),
        global_secondary_indexes=_indexes(description, "global", types),
        local_secondary_indexes=_indexes(description, "local", types),
    )


def _types(description: Mapping[str, object]) -> dict[str, KeyType]:
    types: dict[str, KeyType] = {}
    for entry in _entries(description, "AttributeDefinitions"):
        type_ = entry.get("AttributeType")
        if type_ not in ("S", "N", "B"):
            raise ValueError(f"a key attribute is S, N or B, not {type_!r}")
        types[str(entry.get("AttributeName"))] = type_
    return types


def _keys(
    description: Mapping[str, object], types: Mapping[str, KeyType]
) -> tuple[tuple[KeyAttribute, ...], tuple[KeyAttribute, ...]]:
    keys: dict[str, list[KeyAttribute]] = {"HASH": [], "RANGE": []}
    for entry in _entries(description, "KeySchema"):
        name, kind = str(entry.get("AttributeName")), str(entry.get("KeyType"))
        if kind not in keys:
            raise ValueError(f"a KeyType is HASH or RANGE, not '{kind}'")
        if name not in types:
            raise ValueError(f"the key attribute '{name}' is not in AttributeDefinitions")
        keys[kind].append(KeyAttribute(name, types[name]))
    if not keys["HASH"]:
        raise ValueError("KeySchema has no HASH attribute")
    return tuple(keys["HASH"]), tuple(keys["RANGE"])


def _indexes(
    description: Mapping[str, object], kind: str, types: Mapping[str, KeyType]
) -> tuple[SecondaryIndex, ...]:
    indexes = []
    for entry in _entries(description, f"{kind.title()}SecondaryIndexes"):
        partition_key, sort_key = _keys(entry, types)
        indexes.append(
            SecondaryIndex(
                str(entry.get("IndexName")),
                "global" if kind == "global" else "local",
                partition_key,
                sort_key,
                _projection(_mapping(entry.get("Projection", {}), "Projection")),
                _throughput(entry),
            )
        )
    return tuple(indexes)


def _projection(projection: Mapping[str, object]) -> Projection:
    names = projection.get("NonKeyAttributes", ())
    included = tuple(map(str, names)) if isinstance(names, list | tuple) else ()
    match _PROJECTIONS.get(str(projection.get("ProjectionType", "ALL"))):
        case "all":
            return Projection("all")
        case "keys_only":
            return Projection("keys_only")
        case "include":
            return Projection("include", included)
    options = ", ".join(_PROJECTIONS)
    raise ValueError(f"a ProjectionType is {options}, not {projection['ProjectionType']!r}")


def _throughput(description: Mapping[str, object]) -> Throughput | None:
    given = description.get("ProvisionedThroughput")
    if given is None or description.get("BillingMode") == "PAY_PER_REQUEST":
        return None
    units = _mapping(given, "ProvisionedThroughput")
    reads, writes = units.get("ReadCapacityUnits"), units.get("WriteCapacityUnits")
    if not isinstance(reads, int) or not isinstance(writes, int):
        raise ValueError("ProvisionedThroughput has ReadCapacityUnits and WriteCapacityUnits")
    # On demand, DescribeTable answers with zeros.
    return Throughput(reads, writes) if reads or writes else None


def _entries(description: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    entries = description.get(name, [])
    if not isinstance(entries, list | tuple):
        raise ValueError(f"{name} is a list")
    return [_mapping(entry, f"an entry of {name}") for entry in entries]


def _mapping(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{what} is a mapping")
    return value
