"""Requests before anything is computed: which value is wrong, and where."""

from __future__ import annotations

import pytest

from dynaproof.capacity.typed_request import check_typed_request, from_wire_request
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError


def put(value: object) -> dict[str, object]:
    return {"TableName": "t", "Item": {"pk": {"S": "p"}, "a": value}}


def problems_of(value: object) -> tuple[Diagnostic, ...]:
    """What is said of a PutItem of an item that holds a value."""
    try:
        check_typed_request("PutItem", put(value))
    except InputError as error:
        return error.diagnostics
    return ()


def nested(levels: int) -> object:
    value: object = {"S": "x"}
    for _ in range(levels):
        value = {"L": [value]}
    return value


def nested_maps(levels: int) -> object:
    value: object = {"S": "x"}
    for _ in range(levels):
        value = {"M": {"a": value}}
    return value


GOOD: list[object] = [
    {"S": ""},
    {"N": "1"},
    {"B": b"x"},
    {"B": bytearray(b"x")},
    {"B": memoryview(b"x")},
    {"BOOL": False},
    {"NULL": True},
    {"L": []},
    {"L": ({"S": "x"},)},
    {"M": {}},
    {"M": {"a": {"L": [{"N": "1"}]}}},
    {"SS": ["a", "b"]},
    {"NS": ["1", "10"]},
    {"BS": (b"a", b"b")},
    # Constraints.html: 32 levels.
    nested(31),
    nested_maps(31),
]


@pytest.mark.parametrize("value", GOOD)
def test_values_as_boto3_takes_them_are_accepted(value: object) -> None:
    assert problems_of(value) == ()


BAD: list[tuple[object, str]] = [
    (5, "an attribute value is such as {'S': 'x'}, not 5"),
    ({"S": 5}, "5 is no value of type S"),
    ({"N": 5}, "5 is no value of type N"),
    ({"BOOL": 1}, "1 is no value of type BOOL"),
    ({"NULL": False}, "False is no value of type NULL"),
    ({"L": {"S": "x"}}, "is no value of type L"),
    ({"M": []}, "[] is no value of type M"),
    ({"SS": []}, "[] is no value of type SS"),
    ({"NS": "1"}, "'1' is no value of type NS"),
    ({"SS": ["a", 5]}, "5 is no value of type S"),
    ({"SS": ["a", "b", "a"]}, "the set has 'a' twice"),
    ({"NS": ["1", "1.0"]}, "the set has '1.0' twice"),
    ({"BS": [b"a", b"a"]}, "the set has b'a' twice"),
    ({"B": "text"}, "binary is bytes, not 'text'"),
    ({"L": [{"S": "x"}, {"S": 5}]}, "5 is no value of type S"),
    ({"M": {"b": {"S": 5}}}, "5 is no value of type S"),
    (nested(32), "nested deeper than 32 levels"),
    (nested_maps(32), "nested deeper than 32 levels"),
    # What is long is shown by its beginning: 60 characters, three of them dots.
    ({"S": ["x" * 56]}, "['" + "x" * 56 + "'] is no value"),
    ({"S": ["x" * 57]}, "['" + "x" * 55 + "... is no value"),
]


@pytest.mark.parametrize(("value", "message"), BAD)
def test_a_wrong_value_is_said_with_its_place(value: object, message: str) -> None:
    [diagnostic] = problems_of(value)
    assert diagnostic.code is Code.ATTRIBUTE_TYPE
    assert diagnostic.message.startswith("Item.a: ")
    assert message in diagnostic.message


def test_all_that_is_wrong_is_said_at_once() -> None:
    gets = [{"Get": {"TableName": "t", "Key": {"pk": {"S": 5}}}}] * 2
    with pytest.raises(InputError) as error:
        check_typed_request("TransactGetItems", {"TransactItems": gets})
    assert [one.message.partition(": ")[0] for one in error.value.diagnostics] == [
        "TransactItems.0.Get.Key.pk",
        "TransactItems.1.Get.Key.pk",
    ]


@pytest.mark.parametrize(
    ("operation", "arguments", "place"),
    [
        ("PutItem", {"TableName": "t"}, "the request: "),
        ("GetItem", {"TableName": 5, "Key": {}}, "TableName: "),
        ("CreateTable", {}, "'CreateTable' is not an operation of DynamoDB's data plane"),
    ],
)
def test_what_is_no_request_is_said(
    operation: str, arguments: dict[str, object], place: str
) -> None:
    with pytest.raises(InputError) as error:
        check_typed_request(operation, arguments)
    [diagnostic] = error.value.diagnostics
    assert diagnostic.code is Code.REQUEST_SHAPE
    assert diagnostic.message.startswith(place)


def test_binary_comes_as_base64_on_the_wire() -> None:
    wire = put({"L": [{"B": "AQI="}, {"BS": ["AQ==", "Ag=="]}, {"M": {"b": {"B": ""}}}]})
    read = from_wire_request("PutItem", wire | {"ReturnValues": "NONE"})
    assert read == put(
        {"L": [{"B": b"\x01\x02"}, {"BS": [b"\x01", b"\x02"]}, {"M": {"b": {"B": b""}}}]}
    ) | {"ReturnValues": "NONE"}
    with pytest.raises(InputError, match="'A' is not base64"):
        from_wire_request("PutItem", put({"B": "A"}))
    with pytest.raises(InputError, match="is not base64"):
        from_wire_request("PutItem", put({"B": "AQ I="}))
