"""Tables on an endpoint: create, list, describe, drop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, cast

from botocore.exceptions import BotoCoreError, ClientError

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import control_plane
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, Place
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
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


class Tables:
    """The control plane of an endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._client: DynamoDBClient = control_plane(endpoint)

    def create(self, table: Table, *, protect: bool = True, place: Place | None = None) -> str:
        """Create a table and wait until it is active; gives its name with the prefix.

        ``protect`` False leaves deletion protection out, for tables that live as long as a run.
        Raises EnvironmentFault.
        """
        name = self.endpoint.table_prefix + table.name
        try:
            self._client.create_table(**_create_arguments(table, name, protect, self.endpoint))  # type: ignore[arg-type]  # built as a mapping
            self._client.get_waiter("table_exists").wait(
                TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 300}
            )
            if table.ttl_attribute is not None:
                self._client.update_time_to_live(
                    TableName=name,
                    TimeToLiveSpecification={
                        "Enabled": True,
                        "AttributeName": table.ttl_attribute,
                    },
                )
        except (ClientError, BotoCoreError) as error:
            if _error_name(error) == "ResourceInUseException":
                raise EnvironmentFault(
                    Diagnostic(
                        Code.TABLE_EXISTS,
                        f"the table '{name}' exists already at {self.endpoint.url}",
                        place,
                        "Use --table-prefix to work beside it, or drop it first.",
                    )
                ) from error
            raise self._fault(error, f"cannot create the table '{name}'", place) from error
        return name

    def names(self) -> list[str]:
        """The names of all tables with the endpoint's prefix."""
        try:
            pages = self._client.get_paginator("list_tables").paginate()
            found = [name for page in pages for name in page["TableNames"]]
        except (ClientError, BotoCoreError) as error:
            raise self._fault(error, "cannot list the tables", None) from error
        return [name for name in found if name.startswith(self.endpoint.table_prefix)]

    def describe(self, name: str) -> StoredTable:
        """Describe a table by its whole name."""
        try:
            description = self._client.describe_table(TableName=name)["Table"]
        except (ClientError, BotoCoreError) as error:
            if _error_name(error) == "ResourceNotFoundException":
                raise EnvironmentFault(
                    Diagnostic(
                        Code.UNKNOWN_TABLE,
                        f"there is no table '{name}' at {self.endpoint.url}",
                        hint="'dynaproof tables list' shows those that there are.",
                    )
                ) from error
            raise self._fault(error, f"cannot describe the table '{name}'", None) from error
        return _stored(description)

    def drop(self, name: str) -> None:
        """Delete a table; raises EnvironmentFault when it is protected, or not ours on AWS."""
        stored = self.describe(name)
        if stored.table.deletion_protection:
            raise EnvironmentFault(
                Diagnostic(
                    Code.TABLE_PROTECTED,
                    f"the table '{name}' has deletion protection, and stays",
                    hint="Switch it off first: aws dynamodb update-table --table-name "
                    f"{name} --no-deletion-protection-enabled --endpoint-url {self.endpoint.url}",
                )
            )
        if self.endpoint.is_aws and not self._is_ours(name):
            raise EnvironmentFault(
                Diagnostic(
                    Code.NOT_OURS,
                    f"the table '{name}' was not created by dynaproof, and stays",
                    hint=f"On AWS only tables with the tag {OWNER_TAG} are dropped.",
                )
            )
        try:
            self._client.delete_table(TableName=name)
            self._client.get_waiter("table_not_exists").wait(
                TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 300}
            )
        except (ClientError, BotoCoreError) as error:
            raise self._fault(error, f"cannot drop the table '{name}'", None) from error

    def close(self) -> None:
        """Close the connections of the client."""
        self._client.close()

    def __enter__(self) -> Tables:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _is_ours(self, name: str) -> bool:
        arn = self._client.describe_table(TableName=name)["Table"]["TableArn"]
        pages: Iterator[Sequence[object]] = (
            page["Tags"]
            for page in self._client.get_paginator("list_tags_of_resource").paginate(
                ResourceArn=arn
            )
        )
        return any(
            cast(dict[str, str], tag).get("Key") == OWNER_TAG for tags in pages for tag in tags
        )

    def _fault(
        self, error: ClientError | BotoCoreError, what: str, place: Place | None
    ) -> EnvironmentFault:
        reason = (
            error.response["Error"].get("Message", "") if isinstance(error, ClientError) else error
        )
        return EnvironmentFault(
            Diagnostic(
                Code.ENDPOINT_ERROR,
                f"{what}: {reason}",
                place,
                f"The endpoint is {self.endpoint.url}.",
            )
        )


def _create_arguments(
    table: Table, name: str, protect: bool, endpoint: Endpoint
) -> dict[str, object]:
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
        arguments["StreamSpecification"] = {
            "StreamEnabled": True,
            "StreamViewType": table.stream.upper(),
        }
    if table.deletion_protection and protect:
        arguments["DeletionProtectionEnabled"] = True
    if endpoint.is_aws:
        arguments["Tags"] = [{"Key": OWNER_TAG, "Value": "dynaproof"}]
    return arguments


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


def _stored(description: TableDescriptionTypeDef) -> StoredTable:
    types = {
        one["AttributeName"]: one["AttributeType"]
        for one in description.get("AttributeDefinitions", [])
    }
    partition, sort = _read_keys(description.get("KeySchema", []), types)
    indexes = [
        (kind, one)
        for kind, key in (("global", "GlobalSecondaryIndexes"), ("local", "LocalSecondaryIndexes"))
        for one in cast(list[dict[str, object]], description.get(key) or [])
    ]
    billing = description.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    given = description.get("ProvisionedThroughput", {})
    stream = description.get("StreamSpecification", {})
    table = Table(
        name=description.get("TableName", ""),
        partition_key=partition[0],
        sort_key=sort[0] if sort else None,
        throughput=Throughput(given.get("ReadCapacityUnits", 0), given.get("WriteCapacityUnits", 0))
        if billing == "PROVISIONED"
        else None,
        stream=cast(None, stream["StreamViewType"].lower()) if "StreamViewType" in stream else None,
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
            tuple(cast(list[str], projection.get("NonKeyAttributes", []))),
        ),
    )


def _error_name(error: ClientError | BotoCoreError) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
