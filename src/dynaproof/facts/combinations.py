"""Texts put together from pools: names, addresses, codes.

A combination is a row of parts; each choice of one value for each pool is one number below
``size``. A random number gives a random text, a permuted row number a unique one.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dynaproof.facts import pools
from dynaproof.facts.randomness import Stream, Words, below
from dynaproof.model.entity import MAX_ROWS

SUFFIX: Final = None
"""Where the number goes that tells a value from its namesakes."""
_MOST = 1 << 62


@dataclass(frozen=True)
class Combination:
    """Fixed texts, pools (tuples of texts) and at most one SUFFIX.

    ``suffix`` is written before the number of a namesake; None: there are no namesakes.
    """

    parts: tuple[str | tuple[str, ...] | None, ...]
    suffix: str | None = None

    @property
    def size(self) -> int:
        """How many different texts there are without a suffix."""
        size = 1
        for pool in self._pools:
            size *= len(pool)
        return size

    @property
    def most(self) -> int:
        """How many rows can be unique."""
        return self.size if self.suffix is None else MAX_ROWS

    @property
    def _pools(self) -> list[tuple[str, ...]]:
        return [part for part in self.parts if isinstance(part, tuple)]

    def texts(
        self, stream: Stream, start: int, stop: int, *, unique: bool, word: int = 0, words: int = 1
    ) -> pa.Array:
        """The texts of the rows from ``start`` to before ``stop``.

        Drawn by each row's word number ``word`` of ``words``; one text if there are no pools.
        """
        size = self.size
        if not unique:
            chosen = below(stream.words(start, stop, words)[:, word], size)
            return self._join(chosen, None)
        rows = np.arange(start, stop, dtype=np.uint64)
        namesake = rows // np.uint64(size)
        return self._join(stream.permutation(size)(rows % np.uint64(size)), namesake)

    def _join(self, chosen: Words, namesake: Words | None) -> pa.Array:
        columns: list[pa.Array | str] = []
        for part in reversed(self.parts):
            if isinstance(part, str):
                columns.append(part)
            elif part is None:
                if self.suffix is not None and namesake is not None and namesake.any():
                    columns.append(self._numbers(namesake))
            else:
                size = np.uint64(len(part))
                columns.append(_arrow(part).take(pa.array(chosen % size)))
                chosen = chosen // size
        columns.reverse()
        if len(columns) == 1:
            return columns[0]
        return pc.binary_join_element_wise(*columns, "")

    def _numbers(self, namesake: Words) -> pa.Array:
        first = pa.array(namesake == 0)
        numbers = pa.array(namesake + np.uint64(1)).cast(pa.string())
        return pc.if_else(first, "", pc.binary_join_element_wise(self.suffix, numbers, ""))


@cache
def combination(kind: str) -> Combination:
    """The combination of a generator that is made of pools."""
    given, family = pools.given_names, pools.family_names
    match kind:
        case "name":
            return Combination((given(), " ", family(), SUFFIX), " ")
        case "first_name":
            return Combination((given(), SUFFIX), " ")
        case "last_name":
            return Combination((family(), SUFFIX), " ")
        case "user_name":
            parts = (pools.handles("given"), ".", pools.handles("family"), SUFFIX)
            return Combination(parts, "")
        case "email":
            parts = (pools.handles("given"), ".", pools.handles("family"), SUFFIX)
            return Combination((*parts, "@example.", ("com", "net", "org")), "")
        case "phone":
            # 555 is the exchange that is not given to subscribers in North America.
            return Combination(("+1", _numbers(200, 999, 3), "555", _numbers(0, 9999, 4)))
        case "company":
            return Combination((pools.companies(), SUFFIX), " ")
        case "country":
            return Combination((pools.countries(),))
        case "city":
            return Combination((pools.cities(), SUFFIX), " ")
        case "street":
            house = (_numbers(1, 999, 1), " ", pools.streets(), " ", pools.street_suffixes())
            return Combination((*house, SUFFIX), ", Apt ")
        case "url":
            site = ("https://", pools.words(), ".example.com/", pools.words())
            return Combination((*site, SUFFIX), "-")
        case "product":
            names = (pools.ADJECTIVES, " ", pools.MATERIALS, " ", pools.THINGS)
            return Combination((*names, SUFFIX), " ")
        case "word":
            return Combination((pools.words(), SUFFIX), "")
    raise ValueError(f"the generator '{kind}' draws from no pool")


@cache
def codes(pattern: str) -> tuple[Combination, ...]:
    """The combinations that a pattern is made of, each within 62 bits; the first can be unique."""
    made: list[Combination] = []
    parts: list[str | tuple[str, ...] | None] = []
    size = 1
    for character in pattern:
        pool = {"#": string.digits, "?": string.ascii_uppercase}.get(character)
        if pool is not None and size * len(pool) > _MOST:
            made.append(Combination(_merged(parts)))
            parts, size = [], 1
        size *= len(pool or " ")
        parts.append(character if pool is None else tuple(pool))
    return (*made, Combination(_merged(parts)))


def _merged(
    parts: Sequence[str | tuple[str, ...] | None],
) -> tuple[str | tuple[str, ...] | None, ...]:
    """Join neighbouring pools of digits, so that fewer columns are put together."""
    merged: list[str | tuple[str, ...] | None] = []
    for part in parts:
        before = merged[-1] if merged else None
        if isinstance(part, tuple) and isinstance(before, tuple) and len(before) <= 1000:
            merged[-1] = tuple(a + b for a in before for b in part)
        elif isinstance(part, str) and isinstance(before, str):
            merged[-1] = before + part
        else:
            merged.append(part)
    return tuple(merged)


def _numbers(low: int, high: int, width: int) -> tuple[str, ...]:
    return tuple(f"{number:0{width}d}" for number in range(low, high + 1))


@cache
def _arrow(pool: tuple[str, ...]) -> pa.Array:
    return pa.array(pool, pa.string())
