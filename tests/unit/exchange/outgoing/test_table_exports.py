"""Tables as CloudFormation, SAM and Terraform state them: read back, they are the same tables."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import jsonschema
import pytest
from cfnlint.decode import decode_str
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dynaproof.definition.cloudformation import read_template
from dynaproof.definition.findings import Findings
from dynaproof.dynamodb.create_table import index_throughput
from dynaproof.exchange.exported import GeneratedItem
from dynaproof.exchange.incoming.reading import read_foreign
from dynaproof.exchange.outgoing.cloudformation import (
    export_cloudformation,
    export_cloudformation_yaml,
)
from dynaproof.exchange.outgoing.formats import FORMATS
from dynaproof.exchange.outgoing.sam import export_sam, export_sam_yaml
from dynaproof.exchange.outgoing.table_properties import attribute_names
from dynaproof.exchange.outgoing.terraform import export_terraform
from dynaproof.model.definition import Definition, SourceMap
from dynaproof.model.table import (
    KeyAttribute,
    KeyType,
    Projection,
    SecondaryIndex,
    Table,
    Throughput,
)

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "schemas" / "terraform-dynamodb-table.json").read_text()
)
Kind = Literal["keys_only", "new_image", "old_image", "new_and_old_images"]
HOSTILE = [
    "on", "No", "null", "~", "1e3", "0x1F", "012", "2026-01-01", "12:30:45", "1_000", ".inf", "=",
    "<<", "!Ref x", "&a", "*a", "{{x}}", "${aws_region.x}", "%{ if true }", "$${a}", "$$", "a: b",
    "- a", "# a", "'", '"', "\\", "a\nb", "\t", "\x00", "\x85", "\u2028", "\ufeff", "../../etc",
    "${AWS::StackName}", "Fn::Sub", "Ref", "🦊", "é", " a ", "|", ">", "?", "%", "@", "`", "a,b]}",
]  # fmt: skip

names = st.text("abcAB01_.-", min_size=3, max_size=12)
attributes = st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=12)
throughputs = st.builds(Throughput, st.integers(1, 10**6), st.integers(1, 10**6))


@st.composite
def tables(draw: st.DrawFn, name: str) -> Table:
    """Any table that the language allows, without items."""
    known = draw(st.lists(attributes, min_size=4, max_size=9, unique=True))
    types: dict[str, KeyType] = {one: draw(st.sampled_from(("S", "N", "B"))) for one in known}

    def keys(most: int, without: str = "") -> tuple[KeyAttribute, ...]:
        chosen = st.lists(
            st.sampled_from([one for one in known if one != without]),
            min_size=1,
            max_size=most,
            unique=True,
        )
        return tuple(KeyAttribute(one, types[one]) for one in draw(chosen))

    projections = st.sampled_from((Projection("all"), Projection("keys_only"))) | st.builds(
        Projection,
        st.just("include"),
        st.lists(attributes, min_size=1, max_size=3, unique=True).map(tuple),
    )
    primary = keys(2)
    throughput = draw(st.none() | throughputs)
    index_names = draw(st.lists(names, max_size=4, unique=True))
    globals_, locals_ = [], []
    for index_name in index_names:
        if len(primary) == 2 and draw(st.booleans()):
            sort = keys(1, without=primary[0].name)
            index = SecondaryIndex(index_name, "local", primary[:1], sort, draw(projections))
            locals_.append(index)
            continue
        both = keys(6)
        cut = draw(st.integers(max(1, len(both) - 4), min(4, len(both))))
        globals_.append(
            SecondaryIndex(
                index_name,
                "global",
                both[:cut],
                both[cut:],
                draw(projections),
                draw(st.none() | throughputs) if throughput else None,
            )
        )
    ttl = draw(st.none() | attributes)
    return Table(
        name,
        primary[0],
        primary[1] if len(primary) == 2 else None,
        throughput,
        draw(
            st.none()
            | st.sampled_from(("keys_only", "new_image", "old_image", "new_and_old_images"))
        ),
        None if ttl in [key.name for key in primary] else ttl,
        draw(st.booleans()),
        tuple(globals_),
        tuple(locals_),
    )


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    named = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    described = draw(st.text(max_size=20))
    return definition_of(*(draw(tables(name)) for name in named), description=described)


def definition_of(*stated: Table, description: str = "") -> Definition:
    return Definition("drawn", SourceMap("drawn.yaml"), description, tables=stated)


def no_items(table: str) -> Iterator[GeneratedItem]:
    raise AssertionError(f"items of {table} are asked for")


def stated(definition: Definition) -> list[Table]:
    """The tables, with the throughput that each index has."""
    return [
        replace(
            table,
            global_secondary_indexes=tuple(
                replace(index, throughput=index_throughput(index, table))
                for index in table.global_secondary_indexes
            ),
        )
        for table in definition.tables
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("templates")


def read_back(content: bytes, folder: Path, suffix: str) -> list[Table]:
    file = folder / f"template{suffix}"
    file.write_bytes(content)
    findings = Findings(SourceMap(str(file)))
    found = read_template(file.name, folder, findings)
    assert findings.diagnostics == []
    return list(found.values())


def content_of(export: Callable[..., Any], definition: Definition) -> bytes:
    files, _ = export(definition, no_items).whole()
    [content] = files.values()
    assert isinstance(content, bytes)
    return content


@settings(max_examples=40)
@given(definition=definitions())
def test_cloudformation_gives_the_same_tables_back(definition: Definition, folder: Path) -> None:
    content = content_of(export_cloudformation, definition)
    assert read_back(content, folder, ".json") == stated(definition)


@settings(max_examples=40)
@given(definition=definitions())
def test_so_does_its_yaml_to_which_sam_adds_nothing_but_its_name(
    definition: Definition, folder: Path
) -> None:
    content = content_of(export_sam_yaml, definition)
    assert read_back(content, folder, ".yaml") == stated(definition)
    assert json.loads(content_of(export_sam, definition)) == {
        **json.loads(content_of(export_cloudformation, definition)),
        "Transform": "AWS::Serverless-2016-10-31",
    }


@settings(max_examples=40)
@given(definition=definitions())
def test_yaml_reads_as_the_json_does_for_those_who_read_yaml_1_1(definition: Definition) -> None:
    decoded, matches = decode_str(content_of(export_cloudformation_yaml, definition).decode())
    assert matches == []
    assert decoded == json.loads(content_of(export_cloudformation, definition))


@settings(max_examples=40)
@given(definition=definitions())
def test_terraform_keeps_to_the_providers_schema_and_states_the_same_tables(
    definition: Definition,
) -> None:
    named = {name for table in definition.tables for name in attribute_names(table)}
    assume(not any(re.search(r"[$%][$%]\{", name) for name in named))  # they are refused
    document = json.loads(content_of(export_terraform, definition))
    jsonschema.validate(document, SCHEMA)
    resources = document["resource"]["aws_dynamodb_table"]
    assert [table_of(one) for one in resources.values()] == stated(definition)


@settings(max_examples=40)
@given(definition=definitions(), form=st.sampled_from([("sam", ".json"), ("sam", ".yaml")]))
def test_the_importer_gives_the_same_tables_back_and_has_nothing_to_tell(
    definition: Definition, form: tuple[str, str]
) -> None:
    name, suffix = form
    content = content_of(FORMATS[name].export(suffix), definition)
    found, draft = read_foreign(content, f"template{suffix}")
    assert found == "cloudformation"
    assert [one.table for one in draft.tables] == stated(definition)
    assert draft.not_carried == ()
    assert draft.description == definition.description


def table_of(resource: dict[str, Any]) -> Table:
    """The table of a resource, read as Terraform reads it."""
    types = {literal(one["name"]): one["type"] for one in resource["attribute"]}

    def key(name: str) -> KeyAttribute:
        used.add(literal(name))
        return KeyAttribute(literal(name), types[literal(name)])

    def projection(block: dict[str, Any]) -> Projection:
        kind = block["projection_type"].lower()
        return Projection(kind, tuple(map(literal, block.get("non_key_attributes", ()))))

    used: set[str] = set()
    partition, sort = key(resource["hash_key"]), resource.get("range_key")
    global_indexes = []
    for block in resource.get("global_secondary_index", ()):
        kinds = [one["key_type"] for one in block["key_schema"]]
        assert kinds == sorted(kinds), "HASH comes before RANGE"
        keys = [key(one["attribute_name"]) for one in block["key_schema"]]
        cut = kinds.count("HASH")
        assert 1 <= cut <= 4
        assert len(kinds) - cut <= 4
        index = SecondaryIndex(
            block["name"], "global", tuple(keys[:cut]), tuple(keys[cut:]), projection(block)
        )
        global_indexes.append(replace(index, throughput=capacity(block)))
    table = Table(
        literal(resource["name"]),
        partition,
        key(sort) if sort else None,
        capacity(resource),
        resource["stream_view_type"].lower() if "stream_view_type" in resource else None,
        literal(resource["ttl"]["attribute_name"]) if "ttl" in resource else None,
        resource.get("deletion_protection_enabled", False),
        tuple(global_indexes),
        tuple(
            SecondaryIndex(
                one["name"], "local", (partition,), (key(one["range_key"]),), projection(one)
            )
            for one in resource.get("local_secondary_index", ())
        ),
    )
    assert used == set(types), "an attribute that is in no key makes every plan differ"
    return table


def capacity(block: dict[str, Any]) -> Throughput | None:
    if "read_capacity" not in block:
        return None
    return Throughput(block["read_capacity"], block["write_capacity"])


def literal(text: str) -> str:
    """The text of a template that holds no command, as HCL's specification says."""
    assert not re.search(r"[$%]\{", text.replace("$${", "").replace("%%{", ""))
    return text.replace("$${", "${").replace("%%{", "%{")
