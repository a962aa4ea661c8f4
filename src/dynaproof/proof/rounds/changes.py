"""What a save changed, and with it what has to be made, run and proved again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dynaproof.model.definition import Definition
from dynaproof.model.table import Table


@dataclass(frozen=True, slots=True)
class Changes:
    """``facts``: entities or datasets. ``items``: what tables hold, or what handlers do to it.

    ``keys``: tables have to be created anew. ``patterns`` are those to run and prove again, in the
    order of the definition; ``gone`` are no longer there.
    """

    facts: bool = False
    items: bool = False
    keys: bool = False
    patterns: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether every access pattern may come to something else."""
        return self.facts or self.items or self.keys

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        return self.everything or bool(self.patterns or self.gone)


def what_changed(
    before: Definition | None, after: Definition, *, datasets: bool = False
) -> Changes:
    """Hold two definitions of one file against each other; names, texts and places do not count.

    ``datasets``: a file that facts are read from has changed.
    """
    if before is None:
        names = tuple(pattern.name for pattern in after.access_patterns)
        return Changes(facts=True, items=True, keys=True, patterns=names)
    facts = datasets or before.entities != after.entities
    items = before.tables != after.tables or before.stream_handlers != after.stream_handlers
    keys = [_created(table) for table in before.tables] != [_created(t) for t in after.tables]
    same = {} if facts or items else {one.name: one for one in before.access_patterns}
    return Changes(
        facts,
        items,
        keys,
        tuple(one.name for one in after.access_patterns if same.get(one.name) != one),
        tuple(one.name for one in before.access_patterns if after.access_pattern(one.name) is None),
    )


def _created(table: Table) -> Table:
    """A table as it is created: what it holds does not count, nor what is accepted of it."""
    return replace(table, items=(), accepted={})
