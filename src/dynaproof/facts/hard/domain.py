"""What facts a definition allows, read once: entities, types, datasets, and their use in keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dynaproof.facts.database import Facts
from dynaproof.facts.entity_check import generation_order
from dynaproof.facts.hard.fact_set import Column, Rows
from dynaproof.facts.hard.key_use import KeyUse, key_use, origin
from dynaproof.facts.kinds import KINDS
from dynaproof.facts.quoting import quoted
from dynaproof.model.definition import Definition
from dynaproof.model.entity import Attribute, Entity, Generator, References

SAMPLE = 200
"""Rows of a dataset that hard facts are made from."""


@dataclass(frozen=True)
class Domain:
    """``entities`` are in an order in which each stands behind those that it depends on."""

    entities: tuple[Entity, ...]
    datasets: Rows
    """The first rows of every dataset."""
    keys: KeyUse

    @cached_property
    def by_name(self) -> Mapping[str, Entity]:
        """The entities by their names."""
        return {entity.name: entity for entity in self.entities}

    @cached_property
    def unique(self) -> frozenset[Column]:
        """The columns in which no value may come twice."""
        return frozenset(
            (entity.name, attribute.name)
            for entity in self.entities
            for attribute in entity.attributes
            if attribute.unique or self._unique_by_nature(entity, attribute)
        )

    def _unique_by_nature(self, entity: Entity, attribute: Attribute) -> bool:
        match attribute.source:
            case Generator() as generator:
                return KINDS[generator.kind].unique == "always"
            case References():
                return False
        # A dataset does not say it: what comes once in each of its rows is taken for unique.
        texts = [repr(row[attribute.name]) for row in self.datasets[entity.name]]
        return len(set(texts)) == len(texts)

    @classmethod
    def of(cls, definition: Definition, facts: Facts) -> Domain:
        """Read it; ``facts`` are those of the definition, as yet with the rows of its datasets."""
        entities = tuple(generation_order(facts.schema.entities))
        datasets = {}
        for entity in entities:
            if entity.dataset is not None:
                query = f"SELECT * FROM {quoted(entity.name)} LIMIT {SAMPLE}"
                names = list(facts.columns(entity.name))
                fetched = facts.connection.execute(query).fetchall()
                datasets[entity.name] = tuple(dict(zip(names, row, strict=True)) for row in fetched)
        return cls(entities, datasets, key_use(definition, entities, facts.connection))

    def attribute(self, column: Column) -> Attribute | None:
        """The attribute of a column; None where ``each`` repeats a column of the parent."""
        found = self.by_name[column[0]].attributes
        return next((attribute for attribute in found if attribute.name == column[1]), None)

    def origin(self, column: Column) -> Column:
        """Where the values of a column are made."""
        return origin(column, self.by_name)
