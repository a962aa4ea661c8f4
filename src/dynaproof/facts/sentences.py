"""Sentences and texts, ASCII, of bounded length."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dynaproof.facts import pools
from dynaproof.facts.randomness import Rows, Stream, Words, below

_FEWEST, _MOST = 3, 14
_WORDS_PER_DRAW = 4  # 16 bits choose a word; the lists have fewer than 65,536 words
_DRAWS = 1 + -(-_MOST // _WORDS_PER_DRAW)
_SENTENCES: Final = 4_096
_SHORTEST: Final = 40
_TAIL: Final = 11  # " #12345678." tells a unique text from all others

Bytes = npt.NDArray[np.uint8]


def sentences(stream: Stream, start: int, stop: int, *, max_length: int, unique: bool) -> pa.Array:
    """One sentence for each row: 3 to 14 words, as many as ``max_length`` lets in."""
    room = max_length - (_TAIL if unique else 1)
    lengths = _word_lengths()
    drawn = stream.words(start, stop, _DRAWS)
    wanted = below(drawn[:, 0], _MOST - _FEWEST + 1).astype(np.int64) + _FEWEST
    chosen = _words_of(drawn[:, 1:])
    ends = np.cumsum(lengths[chosen] + 1, axis=1) - 1
    fitting = np.maximum((ends <= room).sum(axis=1), 1)
    kept = np.minimum(wanted, fitting)
    flat = chosen[np.arange(_MOST) < kept[:, None]]
    offsets = np.concatenate(([0], np.cumsum(kept)))
    first = np.zeros(len(flat), dtype=np.int64)
    first[offsets[:-1]] = len(lengths)  # the capitalised words stand behind the others
    lists = pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), _both_cases().take(pa.array(flat + first))
    )
    made = pc.binary_join(lists, " ")
    if room < int(lengths.max()):
        made = pc.utf8_slice_codeunits(made, 0, max(room, 0))
    if not unique:
        return pc.binary_join_element_wise(made, ".", "")
    return pc.binary_join_element_wise(made, " #", _row_numbers(start, stop), ".", "")


def texts(
    stream: Stream, start: int, stop: int, *, min_length: int, max_length: int, unique: bool
) -> pa.Array:
    """One text for each row, with a length drawn evenly from ``min_length`` to ``max_length``."""
    if start == stop:
        return pa.nulls(0, pa.string())
    drawn = stream.words(start, stop, 3)
    lengths = below(drawn[:, 0], max_length - min_length + 1).astype(np.int64) + min_length
    pool, sizes = _sentence_pool()
    counts = -(-lengths // int(sizes.min()))
    offsets = np.concatenate(([0], np.cumsum(counts)))
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
    # An odd step visits all sentences before one comes again.
    step = np.repeat(drawn[:, 1].astype(np.int64) | 1, counts)
    chosen = (np.repeat(drawn[:, 2].astype(np.int64), counts) + within * step) % len(pool)
    joined = pool.take(pa.array(chosen)).buffers()[2].to_pybytes()
    starts = (np.cumsum(sizes[chosen]) - sizes[chosen])[offsets[:-1]]
    tail = _TAIL if unique else 1
    # One slice for each row: rows are few where texts are long.
    pieces: list[bytes] = []
    for row, begin, length in zip(
        range(start, stop), starts.tolist(), (lengths - tail).tolist(), strict=True
    ):
        pieces += (joined[begin : begin + length], b" #%08d." % row if unique else b".")
    flat = np.frombuffer(b"".join(pieces), dtype=np.uint8)
    return string_array(flat, np.concatenate(([0], np.cumsum(lengths))))


def string_array(flat: Bytes, offsets: Rows) -> pa.Array:
    """A column of texts from their UTF-8 bytes and where each begins and ends."""
    buffers = [None, pa.py_buffer(offsets.astype(np.int32).data), pa.py_buffer(flat.data)]
    return pa.Array.from_buffers(pa.string(), len(offsets) - 1, buffers)


def _row_numbers(start: int, stop: int) -> pa.Array:
    numbers = pa.array(np.arange(start, stop)).cast(pa.string())
    return pc.utf8_lpad(numbers, 8, "0")


def _words_of(drawn: Words) -> Rows:
    quarters = np.ascontiguousarray(drawn).view(np.uint16)[:, :_MOST].astype(np.int64)
    return (quarters * len(pools.words())) >> 16


@cache
def _word_lengths() -> Rows:
    return np.array([len(word) for word in pools.words()], dtype=np.int64)


@cache
def _both_cases() -> pa.Array:
    return pa.array([*pools.words(), *(word.capitalize() for word in pools.words())], pa.string())


@cache
def _sentence_pool() -> tuple[pa.Array, Rows]:
    """Sentences with a blank behind, and their sizes: none short, so that few fill a text."""
    drawn = 2 * _SENTENCES
    made = sentences(Stream(0, "sentence pool"), 0, drawn, max_length=200, unique=False)
    made = made.filter(pc.greater_equal(pc.utf8_length(made), _SHORTEST)).slice(0, _SENTENCES)
    pool = pc.binary_join_element_wise(made, " ", "")
    return pool, pc.utf8_length(pool).to_numpy().astype(np.int64)
