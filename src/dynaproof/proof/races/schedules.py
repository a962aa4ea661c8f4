"""Orders in which processes take their turns, the simplest of them first.

As systematic concurrency testing does it: few switches find most faults, so schedules are tried
by their number of preemptions, and what was reached on another way before is not tried again.
https://www.microsoft.com/en-us/research/publication/iterative-context-bounding-for-systematic-testing-of-multithreaded-programs/
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import TypeVar

Process = TypeVar("Process", bound=Hashable)
Moment = TypeVar("Moment")


def turns(runnable: Sequence[Process], current: Process | None) -> list[tuple[Process, int]]:
    """Whose turn may be next, and what it costs: 1 where who is at work could go on.

    The one at work comes first, the others in their order.
    """
    at_work = [process for process in runnable if process == current]
    others = [process for process in runnable if process != current]
    return [(one, 0) for one in at_work] + [(one, len(at_work)) for one in others]


def simplest_first(
    start: Moment,
    further: Callable[[Moment], Iterable[tuple[int, Moment]]],
    identity: Callable[[Moment], Hashable],
) -> Iterator[tuple[int, Moment]]:
    """The ends of all ways from ``start`` and their costs, cheapest first.

    ``further`` gives the next moments, each with the cost of its turn; none at an end. Of moments
    with one identity only that on the cheapest way is followed. Asked for no more ends than are
    wanted, it goes no further than it must.
    """
    arrival = count()
    # Of equal cost the one furthest on is first, so that ends come soon.
    waiting: list[tuple[int, int, int, Moment]] = [(0, 0, next(arrival), start)]
    done: set[Hashable] = set()
    while waiting:
        cost, depth, _, moment = heappop(waiting)
        known = identity(moment)
        if known in done:
            continue
        done.add(known)
        end = True
        for price, following in further(moment):
            end = False
            if identity(following) not in done:
                heappush(waiting, (cost + price, depth - 1, next(arrival), following))
        if end:
            yield cost, moment
