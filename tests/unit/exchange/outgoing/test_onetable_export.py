"""OneTable schemas: read again by our own importer, and what has no place in them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dynaproof.exchange.draft import DescribedItemType
from dynaproof.exchange.exported import GeneratedItem, ItemsOf
from dynaproof.exchange.foreign_json import parse_json
from dynaproof.exchange.incoming.onetable.schema import read_onetable
from dynaproof.exchange.outgoing.onetable import export_onetable
from dynaproof.model.definition import Definition
from dynaproof.model.item import Constant
from dynaproof.model.table import SecondaryIndex
from dynaproof.proof.check import check_file

ROOT = Path(__file__).parents[4]
FILES = [*sorted((ROOT / "patterns").glob("*.yaml")), ROOT / "tests/local/every-type.yaml"]
Generated = tuple[Definition, ItemsOf]


def schemas(definition: Definition, items: ItemsOf) -> tuple[dict[str, bytes], list[str]]:
    files, told = export_onetable(definition, items).whole()
    found = {name: content for name, content in files.items() if name.endswith(".json")}
    return found, [str(one) for one in told]


def no_items(table: str) -> Any:
    items: list[GeneratedItem] = []
    return iter(items)


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_the_importer_reads_the_same_tables_and_keys(file: Path) -> None:
    definition = check_file(file).require()
    found, _ = schemas(definition, no_items)
    assert [*found] == [f"{table.name}.json" for table in definition.tables]
    for table in definition.tables:
        [read] = read_onetable(parse_json(found[f"{table.name}.json"], table.name)).tables
        assert (read.table.name, read.table.key_attributes) == (table.name, table.key_attributes)
        carried = [one for one in table.indexes if len(one.key_attributes) <= 2]
        assert list(map(_index, read.table.indexes)) == list(map(_index, carried))
        by_name = {one.name: one for one in read.item_types}
        for item_type in table.items:
            described = by_name[item_type.name]
            assert isinstance(described, DescribedItemType)
            for key in item_type.key:
                assert not isinstance(key.template, Constant)
                read_key = described.keys.get(key.name, f"${{{key.name}}}")
                _same_fixed_text(read_key, str(key.template))


def _index(index: SecondaryIndex) -> tuple[object, ...]:
    keys = [key.name for key in index.key_attributes]
    return index.name, index.kind, keys, index.projection.kind, set(index.projection.attributes)


def _same_fixed_text(one: str, other: str) -> None:
    """Templates with the same text around their fields, whose formats OneTable has not."""
    fields = re.compile(r"\$\{.*?\}")
    assert fields.sub("{}", one) == fields.sub("{}", other)


GARDEN = """
version: 1
name: garden
entities:
  plants:
    count: 4
    attributes:
      id:     {generate: uuid}
      colour: {generate: choice, values: [red, blue]}
      sown:   {generate: timestamp, from: 2025-01-01, to: 2025-06-30}
      seen:   {generate: timestamp, from: 2026-01-01, to: 2026-06-30}
tables:
  garden:
    partition_key: pk
    sort_key: sk
    stream: new_image
    ttl: gone
    global_secondary_indexes:
      primary: {partition_key: colour}
      by-day: {partition_key: colour, sort_key: seen}
    items:
      plant:
        from: plants
        key: {pk: "PLANT#${id}", sk: PLANT}
        attributes:
          kind: Plant
          colour: ${colour}
          seen: ${seen:iso}
          planted: ${sown:iso}
          gone: ${seen:epoch}
          a.b: ${id}
      note:
        from: plants
        key: {pk: "PLANT#${id}", sk: "NOTE#$${x}"}
        attributes: {kind: Note}
      visit:
        from: plants
        key: {pk: "PLANT#${id}", sk: "VISIT#${seen:%Y-%m}"}
        attributes: {kind: Visit}
access_patterns: {}
"""


def garden(generated: Callable[[str], Generated], text: str = GARDEN) -> tuple[Any, list[str]]:
    found, told = schemas(*generated(text))
    return json.loads(found["garden.json"]), told


def test_fields_have_types_choices_and_formats(generated: Callable[[str], Generated]) -> None:
    schema, _ = garden(generated)
    fields: Mapping[str, object] = schema["models"]["Plant"]
    assert fields == {
        "pk": {"type": "string", "value": "PLANT#${id}"},
        "sk": {"type": "string", "value": "PLANT"},
        "colour": {"type": "string", "required": True, "enum": ["red", "blue"]},
        "seen": {"type": "string", "required": True},
        "planted": {"type": "date", "required": True},
        "gone": {"type": "date", "ttl": True, "required": True},
        "id": {"type": "string", "required": True, "filter": False},
    }


def test_the_type_field_is_an_attribute_that_tells_item_types_apart(
    generated: Callable[[str], Generated],
) -> None:
    schema, _ = garden(generated)
    assert schema["params"]["typeField"] == "kind"
    schema, _ = garden(generated, GARDEN.replace("kind: Visit", "_type: a").replace("Note}", "x}"))
    assert schema["params"]["typeField"] == "_type2", "items have another meaning of _type"
    assert [*schema["models"]] == ["plant", "visit"]


def test_what_has_no_place_is_told(generated: Callable[[str], Generated]) -> None:
    _, told = garden(generated)
    assert [one.partition(": ")[::2] for one in told][1:] == [
        ('tables.garden["a.b"]', "OneTable reads . and [ ] within a name as a path"),
        ("tables.garden.items.plant", "items that OneTable writes also have id"),
        (
            "tables.garden.items.note",
            "OneTable takes ${ within a key for the start of a field",
        ),
        ("tables.garden.items.visit", "items that OneTable writes also have id, seen"),
        ("tables.garden", "a OneTable schema has no billing and no stream"),
        ("tables.garden.primary", "OneTable keeps that name for itself"),
    ]
