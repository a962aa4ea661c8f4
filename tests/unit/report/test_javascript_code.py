"""Requests as JavaScript for the AWS SDK, version 3."""

from __future__ import annotations

import pytest

from dynaproof.report.javascript_code import javascript_call, javascript_imports

CASES = [
    (
        "GetItem",
        {"TableName": "t", "Key": {"pk": {"S": 'a"b'}}},
        (
            'const answer = await client.send(new GetItemCommand({\n  TableName: "t",\n'
            '  Key: { pk: { S: "a\\"b" } },\n}));'
        ),
    ),
    (
        "Scan",
        {"TableName": "t"},
        (
            'const request = {\n  TableName: "t",\n};\nconst items = [];\n'
            "for await (const page of paginateScan({ client }, request)) {\n"
            "  items.push(...(page.Items ?? []));\n}"
        ),
    ),
    (
        "Scan",
        {"Limit": 1, "ConsistentRead": True},
        (
            "const answer = await client.send(new ScanCommand({\n"
            "  Limit: 1,\n  ConsistentRead: true,\n}));"
        ),
    ),
    (
        "PutItem",
        {"Item": {"b": {"B": "AAE="}, "s": {"BS": ["AAE="]}, "l": {"L": [{"B": "AA=="}]}}},
        (
            "const answer = await client.send(new PutItemCommand({\n  Item: {\n"
            '    b: { B: Buffer.from("AAE=", "base64") },\n'
            '    s: { BS: [Buffer.from("AAE=", "base64")] },\n'
            '    l: { L: [{ B: Buffer.from("AA==", "base64") }] },\n  },\n}));'
        ),
    ),
    (
        "PutItem",
        {"Item": {"__proto__": {"S": "x"}, "a-b": {"M": {"B": {"S": "no binary"}}}}},
        (
            "const answer = await client.send(new PutItemCommand({\n"
            '  Item: { ["__proto__"]: { S: "x" }, "a-b": { M: { B: { S: "no binary" } } } },\n}));'
        ),
    ),
]


@pytest.mark.parametrize(("operation", "arguments", "code"), CASES)
def test_a_request_is_written_as_the_sdk_takes_it(
    operation: str, arguments: dict[str, object], code: str
) -> None:
    assert javascript_call(operation, arguments) == code


def test_imports_are_those_that_the_calls_need() -> None:
    assert javascript_imports(["Query", "PutItem", "Query"]) == (
        "import {\n  DynamoDBClient,\n  PutItemCommand,\n  QueryCommand,\n  paginateQuery,\n"
        '} from "@aws-sdk/client-dynamodb";\n\nconst client = new DynamoDBClient({});'
    )
