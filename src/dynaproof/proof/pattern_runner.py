"""The calls of an access pattern, over several connections, each on the same starting data."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from dynaproof.dynamodb.bulk_load import CONNECTIONS
from dynaproof.dynamodb.connection import Connection
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import connect
from dynaproof.model.access_pattern import AccessPattern, Request
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.proof.execute import Answered, execute, is_read, ready_request
from dynaproof.proof.expectations import (
    broken_expectations,
    fails_as_expected,
    is_wrong_request,
    refusal,
)
from dynaproof.proof.parameters import ParameterSet, parameter_sets
from dynaproof.proof.predict import CallPredictor
from dynaproof.proof.predicted_calls import unexplained_differences, with_prediction
from dynaproof.proof.prepared import Prepared
from dynaproof.proof.restore import (
    Key,
    checked_items,
    put_back,
    read_items,
    scan_items,
    written_items,
)
from dynaproof.proof.results import PatternResult

STEPS_NOT_RUN = "a chain of steps is read and kept, and not run yet"


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
        self.own = [table.name for table in prepared.definition.tables]
        self.predictor = CallPredictor(prepared, endpoint.table_prefix)
        self.local = threading.local()
        self.connections: list[Connection] = []
        self.pool = ThreadPoolExecutor(threads)

    def __enter__(self) -> PatternRunner:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(cancel_futures=True)
        for connection in self.connections:
            connection.close()

    def connection(self) -> Connection:
        found: Connection | None = getattr(self.local, "connection", None)
        if found is None:
            found = connect(self.endpoint)
            self.local.connection = found
            self.connections.append(found)
        return found

    def run(self, pattern: AccessPattern) -> PatternResult:
        request = pattern.request
        if request is None:
            return PatternResult(pattern, not_run=STEPS_NOT_RUN)
        prepared = self.prepared
        try:
            sets = parameter_sets(
                pattern, prepared.definition, prepared.facts, prepared.items, prepared.seed
            )
        except InputError as error:
            return PatternResult(pattern, refused=error.diagnostics)
        calls: list[tuple[ParameterSet, dict[str, object]]] = []
        refused: list[Diagnostic] = []
        for one in sets:
            try:
                calls.append((one, ready_request(request, one.values, self.own, self.prefix)))
            except InputError as error:
                refused += [self.at_pattern(pattern, found) for found in error.diagnostics]
        if is_read(request):
            made = list(self.pool.map(lambda call: self.read(request, *call), calls))
        else:
            made = self.write_all(request, calls)
        done = [
            with_prediction(self.predictor, request.operation, answered, self.server)
            for answered in made
        ]
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
            unexplained=unexplained_differences(pattern, done, prepared.definition),
        )

    def read(
        self, request: Request, parameters: ParameterSet, arguments: Mapping[str, object]
    ) -> Answered:
        return execute(self.connection(), request.operation, arguments, parameters, read=True)

    def write_all(
        self, request: Request, calls: Sequence[tuple[ParameterSet, dict[str, object]]]
    ) -> list[Answered]:
        """Make writes and undo each; side by side as long as they touch different items."""
        made: list[Answered] = []
        wave: list[tuple[ParameterSet, dict[str, object], list[Key] | None]] = []
        taken: set[Key] = set()

        def flush() -> None:
            made.extend(self.pool.map(lambda call: self.write(request, *call), wave))
            wave.clear()
            taken.clear()

        for parameters, arguments in calls:
            keys = written_items(request.operation, arguments, self.tables)
            touched = {*(keys or ()), *checked_items(request.operation, arguments, self.tables)}
            if keys is None or taken & touched:
                flush()
            wave.append((parameters, arguments, keys))
            if keys is None:
                flush()
            else:
                taken.update(touched)
        flush()
        return made

    def write(
        self,
        request: Request,
        parameters: ParameterSet,
        arguments: Mapping[str, object],
        keys: Sequence[Key] | None,
    ) -> Answered:
        connection = self.connection()

        def contents() -> Mapping[Key, Mapping[str, object] | None]:
            if keys is None:  # PartiQL does not tell what it wrote
                return scan_items(connection, self.tables)
            return read_items(connection, keys)

        before = contents()
        try:
            return execute(connection, request.operation, arguments, parameters, read=False)
        finally:
            put_back(connection, before, contents())

    def at_pattern(self, pattern: AccessPattern, found: Diagnostic) -> Diagnostic:
        place = self.prepared.definition.source.key("access_patterns", pattern.name)
        return Diagnostic(found.code, f"'{pattern.name}': {found.message}", place, found.hint)
