"""Items as CSV and Parquet: read back by other readers they are the same items."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import cast

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyarrow import csv, parquet

from dynaproof.exchange.exported import Export, Exported, GeneratedItem, ItemsOf
from dynaproof.exchange.outgoing.csv_files import export_csv
from dynaproof.exchange.outgoing.parquet_files import export_parquet
from dynaproof.model.attribute_value import Item, from_wire, number_text, to_wire
from dynaproof.model.definition import Definition, SourceMap
from dynaproof.model.item import AttributeTemplate, ItemType
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table
from dynaproof.model.template import Template

NAMES = ("a", "A", "x,y", 'q"uote', "=1+1", "naïve", "a.b")
ANY = Template.parse("${any}")
KEY = (AttributeTemplate("id", ANY), AttributeTemplate("number", ANY))
ROWS = ItemType("row", "rows", KEY, tuple(AttributeTemplate(name, ANY) for name in NAMES))
OTHERS = ItemType("other", "rows", KEY)
TABLE = Table(
    "rows",
    KeyAttribute("id", "B"),
    KeyAttribute("number", "N"),
    global_secondary_indexes=(SecondaryIndex("by-a", "global", (KeyAttribute("a"),)),),
    items=(ROWS, OTHERS),
)
DEFINITION = Definition("rows", SourceMap("rows.yaml"), tables=(TABLE,))

texts = st.text(st.characters(codec="utf-8"), max_size=8)
numbers = st.one_of(
    st.integers(-(10**20), 10**20),
    st.decimals(-(10**6), 10**6, places=3),
    st.sampled_from([Decimal("1e125"), Decimal("-1e-130"), Decimal("0.1"), 10**38 - 1]),
).map(lambda number: number_text(cast(int | Decimal, number)))
of_kind = {
    "S": st.builds(lambda v: {"S": v}, texts),
    "N": st.builds(lambda v: {"N": v}, numbers),
    "B": st.builds(lambda v: {"B": v}, st.binary(max_size=8)),
    "BOOL": st.builds(lambda v: {"BOOL": v}, st.booleans()),
    "NULL": st.just({"NULL": True}),
    "SS": st.builds(lambda v: {"SS": sorted(v)}, st.sets(texts, min_size=1, max_size=3)),
    "NS": st.builds(lambda v: {"NS": sorted(v)}, st.sets(numbers, min_size=1, max_size=3)),
    "BS": st.builds(lambda v: {"BS": sorted(v)}, st.sets(st.binary(max_size=4), min_size=1)),
}
scalars = st.one_of(*of_kind.values())
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.builds(lambda v: {"L": v}, st.lists(inner, max_size=3)),
        st.builds(lambda v: {"M": v}, st.dictionaries(texts, inner, max_size=3)),
    ),
    max_leaves=4,
)


@st.composite
def rows(draw: st.DrawFn) -> list[Item]:
    """Items that have some attributes of one type each, and some of several."""
    number = draw(st.integers(1, 6))
    names = st.lists(st.sampled_from(NAMES), unique=True)
    named = st.sampled_from([*of_kind.values(), values])
    of_name = {name: draw(named) for name in draw(names)}
    return [
        {
            "id": {"B": bytes([position])},
            "number": {"N": draw(numbers)},
            **{name: draw(of) for name, of in of_name.items() if draw(st.booleans())},
        }
        for position in range(number)
    ]


def items_of(items: list[Item]) -> ItemsOf:
    wired = [{name: to_wire(value) for name, value in one.items()} for one in items]

    def of(table: str) -> Iterator[GeneratedItem]:
        return (GeneratedItem("row", json.dumps(one, ensure_ascii=False)) for one in wired)

    return of


def reasons(exported: Exported, name: str) -> str:
    """What is told of an attribute; its place ends with its name."""
    ends = (f".attributes.{name}", f".attributes[{json.dumps(name)}]")
    return "; ".join(one.reason for one in exported.not_carried if one.place.endswith(ends))


def json_typed(text: object) -> dict[str, object]:
    return from_wire(json.loads(str(text)))


def of_parquet(exported: Exported, content: bytes) -> list[Item]:
    """The items of a file, by its types and by what was told of its columns."""
    table = parquet.read_table(io.BytesIO(content))

    def typed(name: str, value: object, kind: pa.DataType) -> dict[str, object]:
        told = reasons(exported, name)
        if "DynamoDB JSON" in told:
            return json_typed(value)
        if isinstance(value, list):
            member = kind.value_type
            as_text = pa.types.is_string(member) and "as text" not in told
            descriptor = "SS" if as_text else "BS" if pa.types.is_binary(member) else "NS"
            return {descriptor: [number_text(v) for v in value] if descriptor == "NS" else value}
        if pa.types.is_string(kind) and "as text" not in told:
            return {"S": value}
        match value:
            case bool():
                return {"BOOL": value}
            case bytes():
                return {"B": value}
        assert isinstance(value, int | Decimal | str)
        return {"N": number_text(value)}

    return [
        {
            name: typed(name, value, table.schema.field(name).type)
            for name, value in row.items()
            if value is not None
        }
        for row in table.to_pylist()
    ]


def of_csv(exported: Exported, content: bytes) -> list[Item]:
    """The items of a file: cells that are empty and not quoted stand for no attribute."""
    table = csv.read_csv(
        io.BytesIO(content),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(("id", "number", *NAMES), pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )

    def typed(name: str, value: str) -> dict[str, object]:
        told = reasons(exported, name)
        if "DynamoDB JSON" in told:
            return json_typed(value)
        if name == "id":
            return from_wire({"B": value})
        if name == "number" or ": N is" in told:
            return {"N": value}
        return {"BOOL": value == "true"} if ": BOOL is" in told else {"S": value}

    return [
        {name: typed(name, value) for name, value in row.items() if value is not None}
        for row in table.to_pylist()
    ]


def only(exported: Exported) -> bytes:
    [content] = exported.whole()[0].values()
    return content


SOME: list[Item] = [
    {"id": {"B": b"\0"}, "number": {"N": "1"}, "a": {"S": ""}, "x,y": {"S": 'a "b"\r\n,c'}},
    {
        "id": {"B": b"\1"},
        "number": {"N": "0.5"},
        'q"uote': {"S": "=1+1"},
        "A": {"NS": ["1", "2.5"]},
    },
]


@settings(max_examples=50)
@given(rows())
@example(SOME)
def test_parquet_holds_the_same_items(items: list[Item]) -> None:
    exported = export_parquet(DEFINITION, items_of(items))
    assert of_parquet(exported, only(exported)) == items


@settings(max_examples=50)
@given(rows())
@example(SOME)
def test_csv_holds_the_same_items(items: list[Item]) -> None:
    exported = export_csv(DEFINITION, items_of(items))
    assert of_csv(exported, only(exported)) == items


@pytest.mark.parametrize("export", [export_csv, export_parquet])
def test_files_are_named_by_table_and_item_type_and_are_the_same_again(export: Export) -> None:
    of = items_of(SOME)
    files, told = export(DEFINITION, of).whole()
    suffix = "csv" if export is export_csv else "parquet"
    assert list(files) == [f"rows/row.{suffix}"]
    assert (files, told) == export(DEFINITION, of).whole()
    assert "tables.rows.items.other" in {one.place for one in told}


def typed_schema(items: list[Item]) -> pa.Schema:
    exported = export_parquet(DEFINITION, items_of(items))
    return parquet.read_schema(io.BytesIO(only(exported)))


@pytest.mark.parametrize(
    ("numbers", "type_"),
    [
        (["1", "-999999999999999999"], pa.int64()),
        (["1", "1000000000000000000"], pa.decimal128(38, 0)),
        (["1", "-0.25", "12345.5"], pa.decimal128(38, 2)),
        (["99999999999999999999999999999999999.999"], pa.decimal128(38, 3)),
        (["99999999999999999999999999999999999", "0.0001"], pa.string()),
        (["1e-130"], pa.string()),
        (["15e3"], pa.int64()),
    ],
)
def test_numbers_have_the_first_type_that_is_exact(numbers: list[str], type_: pa.DataType) -> None:
    items: list[Item] = [
        {"id": {"B": b"1"}, "number": {"N": "1"}, "a": {"N": number}} for number in numbers
    ]
    assert typed_schema(items).field("a").type == type_
    exported = export_parquet(DEFINITION, items_of(items))
    read = [one["a"]["N"] for one in of_parquet(exported, only(exported))]
    assert read == [number_text(number) for number in numbers]


def test_key_attributes_come_first_and_a_cell_is_never_changed() -> None:
    item: Item = {
        "a": {"S": "@SUM(1)"},
        "A": {"S": "-2"},
        "number": {"N": "7"},
        "id": {"B": b"+"},
        "naïve": {"S": "=cmd|' /C calc'!A0"},
    }
    text = only(export_csv(DEFINITION, items_of([item]))).decode()
    header, line = text.splitlines()
    assert header == '"id","number","a","A","naïve"'
    assert line == '"Kw==","7","@SUM(1)","-2","=cmd|\' /C calc\'!A0"'


def test_what_csv_cannot_say_is_told() -> None:
    exported = export_csv(DEFINITION, items_of(SOME))
    assert "1 of 2 items" in reasons(exported, "a")
    assert "1 empty texts" in reasons(exported, "a")
    assert "line breaks" in reasons(exported, "x,y")
    assert "NS is written as DynamoDB JSON" in reasons(exported, "A")
    assert "no item has this attribute" in reasons(exported, "a.b")
    assert not reasons(exported, "number")
    assert not reasons(exported, "id")


def test_many_items_pass_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dynaproof.exchange.outgoing.item_columns.BATCH_ITEMS", 7)
    items: list[Item] = [
        {"id": {"B": b"x"}, "number": {"N": str(n)}, "a": {"S": "a" * n}} for n in range(50)
    ]
    for export, read in ((export_csv, of_csv), (export_parquet, of_parquet)):
        exported = export(DEFINITION, items_of(items))
        assert read(exported, only(exported)) == items
