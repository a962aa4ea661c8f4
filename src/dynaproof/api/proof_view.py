"""What ``Workbench.prove`` gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from dynaproof.model.diagnostic import Diagnostic

if TYPE_CHECKING:
    from dynaproof.dynamodb.endpoint import Endpoint
    from dynaproof.proof.check import Checked
    from dynaproof.proof.events import Listener
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
    def stories(self) -> tuple[str, ...]:
        """The story of each counterexample, and then of each race, as text."""
        from dynaproof.report.proof_text import stories

        return stories(self.result)

    def save_cases(self) -> list[Path]:
        """Write counterexamples below ``cases/`` beside the definition; gives the files written.

        ``prove`` tries them first from then on. Files that are there already stay as they are.
        """
        from dynaproof.proof.search.case_file import case_name, case_text, cases_folder
        from dynaproof.report.output_file import make_folder, write_atomically

        folder = cases_folder(self.result.definition)
        written: list[Path] = []
        for one in self.counterexamples:
            if one.case:
                continue
            if not written:
                make_folder(folder)
            path = _free_path(folder, case_name(one))
            write_atomically(path, case_text(one).encode())
            written.append(path)
        return written

    def to_json(self) -> bytes:
        """The result as JSON."""
        from dynaproof.report.proof_json import proof_json

        return proof_json(self.result)

    @property
    def holds(self) -> bool:
        """Whether nothing was found to fail."""
        return self.result.exit_status == 0

    def __str__(self) -> str:
        from dynaproof.report.proof_text import proof_text

        return proof_text(self.result)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from dynaproof.report.proof_html import proof_html

        return proof_html(self.result)


def _free_path(folder: Path, name: str) -> Path:
    """A file that is not there yet: one pattern may fail in one way for several reasons."""
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(path for one in names if not (path := folder / f"{one}.yaml").exists())


def proof_of(
    checked: Checked,
    endpoint: Endpoint,
    server: str,
    *,
    seed: int,
    only: Sequence[str],
    sets: int | None,
    seconds: float | None,
    listen: Listener,
) -> Proof:
    """Prove a definition on tables of its own at an endpoint, beside those of a run."""
    from dynaproof.proof.search.prove import DEFAULT_SECONDS, DEFAULT_SETS, Effort, prove

    result = prove(
        checked.require(),
        replace(endpoint, table_prefix=f"{endpoint.table_prefix}prove-"),
        seed=seed,
        server=server,
        effort=Effort(sets or DEFAULT_SETS, seconds or DEFAULT_SECONDS),
        only=only,
        listen=listen,
    )
    return Proof(result, checked.diagnostics)
