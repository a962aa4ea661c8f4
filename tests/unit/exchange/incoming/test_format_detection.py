"""Which format a file has, told by its content; files that have none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.cli import import_command
from dynaproof.exchange.draft import Draft
from dynaproof.exchange.incoming.detection import FORMAT_NAMES, recognised
from dynaproof.exchange.incoming.reading import IMPORTED_FORMATS, MOST_BYTES, read_foreign
from dynaproof.model.diagnostic import InputError

KEYS = {
    "TableName": "orders",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}
RESOURCES = {"Orders": {"Type": "AWS::DynamoDB::Table", "Properties": KEYS}}


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"ModelName": "m", "ModelMetadata": {}, "DataModel": []}, "workbench"),
        ({"DataModel": [{"TableName": "t"}]}, "workbench"),
        ({"ModelName": "m", "ModelSchema": []}, "workbench"),
        ({"format": "onetable:1.1.0", "version": "0.0.1", "indexes": {}}, "onetable"),
        ({"version": "0.0.1", "indexes": {"primary": {}}, "models": {"User": {}}}, "onetable"),
        ({"tables": [KEYS], "items": {}, "access_patterns": []}, "awslabs"),
        ({"tables": [KEYS]}, "awslabs"),
        ({"tables": [{"table_config": {"table_name": "t"}, "entities": {}}]}, "awslabs-schema"),
        ({"Resources": RESOURCES}, "cloudformation"),
        ({"AWSTemplateFormatVersion": "2010-09-09"}, "cloudformation"),
        ({"service": "s", "resources": {"Resources": RESOURCES}}, "cloudformation"),
        ({"Table": KEYS}, "describe-table"),
        ({"TableDescription": KEYS}, "describe-table"),
        (KEYS, "describe-table"),
        ([{"Table": KEYS}], "describe-table"),
        ([KEYS], "describe-table"),
        ("| pattern | operation |\n| --- | --- |\n| a | Query |\n", "sheet"),
        ("pattern,operation,table\na,Query,t\n", "sheet"),
        ("pattern;operation\n", "sheet"),
    ],
    ids=str,
)
def test_a_format_is_told_by_what_is_in_the_file(value: object, name: str) -> None:
    found = recognised(value)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("value", [{}, [], {"a": 1}, 7, None, "one word", {"tables": 5}], ids=str)
def test_what_has_no_format_is_none(value: object) -> None:
    assert recognised(value) is None


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["tables", "items", "Resources", "resources", "Table", "models"]),
                inner,
                max_size=3,
            )
        ),
        max_leaves=8,
    )
)
@settings(max_examples=200)
def test_any_value_has_a_format_or_none(value: object) -> None:
    found = recognised(value)
    assert found is None or found.name in FORMAT_NAMES


def test_the_command_offers_the_formats_that_can_be_read() -> None:
    assert import_command.FORMATS == FORMAT_NAMES
    assert set(IMPORTED_FORMATS) == set(FORMAT_NAMES)


def read(content: bytes, format_: str | None = None) -> Draft:
    return read_foreign(content, "orders.json", format_)[1]


def refused(content: bytes, format_: str | None = None) -> tuple[str, str]:
    with pytest.raises(InputError) as error:
        read(content, format_)
    found = error.value.diagnostics[0]
    assert found.place is not None
    return found.code.value, found.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_comes_in_the_encodings_that_shells_write(encoding: str) -> None:
    text = json.dumps({"Table": {**KEYS, "TableName": "orders"}})
    assert read(text.encode(encoding)).tables[0].table.name == "orders"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_yaml_comes_in_them_too(encoding: str) -> None:
    text = f"Resources: {json.dumps(RESOURCES)}\r\n"
    assert read(text.encode(encoding)).tables[0].table.name == "orders"


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (b"", "DP118", "the file is empty"),
        (b"\xef\xbb\xbf \n", "DP118", "the file is empty"),
        (b"\xff\xfe\x00\x00", "DP118", "the file is empty"),
        (b"one word", "DP118", "the file has none of the formats that can be imported"),
        (b"{}", "DP118", "the file has none of the formats that can be imported"),
        (b'{"a": 1,}', "DP118", "the file is not JSON"),
        (b'{"a": NaN}', "DP118", "the file is not JSON"),
        (b"[" * 100_000, "DP109", "nested deeper"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "DP101", "the file is not UTF-8 text"),
        (b"PK\x03\x04\x00\x00", "DP101", "the file is no text"),
        (b"Resources: " + b"[" * 2_000, "DP118", ""),
        (b" " * (MOST_BYTES + 1), "DP109", "larger than 20 MB"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_file_that_cannot_be_read_is_refused(content: bytes, code: str, message: str) -> None:
    found, said = refused(content)
    assert found == code
    assert message in said


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_every_format_refuses_what_is_not_its_own(name: str) -> None:
    for content in [b"{}", b"[]", b"7", b"null", b'"a"', b"words", b"{"]:
        code, _ = refused(content, name)
        assert code == "DP118"


def test_usage_data_goes_with_one_format_alone() -> None:
    with pytest.raises(InputError, match="usage data goes with a schema of awslabs"):
        read_foreign(json.dumps(KEYS).encode(), "a.json", usage=(b"{}", "usage.json"))


def test_a_sheet_may_begin_with_a_link() -> None:
    text = b"[patterns](x)\n\n| pattern | operation |\n| --- | --- |\n| a | Query |\n"
    assert recognised(text.decode()) is not None
    assert read_foreign(text, "sheet.md")[0] == "sheet"


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        draft = read(content)
    except InputError:
        return
    assert isinstance(draft, Draft)
