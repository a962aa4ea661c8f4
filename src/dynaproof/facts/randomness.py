"""Randomness by row number: any range of rows can be made alone.

A stream is Philox, a counter-based generator, keyed by SHA-256 of the seed and of the names of
what is drawn. Row ``i`` owns words ``i * n`` to ``i * n + n - 1``, so that its values depend on
nothing that was drawn before.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

_WORDS_PER_STEP = 4  # Philox 4x64: one step of its counter gives four words
_ROUNDS = 6


class Stream:
    """Random 64-bit words by row number, for one seed and one purpose."""

    def __init__(self, seed: int, *names: str) -> None:
        text = json.dumps([seed, *names])
        digest = hashlib.sha256(text.encode()).digest()
        self._key = np.frombuffer(digest[:16], dtype="<u8")

    def words(self, start: int, stop: int, per_row: int = 1) -> Words:
        """Give ``per_row`` words for each row from ``start`` to before ``stop``: two axes."""
        first, last = start * per_row, stop * per_row
        step = first // _WORDS_PER_STEP
        source = np.random.Philox(key=self._key).advance(step)
        offset = first - step * _WORDS_PER_STEP
        drawn = source.random_raw(offset + last - first)[offset:]
        return np.asarray(drawn, dtype=np.uint64).reshape(stop - start, per_row)

    def scattered(self, numbers: Rows) -> Words:
        """Give one word for each number, wherever the numbers lie."""
        first, second = self._key
        return _mix(_mix(numbers.astype(np.uint64) + first) ^ second)

    def permutation(self, size: int) -> Permutation:
        """A shuffled order of ``range(size)``."""
        return Permutation(size, self.words(0, 1, _ROUNDS)[0])


class Permutation:
    """A bijection of ``range(size)``, found for each position alone.

    A Feistel network over the next larger power of four, walked again while it is outside.
    """

    def __init__(self, size: int, keys: Words) -> None:
        self.size = size
        self._keys = keys
        self._half = np.uint64(max(1, ((size - 1).bit_length() + 1) // 2))
        self._mask = np.uint64((1 << int(self._half)) - 1)

    def __call__(self, positions: Words) -> Words:
        """Where each position goes; positions and results are in ``range(size)``."""
        places = self._pass(positions)
        if self.size < 1 << (2 * int(self._half)):
            size = np.uint64(self.size)
            outside = np.flatnonzero(places >= size)
            while len(outside):
                again = self._pass(places[outside])
                places[outside] = again
                outside = outside[again >= size]
        return places

    def _pass(self, positions: Words) -> Words:
        left, right = positions >> self._half, positions & self._mask
        for key in self._keys:
            left, right = right, left ^ (_mix(right + key) & self._mask)
        return (left << self._half) | right


def _mix(words: Words) -> Words:
    """Spread every bit over the word (the finishing steps of SplitMix64, wrapping around)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def below(words: Words, size: int | Words) -> Words:
    """Turn words into numbers from 0 to before ``size``; uneven by less than size / 2**32."""
    if isinstance(size, int) and size >= 1 << 32:
        return words if size == 1 << 64 else words % np.uint64(size)
    return ((words >> np.uint64(32)) * np.asarray(size, dtype=np.uint64)) >> np.uint64(32)


def fractions(words: Words) -> npt.NDArray[np.float64]:
    """Turn words into numbers from 0 to before 1."""
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53
