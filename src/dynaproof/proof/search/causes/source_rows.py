"""Where the items of a few facts come from: the row of the view, and what a key is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from dynaproof.facts.sql import run
from dynaproof.facts.sql_problem import SqlError
from dynaproof.items.item_views import Key
from dynaproof.items.views import source_sql
from dynaproof.model.attribute_value import to_attribute_value, to_wire
from dynaproof.model.item import AttributeTemplate, ItemType
from dynaproof.model.table import Table
from dynaproof.model.template import Field, Template, as_text, format_value, lookup
from dynaproof.proof.differences import TypedItem
from dynaproof.proof.search.scene import Scene

_NO_VALUE = (KeyError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class FieldSpan:
    """A field of a template within the text that it was filled to.

    ``value`` is the fact, ``after`` the fixed text that follows.
    """

    name: str
    value: object
    start: int
    end: int
    after: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """The row of a view that an item was made of."""

    item_type: ItemType
    row: Mapping[str, object]

    def template(self, attribute: str) -> Template | None:
        """What fills an attribute; None for a constant, or where there is no such attribute."""
        specs: tuple[AttributeTemplate, ...] = self.item_type.all_attributes
        found = next((spec.template for spec in specs if spec.name == attribute), None)
        return found if isinstance(found, Template) else None

    def spans(self, attribute: str) -> tuple[FieldSpan, ...]:
        """The fields of an attribute, in order; none where the attribute is absent."""
        template = self.template(attribute)
        spans: list[FieldSpan] = []
        end = 0
        parts = template.parts if template is not None else ()
        for number, part in enumerate(parts):
            following = parts[number + 1] if number + 1 < len(parts) else ""
            after = following if isinstance(following, str) else ""
            if not isinstance(part, Field):
                end += len(part)
                continue
            try:
                value = lookup(self.row, part.name)
                text = as_text(format_value(value, part.format))
            except _NO_VALUE:
                return ()
            if value is None:
                return ()
            spans.append(FieldSpan(part.name, value, end, end + len(text), after))
            end += len(text)
        return tuple(spans)


class SourceRows:
    """The rows behind all items of a scene's facts, found by the items' keys."""

    def __init__(self, scene: Scene) -> None:
        self._rows: dict[tuple[str, bytes], SourceRow] = {}
        for table in scene.definition.tables:
            for key, source in _keyed(scene, table):
                self._rows.setdefault((table.name, key), source)

    def of(self, table: Table, item: TypedItem) -> SourceRow | None:
        """The row of an item; None where the item lacks its key, or no row makes it."""
        names = [key.name for key in table.key_attributes]
        if not all(name in item for name in names):
            return None
        return self._rows.get((table.name, orjson.dumps([item[name] for name in names])))


def rows_under(scene: Scene, key: Key) -> list[SourceRow]:
    """All rows that make an item under one key of a table."""
    table = scene.definition.table(key[0])
    wanted = orjson.dumps(list(orjson.loads(key[1]).values()))
    found = _keyed(scene, table) if table is not None else ()
    return [source for own, source in found if own == wanted]


def _keyed(scene: Scene, table: Table) -> Iterator[tuple[bytes, SourceRow]]:
    for item_type in table.items:
        sql = source_sql(item_type, scene.definition)
        try:
            found = run(scene.facts.connection, sql, {})
        except SqlError:  # a finding of its own
            continue
        for values in found.rows:
            source = SourceRow(item_type, dict(zip(found.columns, values, strict=True)))
            key = _filled_key(table, source)
            if key is not None:
                yield key, source


def _filled_key(table: Table, source: SourceRow) -> bytes | None:
    typed: list[object] = []
    for key in table.key_attributes:
        template = source.template(key.name)
        try:
            value = template.fill(source.row) if template is not None else None
            if value is None:
                return None
            if key.type == "S" and not isinstance(value, str):
                value = as_text(value)
            typed.append(to_wire(to_attribute_value(value)))
        except _NO_VALUE:
            return None
    return orjson.dumps(typed)
