"""The texts inside of a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dynaproof.model.definition import Path


def texts_in(value: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text inside of a value, with its path."""
    match value:
        case str():
            yield path, value
        case Mapping():
            for key, one in value.items():
                yield from texts_in(one, (*path, str(key)))
        case list() | tuple():
            for position, one in enumerate(value):
                yield from texts_in(one, (*path, position))
