"""Tables as CreateTable takes them and DescribeTable gives them.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

from typing import Any

import pytest

from dynaproof.capacity.table_description import table_from_description
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput

PK, SK, NUMBER, BINARY = (
    KeyAttribute("pk"),
    KeyAttribute("sk"),
    KeyAttribute("n", "N"),
    KeyAttribute("b", "B"),
)


def keys(hash_key: str, range_key: str = "") -> list[dict[str, str]]:
    schema = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    if range_key:
        schema.append({"AttributeName": range_key, "KeyType": "RANGE"})
    return schema


def units(reads: object, writes: object) -> dict[str, object]:
    return {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}


# Any: parsed JSON, of which some is wrong on purpose.
def described(**others: Any) -> dict[str, Any]:
    types = {"pk": "S", "sk": "S", "n": "N", "b": "B"}
    return {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": type_} for name, type_ in types.items()
        ],
        "KeySchema": keys("pk"),
        **others,
    }


def index(name: str = "i", **others: Any) -> dict[str, Any]:
    made = {"IndexName": name, "KeySchema": keys("n"), "Projection": {"ProjectionType": "ALL"}}
    return made | others


def gsi(**others: Any) -> dict[str, Any]:
    return described(GlobalSecondaryIndexes=[index(**others)])


TABLES: list[tuple[dict[str, Any], Table]] = [
    (described(), Table("t", PK)),
    (described(KeySchema=keys("pk", "n")), Table("t", PK, NUMBER)),
    (described(KeySchema=list(reversed(keys("b", "sk")))), Table("t", BINARY, SK)),
    (described(ProvisionedThroughput=units(5, 0)), Table("t", PK, None, Throughput(5, 0))),
    (described(ProvisionedThroughput=units(0, 7)), Table("t", PK, None, Throughput(0, 7))),
    (
        described(ProvisionedThroughput=units(5, 7), BillingMode="PROVISIONED"),
        Table("t", PK, None, Throughput(5, 7)),
    ),
    # What DescribeTable gives for a table on demand.
    (described(ProvisionedThroughput=units(0, 0)), Table("t", PK)),
    (described(ProvisionedThroughput=units(5, 7), BillingMode="PAY_PER_REQUEST"), Table("t", PK)),
    (
        gsi(ProvisionedThroughput=units(2, 3)),
        Table(
            "t",
            PK,
            global_secondary_indexes=(
                SecondaryIndex("i", "global", (NUMBER,), throughput=Throughput(2, 3)),
            ),
        ),
    ),
    # Several attributes in a key of a GSI.
    (
        gsi(KeySchema=[*keys("n"), *keys("b", "sk")]),
        Table(
            "t",
            PK,
            global_secondary_indexes=(SecondaryIndex("i", "global", (NUMBER, BINARY), (SK,)),),
        ),
    ),
    (
        described(
            KeySchema=keys("pk", "sk"),
            LocalSecondaryIndexes=[
                index("one", KeySchema=keys("pk", "n"), Projection={"ProjectionType": "KEYS_ONLY"}),
                index(
                    "two",
                    KeySchema=keys("pk", "b"),
                    Projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"]},
                ),
            ],
            GlobalSecondaryIndexes=[index("three", Projection={})],
        ),
        Table(
            "t",
            PK,
            SK,
            global_secondary_indexes=(SecondaryIndex("three", "global", (NUMBER,)),),
            local_secondary_indexes=(
                SecondaryIndex("one", "local", (PK,), (NUMBER,), Projection("keys_only")),
                SecondaryIndex("two", "local", (PK,), (BINARY,), Projection("include", ("x", "y"))),
            ),
        ),
    ),
    (
        gsi(Projection={"ProjectionType": "INCLUDE"}),
        Table(
            "t",
            PK,
            global_secondary_indexes=(
                SecondaryIndex("i", "global", (NUMBER,), (), Projection("include")),
            ),
        ),
    ),
]


@pytest.mark.parametrize(("description", "table"), TABLES)
def test_a_description_is_a_table(description: dict[str, Any], table: Table) -> None:
    assert table_from_description("t", description) == table


def without_projection() -> dict[str, Any]:
    description = gsi()
    del description["GlobalSecondaryIndexes"][0]["Projection"]
    return description


def test_an_index_holds_everything_unless_it_says_otherwise() -> None:
    [made] = table_from_description("t", without_projection()).indexes
    assert made.projection == Projection("all")


FAULTS: list[tuple[Any, str]] = [
    (None, "the description is a mapping"),
    ([], "the description is a mapping"),
    (described(KeySchema=[]), "KeySchema has no HASH attribute"),
    ({"KeySchema": keys("pk")}, "the key attribute 'pk' is not in AttributeDefinitions"),
    (described(KeySchema=keys("x")), "the key attribute 'x' is not in AttributeDefinitions"),
    (described(KeySchema=keys("pk") + keys("n")), "its key is one HASH attribute"),
    (described(KeySchema=keys("pk", "n") + keys("b", "sk")[1:]), "one RANGE attribute or none"),
    (described(KeySchema={}), "KeySchema is a list"),
    (described(KeySchema=["pk"]), "an entry of KeySchema is a mapping"),
    (
        described(KeySchema=[{"AttributeName": "pk", "KeyType": "SORT"}]),
        "a KeyType is HASH or RANGE, not 'SORT'",
    ),
    (
        described(AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "M"}]),
        "a key attribute is S, N or B, not 'M'",
    ),
    (described(ProvisionedThroughput=[]), "ProvisionedThroughput is a mapping"),
    (
        described(ProvisionedThroughput=units("1", 1)),
        "has ReadCapacityUnits and WriteCapacityUnits",
    ),
    (described(ProvisionedThroughput=units(1, None)), "has ReadCapacityUnits"),
    (described(GlobalSecondaryIndexes={}), "GlobalSecondaryIndexes is a list"),
    (described(LocalSecondaryIndexes=[None]), "an entry of LocalSecondaryIndexes is a mapping"),
    (gsi(Projection=[]), "Projection is a mapping"),
    (gsi(KeySchema=keys("x")), "the key attribute 'x' is not in AttributeDefinitions"),
    (
        gsi(Projection={"ProjectionType": "SOME"}),
        "a ProjectionType is ALL, KEYS_ONLY, INCLUDE, not 'SOME'",
    ),
]


@pytest.mark.parametrize(("description", "message"), FAULTS)
def test_a_faulty_description_is_a_diagnostic(description: Any, message: str) -> None:
    with pytest.raises(InputError) as fault:
        table_from_description("t", description)
    [diagnostic] = fault.value.diagnostics
    assert diagnostic.code is Code.KEY_SCHEMA
    assert diagnostic.message.startswith("table 't': ")
    assert message in diagnostic.message
    assert diagnostic.hint == "describe it as CreateTable takes it"
