"""How an answer, or the content of the tables, differs from what the facts imply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dynaproof.model.codes import Code

TypedItem = Mapping[str, object]
"""Attribute values by name, typed as the JSON protocol has them: ``{"pk": {"S": "a"}}``."""

FaultKind = Literal["missing", "extra", "wrong value", "out of order", "wrong count"]


@dataclass(frozen=True, slots=True)
class RowFault:
    """One row of an answer, or one item of a table, at fault.

    ``expected`` is None for what should not be there, ``found`` is None for what is not there.
    ``attributes`` are the names whose values differ; ``position`` counts from 1 in the answer.
    ``table`` is named for items, and empty for rows of an answer.
    """

    kind: FaultKind
    expected: TypedItem | None
    found: TypedItem | None
    attributes: tuple[str, ...] = ()
    position: int | None = None
    table: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wrong with one answer, or with the tables after one write.

    ``faults`` holds the first of ``total`` rows at fault. ``expected`` and ``found`` count the
    rows of question and answer; for a write, the items that should have changed and that did.
    """

    code: Code
    summary: str
    faults: tuple[RowFault, ...] = ()
    total: int = 0
    expected: int = 0
    found: int = 0
