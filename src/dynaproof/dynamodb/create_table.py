"""A table in the words of CreateTable, which CloudFormation shares.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

from collections.abc import Sequence

from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput


def table_properties(table: Table) -> dict[str, object]:
    """Keys, billing and indexes of a table, without its name.

    A global secondary index without a throughput of its own has the table's.
    """
    properties: dict[str, object] = {
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": kind}
            for attribute, kind in table.attribute_types.items()
        ],
        "KeySchema": key_schema(
            (table.partition_key,), (table.sort_key,) if table.sort_key else ()
        ),
        "BillingMode": billing_mode(table),
    }
    if table.throughput:
        properties["ProvisionedThroughput"] = provisioned_throughput(table.throughput)
    if table.global_secondary_indexes:
        properties["GlobalSecondaryIndexes"] = [
            _index(index) | _index_throughput(index, table)
            for index in table.global_secondary_indexes
        ]
    if table.local_secondary_indexes:
        properties["LocalSecondaryIndexes"] = [
            _index(index) for index in table.local_secondary_indexes
        ]
    return properties


def stream_specification(view_type: str) -> dict[str, object]:
    """What CreateTable and UpdateTable take for a stream."""
    return {"StreamEnabled": True, "StreamViewType": view_type.upper()}


def billing_mode(table: Table) -> str:
    """What CreateTable takes for ``on_demand`` and ``provisioned``."""
    return "PROVISIONED" if table.throughput else "PAY_PER_REQUEST"


def index_throughput(index: SecondaryIndex, table: Table) -> Throughput | None:
    """The throughput of a global secondary index, its own or the table's; None on demand."""
    return (index.throughput or table.throughput) if table.throughput else None


def key_schema(
    partition: Sequence[KeyAttribute], sort: Sequence[KeyAttribute]
) -> list[dict[str, str]]:
    """Partition key, then sort key; those of a global secondary index may have several."""
    return [{"AttributeName": key.name, "KeyType": "HASH"} for key in partition] + [
        {"AttributeName": key.name, "KeyType": "RANGE"} for key in sort
    ]


def provisioned_throughput(throughput: Throughput) -> dict[str, int]:
    """Capacity units a second."""
    return {
        "ReadCapacityUnits": throughput.read_capacity_units,
        "WriteCapacityUnits": throughput.write_capacity_units,
    }


def projection(projected: Projection) -> dict[str, object]:
    """What an index holds besides keys."""
    properties: dict[str, object] = {"ProjectionType": projected.kind.upper()}
    if projected.kind == "include":
        properties["NonKeyAttributes"] = list(projected.attributes)
    return properties


def _index(index: SecondaryIndex) -> dict[str, object]:
    return {
        "IndexName": index.name,
        "KeySchema": key_schema(index.partition_key, index.sort_key),
        "Projection": projection(index.projection),
    }


def _index_throughput(index: SecondaryIndex, table: Table) -> dict[str, object]:
    throughput = index_throughput(index, table)
    return {"ProvisionedThroughput": provisioned_throughput(throughput)} if throughput else {}
