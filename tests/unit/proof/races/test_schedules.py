"""Orders of turns: all of them, the simplest first, nobody before their own earlier request."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, permutations
from math import factorial, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.proof.races.schedules import simplest_first, turns

Schedule = tuple[int, ...]
"""Processes in the order of their requests."""
Counters = tuple[int, int, int | None]
"""How far two processes are, and which of them was last."""
LENGTHS = st.lists(st.integers(0, 3), min_size=1, max_size=3)


def schedules(lengths: list[int]) -> list[tuple[int, Schedule]]:
    """Every schedule of processes with so many requests each, and its cost."""

    def further(done: Schedule) -> Iterator[tuple[int, Schedule]]:
        runnable = [one for one, length in enumerate(lengths) if done.count(one) < length]
        for process, cost in turns(runnable, done[-1] if done else None):
            yield cost, (*done, process)

    start: Schedule = ()
    return list(simplest_first(start, further, lambda done: done))


def preemptions(schedule: Schedule, lengths: list[int]) -> int:
    """Switches away from a process that was not at its end."""
    return sum(
        one != other and schedule[: at + 1].count(one) < lengths[one]
        for at, (one, other) in enumerate(pairwise(schedule))
    )


@given(LENGTHS)
def test_every_order_is_given_once(lengths: list[int]) -> None:
    requests = [process for process, length in enumerate(lengths) for _ in range(length)]

    found = [schedule for _, schedule in schedules(lengths)]

    assert len(found) == len(set(found))
    assert set(found) == set(permutations(requests))


@given(LENGTHS)
def test_the_cost_is_the_number_of_switches_and_the_cheapest_are_first(lengths: list[int]) -> None:
    found = schedules(lengths)

    assert [cost for cost, _ in found] == [preemptions(one, lengths) for _, one in found]
    assert [cost for cost, _ in found] == sorted(cost for cost, _ in found)


@pytest.mark.parametrize("lengths", [[2, 2], [3, 3], [1, 2, 3], [4, 1]])
def test_there_are_as_many_orders_as_combinatorics_say(lengths: list[int]) -> None:
    expected = factorial(sum(lengths)) // prod(map(factorial, lengths))

    assert len(schedules(lengths)) == expected


def test_processes_that_follow_each_other_cost_nothing() -> None:
    free = [schedule for cost, schedule in schedules([2, 2]) if cost == 0]

    assert free == [(0, 0, 1, 1), (1, 1, 0, 0)]


def test_a_moment_reached_on_two_ways_is_followed_on_the_cheaper_one() -> None:
    # Both counters end at the same place whatever the order: one end, on the way without switches.
    def further(moment: Counters) -> Iterator[tuple[int, Counters]]:
        done, current = moment[:2], moment[2]
        runnable = [one for one in (0, 1) if done[one] < 2]
        for process, cost in turns(runnable, current):
            yield cost, (done[0] + (process == 0), done[1] + (process == 1), process)

    start: Counters = (0, 0, None)
    ends = list(simplest_first(start, further, lambda moment: moment[:2]))

    assert [cost for cost, _ in ends] == [0]


def test_no_more_is_tried_than_was_asked_for() -> None:
    asked: list[Schedule] = []

    def further(done: Schedule) -> Iterator[tuple[int, Schedule]]:
        asked.append(done)
        if len(done) < 20:
            yield from ((n, (*done, n)) for n in (0, 1))

    start: Schedule = ()
    cost, first = next(simplest_first(start, further, lambda done: done))

    assert (cost, first) == (0, (0,) * 20)
    assert len(asked) == 21
