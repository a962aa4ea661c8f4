"""Requests are sent to the tables of the definition, under their prefix, and to no others."""

from __future__ import annotations

import pytest

from dynaproof.model.access_pattern import Request
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, SourceMap
from dynaproof.model.diagnostic import InputError
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table
from dynaproof.proof.execute import is_read, ready_request, with_prefix
from dynaproof.proof.target import key_target

PREFIXED = [
    ({"TableName": "t", "Key": {"t": {"S": "t"}}}, {"TableName": "p-t", "Key": {"t": {"S": "t"}}}),
    (
        {"RequestItems": {"t": {"Keys": []}, "u": {"Keys": []}}},
        {"RequestItems": {"p-t": {"Keys": []}, "p-u": {"Keys": []}}},
    ),
    (
        {"TransactItems": [{"Get": {"TableName": "t"}}, {"Get": {"TableName": "u"}}]},
        {"TransactItems": [{"Get": {"TableName": "p-t"}}, {"Get": {"TableName": "p-u"}}]},
    ),
    (
        {"TransactItems": [{"ConditionCheck": {"TableName": "t"}}, {"Put": {"TableName": "t"}}]},
        {
            "TransactItems": [
                {"ConditionCheck": {"TableName": "p-t"}},
                {"Put": {"TableName": "p-t"}},
            ]
        },
    ),
    (
        {"Statements": [{"Statement": "SELECT * FROM t", "Parameters": [{"S": "FROM t"}]}]},
        {"Statements": [{"Statement": 'SELECT * FROM "p-t"', "Parameters": [{"S": "FROM t"}]}]},
    ),
    (
        {"TransactStatements": [{"Statement": 'DELETE FROM "t" WHERE pk=?'}]},
        {"TransactStatements": [{"Statement": 'DELETE FROM "p-t" WHERE pk=?'}]},
    ),
    *(
        ({"Statement": given}, {"Statement": prefixed})
        for given, prefixed in [
            ('SELECT * FROM "t"."idx" WHERE a = 1', 'SELECT * FROM "p-t"."idx" WHERE a = 1'),
            ("select * from t.idx where a = 1", 'select * from "p-t".idx where a = 1'),
            ("INSERT INTO t VALUE {'a': 'from b'}", "INSERT INTO \"p-t\" VALUE {'a': 'from b'}"),
            ('UPDATE "t"\nSET a = 1', 'UPDATE "p-t"\nSET a = 1'),
            ('SELECT "from" FROM\n\t"t"', 'SELECT "from" FROM\n\t"p-t"'),
            ("EXISTS(SELECT * FROM t WHERE a=1)", 'EXISTS(SELECT * FROM "p-t" WHERE a=1)'),
        ]
    ),
]


@pytest.mark.parametrize(("given", "prefixed"), PREFIXED)
def test_the_prefix_stands_before_every_table_name(given: object, prefixed: object) -> None:
    assert isinstance(given, dict)
    assert with_prefix(given, "p-") == prefixed


@pytest.mark.parametrize(
    ("operation", "arguments", "read"),
    [
        ("GetItem", {}, True),
        ("TransactGetItems", {}, True),
        ("PutItem", {}, False),
        ("TransactWriteItems", {}, False),
        ("ExecuteStatement", {"Statement": "  select * from t"}, True),
        ("ExecuteStatement", {"Statement": "UPDATE t SET a = 1"}, False),
        ("ExecuteStatement", {"Statement": "${statement}"}, False),
        ("ExecuteStatement", {"Statement": "selected"}, False),
        ("BatchExecuteStatement", {"Statements": [{"Statement": "SELECT * FROM t"}]}, True),
        (
            "ExecuteTransaction",
            {"TransactStatements": [{"Statement": "SELECT 1"}, {"Statement": "DELETE FROM t"}]},
            False,
        ),
    ],
)
def test_what_may_write_is_told_from_what_only_reads(
    operation: str, arguments: dict[str, object], read: bool
) -> None:
    assert is_read(Request(operation, arguments)) is read


@pytest.mark.parametrize(
    "statement",
    ['DELETE FROM "theirs"', "UPDATE theirs SET a = 1", "SELECT * FROM u.t", "DROP", "${name}"],
)
def test_statements_about_other_tables_are_not_sent(statement: str) -> None:
    request = Request("ExecuteStatement", {"Statement": statement})
    with pytest.raises(InputError) as error:
        ready_request(request, {"name": 'DELETE FROM "theirs"'}, ["t"], "p-")
    assert error.value.diagnostics[0].code is Code.UNKNOWN_TABLE


TABLE = Table(
    "t",
    KeyAttribute("pk"),
    KeyAttribute("sk"),
    global_secondary_indexes=(
        SecondaryIndex("two", "global", (KeyAttribute("a"), KeyAttribute("b"))),
    ),
)
DEFINITION = Definition("d", SourceMap("d.yaml"), tables=(TABLE,))
BY_KEY = {
    "KeyConditionExpression": "#p = :p AND sk BETWEEN :x AND :y",
    "ExpressionAttributeNames": {"#p": "pk"},
}

TARGETS = [
    # operation, arguments, index, keys
    ("GetItem", {"Key": {"pk": "A#${a}", "sk": "x"}}, None, {"pk": "A#${a}", "sk": "x"}),
    ("GetItem", {"Key": {"pk": {"S": "A#${a}"}, "sk": "x"}}, None, {"pk": "A#${a}", "sk": "x"}),
    ("DeleteItem", {"Key": {"pk": "${a}", "sk": "${b}"}}, None, {"pk": "${a}", "sk": "${b}"}),
    ("PutItem", {"Item": {"pk": "A#${a}", "sk": "${b}"}}, None, {"pk": "A#${a}"}),
    (
        "Query",
        {**BY_KEY, "ExpressionAttributeValues": {":p": "A#${a}", ":x": "1", ":y": "2"}},
        None,
        {"pk": "A#${a}"},
    ),
    (
        "Query",
        {**BY_KEY, "ExpressionAttributeValues": {":p": {"S": "A#${a}"}, ":x": "1", ":y": "2"}},
        None,
        {"pk": "A#${a}"},
    ),
    (
        "Query",
        {
            "IndexName": "two",
            "KeyConditionExpression": "b=:b and a = :a",
            "ExpressionAttributeValues": {":a": "${a}", ":b": "${b}"},
        },
        "two",
        {"a": "${a}", "b": "${b}"},
    ),
]


@pytest.mark.parametrize(("operation", "arguments", "index", "keys"), TARGETS)
def test_the_item_collection_that_a_request_is_about(
    operation: str, arguments: dict[str, object], index: str | None, keys: dict[str, str]
) -> None:
    target = key_target(Request(operation, {"TableName": "t", **arguments}), DEFINITION)
    assert target is not None
    assert (target.table, target.index) == ("t", index)
    assert {name: str(template) for name, template in target.keys.items()} == keys


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("Scan", {"TableName": "t"}),
        ("GetItem", {"TableName": "unknown", "Key": {"pk": "a", "sk": "b"}}),
        ("GetItem", {"TableName": "t", "Key": {"pk": 5, "sk": "b"}}),
        ("GetItem", {"TableName": "t", "Key": {"pk": "$", "sk": "b"}}),
        ("Query", {"TableName": "t", "KeyConditionExpression": "pk = :p"}),
    ],
)
def test_what_has_no_key_of_templates_has_no_target(
    operation: str, arguments: dict[str, object]
) -> None:
    assert key_target(Request(operation, arguments), DEFINITION) is None
