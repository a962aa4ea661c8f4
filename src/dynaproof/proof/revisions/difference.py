"""Two revisions of a definition: what a reviewer has to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from dynaproof.model.access_pattern import StreamHandler
from dynaproof.model.baseline import Baseline
from dynaproof.model.definition import Definition
from dynaproof.model.entity import Entity
from dynaproof.proof.baselines.compare import BaselineComparison, compare_baselines
from dynaproof.proof.revisions.pattern_changes import PatternChange, pattern_changes
from dynaproof.proof.revisions.table_changes import TableChange, table_changes

FailOn = Literal["never", "dearer", "migration", "any"]
Named = TypeVar("Named", Entity, StreamHandler)


@dataclass(frozen=True, slots=True)
class Revision:
    """A definition with its text and figures; ``label`` says where it is from."""

    label: str
    text: str
    definition: Definition
    figures: Baseline


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two revisions of a definition.

    ``entities`` are those with other attributes or counts, those that are new, and those that
    are gone: units of patterns may differ for them alone. ``stream_handlers`` are named likewise.
    """

    old: Revision
    new: Revision
    figures: BaselineComparison
    patterns: tuple[PatternChange, ...]
    tables: tuple[TableChange, ...]
    entities: tuple[str, ...]
    stream_handlers: tuple[str, ...] = ()

    @property
    def migrations(self) -> tuple[TableChange, ...]:
        """What DynamoDB cannot change in place."""
        return tuple(change for change in self.tables if change.effect == "migration")

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        found = self.figures
        return not (
            self.patterns
            or self.tables
            or self.entities
            or self.stream_handlers
            or found.changes
            or found.new
            or found.gone
            or found.lost
        )

    def fails(self, on: FailOn) -> bool:
        """Whether there is what was asked to fail on."""
        match on:
            case "never":
                return False
            case "dearer":
                return not self.figures.holds
            case "migration":
                return bool(self.migrations)
        return not self.empty


def difference_of(old: Revision, new: Revision, tolerance: float = 0.0) -> Difference:
    """Compare two revisions; figures within ``tolerance`` (0.05 is 5 %) are the same."""
    return Difference(
        old,
        new,
        compare_baselines(old.figures, new.figures, tolerance),
        pattern_changes(old.definition.access_patterns, new.definition.access_patterns),
        table_changes(old.definition.tables, new.definition.tables),
        _differing(old.definition.entities, new.definition.entities),
        _differing(old.definition.stream_handlers, new.definition.stream_handlers),
    )


def _differing(old: Sequence[Named], new: Sequence[Named]) -> tuple[str, ...]:
    before = {one.name: one for one in old}
    after = {one.name: one for one in new}
    return tuple(name for name in after | before if before.get(name) != after.get(name))
