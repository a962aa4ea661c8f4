"""A table in the words of DynamoDB's control plane, to be created and as it is described."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from dynaproof.dynamodb.create_table import stream_specification, table_properties
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
    arguments = {"TableName": name} | table_properties(table)
    if table.stream:
        arguments["StreamSpecification"] = stream_specification(table.stream)
    if table.deletion_protection and protect:
        arguments["DeletionProtectionEnabled"] = True
    if endpoint.is_aws:
        arguments["Tags"] = [{"Key": OWNER_TAG, "Value": "dynaproof"}]
    return arguments


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
