"""What object mappers have no place for, whichever they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.definition_place import place_in
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, InputError

_NAMED = 5


def left_out_by_mappers(definition: Definition) -> Iterator[NotCarried]:
    """Facts, access patterns, stream handlers, and reasons for accepted findings."""
    entities = [one.name for one in definition.entities]
    patterns = [one.name for one in definition.access_patterns]
    handlers = [one.name for one in definition.stream_handlers]
    for place, names, reason in (
        ("entities", entities, "a mapper describes items, not the facts behind them"),
        ("access_patterns", patterns, "a mapper has no place for requests"),
        ("stream_handlers", handlers, "a mapper does not read streams"),
    ):
        if names:
            yield NotCarried(place, f"{reason}: {_named(names)}")
    for table in definition.tables:
        noted = [table.name] if table.accepted else []
        noted += [one.name for one in table.indexes if one.accepted]
        noted += [one.name for one in table.items if one.accepted]
        if noted:
            yield NotCarried(
                place_in("tables", table.name, "accept"),
                f"reasons for accepted findings have no place in code: {_named(noted)}",
            )


def nothing_carried(definition: Definition, mapper: str, told: Sequence[NotCarried]) -> InputError:
    """No item type of the definition is such that the mapper could have it."""
    reasons = "; ".join(str(one) for one in told if one.place.startswith("tables"))
    message = f"'{definition.name}' has no item type that {mapper} can have"
    place = definition.source.place("tables")
    return InputError(Diagnostic(Code.EXPORT, message, place, reasons[:500]))


def _named(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    if more <= 1:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMED])} and {more} more"
