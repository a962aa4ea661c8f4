"""Files for ImportTable: gzip DynamoDB JSON lines within bounds, and the input of import-table."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterator
from itertools import pairwise

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.exchange.exported import Exported, GeneratedItem, ItemsOf
from dynaproof.exchange.outgoing.s3_import import export_s3_import
from dynaproof.model.definition import Definition, SourceMap
from dynaproof.model.item import AttributeTemplate, ItemType
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table, Throughput
from dynaproof.model.template import Template

NUMBER = KeyAttribute("number", "N")
READINGS = Table(
    "meter.readings",
    KeyAttribute("meter"),
    NUMBER,
    throughput=Throughput(4, 2),
    stream="keys_only",
    ttl_attribute="expires",
    deletion_protection=True,
    global_secondary_indexes=(
        SecondaryIndex("by-number", "global", (NUMBER, KeyAttribute("meter"))),
    ),
    local_secondary_indexes=(
        SecondaryIndex(
            "by-watts", "local", (KeyAttribute("meter"),), (KeyAttribute("watts", "N"),)
        ),
    ),
    items=(ItemType("reading", "readings", (AttributeTemplate("meter", Template.parse("m")),)),),
)
EMPTY = Table("empty", KeyAttribute("id"))
DEFINITION = Definition("meters", SourceMap("meters.yaml"), tables=(READINGS, EMPTY))


def items_of(texts: list[str]) -> ItemsOf:
    def items(table: str) -> Iterator[GeneratedItem]:
        return (GeneratedItem("reading", text) for text in (texts if table != "empty" else ()))

    return items


def item(number: int, remark: str = "") -> str:
    values = {"meter": {"S": "m"}, "number": {"N": str(number)}, "remark": {"S": remark}}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def lines(files: dict[str, bytes]) -> list[bytes]:
    return [
        line
        for name in sorted(files)
        if name.endswith(".gz")
        for line in gzip.decompress(files[name]).splitlines()
    ]


def test_items_stand_one_a_line_in_files_of_the_table() -> None:
    texts = [item(number) for number in range(3)]
    files, _ = export_s3_import(DEFINITION, items_of(texts)).whole()
    assert sorted(files) == [
        "meter.readings/data/00001.json.gz",
        "meter.readings/import-table.json",
    ]
    unpacked = gzip.decompress(files["meter.readings/data/00001.json.gz"]).decode()
    assert unpacked == "".join(f'{{"Item":{text}}}\n' for text in texts)


@settings(max_examples=50)
@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=40),
    st.integers(100, 600),
)
def test_no_file_is_larger_than_asked_and_all_items_are_there(
    remarks: list[str], most: int
) -> None:
    texts = [item(number, remark) for number, remark in enumerate(remarks)]
    files, _ = export_s3_import(DEFINITION, items_of(texts), most_bytes=most).whole()
    assert [json.loads(line)["Item"] for line in lines(files)] == [json.loads(t) for t in texts]
    sizes = [len(gzip.decompress(file)) for name, file in files.items() if name.endswith(".gz")]
    largest = max(len(text.encode()) for text in texts) + len('{"Item":}\n')
    assert max(sizes) <= max(most, largest)
    assert all(one + two > most for one, two in pairwise(sizes))


def test_files_may_be_written_in_any_order_and_more_than_once() -> None:
    texts = [item(number) for number in range(20)]
    exported = export_s3_import(DEFINITION, items_of(texts), most_bytes=200)
    files, _ = exported.whole()
    assert len(files) > 5

    def written(name: str) -> bytes:
        content = exported.files[name]
        if isinstance(content, bytes):
            return content
        stream = io.BytesIO()
        content(stream)
        return stream.getvalue()

    names = sorted(files, reverse=True)
    assert [written(name) for name in (*names, *names)] == [files[n] for n in (*names, *names)]


def test_one_pass_counts_and_one_pass_writes() -> None:
    texts = [item(number) for number in range(50)]
    passes: list[str] = []
    of = items_of(texts)

    def counted(table: str) -> Iterator[GeneratedItem]:
        passes.append(table)
        return of(table)

    files, _ = export_s3_import(DEFINITION, counted, most_bytes=300).whole()
    assert len(files) > 10
    assert passes == ["meter.readings", "empty", "meter.readings"]


def test_the_same_items_give_the_same_bytes() -> None:
    of = items_of([item(number) for number in range(9)])
    assert export_s3_import(DEFINITION, of).whole() == export_s3_import(DEFINITION, of).whole()
    first = export_s3_import(DEFINITION, of).whole()[0]["meter.readings/data/00001.json.gz"]
    assert first[4:8] == b"\0\0\0\0"  # no time of writing (RFC 1952, MTIME)
    assert not first[3] & 0b1000  # no name (FNAME)


@pytest.fixture(scope="module")
def exported() -> Exported:
    return export_s3_import(DEFINITION, items_of([item(1)]), bucket="meters-to-import")


def test_the_input_of_import_table_is_what_the_service_takes(exported: Exported) -> None:
    files, _ = exported.whole()
    document = json.loads(files["meter.readings/import-table.json"])
    model = botocore.session.get_session().get_service_model("dynamodb")
    shape = model.operation_model("ImportTable").input_shape
    assert shape is not None
    assert not ParamValidator().validate(document, shape).has_errors()
    assert document["S3BucketSource"] == {
        "S3Bucket": "meters-to-import",
        "S3KeyPrefix": "meter.readings/data/",
    }
    assert (document["InputFormat"], document["InputCompressionType"]) == ("DYNAMODB_JSON", "GZIP")
    table = document["TableCreationParameters"]
    assert table["AttributeDefinitions"] == [
        {"AttributeName": "meter", "AttributeType": "S"},
        {"AttributeName": "number", "AttributeType": "N"},
    ]
    assert table["ProvisionedThroughput"] == {"ReadCapacityUnits": 4, "WriteCapacityUnits": 2}
    assert [one["IndexName"] for one in table["GlobalSecondaryIndexes"]] == ["by-number"]


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ('tables["meter.readings"].stream', "UpdateTable"),
        ('tables["meter.readings"].ttl', "UpdateTimeToLive"),
        ('tables["meter.readings"].deletion_protection', "UpdateTable"),
        ('tables["meter.readings"].local_secondary_indexes.by-watts', "none can be added later"),
        ("tables.empty", "nothing to import"),
    ],
)
def test_what_import_table_does_not_take_is_told(
    exported: Exported, place: str, reason: str
) -> None:
    assert [reason in one.reason for one in exported.not_carried if one.place == place] == [True]


def test_generated_items_are_all_there(
    generated: Callable[[str], tuple[Definition, ItemsOf]],
) -> None:
    definition, items = generated(
        """\
version: 1
name: notes
entities: {notes: {count: 500, attributes: {id: {generate: uuid}, text: {generate: sentence}}}}
tables:
  notes:
    partition_key: id
    items: {note: {from: notes, key: {id: "${id}"}, attributes: {text: "${text}"}}}
access_patterns: {}
"""
    )
    files, _ = export_s3_import(definition, items, most_bytes=20_000).whole()
    assert [json.loads(line)["Item"] for line in lines(files)] == [
        json.loads(one.text) for one in items("notes")
    ]
