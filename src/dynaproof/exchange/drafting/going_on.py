"""How to go on from tables alone: a first item type, as comments that hold once they are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dynaproof.exchange.drafting.yaml_lines import entry, text
from dynaproof.model.table import KeyAttribute, Table

_GENERATORS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "S": ("id", {"generate": "uuid"}),
    "N": ("number", {"generate": "integer", "min": 1, "max": 1_000_000, "unique": True}),
    "B": ("seal", {"generate": "bytes"}),
}
"""A column for each type of a key, and where its values come from."""


def going_on(tables: Sequence[Table]) -> Iterator[str]:
    """Comments for a definition whose source says nothing of items."""
    yield "# What is stored is not known yet. Name the things as entities, say under 'items' of each"
    yield "# table how they are stored, and then what is asked of them, as in this outline:"
    for table in tables[:1]:
        yield from (f"#   {line}" for line in _outline(table))


def _outline(table: Table) -> Iterator[str]:
    names = [key.name for key in table.key_attributes]
    columns: dict[str, str] = {
        key.type: _free(_GENERATORS[key.type][0], names) for key in table.key_attributes
    }
    key = {
        one.name: _template(one, position, columns)
        for position, one in enumerate(table.key_attributes)
    }
    yield "entities:"
    yield "  things:"
    yield "    count: 100"
    yield "    attributes:"
    for kind, column in columns.items():
        yield from entry(column, _GENERATORS[kind][1], "      ")
    yield "tables:"
    yield f"  {text(table.name)}:"
    yield "    items:"
    yield "      thing:"
    yield "        from: things"
    yield from entry("key", key, "        ")
    yield from entry("attributes", {name: f"${{{name}}}" for name in columns.values()}, "        ")
    yield "access_patterns:"
    yield "  get-thing:"
    yield from entry("parameters", {name: f"things.{name}" for name in columns.values()}, "    ")
    yield from entry("get", {"key": key}, "    ")
    yield "    question: >"
    same = " AND ".join(f"{name} = ${name}" for name in columns.values())
    yield f"      SELECT {', '.join(columns.values())} FROM things WHERE {same}"


def _template(key: KeyAttribute, position: int, columns: Mapping[str, str]) -> str:
    if key.type != "S":
        return f"${{{columns[key.type]}}}"
    return "THING" if position else f"THING#${{{columns['S']}}}"


def _free(name: str, taken: Sequence[str]) -> str:
    """A column that has not the name of a key: its value is a part of the key's."""
    return f"thing_{name}" if name in taken else name
