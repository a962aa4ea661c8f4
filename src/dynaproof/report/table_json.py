"""A table of a run as JSON: keys, indexes, item types, item collections, some of its items."""

from __future__ import annotations

from dynaproof.model.item import ItemType
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table, Throughput
from dynaproof.proof.results import CollectionSizes, TableResult
from dynaproof.proof.sampled_items import SampledCollection, SampledItem
from dynaproof.report.definition_text import template_text
from dynaproof.report.plain_values import json_value

Document = dict[str, object]


def table_document(result: TableResult) -> Document:
    """A table as it was loaded: keys, indexes, item types, item collections and some items."""
    table = result.table
    return {
        "name": table.name,
        **_keys(table),
        "throughput": _throughput(table.throughput),
        "stream": table.stream,
        "ttl_attribute": table.ttl_attribute,
        "deletion_protection": table.deletion_protection,
        "indexes": [_index(index) for index in table.indexes],
        "items": result.items,
        "bytes": result.bytes,
        "item_types": [
            {
                "name": size.item_type,
                "key": _key_templates(table, size.item_type),
                "items": size.items,
                "bytes": size.total_bytes,
                "min_bytes": size.min_bytes,
                "max_bytes": size.max_bytes,
                "histogram": [
                    {"up_to_bytes": up_to, "items": items}
                    for item_type, up_to, items in sorted(result.size_histogram)
                    if item_type == size.item_type
                ],
            }
            for size in result.sizes
        ],
        "item_collections": [_collections(sizes) for sizes in result.collections],
    }


def _key_templates(table: Table, item_type: str) -> list[Document]:
    found: ItemType | None = next((one for one in table.items if one.name == item_type), None)
    return [
        {"name": part.name, "template": json_value(template_text(part.template))}
        for part in (found.key if found else ())
    ]


def _keys(table: Table) -> Document:
    return {
        "partition_key": [_key(table.partition_key)],
        "sort_key": [_key(table.sort_key)] if table.sort_key else [],
    }


def _key(key: KeyAttribute) -> Document:
    return {"name": key.name, "type": key.type}


def _throughput(throughput: Throughput | None) -> Document | None:
    if throughput is None:
        return None
    return {
        "read_capacity_units": throughput.read_capacity_units,
        "write_capacity_units": throughput.write_capacity_units,
    }


def _index(index: SecondaryIndex) -> Document:
    return {
        "name": index.name,
        "kind": index.kind,
        "partition_key": [_key(key) for key in index.partition_key],
        "sort_key": [_key(key) for key in index.sort_key],
        "projection": index.projection.kind,
        "projected_attributes": list(index.projection.attributes),
    }


def _collections(sizes: CollectionSizes) -> Document:
    return {
        "index": sizes.index,
        "collections": sizes.collections,
        "items": sizes.items,
        "bytes": sizes.bytes,
        "largest": [
            {
                "partition_key": json_value(one.partition_key),
                "items": one.items,
                "bytes": one.bytes,
            }
            for one in sizes.largest
        ],
        "histogram": [
            {"up_to_items": up_to, "collections": number}
            for up_to, number in sorted(sizes.histogram)
        ],
        "samples": [_sampled(one) for one in sizes.samples],
    }


def _sampled(one: SampledCollection) -> Document:
    return {
        "partition_key": json_value(one.partition_key),
        "rank": one.rank,
        "items": one.items,
        "bytes": one.bytes,
        "sample": [_sampled_item(item) for item in one.sample],
    }


def _sampled_item(item: SampledItem) -> Document:
    return {
        "position": item.position,
        "item_type": item.item_type,
        "bytes": item.bytes,
        "attributes": json_value(item.attributes),
        "beginnings": json_value(item.beginnings),
    }
