"""The columns of one entity: where each value comes from, for any range of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dynaproof.facts.randomness import Rows
from dynaproof.facts.references import Coded
from dynaproof.facts.values import generate_values, null_mask
from dynaproof.model.entity import Attribute, Generator


class Column(Protocol):
    """A column of an entity."""

    def values(self, start: int, stop: int) -> pa.Array:
        """The values of rows ``start`` to before ``stop``."""

    def coded(self) -> Coded:
        """The whole column as numbers."""


@dataclass(frozen=True)
class ParentColumn:
    """Repeats an attribute of the parent: row i belongs to the parent before ``ends`` > i."""

    parent: pa.Array
    ends: Rows

    def values(self, start: int, stop: int) -> pa.Array:
        """The parent's attribute."""
        return self.parent.take(pa.array(self._parents(start, stop)))

    def coded(self) -> Coded:
        """Number the parent's values, then repeat the numbers."""
        parents = Coded.of(self.parent)
        rows = int(self.ends[-1]) if len(self.ends) else 0
        return Coded(parents.codes[self._parents(0, rows)], parents.values)

    def _parents(self, start: int, stop: int) -> Rows:
        return np.searchsorted(self.ends, np.arange(start, stop), side="right").astype(np.int64)


@dataclass(frozen=True)
class StoredColumn:
    """A column that is there already, read from a dataset."""

    whole: pa.Array

    def values(self, start: int, stop: int) -> pa.Array:
        """A slice of it."""
        return self.whole.slice(start, stop - start)

    def coded(self) -> Coded:
        """The whole column as numbers."""
        return Coded.of(self.whole)


@dataclass(frozen=True)
class GeneratedColumn:
    """Values of a generator."""

    attribute: Attribute
    generator: Generator
    seed: int
    stream: str
    rows: int

    def values(self, start: int, stop: int) -> pa.Array:
        """Generated values, some of them NULL."""
        made = generate_values(
            self.generator,
            seed=self.seed,
            stream=self.stream,
            start=start,
            stop=stop,
            unique=self.attribute.unique,
        )
        return _with_nulls(made, self.attribute, self.seed, self.stream, start, stop)

    def coded(self) -> Coded:
        """The whole column as numbers."""
        return Coded.of(self.values(0, self.rows))


@dataclass(frozen=True)
class ReferenceColumn:
    """Values of rows of another entity. ``chosen`` gives their row numbers, -1 for NULL."""

    target: pa.Array
    chosen: Callable[[int, int], Rows]
    rows: int

    def values(self, start: int, stop: int) -> pa.Array:
        """The values referred to, some of them NULL."""
        picked = self.chosen(start, stop)
        return self.target.take(pa.array(picked, mask=picked < 0))

    def coded(self) -> Coded:
        """The whole column as numbers."""
        return Coded.of(self.values(0, self.rows))


def _with_nulls(
    made: pa.Array, attribute: Attribute, seed: int, stream: str, start: int, stop: int
) -> pa.Array:
    if attribute.null <= 0:
        return made
    mask = null_mask(seed=seed, stream=stream, start=start, stop=stop, share=attribute.null)
    return pc.if_else(mask, pa.scalar(None, made.type), made)
