"""A small set of facts, made to break a data model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Row = Mapping[str, object]
"""Every column of an entity, with Python values as DuckDB gives them back."""
Rows = Mapping[str, tuple[Row, ...]]
"""Rows by entity."""
Column = tuple[str, str]
"""An entity and one of its attributes."""


@dataclass(frozen=True, slots=True)
class FactSet:
    """``hazard`` says what is hard about the rows, as "equal instants"."""

    hazard: str
    rows: Rows

    @property
    def size(self) -> int:
        """How many rows there are."""
        return sum(map(len, self.rows.values()))
