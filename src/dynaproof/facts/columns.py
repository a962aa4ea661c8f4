"""The columns of one entity: where each value comes from, for any range of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dynaproof.facts.randomness import Rows, Stream
from dynaproof.facts.references import Candidates, Coded, Draw, Shortage, draw_distinct
from dynaproof.facts.values import distinct_values, generate_values, null_mask
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import DynaproofError, InputError, Place
from dynaproof.model.entity import Attribute, Generator, References

Fetch = Callable[[str, str], pa.Array]
"""A whole column of an entity that is already there: entity, attribute -> values in row order."""


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
    """Values of rows of another entity. ``chosen`` gives their row numbers."""

    attribute: Attribute
    target: pa.Array
    chosen: Callable[[int, int], Rows]
    seed: int
    stream: str
    rows: int

    def values(self, start: int, stop: int) -> pa.Array:
        """The values referred to, some of them NULL."""
        picked = self.target.take(pa.array(self.chosen(start, stop)))
        return _with_nulls(picked, self.attribute, self.seed, self.stream, start, stop)

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


@dataclass(frozen=True)
class ColumnMaker:
    """Makes the columns of one entity of ``rows`` rows; ``fetch`` reads other entities."""

    entity: str
    rows: int
    seed: int
    fetch: Fetch
    place: Callable[[str], Place]
    """The place of an attribute in the definition."""

    def generated(self, attribute: Attribute, generator: Generator) -> GeneratedColumn:
        """A generator's column; raises InputError when it cannot be unique."""
        if attribute.unique and (most := distinct_values(generator)) < self.rows:
            raise self._shortage(
                attribute,
                f"{self.rows:,} unique values are asked for, and the generator"
                f" '{generator.kind}' has {most:,} here",
                "Lower the count, or widen what the generator draws from.",
            )
        return GeneratedColumn(attribute, generator, self.seed, self._stream(attribute), self.rows)

    def references(
        self, attribute: Attribute, references: References, own: dict[str, Column]
    ) -> ReferenceColumn:
        """A column of references; ``own`` has the columns that it depends on.

        Raises InputError when there are no rows, or too few different values, to refer to.
        """
        target_values = self._target(references, references.attribute, own)
        distinct = attribute.unique or references.distinct_within is not None
        target = Coded.of(target_values) if distinct else _only_present(target_values)
        own_groups = np.zeros(self.rows, dtype=np.int64)
        target_groups, group_count = None, 1
        if references.where is not None:
            whose = Coded.of(self._target(references, references.where, own))
            target_groups, group_count = whose.codes, len(whose.values)
            own_groups = own[references.where].coded().numbered_as(whose)
        candidates = Candidates.of(target, target_groups, group_count, distinct=distinct)
        needed = self._needed(attribute)
        self._check_candidates(attribute, references, candidates, own_groups, needed, own)
        stream = Stream(self.seed, self._stream(attribute), "reference")
        draw = Draw(candidates, stream, references.zipf)
        chosen = self._choice(draw, stream, own_groups, needed)
        if distinct:
            within = np.zeros(self.rows, dtype=np.int64)
            if references.distinct_within is not None and not attribute.unique:
                within = own[references.distinct_within].coded().codes
            rows = np.flatnonzero(needed)
            found = draw_distinct(
                draw,
                target,
                rows=rows,
                groups=own_groups[rows],
                within=within[rows],
                stream=stream,
                total=self.rows,
            )
            if isinstance(found, Shortage):
                raise self._too_few(attribute, references, found, own)
            whole = np.zeros(self.rows, dtype=np.int64)
            whole[rows] = found
            chosen = _slices(whole)
        name = self._stream(attribute)
        return ReferenceColumn(attribute, target_values, chosen, self.seed, name, self.rows)

    def _choice(
        self, draw: Draw, stream: Stream, groups: Rows, needed: Rows
    ) -> Callable[[int, int], Rows]:
        def chosen(start: int, stop: int) -> Rows:
            picked = np.zeros(stop - start, dtype=np.int64)
            here = np.flatnonzero(needed[start:stop])
            words = stream.words(start, stop)[here, 0]
            picked[here] = draw.pick(words, groups[start:stop][here])
            return picked

        return chosen

    def _target(self, references: References, name: str, own: dict[str, Column]) -> pa.Array:
        if references.entity == self.entity:
            return own[name].values(0, self.rows)
        return self.fetch(references.entity, name)

    def _needed(self, attribute: Attribute) -> Rows:
        """1 for each row that has a value, 0 for each that is NULL."""
        if attribute.null <= 0:
            return np.ones(self.rows, dtype=np.int64)
        mask = null_mask(
            seed=self.seed,
            stream=self._stream(attribute),
            start=0,
            stop=self.rows,
            share=attribute.null,
        )
        needed: Rows = 1 - mask.to_numpy(zero_copy_only=False).astype(np.int64)
        return needed

    def _check_candidates(
        self,
        attribute: Attribute,
        references: References,
        candidates: Candidates,
        own_groups: Rows,
        needed: Rows,
        own: dict[str, Column],
    ) -> None:
        lacking = np.flatnonzero((candidates.sizes(own_groups) == 0) & (needed == 1))
        if not len(lacking):
            return
        row = int(lacking[0])
        what = f"no row of '{references.entity}' has a value of '{references.attribute}'"
        if references.where is not None:
            value = own[references.where].values(row, row + 1)[0].as_py()
            what += f" where {references.where} is {value!r}"
        raise self._shortage(
            attribute,
            f"{what}, and {len(lacking):,} of {self.rows:,} rows need one",
            f"See that '{references.entity}' has such rows, or lower the count.",
        )

    def _too_few(
        self,
        attribute: Attribute,
        references: References,
        short: Shortage,
        own: dict[str, Column],
    ) -> DynaproofError:
        group = "all rows of the entity"
        if references.distinct_within is not None and not attribute.unique:
            name = references.distinct_within
            value = own[name].values(short.row, short.row + 1)[0].as_py()
            group = f"the rows whose {name} is {value!r}"
        return self._shortage(
            attribute,
            f"{group} need {short.wanted:,} different values of"
            f" '{references.entity}.{references.attribute}', and there are {short.available:,}",
            f"Raise the count of '{references.entity}', or ask for fewer rows.",
        )

    def _shortage(self, attribute: Attribute, message: str, hint: str) -> DynaproofError:
        return InputError.of(
            Code.NOT_ENOUGH_VALUES,
            f"{self.entity}.{attribute.name}: {message}",
            place=self.place(attribute.name),
            hint=hint,
        )

    def _stream(self, attribute: Attribute) -> str:
        return f"{self.entity}.{attribute.name}"


def _only_present(values: pa.Array) -> Coded:
    """Enough of a coding where values need not be told apart: 0, or -1 for NULL."""
    present = pc.is_valid(values).to_numpy(zero_copy_only=False)
    return Coded(present.astype(np.int64) - 1, values.slice(0, 1))


def _slices(whole: Rows) -> Callable[[int, int], Rows]:
    return lambda start, stop: whole[start:stop]
