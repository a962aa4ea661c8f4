"""Command lines of the AWS CLI, as people write them down, to requests."""

from __future__ import annotations

import pytest

from dynaproof.exchange.incoming.aws_cli.requests import CliRequest, cli_request
from dynaproof.exchange.incoming.aws_cli.words import CommandError, command_lines

KEY = {"pk": {"S": "USER#1"}, "sk": {"S": "PROFILE"}}
GET = {"TableName": "T", "Key": KEY}
JSON_KEY = '{"pk":{"S":"USER#1"},"sk":{"S":"PROFILE"}}'
ESCAPED_KEY = JSON_KEY.replace('"', '\\"')


def _request(text: str) -> CliRequest:
    [line] = command_lines(text)
    return cli_request(line)


@pytest.mark.parametrize(
    "text",
    [
        f"aws dynamodb get-item --table-name T --key '{JSON_KEY}'",
        f'aws dynamodb get-item --table-name T --key "{ESCAPED_KEY}"',
        f"aws dynamodb get-item --table-name T --key {JSON_KEY}",
        f"aws dynamodb get-item --table-name=T --key='{JSON_KEY}'",
        f"$ aws dynamodb get-item \\\n    --table-name T \\  \n  --key '{JSON_KEY}'",
        f"```bash\naws dynamodb get-item --table-name T\n  --key '{JSON_KEY}'\n```",
        f"# the profile\naws dynamodb get-item --table-name T --key '{JSON_KEY}'",
        f"aws --region eu-west-1 dynamodb get-item --table-name T --key '{JSON_KEY}' --output json",
        f"AWS_PAGER='' aws dynamodb get-item --table-name T --key '{JSON_KEY}' --no-cli-pager",
        f"aws dynamodb get-item --table-name T --key $'{JSON_KEY}'",
        "aws dynamodb get-item --table-name T --key ‘{“pk”:{“S”:“USER#1”},“sk”:{“S”:“PROFILE”}}’",
        "aws dynamodb get-item --table-name T --key 'pk={S=USER#1},sk={S=PROFILE}'",
        "aws dynamodb get-item --table-name T --key pk={S=USER#1},sk={S=\"PROFILE\"}",
        "aws dynamodb get-item --table-name T --key \"{'pk':{'S':'USER#1'},'sk':{'S':'PROFILE'}}\"",
        f"aws dynamodb get-item --cli-input-json '{{\"TableName\":\"T\",\"Key\":{JSON_KEY}}}'",
        f"aws dynamodb get-item --table-name T --key '{JSON_KEY}' --query 'Item' --profile me",
        f"aws dynamodb get-item --table-name T --key '{JSON_KEY}' --return-consumed-capacity TOTAL",
        f"aws dynamodb get-item --endpoint-url http://localhost:8000 --table-name T --key '{JSON_KEY}'",
    ],
)  # fmt: skip
def test_one_request_is_written_in_many_ways(text: str) -> None:
    request = _request(text)
    assert (request.operation, request.arguments) == ("GetItem", GET)


def test_a_query_keeps_all_that_is_part_of_the_request() -> None:
    request = _request(
        "aws dynamodb query --table-name T --index-name by-day "
        "--key-condition-expression '#d = :d AND begins_with(sk, :s)' "
        "--filter-expression 'open = :o' --expression-attribute-names '{\"#d\":\"day\"}' "
        "--expression-attribute-values '{\":d\":{\"S\":\"x\"},\":s\":{\"S\":\"A#\"},\":o\":{\"BOOL\":true}}' "
        "--projection-expression 'sk, open' --no-scan-index-forward --limit 5 --no-consistent-read"
    )  # fmt: skip
    assert request == CliRequest(
        "Query",
        {
            "TableName": "T",
            "IndexName": "by-day",
            "KeyConditionExpression": "#d = :d AND begins_with(sk, :s)",
            "FilterExpression": "open = :o",
            "ExpressionAttributeNames": {"#d": "day"},
            "ExpressionAttributeValues": {
                ":d": {"S": "x"},
                ":s": {"S": "A#"},
                ":o": {"BOOL": True},
            },
            "ProjectionExpression": "sk, open",
            "ScanIndexForward": False,
            "Limit": 5,
            "ConsistentRead": False,
        },
    )


@pytest.mark.parametrize(
    ("options", "member", "value"),
    [
        ("--scan-index-forward false", "ScanIndexForward", False),
        ("--no-scan-index-forward", "ScanIndexForward", False),
        ("--scan-index-forward", "ScanIndexForward", True),
        ("--max-items 7", "Limit", 7),
        ("--select COUNT", "Select", "COUNT"),
        ("--expression-attribute-names '#s=status,#d=date'", "ExpressionAttributeNames",
         {"#s": "status", "#d": "date"}),
        ("--expression-attribute-values ':a={N=5}' ':b={S=x}'", "ExpressionAttributeValues",
         {":a": {"N": "5"}, ":b": {"S": "x"}}),
        ("--expression-attribute-values ':a={SS=[x,y]},:b={L=[{S=p},{N=1}]}'",
         "ExpressionAttributeValues",
         {":a": {"SS": ["x", "y"]}, ":b": {"L": [{"S": "p"}, {"N": "1"}]}}),
        ("--expression-attribute-values '{\":a\":{\"BOOL\":True},\":b\":{\"N\":3},\":c\":{\"B\":\"AQI=\"}}'",
         "ExpressionAttributeValues",
         {":a": {"BOOL": True}, ":b": {"N": "3"}, ":c": {"B": b"\x01\x02"}}),
        ("--expression-attribute-values '{\":a\":{\"N\":\"<count>\"},\":b\":{\"N\":<least>}}'",
         "ExpressionAttributeValues", {":a": {"N": "<count>"}, ":b": {"N": "<least>"}}),
    ],
)  # fmt: skip
def test_options_are_read_with_their_slips(options: str, member: str, value: object) -> None:
    request = _request(f"aws dynamodb query --table-name T {options}")
    assert request.arguments[member] == value


def test_what_was_no_part_of_the_request_is_told() -> None:
    text = "aws dynamodb query --table-name T --max-items 7 --starting-token abc | jq .Items"
    remarks = " ".join(_request(text).remarks)
    for word in ("jq .Items", "--max-items", "--starting-token"):
        assert word in remarks


def test_transactions_and_batches_are_read_whole() -> None:
    put = '{"Put":{"TableName":"T","Item":{"pk":{"S":"A"}},"ConditionExpression":"attribute_not_exists(pk)"}}'
    request = _request(
        f"aws dynamodb transact-write-items --client-request-token x --transact-items '[{put}]'"
    )
    assert request.arguments == {
        "TransactItems": [
            {
                "Put": {
                    "TableName": "T",
                    "Item": {"pk": {"S": "A"}},
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            }
        ]
    }
    batch = _request(
        "aws dynamodb batch-write-item --request-items "
        '\'{"T":[{"PutRequest":{"Item":{"pk":{"S":"A"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"B"}}}}]}\''
    )
    assert batch.operation == "BatchWriteItem"
    assert batch.arguments["RequestItems"] == {
        "T": [{"PutRequest": {"Item": {"pk": {"S": "A"}}}}, {"DeleteRequest": {"Key": {"pk": {"S": "B"}}}}]
    }  # fmt: skip


def test_several_commands_are_several_requests() -> None:
    text = (
        "1. aws dynamodb get-item --table-name A --key pk={S=1}\n"
        "2. aws dynamodb scan --table-name B && aws dynamodb scan --table-name C"
    )
    requests = [cli_request(line) for line in command_lines(text)]
    assert [(one.operation, one.arguments["TableName"]) for one in requests] == [
        ("GetItem", "A"),
        ("Scan", "B"),
        ("Scan", "C"),
    ]
    assert not any(one.remarks for one in requests)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no command"),
        ("Use the GSI and filter in the application", "no command"),
        ("aws s3 ls", "no command"),
        ("aws dynamodb", "names no operation"),
        ("aws dynamodb describe-table --table-name T", "no operation on items"),
        ("aws dynamodb put-item --table-name T --item file://item.json", "from a file"),
        ("aws dynamodb get-item --table-name file://t --key pk={S=1}", "from a file"),
        ('aws dynamodb get-item --table-name T --key \'{"pk":', "quotes"),
        ("aws dynamodb get-item --table-name T --key '{\"pk\":'", "JSON"),
        ("aws dynamodb get-item --table-name T --key 'pk={S=1'", "shorthand"),
        ("aws dynamodb get-item --table-name T", "Key"),
        ("aws dynamodb get-item --table-name T --key pk={S=1} --keys x", "no option --keys"),
        ("aws dynamodb get-item --table-name T --key pk={S=1} extra word", "no map"),
        ("aws dynamodb scan --table-name T --limit many", "whole number"),
        ("aws dynamodb scan --table-name T --limit", "has no value"),
        ("aws dynamodb scan --table-name T --select SOME", "cannot be 'SOME'"),
        ("aws dynamodb scan --table-name $(cat name)", "other commands"),
        ("aws dynamodb scan --table-name `cat name`", "other commands"),
        ('aws dynamodb put-item --table-name T --item \'{"pk":{"N":"x"}}\'', "number"),
        ("aws dynamodb put-item --table-name T --item " + "[" * 200, "JSON"),
        ("aws dynamodb put-item --table-name T --item " + "a={" * 200, "deeply"),
        ("x" * 60_000, "too long"),
    ],
)
def test_what_is_no_request_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        _requests(text)


def _requests(text: str) -> list[CliRequest]:
    return [cli_request(line) for line in command_lines(text)]
