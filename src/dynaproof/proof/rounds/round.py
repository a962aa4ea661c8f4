"""What one save came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.proof.results import PatternResult, Summary
from dynaproof.proof.rounds.changes import Changes
from dynaproof.proof.search.counterexample import Counterexample

FACTS = ""
"""Stands for the name of a pattern where the facts alone cannot be stored."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an access pattern stands: its calls on many facts, and what failed on hard ones.

    ``result`` is None before its first run.
    """

    result: PatternResult | None = None
    counterexamples: tuple[Counterexample, ...] = ()

    @property
    def word(self) -> str:
        """``held``, ``broken``, ``differs``, ``refused``, ...; ``fails`` for a counterexample."""
        verdict = self.result.verdict if self.result else "not run"
        if self.counterexamples and verdict in ("held", "no expectation", "not run"):
            return "fails"
        return verdict

    @property
    def is_wrong(self) -> bool:
        """Whether anything has to be mended."""
        return self.word in ("broken", "differs", "refused", "fails")

    @property
    def units(self) -> tuple[Summary | None, Summary | None]:
        """Predicted read and write units of a call."""
        if self.result is None:
            return None, None
        return self.result.predicted_total("read"), self.result.predicted_total("write")


@dataclass(frozen=True, slots=True)
class Round:
    """One save: what changed, how every pattern stands, and how it stood before.

    ``number`` counts from 1. ``fact_sets`` is how many sets of hard facts every changed pattern
    was tried on, ``stopped`` that the time was over, or another save came, before all were.
    ``seconds`` is how long it took, from the save on.
    """

    number: int
    definition: Definition
    changes: Changes
    now: Mapping[str, Standing]
    before: Mapping[str, Standing]
    checked: tuple[Diagnostic, ...] = ()
    checked_before: tuple[Diagnostic, ...] = ()
    unstorable: tuple[Counterexample, ...] = ()
    fact_sets: int = 0
    stopped: bool = False
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether nothing has to be mended."""
        return not self.unstorable and not any(one.is_wrong for one in self.now.values())

    @property
    def turned(self) -> tuple[str, ...]:
        """Patterns that came to another verdict than before, or to other units; new ones too."""
        return tuple(
            name for name, now in self.now.items() if _shown(self.before.get(name)) != _shown(now)
        )

    def warnings(self) -> tuple[Sequence[Diagnostic], Sequence[Diagnostic]]:
        """Findings of check that are new, and those that are gone, wherever they now stand."""
        before = {(one.code, one.message) for one in self.checked_before}
        now = {(one.code, one.message) for one in self.checked}
        return (
            [one for one in self.checked if (one.code, one.message) not in before],
            [one for one in self.checked_before if (one.code, one.message) not in now],
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """A save that cannot be used: the last good round stands, None where there was none."""

    number: int
    diagnostics: tuple[Diagnostic, ...]
    last: Round | None = None
    seconds: float = 0.0


def _shown(standing: Standing | None) -> object:
    return (standing.word, standing.units) if standing else None
