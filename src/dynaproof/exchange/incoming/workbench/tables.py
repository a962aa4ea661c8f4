"""Tables of NoSQL Workbench: keys, indexes, capacity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dynaproof.exchange.foreign_json import JsonReader, shown
from dynaproof.model.table import (
    KeyAttribute,
    KeyType,
    Projection,
    SecondaryIndex,
    Table,
    Throughput,
)

_TYPES: Mapping[str, KeyType] = {
    "S": "S",
    "STRING": "S",
    "N": "N",
    "NUMBER": "N",
    "B": "B",
    "BINARY": "B",
}
_PROJECTIONS = ("ALL", "KEYS_ONLY", "INCLUDE")


def read_table(spec: JsonReader) -> Table | None:
    """The keys and indexes; None, and a report, where there is no partition key."""
    name = spec.text("TableName").strip()
    if not name:
        spec.report("the table has no name; it is called 'table'", "TableName")
        name = "table"
    types = _attribute_types(spec)
    keys = _keys(spec, types)
    if not keys:
        spec.report("the table is left out: it has no partition key", "KeyAttributes")
        return None
    globals_ = [_index(one, types, "global") for one in spec.objects("GlobalSecondaryIndexes")]
    locals_ = [
        _index(one, types, "local", keys[0]) for one in spec.objects("LocalSecondaryIndexes")
    ]
    spec.ignore("DataAccess", "AttributeDefinitions")
    return Table(
        name,
        keys[0],
        keys[1] if len(keys) > 1 else None,
        _throughput(spec),
        global_secondary_indexes=tuple(one for one in globals_ if one is not None),
        local_secondary_indexes=tuple(one for one in locals_ if one is not None),
    )


def key_type(spec: JsonReader, name: str, default: KeyType = "S") -> KeyType:
    """The type of a key attribute; another type than S, N and B is reported."""
    said = spec.text(name, default).strip()
    found = _TYPES.get(said.upper())
    if found is None:
        spec.report(f"{shown(said)} is no type of a key; taken as {default}", name)
    return found or default


def _attribute_types(spec: JsonReader) -> dict[str, KeyType]:
    """Types by attribute, for indexes that name attributes alone."""
    types: dict[str, KeyType] = {}
    for where in ("AttributeDefinitions", "NonKeyAttributes"):
        listed = spec.value.get(where)
        for one in listed if isinstance(listed, list) else ():
            name = one.get("AttributeName") if isinstance(one, dict) else None
            kind = one.get("AttributeType") if isinstance(one, dict) else None
            if isinstance(name, str) and isinstance(kind, str) and kind.upper() in _TYPES:
                types[name] = _TYPES[kind.upper()]
    return types


def _keys(spec: JsonReader, types: Mapping[str, KeyType]) -> list[KeyAttribute]:
    """Partition key and sort key, also as CreateTable has them."""
    if not spec.has("KeyAttributes") and spec.has("KeySchema"):
        return list(_schema_keys(spec, types))
    keys = spec.child("KeyAttributes")
    found: list[KeyAttribute] = []
    for part in ("PartitionKey", "SortKey"):
        if not keys.has(part):
            if part == "PartitionKey":
                break
            continue
        key = keys.child(part)
        name = key.text("AttributeName").strip()
        if not name:
            key.report("the key attribute has no name", "AttributeName")
            break
        found.append(KeyAttribute(name, key_type(key, "AttributeType")))
        key.ignore("MapFunction")
        key.unknown_keys()
    keys.ignore("PartitionKey", "SortKey")
    keys.unknown_keys()
    return found


def _schema_keys(spec: JsonReader, types: Mapping[str, KeyType]) -> Iterator[KeyAttribute]:
    parts: dict[str, KeyAttribute] = {}
    for one in spec.objects("KeySchema"):
        role = one.one_of("KeyType", ("HASH", "RANGE"))
        name = one.text("AttributeName").strip()
        if role is not None and name:
            parts.setdefault(role, KeyAttribute(name, types.get(name, "S")))
        one.unknown_keys()
    if "HASH" in parts:
        yield parts["HASH"]
        if "RANGE" in parts:
            yield parts["RANGE"]


def _index(
    spec: JsonReader,
    types: Mapping[str, KeyType],
    kind: str,
    partition: KeyAttribute | None = None,
) -> SecondaryIndex | None:
    name = spec.text("IndexName").strip()
    keys = _keys(spec, types)
    if not name or not keys:
        spec.report("the index is left out: it has no " + ("partition key" if name else "name"))
        return None
    made = SecondaryIndex(
        name,
        "global" if kind == "global" else "local",
        (keys[0],) if partition is None else (partition,),
        tuple(keys[1:]),
        _projection(spec.child("Projection")),
        _throughput(spec),
    )
    spec.ignore("KeySchema", "DataAccess")
    spec.unknown_keys()
    return made


def _projection(spec: JsonReader) -> Projection:
    kind = spec.one_of("ProjectionType", _PROJECTIONS, "ALL")
    named = spec.texts("NonKeyAttributes")
    spec.unknown_keys()
    if kind == "INCLUDE":
        return Projection("include", tuple(named))
    return Projection("keys_only" if kind == "KEYS_ONLY" else "all")


def _throughput(spec: JsonReader) -> Throughput | None:
    mode = spec.one_of("BillingMode", ("PROVISIONED", "PAY_PER_REQUEST"))
    settings = spec.child("ProvisionedCapacitySettings")
    given = settings.child("ProvisionedThroughput")
    if not given.value:
        given = spec.child("ProvisionedThroughput")
    for scaling in ("AutoScalingRead", "AutoScalingWrite"):
        if settings.has(scaling):
            settings.report("autoscaling is not part of a model", scaling)
    settings.ignore("AutoScalingRead", "AutoScalingWrite")
    settings.unknown_keys()
    if mode != "PROVISIONED" and (mode is not None or not given.value):
        return None
    read, write = given.whole("ReadCapacityUnits"), given.whole("WriteCapacityUnits")
    if read is None or write is None:
        if mode == "PROVISIONED":
            spec.report("provisioned capacity without numbers; taken as on demand", "BillingMode")
        return None
    return Throughput(read, write)
