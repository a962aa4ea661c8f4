"""A finding about the design, before its place is looked up, and the rules that find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import getdoc
from typing import TYPE_CHECKING

from dynaproof.model.codes import Code
from dynaproof.model.definition import Path
from dynaproof.model.diagnostic import Severity

if TYPE_CHECKING:
    from dynaproof.proof.design.subject import Design


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: ``path`` leads to it in the file.

    ``about`` are the paths of the access pattern, handler, table, index or item type that may
    accept it.
    """

    message: str
    path: Path
    hint: str
    about: tuple[Path, ...]
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what it finds, and the docstring that is its page."""

    code: Code
    find: Callable[[Design], Iterator[Finding]]

    @property
    def page(self) -> str:
        """What is wrong, why it matters on DynamoDB, what would be right."""
        return getdoc(self.find) or ""
