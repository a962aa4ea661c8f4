"""Values of generators, as Arrow columns, for any range of rows alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dynaproof.facts import kinds
from dynaproof.facts.combinations import codes, combination
from dynaproof.facts.randomness import Rows, Stream, Words, below, fractions
from dynaproof.facts.sentences import sentences, string_array, texts
from dynaproof.model.entity import MAX_ROWS, Generator

_HEX = np.frombuffer(b"".join(b"%02x" % byte for byte in range(256)), dtype=np.uint8).reshape(-1, 2)
_UUID_LENGTH = 36
# Where in the text the two digits of each of the sixteen bytes stand.
_UUID_PLACES = np.array([0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34])
_WORD_BYTES = 8


def generate_values(
    generator: Generator,
    *,
    seed: int,
    stream: str,
    start: int,
    stop: int,
    unique: bool = False,
) -> pa.Array:
    """The values of rows ``start`` to before ``stop``.

    They depend on the generator, the seed, the stream's name and the row's number only.
    The generator has passed ``check_generator``; ``clock`` is asked of ``Facts.clock``.
    """
    make = _MAKERS.get(generator.kind)
    source = Stream(seed, stream, "value")
    if make is None:
        return combination(generator.kind).texts(source, start, stop, unique=unique)
    return make(generator, source, start, stop, unique)


def null_mask(*, seed: int, stream: str, start: int, stop: int, share: float) -> pa.Array:
    """Which rows have no value: ``share`` of them."""
    drawn = Stream(seed, stream, "null").words(start, stop)[:, 0]
    return pa.array(fractions(drawn) < share)


def distinct_values(generator: Generator) -> int:
    """How many rows of a generator can be unique."""
    match generator.kind:
        case "integer":
            return kinds.whole(generator, "max") - kinds.whole(generator, "min") + 1
        case "decimal":
            low, high = kinds.scaled_bounds(generator)
        case "timestamp":
            low, high = kinds.timestamp_bounds(generator)
        case "date":
            low, high = kinds.date_bounds(generator)
        case "choice":
            return len(set(kinds.values(generator, "values")))
        case "code":
            return codes(kinds.text(generator, "pattern"))[0].most
        case "bytes":
            return 1 << (8 * min(kinds.whole(generator, "length"), _WORD_BYTES))
        case "uuid" | "sequence" | "sentence" | "text":
            return MAX_ROWS
        case kind:
            return combination(kind).most
    return high - low + 1


def estimated_bytes(generator: Generator) -> int:
    """About how large one value is in memory."""
    match generator.kind:
        case "sentence":
            return min(100, kinds.whole(generator, "max_length"))
        case "text":
            return kinds.whole(generator, "max_length")
        case "bytes":
            return kinds.whole(generator, "length")
    return 32


def _uuids(_: Generator, source: Stream, start: int, stop: int, __: bool) -> pa.Array:
    drawn = source.words(start, stop, 2).astype("<u8")
    octets = drawn.view(np.uint8)
    octets[:, 6] = (octets[:, 6] & 0x0F) | 0x40  # version 4
    octets[:, 8] = (octets[:, 8] & 0x3F) | 0x80  # variant of RFC 9562
    made = np.full((stop - start, _UUID_LENGTH), ord("-"), dtype=np.uint8)
    digits = _HEX[octets]
    made[:, _UUID_PLACES] = digits[:, :, 0]
    made[:, _UUID_PLACES + 1] = digits[:, :, 1]
    offsets = np.arange(stop - start + 1) * _UUID_LENGTH
    return string_array(made.reshape(-1), offsets)


def _steps(source: Stream, start: int, stop: int, unique: bool, low: int, high: int) -> Rows:
    """Whole numbers from ``low`` to ``high``, both included."""
    size = high - low + 1
    if unique:
        drawn = source.permutation(size)(np.arange(start, stop, dtype=np.uint64))
    else:
        drawn = below(source.words(start, stop)[:, 0], size)
    # The sum wraps around where the range is wider than a signed 64-bit number: as meant.
    return (drawn + np.uint64(low % (1 << 64))).view(np.int64)


def _integers(g: Generator, source: Stream, start: int, stop: int, unique: bool) -> pa.Array:
    low, high = kinds.whole(g, "min"), kinds.whole(g, "max")
    return pa.array(_steps(source, start, stop, unique, low, high))


def _decimals(g: Generator, source: Stream, start: int, stop: int, unique: bool) -> pa.Array:
    scaled = _steps(source, start, stop, unique, *kinds.scaled_bounds(g))
    return _decimal_array(scaled, kinds.whole(g, "places"))


def _decimal_array(scaled: Rows, places: int) -> pa.Array:
    wide = np.empty((len(scaled), 2), dtype="<i8")
    wide[:, 0] = scaled
    wide[:, 1] = scaled >> 63  # the sign goes on
    kind = pa.decimal128(kinds.MAX_DECIMAL_DIGITS, places)
    return pa.Array.from_buffers(kind, len(scaled), [None, pa.py_buffer(wide.data)])


def _booleans(g: Generator, source: Stream, start: int, stop: int, _: bool) -> pa.Array:
    share = float(str(kinds.option(g, "true")))
    return pa.array(fractions(source.words(start, stop)[:, 0]) < share)


def _choices(g: Generator, source: Stream, start: int, stop: int, unique: bool) -> pa.Array:
    pool, weights = _choice_pool(g), kinds.values(g, "weights")
    chosen: Rows
    if unique:
        pool = pool.unique()
        chosen = _steps(source, start, stop, True, 0, len(pool) - 1)
    elif weights:
        shares = np.cumsum(np.array([float(str(weight)) for weight in weights]))
        drawn = fractions(source.words(start, stop)[:, 0]) * shares[-1]
        # Not beyond the last value that has a weight, should the product round up.
        last = int(np.searchsorted(shares, shares[-1]))
        chosen = np.minimum(np.searchsorted(shares, drawn, side="right"), last)
    else:
        chosen = _steps(source, start, stop, False, 0, len(pool) - 1)
    return pool.take(pa.array(chosen))


def _choice_pool(g: Generator) -> pa.Array:
    chosen = kinds.values(g, "values")
    match kinds.sql_type(g):
        case "VARCHAR":
            return pa.array(chosen, pa.string())
        case "BOOLEAN":
            return pa.array(chosen, pa.bool_())
        case "BIGINT":
            return pa.array(chosen, pa.int64())
    decimals = [Decimal(str(value)) for value in chosen]
    return pa.array(decimals, pa.decimal128(kinds.MAX_DECIMAL_DIGITS, kinds.choice_places(chosen)))


def _timestamps(g: Generator, source: Stream, start: int, stop: int, unique: bool) -> pa.Array:
    step = kinds.PRECISIONS[kinds.text(g, "precision")]
    drawn = _steps(source, start, stop, unique, *kinds.timestamp_bounds(g))
    return pa.array(drawn * step).cast(pa.timestamp("us"))


def _dates(g: Generator, source: Stream, start: int, stop: int, unique: bool) -> pa.Array:
    drawn = _steps(source, start, stop, unique, *kinds.date_bounds(g))
    return pa.array(drawn.astype(np.int32)).cast(pa.date32())


def _sequence(g: Generator, _: Stream, start: int, stop: int, __: bool) -> pa.Array:
    rows = np.arange(start, stop, dtype=np.int64)
    return pa.array(kinds.whole(g, "start") + rows * kinds.whole(g, "step"))


def _bytes(g: Generator, source: Stream, start: int, stop: int, unique: bool) -> pa.Array:
    length = kinds.whole(g, "length")
    drawn = source.words(start, stop, -(-length // _WORD_BYTES))
    if unique:
        drawn[:, 0] = _unique_words(source, start, stop, 8 * min(length, _WORD_BYTES))
    octets = drawn.astype("<u8").view(np.uint8)[:, :length]
    flat = np.ascontiguousarray(octets).reshape(-1)
    offsets = (np.arange(stop - start + 1) * length).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets.data), pa.py_buffer(flat.data)]
    return pa.Array.from_buffers(pa.binary(), stop - start, buffers)


def _unique_words(source: Stream, start: int, stop: int, bits: int) -> Words:
    return source.permutation(1 << bits)(np.arange(start, stop, dtype=np.uint64))


def _sentences(g: Generator, source: Stream, start: int, stop: int, unique: bool) -> pa.Array:
    length = kinds.whole(g, "max_length")
    return sentences(source, start, stop, max_length=length, unique=unique)


def _texts(g: Generator, source: Stream, start: int, stop: int, unique: bool) -> pa.Array:
    low, high = kinds.whole(g, "min_length"), kinds.whole(g, "max_length")
    return texts(source, start, stop, min_length=low, max_length=high, unique=unique)


def _codes(g: Generator, source: Stream, start: int, stop: int, unique: bool) -> pa.Array:
    made = codes(kinds.text(g, "pattern"))
    columns = [
        one.texts(source, start, stop, unique=unique and not n, word=n, words=len(made))
        for n, one in enumerate(made)
    ]
    blank = pa.array([""], pa.string()).take(pa.array(np.zeros(stop - start, dtype=np.int64)))
    return pc.binary_join_element_wise(blank, *columns, "")


_MAKERS: Mapping[str, Callable[[Generator, Stream, int, int, bool], pa.Array]] = {
    "uuid": _uuids,
    "integer": _integers,
    "decimal": _decimals,
    "boolean": _booleans,
    "choice": _choices,
    "timestamp": _timestamps,
    "date": _dates,
    "sequence": _sequence,
    "bytes": _bytes,
    "sentence": _sentences,
    "text": _texts,
    "code": _codes,
}
