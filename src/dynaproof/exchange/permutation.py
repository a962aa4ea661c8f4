"""A keyed permutation of digits: what comes out tells nothing of what went in, and is unique.

Small domains are put in an order that the key gives; others go through a Feistel network over as
many bits, again until it is of the domain (cycle walking), as format-preserving encryption does:
J. Black, P. Rogaway, Ciphers with Arbitrary Finite Domains, 2002.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

_SMALL = 1_000
_ROUNDS = 10
_MOST_BITS = 1_024
"""Longer values are masked in blocks: each depends on those before it."""


def permuted(digits: Sequence[int], radices: Sequence[int], key: bytes) -> list[int]:
    """Digits of the same radices, another list for each list; ``key`` has at most 64 bytes."""
    made: list[int] = []
    start = 0
    chained = key
    while start < len(digits):
        end, size = start, 1
        while end < len(digits) and size.bit_length() <= _MOST_BITS:
            size *= radices[end]
            end += 1
        number = 0
        for digit, radix in zip(digits[start:end], radices[start:end], strict=True):
            number = number * radix + digit
        made += _digits(_permuted(number, size, chained), radices[start:end])
        plain = number.to_bytes((size.bit_length() + 7) // 8)
        chained = hashlib.blake2b(plain, key=chained, digest_size=32).digest()
        start = end
    return made


def _permuted(number: int, size: int, key: bytes) -> int:
    if size <= _SMALL:
        return _order(size, key)[number]
    half = ((size - 1).bit_length() + 1) // 2
    while True:
        number = _feistel(number, half, key)
        if number < size:
            return number


@lru_cache(maxsize=512)
def _order(size: int, key: bytes) -> tuple[int, ...]:
    def rank(one: int) -> bytes:
        return hashlib.blake2b(one.to_bytes(4), key=key, person=b"order").digest()

    return tuple(sorted(range(size), key=rank))


def _feistel(number: int, half: int, key: bytes) -> int:
    mask = (1 << half) - 1
    left, right = number >> half, number & mask
    for turn in range(_ROUNDS):
        data = turn.to_bytes(1) + half.to_bytes(4) + right.to_bytes((half + 7) // 8)
        drawn = hashlib.shake_256(key + data).digest((half + 7) // 8)
        left, right = right, left ^ (int.from_bytes(drawn) & mask)
    return left << half | right


def _digits(number: int, radices: Sequence[int]) -> list[int]:
    found: list[int] = []
    for radix in reversed(radices):
        number, digit = divmod(number, radix)
        found.append(digit)
    return found[::-1]
