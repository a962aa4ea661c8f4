"""Whether changes leave facts that the definition allows.

Where every order of two calls breaks what is unique, or refers to a row that is gone, the
definition does not say what should come of the two: nothing can be held against the tables then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from dynaproof.facts.database import Facts
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.sql import run_change
from dynaproof.items.changed_items import Change
from dynaproof.model.entity import Entity, References

Rows = Mapping[str, Sequence[Mapping[str, object]]]


def rows_after(facts: Facts, changes: Sequence[Change]) -> Rows:
    """All rows after some changes, which are taken back; raises SqlError."""
    connection: duckdb.DuckDBPyConnection = facts.connection
    connection.execute("BEGIN TRANSACTION")
    try:
        for sql, values in changes:
            run_change(connection, sql, values)
        return facts.snapshot()
    finally:
        connection.execute("ROLLBACK")


def broken_rules(domain: Domain, rows: Rows) -> list[str]:
    """Columns whose values are not unique, or refer to no row, against the definition.

    Counts, and what generators allow, are not asked: time goes on, and tables grow.
    """
    return [broken for entity in domain.entities for broken in _of_entity(entity, domain, rows)]


def _of_entity(entity: Entity, domain: Domain, rows: Rows) -> Iterator[str]:
    own = rows.get(entity.name, ())
    if entity.each is not None:
        parents = rows.get(entity.each.entity, ())
        if _refers_to_nothing(own, entity.each.name, parents, entity.each.attribute):
            yield f"{entity.name}.{entity.each.name}"
    for attribute in entity.attributes:
        name, source = attribute.name, attribute.source
        held = _with(own, name)
        broken = (entity.name, name) in domain.unique and _repeated([repr(r[name]) for r in held])
        if isinstance(source, References):
            parents = rows.get(source.entity, ())
            broken = broken or _refers_to_nothing(own, name, parents, source.attribute)
            if source.distinct_within is not None:
                within = source.distinct_within
                broken = broken or _repeated([repr((r[within], r[name])) for r in held])
        if broken:
            yield f"{entity.name}.{name}"


def _refers_to_nothing(
    own: Sequence[Mapping[str, object]],
    name: str,
    parents: Sequence[Mapping[str, object]],
    parent_name: str,
) -> bool:
    known = {repr(row[parent_name]) for row in parents}
    return any(repr(row[name]) not in known for row in _with(own, name))


def _with(rows: Sequence[Mapping[str, object]], name: str) -> list[Mapping[str, object]]:
    """The rows that have a value."""
    return [row for row in rows if row[name] is not None]


def _repeated(values: Sequence[str]) -> bool:
    return len(set(values)) < len(values)
