"""Facts, tables and verdicts kept warm: each save makes anew what it changed, and no more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import TracebackType

from dynaproof.dynamodb.bulk_load import CONNECTIONS
from dynaproof.dynamodb.connection import ServiceError
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.proof.events import (
    CounterexampleFound,
    HardFactsTried,
    Listener,
    PatternFinished,
    no_listener,
)
from dynaproof.proof.load import drop_tables, load_tables, service_fault
from dynaproof.proof.pattern_runner import PatternRunner
from dynaproof.proof.prepared import Prepared, prepare_items
from dynaproof.proof.results import PatternResult
from dynaproof.proof.rounds.changes import Changes, what_changed
from dynaproof.proof.rounds.proving import Proving
from dynaproof.proof.rounds.round import Round, Standing
from dynaproof.proof.search.counterexample import Counterexample

DEFAULT_SECONDS = 0.5
"""For hard facts, after which a save is answered; patterns are run besides."""
DEFAULT_SETS = 40
"""Sets of hard facts that are tried while nothing is saved."""


def _never() -> bool:
    return False


class RoundBench:
    """One definition at an endpoint, over many saves. Close it, or use it as a context manager.

    Nothing else may use the endpoint's prefix. After an error the last good verdicts stand, and
    what the failed save changed is done with the next one.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        server: str,
        seed: int,
        sets: int = DEFAULT_SETS,
        seconds: float = DEFAULT_SECONDS,
        listen: Listener = no_listener,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._server = server
        self._seed = seed
        self._seconds = seconds
        self._listen = listen
        self._clock = clock
        self._proving = Proving(
            replace(endpoint, table_prefix=f"{endpoint.table_prefix}prove-"), seed, sets
        )
        self._prepared: Prepared | None = None
        self._loaded: list[str] = []
        self._seen: Definition | None = None
        self._due = Changes()
        self._standing: dict[str, Standing] = {}
        self._results: dict[str, PatternResult] = {}
        self._checked: tuple[Diagnostic, ...] = ()

    def turn(
        self,
        definition: Definition,
        checked: tuple[Diagnostic, ...] = (),
        *,
        datasets: bool = False,
        saved_again: Callable[[], bool] = _never,
        since: float | None = None,
        number: int = 1,
    ) -> Round:
        """Prove and run what a save changed.

        Where tables have to be loaded, hard facts come before it, as they are few; else after the
        run, which is short then. ``saved_again`` ends them early; ``since`` is the instant of the
        save. Raises InputError and EnvironmentFault.
        """
        since = self._clock() if since is None else since
        changes = _together(self._due, what_changed(self._seen, definition, datasets=datasets))
        changes = replace(
            changes,
            patterns=tuple(
                p.name for p in definition.access_patterns if p.name in changes.patterns
            ),
        )
        self._seen, self._due = definition, changes
        before = dict(self._standing)  # counterexamples change it while it is proved
        try:
            if changes.everything or self._prepared is None:
                fact_sets = self._try_hard_facts(definition, changes, saved_again, since)
                self._load(definition)
                self._run(definition, changes.patterns)
            else:
                self._run(definition, changes.patterns)
                fact_sets = self._try_hard_facts(definition, changes, saved_again, since)
        except ServiceError as error:
            raise service_fault(self._endpoint, error) from error
        self._due = Changes()
        self._standing = self._stand(definition)
        stopped = not self._proving.changed_tried
        checked_before, self._checked = self._checked, checked
        return Round(
            number,
            definition,
            changes,
            dict(self._standing),
            before,
            checked,
            checked_before,
            self._proving.unstorable,
            fact_sets,
            stopped,
            self._clock() - since,
        )

    def go_on(self, saved_again: Callable[[], bool]) -> Iterator[Counterexample]:
        """Try further sets of hard facts until something is saved; gives what is found."""
        try:
            for one in self._proving.go_on(saved_again):
                if isinstance(one, Counterexample):
                    self._take(one)
                    yield one
        except ServiceError as error:
            raise service_fault(self._endpoint, error) from error

    @property
    def proved_sets(self) -> int:
        """Sets of hard facts that all due patterns have been tried on."""
        return self._proving.fact_sets

    def close(self) -> None:
        """Close facts and connections. The tables are left: the server ends with its owner."""
        self._proving.close()
        if self._prepared is not None:
            self._prepared.facts.close()
            self._prepared = None

    def __enter__(self) -> RoundBench:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _try_hard_facts(
        self,
        definition: Definition,
        changes: Changes,
        saved_again: Callable[[], bool],
        since: float,
    ) -> int:
        """Until the time is over, but with one set at least if that takes not much longer.

        Gives the number of sets that every changed pattern was tried on.
        """
        proving = self._proving
        proving.begin(definition, changes)
        over = self._clock() + self._seconds

        def enough() -> bool:
            late = self._clock() - over
            tried = proving.fact_sets > 0 or late > self._seconds / 2
            return proving.changed_tried or saved_again() or (late > 0 and tried)

        for one in proving.go_on(enough):
            if isinstance(one, Counterexample):
                self._take(one)
        if changes.patterns:
            seconds = self._clock() - since
            self._listen(HardFactsTried(len(changes.patterns), proving.fact_sets, seconds))
        return proving.fact_sets

    def _take(self, one: Counterexample) -> None:
        self._listen(CounterexampleFound(one))
        if one.pattern is not None and one.pattern.name in self._standing:
            found = tuple(self._proving.counterexamples[one.pattern.name])
            standing = self._standing[one.pattern.name]
            self._standing[one.pattern.name] = replace(standing, counterexamples=found)

    def _load(self, definition: Definition) -> None:
        """Facts and items anew, and the tables with them."""
        prepared = prepare_items(definition, self._seed, self._listen)
        if self._prepared is not None:
            self._prepared.facts.close()
            self._prepared = None
        try:
            loaded, self._loaded = self._loaded, []
            drop_tables(self._endpoint, loaded)
            self._loaded = load_tables(prepared, self._endpoint, self._listen)
        except BaseException:
            prepared.facts.close()
            raise
        self._prepared = prepared

    def _run(self, definition: Definition, names: Sequence[str]) -> None:
        if self._prepared is None:
            raise RuntimeError("tables are loaded before patterns are run")
        prepared = replace(self._prepared, definition=definition)
        if not names:
            return
        with PatternRunner(prepared, self._endpoint, CONNECTIONS, self._server) as runner:
            for pattern in definition.access_patterns:
                if pattern.name in names:
                    self._results[pattern.name] = runner.run(pattern)
                    self._listen(PatternFinished(self._results[pattern.name]))

    def _stand(self, definition: Definition) -> dict[str, Standing]:
        """How all patterns of the definition stand."""
        found = self._proving.counterexamples
        return {
            one.name: Standing(self._results.get(one.name), tuple(found.get(one.name, ())))
            for one in definition.access_patterns
        }


def _together(one: Changes, other: Changes) -> Changes:
    """What is still due, and what came to it."""
    return Changes(
        one.facts or other.facts,
        one.items or other.items,
        one.keys or other.keys,
        tuple(dict.fromkeys([*one.patterns, *other.patterns])),
        tuple(dict.fromkeys([*one.gone, *other.gone])),
    )
