"""What a definition says and a model of NoSQL Workbench has no place for."""

from __future__ import annotations

from collections.abc import Iterator

from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.definition_place import place_in
from dynaproof.model.definition import Definition
from dynaproof.model.table import SecondaryIndex, Table


def left_out(definition: Definition) -> list[NotCarried]:
    """All of it, in the order of the definition, but for what items and GSIs lose."""
    told = [
        NotCarried(
            place_in("entities", one.name), "the facts are carried as the items that show them"
        )
        for one in definition.entities
    ]
    for table in definition.tables:
        told += _of_table(table)
    told += [
        NotCarried(place_in("access_patterns", one.name), "the format has no access patterns")
        for one in definition.access_patterns
    ]
    told += [
        NotCarried(place_in("stream_handlers", one.name), "the format has no streams")
        for one in definition.stream_handlers
    ]
    return told


def left_out_of_index(table: Table, index: SecondaryIndex) -> list[NotCarried]:
    """What a GSI loses: all of it where its keys have several attributes."""
    place = ("tables", table.name, "global_secondary_indexes", index.name)
    told: list[NotCarried] = []
    if len(index.partition_key) > 1 or len(index.sort_key) > 1:
        reason = "the format has indexes with one partition key and one sort key only"
        return [NotCarried(place_in(*place), reason)]
    if index.throughput is not None and index.throughput != table.throughput:
        reason = "the format states capacity for the table alone"
        told.append(NotCarried(place_in(*place, "billing"), reason))
    return told + list(_accepted(index.accepted, *place))


def _of_table(table: Table) -> Iterator[NotCarried]:
    place = ("tables", table.name)
    for name, stated, what in (
        ("stream", table.stream is not None, "streams"),
        ("ttl", table.ttl_attribute is not None, "time to live"),
        ("deletion_protection", table.deletion_protection, "deletion protection"),
    ):
        if stated:
            yield NotCarried(place_in(*place, name), f"the format has no {what}")
    for index in table.local_secondary_indexes:
        where = place_in(*place, "local_secondary_indexes", index.name)
        yield NotCarried(where, "the format has global secondary indexes only")
    for item_type in table.items:
        yield from _accepted(item_type.accepted, *place, "items", item_type.name)
    yield from _accepted(table.accepted, *place)


def _accepted(accepted: object, *place: str) -> Iterator[NotCarried]:
    if accepted:
        yield NotCarried(place_in(*place, "accept"), "the format has no findings to accept")
