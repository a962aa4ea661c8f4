"""The main job: facts, items, tables, access patterns, measures."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from dynaproof.dynamodb.bulk_load import CONNECTIONS, load_items
from dynaproof.dynamodb.connection import Connection, ServiceError
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import connect
from dynaproof.dynamodb.tables import Tables
from dynaproof.facts.database import Facts
from dynaproof.items.stored import TableItems, make_items, prepare
from dynaproof.model.access_pattern import AccessPattern, Request
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, InputError
from dynaproof.model.operations import written_keys
from dynaproof.proof.collections import collection_sizes, size_histogram
from dynaproof.proof.events import (
    Listener,
    PatternFinished,
    StageAdvanced,
    StageStarted,
    TableLoaded,
    no_listener,
)
from dynaproof.proof.execute import Answered, execute, fill_request, is_read
from dynaproof.proof.expectations import WRONG_REQUEST, broken_expectations, fails_as_expected
from dynaproof.proof.parameters import ParameterSet, parameter_sets
from dynaproof.proof.restore import Key, item_key, put_back, read_items, scan_items
from dynaproof.proof.results import Call, PatternResult, RunResult, TableResult

FETCHED_ITEMS = 5_000
"""Items taken from DuckDB at a time."""
STEPS_NOT_RUN = "a chain of steps is read and kept, and not run yet"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Facts and items of a definition, ready to be loaded."""

    definition: Definition
    seed: int
    facts: Facts
    items: Mapping[str, TableItems]

    def table_result(self, name: str) -> TableResult:
        """Sizes and item collections of a table."""
        items = self.items[name]
        return TableResult(
            items.table, tuple(items.sizes()), collection_sizes(items), size_histogram(items)
        )


def prepare_items(definition: Definition, seed: int, listen: Listener = no_listener) -> Prepared:
    """Generate the facts and make the items; raises InputError. The caller closes the facts."""
    listen(StageStarted("facts"))
    totals = {entity.name: entity.rows for entity in definition.entities}

    def progress(entity: str, rows: int) -> None:
        listen(StageAdvanced("facts", entity, rows, totals.get(entity)))

    facts = Facts.generate(
        definition.entities,
        seed=seed,
        folder=definition.folder,
        places=definition.source,
        progress=progress,
    )
    try:
        listen(StageStarted("items"))
        prepare(facts.connection)
        items: dict[str, TableItems] = {}
        faults: list[Diagnostic] = []
        for position, table in enumerate(definition.tables):
            listen(StageAdvanced("items", table.name, position, len(definition.tables)))
            try:
                items[table.name] = make_items(facts.connection, definition, table)
            except InputError as error:
                faults.extend(error.diagnostics)
        if faults:
            raise InputError(*faults)
    except BaseException:
        facts.close()
        raise
    return Prepared(definition, seed, facts, items)


def load_tables(
    prepared: Prepared,
    endpoint: Endpoint,
    listen: Listener = no_listener,
    *,
    protect: bool = False,
    into_existing: bool = False,
) -> list[str]:
    """Create the tables and load their items; gives the names of those created.

    ``protect`` keeps the deletion protection that a table states; ``into_existing`` puts the
    items into tables that are there already. When anything fails, the tables made here are
    dropped again.
    """
    listen(StageStarted("load"))
    created: list[str] = []
    definition = prepared.definition
    with Tables(endpoint) as tables:
        there = set(tables.names()) if into_existing else set()
        try:
            for table in definition.tables:
                name = endpoint.table_prefix + table.name
                place = definition.source.key("tables", table.name)
                if name not in there:
                    tables.create(table, protect=protect, place=place)
                    created.append(name)
                _load_table(prepared, endpoint, name, prepared.items[table.name], listen)
        except BaseException:
            _drop_all(tables, created)
            raise
    return created


def _load_table(
    prepared: Prepared, endpoint: Endpoint, name: str, items: TableItems, listen: Listener
) -> None:
    total = items.count()

    def progress(done: int) -> None:
        listen(StageAdvanced("load", name, done, total))

    rows = (item for batch in items.batches(FETCHED_ITEMS) for item in batch)
    try:
        load_items(endpoint, name, rows, progress=progress)
    except ServiceError as error:
        raise InputError(
            Diagnostic(
                Code.REQUEST_REFUSED,
                f"DynamoDB refused the items of '{name}': {error.message}",
                prepared.definition.source.key("tables", items.table.name, "items"),
            )
        ) from error
    listen(TableLoaded(prepared.table_result(items.table.name)))


def _drop_all(tables: Tables, names: Iterable[str]) -> None:
    """Drop what can be dropped; a server that died has nothing left to drop."""
    for name in names:
        try:
            tables.drop(name)
        except EnvironmentFault as fault:
            if fault.diagnostics[0].code is Code.TABLE_PROTECTED:
                raise


def drop_tables(endpoint: Endpoint, names: Iterable[str]) -> None:
    """Drop tables that a run created."""
    with Tables(endpoint) as tables:
        for name in names:
            tables.drop(name)


def run_patterns(
    prepared: Prepared,
    endpoint: Endpoint,
    *,
    server: str,
    only: Sequence[str] = (),
    listen: Listener = no_listener,
) -> RunResult:
    """Run the access patterns on loaded tables, each on the same starting data."""
    listen(StageStarted("patterns"))
    definition = prepared.definition
    chosen = [p for p in definition.access_patterns if not only or p.name in only]
    sets = {
        pattern.name: parameter_sets(
            pattern, definition, prepared.facts, prepared.items, prepared.seed
        )
        for pattern in chosen
        if pattern.request is not None
    }
    results: list[PatternResult] = []
    with _Runner(prepared, endpoint) as runner:
        for position, pattern in enumerate(chosen):
            listen(StageAdvanced("patterns", pattern.name, position, len(chosen)))
            result = runner.run(pattern, sets.get(pattern.name, []))
            results.append(result)
            listen(PatternFinished(result))
    return RunResult(
        definition,
        prepared.seed,
        server,
        tuple(prepared.table_result(table.name) for table in definition.tables),
        tuple(results),
        {entity.name: prepared.facts.row_count(entity.name) for entity in definition.entities},
    )


class _Runner:
    """Runs calls over several connections; one for each worker thread."""

    def __init__(self, prepared: Prepared, endpoint: Endpoint) -> None:
        self.prepared = prepared
        self.endpoint = endpoint
        self.prefix = endpoint.table_prefix
        self.tables = {self.prefix + table.name: table for table in prepared.definition.tables}
        self.local = threading.local()
        self.connections: list[Connection] = []
        self.pool = ThreadPoolExecutor(CONNECTIONS)

    def __enter__(self) -> _Runner:
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

    def run(self, pattern: AccessPattern, sets: Sequence[ParameterSet]) -> PatternResult:
        request = pattern.request
        if request is None:
            return PatternResult(pattern, not_run=STEPS_NOT_RUN)
        calls: list[tuple[ParameterSet, dict[str, object]]] = []
        refused: list[Diagnostic] = []
        for one in sets:
            try:
                calls.append((one, fill_request(request, one.values, self.prefix)))
            except InputError as error:
                refused += [self.at_pattern(pattern, found) for found in error.diagnostics]
        if is_read(request):
            made = list(self.pool.map(lambda call: self.read(request, *call), calls))
        else:
            made = self.write_all(request, calls)
        done = [answered.call for answered in made]
        refused += [self.refusal(pattern, call) for call in done if self.is_refused(pattern, call)]
        return PatternResult(
            pattern,
            tuple(done),
            tuple(
                broken
                for call in done
                for broken in broken_expectations(pattern, call, self.prepared.definition)
            ),
            tuple(dict.fromkeys(refused)),
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
            keys = self.keys_of(request.operation, arguments)
            if keys is None or taken & set(keys):
                flush()
            wave.append((parameters, arguments, keys))
            if keys is None:
                flush()
            else:
                taken.update(keys)
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

    def keys_of(self, operation: str, arguments: Mapping[str, object]) -> list[Key] | None:
        names = {
            name: [key.name for key in table.key_attributes] for name, table in self.tables.items()
        }
        try:
            written = written_keys(operation, arguments, names)
        except KeyError:
            return []  # a wrong request; DynamoDB will refuse it
        if written is None:
            return None
        return list(dict.fromkeys(item_key(self.tables[name], name, key) for name, key in written))

    def is_refused(self, pattern: AccessPattern, call: Call) -> bool:
        return call.error in WRONG_REQUEST and not fails_as_expected(pattern, call)

    def refusal(self, pattern: AccessPattern, call: Call) -> Diagnostic:
        place = self.prepared.definition.source.key("access_patterns", pattern.name)
        return Diagnostic(
            Code.REQUEST_REFUSED,
            f"DynamoDB refused '{pattern.name}': {call.error_message}",
            place,
            "See the request with 'dynaproof query --show'.",
        )

    def at_pattern(self, pattern: AccessPattern, found: Diagnostic) -> Diagnostic:
        place = self.prepared.definition.source.key("access_patterns", pattern.name)
        return Diagnostic(found.code, f"'{pattern.name}': {found.message}", place, found.hint)
