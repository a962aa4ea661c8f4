"""What every exporter makes of a definition: files by name, and what they cannot hold.

An exporter is ``def export_<format>(definition: Definition, items: ItemsOf) -> Exported`` in
``exchange.outgoing``; ``exchange.outgoing.formats`` lists them. It reads and writes no file.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TypeAlias

import orjson

from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.attribute_value import Item, from_wire
from dynaproof.model.definition import Definition


@dataclass(frozen=True, slots=True)
class GeneratedItem:
    """An item of a table: the item type that made it, and the item as DynamoDB JSON.

    ``text`` is one line, binary as base64; it can be written as it is.
    """

    item_type: str
    text: str

    def typed(self) -> Item:
        """The item as of ``model.attribute_value``, binary as bytes."""
        return {name: from_wire(value) for name, value in orjson.loads(self.text).items()}


ItemsOf: TypeAlias = Callable[[str], Iterator[GeneratedItem]]
"""Gives the items of a table by its name, in the order of its keys, the same at every call.

Nothing is generated before the first item is asked for, so that an exporter of tables alone costs
nothing; items come in batches from DuckDB, so that any number of them can pass through.
"""

Write: TypeAlias = Callable[[IO[bytes]], Sequence[NotCarried]]
"""Writes content that may be large to an open file; gives what it found it could not carry."""

Content: TypeAlias = bytes | Write


@dataclass(frozen=True, slots=True)
class Exported:
    """Files by name, relative to the target folder, with ``/`` between folders.

    A format that is one file gives one: the name is the user's then, and that given here is not
    used. Content that may be large is a function that writes it.
    """

    files: Mapping[str, Content] = field(default_factory=dict)
    not_carried: tuple[NotCarried, ...] = ()

    def whole(self) -> tuple[dict[str, bytes], tuple[NotCarried, ...]]:
        """All files in memory, and all that was not carried, told by writing included."""
        told: list[NotCarried] = []
        files: dict[str, bytes] = {}
        for name, write in self.writers(told).items():
            stream = io.BytesIO()
            write(stream)
            files[name] = stream.getvalue()
        return files, (*self.not_carried, *told)

    def writers(self, told: list[NotCarried]) -> dict[str, Callable[[IO[bytes]], None]]:
        """What writes each file; it adds to ``told`` what it found it could not carry."""
        return {name: _writer(content, told) for name, content in self.files.items()}


def _writer(content: Content, told: list[NotCarried]) -> Callable[[IO[bytes]], None]:
    def write(stream: IO[bytes]) -> None:
        if isinstance(content, bytes):
            stream.write(content)
        else:
            told.extend(content(stream))

    return write


Export: TypeAlias = Callable[[Definition, ItemsOf], Exported]
