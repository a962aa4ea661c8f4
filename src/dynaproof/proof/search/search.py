"""The search for counterexamples: hard facts, every pattern on them, and what fails made small."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.facts.hard.scenarios import hard_fact_sets
from dynaproof.facts.hard.shrinking import shrink_candidates
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.proof.differences import Difference
from dynaproof.proof.events import Listener, StageAdvanced, no_listener
from dynaproof.proof.execute import is_read
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.search.cause import likely_cause
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.proof.search.parameter_choice import can_be_drawn, hard_parameter_sets
from dynaproof.proof.search.scene import Scene, Tried
from dynaproof.proof.search.shrinking import shrink
from dynaproof.proof.search.unstorable import because_unstorable, unstorable
from dynaproof.proof.streams.deliveries import BROKEN_OFF, IN_ORDER, OTHER_WAYS, Way

SETS_FOR_WAYS = 1
"""Parameter sets of a pattern whose records are delivered in every way."""
MOST_OF_PATTERN = 3
"""Counterexamples of one pattern; more would not tell more."""


@dataclass(slots=True)
class Searched:
    """What a search did: how many sets of facts, how many calls, and patterns never called."""

    fact_sets: int = 0
    calls: int = 0
    compared: dict[str, int] = field(default_factory=dict)
    """Calls of each pattern that were compared."""
    stopped: bool = False
    """Whether the time was over before all sets of facts were tried."""
    refused: list[Diagnostic] = field(default_factory=list)
    """Requests and SQL that fail on hard facts."""


class Search:
    """Tries sets of facts on a scene; each counterexample is given when it is found and small."""

    def __init__(
        self,
        scene: Scene,
        domain: Domain,
        *,
        seed: int,
        patterns: Sequence[AccessPattern],
        listen: Listener = no_listener,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.scene = scene
        self.domain = domain
        self.seed = seed
        self.patterns = patterns
        self.searched = Searched()
        self._listen = listen
        self._clock = clock
        self._known: dict[tuple[str, Code], set[str]] = {}
        self._causes: dict[str, list[Code]] = {}
        self._because: dict[str, list[str]] = {pattern.name: [] for pattern in patterns}

    def counterexamples(self, sets: int, seconds: float) -> Iterator[Counterexample]:
        """Try so many sets of facts, for so long at most."""
        over = self._clock() + seconds
        for number, facts in enumerate(islice(hard_fact_sets(self.domain, self.seed), sets)):
            if self._clock() > over:
                self.searched.stopped = True
                return
            self._listen(StageAdvanced("proof", facts.hazard, number, sets))
            self.searched.fact_sets += 1
            yield from self.try_facts(facts)

    def try_facts(self, facts: FactSet) -> Iterator[Counterexample]:
        """Everything that fails on one set of facts."""
        expected = self.scene.stage(facts)
        unstored = unstorable(expected, self.scene)
        if unstored is not None:
            identity, difference = unstored
            if self._is_new(identity, difference.code, facts.hazard):
                yield self._small_facts(facts, identity, difference)
            return
        for pattern in self.patterns:
            staged = True
            for tried in self._calls(pattern, facts):
                wrong = tried.compared.difference
                if wrong is None or not self._worth(pattern, wrong, facts.hazard):
                    continue
                found = self._small_call(facts, tried, wrong)
                staged = False
                if found is not None:
                    yield found
                break
            if not staged:
                self.scene.stage(facts)

    def _calls(self, pattern: AccessPattern, facts: FactSet) -> Iterator[Tried]:
        if len(self._causes.get(pattern.name, ())) >= MOST_OF_PATTERN:
            return
        chosen = hard_parameter_sets(pattern, self.scene.facts, facts, self.seed)
        for number, parameters in enumerate(chosen):
            for way in self._ways(pattern) if number < SETS_FOR_WAYS else (IN_ORDER,):
                tried = self._attempt(pattern, parameters, way)
                if tried is not None:
                    yield tried
                    if tried.compared.difference is not None:
                        break  # what fails in order fails in other ways too

    def _ways(self, pattern: AccessPattern) -> Sequence[Way]:
        if self.scene.bench.handlers is None or all(map(is_read, pattern.requests)):
            return (IN_ORDER,)
        ways = [way for way in OTHER_WAYS if way.moment != "after further writes"]
        return (IN_ORDER, *ways, BROKEN_OFF)

    def _attempt(self, pattern: AccessPattern, parameters: ParameterSet, way: Way) -> Tried | None:
        self.searched.calls += 1
        try:
            tried = self.scene.attempt(pattern, parameters, way)
        except InputError as error:
            self._refused(error.diagnostics)
            return None
        # A call that lacks a value is none that anybody makes.
        if None not in parameters.values.values():
            self._refused(tried.attempt.refused)
        if tried.compared.compared:
            counted = self.searched.compared
            counted[pattern.name] = counted.get(pattern.name, 0) + 1
        return tried

    def _refused(self, found: Sequence[Diagnostic]) -> None:
        known = self.searched.refused
        known += [one for one in found if one not in known]

    def _is_new(self, identity: str, code: Code, hazard: str) -> bool:
        known = self._known.setdefault((identity, code), set())
        new = not known
        known.add(hazard)
        return new

    def _worth(self, pattern: AccessPattern, difference: Difference, hazard: str) -> bool:
        """Whether a failure may tell something new: another hazard, or another kind of fault."""
        known = self._known.setdefault((pattern.name, difference.code), set())
        if hazard in known or len(known) >= MOST_OF_PATTERN:
            return False
        known.add(hazard)
        return True

    def _small_facts(self, facts: FactSet, identity: str, difference: Difference) -> Counterexample:
        def fails(candidate: FactSet) -> Difference | None:
            found = unstorable(self.scene.imply(candidate), self.scene)
            return found[1] if found is not None and found[0] == identity else None

        small, difference = shrink(facts, difference, self._smaller, fails)
        because = because_unstorable(self.scene, small)
        return Counterexample(small, difference, None, difference.code, because, facts.size)

    def _small_call(
        self, facts: FactSet, tried: Tried, difference: Difference
    ) -> Counterexample | None:
        """The failing call on few facts; None where its cause is known of this pattern already."""
        pattern, code = tried.pattern, difference.code

        def fails(candidate: FactSet) -> Tried | None:
            expected = self.scene.stage(candidate)
            if unstorable(expected, self.scene) is not None:
                return None
            given = tried.attempt.parameters
            sets = [given] if can_be_drawn(pattern, self.scene.facts, given) else []
            sets += hard_parameter_sets(pattern, self.scene.facts, candidate, self.seed)
            for parameters in sets:
                found = self._attempt(pattern, parameters, tried.way)
                if found is not None and _fails_with(found, code):
                    return found
            return None

        small, least = shrink(facts, tried, self._smaller, fails)
        self.scene.stage(small)
        shown = least.compared.difference or difference
        cause, because = likely_cause(self.scene, least, shown)
        causes = self._causes.setdefault(pattern.name, [])
        if cause in causes or because in self._because[pattern.name]:
            return None
        causes.append(cause)
        self._because[pattern.name] += [because] if because else []
        asked = self.scene.asked(least)
        return Counterexample(small, shown, least, cause, because, facts.size, asked)

    def _smaller(self, facts: FactSet) -> Iterator[FactSet]:
        return shrink_candidates(facts, self.domain)


def _fails_with(tried: Tried, code: Code) -> bool:
    difference = tried.compared.difference
    return difference is not None and difference.code is code
