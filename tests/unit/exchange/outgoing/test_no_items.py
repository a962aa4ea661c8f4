"""What exporters of items make of a definition that has none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dynaproof.exchange.exported import GeneratedItem
from dynaproof.exchange.outgoing.formats import FORMATS
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, SourceMap
from dynaproof.model.diagnostic import InputError
from dynaproof.model.item import ItemType
from dynaproof.model.table import KeyAttribute, Table

KEY = KeyAttribute("id")
WITHOUT = Definition(
    "bare",
    SourceMap("bare.yaml"),
    tables=(Table("bare", KEY), Table("empty", KEY, items=(ItemType("one", "ones", ()),))),
)


def none(table: str) -> Iterator[GeneratedItem]:
    return iter(())


def some(table: str) -> Iterator[GeneratedItem]:
    return iter([GeneratedItem("one", '{"id":{"S":"a"}}')] if table == "empty" else [])


@pytest.mark.parametrize("form", ["s3-import", "csv", "parquet"])
def test_a_form_of_items_needs_items(form: str) -> None:
    with pytest.raises(InputError, match="has no items") as refused:
        FORMATS[form].export()(WITHOUT, none)
    assert refused.value.diagnostics[0].code is Code.EXPORT


@pytest.mark.parametrize("form", ["s3-import", "csv", "parquet"])
def test_a_table_without_items_is_told(form: str) -> None:
    files, told = FORMATS[form].export()(WITHOUT, some).whole()
    assert {name.split("/")[0] for name in files} == {"empty"}
    assert "no items" in {one.place: one.reason for one in told}["tables.bare"]


def test_a_model_needs_a_table() -> None:
    with pytest.raises(InputError, match="has no table") as refused:
        FORMATS["workbench"].export(".json")(Definition("bare", SourceMap("bare.yaml")), none)
    assert refused.value.diagnostics[0].code is Code.EXPORT
