"""Makes the columns of an entity from what the definition says of its attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dynaproof.facts.columns import Column, GeneratedColumn, ReferenceColumn
from dynaproof.facts.randomness import Rows, Stream
from dynaproof.facts.references import Candidates, Coded, Draw, Shortage, draw_distinct
from dynaproof.facts.values import distinct_values, null_mask
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import DynaproofError, InputError, Place
from dynaproof.model.entity import Attribute, Generator, References

Fetch = Callable[[str, str], pa.Array]
"""A whole column of an entity that is already there: entity, attribute -> values in row order."""
Mask = npt.NDArray[np.bool_]


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
        if not distinct:
            chosen = _choice(draw, stream, own_groups, needed)
            return ReferenceColumn(target_values, chosen, self.rows)
        # Which row has a value depends on the others of its group: drawn for all rows at once.
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
        whole = np.full(self.rows, -1, dtype=np.int64)
        whole[rows] = found
        return ReferenceColumn(target_values, lambda start, stop: whole[start:stop], self.rows)

    def _target(self, references: References, name: str, own: dict[str, Column]) -> pa.Array:
        if references.entity == self.entity:
            return own[name].values(0, self.rows)
        return self.fetch(references.entity, name)

    def _needed(self, attribute: Attribute) -> Mask:
        """Which rows have a value."""
        if attribute.null <= 0:
            return np.ones(self.rows, dtype=bool)
        mask = null_mask(
            seed=self.seed,
            stream=self._stream(attribute),
            start=0,
            stop=self.rows,
            share=attribute.null,
        )
        needed: Mask = ~mask.to_numpy(zero_copy_only=False)
        return needed

    def _check_candidates(
        self,
        attribute: Attribute,
        references: References,
        candidates: Candidates,
        own_groups: Rows,
        needed: Mask,
        own: dict[str, Column],
    ) -> None:
        lacking = np.flatnonzero((candidates.sizes(own_groups) == 0) & needed)
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


def _choice(draw: Draw, stream: Stream, groups: Rows, needed: Mask) -> Callable[[int, int], Rows]:
    def chosen(start: int, stop: int) -> Rows:
        picked = np.full(stop - start, -1, dtype=np.int64)
        here = np.flatnonzero(needed[start:stop])
        words = stream.words(start, stop)[here, 0]
        picked[here] = draw.pick(words, groups[start:stop][here])
        return picked

    return chosen
