"""How many rows each row of a parent entity has."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from dynaproof.facts.randomness import Rows, Stream, below, fractions
from dynaproof.model.entity import MAX_ROWS, Count


def row_counts(count: Count, *, seed: int, entity: str, parents: int) -> Rows:
    """Rows for each of ``parents`` rows, each drawn by the parent's row number."""
    stream = Stream(seed, entity, "rows")
    counts: Rows
    match count.kind:
        case "uniform":
            high = count.minimum if count.maximum is None else count.maximum
            drawn = below(stream.words(0, parents)[:, 0], high - count.minimum + 1)
            counts = drawn.astype(np.int64) + count.minimum
        case "lognormal":
            # The mean of the count is given: exp(mu + sigma^2 / 2).
            mu = np.log(count.mean) - count.sigma**2 / 2
            drawn_counts = np.exp(mu + count.sigma * _normal(stream, parents))
            counts = np.rint(np.minimum(drawn_counts, MAX_ROWS + 1)).astype(np.int64)
        case "poisson":
            drawn_share = fractions(stream.words(0, parents)[:, 0])
            counts = np.searchsorted(_poisson(count.mean), drawn_share, side="right").astype(
                np.int64
            )
        case _:
            return np.full(parents, int(count.mean), dtype=np.int64)
    return np.clip(counts, count.minimum, MAX_ROWS + 1 if count.maximum is None else count.maximum)


def _normal(stream: Stream, rows: int) -> npt.NDArray[np.float64]:
    drawn = fractions(stream.words(0, rows, 2))
    # Box and Muller: two even draws give a normal one; 1 - x keeps the logarithm finite.
    normal: npt.NDArray[np.float64] = np.sqrt(-2 * np.log(1 - drawn[:, 0])) * np.cos(
        2 * np.pi * drawn[:, 1]
    )
    return normal


@cache
def _poisson(mean: float) -> npt.NDArray[np.float64]:
    """The cumulated probabilities of 0, 1, 2 and so on, as far as they matter."""
    if mean <= 0:
        return np.array([1.0])
    most = int(mean + 12 * np.sqrt(mean) + 30)
    logarithms = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, most)))))
    chances = np.exp(np.arange(most) * np.log(mean) - mean - logarithms)
    return np.cumsum(chances)
