"""What ``Workbench.prove`` gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dynaproof.model.diagnostic import Diagnostic

if TYPE_CHECKING:
    from dynaproof.proof.search.counterexample import Counterexample
    from dynaproof.proof.search.result import ProveResult


@dataclass(frozen=True, slots=True)
class Proof:
    """Counterexamples found, or none. ``checked`` are the findings that need no server."""

    result: ProveResult
    checked: tuple[Diagnostic, ...] = ()

    @property
    def counterexamples(self) -> tuple[Counterexample, ...]:
        """The smallest facts found on which something is wrong."""
        return self.result.counterexamples

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """A finding for each counterexample, after those of ``check``."""
        return (*self.checked, *self.result.findings)

    @property
    def holds(self) -> bool:
        """Whether nothing was found to fail."""
        return self.result.exit_status == 0

    def __str__(self) -> str:
        from dynaproof.report.proof_text import proof_text

        return proof_text(self.result)

    def __repr__(self) -> str:
        return str(self)
