"""A definition with some of its tables, and what goes with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dynaproof.definition.validation import did_you_mean
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.access_pattern import PARTIQL_OPERATIONS, AccessPattern, Request, Step
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.operations import table_names


def with_tables(
    definition: Definition, names: Sequence[str]
) -> tuple[Definition, tuple[NotCarried, ...]]:
    """Keep the tables that are named, all where none is, and what is about them alone.

    Access patterns and stream handlers that use another table too are left out and told. Facts
    stay, since items of any table may come from all of them. Raises InputError for a name.
    """
    there = [table.name for table in definition.tables]
    unknown = [name for name in names if name not in there]
    if unknown:
        raise InputError(
            *(
                Diagnostic(
                    Code.UNKNOWN_NAME,
                    f"'{definition.name}' has no table '{name}'",
                    hint=did_you_mean(name, there),
                )
                for name in dict.fromkeys(unknown)
            )
        )
    others = [name for name in there if name not in names] if names else []
    if not others:
        return definition, ()
    told = [NotCarried(f"tables.{name}", "it was not chosen") for name in others]
    patterns: list[AccessPattern] = []
    for pattern in definition.access_patterns:
        reason = _other(pattern.requests, others)
        if reason is None:
            patterns.append(pattern)
        else:
            told.append(NotCarried(f"access_patterns.{pattern.name}", reason))
    handlers = []
    for handler in definition.stream_handlers:
        reason = _other(list(_requests(handler.steps)), others)
        if handler.table in others:
            reason = f"it reads the stream of '{handler.table}', which was not chosen"
        if reason is None:
            handlers.append(handler)
        else:
            told.append(NotCarried(f"stream_handlers.{handler.name}", reason))
    chosen = replace(
        definition,
        tables=tuple(table for table in definition.tables if table.name not in others),
        access_patterns=tuple(patterns),
        stream_handlers=tuple(handlers),
    )
    return chosen, tuple(told)


def _other(requests: Sequence[Request], others: Sequence[str]) -> str | None:
    """Why requests cannot do with the tables that were chosen."""
    for request in requests:
        if request.operation in PARTIQL_OPERATIONS:
            return "it is PartiQL, which may use a table that was not chosen"
        for name in table_names(request.operation, request.arguments):
            if name in others:
                return f"it uses the table '{name}', which was not chosen"
    return None


def _requests(steps: Sequence[Step]) -> Iterator[Request]:
    for step in steps:
        if step.request is not None:
            yield step.request
        yield from _requests(step.steps)
