"""A whole definition, and where in the file each part of it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from dynaproof.model.access_pattern import AccessPattern, StreamHandler
from dynaproof.model.diagnostic import Place
from dynaproof.model.entity import Entity
from dynaproof.model.table import Table

V = TypeVar("V")
Path = tuple[str | int, ...]
"""Keys and list positions from the top, such as ``("tables", "chat", "sort_key")``."""


@dataclass(frozen=True, slots=True)
class SourceMap:
    """The place of every value of a file, by its path."""

    file: str
    places: Mapping[Path, Place] = field(default_factory=dict)
    key_places: Mapping[Path, Place] = field(default_factory=dict)
    lines: Mapping[Path, tuple[tuple[Place, int], ...]] = field(default_factory=dict)
    """Place and length of each line of a text that the file writes over several lines."""

    def key(self, *path: str | int) -> Place:
        """The place of the key that ends ``path``, or of the nearest value around it."""
        return self.key_places.get(path) or self.place(*path)

    def within(self, path: Path, offset: int) -> Place:
        """The place of a character of the text at ``path``, counted from 0."""
        for start, length in self.lines.get(path, ()):
            if offset <= length:
                return Place(start.file, start.line, start.column + offset)
            offset -= length + 1
        return self.place(*path)

    def place(self, *path: str | int) -> Place:
        """The place of the value at ``path``, or of the nearest value around it."""
        for length in range(len(path), 0, -1):
            found = self.places.get(path[:length])
            if found is not None:
                return found
        return self.places.get((), Place(self.file))

    def also_known_as(self, path: Path, other: Path) -> SourceMap:
        """The same places, where everything below ``path`` is found below ``other`` too."""
        length = len(path)

        def both(places: Mapping[Path, V]) -> dict[Path, V]:
            below = {other + p[length:]: v for p, v in places.items() if p[:length] == path}
            return {**places, **below}

        return SourceMap(self.file, both(self.places), both(self.key_places), both(self.lines))


@dataclass(frozen=True, slots=True)
class Definition:
    """Facts, tables and access patterns of one file."""

    name: str
    source: SourceMap
    description: str = ""
    entities: tuple[Entity, ...] = ()
    tables: tuple[Table, ...] = ()
    access_patterns: tuple[AccessPattern, ...] = ()
    stream_handlers: tuple[StreamHandler, ...] = ()
    folder: str = "."
    """The folder of the file, from which datasets and templates are found."""
    digest: str = ""
    """SHA-256 of the file's bytes."""

    def entity(self, name: str) -> Entity | None:
        """The entity of this name."""
        return next((entity for entity in self.entities if entity.name == name), None)

    def table(self, name: str) -> Table | None:
        """The table of this name."""
        return next((table for table in self.tables if table.name == name), None)

    def access_pattern(self, name: str) -> AccessPattern | None:
        """The access pattern of this name."""
        return next((p for p in self.access_patterns if p.name == name), None)
