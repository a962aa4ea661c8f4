"""A definition as a model of NoSQL Workbench: its shape, what it holds, and what it leaves out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dynaproof.exchange.exported import Exported, GeneratedItem, ItemsOf
from dynaproof.exchange.outgoing.workbench import export_workbench
from dynaproof.model.definition import Definition

Generated = tuple[Definition, ItemsOf]

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "schemas" / "nosql-workbench-3.0.json").read_text()
)
DEFINITION = """\
version: 1
name: library
description: Books and their loans.
entities:
  books:
    count: 3
    attributes:
      isbn: {generate: sequence}
      title: {generate: sentence}
      lent_at: {generate: timestamp, from: 2026-01-01, to: 2026-02-01, null: 1.0}
  loans:
    count: 150
    attributes:
      number: {generate: sequence}
      fee: {generate: decimal, min: 0, max: 9, places: 2}
tables:
  library:
    partition_key: pk
    sort_key: sk
    billing: {provisioned: {read_capacity_units: 7, write_capacity_units: 3}}
    stream: new_image
    ttl: expires
    deletion_protection: true
    global_secondary_indexes:
      by-title: {partition_key: title, projection: {include: [isbn]}}
      by-fee:
        partition_key: kind
        sort_key: {name: fee, type: N}
        projection: keys_only
        billing: {provisioned: {read_capacity_units: 1, write_capacity_units: 1}}
      by-both: {partition_key: [kind, title]}
    local_secondary_indexes:
      by-isbn: {sort_key: {name: isbn, type: N}}
    items:
      book:
        from: books
        key: {pk: "BOOK#${isbn:05d}", sk: BOOK}
        attributes: {title: "${title}", isbn: "${isbn}", lent: "${lent_at}", tags: "${title}"}
      loan:
        from: "SELECT *, [number, number + 1] AS numbers, {'a': fee} AS detail FROM loans"
        key: {pk: "LOAN#${number}", sk: "A<B>#${number}"}
        attributes:
          fee: "${fee}"
          kind: loan
          tags: {value: "${numbers}", type: NS}
          detail: "${detail}"
          expires: 1800000000
  nothing:
    partition_key: {name: id, type: B}
access_patterns:
  show:
    parameters: {isbn: books.isbn}
    get: {table: library, key: {pk: "BOOK#${isbn:05d}", sk: BOOK}}
"""


@pytest.fixture(scope="module")
def library(generated: Callable[[str], Generated]) -> Generated:
    return generated(DEFINITION)


def document(exported: Exported) -> dict[str, Any]:
    [content] = exported.whole()[0].values()
    jsonschema.validate(json.loads(content), SCHEMA, jsonschema.Draft202012Validator)
    model: dict[str, Any] = json.loads(content)
    return model


@pytest.fixture(scope="module")
def exported(library: Generated) -> Exported:
    return export_workbench(*library)


def test_a_model_has_tables_keys_indexes_and_billing(exported: Exported) -> None:
    model = document(exported)
    assert model["ModelName"] == "library"
    library, nothing = model["DataModel"]
    assert library["KeyAttributes"] == {
        "PartitionKey": {"AttributeName": "pk", "AttributeType": "S"},
        "SortKey": {"AttributeName": "sk", "AttributeType": "S"},
    }
    assert library["BillingMode"] == "PROVISIONED"
    assert library["ProvisionedCapacitySettings"] == {
        "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 3}
    }
    title, fee = library["GlobalSecondaryIndexes"]
    assert title == {
        "IndexName": "by-title",
        "KeyAttributes": {"PartitionKey": {"AttributeName": "title", "AttributeType": "S"}},
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["isbn"]},
    }
    assert fee["KeyAttributes"]["SortKey"] == {"AttributeName": "fee", "AttributeType": "N"}
    assert nothing == {
        "TableName": "nothing",
        "KeyAttributes": {"PartitionKey": {"AttributeName": "id", "AttributeType": "B"}},
        "NonKeyAttributes": [],
        "TableData": [],
        "DataAccess": {"MySql": {}},
        "BillingMode": "PAY_PER_REQUEST",
    }


def test_each_item_type_is_a_facet_with_its_alias_and_items(
    exported: Exported, library: Generated
) -> None:
    model = document(exported)
    book, loan = model["DataModel"][0]["TableFacets"]
    assert book["FacetName"] == "book"
    assert book["KeyAttributeAlias"] == {
        "PartitionKeyAlias": "BOOK#<isbn>",
        "SortKeyAlias": "BOOK",
    }
    assert book["NonKeyAttributes"] == ["title", "isbn", "tags"]
    items = [one for one in library[1]("library") if one.item_type == "book"]
    assert book["TableData"] == [json.loads(one.text) for one in items]
    assert [one["pk"]["S"] for one in loan["TableData"]] == sorted(
        json.loads(one.text)["pk"]["S"] for one in library[1]("library") if one not in items
    )[:100]


def test_attributes_have_the_types_of_the_items(exported: Exported) -> None:
    model = document(exported)
    attributes = model["DataModel"][0]["NonKeyAttributes"]
    assert {one["AttributeName"]: one["AttributeType"] for one in attributes} == {
        "title": "S",
        "kind": "S",
        "fee": "N",
        "isbn": "N",
        "tags": "S",
        "detail": "M",
        "expires": "N",
    }


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("entities.books", "facts"),
        ("tables.library.stream", "no streams"),
        ("tables.library.ttl", "time to live"),
        ("tables.library.deletion_protection", "deletion protection"),
        ("tables.library.local_secondary_indexes.by-isbn", "global secondary indexes only"),
        ("tables.library.global_secondary_indexes.by-both", "one partition key"),
        ("tables.library.global_secondary_indexes.by-fee.billing", "the table alone"),
        ("tables.library.items.loan", "the first 100 of 150 items"),
        ("tables.library.items.book.attributes.lent", "no item has this attribute"),
        (
            "tables.library.items.loan.attributes.tags",
            "one type for an attribute, S; here it is NS",
        ),
        ("tables.library.items.book.key.pk", "${isbn:05d}"),
        ("tables.library.items.loan.key.sk", "< and >"),
        ("access_patterns.show", "no access patterns"),
    ],
)
def test_what_has_no_place_is_told(exported: Exported, place: str, reason: str) -> None:
    told = [one.reason for one in exported.not_carried if one.place == place]
    assert any(reason in one for one in told), exported.not_carried


def test_nothing_else_is_told(exported: Exported) -> None:
    assert len(exported.not_carried) == 14


def test_the_same_definition_gives_the_same_bytes(library: Generated, exported: Exported) -> None:
    assert export_workbench(*library) == exported
    later = export_workbench(*library, date=datetime(2026, 3, 4, 15, 6, tzinfo=UTC))
    assert document(later)["ModelMetadata"]["DateCreated"] == "Mar 04, 2026, 03:06 PM"


def test_fewer_items_are_fewer_items(library: Generated) -> None:
    few = document(export_workbench(*library, most_items=2))
    facets = few["DataModel"][0]["TableFacets"]
    assert [len(one["TableData"]) for one in facets] == [2, 2]


def test_large_items_are_fewer_still(library: Generated) -> None:
    definition, items = library

    def large(table: str) -> Iterator[GeneratedItem]:
        for one in items(table):
            values = json.loads(one.text) | {"title": {"S": "a" * 300_000}}
            yield GeneratedItem(one.item_type, json.dumps(values))

    exported = export_workbench(definition, large)
    facets = document(exported)["DataModel"][0]["TableFacets"]
    assert [len(one["TableData"]) for one in facets] == [3, 3]
    told = {one.place: one.reason for one in exported.not_carried}
    assert told["tables.library.items.loan"] == "the first 3 of 150 items are in the model"


HOSTILE = "a/../b \\ \" ' {{x}} ${y} \u0000 \x7f <script> \u2028 é"


def test_any_text_is_carried(generated: Callable[[str], Generated]) -> None:
    in_template = json.dumps(HOSTILE.replace("$", "$$"))
    in_description = json.dumps(HOSTILE)
    text = DEFINITION.replace("Books and their loans.", in_description).replace(
        "kind: loan", f"kind: {in_template}"
    )
    model = document(export_workbench(*generated(text)))
    assert model["ModelMetadata"]["Description"] == HOSTILE
    loan = model["DataModel"][0]["TableFacets"][1]
    assert loan["TableData"][0]["kind"] == {"S": HOSTILE}


@pytest.mark.parametrize("name", ["chat-system", "online-shop"])
def test_shipped_definitions_are_valid_models(
    generated: Callable[[str], Generated], name: str
) -> None:
    text = (Path(__file__).parents[4] / "patterns" / f"{name}.yaml").read_text(encoding="utf-8")
    definition, items = generated(text)
    tables = document(export_workbench(definition, items))["DataModel"]
    assert [one["TableName"] for one in tables] == [one.name for one in definition.tables]
    assert [[facet["FacetName"] for facet in one["TableFacets"]] for one in tables] == [
        [item_type.name for item_type in one.items] for one in definition.tables
    ]
