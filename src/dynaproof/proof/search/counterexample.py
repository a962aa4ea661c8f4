"""The smallest facts found on which a data model fails, and how it fails on them."""

from __future__ import annotations

from dataclasses import dataclass

from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.proof.differences import Difference, TypedItem
from dynaproof.proof.search.scene import Tried


@dataclass(frozen=True, slots=True)
class Counterexample:
    """``tried`` is the call that fails; None where the facts alone cannot be stored.

    ``code`` is that of the likely cause where one is known, else that of what is wrong;
    ``because`` tells the cause in a sentence. ``rows_at_first`` is how many rows there were before
    shrinking. ``asked`` are the rows of the pattern's question, in a right order. ``case`` is the
    file of the saved case that failed again.
    """

    facts: FactSet
    difference: Difference
    tried: Tried | None
    code: Code
    because: str = ""
    rows_at_first: int = 0
    asked: tuple[TypedItem, ...] = ()
    case: str = ""

    @property
    def pattern(self) -> AccessPattern | None:
        """The access pattern that fails."""
        return self.tried.pattern if self.tried else None

    def diagnostic(self, definition: Definition) -> Diagnostic:
        """The finding, at the pattern's question or change, or at the tables."""
        pattern = self.pattern
        if pattern is None:
            table = self.difference.faults[0].table if self.difference.faults else ""
            place = definition.source.key("tables", table) if table else None
            return Diagnostic(self.code, self.difference.summary, place, self.because)
        asked = "question" if pattern.question is not None else "change"
        place = definition.source.key("access_patterns", pattern.name, asked)
        return Diagnostic(
            self.code, f"'{pattern.name}': {self.difference.summary}", place, self.because
        )
