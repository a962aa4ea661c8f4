"""What else must go where rows go: rows that belong to them, or that refer to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import Row, Rows
from dynaproof.model.entity import Each, Entity, References

_Held = dict[str, list[Row]]


def without_dangling(rows: Mapping[str, Sequence[Row]], domain: Domain) -> Rows:
    """The rows without those that the definition does not allow beside the others.

    Rows go whose parent or referred row is not there, surplus rows of a parent, and parents with
    too few rows of their own, until all that is left agrees.
    """
    held: _Held = {entity.name: list(rows.get(entity.name, ())) for entity in domain.entities}
    while True:
        before = sum(map(len, held.values()))
        for entity in domain.entities:
            for attribute in entity.attributes:
                if isinstance(attribute.source, References):
                    _drop_unreferred(held, entity, attribute.name, attribute.source)
            if entity.each is not None:
                _drop_unparented(held, entity.name, entity.each)
        if sum(map(len, held.values())) == before:
            return {name: tuple(kept) for name, kept in held.items()}


def _drop_unreferred(held: _Held, entity: Entity, name: str, references: References) -> None:
    where = references.where

    def key(row: Row, value: object) -> str:
        return repr((value, row[where] if where is not None else None))

    known = {key(row, row[references.attribute]) for row in held[references.entity]}
    held[entity.name] = [
        row
        for row in held[entity.name]
        if row[name] is None
        or (key(row, row[name]) in known and (where is None or row[where] is not None))
    ]


def _drop_unparented(held: _Held, child: str, each: Each) -> None:
    parents = Counter(repr(row[each.attribute]) for row in held[each.entity])
    children: dict[str, list[Row]] = defaultdict(list)
    for row in held[child]:
        children[repr(row[each.name])].append(row)
    least, most = each.count.minimum, each.count.maximum
    surplus = {
        id(row)
        for value, rows in children.items()
        for row in rows[
            len(rows) if most is None and parents[value] else parents[value] * (most or 0) :
        ]
    }
    if surplus:
        held[child] = [row for row in held[child] if id(row) not in surplus]
    if least > 0:
        room = {value: len(children[value]) // least for value in parents}
        kept: list[Row] = []
        for row in held[each.entity]:
            value = repr(row[each.attribute])
            if room[value] > 0:
                room[value] -= 1
                kept.append(row)
        held[each.entity] = kept
