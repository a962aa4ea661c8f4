"""Smaller and simpler sets of facts, still legal: the way to the shortest story of a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from dynaproof.facts.hard.cascade import without_dangling
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import Column, FactSet, Row, Rows
from dynaproof.facts.hard.legality import violations
from dynaproof.facts.hard.simpler_values import plain_uuid, simpler_values
from dynaproof.model.entity import Generator, References

Change = Callable[[Column, object], object]
"""The value that takes the place of one in a column."""


def shrink_candidates(fact_set: FactSet, domain: Domain) -> Iterator[FactSet]:
    """Sets next to this one and simpler than it, all legal, the boldest first.

    First fewer rows (with what belongs or refers to them), halves before single ones; then
    references to the first row that there is; then simpler values, changed alike wherever they
    must agree. Taking one of them again and again ends.
    """
    for rows in (
        *_fewer(fact_set.rows, domain),
        *_first_referred(fact_set.rows, domain),
    ):
        yield FactSet(fact_set.hazard, rows)
    for rows in _simpler(fact_set.rows, domain):
        candidate = FactSet(fact_set.hazard, rows)
        if not violations(candidate, domain):
            yield candidate


def _fewer(rows: Rows, domain: Domain) -> Iterator[Rows]:
    total = sum(map(len, rows.values()))
    seen: set[tuple[tuple[int, ...], ...]] = set()
    size = max(map(len, rows.values()), default=0)
    while size:
        for entity in domain.entities:
            own = rows.get(entity.name, ())
            for start in range(0, len(own) if size <= len(own) else 0, size):
                rest = own[:start] + own[start + size :]
                left = without_dangling({**rows, entity.name: rest}, domain)
                mark = tuple(tuple(map(id, kept)) for kept in left.values())
                if 0 < sum(map(len, left.values())) < total and mark not in seen:
                    seen.add(mark)
                    yield left
        size //= 2


def _first_referred(rows: Rows, domain: Domain) -> Iterator[Rows]:
    """Each reference turned to the first row that it may refer to."""
    for entity in domain.entities:
        for attribute in entity.attributes:
            if not isinstance(attribute.source, References):
                continue
            target, where = attribute.source, attribute.source.where
            own = rows.get(entity.name, ())
            for place, row in enumerate(own):
                first = next(
                    (
                        other[target.attribute]
                        for other in rows.get(target.entity, ())
                        if other[target.attribute] is not None
                        and (where is None or other[where] == row[where])
                    ),
                    None,
                )
                now = row[attribute.name]
                if now is None or first is None or first == now:
                    continue
                turned = {**row, attribute.name: first}
                changed = {**rows, entity.name: (*own[:place], turned, *own[place + 1 :])}
                if not violations(FactSet("", changed), domain):
                    yield changed


def _simpler(rows: Rows, domain: Domain) -> Iterator[Rows]:
    made = _made_values(rows, domain)
    yield from _plain_uuids(rows, domain, made)
    # A value that stands in several columns may have to stay the same in all of them.
    shared: dict[str, list[Column]] = {}
    for column, values in made.items():
        for value in values:
            shared.setdefault(repr(value), []).append(column)
    for columns in dict.fromkeys(map(tuple, shared.values())):
        if len(columns) > 1:
            yield from _replacements(rows, domain, made, columns, columns[0])
    for column in made:
        yield from _replacements(rows, domain, made, (column,), column)


def _plain_uuids(
    rows: Rows, domain: Domain, made: Mapping[Column, Mapping[str, object]]
) -> Iterator[Rows]:
    """All UUIDs at once, in their order: ...0, ...1, ...2."""
    columns = tuple(
        column
        for column in made
        if (attribute := domain.attribute(column)) is not None
        and isinstance(attribute.source, Generator)
        and attribute.source.kind == "uuid"
    )
    held = sorted({str(value) for column in columns for value in made[column].values()})
    plain = rows
    for number, value in enumerate(held):  # rising: no new one is another old one yet to come
        plain = _replaced(plain, domain, columns, value, plain_uuid(number))
    if plain != rows:
        yield plain


def _replacements(
    rows: Rows,
    domain: Domain,
    made: Mapping[Column, Mapping[str, object]],
    columns: tuple[Column, ...],
    leading: Column,
) -> Iterator[Rows]:
    attribute = domain.attribute(leading)
    if attribute is None or not isinstance(attribute.source, Generator):
        return
    common = set.intersection(*(set(made[column].values()) for column in columns))
    for old in made[leading].values():
        if old not in common:
            continue
        for new in simpler_values(attribute.source, old):
            yield _replaced(rows, domain, columns, old, new)


def _made_values(rows: Rows, domain: Domain) -> Mapping[Column, dict[str, object]]:
    """The different values of every generated column, by how they are written."""
    found: dict[Column, dict[str, object]] = {}
    for entity in domain.entities:
        for attribute in entity.attributes:
            if isinstance(attribute.source, Generator):
                own = (row[attribute.name] for row in rows.get(entity.name, ()))
                values = {repr(value): value for value in own if value is not None}
                found[entity.name, attribute.name] = values
    return found


def _replaced(
    rows: Rows, domain: Domain, columns: tuple[Column, ...], old: object, new: object
) -> Rows:
    """One value in the place of another, in columns and in all that repeat or refer to them."""

    def changed(entity: str, row: Row) -> Row:
        return {
            name: new
            if type(value) is type(old)
            and value == old
            and domain.origin((entity, name)) in columns
            else value
            for name, value in row.items()
        }

    return {entity: tuple(changed(entity, row) for row in own) for entity, own in rows.items()}
