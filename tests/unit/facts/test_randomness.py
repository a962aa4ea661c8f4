from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.facts.randomness import Stream, below, fractions


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(-(2**63), 2**63),
    start=st.integers(0, 10**7),
    length=st.integers(0, 300),
    cut=st.integers(0, 300),
    per_row=st.integers(1, 9),
)
def test_words_of_some_rows_equal_the_same_rows_of_more(
    seed: int, start: int, length: int, cut: int, per_row: int
) -> None:
    stream = Stream(seed, "users", "handle")
    cut = min(cut, length)
    whole = stream.words(start, start + length, per_row)
    assert (stream.words(start + cut, start + length, per_row) == whole[cut:]).all()


def test_streams_of_other_names_or_seeds_share_nothing() -> None:
    streams = [Stream(1, "a", "bc"), Stream(1, "ab", "c"), Stream(2, "a", "bc"), Stream(1, "abc")]
    words = np.concatenate([stream.words(0, 1000)[:, 0] for stream in streams])
    assert len(np.unique(words)) == 4000


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 100), size=st.integers(1, 5000))
def test_a_permutation_visits_every_position_once(seed: int, size: int) -> None:
    shuffled = Stream(seed, "p").permutation(size)(np.arange(size, dtype=np.uint64))
    assert sorted(shuffled.tolist()) == list(range(size))


def test_a_permutation_of_all_words_is_possible() -> None:
    shuffled = Stream(1, "p").permutation(1 << 64)(np.arange(10_000, dtype=np.uint64))
    assert len(np.unique(shuffled)) == 10_000


def test_draws_are_even() -> None:
    words = Stream(1, "even").words(0, 100_000)[:, 0]
    counts = np.bincount(below(words, 10).astype(np.int64), minlength=10)
    # 10,000 of each are expected, with a standard deviation of 95: six of them.
    assert (abs(counts - 10_000) < 6 * 95).all()
    assert abs(fractions(words).mean() - 0.5) < 6 * 0.29 / 100_000**0.5


def test_scattered_words_are_those_of_their_numbers() -> None:
    stream = Stream(1, "scattered")
    numbers = np.array([5, 3, 10**12], dtype=np.int64)
    assert stream.scattered(numbers)[1] == stream.scattered(numbers[1:2])[0]
    assert len(np.unique(stream.scattered(np.arange(10_000)))) == 10_000
