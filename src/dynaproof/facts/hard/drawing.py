"""Whole numbers drawn from a seed, one after the other: the same on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_BYTES = 8
_BLOCK = 32 * _BYTES


class Drawing:
    """A sequence of draws; ``names`` tell it from others of the same seed."""

    def __init__(self, seed: int, *names: str | int) -> None:
        self._key = json.dumps([seed, *names]).encode()
        self._block = b""
        self._blocks = 0

    def below(self, limit: int) -> int:
        """From 0 to before ``limit``; biased by less than limit / 2**64."""
        if not self._block:
            number = self._blocks.to_bytes(_BYTES, "big")
            self._block = hashlib.shake_256(self._key + number).digest(_BLOCK)
            self._blocks += 1
        drawn, self._block = self._block[:_BYTES], self._block[_BYTES:]
        return int.from_bytes(drawn, "big") * limit >> (8 * _BYTES)

    def pick(self, among: Sequence[T]) -> T:
        """One of them."""
        return among[self.below(len(among))]

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.below(100) < percent
