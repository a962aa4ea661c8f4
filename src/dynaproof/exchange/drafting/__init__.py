"""A draft -> a definition and its datasets, and what could not be carried."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from dynaproof.exchange.draft import DescribedItemType, Draft, DraftTable
from dynaproof.exchange.drafting.definition_text import Parts, definition_text
from dynaproof.exchange.drafting.described import described_item_type
from dynaproof.exchange.drafting.made import MadeItemType
from dynaproof.exchange.drafting.names import Names, pattern_name, sql_name
from dynaproof.exchange.drafting.planned import Planned, connect, in_order, plan
from dynaproof.exchange.drafting.read_patterns import MadePattern, read_patterns
from dynaproof.exchange.drafting.sampled import sampled_item_type
from dynaproof.exchange.drafting.stated_patterns import Model, stated_patterns
from dynaproof.exchange.drafting.storable_items import storable_item_types
from dynaproof.exchange.drafting.storable_tables import storable_tables
from dynaproof.exchange.not_carried import NotCarried


@dataclass(frozen=True, slots=True)
class Drafted:
    """A definition as YAML text, and its datasets by their paths from the definition's folder."""

    definition: str
    datasets: Mapping[str, bytes]
    not_carried: tuple[NotCarried, ...]


def definition_of(draft: Draft, *, datasets: str = "datasets", schema: str = "") -> Drafted:
    """Write a draft as a definition that ``check`` finds no errors in and ``run`` passes.

    ``datasets`` is the folder where the datasets go, from the definition's folder; ``schema`` is
    where an editor finds the JSON Schema.
    """
    not_carried = list(draft.not_carried)
    tables = storable_tables(draft.tables, not_carried)
    made = _item_types(tables, not_carried)
    paths = {one.entity: f"{datasets}/{one.entity}.jsonl" for one in made if one.rows is not None}
    final = [one.table for one in tables.values()]
    names = Names(make=pattern_name)
    model = Model({name: one.table for name, one in tables.items()}, made)
    stated, stubs = stated_patterns(draft.patterns, model, names, not_carried)
    only = final[0].name if len(final) == 1 else None
    said = [_request(one, only) for one in stated]
    parts = Parts(
        pattern_name(draft.name),
        draft.source,
        draft.description,
        final,
        {one.table.name: one.description for one in tables.values()},
        made,
        paths,
        stated=stated,
        generated=[
            one for one in read_patterns(final, made, names) if _request(one, only) not in said
        ],
        stubs=stubs,
        schema=schema,
    )
    files = {paths[one.entity]: _lines(one) for one in made if one.rows is not None}
    return Drafted(definition_text(parts), files, tuple(not_carried))


def _item_types(
    tables: Mapping[str, DraftTable], not_carried: list[NotCarried]
) -> list[MadeItemType]:
    """All item types, in the order of the draft; entities after those that they refer to."""
    made: dict[str, MadeItemType] = {}
    planned: list[Planned] = []
    entities = Names()
    order: list[str] = []
    for one in tables.values():
        names = Names()
        for item_type in storable_item_types(one.item_types, one.table, not_carried):
            name = names.new(item_type.name)
            entity = entities.new(name, f"{sql_name(one.table.name)}_{name}")
            order.append(entity)
            if isinstance(item_type, DescribedItemType):
                planned.append(plan(item_type, one.table, name, entity, not_carried))
            else:
                made[entity] = sampled_item_type(item_type, one.table, name, entity)
    connect(planned)
    for ready in in_order(planned):
        made[ready.entity] = described_item_type(ready, not_carried)
    return [made[entity] for entity in order]


def _request(pattern: MadePattern, table: str | None) -> tuple[object, ...]:
    """What a pattern asks, whatever it is called; ``table`` is the one that may be left out."""
    body = {"table": table, **pattern.body}
    return pattern.operation, body, pattern.parameters


def _lines(made: MadeItemType) -> bytes:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in made.rows or ())
    return "".join(lines).encode()
