"""Facts meant to break a data model: named hazards first, then combinations of them without end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, count, islice

from dynaproof.facts.hard.allowed import FREE_TEXTS, lengths
from dynaproof.facts.hard.building import Plan, build, most_children
from dynaproof.facts.hard.dataset_values import dataset_values
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.drawing import Drawing
from dynaproof.facts.hard.fact_set import Column, FactSet
from dynaproof.facts.hard.texts import joined
from dynaproof.facts.hard.values import (
    EQUAL,
    ORDERED_HAZARDS,
    VALUE_HAZARDS,
    hard_values,
    ordinary_value,
)
from dynaproof.model.entity import Generator, References

SINGLE = "one row of everything"
FEW = "a few ordinary rows"
ALIKE = "rows alike in all that need not be unique"
CROWDED = "everything on one parent, at one instant"
JOINED = "different values that make one key"
ABSENT = "absent values"
UNEVEN = "parents with no row, one row and several"
LONE = "parents without rows"
LIMITS = "as many rows as a limit and more"
LARGE = "item collections of more than 1 MB"

_LARGE_BYTES = 1_100_000
_MOST_ROWS = 3_000
_COMBINED_BEFORE_LARGER = 2
Values = Mapping[Column, Mapping[str, tuple[object, ...]]]


def hard_fact_sets(domain: Domain, seed: int) -> Iterator[FactSet]:
    """Sets of facts that the definition allows, without end; the most telling and smallest first.

    The same seed gives the same sets. There are none where no rows can be made at all.
    """
    values = _values(domain)
    if build(Plan(FEW), domain) is None:
        return
    for plan in _plans(domain, values, seed):
        found = build(plan, domain)
        if found is not None:
            yield found


def _plans(domain: Domain, values: Values, seed: int) -> Iterator[Plan]:
    yield from _named(domain, values)
    limits = _limits(domain)
    larger = chain(islice(limits, 1), _large(domain), limits)
    for number in count():
        yield _combined(values, Drawing(seed, "hard facts", number))
        if number % _COMBINED_BEFORE_LARGER == 0 and (plan := next(larger, None)) is not None:
            yield plan


def _values(domain: Domain) -> Values:
    found: dict[Column, Mapping[str, tuple[object, ...]]] = {}
    for entity in domain.entities:
        for attribute in entity.attributes:
            column = (entity.name, attribute.name)
            if isinstance(attribute.source, Generator):
                found[column] = hard_values(
                    attribute.source,
                    delimiters=domain.keys.delimiters,
                    paddings=domain.keys.paddings.get(column, ()),
                    empty=column not in domain.keys.in_keys,
                )
            elif attribute.source is None:
                found[column] = dataset_values(domain, column)
    return found


def _named(domain: Domain, values: Values) -> Iterator[Plan]:
    yield Plan(SINGLE, rows=1, children=(1,))
    yield Plan(FEW)
    equal = _of(values, EQUAL)
    yield Plan(CROWDED, equal, children=(3, 0), refer="to one")
    yield Plan(ALIKE, rows=3, alike=True, refer="to one")
    for hazard in VALUE_HAZARDS:
        chosen = _of(values, hazard)
        if chosen:
            most = max(len(one) for one in chosen.values())
            # No value twice on one parent: equal instants are a hazard of their own.
            children = (min(most, 4), 1, 0) if hazard in ORDERED_HAZARDS else (2, 1)
            if hazard in ORDERED_HAZARDS:  # on one partition key, where a choice is part of it
                chosen = {**_one_choice(domain, *domain.by_name), **chosen}
            yield Plan(hazard, chosen, rows=min(max(most, 2), 4), children=children)
        if hazard == EQUAL:
            yield from _joined(domain)
            yield from _absent(domain)
    yield Plan(UNEVEN, rows=3, children=(0, 1, 3))
    yield Plan(LONE, children=(0,))


def _of(values: Values, hazard: str) -> Mapping[Column, tuple[object, ...]]:
    return {column: found[hazard] for column, found in values.items() if hazard in found}


def _joined(domain: Domain) -> Iterator[Plan]:
    """Two rows whose values beside one another in a key are one text, alike in all else."""
    for pair in domain.keys.neighbours:
        chosen: dict[Column, tuple[object, ...]] = {}
        for first in sorted(pair.first):
            for second in sorted(pair.second):
                left, right = domain.attribute(first), domain.attribute(second)
                if first == second and left is not None and isinstance(left.source, Generator):
                    yield from _joined_to_itself(first, left.source, pair.between)
                if (
                    left is not None
                    and right is not None
                    and first != second
                    and isinstance(left.source, Generator)
                    and isinstance(right.source, Generator)
                ):
                    made = joined(left.source, pair.between, right.source)
                    if made[0]:
                        chosen[first], chosen[second] = made
        if chosen:
            yield Plan(JOINED, chosen, children=(1,), alike=True)


def _joined_to_itself(column: Column, source: Generator, between: str) -> Iterator[Plan]:
    """The same of one column that refers to itself: the last two rows refer to the first two."""
    left, right = joined(source, between, source)
    if left:
        chosen = {column: (*right, *left)}
        yield Plan(JOINED, chosen, rows=4, children=(0, 0, 1, 1), alike=True)


def _absent(domain: Domain) -> Iterator[Plan]:
    if any(0 < a.null < 1 for entity in domain.entities for a in entity.attributes):
        yield Plan(ABSENT, absent="every other", rows=3)
        yield Plan(ABSENT, absent="all")


def _limits(domain: Domain) -> Iterator[Plan]:
    """Parents with one row more than a query's limit; then as many, and more than twice as many."""
    pairs = sorted({(limit, name) for name, all_ in domain.keys.limits.items() for limit in all_})
    seen: set[str] = set()
    for times, more in ((1, 1), (1, 0), (2, 1)):
        for limit, name in pairs:
            for plan in _filled(domain, name, times * limit + more):
                if repr(plan) not in seen:
                    yield plan
                seen.add(repr(plan))


def _filled(domain: Domain, name: str, size: int) -> Iterator[Plan]:
    """So many rows of an entity on one parent, and so many that refer to one row."""
    if size > _MOST_ROWS:
        return
    each = domain.by_name[name].each
    if each is not None and most_children(each.count) >= size:
        yield Plan(LIMITS, rows=2, children=(1,), children_of={name: (size, 1, 0)})
    refers = any(isinstance(a.source, References) for a in domain.by_name[name].attributes)
    if each is None or refers:
        top = domain.by_name[name]
        while top.each is not None:
            top = domain.by_name[top.each.entity]
        yield Plan(
            LIMITS,
            _one_choice(domain, name),
            rows_of={top.name: size},
            children=(1,),
            refer="to one",
        )


def _one_choice(domain: Domain, *names: str) -> Mapping[Column, tuple[object, ...]]:
    """One value for what is chosen and stands in a key: rows on one partition key."""
    return {
        (name, attribute.name): (ordinary_value(attribute.source)(0),)
        for name in names
        for attribute in domain.by_name[name].attributes
        if isinstance(attribute.source, Generator)
        and attribute.source.kind in ("choice", "boolean", "country")
        and (name, attribute.name) in domain.keys.in_keys
    }


def _large(domain: Domain) -> Iterator[Plan]:
    """Rows with long texts, all on one parent, until they are more than a page of a query."""
    for entity in domain.entities:
        longest = {
            (entity.name, attribute.name): lengths(attribute.source).most
            for attribute in entity.attributes
            if isinstance(attribute.source, Generator) and attribute.source.kind in FREE_TEXTS
        }
        bytes_of_row = sum(min(length, 350_000) for length in longest.values())
        if not bytes_of_row:
            continue
        rows = -(-_LARGE_BYTES // bytes_of_row)
        most = (entity.rows or 0) if entity.each is None else most_children(entity.each.count)
        if rows > min(most, _MOST_ROWS):
            continue
        values = {column: ("w" * length,) for column, length in longest.items()}
        yield Plan(
            LARGE,
            values,
            rows=1,
            rows_of={entity.name: rows},
            children=(1,),
            children_of={entity.name: (rows,)},
            refer="to one",
        )


def _combined(values: Values, drawing: Drawing) -> Plan:
    """Several hazards at once, drawn; small."""
    chosen: dict[Column, tuple[object, ...]] = {}
    named: dict[str, None] = {}
    focus = drawing.pick(VALUE_HAZARDS)
    for column in sorted(values):
        found = values[column]
        if found and drawing.chance(70):
            hazard = focus if focus in found else drawing.pick(sorted(found))
            named[hazard] = None
            chosen[column] = _shuffled(found[hazard], drawing)
    alike = drawing.chance(25)
    if alike:
        chosen = {column: found[:1] for column, found in chosen.items()}
    counts = (0, 1, 1, 2, 2, 3)
    plan = Plan(
        "",
        chosen,
        rows=1 + drawing.below(4),
        children=tuple(drawing.pick(counts) for _ in range(1 + drawing.below(3))),
        refer=drawing.pick(("in turn", "to one", "drawn")),
        absent=drawing.pick(("none", "none", "every other", "all")),
        alike=alike,
        first_row=drawing.below(200),
        seed=drawing.below(2**32),
    )
    if plan.alike:
        named = {ALIKE: None, **named}
    if plan.absent != "none":
        named[ABSENT] = None
    return replace(plan, hazard="; ".join(list(named)[:3]) or FEW)


def _shuffled(values: tuple[object, ...], drawing: Drawing) -> tuple[object, ...]:
    """A few of the values, in another order."""
    left = list(values)
    most = 1 + drawing.below(min(4, len(left)))
    return tuple(left.pop(drawing.below(len(left))) for _ in range(most))
