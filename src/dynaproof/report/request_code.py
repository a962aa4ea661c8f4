"""A filled request as code that one can run elsewhere: boto3, the AWS CLI, PartiQL."""

from __future__ import annotations

import ipaddress
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from rich.console import Console
from rich.text import Text

from dynaproof.model.attribute_value import from_wire
from dynaproof.model.request_shape import Shape, request_shape, shape_of
from dynaproof.model.table import Table
from dynaproof.report.figures import counted
from dynaproof.report.grids import print_indented, title
from dynaproof.report.partiql import partiql

PAGED = frozenset({"Query", "Scan"})
"""Operations whose answers come in pages; boto3 has a paginator, the AWS CLI follows by itself."""
MOST_REQUESTS = 8
"""Requests of one call that are printed as code."""
_WIDTH = 76


def print_requests(
    made: Sequence[tuple[str, Mapping[str, object]]],
    endpoint_url: str,
    console: Console,
    tables: Mapping[str, Table],
) -> None:
    """Print each request of a call, with its operation, as code.

    ``tables`` are the tables by the names that requests have for them.
    """
    for number, (operation, arguments) in enumerate(made[:MOST_REQUESTS], start=1):
        if len(made) > 1:
            console.print()
            console.print(title(f"request {number} of {len(made):,}: {operation}"))
        table = tables.get(str(arguments.get("TableName")))
        print_request(operation, arguments, endpoint_url, console, table)
    left = len(made) - MOST_REQUESTS
    if left > 0:
        console.print()
        console.print(Text(f"and {counted(left, 'more request')}", "dim"))


def print_request(
    operation: str,
    arguments: Mapping[str, object],
    endpoint_url: str,
    console: Console,
    table: Table | None = None,
) -> None:
    """Print a request of DynamoDB's JSON protocol as boto3, AWS CLI and PartiQL.

    ``table`` is the one that the request is to, where its keys are known.
    """
    console.print()
    console.print(title("boto3"))
    console.print(Text(boto3_code(operation, arguments, endpoint_url)), soft_wrap=True)
    console.print()
    console.print(title("AWS CLI"))
    console.print(Text(aws_cli_command(operation, arguments, endpoint_url)), soft_wrap=True)
    console.print()
    console.print(title("PartiQL"))
    equivalent = partiql(operation, arguments, table)
    if equivalent.statement is not None:
        console.print(Text(equivalent.statement), soft_wrap=True)
        for name, value in equivalent.arguments.items():
            console.print(Text(f"  with {name} {_json(value)}", "dim"), soft_wrap=True)
    for remark in equivalent.remarks:
        print_indented(Text(remark, "dim"), console)


def boto3_code(operation: str, arguments: Mapping[str, object], endpoint_url: str) -> str:
    """Python that makes the call: ``answer`` is its answer, or ``items`` those of all pages."""
    client = {"endpoint_url": endpoint_url, "region_name": "us-east-1"}
    if _is_loopback(endpoint_url):  # boto3 signs with anything; DynamoDB Local checks nothing
        client |= {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    lines = [
        "import boto3",
        "",
        "client = boto3.client(",
        '    "dynamodb",',
        *(f"    {name}={_literal(value)}," for name, value in client.items()),
        ")",
        boto3_call(operation, arguments),
    ]
    return "\n".join(lines)


def boto3_call(operation: str, arguments: Mapping[str, object]) -> str:
    """The same with a ``client`` that is there already."""
    lines = [f"request = {_literal(_boto3_value(request_shape(operation), arguments))}"]
    method = _snake_case(operation)
    if operation in PAGED and "Limit" not in arguments:
        lines.append(f'pages = client.get_paginator("{method}").paginate(**request)')
        lines.append('items = [item for page in pages for item in page.get("Items", [])]')
    else:
        lines.append(f"answer = client.{method}(**request)")
    return "\n".join(lines)


def aws_cli_command(
    operation: str, arguments: Mapping[str, object], endpoint_url: str | None = None
) -> str:
    """A shell command, one option a line; binary is base64, as version 2 of the CLI takes it.

    Without an endpoint it is for the region and the account that the CLI is set up for.
    """
    words = [["aws", "dynamodb", _snake_case(operation).replace("_", "-")]]
    for name, value in arguments.items():
        option = _snake_case(name).replace("_", "-")
        if isinstance(value, bool):
            words.append([f"--{option}" if value else f"--no-{option}"])
        else:
            words.append([f"--{option}", value if isinstance(value, str) else _json(value)])
    if endpoint_url is not None:
        words.append(["--region", "us-east-1"])
        words.append(["--endpoint-url", endpoint_url])
    return " \\\n  ".join(shlex.join(part) for part in words)


def _literal(value: object, indent: int = 0) -> str:
    """Python for a value of a request: on one line where there is room, else a line each."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)  # is Python's form too
        case Mapping():
            parts = [f"{_literal(n)}: {_literal(v, indent + 4)}" for n, v in value.items()]
            brackets = "{}"
        case list() | tuple():
            parts = [_literal(one, indent + 4) for one in value]
            brackets = "[]"
        case _:
            return repr(value)
    inline = brackets[0] + ", ".join(parts) + brackets[1]
    if indent and len(inline) + indent <= _WIDTH and "\n" not in inline:
        return inline
    lines = "".join(f"{' ' * (indent + 4)}{part},\n" for part in parts)
    return f"{brackets[0]}\n{lines}{' ' * indent}{brackets[1]}"


def _boto3_value(shape: Shape, value: object) -> object:
    """The same value with bytes where the JSON protocol has base64."""
    match value:
        case Mapping() if shape.type == "attribute_value":
            return from_wire(value)
        case Mapping() if shape.type == "structure":
            return {
                name: _boto3_value(shape_of(shape.members[name]), inner)
                if name in shape.members
                else inner
                for name, inner in value.items()
            }
        case Mapping() if shape.type == "map":
            return {
                name: _boto3_value(shape_of(shape.element), inner) for name, inner in value.items()
            }
        case list() | tuple() if shape.type == "list":
            return [_boto3_value(shape_of(shape.element), inner) for inner in _sequence(value)]
    return value


def _sequence(value: Sequence[object]) -> Sequence[object]:
    return value


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
