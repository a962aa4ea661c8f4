"""What a definition says of its facts, asked of a set of facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from dynaproof.facts.hard.allowed import allows
from dynaproof.facts.hard.dataset_values import is_near
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import Column, FactSet, Row, Rows
from dynaproof.model.entity import Attribute, Each, Entity, Generator, References


def violations(fact_set: FactSet, domain: Domain) -> list[str]:
    """What the facts do that the definition does not allow; nothing when they are legal.

    Fewer rows than an entity's count are legal, more are not.
    """
    rows = fact_set.rows
    found = [f"there is no entity '{name}'" for name in rows if name not in domain.by_name]
    for entity in domain.entities:
        own = rows.get(entity.name, ())
        if any(set(row) != set(entity.columns) for row in own):
            found.append(f"{entity.name}: a row has not the columns {', '.join(entity.columns)}")
            return found
    for entity in domain.entities:
        own = rows.get(entity.name, ())
        if entity.rows is not None and len(own) > entity.rows:
            found.append(f"{entity.name}: {len(own)} rows, and there are {entity.rows} at most")
        if entity.each is not None:
            found += _each_problems(entity.name, entity.each, own, rows)
        for attribute in entity.attributes:
            column = (entity.name, attribute.name)
            found += (
                f"{entity.name}.{attribute.name}: {problem}"
                for problem in _column_problems(column, attribute, own, rows, domain)
            )
            if column in domain.unique:
                found += _repeated(entity, attribute.name, None, own)
    return found + _shared_uuids(rows, domain)


def _shared_uuids(rows: Rows, domain: Domain) -> list[str]:
    """UUIDs are unique in the world, not only in their column."""
    held: dict[object, Column] = {}
    found: list[str] = []
    for entity in domain.entities:
        for attribute in entity.attributes:
            if isinstance(attribute.source, Generator) and attribute.source.kind == "uuid":
                column = (entity.name, attribute.name)
                for row in rows.get(entity.name, ()):
                    value = row[attribute.name]
                    if value is not None and held.setdefault(value, column) != column:
                        other = ".".join(held[value])
                        found.append(f"{'.'.join(column)}: {value!r} is in {other} too")
    return found


def _each_problems(name: str, each: Each, own: Sequence[Row], rows: Rows) -> Iterator[str]:
    parents = Counter(repr(row[each.attribute]) for row in rows.get(each.entity, ()))
    children = Counter(repr(row[each.name]) for row in own)
    for value in children:
        if value not in parents:
            yield f"{name}.{each.name}: {value} is in no row of '{each.entity}'"
    least, most = each.count.minimum, each.count.maximum
    for value, times in parents.items():
        if children[value] < least * times:
            yield f"{name}: {children[value]} rows where {each.name} is {value}, not {least}"
        if most is not None and children[value] > most * times:
            yield f"{name}: {children[value]} rows where {each.name} is {value}, more than {most}"


def _column_problems(
    column: Column, attribute: Attribute, own: Sequence[Row], rows: Rows, domain: Domain
) -> Iterator[str]:
    entity, name = column
    known: set[str] = set()
    where = None
    if isinstance(attribute.source, References):
        where = attribute.source.where
        known = {
            _reference(row, attribute.source.attribute, where)
            for row in rows.get(attribute.source.entity, ())
            if where is None or row[where] is not None
        }
    empty = column not in domain.keys.in_keys
    for row in own:
        value = row[name]
        if attribute.source is None:
            if not is_near(domain, column, value):
                yield f"{value!r} is not near any value of the dataset"
        elif value is None:
            if attribute.null <= 0:
                yield "a value is absent"
        elif attribute.null >= 1:
            yield f"{value!r} is there, and no row has a value"
        elif isinstance(attribute.source, Generator):
            if not allows(attribute.source, value, empty=empty):
                yield f"{value!r} is not of the generator '{attribute.source.kind}'"
        elif _reference(row, name, where) not in known:
            yield f"{value!r} is in no row that may be referred to"
    if isinstance(attribute.source, References) and attribute.source.distinct_within is not None:
        within = attribute.source.distinct_within
        yield from _repeated(domain.by_name[entity], name, within, own)


def _reference(row: Row, name: str, where: str | None) -> str:
    return repr((row[name], row[where] if where is not None else None))


def _repeated(entity: Entity, name: str, within: str | None, own: Sequence[Row]) -> Iterator[str]:
    pairs = Counter(
        repr((row[name], row[within] if within is not None else None))
        for row in own
        if row[name] is not None
    )
    for pair, times in pairs.items():
        if times > 1:
            yield f"{entity.name}.{name}: {pair} comes {times} times"
