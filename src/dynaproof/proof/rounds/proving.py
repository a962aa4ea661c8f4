"""Hard facts in small steps: as far as there is time, and on from there when there is more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.tables import Tables
from dynaproof.facts.database import Facts
from dynaproof.facts.hard.domain import Domain
from dynaproof.facts.hard.fact_set import FactSet, Rows
from dynaproof.facts.hard.scenarios import hard_fact_sets
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.definition import Definition
from dynaproof.proof.load import drop_tables
from dynaproof.proof.rounds.changes import Changes
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.proof.search.prove import domain_facts, with_rows
from dynaproof.proof.search.scene import Scene
from dynaproof.proof.search.search import Search

Step = Counterexample | bool
"""What was found; True after each step, False where it was broken off."""


class Proving:
    """The search of ``prove`` over the saves of one definition; tables are kept while they can be.

    Patterns that a save changed come first, then those that earlier saves left unfinished.
    """

    def __init__(self, endpoint: Endpoint, seed: int, sets: int) -> None:
        self.counterexamples: dict[str, list[Counterexample]] = {}
        self.unstorable: tuple[Counterexample, ...] = ()
        self.fact_sets = 0
        self.changed_tried = False
        """Whether the patterns of the last save were tried on all sets."""
        self._endpoint = endpoint
        self._seed = seed
        self._sets = sets
        self._facts: Facts | None = None
        self._datasets: Rows = {}
        self._created: list[str] = []
        self._scene: Scene | None = None
        self._unfinished: dict[str, None] = {}
        self._steps: Iterator[Step] = iter(())

    def begin(self, definition: Definition, changes: Changes) -> None:
        """Set up what a save changed, and put what is found about it aside."""
        self._steps = iter(())
        self.changed_tried = not changes.patterns
        anew = changes.keys or not self._created or bool(definition.stream_handlers)
        if anew or changes.everything:
            self._leave(empty=not anew)
        fresh = changes.facts or self._facts is None
        if fresh or self._facts is None:
            self._close_facts()
            self._facts = domain_facts(definition)
        if anew:
            # DynamoDB Local 3.3.1 was seen to forget where a stream goes on, once another table
            # was loaded meanwhile: TrimmedDataAccessException. A new table has a new stream.
            self._create(definition)
        domain = with_rows(Domain.of(definition, self._facts), definition)
        if fresh:
            self._datasets = domain.datasets
        domain = replace(domain, datasets=self._datasets)  # the scene holds other rows since
        if self._scene is not None:
            self._scene.ask(definition)
        else:
            self._scene = Scene(definition, self._facts, self._endpoint)
        if changes.everything:
            self.unstorable = ()
        patterns = definition.access_patterns
        self.counterexamples = {
            one.name: self.counterexamples[one.name]
            for one in patterns
            if one.name in self.counterexamples and one.name not in changes.patterns
        }
        changed = [one for one in patterns if one.name in changes.patterns]
        later = [
            one
            for one in patterns
            if one.name in self._unfinished and one.name not in changes.patterns
        ]
        self._unfinished = dict.fromkeys(one.name for one in (*changed, *later))
        self.fact_sets = 0
        search = Search(self._scene, domain, seed=self._seed, patterns=patterns)
        self._steps = self._search(search, domain, changed, later)

    def go_on(self, enough: Callable[[], bool]) -> Iterator[Step]:
        """Take steps until there is enough of it, or no further one."""
        while not enough():
            try:
                step = next(self._steps)
            except StopIteration:
                return
            if not isinstance(step, Counterexample) or self._note(step):
                yield step
        yield False

    def close(self) -> None:
        """Close facts and connection; the tables are left."""
        self._steps = iter(())
        if self._scene is not None:
            self._scene.close()
            self._scene = None
        self._close_facts()

    def _search(
        self,
        search: Search,
        domain: Domain,
        changed: Sequence[AccessPattern],
        later: Sequence[AccessPattern],
    ) -> Iterator[Step]:
        for patterns in (changed, later):
            if not patterns:
                continue
            for facts in islice(hard_fact_sets(domain, self._seed), self._sets):
                yield from self._try(search, facts, patterns)
                self.fact_sets += patterns is changed
            for pattern in patterns:
                self._unfinished.pop(pattern.name, None)
            self.changed_tried = True

    def _try(
        self, search: Search, facts: FactSet, patterns: Sequence[AccessPattern]
    ) -> Iterator[Step]:
        for pattern in patterns:
            search.patterns = (pattern,)  # one at a time: between two of them there may be a save
            yield from search.try_facts(facts)
            yield True

    def _note(self, found: Counterexample) -> bool:
        """Keep what was found; whether it was not known before."""
        if found.pattern is None:
            known = self.unstorable
            self.unstorable += (found,) if (new := _is_new(found, known)) else ()
            return new
        of_pattern = self.counterexamples.setdefault(found.pattern.name, [])
        if new := _is_new(found, of_pattern):
            of_pattern.append(found)
        return new

    def _leave(self, *, empty: bool) -> None:
        """Close the scene; leave empty tables behind where the next one is to use them."""
        if self._scene is None:
            return
        scene, self._scene = self._scene, None
        try:
            if empty:
                scene.store({})
        finally:
            scene.close()

    def _create(self, definition: Definition) -> None:
        created, self._created = self._created, []
        drop_tables(self._endpoint, created)
        with Tables(self._endpoint) as tables:
            for table in definition.tables:
                place = definition.source.key("tables", table.name)
                self._created.append(tables.create(table, protect=False, expire=False, place=place))

    def _close_facts(self) -> None:
        if self._facts is not None:
            self._facts.close()
            self._facts = None


def _is_new(found: Counterexample, known: Sequence[Counterexample]) -> bool:
    """A search that begins again finds the same again."""
    told = (found.code, found.difference.summary, found.because)
    return all((one.code, one.difference.summary, one.because) != told for one in known)
