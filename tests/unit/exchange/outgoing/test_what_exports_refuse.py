"""What exports of tables refuse, shorten and leave out, and what they call things."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.cli.export_command import FORMATS as NAMED
from dynaproof.cli.export_command import export
from dynaproof.definition.load import load
from dynaproof.exchange.exported import Exported, GeneratedItem
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.chosen_tables import with_tables
from dynaproof.exchange.outgoing.formats import FORMATS
from dynaproof.exchange.outgoing.identifiers import (
    class_name,
    logical_id,
    unique_identifiers,
    variable_name,
)
from dynaproof.exchange.outgoing.terraform import resource_name
from dynaproof.model.access_pattern import AccessPattern, StreamHandler
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, SourceMap
from dynaproof.model.diagnostic import InputError
from dynaproof.model.entity import Entity
from dynaproof.model.item import ItemType
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table

SHOP = load(Path(__file__).parents[4] / "patterns" / "online-shop.yaml")
FIXED = load(Path(__file__).parents[4] / "patterns" / "cruddur-fixed.yaml")
OF_TABLES = {"cloudformation": ".yaml", "sam": ".json", "terraform": "", "cdk": ".py"}
table_names = st.text("aB1_.-", min_size=3, max_size=6)


def no_items(table: str) -> Iterator[GeneratedItem]:
    raise AssertionError(f"items of {table} are asked for")


def exported(form: str, definition: Definition) -> Exported:
    return FORMATS[form].export(OF_TABLES[form])(definition, no_items)


def definition_of(*tables: Table, description: str = "") -> Definition:
    return Definition("stated", SourceMap("stated.yaml"), description, tables=tables)


@pytest.mark.parametrize("form", OF_TABLES)
def test_a_definition_without_tables_is_refused(form: str) -> None:
    with pytest.raises(InputError, match="has no table") as refused:
        exported(form, definition_of())
    assert refused.value.diagnostics[0].code is Code.EXPORT


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("cloudformation", "{{resolve:ssm:secret}}"),
        ("sam", "a{{resolve:secretsmanager:x}}"),
        ("cdk", "{{resolve:ssm:secret}}"),
        ("cdk", "${Token[TOKEN.1]}"),
        ("cdk", "#{Token[TOKEN.1]}"),
        ("terraform", "$${a}"),
        ("terraform", "%${a}"),
    ],
)
def test_a_name_that_cannot_be_written_as_it_is_is_refused(form: str, name: str) -> None:
    index = SecondaryIndex(
        "own", "global", (KeyAttribute("x"),), (), Projection("include", (name,))
    )
    for table in (
        Table("abc", KeyAttribute(name)),
        Table("abc", KeyAttribute("pk"), ttl_attribute=name),
        Table("abc", KeyAttribute("pk"), global_secondary_indexes=(index,)),
    ):
        with pytest.raises(InputError, match=r"carry out|no clear escape") as refused:
            exported(form, definition_of(table))
        assert name in refused.value.diagnostics[0].message


@pytest.mark.parametrize("form", OF_TABLES)
def test_what_is_no_table_is_left_out_and_told(form: str) -> None:
    few = replace(FIXED, access_patterns=FIXED.access_patterns[:2])
    assert {one.place: one.reason.partition(": ") for one in exported(form, few).not_carried} == {
        "entities": ("facts have no place there", ": ", named(FIXED.entities)),
        "tables.cruddur-messages.items": (
            "item types have no place there",
            ": ",
            named(FIXED.tables[0].items),
        ),
        "access_patterns": ("requests have no place there", ": ", named(few.access_patterns)),
        "stream_handlers": (
            "the stream is carried, what reads it has no place there",
            ": ",
            named(FIXED.stream_handlers),
        ),
    }


def named(parts: Sequence[Entity | ItemType | AccessPattern | StreamHandler]) -> str:
    return ", ".join(one.name for one in parts)


def test_of_many_names_the_first_are_told() -> None:
    [told] = [one for one in exported("sam", SHOP).not_carried if one.place == "access_patterns"]
    count = len(SHOP.access_patterns)
    assert told.reason.endswith(f"{named(SHOP.access_patterns[:5])} and {count - 5} more")


@pytest.mark.parametrize("form", OF_TABLES)
def test_tables_alone_leave_nothing_out_but_reasons(form: str) -> None:
    accepted = Table("abc", KeyAttribute("pk"), accepted={"DP709": "soon"})
    told = exported(form, definition_of(accepted, Table("def", KeyAttribute("pk")))).not_carried
    assert told == (
        NotCarried("tables.abc.accept", "reasons for accepted findings have no place there: abc"),
    )


def test_a_description_is_cut_where_a_template_ends_it_and_between_characters() -> None:
    whole = exported("sam", definition_of(Table("abc", KeyAttribute("pk")), description="é" * 512))
    assert whole.not_carried == ()
    long = definition_of(Table("abc", KeyAttribute("pk")), description="é" + "aé" * 512)
    cut = exported("sam", long)
    assert [one.place for one in cut.not_carried] == ["description"]
    [content] = cut.whole()[0].values()
    described = json.loads(content)["Description"]
    assert long.description.startswith(described)
    assert len(described.encode()) == 1_023  # the next character is two bytes
    assert exported("cdk", long).not_carried == cut.not_carried


def test_a_description_that_the_cdk_would_carry_out_is_left_out() -> None:
    told = exported(
        "cdk", definition_of(Table("abc", KeyAttribute("pk")), description="a ${Token[A.1]}")
    )
    assert [one.place for one in told.not_carried] == ["description"]
    assert b"Token" not in b"".join(told.whole()[0].values())


def test_names_on_the_command_line_are_those_of_the_forms() -> None:
    assert tuple(FORMATS) == NAMED
    folders = ", ".join(one.name for one in FORMATS.values() if one.is_folder)
    first, _, last = folders.rpartition(", ")
    alone = ", ".join(dict.fromkeys(one.alone for one in FORMATS.values() if one.alone))
    told = (
        f"TARGET is a folder for {first} and {last}, or the file where there is but one ({alone})."
    )
    assert told in " ".join((export.help or "").split())


@pytest.mark.parametrize("name", FORMATS)
def test_every_form_has_its_exporters(name: str) -> None:
    form = FORMATS[name]
    assert all(callable(form.export(suffix)) for suffix in form.functions)
    assert form.is_folder == (set(form.functions) == {""})


@given(st.lists(table_names, max_size=8, unique=True))
def test_identifiers_are_legal_and_differ_by_more_than_case(names: list[str]) -> None:
    for shape, ascii_identifier in (
        (logical_id, True),
        (class_name, True),
        (lambda name: variable_name(name, "table"), True),
        (resource_name, False),
    ):
        found = unique_identifiers(names, shape, taken=["node"])
        assert list(found) == names
        assert len({one.lower() for one in found.values()} - {"node"}) == len(names)
        for one in found.values():
            assert one.replace("-", "_").isidentifier() or shape is logical_id
            assert one.isascii()
            assert not ascii_identifier or "-" not in one
    assert all(one.isalnum() for one in map(logical_id, names))


def test_identifiers_are_what_one_expects() -> None:
    names = [
        "cruddur-messages",
        "cruddur.messages",
        "Orders.2024",
        "2024-orders",
        "---",
        "orderItems",
    ]
    assert list(unique_identifiers(names, logical_id).values()) == [
        "CruddurMessagesTable",
        "CruddurMessagesTable2",
        "Orders2024Table",
        "2024OrdersTable",
        "Table",
        "OrderItemsTable",
    ]
    assert [class_name(one) for one in ("2024-orders", "none", "---", "HTTPLog")] == [
        "Model2024Orders",
        "ModelNone",
        "Model",
        "HTTPLog",
    ]
    assert [variable_name(one) for one in ("orderItems", "HTTPLog", "class", "1", "---")] == [
        "order_items",
        "http_log",
        "table_class",
        "table_1",
        "table",
    ]


def test_chosen_tables_take_along_what_is_about_them_alone() -> None:
    chosen, told = with_tables(SHOP, ["catalog"])
    assert [table.name for table in chosen.tables] == ["catalog"]
    assert chosen.entities == SHOP.entities
    assert {one.name for one in chosen.access_patterns} == {
        "add-colour",
        "add-products",
        "low-stock",
        "products-of-cart",
        "products-of-category",
    }
    reasons = {one.place: one.reason for one in told}
    assert reasons["tables.shop"] == "it was not chosen"
    assert reasons["access_patterns.place-order"] == (
        "it uses the table 'shop', which was not chosen"
    )
    assert "PartiQL" in reasons["access_patterns.price-of-product"]
    assert len(told) == 1 + len(SHOP.access_patterns) - len(chosen.access_patterns)


def test_a_stream_handler_goes_with_its_table() -> None:
    other = replace(FIXED.tables[0], name="other")
    both = replace(FIXED, tables=(*FIXED.tables, other))
    kept, _ = with_tables(both, ["cruddur-messages"])
    assert kept.stream_handlers == FIXED.stream_handlers
    left, told = with_tables(both, ["other"])
    assert left.stream_handlers == ()
    assert {one.place for one in told if one.place.startswith("stream_handlers")} == {
        f"stream_handlers.{one.name}" for one in FIXED.stream_handlers
    }


def test_all_tables_by_name_are_all_and_an_unknown_one_is_told() -> None:
    assert with_tables(SHOP, ["catalog", "shop"]) == (SHOP, ())
    with pytest.raises(InputError, match="has no table 'shops'") as unknown:
        with_tables(SHOP, ["shops"])
    assert unknown.value.diagnostics[0].code is Code.UNKNOWN_NAME
    assert "shop" in unknown.value.diagnostics[0].hint
