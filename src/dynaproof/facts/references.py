"""References: which row of another entity each row refers to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dynaproof.facts.randomness import Rows, Stream, Words, below, fractions

_ATTEMPTS = 32


@dataclass(frozen=True)
class Coded:
    """A column as numbers: ``codes[i]`` is the place of row i's value in ``values``; NULL is -1."""

    codes: Rows
    values: pa.Array

    @classmethod
    def of(cls, column: pa.Array) -> Coded:
        """Number the values of a column in the order of their first appearance."""
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):  # no chunk at all
            column = pa.nulls(0, column.type)
        encoded = column.dictionary_encode()
        codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
        return cls(codes.astype(np.int64), encoded.dictionary)

    def numbered_as(self, other: Coded) -> Rows:
        """The codes that this column's values have in another column; -1 for none."""
        wanted = self.values
        if wanted.type != other.values.type:
            wanted = wanted.cast(other.values.type)
        places = pc.fill_null(pc.index_in(wanted, value_set=other.values), -1)
        table = np.append(places.to_numpy(zero_copy_only=False).astype(np.int64), -1)
        numbered: Rows = table[self.codes]
        return numbered


@dataclass(frozen=True)
class Shortage:
    """Why references cannot be drawn: ``row`` needs a value and there is none left.

    ``wanted`` distinct values are asked for within its group, and ``available`` exist.
    """

    row: int
    wanted: int
    available: int


@dataclass(frozen=True)
class Candidates:
    """Rows that may be referred to, in groups: group g is ``rows[starts[g]:starts[g + 1]]``."""

    rows: Rows
    starts: Rows

    @classmethod
    def of(
        cls, target: Coded, groups: Rows | None, group_count: int, *, distinct: bool
    ) -> Candidates:
        """Rows that have a value, by group; with ``distinct`` one row for each value and group."""
        rows = np.flatnonzero(target.codes >= 0)
        if groups is not None:
            rows = rows[groups[rows] >= 0]
        of_row = np.zeros(len(rows), dtype=np.int64) if groups is None else groups[rows]
        if distinct and len(rows):
            pairs = of_row * len(target.values) + target.codes[rows]
            first = np.sort(np.unique(pairs, return_index=True)[1])
            rows, of_row = rows[first], of_row[first]
        if groups is not None:
            order = np.argsort(of_row, kind="stable")
            rows, of_row = rows[order], of_row[order]
        counts = np.bincount(of_row, minlength=group_count)
        return cls(rows, np.concatenate(([0], np.cumsum(counts))).astype(np.int64))

    @property
    def largest(self) -> int:
        """The size of the largest group."""
        return int(np.diff(self.starts).max(initial=0))

    def sizes(self, groups: Rows) -> Rows:
        """How many candidates each row has; 0 where its group is -1."""
        counts = np.append(np.diff(self.starts), 0)
        sizes: Rows = counts[groups]
        return sizes


class Draw:
    """Draws of candidates by row number, evenly or with a skew.

    With a skew, a group's candidates have ranks, and rank r is drawn in proportion to
    r ** -zipf. In a single group ranks are shuffled; in many, they follow the rows.
    """

    def __init__(self, candidates: Candidates, stream: Stream, zipf: float) -> None:
        self.candidates = candidates
        self._shares: npt.NDArray[np.float64] | None = None
        self._shuffled: Rows | None = None
        if zipf > 0 and candidates.largest:
            ranks = np.arange(1, candidates.largest + 1, dtype=np.float64)
            self._shares = np.cumsum(ranks**-zipf)
            if len(candidates.starts) == 2:
                order = stream.permutation(candidates.largest)
                everything = np.arange(candidates.largest, dtype=np.uint64)
                self._shuffled = candidates.rows[order(everything).astype(np.int64)]

    def pick(self, words: Words, groups: Rows) -> Rows:
        """The row for each word, among the candidates of each group."""
        sizes = self.candidates.sizes(groups)
        if self._shares is None:
            offsets = below(words, sizes.astype(np.uint64)).astype(np.int64)
        else:
            drawn = fractions(words) * self._shares[sizes - 1]
            offsets = np.minimum(np.searchsorted(self._shares, drawn, side="right"), sizes - 1)
        rows = self.candidates.rows if self._shuffled is None else self._shuffled
        picked: Rows = rows[self.candidates.starts[groups] + offsets]
        return picked


def draw_distinct(
    draw: Draw,
    target: Coded,
    *,
    rows: Rows,
    groups: Rows,
    within: Rows,
    stream: Stream,
    total: int,
) -> Rows | Shortage:
    """Rows referred to, so that within each code of ``within`` no value comes twice.

    ``rows`` are the row numbers that need a value, ascending; ``groups`` and ``within`` go with
    them. A row draws again while another row of its group holds the value; what is still open
    after some attempts shares out what is free.
    """
    found = np.full(len(rows), -1, dtype=np.int64)
    taken: list[Rows] = []
    pending = np.arange(len(rows))
    for attempt in range(_ATTEMPTS):
        words = stream.scattered(rows[pending] + attempt * total)
        picked = draw.pick(words, groups[pending])
        pairs = within[pending] * len(target.values) + target.codes[picked]
        unique, first = np.unique(pairs, return_index=True)
        free = ~_among(unique, taken)
        accepted = np.zeros(len(pending), dtype=bool)
        accepted[first[free]] = True
        found[pending[accepted]] = picked[accepted]
        taken.append(unique[free])
        pending = pending[~accepted]
        if not len(pending):
            return found
    short = _share_out(found, pending, draw.candidates, target, groups, within, stream)
    if short is not None:
        return Shortage(int(rows[short.row]), short.wanted, short.available)
    return found


def _among(values: Rows, sorted_sets: list[Rows]) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(values), dtype=bool)
    for known in sorted_sets:
        if len(known):
            places = np.minimum(np.searchsorted(known, values), len(known) - 1)
            found |= known[places] == values
    return found


def _share_out(
    found: Rows,
    pending: Rows,
    candidates: Candidates,
    target: Coded,
    groups: Rows,
    within: Rows,
    stream: Stream,
) -> Shortage | None:
    """Give free values to the pending rows, in place; the first row that gets none, if any."""
    order = np.argsort(within, kind="stable")
    ordered = within[order]
    pairs = np.stack((within[pending], groups[pending]), axis=1)
    cases, case_of = np.unique(pairs, axis=0, return_inverse=True)
    by_case = np.split(
        pending[np.argsort(case_of, kind="stable")], np.cumsum(np.bincount(case_of))[:-1]
    )
    for (code, group), open_rows in zip(cases, by_case, strict=True):
        low, high = np.searchsorted(ordered, code, "left"), np.searchsorted(ordered, code, "right")
        members = order[low:high]
        used = target.codes[found[members[found[members] >= 0]]]
        choice = candidates.rows[candidates.starts[group] : candidates.starts[group + 1]]
        free = choice[~np.isin(target.codes[choice], used)]
        if len(free) < len(open_rows):
            return Shortage(int(open_rows[len(free)]), len(members), len(choice))
        shuffled = free[np.argsort(stream.scattered(free + int(code)), kind="stable")]
        found[open_rows] = shuffled[: len(open_rows)]
    return None
