"""Facts and items of a definition, made ready to be loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dynaproof.facts.database import Facts
from dynaproof.items.stored import TableItems, make_items, prepare
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.proof.collections import collection_sizes, size_histogram
from dynaproof.proof.events import Listener, StageAdvanced, StageStarted, no_listener
from dynaproof.proof.results import TableResult


@dataclass(frozen=True, slots=True)
class Prepared:
    """Facts and items of a definition, ready to be loaded."""

    definition: Definition
    seed: int
    facts: Facts
    items: Mapping[str, TableItems]

    def table_result(self, name: str) -> TableResult:
        """Sizes and item collections of a table."""
        items = self.items[name]
        return TableResult(
            items.table, tuple(items.sizes()), collection_sizes(items), size_histogram(items)
        )


def prepare_items(definition: Definition, seed: int, listen: Listener = no_listener) -> Prepared:
    """Generate the facts and make the items; raises InputError. The caller closes the facts."""
    listen(StageStarted("facts"))
    totals = {entity.name: entity.rows for entity in definition.entities}

    def progress(entity: str, rows: int) -> None:
        listen(StageAdvanced("facts", entity, rows, totals.get(entity)))

    facts = Facts.generate(
        definition.entities,
        seed=seed,
        folder=definition.folder,
        places=definition.source,
        progress=progress,
    )
    try:
        listen(StageStarted("items"))
        prepare(facts.connection, definition)
        items: dict[str, TableItems] = {}
        faults: list[Diagnostic] = []
        for position, table in enumerate(definition.tables):
            listen(StageAdvanced("items", table.name, position, len(definition.tables)))
            try:
                items[table.name] = make_items(facts.connection, definition, table)
            except InputError as error:
                faults.extend(error.diagnostics)
        if faults:
            raise InputError(*faults)
    except BaseException:
        facts.close()
        raise
    return Prepared(definition, seed, facts, items)
