"""``prove``: tables made, hard facts tried on them until one fails, tables dropped again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from dynaproof.dynamodb.connection import ServiceError
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.tables import Tables
from dynaproof.facts.database import Facts
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.facts.hard.scenarios import ABSENT, FEW, SINGLE, hard_fact_sets
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.definition import Definition
from dynaproof.model.entity import Entity
from dynaproof.proof.events import (
    CounterexampleFound,
    Listener,
    RaceFound,
    StageAdvanced,
    StageStarted,
    no_listener,
)
from dynaproof.proof.load import drop_tables, service_fault
from dynaproof.proof.races.finding import RaceCount, find_races
from dynaproof.proof.races.race import Race
from dynaproof.proof.search.case_file import Cases, read_cases, try_case
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.proof.search.parameter_choice import hard_parameter_sets
from dynaproof.proof.search.result import ProveResult
from dynaproof.proof.search.scene import Scene
from dynaproof.proof.search.search import Search

DEFAULT_SETS = 40
DEFAULT_SECONDS = 45.0
FACTS_FOR_RACES = (SINGLE, FEW, ABSENT)
"""The first set of facts of each of these kinds is one on which calls are raced."""
SHARE_FOR_RACES = 0.4
"""Of the time, at most, for races."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search: so many sets of facts, and so many seconds at most.

    The sets decide what is found; where the time is over before, the result says so.
    """

    sets: int = DEFAULT_SETS
    seconds: float = DEFAULT_SECONDS


def prove(
    definition: Definition,
    endpoint: Endpoint,
    *,
    seed: int,
    server: str,
    effort: Effort,
    only: Sequence[str] = (),
    listen: Listener = no_listener,
) -> ProveResult:
    """Look for facts on which an access pattern, or the tables, are wrong.

    Makes the tables, under the endpoint's prefix, and drops them again. Raises InputError and
    EnvironmentFault.
    """
    patterns = [p for p in definition.access_patterns if not only or p.name in only]
    created: list[str] = []
    with domain_facts(definition) as facts:
        domain = with_rows(Domain.of(definition, facts), definition)
        try:
            with Tables(endpoint) as tables:
                for table in definition.tables:
                    place = definition.source.key("tables", table.name)
                    created.append(tables.create(table, protect=False, expire=False, place=place))
            listen(StageStarted("proof"))
            with Scene(definition, facts, endpoint) as scene:
                proving = _Proving(scene, domain, seed, patterns, effort, listen)
                return proving.result(server)
        except ServiceError as error:
            raise service_fault(endpoint, error) from error
        finally:
            drop_tables(endpoint, created)


class _Proving:
    """Saved cases, then races, then the search; one after the other on one scene."""

    def __init__(
        self,
        scene: Scene,
        domain: Domain,
        seed: int,
        patterns: Sequence[AccessPattern],
        effort: Effort,
        listen: Listener,
    ) -> None:
        self._scene = scene
        self._domain = domain
        self._seed = seed
        self._patterns = patterns
        self._effort = effort
        self._listen = listen
        self._counterexamples: list[Counterexample] = []
        self._races: list[Race] = []
        self._raced = RaceCount()

    def result(self, server: str) -> ProveResult:
        """Do all of it."""
        began = time.monotonic()
        search = Search(
            self._scene,
            self._domain,
            seed=self._seed,
            patterns=self._patterns,
            listen=self._listen,
        )
        cases = self._cases()
        self._race()
        left = self._effort.seconds - (time.monotonic() - began)
        for one in search.counterexamples(self._effort.sets, left):
            self._add(one)
        return ProveResult(
            self._scene.definition,
            self._seed,
            server,
            tuple(self._counterexamples),
            tuple(race for race in self._races if not self._told_alone(race)),
            search.searched,
            self._raced,
            cases,
            tuple(pattern.name for pattern in self._patterns),
        )

    def _cases(self) -> Cases:
        """Counterexamples that were saved: they must not come back."""
        cases = read_cases(self._scene.definition, self._scene.facts, self._domain)
        for case in cases.cases:
            if case.pattern is None or case.pattern in self._patterns:
                found = try_case(self._scene, case)
                if found is not None:
                    self._add(replace(found, case=case.file))
        return cases

    def _race(self) -> None:
        """Calls at once, on the first facts that can be stored."""
        seconds = self._effort.seconds * SHARE_FOR_RACES
        for facts in self._facts_for_races():
            expected = self._scene.stage(facts)
            if expected.collisions or expected.faults:
                continue
            self._listen(StageAdvanced("races", facts.hazard, self._raced.pairs))
            for race in find_races(
                self._scene,
                facts,
                self._domain,
                self._patterns,
                lambda pattern, facts=facts: hard_parameter_sets(  # type: ignore[misc]  # mypy cannot infer a default
                    pattern, self._scene.facts, facts, self._seed
                ),
                seed=self._seed,
                seconds=seconds / len(FACTS_FOR_RACES),
                counted=self._raced,
            ):
                if all(_other(race, known) for known in self._races):
                    found = replace(race, facts=facts)
                    self._races.append(found)
                    self._listen(RaceFound(found))

    def _told_alone(self, race: Race) -> bool:
        """Whether calls that do not even overlap go wrong as one of them does on its own."""
        return race.one_by_one and any(
            one.pattern in [call.pattern for call in race.calls]
            and one.difference.code is race.difference.code
            for one in self._counterexamples
        )

    def _facts_for_races(self) -> Iterator[FactSet]:
        left = list(FACTS_FOR_RACES)
        for facts in islice(hard_fact_sets(self._domain, self._seed), self._effort.sets):
            if facts.hazard in left:
                left.remove(facts.hazard)
                yield facts
            if not left:
                return

    def _add(self, one: Counterexample) -> None:
        if all(_other_call(one, known) for known in self._counterexamples):
            self._counterexamples.append(one)
            self._listen(CounterexampleFound(one))


def _other(race: Race, known: Race) -> bool:
    return (race.code, _names(race)) != (known.code, _names(known))


def _names(race: Race) -> list[str]:
    return sorted(call.pattern.name for call in race.calls)


def _other_call(one: Counterexample, known: Counterexample) -> bool:
    """Whether two counterexamples tell of different things."""
    return (one.code, one.pattern, one.difference.code) != (
        known.code,
        known.pattern,
        known.difference.code,
    )


def domain_facts(definition: Definition) -> Facts:
    """The entities' tables with the rows of datasets, and none that would be generated."""
    return Facts.generate(
        [_without_rows(entity) for entity in definition.entities],
        seed=0,
        folder=definition.folder,
        places=definition.source,
    )


def with_rows(domain: Domain, definition: Definition) -> Domain:
    """The domain with as many rows as the definition says that there may be."""
    rows = {entity.name: entity.rows for entity in definition.entities}
    return replace(
        domain, entities=tuple(replace(one, rows=rows[one.name]) for one in domain.entities)
    )


def _without_rows(entity: Entity) -> Entity:
    return entity if entity.rows is None else replace(entity, rows=0)
