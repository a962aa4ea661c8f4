"""A definition -> a model of NoSQL Workbench, version 3.0: one JSON file.

The format has no published description. What is written here is what models have that NoSQL
Workbench 3.x wrote, such as those of
https://github.com/aws-samples/aws-dynamodb-examples/tree/master/schema_design/SchemaExamples
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from dynaproof.exchange.exported import Exported, ItemsOf
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.table_properties import require_tables
from dynaproof.exchange.outgoing.workbench_facets import Facets, facets_of
from dynaproof.exchange.outgoing.workbench_left_out import left_out, left_out_of_index
from dynaproof.model.definition import Definition
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table, Throughput

VERSION = "3.0"
MOST_ITEMS = 100
"""Sample items of one facet: enough to see a model, few enough to page through them."""
NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the date that a model must have, so that the same definition gives the same bytes."""

Document = dict[str, object]


def export_workbench(
    definition: Definition,
    items: ItemsOf,
    *,
    most_items: int = MOST_ITEMS,
    date: datetime = NO_DATE,
) -> Exported:
    """The model, with a facet for each item type and up to ``most_items`` of its items.

    ``date`` is told as that of creation and of the last change. Raises InputError where there is no
    table.
    """
    require_tables(definition, "a model")
    told = left_out(definition)
    tables: list[Document] = []
    for table in definition.tables:
        facets, of_items = facets_of(table, items(table.name), most_items)
        told += of_items
        tables.append(_table(table, facets, told))
    # As NoSQL Workbench writes it: "May 10, 2023, 04:43 PM".
    written = date.strftime("%b %d, %Y, %I:%M %p")
    model = {
        "ModelName": definition.name,
        "ModelMetadata": {
            "Author": "",
            "DateCreated": written,
            "DateLastModified": written,
            "Description": definition.description,
            "AWSService": "Amazon DynamoDB",
            "Version": VERSION,
        },
        "DataModel": tables,
    }
    text = json.dumps(model, indent=2, ensure_ascii=False) + "\n"
    return Exported({f"{definition.name}.json": text.encode()}, tuple(told))


def _table(table: Table, facets: Facets, told: list[NotCarried]) -> Document:
    indexes: list[Document] = []
    for index in table.global_secondary_indexes:
        reasons = left_out_of_index(table, index)
        told += reasons
        if len(index.partition_key) == 1 and len(index.sort_key) <= 1:
            indexes.append(_index(index))
    document: Document = {
        "TableName": table.name,
        "KeyAttributes": _keys((table.partition_key,), (table.sort_key,) if table.sort_key else ()),
        "NonKeyAttributes": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in facets.types.items()
        ],
    }
    if facets.documents:
        document["TableFacets"] = facets.documents
    if indexes:
        document["GlobalSecondaryIndexes"] = indexes
    if not facets.documents:  # items stand in the facets where there are any
        document["TableData"] = []
    document["DataAccess"] = {"MySql": {}}
    document |= _billing(table.throughput)
    return document


def _keys(partition: Sequence[KeyAttribute], sort: Sequence[KeyAttribute]) -> Document:
    keys: Document = {"PartitionKey": _key(partition[0])}
    return keys | {"SortKey": _key(sort[0])} if sort else keys


def _key(key: KeyAttribute) -> Document:
    return {"AttributeName": key.name, "AttributeType": key.type}


def _index(index: SecondaryIndex) -> Document:
    projection: Document = {"ProjectionType": index.projection.kind.upper()}
    if index.projection.kind == "include":
        projection["NonKeyAttributes"] = list(index.projection.attributes)
    return {
        "IndexName": index.name,
        "KeyAttributes": _keys(index.partition_key, index.sort_key),
        "Projection": projection,
    }


def _billing(throughput: Throughput | None) -> Document:
    if throughput is None:
        return {"BillingMode": "PAY_PER_REQUEST"}
    return {
        "BillingMode": "PROVISIONED",
        "ProvisionedCapacitySettings": {
            "ProvisionedThroughput": {
                "ReadCapacityUnits": throughput.read_capacity_units,
                "WriteCapacityUnits": throughput.write_capacity_units,
            }
        },
    }
