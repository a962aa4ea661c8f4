"""The calls of an access pattern, over several connections, each on the same starting data."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from dynaproof.dynamodb.bulk_load import CONNECTIONS
from dynaproof.dynamodb.connection import Connection
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import connect
from dynaproof.model.access_pattern import AccessPattern, Request
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.proof.attempt import Attempt, Bench
from dynaproof.proof.comparison import Comparison
from dynaproof.proof.differing_calls import differing_calls
from dynaproof.proof.drive import Driven
from dynaproof.proof.execute import is_read
from dynaproof.proof.expectations import (
    broken_expectations,
    fails_as_expected,
    is_wrong_request,
    refusal,
)
from dynaproof.proof.flow import FlowMaker
from dynaproof.proof.parameters import ParameterSet, parameter_sets
from dynaproof.proof.predict import CallPredictor
from dynaproof.proof.predicted_calls import unexplained_differences, with_prediction
from dynaproof.proof.prepared import Prepared
from dynaproof.proof.restore import Item, Key, checked_items, read_items, written_items
from dynaproof.proof.results import Call, PatternResult
from dynaproof.proof.step_calls import one_call
from dynaproof.proof.streams.delivery import HandlersAtWork


class PatternRunner:
    """Runs calls over several connections; one for each worker thread."""

    def __init__(
        self,
        prepared: Prepared,
        endpoint: Endpoint,
        threads: int = CONNECTIONS,
        server: str = "",
    ) -> None:
        self.prepared = prepared
        self.endpoint = endpoint
        self.server = server
        self.prefix = endpoint.table_prefix
        self.tables = {self.prefix + table.name: table for table in prepared.definition.tables}
        self.flows = FlowMaker(prepared.definition, endpoint.table_prefix)
        self.predictor = CallPredictor(prepared, endpoint.table_prefix)
        self.local = threading.local()
        self.handlers: HandlersAtWork | None = None
        self.comparison = Comparison(
            prepared.definition, prepared.facts.connection, self.stored, table_prefix=self.prefix
        )
        self.connections: list[Connection] = []
        self.pool = ThreadPoolExecutor(threads)

    def __enter__(self) -> PatternRunner:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(cancel_futures=True)
        self.comparison.close()
        for connection in self.connections:
            connection.close()

    def run(self, pattern: AccessPattern) -> PatternResult:
        prepared = self.prepared
        try:
            sets = parameter_sets(
                pattern, prepared.definition, prepared.facts, prepared.items, prepared.seed
            )
        except InputError as error:
            return PatternResult(pattern, refused=error.diagnostics)
        attempts = self.attempts(pattern, sets)
        refused = [
            self.at_pattern(pattern, found) for attempt in attempts for found in attempt.refused
        ]
        done: list[Call] = []
        for one in attempts:
            if one.driven is None:
                continue
            call = self.call(pattern, one.parameters, one.driven)
            if not is_wrong_request(call):
                try:
                    compared = self.comparison.of(pattern, one)
                except InputError as error:
                    refused += error.diagnostics
                else:
                    call = replace(call, compared=compared.compared, difference=compared.difference)
            done.append(call)
        refused += [
            refusal(pattern, call, prepared.definition)
            for call in done
            if is_wrong_request(call) and not fails_as_expected(pattern, call)
        ]
        return PatternResult(
            pattern,
            tuple(done),
            tuple(
                broken
                for call in done
                for broken in broken_expectations(pattern, call, self.prepared.definition)
            ),
            tuple({(one.code, one.message): one for one in reversed(refused)}.values())[::-1],
            differing=differing_calls(pattern, done, prepared.definition),
            unexplained=unexplained_differences(pattern, done, prepared.definition),
        )

    def attempts(self, pattern: AccessPattern, sets: Sequence[ParameterSet]) -> list[Attempt]:
        """Make the calls, side by side where they cannot meet one another."""
        if all(is_read(request) for request in pattern.requests):
            return list(self.pool.map(lambda one: self.attempt(pattern, one), sets))
        if pattern.request is None or self.prepared.definition.stream_handlers:
            bench = self.with_handlers()
            return [bench.attempt(pattern, one) for one in sets]
        return self.writes(pattern, pattern.request, sets)

    def writes(
        self, pattern: AccessPattern, request: Request, sets: Sequence[ParameterSet]
    ) -> list[Attempt]:
        """Make writes and undo each; side by side as long as they touch different items."""
        made: list[Attempt] = []
        wave: list[ParameterSet] = []
        taken: set[Key] = set()

        def flush() -> None:
            made.extend(self.pool.map(lambda one: self.attempt(pattern, one), wave))
            wave.clear()
            taken.clear()

        for one in sets:
            touched = self.touched(pattern, request, one)
            if touched is None or taken & touched:
                flush()
            wave.append(one)
            if touched is None:
                flush()
            else:
                taken.update(touched)
        flush()
        return made

    def touched(
        self, pattern: AccessPattern, request: Request, parameters: ParameterSet
    ) -> set[Key] | None:
        """The items that a request writes or checks; None when that cannot be known."""
        path = ("access_patterns", pattern.name)
        try:
            arguments = self.flows.ready(request, parameters.values, path)
        except InputError:  # told when the call is attempted
            return set()
        keys = written_items(request.operation, arguments, self.tables)
        if keys is None:
            return None
        return {*keys, *checked_items(request.operation, arguments, self.tables)}

    def attempt(self, pattern: AccessPattern, parameters: ParameterSet) -> Attempt:
        """Make one call, and undo what it wrote."""
        return self.bench().attempt(pattern, parameters)

    def bench(self) -> Bench:
        """The tables, with a connection of this thread."""
        found: Bench | None = getattr(self.local, "bench", None)
        if found is None:
            connection = connect(self.endpoint)
            self.connections.append(connection)
            found = Bench(connection, self.tables, self.flows)
            self.local.bench = found
        return found

    def stored(self, keys: Sequence[Key]) -> Mapping[Key, Item | None]:
        """Items as they are, which between two calls is as they were loaded."""
        return read_items(self.bench().connection, keys)

    def with_handlers(self) -> Bench:
        """The same with the stream handlers, for one call after the other."""
        definition = self.prepared.definition
        bench = self.bench()
        if self.handlers is None and definition.stream_handlers:
            self.handlers = HandlersAtWork(definition, bench.connection, self.prefix)
        return replace(bench, handlers=self.handlers)

    def call(self, pattern: AccessPattern, parameters: ParameterSet, driven: Driven) -> Call:
        """What came out, with what the service would charge."""
        calls = [
            (
                made.ask.operation,
                with_prediction(
                    self.predictor, made.ask.operation, made.answered, self.server, made.met
                ),
            )
            for made in driven.made
        ]
        if pattern.request is not None:
            return calls[0][1]
        return one_call(parameters, calls, driven.outcome)

    def at_pattern(self, pattern: AccessPattern, found: Diagnostic) -> Diagnostic:
        place = self.prepared.definition.source.key("access_patterns", pattern.name)
        return Diagnostic(found.code, f"'{pattern.name}': {found.message}", place, found.hint)
