"""Definition -> NoSQL Workbench -> definition: the same tables, indexes and items."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.api.exporting import export_model
from dynaproof.api.importing import import_model
from dynaproof.exchange.draft import Draft, SampledItemType
from dynaproof.exchange.exported import GeneratedItem, ItemsOf
from dynaproof.exchange.incoming.reading import read_foreign
from dynaproof.exchange.outgoing.workbench import export_workbench
from dynaproof.model.attribute_value import Item, number_text, to_wire
from dynaproof.model.definition import Definition, SourceMap
from dynaproof.model.item import AttributeTemplate, ItemType
from dynaproof.model.table import (
    KeyAttribute,
    KeyType,
    Projection,
    SecondaryIndex,
    Table,
    Throughput,
)
from dynaproof.model.template import Template
from dynaproof.proof.check import check_file
from dynaproof.proof.prepared import prepare_items

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "schemas" / "nosql-workbench-3.0.json").read_text()
)
KEYS: dict[str, KeyType] = {"title": "S", "price": "N", "photo": "B", "kind": "S"}
PLAIN = ("a", "b.c", "Map", "x y", "é", "size")
texts = st.text(st.characters(codec="utf-8"), max_size=8)
numbers = st.one_of(st.integers(-(10**20), 10**20), st.decimals(-1000, 1000, places=2)).map(str)
binaries = st.binary(min_size=1, max_size=6)
of_key: dict[KeyType, st.SearchStrategy[dict[str, object]]] = {
    "S": texts.filter(bool).map(lambda value: {"S": value}),
    "N": numbers.map(lambda value: {"N": number_text(value)}),
    "B": binaries.map(lambda value: {"B": value}),
}
values: st.SearchStrategy[dict[str, object]] = st.recursive(
    st.one_of(
        *of_key.values(),
        st.booleans().map(lambda value: {"BOOL": value}),
        st.just({"NULL": True}),
        st.sets(texts, min_size=1, max_size=3).map(lambda value: {"SS": sorted(value)}),
        st.sets(st.integers(0, 99), min_size=1).map(lambda v: {"NS": [str(n) for n in sorted(v)]}),
        st.sets(binaries, min_size=1, max_size=3).map(lambda value: {"BS": sorted(value)}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(lambda value: {"L": value}),
        st.dictionaries(texts.filter(bool), inner, max_size=2).map(lambda value: {"M": value}),
    ),
    max_leaves=3,
)
throughputs = st.none() | st.builds(Throughput, st.integers(1, 9), st.integers(1, 9))
projections = st.one_of(
    st.sampled_from([Projection("all"), Projection("keys_only")]),
    st.lists(st.sampled_from(PLAIN), min_size=1, unique=True).map(
        lambda names: Projection("include", tuple(names))
    ),
)


@st.composite
def indexes(draw: st.DrawFn, number: int, throughput: Throughput | None) -> SecondaryIndex:
    partition, sort = draw(st.lists(st.sampled_from([*KEYS]), min_size=2, max_size=2, unique=True))
    sorted_by = (KeyAttribute(sort, KEYS[sort]),) if draw(st.booleans()) else ()
    key = (KeyAttribute(partition, KEYS[partition]),)
    return SecondaryIndex(
        f"index-{number}", "global", key, sorted_by, draw(projections), throughput
    )


@st.composite
def models(draw: st.DrawFn) -> tuple[Definition, dict[str, list[tuple[str, Item]]]]:
    """A definition with the items of each table; each item type has at least one."""
    tables: list[Table] = []
    items: dict[str, list[tuple[str, Item]]] = {}
    for number in range(draw(st.integers(1, 2))):
        throughput = draw(throughputs)
        sort = draw(st.sampled_from([None, KeyAttribute("sk"), KeyAttribute("sk", "N")]))
        partition = KeyAttribute("pk", draw(st.sampled_from(["S", "S", "N", "B"])))
        keys = (partition, sort) if sort else (partition,)
        key = tuple(AttributeTemplate(one.name, Template.parse("${any}")) for one in keys)
        made = tuple(
            draw(indexes(position, throughput)) for position in range(draw(st.integers(0, 2)))
        )
        used = {one.name for index in made for one in index.key_attributes}
        types: list[ItemType] = []
        stored: list[tuple[str, Item]] = []
        for name in ("user", "order", "Line")[: draw(st.integers(1, 3))]:
            attributes = draw(st.lists(st.sampled_from(PLAIN), unique=True))
            templates = [
                AttributeTemplate(a, Template.parse("${any}")) for a in (*used, *attributes)
            ]
            types.append(ItemType(name, "any", key, tuple(templates)))
            for _ in range(draw(st.integers(1, 3))):
                item: Item = {one.name: _key(one, name, len(stored)) for one in keys}
                item |= {
                    one: draw(of_key[KEYS[one]]) for one in sorted(used) if draw(st.booleans())
                }
                item |= {one: draw(values) for one in attributes if draw(st.booleans())}
                stored.append((name, item))
        table = Table(
            f"table-{number}",
            partition,
            sort,
            throughput,
            global_secondary_indexes=made,
            items=tuple(types),
        )
        tables.append(table)
        items[table.name] = stored
    return Definition("model", SourceMap("model.yaml"), "Any model.", tables=tuple(tables)), items


def _key(key: KeyAttribute, item_type: str, number: int) -> dict[str, object]:
    match key.type:
        case "S":
            return {"S": f"{item_type.upper()}#{number:03d}"}
        case "N":
            return {"N": str(number)}
    return {"B": bytes([number])}


def items_of(items: dict[str, list[tuple[str, Item]]]) -> ItemsOf:
    def of(table: str) -> Iterator[GeneratedItem]:
        for name, item in items[table]:
            wired = {attribute: to_wire(value) for attribute, value in item.items()}
            yield GeneratedItem(name, json.dumps(wired, ensure_ascii=False))

    return of


def without_items(table: Table) -> Table:
    """What a model can say of a table: an index has the table's capacity, or none."""
    return replace(
        table,
        items=(),
        global_secondary_indexes=tuple(
            replace(index, throughput=None) for index in table.global_secondary_indexes
        ),
    )


def imported(content: bytes) -> Draft:
    return read_foreign(content, "model.json", "workbench")[1]


def exported(definition: Definition, items: ItemsOf) -> bytes:
    [content] = export_workbench(definition, items).whole()[0].values()
    jsonschema.validate(json.loads(content), SCHEMA, jsonschema.Draft202012Validator)
    return content


@settings(max_examples=40)
@given(models())
def test_a_model_imported_again_has_lost_nothing(
    model: tuple[Definition, dict[str, list[tuple[str, Item]]]],
) -> None:
    definition, items = model
    draft = imported(exported(definition, items_of(items)))
    assert draft.not_carried == ()
    assert (draft.name, draft.description) == (definition.name, definition.description)
    assert [without_items(one.table) for one in draft.tables] == [
        without_items(table) for table in definition.tables
    ]
    for one, table in zip(draft.tables, definition.tables, strict=True):
        again = [
            (item_type.name, item)
            for item_type in one.item_types
            if isinstance(item_type, SampledItemType)
            for item in item_type.items
        ]
        assert again == sorted(
            items[table.name], key=lambda pair: [t.name for t in table.items].index(pair[0])
        )


def stored(file: Path) -> tuple[Definition, dict[str, list[GeneratedItem]]]:
    definition = check_file(file).require()
    prepared = prepare_items(definition, 42)
    with prepared.facts:
        return definition, {
            name: [GeneratedItem(*one) for batch in of.typed_batches(100) for one in batch]
            for name, of in prepared.items.items()
        }


def by_key(items: list[Item]) -> list[str]:
    """Items in one order; the order of a set's members has no meaning."""
    return sorted(
        repr(sorted((name, _unordered(value)) for name, value in i.items())) for i in items
    )


def _unordered(value: object) -> object:
    match value:
        case {"SS": list(members)}:
            return {"SS": sorted(members)}
        case {"NS": list(members)}:
            return {"NS": sorted(members)}
        case {"BS": list(members)}:
            return {"BS": sorted(members)}
        case {"L": list(members)}:
            return {"L": [_unordered(member) for member in members]}
        case {"M": dict(members)}:
            return {"M": sorted((name, _unordered(member)) for name, member in members.items())}
    return value


@settings(max_examples=10)
@given(models())
def test_a_definition_made_of_the_model_has_the_same_tables_and_items(
    model: tuple[Definition, dict[str, list[tuple[str, Item]]]],
) -> None:
    definition, items = model
    with TemporaryDirectory() as folder:
        source = Path(folder) / "model.json"
        source.write_bytes(exported(definition, items_of(items)))
        done = import_model(source, Path(folder) / "again")
        again, made = stored(done.definition)
    assert done.not_carried == ()
    assert [without_items(one) for one in again.tables] == [
        without_items(one) for one in definition.tables
    ]
    for table in definition.tables:
        assert by_key([one.typed() for one in made[table.name]]) == by_key(
            [item for _, item in items[table.name]]
        )


@pytest.mark.parametrize("name", ["chat-system", "cruddur"])
def test_a_model_made_of_the_imported_model_is_the_same(tmp_path: Path, name: str) -> None:
    source = Path(__file__).parents[4] / "patterns" / f"{name}.yaml"
    first, second = tmp_path / "model.json", tmp_path / "again.json"
    export_model(source, "workbench", first)
    done = import_model(first, tmp_path / "again")
    assert done.not_carried == ()
    export_model(done.definition, "workbench", second)
    assert data_model(second) == data_model(first)


def data_model(file: Path) -> list[dict[str, Any]]:
    """The tables; an alias that is one field is left out, since any name of it says the same."""
    tables: list[dict[str, Any]] = json.loads(file.read_bytes())["DataModel"]
    for facet in (facet for table in tables for facet in table["TableFacets"]):
        aliases: dict[str, str] = facet["KeyAttributeAlias"]
        facet["KeyAttributeAlias"] = {
            key: alias for key, alias in aliases.items() if not re.fullmatch("<[^<>]+>", alias)
        }
    return tables
