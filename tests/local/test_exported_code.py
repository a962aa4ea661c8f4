"""Generated code meets the real server: models read what dynaproof stored, and write it back."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pynamodb.models import Model

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.tables import Tables
from dynaproof.exchange.exported import Export, GeneratedItem, ItemsOf
from dynaproof.exchange.outgoing.electrodb import export_electrodb
from dynaproof.exchange.outgoing.onetable import export_onetable
from dynaproof.exchange.outgoing.pynamodb import export_pynamodb
from dynaproof.model.attribute_equality import canonical_item
from dynaproof.model.attribute_value import Item, to_wire
from dynaproof.model.table import SecondaryIndex, Table
from dynaproof.proof.check import check_text
from dynaproof.proof.load import load_tables
from dynaproof.proof.prepared import Prepared, prepare_items

PATTERNS = Path(__file__).parents[2] / "patterns"
SEED = 11
ROWS = 15
"""Of each entity, instead of hundreds."""
SAMPLE = 40
"""Items of each type that are read one by one."""
NODE_SAMPLE = 10
DEFINITIONS = ("chat-system", "cruddur", "cruddur-fixed", "online-shop", "every-type")
EXPORTS: dict[str, Export] = {"electrodb": export_electrodb, "onetable": export_onetable}


@dataclass(frozen=True)
class Shipped:
    """A definition with its items, by table and item type, some of each."""

    prepared: Prepared
    items_of: ItemsOf
    sample: Mapping[str, Mapping[str, list[Item]]]


@cache
def shipped(name: str) -> Shipped:
    folder = PATTERNS if (PATTERNS / f"{name}.yaml").exists() else Path(__file__).parent
    text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
    fewer = re.sub(r"\bcount: \d{2,}$", f"count: {ROWS}", text, flags=re.MULTILINE)
    fewer = re.sub(r"\bmax: \d{3,}\b", "max: 12", fewer)
    prepared = prepare_items(check_text(fewer, name, folder=folder).require(), SEED)

    def items_of(table: str) -> Iterator[GeneratedItem]:
        for batch in prepared.items[table].typed_batches(1_000):
            for item_type, text in batch:
                yield GeneratedItem(item_type, text)

    sample: dict[str, dict[str, list[Item]]] = {}
    for table in prepared.definition.tables:
        by_type = sample.setdefault(table.name, {one.name: [] for one in table.items})
        for item in items_of(table.name):
            if len(by_type[item.item_type]) < SAMPLE:
                by_type[item.item_type].append(item.typed())
    return Shipped(prepared, items_of, sample)


# --- PynamoDB ----------------------------------------------------------------------------------


def models_of(one: Shipped, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The generated module, its tables at the endpoint and with its prefix."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "dynaproof")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "dynaproof")
    files, _ = export_pynamodb(one.prepared.definition, one.items_of).whole()
    [source] = files.values()
    module = ModuleType("exported_models")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(source, "exported_models.py", "exec"), module.__dict__)
    for model in models(module):
        if "Meta" in vars(model):
            meta: Any = model.Meta
            meta.host, meta.region = endpoint.url, endpoint.region
            meta.table_name = endpoint.table_prefix + meta.table_name
    return module


def models(module: ModuleType) -> list[type[Model]]:
    found = [one for one in vars(module).values() if isinstance(one, type)]
    return [one for one in found if issubclass(one, Model) and one is not Model]


def model_named(module: ModuleType, item_type: str) -> Any:
    wanted = item_type.replace("_", "").lower()
    [found] = [one for one in models(module) if one.__name__.lower() == wanted]
    return found


def plain(value: Mapping[str, object]) -> object:
    [payload] = value.values()
    return payload


@pytest.mark.parametrize("name", DEFINITIONS)
def test_pynamodb_models_create_the_tables_and_read_and_write_their_items(
    name: str, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = shipped(name)
    module = models_of(chosen, endpoint, monkeypatch)
    for found in models(module):
        if "Meta" in vars(found):
            found.create_table(wait=True)
    _tables_are_alike(chosen.prepared.definition.tables, endpoint)
    load_tables(chosen.prepared, endpoint, into_existing=True)

    for table in chosen.prepared.definition.tables:
        for item_type, items in chosen.sample[table.name].items():
            model: Any = model_named(module, item_type)
            keys = [
                tuple(_typed(model, key.name, item) for key in table.key_attributes)
                for item in items
            ]
            given = [key if table.sort_key else key[0] for key in keys]
            read = {canonical_item(one.serialize()) for one in model.batch_get(given)}
            assert read == {canonical_item(item) for item in items}
            _written_back(model, keys[0], items[0])
            for index in table.indexes:
                if len(index.key_attributes) <= 2:
                    _queried(model, table, index, items)


def _tables_are_alike(tables: tuple[Table, ...], endpoint: Endpoint) -> None:
    """DescribeTable says the same of what PynamoDB and what dynaproof created.

    But for indexes on several attributes, which PynamoDB has not.
    """
    with Tables(endpoint) as control:
        for table in tables:
            one_each = [one for one in table.indexes if len(one.key_attributes) <= 2]
            ours = replace(
                table,
                name=f"{table.name}-by-dynaproof",
                global_secondary_indexes=tuple(one for one in one_each if one.kind == "global"),
            )
            control.create(ours, protect=False)
            theirs = control.describe(endpoint.table_prefix + table.name).table
            made = control.describe(endpoint.table_prefix + ours.name).table
            assert theirs == replace(made, name=theirs.name)


def _written_back(model: Any, key: tuple[object, ...], item: Item) -> None:
    found = model.get(*key)
    found.delete()
    with pytest.raises(model.DoesNotExist):
        model.get(*key)
    found.save()
    assert canonical_item(model.get(*key).serialize()) == canonical_item(item)


def _queried(model: Any, table: Table, index: SecondaryIndex, items: list[Item]) -> None:
    """The first item that the index holds is found in it."""
    names = [key.name for key in index.key_attributes]
    item = next((item for item in items if all(name in item for name in names)), None)
    if item is None:
        return
    [queried] = [one for one in model._indexes.values() if one.Meta.index_name == index.name]
    partition, *sort = (_typed(model, name, item) for name in names)
    condition = None if not sort else _attribute(model, names[1]) == sort[0]
    found = [one.serialize(null_check=False) for one in queried.query(partition, condition)]
    keys = {*names} | {key.name for key in table.key_attributes}
    assert canonical_item(item, keys) in {canonical_item(one, keys) for one in found}


def _attribute(model: Any, name: str) -> Any:
    [found] = [one for one in model.get_attributes().values() if one.attr_name == name]
    return found


def _typed(model: Any, name: str, item: Item) -> object:
    return _attribute(model, name).deserialize(plain(item[name]))


# --- ElectroDB and OneTable --------------------------------------------------------------------


def test_entities_of_electrodb_and_onetable_read_the_items_and_build_the_same_keys(
    run_node: Callable[[str, object], Any], node_folder: Path, endpoint: Endpoint
) -> None:
    tasks: list[dict[str, object]] = []
    for name in DEFINITIONS:
        chosen = shipped(name)
        mine = replace(endpoint, table_prefix=f"{endpoint.table_prefix}{name}-")
        load_tables(chosen.prepared, mine)
        tasks += _tasks(chosen, mine, node_folder / name)
    done = run_node("run.mjs", tasks)
    assert [one["error"] for one in done if "error" in one] == []
    for task, one in zip(tasks, done, strict=True):
        counts = {of["entity"]: (of["read"], of["put"]) for of in one["done"]}
        sampled = {of["entity"]: len(of["items"]) for of in task["entities"]}  # type: ignore[attr-defined]  # made below
        assert counts == {entity: (number, number) for entity, number in sampled.items()}
        assert all(of["queried"] >= of["read"] for of in one["done"])


def _tasks(chosen: Shipped, endpoint: Endpoint, folder: Path) -> Iterator[dict[str, object]]:
    for kind, export in EXPORTS.items():
        into = folder / kind
        into.mkdir(parents=True)
        files, _ = export(chosen.prepared.definition, chosen.items_of).whole()
        for file, content in files.items():
            (into / file).write_bytes(content)
        [module] = [file for file in files if file.endswith(".mjs")]
        for table in chosen.prepared.definition.tables:
            shown = "".join(word.capitalize() for word in re.split("[-_]", table.name))
            yield {
                "kind": kind,
                "module": str(into / module),
                "factory": f"create{shown}{'Service' if kind == 'electrodb' else 'Table'}",
                "table": endpoint.table_prefix + table.name,
                "key": [key.name for key in table.key_attributes],
                "client": {
                    "endpoint": endpoint.url,
                    "region": endpoint.region,
                    "credentials": {"accessKeyId": "dynaproof", "secretAccessKey": "dynaproof"},
                },
                "entities": [
                    {"entity": name, "items": [_wire(item) for item in items[:NODE_SAMPLE]]}
                    for name, items in chosen.sample[table.name].items()
                ],
            }


def _wire(item: Item) -> dict[str, object]:
    return {name: to_wire(value) for name, value in item.items()}
