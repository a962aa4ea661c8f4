"""The main job: facts, items, tables, access patterns, measures."""

from __future__ import annotations

from collections.abc import Sequence

from dynaproof.dynamodb.bulk_load import CONNECTIONS
from dynaproof.dynamodb.connection import ServiceError
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.proof.events import (
    Listener,
    PatternFinished,
    StageAdvanced,
    StageStarted,
    no_listener,
)
from dynaproof.proof.load import drop_tables, load_tables, service_fault
from dynaproof.proof.pattern_runner import PatternRunner
from dynaproof.proof.prepared import Prepared, prepare_items
from dynaproof.proof.results import PatternResult, RunResult

__all__ = [
    "Prepared",
    "drop_tables",
    "load_tables",
    "prepare_items",
    "run_patterns",
]


def run_patterns(
    prepared: Prepared,
    endpoint: Endpoint,
    *,
    server: str,
    only: Sequence[str] = (),
    checked: Sequence[Diagnostic] = (),
    listen: Listener = no_listener,
    threads: int = CONNECTIONS,
) -> RunResult:
    """Run the access patterns on loaded tables, each on the same starting data.

    ``checked`` are warnings found before, which the result is to hold too.
    """
    listen(StageStarted("patterns"))
    definition = prepared.definition
    chosen = [p for p in definition.access_patterns if not only or p.name in only]
    results: list[PatternResult] = []
    try:
        with PatternRunner(prepared, endpoint, threads, server) as runner:
            for position, pattern in enumerate(chosen):
                listen(StageAdvanced("patterns", pattern.name, position, len(chosen)))
                result = runner.run(pattern)
                results.append(result)
                listen(PatternFinished(result))
    except ServiceError as error:  # while the starting data was read or put back
        raise service_fault(endpoint, error) from error
    return RunResult(
        definition,
        prepared.seed,
        server,
        tuple(prepared.table_result(table.name) for table in definition.tables),
        tuple(results),
        {entity.name: prepared.facts.row_count(entity.name) for entity in definition.entities},
        tuple(checked),
    )
