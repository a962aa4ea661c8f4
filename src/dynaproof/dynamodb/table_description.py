"""A table in the words of DynamoDB's control plane, to be created and as it is described."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

OWNER_TAG = "dynaproof:created-by"
"""A table on AWS without this tag is never deleted."""


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table as an endpoint describes it; sizes in bytes, approximate on the service."""

    table: Table
    status: str
    items: int
    bytes: int
    index_bytes: int
    created: datetime | None = None


def create_arguments(
    table: Table, name: str, protect: bool, endpoint: Endpoint
) -> dict[str, object]:
    """What CreateTable takes for a table."""
    arguments: dict[str, object] = {
        "TableName": name,
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": kind}
            for attribute, kind in table.attribute_types.items()
        ],
        "KeySchema": _key_schema(
            (table.partition_key,), (table.sort_key,) if table.sort_key else ()
        ),
        "BillingMode": "PROVISIONED" if table.throughput else "PAY_PER_REQUEST",
    }
    if table.throughput:
        arguments["ProvisionedThroughput"] = _throughput(table.throughput)
    if table.global_secondary_indexes:
        arguments["GlobalSecondaryIndexes"] = [
            _index(index) | _index_throughput(index, table)
            for index in table.global_secondary_indexes
        ]
    if table.local_secondary_indexes:
        arguments["LocalSecondaryIndexes"] = [
            _index(index) for index in table.local_secondary_indexes
        ]
    if table.stream:
        arguments["StreamSpecification"] = stream_specification(table.stream)
    if table.deletion_protection and protect:
        arguments["DeletionProtectionEnabled"] = True
    if endpoint.is_aws:
        arguments["Tags"] = [{"Key": OWNER_TAG, "Value": "dynaproof"}]
    return arguments


def stream_specification(view_type: str) -> dict[str, object]:
    """What CreateTable and UpdateTable take for a stream."""
    return {"StreamEnabled": True, "StreamViewType": view_type.upper()}


def _key_schema(
    partition: Sequence[KeyAttribute], sort: Sequence[KeyAttribute]
) -> list[dict[str, str]]:
    return [{"AttributeName": key.name, "KeyType": "HASH"} for key in partition] + [
        {"AttributeName": key.name, "KeyType": "RANGE"} for key in sort
    ]


def _index(index: SecondaryIndex) -> dict[str, object]:
    projection: dict[str, object] = {"ProjectionType": index.projection.kind.upper()}
    if index.projection.kind == "include":
        projection["NonKeyAttributes"] = list(index.projection.attributes)
    return {
        "IndexName": index.name,
        "KeySchema": _key_schema(index.partition_key, index.sort_key),
        "Projection": projection,
    }


def _index_throughput(index: SecondaryIndex, table: Table) -> dict[str, object]:
    throughput = index.throughput or table.throughput
    return (
        {"ProvisionedThroughput": _throughput(throughput)}
        if table.throughput and throughput
        else {}
    )


def _throughput(throughput: Throughput) -> dict[str, int]:
    return {
        "ReadCapacityUnits": throughput.read_capacity_units,
        "WriteCapacityUnits": throughput.write_capacity_units,
    }


def stored_table(description: TableDescriptionTypeDef, ttl_attribute: str | None) -> StoredTable:
    """Read what DescribeTable and DescribeTimeToLive say; indexes by name."""
    types = {
        one["AttributeName"]: one["AttributeType"]
        for one in description.get("AttributeDefinitions", [])
    }
    partition, sort = _read_keys(description.get("KeySchema", []), types)
    indexes = [
        (kind, one)
        for kind, key in (("global", "GlobalSecondaryIndexes"), ("local", "LocalSecondaryIndexes"))
        for one in sorted(
            cast(list[dict[str, object]], description.get(key) or []),
            key=lambda one: str(one["IndexName"]),
        )
    ]
    billing = description.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    given = cast(dict[str, object], description.get("ProvisionedThroughput", {}))
    stream = description.get("StreamSpecification", {})
    table = Table(
        name=description.get("TableName", ""),
        partition_key=partition[0],
        sort_key=sort[0] if sort else None,
        throughput=_read_throughput(given) if billing == "PROVISIONED" else None,
        stream=cast(None, stream["StreamViewType"].lower()) if "StreamViewType" in stream else None,
        ttl_attribute=ttl_attribute,
        deletion_protection=description.get("DeletionProtectionEnabled", False),
        global_secondary_indexes=tuple(
            _read_index("global", one, types) for kind, one in indexes if kind == "global"
        ),
        local_secondary_indexes=tuple(
            _read_index("local", one, types) for kind, one in indexes if kind == "local"
        ),
    )
    return StoredTable(
        table,
        description.get("TableStatus", ""),
        description.get("ItemCount", 0),
        description.get("TableSizeBytes", 0),
        sum(cast(int, one.get("IndexSizeBytes", 0)) for _, one in indexes),
        description.get("CreationDateTime"),
    )


def _read_keys(
    schema: object, types: object
) -> tuple[tuple[KeyAttribute, ...], tuple[KeyAttribute, ...]]:
    kinds = cast(dict[str, str], types)
    keys: dict[str, list[KeyAttribute]] = {"HASH": [], "RANGE": []}
    for one in cast(list[dict[str, str]], schema):
        name = one["AttributeName"]
        keys[one["KeyType"]].append(KeyAttribute(name, cast("object", kinds[name])))  # type: ignore[arg-type]  # S, N or B by the service
    return tuple(keys["HASH"]), tuple(keys["RANGE"])


def _read_index(kind: str, one: dict[str, object], types: object) -> SecondaryIndex:
    partition, sort = _read_keys(one["KeySchema"], types)
    projection = cast(dict[str, object], one.get("Projection", {}))
    return SecondaryIndex(
        str(one["IndexName"]),
        "global" if kind == "global" else "local",
        partition,
        sort,
        Projection(
            cast("object", str(projection.get("ProjectionType", "ALL")).lower()),  # type: ignore[arg-type]  # one of three by the service
            tuple(sorted(cast(list[str], projection.get("NonKeyAttributes", [])))),
        ),
        _read_throughput(cast(dict[str, object], one.get("ProvisionedThroughput") or {})),
    )


def _read_throughput(given: dict[str, object]) -> Throughput | None:
    """None where there is none: the service says 0 for tables on demand."""
    units = [cast(int, given.get(f"{kind}CapacityUnits", 0)) for kind in ("Read", "Write")]
    return Throughput(*units) if any(units) else None
