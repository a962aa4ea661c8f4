"""How large item collections of a table with a local secondary index can become."""

from __future__ import annotations

import math
from collections.abc import Iterator

from dynaproof.facts import kinds
from dynaproof.model.entity import Count, Entity
from dynaproof.model.table import MAX_ITEM_BYTES
from dynaproof.model.template import Field, Template
from dynaproof.proof.design.finding import Finding
from dynaproof.proof.design.requests import paths_of
from dynaproof.proof.design.select_tree import Column
from dynaproof.proof.design.stored_types import StoredType
from dynaproof.proof.design.subject import Design

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections
MAX_COLLECTION_BYTES = 10 * 1024**3
_VALUE_BYTES = 40
"""Of a value whose size nothing tells."""
_RARE = 4.75
"""Standard deviations above the mean: one parent in a million has more rows."""


def growing_collections(design: Design) -> Iterator[Finding]:
    """An item collection of a table with a local secondary index can pass 10 GB.

    Where a table has a local secondary index, all items of one partition key and their index
    entries may have 10 GB together; a write beyond that is refused
    (ItemCollectionSizeLimitExceededException). A local index cannot be taken away later.

    Found are a partition key that is one constant, and a partition whose rows, as the facts say
    (``each`` with its ``max``), times their largest size are more than 10 GB.

    Right is a partition key that divides what grows (``READING#${device}#${at:%Y-%m}``), or a
    global secondary index, which has no such limit.
    """
    for table in design.definition.tables:
        if not table.local_secondary_indexes:
            continue
        for stored in design.types_of(table):
            template = stored.template(table.partition_key.name)
            entity = _entity(design, stored)
            if not isinstance(template, Template) or entity is None:
                continue
            if not template.names:
                problem = "holds all items of the type, however many there will be"
            else:
                size = _rows(design, stored, template, entity) * _bytes(design, stored)
                if size <= MAX_COLLECTION_BYTES:
                    continue
                problem = f"can grow to {size / 1024**3:,.0f} GB"
            yield Finding(
                f"the item collection of '{template}' {problem}; with a local secondary index,"
                " DynamoDB allows 10 GB",
                stored.attribute_path(table.partition_key.name),
                "Divide it by a partition key that ends, such as a month, or make the local index"
                " a global one.",
                (stored.path, *paths_of(table)),
            )


def _entity(design: Design, stored: StoredType) -> Entity | None:
    """The entity whose rows the items are, unless its number is settled by a file."""
    select = stored.select
    if select is None or select.reshaped:
        return None
    entity = design.facts.entities.get(select.first_entity or "")
    return None if entity is None or entity.dataset is not None else entity


def _rows(design: Design, stored: StoredType, template: Template, entity: Entity) -> float:
    """The most rows of an item type that share a partition key, as far as the facts say."""
    columns = [stored.column(part) for part in template.parts if isinstance(part, Field)]
    if None in columns:
        return 1
    most = _total(design, entity)
    for column in columns:
        if column is None:
            continue
        if column.entity == entity.name.lower() and design.facts.attribute(column) is not None:
            if design.facts.is_unique(column):
                return 1
            continue  # a column with few values: the whole entity may be in one
        if entity.each is None or design.facts.root(column) != design.facts.root(
            Column(entity.name.lower(), entity.each.name.lower())
        ):
            return 1  # joined from elsewhere: not known
        most = min(most, _most(entity.each.count))
    return most


def _total(design: Design, entity: Entity) -> float:
    if entity.rows is not None or entity.each is None:
        return float(entity.rows or 0)
    parent = design.facts.entities.get(entity.each.entity.lower())
    parents = _total(design, parent) if parent is not None else 0.0
    return parents * _most(entity.each.count)


def _most(count: Count) -> float:
    if count.maximum is not None:
        return float(count.maximum)
    if count.kind == "lognormal":
        middle = math.log(count.mean) - count.sigma**2 / 2
        return math.exp(min(middle + _RARE * count.sigma, 50.0))
    return count.mean + _RARE * math.sqrt(count.mean)


def _bytes(design: Design, stored: StoredType) -> float:
    """The largest size of an item of a type, in bytes."""
    size = 0.0
    for attribute in stored.item.all_attributes:
        size += len(attribute.name.encode())
        if not isinstance(attribute.template, Template):
            continue
        for part in attribute.template.parts:
            size += len(part.encode()) if isinstance(part, str) else _value(design, stored, part)
    return min(size, MAX_ITEM_BYTES)


def _value(design: Design, stored: StoredType, field: Field) -> float:
    column = stored.column(field)
    generator = design.facts.generator(column) if column is not None else None
    if generator is None:
        return _VALUE_BYTES
    if generator.kind in ("text", "sentence"):
        return kinds.whole(generator, "max_length")
    if generator.kind == "bytes":
        return kinds.whole(generator, "length")
    return _VALUE_BYTES
