"""Names and texts of any kind in exported code: it holds them, and never runs them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pynamodb.models import Model

from dynaproof.exchange.exported import Export, Exported, GeneratedItem
from dynaproof.exchange.outgoing.electrodb import export_electrodb
from dynaproof.exchange.outgoing.onetable import export_onetable
from dynaproof.exchange.outgoing.pynamodb import export_pynamodb
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, SourceMap
from dynaproof.model.diagnostic import InputError
from dynaproof.model.entity import Attribute, Entity, Generator
from dynaproof.model.item import AttributeTemplate, ItemType
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table
from dynaproof.model.template import Field, Template

HOSTILE = (
    "class",
    "from",
    "None",
    "self",
    "__proto__",
    "constructor",
    "toString",
    "__class__",
    "query",
    "Meta",
    "hash_key",
    "str",
    "UnicodeAttribute",
    "a-b",
    "a_b",
    "a.b",
    "a[0]",
    "it's",
    'say "yes"',
    "`tick`",
    "${value}",
    "${",
    "}",
    "{{",
    "#{x}",
    "line\nbreak",
    "back\\slash",
    "*/",
    "</script>",
    '"); raise SystemExit("',
    '"]}; process.exit(7); //',
    "größe",
    "\u2028",
    "\U0001f600",
    "1st",
    " ",
)
names = st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=12)
texts = st.sampled_from(HOSTILE) | st.text(max_size=8)


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """One table, whose keys, index, item types and attributes have names of any kind."""
    attributes = draw(st.lists(names, min_size=5, max_size=9, unique=True))
    partition, sort, indexed, *others = attributes
    items = []
    for name in draw(st.lists(names, min_size=1, max_size=3, unique=True)):
        key = (
            AttributeTemplate(partition, Template((draw(texts), Field("a"), draw(texts)))),
            AttributeTemplate(sort, Template((draw(texts), Field("b"), "#", Field("c", "08d")))),
        )
        rest = tuple(
            AttributeTemplate(one, Template((Field(draw(st.sampled_from("abd"))),)))
            for one in (indexed, *others)
        )
        items.append(ItemType(name, "facts", key, rest))
    index = SecondaryIndex(draw(names), "global", (KeyAttribute(indexed),), (KeyAttribute(sort),))
    table = Table(
        "things",
        KeyAttribute(partition),
        KeyAttribute(sort),
        global_secondary_indexes=(index,),
        items=tuple(items),
    )
    made = (("a", "uuid"), ("b", "sentence"), ("c", "sequence"), ("d", "decimal"))
    columns = tuple(Attribute(name, Generator(kind)) for name, kind in made)
    return Definition(draw(names), SourceMap(""), "", (Entity("facts", columns, 1),), (table,))


def exported(export: Export, definition: Definition) -> Exported:
    [table] = definition.tables

    def items(_: str) -> Iterator[GeneratedItem]:
        for one in table.items:
            item = {attribute.name: {"S": "x"} for attribute in one.all_attributes}
            yield GeneratedItem(one.name, json.dumps(item))

    return export(definition, items)


@given(definitions())
@settings(max_examples=30)
def test_python_holds_every_name_and_builds_the_same_keys(definition: Definition) -> None:
    files, told = exported(export_pynamodb, definition).whole()
    [source] = files.values()
    module = ModuleType("exported_names")
    exec(compile(source, "models.py", "exec"), module.__dict__)
    found: list[Any] = [one for one in vars(module).values() if isinstance(one, type)]
    models = [one for one in found if issubclass(one, Model) and one is not Model]
    [table] = definition.tables
    [base] = [one for one in models if "Meta" in vars(one)]
    assert [one.Meta.index_name for one in base._indexes.values()] == [table.indexes[0].name]
    of_items = [one for one in models if one is not base]
    for item_type, model in zip(table.items, of_items, strict=True):
        held = {one.attr_name for one in model.get_attributes().values()}
        assert held == {one.name for one in item_type.all_attributes}
        partition, sort = _key_functions(model)
        values = {"a": "x y", "b": "${b}", "c": 17}
        assert partition(values["a"]) == item_type.key[0].template.fill(values)  # type: ignore[union-attr]  # no constant
        assert sort(values["b"], values["c"]) == item_type.key[1].template.fill(values)  # type: ignore[union-attr]  # no constant
    assert [one.place for one in told] == ["entities"]


def _key_functions(model: Any) -> list[Callable[..., object]]:
    return [
        getattr(model, name) for name, one in vars(model).items() if isinstance(one, staticmethod)
    ][:2]


EXPORTS: dict[str, Export] = {"electrodb": export_electrodb, "onetable": export_onetable}


def test_javascript_holds_every_name_or_says_why_not(
    run_node: Callable[[str, object], Any], node_folder: Path
) -> None:
    several: list[Definition] = []
    # All in one process of node: the examples are collected first.
    collect = given(definitions())(lambda one: several.append(one))
    settings(max_examples=30)(collect)()
    tasks, made, refusals = [], [], 0
    for number, definition in enumerate(several):
        for kind, export in EXPORTS.items():
            try:
                files, told = exported(export, definition).whole()
            except InputError as error:
                refusals += error.diagnostics[0].code is Code.EXPORT
                continue
            [source] = [content for name, content in files.items() if name.endswith(".mjs")]
            module = node_folder / f"{kind}-{number}.mjs"
            module.write_bytes(source)
            tasks.append({"kind": kind, "module": str(module)})
            made.append((definition, told))
    assert len(tasks) + refusals == len(several) * len(EXPORTS)
    assert len(tasks) > 2 * refusals
    for (definition, told), answer in zip(made, run_node("names.mjs", tasks), strict=True):
        assert "error" not in answer, answer["error"]
        [table] = definition.tables
        refused = " ".join(map(str, told))
        by_entity = {one["entity"]: set(one["names"]) for one in answer["held"]}
        for item_type in table.items:
            wanted = {one.name for one in item_type.all_attributes}
            held = by_entity.get(item_type.name, by_entity.get(f"{item_type.name}_"))
            missing = wanted - (held if held is not None else set())
            assert not missing or "things" in refused, missing
            if held is not None:
                assert all(_shown(name) in refused for name in missing), (missing, refused)


def _shown(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else json.dumps(name)
