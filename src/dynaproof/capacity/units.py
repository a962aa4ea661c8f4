"""Bytes to capacity units: the two roundings that every figure goes through.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/provisioned-capacity-mode.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

from typing import Literal

READ_UNIT_BYTES = 4_096
WRITE_UNIT_BYTES = 1_024
TRANSACTION_FACTOR = 2
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html"""

Consistency = Literal["eventual", "strong", "transactional"]

_READ_FACTOR: dict[Consistency, float] = {
    "eventual": 0.5,
    "strong": 1.0,
    "transactional": float(TRANSACTION_FACTOR),
}


def blocks(size: int, block: int) -> int:
    """Blocks that so many bytes fill, at least one: nothing read or written costs one too."""
    return max(1, -(-size // block))


def read_units(size: int, consistency: Consistency) -> float:
    """Read capacity units of so many bytes read at once: per 4 KB, half if eventual, at least one.

    Source: capacity modes page ("up to 4 KB"); the minimum of a read that finds nothing is in the
    same page and in the recorded cases ``dynalite-get-missing-*``.
    """
    return blocks(size, READ_UNIT_BYTES) * _READ_FACTOR[consistency]


def write_units(size: int) -> float:
    """Write capacity units of one image of so many bytes: per 1 KB, at least one.

    Source: capacity modes page; recorded cases ``dynalite-put-1024-total`` and ``-1025-total``.
    """
    return float(blocks(size, WRITE_UNIT_BYTES))
