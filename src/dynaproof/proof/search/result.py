"""What proving a definition came to."""

from __future__ import annotations

from dataclasses import dataclass

from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, in_reading_order
from dynaproof.proof.races.finding import RaceCount
from dynaproof.proof.races.race import Race
from dynaproof.proof.search.case_file import Cases
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.proof.search.search import Searched


@dataclass(frozen=True, slots=True)
class ProveResult:
    """``searched`` counts what was tried; ``counterexamples`` are in the order of finding."""

    definition: Definition
    seed: int
    server: str
    counterexamples: tuple[Counterexample, ...]
    races: tuple[Race, ...]
    searched: Searched
    raced: RaceCount
    cases: Cases
    asked: tuple[str, ...]
    """The access patterns that were to be proved."""

    @property
    def exit_status(self) -> int:
        """0 nothing was found to fail, 1 something was, 2 a request or its SQL is wrong."""
        if self.counterexamples or self.races:
            return 1
        return 2 if self.searched.refused or self.cases.findings else 0

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """A finding for each counterexample and race, and what was refused."""
        found = [one.diagnostic(self.definition) for one in self.counterexamples]
        races = [race.diagnostic(self.definition) for race in self.races]
        return in_reading_order([*found, *races, *self.cases.findings, *self.searched.refused])

    @property
    def not_compared(self) -> tuple[str, ...]:
        """Access patterns of which no call could be held against the facts."""
        return tuple(name for name in self.asked if name not in self.searched.compared)
