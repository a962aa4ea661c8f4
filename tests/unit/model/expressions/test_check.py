from __future__ import annotations

import pytest

from dynaproof.model.expressions.check import check_expressions
from dynaproof.model.expressions.reserved_words import RESERVED_WORDS, is_reserved
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table

TABLES = {
    "chat": Table(
        "chat",
        KeyAttribute("pk"),
        KeyAttribute("sk"),
        global_secondary_indexes=(
            SecondaryIndex("by-n", "global", (KeyAttribute("g"),), (KeyAttribute("n", "N"),)),
            SecondaryIndex(
                "many",
                "global",
                (KeyAttribute("p1"), KeyAttribute("p2")),
                (KeyAttribute("s1"), KeyAttribute("s2")),
            ),
        ),
    )
}
NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
PK = "KeyConditionExpression"

CASES: list[tuple[str, dict[str, object], tuple[str, ...], int | None, str, str]] = [
    # operation, arguments besides the table, path, offset, code, part of message or hint
    ("Scan", {"FilterExpression": "a ="}, ("FilterExpression",), 3, "DP406", "operand"),
    (
        "Scan",
        {"FilterExpression": "a = :vale", VALUES: {":value": 1}},
        ("FilterExpression",),
        4,
        "DP407",
        "did you mean ':value'?",
    ),
    ("Scan", {"FilterExpression": "#a = b"}, ("FilterExpression",), 0, "DP407", "not defined"),
    (
        "Scan",
        {"FilterExpression": "a = :v", VALUES: {":v": 1, ":w": 2}},
        (VALUES, ":w"),
        None,
        "DP407",
        "not used",
    ),
    (
        "Scan",
        {"FilterExpression": "a = b", NAMES: {"#x": "y"}},
        (NAMES, "#x"),
        None,
        "DP407",
        "not used",
    ),
    ("Scan", {"FilterExpression": "a = b", VALUES: {}}, (VALUES,), None, "DP407", "empty"),
    ("Scan", {NAMES: {"#x": "y"}}, (NAMES,), None, "DP407", "needs an expression"),
    (
        "Scan",
        {"FilterExpression": "a = b", NAMES: {"x": "y"}},
        (NAMES, "x"),
        None,
        "DP407",
        "is no name for",
    ),
    ("Scan", {"FilterExpression": "a.Name = b"}, ("FilterExpression",), 2, "DP411", "#Name"),
    (
        "Scan",
        {"FilterExpression": "a = b", "AttributesToGet": ["a"]},
        ("AttributesToGet",),
        None,
        "DP405",
        "cannot stand beside",
    ),
    (
        "Scan",
        {"FilterExpression": "a < :v", VALUES: {":v": [1]}},
        ("FilterExpression",),
        4,
        "DP412",
        "of type L",
    ),
    (
        "Scan",
        {"FilterExpression": "a < :v", VALUES: {":v": {"SS": ["${x}"]}}},
        ("FilterExpression",),
        4,
        "DP412",
        "of type SS",
    ),
    ("Query", {}, (), None, "DP408", "needs a KeyConditionExpression"),
    ("Query", {PK: "sk = :v", VALUES: {":v": "x"}}, (PK,), 0, "DP408", "'pk' of table 'chat'"),
    (
        "Query",
        {PK: "pk = :v AND a = :v", VALUES: {":v": "x"}},
        (PK,),
        14,
        "DP408",
        "'a' is not a key attribute of table 'chat'",
    ),
    ("Query", {PK: "pk > :v", VALUES: {":v": "x"}}, (PK,), 3, "DP408", "by = only"),
    (
        "Query",
        {PK: "pk = :v AND sk IN (:v)", VALUES: {":v": "x"}},
        (PK,),
        15,
        "DP408",
        "cannot have IN",
    ),
    ("Query", {PK: "pk = :v", VALUES: {":v": 5}}, (PK,), 5, "DP408", "of type N"),
    ("Query", {PK: "pk = :v", VALUES: {":v": {"N": "${x}"}}}, (PK,), 5, "DP408", "of type N"),
    (
        "Query",
        {"IndexName": "by-n", PK: "pk = :v", VALUES: {":v": "x"}},
        (PK,),
        3,
        "DP408",
        "not a key attribute of index 'by-n'",
    ),
    (
        "Query",
        {"IndexName": "by-n", PK: "g = :v AND begins_with(n, :v)", VALUES: {":v": "x"}},
        (PK,),
        11,
        "DP408",
        "a number",
    ),
    (
        "Query",
        {"IndexName": "many", PK: "p1 = :v", VALUES: {":v": "x"}},
        (PK,),
        0,
        "DP408",
        "'p2' of index 'many' is missing",
    ),
    (
        "Query",
        {"IndexName": "many", PK: "p1 = :v AND p2 = :v AND s2 = :v", VALUES: {":v": "x"}},
        (PK,),
        27,
        "DP408",
        "needs s1 = :value",
    ),
    (
        "Query",
        {
            "IndexName": "many",
            PK: "p1 = :v AND p2 = :v AND s1 > :v AND s2 = :v",
            VALUES: {":v": "x"},
        },
        (PK,),
        39,
        "DP408",
        "needs s1 = :value",
    ),
    (
        "Query",
        {PK: "pk = :v", "FilterExpression": "#s = :v", NAMES: {"#s": "sk"}, VALUES: {":v": "x"}},
        ("FilterExpression",),
        0,
        "DP412",
        "'sk' is a key attribute",
    ),
    (
        "UpdateItem",
        {"Key": {}, "UpdateExpression": "SET a = b, sk = c"},
        ("UpdateExpression",),
        11,
        "DP412",
        "'sk' is part of the key",
    ),
    (
        "UpdateItem",
        {"Key": {}, "UpdateExpression": "SET m.a = b REMOVE m"},
        ("UpdateExpression",),
        19,
        "DP412",
        "m.a and m",
    ),
]


@pytest.mark.parametrize(("operation", "arguments", "path", "offset", "code", "says"), CASES)
def test_a_finding_says_where_and_what(
    operation: str,
    arguments: dict[str, object],
    path: tuple[str, ...],
    offset: int | None,
    code: str,
    says: str,
) -> None:
    findings = check_expressions(operation, {"TableName": "chat", **arguments}, TABLES)
    found = [f for f in findings if (f.path, f.offset, f.code.value) == (path, offset, code)]
    assert found, findings
    assert says in f"{found[0].message} {found[0].hint}"


RIGHT: list[tuple[str, dict[str, object]]] = [
    ("Query", {PK: "pk = :v", VALUES: {":v": "A#${x}"}}),
    ("Query", {PK: "pk = :v AND begins_with(sk, :w)", VALUES: {":v": "${x}", ":w": "${y}"}}),
    ("Query", {PK: "pk = ${x}", VALUES: {":v": 1}}),
    ("Query", {PK: "pk = :v", VALUES: "${values}"}),
    ("Query", {PK: "#k = :v", NAMES: {"#k": "pk"}, VALUES: {":v": "x"}}),
    ("Query", {"KeyConditions": {"pk": {"ComparisonOperator": "EQ"}}}),
    ("Query", {"IndexName": "by-n", PK: "g = :g AND n > :n", VALUES: {":g": "x", ":n": 1}}),
    (
        "Query",
        {
            "IndexName": "by-n",
            PK: "g = :g",
            "FilterExpression": "pk = :g",
            VALUES: {":g": "x"},
        },
    ),
    (
        "Query",
        {
            "IndexName": "many",
            PK: "p1 = :v AND p2 = :v AND s1 = :v AND s2 > :v",
            VALUES: {":v": "x"},
        },
    ),
    ("Scan", {"FilterExpression": "pk = :v", VALUES: {":v": "x"}}),
    (
        "UpdateItem",
        {
            "Key": {},
            "UpdateExpression": "SET a = :v",
            "ConditionExpression": "#p = :w",
            NAMES: {"#p": "pk"},
            VALUES: {":v": 1, ":w": "x"},
        },
    ),
]


@pytest.mark.parametrize(("operation", "arguments"), RIGHT)
def test_what_dynamodb_takes_has_no_findings(operation: str, arguments: dict[str, object]) -> None:
    assert check_expressions(operation, {"TableName": "chat", **arguments}, TABLES) == []


def test_what_is_known_of_no_table_is_not_checked_against_keys() -> None:
    arguments = {"TableName": "other", PK: "whatever = :v", VALUES: {":v": "x"}}
    assert check_expressions("Query", arguments, TABLES) == []
    assert check_expressions("Query", arguments | {"TableName": "chat", "IndexName": "no"}) == []


def test_expressions_within_transactions_are_found_where_they_stand() -> None:
    arguments: dict[str, object] = {
        "TransactItems": [
            {"Put": {"TableName": "chat", "Item": {}}},
            {"Update": {"TableName": "chat", "Key": {}, "UpdateExpression": "SET pk = a"}},
            {"ConditionCheck": {"TableName": "chat", "Key": {}, "ConditionExpression": "a"}},
        ]
    }
    findings = check_expressions("TransactWriteItems", arguments, TABLES)
    assert [finding.path for finding in findings] == [
        ("TransactItems", 1, "Update", "UpdateExpression"),
        ("TransactItems", 2, "ConditionCheck", "ConditionExpression"),
    ]


def test_there_are_573_reserved_words_and_case_does_not_matter() -> None:
    assert len(RESERVED_WORDS) == 573  # as many as the developer guide lists
    assert is_reserved("Status")
    assert not is_reserved("message")
