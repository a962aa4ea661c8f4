"""Rows of all entities after a plan: how many, with which values, referring to which rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count, cycle, repeat
from typing import Literal

from dynaproof.facts.entity_check import attribute_order
from dynaproof.facts.hard.cascade import without_dangling
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.drawing import Drawing
from dynaproof.facts.hard.fact_set import Column, FactSet
from dynaproof.facts.hard.values import ordinary_value
from dynaproof.model.entity import Attribute, Count, Each, Entity, Generator, References

MOST_TRIES = 1_000
_ATTEMPTS = 6
_NONE_LEFT = object()


@dataclass(frozen=True, slots=True)
class Plan:
    """How to make a set of facts.

    ``values`` are taken in turn, ordinary ones where there are none; what is unique takes each
    once. ``children`` are rows for the first, second, third parent and so on, around again.
    ``first_row`` is where datasets are read from, ``ordinary`` where ordinary values begin.
    """

    hazard: str
    values: Mapping[Column, tuple[object, ...]] = field(default_factory=dict)
    rows: int = 2
    rows_of: Mapping[str, int] = field(default_factory=dict)
    children: tuple[int, ...] = (2,)
    children_of: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    refer: Literal["in turn", "to one", "drawn"] = "in turn"
    absent: Literal["none", "every other", "all"] = "none"
    alike: bool = False
    """One ordinary value for all rows where values need not be unique."""
    first_row: int = 0
    seed: int = 0


def build(plan: Plan, domain: Domain) -> FactSet | None:
    """Make the rows; None where the definition does not allow any such rows.

    More rows than planned are made where others need them to refer to.
    """
    more: dict[str, int] = defaultdict(int)
    for attempt in range(_ATTEMPTS):
        building = _Building(plan, domain, more, last=attempt == _ATTEMPTS - 1)
        lacking = building.make()
        if not lacking:
            rows = without_dangling(building.rows, domain)
            return FactSet(plan.hazard, rows) if any(rows.values()) else None
        for entity, rows_lacking in lacking.items():
            more[entity] += rows_lacking
    return None


def most_children(counted: Count) -> int:
    """The most rows that a parent may be given."""
    if counted.maximum is not None:
        return counted.maximum
    # What is drawn has no end; this is about as far as it gets.
    spread = 4 * counted.sigma if counted.kind == "lognormal" else 1
    return max(counted.minimum, int(counted.mean * 2.718**spread) + 8)


class _Building:
    """One attempt. ``last`` leaves rows out that cannot be made; else they are ``lacking``."""

    def __init__(self, plan: Plan, domain: Domain, more: Mapping[str, int], *, last: bool) -> None:
        self.plan = plan
        self.domain = domain
        self.more = more
        self.last = last
        self.rows: dict[str, list[dict[str, object]]] = {}
        self._drawing = Drawing(plan.seed, "references")
        # UUIDs are unique in the world: no two columns have the same one.
        self._uuids: set[object] = set()
        self._uuid_numbers = count()

    def make(self) -> Mapping[str, int]:
        """Make all rows; the entities of which there are too few, and how many more are needed."""
        for entity in self.domain.entities:
            self.rows[entity.name] = self._begun(entity)
            lacking: dict[str, int] = {}
            for attribute in attribute_order(entity):
                match attribute.source:
                    case Generator() as generator:
                        self._generate(entity, attribute, generator)
                    case References() as references:
                        short = self._refer(entity, attribute, references)
                        lacking[references.entity] = max(short, lacking.get(references.entity, 0))
            if any(lacking.values()):
                return lacking
            order = entity.columns
            self.rows[entity.name] = [
                {name: row[name] for name in order}
                for row in self.rows[entity.name]
                if len(row) == len(order)
            ]
        return {}

    def _begun(self, entity: Entity) -> list[dict[str, object]]:
        plan, name = self.plan, entity.name
        if entity.each is not None:
            return list(self._children(name, entity.each))
        wanted = plan.rows_of.get(name, plan.rows) + self.more.get(name, 0)
        if entity.dataset is None:
            return [{} for _ in range(min(wanted, entity.rows or 0))]
        stored = self.domain.datasets[name]
        given = [attribute.name for attribute in entity.attributes if attribute.source is None]
        taken = [
            stored[(plan.first_row + n) % len(stored)] for n in range(min(wanted, len(stored)))
        ]
        begun: list[dict[str, object]] = [{one: row[one] for one in given} for row in taken]
        for one in given:
            self._vary((name, one), begun)
        return begun

    def _children(self, name: str, each: Each) -> Iterator[dict[str, object]]:
        counts = self.plan.children_of.get(name, self.plan.children)
        least, most = each.count.minimum, most_children(each.count)
        for number, parent in enumerate(self.rows[each.entity]):
            wanted = counts[number % len(counts)] + self.more.get(name, 0)
            for _ in range(max(least, min(wanted, most))):
                yield {each.name: parent[each.attribute]}

    def _vary(self, column: Column, rows: list[dict[str, object]]) -> None:
        """Put planned values in the place of a dataset's."""
        planned = self.plan.values.get(column, ())
        unique = column in self.domain.unique
        for row, value in zip(rows, planned, strict=False):
            if not unique or all(value != other[column[1]] for other in rows):
                row[column[1]] = value

    def _generate(self, entity: Entity, attribute: Attribute, generator: Generator) -> None:
        column = (entity.name, attribute.name)
        planned = self.plan.values.get(column, ())
        ordinary = ordinary_value(generator)
        values: Iterator[object]
        if generator.kind == "uuid":
            fresh = chain(planned, map(ordinary, self._uuid_numbers))
            values = _different(fresh, len(planned), self._uuids)
        elif column in self.domain.unique:
            values = _different(chain(planned, map(ordinary, count())), len(planned), set())
        elif planned:
            values = cycle(planned)
        elif self.plan.alike:
            values = repeat(ordinary(0))
        else:
            values = map(ordinary, count())
        for number, row in enumerate(self.rows[entity.name]):
            if self._absent(attribute, number):
                row[attribute.name] = None
            elif (value := next(values, _NONE_LEFT)) is not _NONE_LEFT:
                row[attribute.name] = value

    def _absent(self, attribute: Attribute, number: int) -> bool:
        if attribute.null <= 0 or attribute.null >= 1:
            return attribute.null >= 1
        return self.plan.absent == "all" or (self.plan.absent == "every other" and number % 2 == 1)

    def _refer(self, entity: Entity, attribute: Attribute, references: References) -> int:
        """Fill a column of references; how many rows to refer to are lacking in some group."""
        distinct = attribute.unique or references.distinct_within is not None
        within = None if attribute.unique else references.distinct_within
        candidates = self._candidates(references, distinct=distinct)
        used: dict[str, set[str]] = defaultdict(set)
        rows = self.rows[entity.name]
        lacking: Counter[tuple[str, str]] = Counter()
        turns: dict[str, Iterator[int]] = defaultdict(count)
        for number, row in enumerate(rows):
            if self._absent(attribute, number):
                row[attribute.name] = None
                continue
            if any(name is not None and name not in row for name in (references.where, within)):
                continue
            group = repr(row[references.where]) if references.where is not None else ""
            among = candidates.get(group, [])
            apart = repr(row[within]) if within is not None else ""
            taken = used[apart]
            turn = next(turns[group])
            for place in self._places(len(among), turn):
                if not distinct or repr(among[place]) not in taken:
                    taken.add(repr(among[place]) if distinct else "")
                    row[attribute.name] = among[place]
                    break
            else:
                lacking[group, apart] += 1
        return 0 if self.last else max(lacking.values(), default=0)

    def _places(self, size: int, turn: int) -> Iterator[int]:
        """Candidates to try: the one of this row first, then all others."""
        if not size:
            return iter(())
        first = {"in turn": turn, "to one": 0}.get(self.plan.refer)
        if first is None:
            first = self._drawing.below(size)
        return ((first + n) % size for n in range(size))

    def _candidates(self, references: References, *, distinct: bool) -> dict[str, list[object]]:
        lists: dict[str, list[object]] = defaultdict(list)
        seen: set[tuple[str, str]] = set()
        where, name = references.where, references.attribute
        for row in self.rows[references.entity]:
            if row.get(name) is None or (where is not None and row.get(where) is None):
                continue
            group = repr(row[where]) if where is not None else ""
            if distinct:
                if (group, repr(row[name])) in seen:
                    continue
                seen.add((group, repr(row[name])))
            lists[group].append(row[name])
        return lists


def _different(values: Iterator[object], planned: int, seen: set[object]) -> Iterator[object]:
    """Each value once, and none that was seen; ends where no other is found for long."""
    fruitless = 0
    for value in values:
        if value in seen:
            fruitless += 1
            if fruitless > MOST_TRIES + planned:
                return
            continue
        fruitless = 0
        seen.add(value)
        yield value
