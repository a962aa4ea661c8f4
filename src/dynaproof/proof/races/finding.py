"""The search for races: calls that meet, made at once in every order up to a bound."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement, islice

from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.codes import Code
from dynaproof.proof.differences import Difference
from dynaproof.proof.execute import is_read
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.races.exploration import (
    End,
    Exploration,
    PatternCall,
    reads_global_index,
)
from dynaproof.proof.races.meeting import Footprint, footprint
from dynaproof.proof.races.race import Race, one_by_one
from dynaproof.proof.races.serial_orders import SerialOrders
from dynaproof.proof.races.tables_at import TablesAt
from dynaproof.proof.races.twin_calls import twins, with_own_uuids
from dynaproof.proof.search.scene import Scene

ChooseParameters = Callable[[AccessPattern], Sequence[ParameterSet]]
"""Parameter sets of a pattern on the facts of the scene, the most telling first."""

SCHEDULES = 300
"""Schedules of one pair of calls."""
SCHEDULES_AFTER_A_RACE = 30
"""Schedules of a further pair of calls where their patterns have a race already."""
MOST_CALLS = 6
"""Calls of one pattern that are made with others."""
MOST_PAIRS = 6
"""Pairs of calls of the same two patterns."""


@dataclass(slots=True)
class RaceCount:
    """What a search for races did."""

    pairs: int = 0
    schedules: int = 0
    requests: int = 0
    stopped: bool = False
    """Whether the time was over before all pairs were tried."""
    met: dict[tuple[str, str], int] = field(default_factory=dict)
    """Pairs of calls by their patterns."""


def find_races(
    scene: Scene,
    facts: FactSet,
    domain: Domain,
    patterns: Sequence[AccessPattern],
    choose: ChooseParameters,
    *,
    seed: int,
    seconds: float,
    schedules: int = SCHEDULES,
    counted: RaceCount | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Race]:
    """Races of the patterns that write, on the facts that the scene was staged with.

    One race for two patterns and a code: the simplest of the first two calls that have it. Calls
    that fail alone are left out. The tables are as before when this has ended, or was closed.
    """
    search = _Search(
        scene,
        facts,
        domain,
        choose,
        seed,
        schedules,
        counted or RaceCount(),
        clock,
        clock() + seconds,
    )
    try:
        yield from search.races([p for p in patterns if p.change and not _reads_only(p)])
    finally:
        search.counted.requests += search.tables.requests
        search.tables.go_back()


@dataclass(slots=True)
class _Alone:
    """A call that is right when it is alone, and what it touched."""

    call: PatternCall
    footprint: Footprint


class _Search:
    def __init__(
        self,
        scene: Scene,
        facts: FactSet,
        domain: Domain,
        choose: ChooseParameters,
        seed: int,
        schedules: int,
        counted: RaceCount,
        clock: Callable[[], float],
        over: float,
    ) -> None:
        self._scene = scene
        self._facts = facts
        self._domain = domain
        self._choose = choose
        self._seed = seed
        self._schedules = schedules
        self.counted = counted
        self._clock = clock
        self._over = over
        self.tables = TablesAt(scene.bench)
        self._known: set[tuple[str, str, Code]] = set()

    def races(self, patterns: Sequence[AccessPattern]) -> Iterator[Race]:
        alone: dict[str, list[_Alone]] = {}
        for pattern in patterns:
            alone[pattern.name] = []
            for parameters in list(self._choose(pattern))[:MOST_CALLS]:
                call = PatternCall(pattern, parameters)
                yield from self._alone(call, alone[pattern.name])
                if self._is_over():
                    return
        for first, second in combinations_with_replacement(patterns, 2):
            for one, other in islice(self._pairs(first, second, alone), MOST_PAIRS):
                met = self.counted.met
                met[first.name, second.name] = met.get((first.name, second.name), 0) + 1
                self.counted.pairs += 1
                yield from self._race(one, other)
                if self._is_over():
                    return

    def _alone(self, call: PatternCall, right: list[_Alone]) -> Iterator[Race]:
        """Take a call alone; what its own handlers do to it is a race of one."""
        exploration, orders = self._exploration([call])
        end = next(exploration.ends(), None)
        if end is None or end.outcomes[0].error is not None or orders.difference(end) is not None:
            return
        right.append(_Alone(call, footprint(end, self.tables, self._scene.bench.tables)))
        yield from self._failing(exploration, orders, call, None)

    def _race(self, one: PatternCall, other: PatternCall) -> Iterator[Race]:
        exploration, orders = self._exploration([one, other])
        yield from self._failing(exploration, orders, one, other)

    def _exploration(self, calls: Sequence[PatternCall]) -> tuple[Exploration, SerialOrders]:
        stale = reads_global_index(
            [call.pattern for call in calls], self._scene.definition.stream_handlers
        )
        exploration = Exploration(self._scene.bench, self.tables, calls, stale)
        return exploration, SerialOrders(self._scene, self._domain, self.tables, calls)

    def _failing(
        self,
        exploration: Exploration,
        orders: SerialOrders,
        first: PatternCall,
        second: PatternCall | None,
    ) -> Iterator[Race]:
        for end in islice(exploration.ends(), self._most_schedules(first, second)):
            self.counted.schedules += 1
            difference = orders.difference(end)
            if difference is not None:
                code = self._code(exploration, orders, end, difference)
                if code is not None and self._is_new(first, second, code):
                    yield Race(first, second, end.turns, difference, code)
            if self._is_over():
                return

    def _code(
        self, exploration: Exploration, orders: SerialOrders, end: End, difference: Difference
    ) -> Code | None:
        """The likely cause; None where the same schedule fails without a stale index too.

        Then that one is told instead.
        """
        if end.stale:
            fresh = orders.difference(exploration.follow(end.turns))
            return Code.STALE_INDEX if fresh is None else None
        if difference.code in (Code.KEY_COLLISION, Code.HANDLER_FAILED):
            return difference.code
        if len(end.outcomes) > 1 and one_by_one(end.turns):
            return difference.code
        if orders.one_is_lost(end, difference):
            return Code.LOST_UPDATE
        return Code.RACE

    def _most_schedules(self, first: PatternCall, second: PatternCall | None) -> int:
        names = first.pattern.name, second.pattern.name if second is not None else ""
        known = any(names == (one, other) for one, other, _ in self._known)
        return min(self._schedules, SCHEDULES_AFTER_A_RACE) if known else self._schedules

    def _is_new(self, first: PatternCall, second: PatternCall | None, code: Code) -> bool:
        """Whether these patterns do not have such a race yet, together or one of them alone."""
        one = first.pattern.name
        other = second.pattern.name if second is not None else ""
        if {(one, other, code), (one, "", code), (other, "", code)} & self._known:
            return False
        self._known.add((one, other, code))
        return True

    def _pairs(
        self, first: AccessPattern, second: AccessPattern, alone: dict[str, list[_Alone]]
    ) -> Iterator[tuple[PatternCall, PatternCall]]:
        """Calls that meet: those for the same rows first, then those that write the same item."""
        if first == second:
            for one in alone[first.name][:2]:
                for values in twins(first, one.call.parameters, self._facts, self._seed):
                    yield one.call, PatternCall(first, values)
        meeting = [
            (one, other)
            for number, one in enumerate(alone[first.name])
            for other in alone[second.name][number + 1 if first == second else 0 :]
            if one.footprint.meets(other.footprint)
        ]
        meeting.sort(key=lambda pair: not pair[0].footprint.items & pair[1].footprint.items)
        for one, other in meeting:
            given = one.call.parameters, other.call.parameters
            own = with_own_uuids(second, *given, self._facts, self._seed)
            if own is not None:
                yield one.call, PatternCall(second, own)

    def _is_over(self) -> bool:
        over = self._clock() > self._over
        self.counted.stopped = self.counted.stopped or over
        return over


def _reads_only(pattern: AccessPattern) -> bool:
    return all(is_read(request) for request in pattern.requests)
