"""What happens during a run, as a stream of typed events; every reporter reads the same ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dynaproof.proof.results import PatternResult, TableResult

if TYPE_CHECKING:
    from dynaproof.proof.races.race import Race
    from dynaproof.proof.search.counterexample import Counterexample


SAVE = "save"
"""The stage that each save of a watched definition begins with."""


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage begins: ``facts``, ``items``, ``server``, ``load``, ``patterns``, ``proof`` or
    ``races``.
    """

    stage: str


@dataclass(frozen=True, slots=True)
class StageAdvanced:
    """``done`` of ``total`` are finished; ``what`` names the entity, table or pattern."""

    stage: str
    what: str
    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class ServerMessage:
    """What getting and starting DynamoDB Local has to say."""

    text: str


@dataclass(frozen=True, slots=True)
class TableLoaded:
    """A table holds its items."""

    table: TableResult


@dataclass(frozen=True, slots=True)
class PatternFinished:
    """All calls of an access pattern were made."""

    result: PatternResult


@dataclass(frozen=True, slots=True)
class CounterexampleFound:
    """Facts were found on which the model fails, and made small."""

    counterexample: Counterexample


@dataclass(frozen=True, slots=True)
class RaceFound:
    """Two calls at once were found to leave a wrong state."""

    race: Race


@dataclass(frozen=True, slots=True)
class HardFactsTried:
    """A save was tried on hard facts: so many patterns, on so many sets each.

    ``seconds`` is the time since the save.
    """

    patterns: int
    fact_sets: int
    seconds: float


Event = (
    StageStarted
    | StageAdvanced
    | ServerMessage
    | TableLoaded
    | PatternFinished
    | CounterexampleFound
    | RaceFound
    | HardFactsTried
)
Listener = Callable[[Event], None]


def no_listener(_event: Event) -> None:
    """Hears nothing."""
