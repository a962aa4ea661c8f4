"""Which rows of an answer are at fault: missing, extra, with a wrong value, out of order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from dynaproof.proof.answer_columns import Comparable

_MOST_ALIKE = 50
"""Rows that share one value, beyond which the value tells nothing of which row is which."""


@dataclass(frozen=True, slots=True)
class AskedTie:
    """Rows without an order among themselves, ``take`` of which are asked for."""

    rows: tuple[Comparable, ...]
    take: int


@dataclass(frozen=True, slots=True)
class AnswerFaults:
    """Positions from 0: ``missing`` among all rows of the ties, ``extra`` in the answer.

    ``wrong`` pairs a row with the answer's row that was to be it. ``misplaced`` pairs the answer's
    position with the row that was to be there; it is told only where nothing else is wrong.
    """

    missing: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    wrong: tuple[tuple[int, int], ...] = ()
    misplaced: tuple[tuple[int, int], ...] = ()


def answer_faults(
    ties: Sequence[AskedTie], found: Sequence[Comparable], *, ordered: bool
) -> AnswerFaults | None:
    """Hold an answer against what is asked; None where it is right."""
    if _in_order(ties, found):
        return None
    missing, extra = _unmatched(ties, found)
    if missing or extra:
        asked = [row for tie in ties for row in tie.rows]
        size = sum(tie.take for tie in ties)
        only = size == len(found) == 1
        wrong = tuple(_paired(asked, missing, found, extra, only))
        paired_rows = {row for row, _ in wrong}
        paired_found = {position for _, position in wrong}
        return AnswerFaults(
            tuple(row for row in missing if row not in paired_rows),
            tuple(position for position in extra if position not in paired_found),
            wrong,
        )
    misplaced = tuple(_misplaced(ties, found)) if ordered else ()
    return AnswerFaults(misplaced=misplaced) if misplaced else None


def _in_order(ties: Sequence[AskedTie], found: Sequence[Comparable]) -> bool:
    """Whether the answer is right, order included."""
    if sum(tie.take for tie in ties) != len(found):
        return False
    start = 0
    for tie in ties:
        part = found[start : start + tie.take]
        start += tie.take
        if len(tie.rows) == 1:
            if part[0] != tie.rows[0]:
                return False
        elif Counter(part) - Counter(tie.rows):
            return False
    return True


def _unmatched(
    ties: Sequence[AskedTie], found: Sequence[Comparable]
) -> tuple[list[int], list[int]]:
    """Rows that are asked for and not found, and positions of the answer that nobody asked for."""
    whole: defaultdict[Comparable, list[int]] = defaultdict(list)
    choice: defaultdict[Comparable, list[int]] = defaultdict(list)
    number = free = 0
    for tie in ties:
        partly = tie.take < len(tie.rows)
        free += tie.take if partly else 0
        for row in tie.rows:
            (choice if partly else whole)[row].append(number)
            number += 1
    for waiting in (*whole.values(), *choice.values()):
        waiting.reverse()  # the first of equal rows is matched first
    extra: list[int] = []
    for position, row in enumerate(found):
        if whole.get(row):
            whole[row].pop()
        elif free and choice.get(row):
            choice[row].pop()
            free -= 1
        else:
            extra.append(position)
    missing = sorted(one for rows in whole.values() for one in rows)
    # Of a tie that is cut by the limit any rows would do: the first are named.
    missing += sorted(one for rows in choice.values() for one in rows)[:free]
    return sorted(missing), extra


def _misplaced(ties: Sequence[AskedTie], found: Sequence[Comparable]) -> Iterator[tuple[int, int]]:
    start = number = 0
    for tie in ties:
        left = Counter(tie.rows)
        waiting: list[int] = []
        for position in range(start, start + tie.take):
            if left[found[position]] > 0:
                left[found[position]] -= 1
            else:
                waiting.append(position)
        for offset, row in enumerate(tie.rows):
            if waiting and left[row] > 0:
                left[row] -= 1
                yield waiting.pop(0), number + offset
        start += tie.take
        number += len(tie.rows)


def _paired(
    asked: Sequence[Comparable],
    missing: Sequence[int],
    found: Sequence[Comparable],
    extra: Sequence[int],
    only: bool,
) -> Iterator[tuple[int, int]]:
    """Pair leftover rows that share the most values, so that a wrong value is told as that.

    They belong together where they share a value that no other row has, or most of their values.
    """
    if only and missing and extra:
        yield missing[0], extra[0]
        return
    by_value: defaultdict[tuple[int, Hashable], list[int]] = defaultdict(list)
    for row in missing:
        for column, value in enumerate(asked[row]):
            if value is not None:
                by_value[column, value].append(row)
    often = Counter(
        (column, value)
        for rows in (asked, found)
        for row in rows
        for column, value in enumerate(row)
        if (column, value) in by_value
    )
    ranked: list[tuple[int, int, int, int]] = []
    for position in extra:
        shared: Counter[int] = Counter()
        own: set[int] = set()
        for column, value in enumerate(found[position]):
            rows = by_value.get((column, value), [])
            if len(rows) > _MOST_ALIKE:
                continue
            shared.update(rows)
            if often[column, value] <= 2:  # once on either side
                own.update(rows)
        for row, count in shared.items():
            if row in own or 2 * count > len(asked[row]):
                ranked.append((-(row in own), -count, position, row))
    ranked.sort()
    taken_rows: set[int] = set()
    taken: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for _, _, position, row in ranked:
        if row not in taken_rows and position not in taken:
            taken_rows.add(row)
            taken.add(position)
            pairs.append((row, position))
    yield from sorted(pairs, key=lambda pair: pair[1])
