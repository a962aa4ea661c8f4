"""Tables created, loaded, and dropped again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dynaproof.dynamodb.bulk_load import load_items
from dynaproof.dynamodb.connection import ServiceError
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.tables import Tables
from dynaproof.items.stored import TableItems
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, DynaproofError, EnvironmentFault, InputError
from dynaproof.proof.events import Listener, StageAdvanced, StageStarted, TableLoaded, no_listener
from dynaproof.proof.expectations import WRONG_REQUEST
from dynaproof.proof.prepared import Prepared

FETCHED_ITEMS = 5_000
FETCHED_BYTES = 16_000_000
"""Items taken from DuckDB at a time, at most: so many, and so many bytes of them."""


def load_tables(
    prepared: Prepared,
    endpoint: Endpoint,
    listen: Listener = no_listener,
    *,
    lasting: bool = False,
    into_existing: bool = False,
) -> list[str]:
    """Create the tables and load their items; gives the names of those created.

    ``lasting`` keeps the deletion protection and the time to live that a table states;
    ``into_existing`` puts the items into tables that are there already. When anything fails, the tables made here are
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
                    # DynamoDB Local goes through the records of all older streams at each write to
                    # a table with a stream: those of loading would slow down whatever follows.
                    first = table if lasting else replace(table, stream=None)
                    tables.create(first, protect=False, expire=lasting, place=place)
                    created.append(name)
                _load_table(prepared, endpoint, name, prepared.items[table.name], listen)
                if table.stream and not lasting and name in created:
                    tables.switch_stream_on(name, table.stream)
            # Protected before they are full, they could not be dropped when loading fails.
            for table in definition.tables:
                name = endpoint.table_prefix + table.name
                if lasting and table.deletion_protection and name in created:
                    tables.protect(name)
        except DynaproofError as error:
            left = _drop_all(tables, created)
            raise type(error)(*error.diagnostics, *left) from error
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

    largest = max((size.max_bytes for size in items.sizes()), default=0)
    at_once = max(1, min(FETCHED_ITEMS, FETCHED_BYTES // max(largest, 1)))
    rows = (item for batch in items.batches(at_once) for item in batch)
    try:
        load_items(endpoint, name, rows, progress=progress)
    except ServiceError as error:
        if error.name not in WRONG_REQUEST:
            raise service_fault(endpoint, error) from error
        raise InputError(
            Diagnostic(
                Code.REQUEST_REFUSED,
                f"DynamoDB refused the items of '{name}': {error.message}",
                prepared.definition.source.key("tables", items.table.name, "items"),
                "The table at the endpoint may have other keys than the definition's.",
            )
        ) from error
    listen(TableLoaded(prepared.table_result(items.table.name)))


def service_fault(endpoint: Endpoint, error: ServiceError) -> EnvironmentFault:
    """An error of the service that is about neither the request nor the items."""
    return EnvironmentFault(
        Diagnostic(
            Code.ENDPOINT_ERROR,
            f"{endpoint.url} answered {error.name}: {error.message}",
            hint="Run it again when the endpoint is well.",
        )
    )


def _drop_all(tables: Tables, names: Iterable[str]) -> list[Diagnostic]:
    """Drop what can be dropped; gives what is left and why."""
    left: list[Diagnostic] = []
    for name in names:
        try:
            tables.drop(name)
        except EnvironmentFault as fault:
            left += fault.diagnostics
    return left


def drop_tables(endpoint: Endpoint, names: Iterable[str]) -> None:
    """Drop tables that a run created; raises EnvironmentFault for all that could not be."""
    with Tables(endpoint) as tables:
        left = _drop_all(tables, names)
    if left:
        raise EnvironmentFault(*left)
