"""The design of a model, judged without a server: which rules it breaks, and where.

A finding is a warning, and may be accepted with a reason (``accept: {DP703: reason}``) by the
access pattern, stream handler, table, index or item type that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb

from dynaproof.model.definition import Definition, Path
from dynaproof.model.diagnostic import Diagnostic, Severity
from dynaproof.proof.design.requests import index_path
from dynaproof.proof.design.rules import RULES
from dynaproof.proof.design.subject import Design

__all__ = ["RULES", "design_findings"]


def design_findings(
    definition: Definition, connection: duckdb.DuckDBPyConnection
) -> Iterator[Diagnostic]:
    """What all rules find in a definition without errors.

    ``connection`` has the entities as tables, without rows (``Facts.declare``).
    """
    design = Design(definition, connection)
    accepted = _accepted(definition)
    for rule in RULES:
        for found in rule.find(design):
            accepts = any(rule.code.value in accepted.get(path, {}) for path in found.about)
            if accepts and found.severity is Severity.WARNING:
                continue
            place = definition.source.key(*found.path)
            yield Diagnostic(rule.code, found.message, place, found.hint, found.severity)


def _accepted(definition: Definition) -> dict[Path, Mapping[str, str]]:
    found: dict[Path, Mapping[str, str]] = {}
    for pattern in definition.access_patterns:
        found["access_patterns", pattern.name] = pattern.accepted
    for handler in definition.stream_handlers:
        found["stream_handlers", handler.name] = handler.accepted
    for table in definition.tables:
        found["tables", table.name] = table.accepted
        for index in table.indexes:
            found[index_path(table, index)] = index.accepted
        for item_type in table.items:
            found["tables", table.name, "items", item_type.name] = item_type.accepted
    return found
