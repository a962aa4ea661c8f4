"""What forms that know tables alone leave out of a definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.definition import Definition

_NAMED = 5


def left_out_by_tables(definition: Definition) -> tuple[NotCarried, ...]:
    """What is in a definition besides keys, indexes and settings of tables."""
    return tuple(_left_out(definition))


def _left_out(definition: Definition) -> Iterator[NotCarried]:
    if definition.entities:
        names = [one.name for one in definition.entities]
        yield NotCarried("entities", f"facts have no place there: {_named(names)}")
    for table in definition.tables:
        if table.items:
            names = [one.name for one in table.items]
            yield NotCarried(
                f"tables.{table.name}.items", f"item types have no place there: {_named(names)}"
            )
        noted = [table.name] if table.accepted else []
        noted += [index.name for index in table.indexes if index.accepted]
        if noted:
            yield NotCarried(
                f"tables.{table.name}.accept",
                f"reasons for accepted findings have no place there: {_named(noted)}",
            )
    if definition.access_patterns:
        names = [one.name for one in definition.access_patterns]
        yield NotCarried("access_patterns", f"requests have no place there: {_named(names)}")
    if definition.stream_handlers:
        names = [one.name for one in definition.stream_handlers]
        yield NotCarried(
            "stream_handlers",
            f"the stream is carried, what reads it has no place there: {_named(names)}",
        )


def _named(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    if more <= 1:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMED])} and {more} more"
