"""What may be an AWS account is not used without being asked for twice."""

from __future__ import annotations

import json
import socket
from importlib.resources import files

import pytest

from dynaproof.dynamodb.endpoint import Endpoint, choose_endpoint
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault, InputError


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("an endpoint is chosen without asking the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def suffixes() -> list[str]:
    text = files("botocore").joinpath("data/partitions.json").read_text(encoding="utf-8")
    return [
        outputs[kind]
        for partition in json.loads(text)["partitions"]
        for outputs in [partition["outputs"]]
        for kind in ("dnsSuffix", "dualStackDnsSuffix")
    ]


OPEN = {
    # url: (host, port)
    "http://localhost:8000": ("localhost", 8000),
    "http://127.0.0.1:8000/": ("127.0.0.1", 8000),
    "https://127.0.0.1:8443": ("127.0.0.1", 8443),
    "https://localhost": ("localhost", 443),
    "http://[::1]:8000": ("::1", 8000),
    "https://[::1]": ("::1", 443),
    "http://dynamodb:8000": ("dynamodb", 8000),
    "http://dynamodb_local:8000": ("dynamodb_local", 8000),
    "http://host.docker.internal:8000": ("host.docker.internal", 8000),
    "http://192.0.2.7": ("192.0.2.7", 80),
    "HTTP://LocalHost:8000": ("localhost", 8000),
    "http://notamazonaws.com": ("notamazonaws.com", 80),
}


@pytest.mark.parametrize("url", OPEN)
def test_local_endpoints_need_nothing_more(url: str) -> None:
    endpoint = choose_endpoint(url)
    assert (endpoint.host, endpoint.port) == OPEN[url]
    assert not endpoint.is_aws


AWS = [
    "https://dynamodb.us-east-1.amazonaws.com",
    "http://dynamodb.us-east-1.amazonaws.com",
    "http://dynamodb.us-east-1.amazonaws.com.:80",
    "https://DynamoDB.US-East-1.AmazonAWS.com",
    "https://dynamodb-fips.us-gov-west-1.amazonaws.com",
    "https://123456789012.ddb.eu-west-1.amazonaws.com",
    "http://vpce-0123-abcd.dynamodb.us-east-1.vpce.amazonaws.com",
    "https://dynamodb.eu-central-1.api.aws",
    "http://amazonaws.com",
    "https://proxy.example.com",
    "https://192.0.2.7:8000",
    *(f"http://dynamodb.some-region-1.{suffix}" for suffix in suffixes()),
]


@pytest.mark.parametrize("url", AWS)
@pytest.mark.parametrize(
    ("aws", "prefix", "missing"),
    [
        (False, "", "--aws and --table-prefix"),
        (True, "", "without --table-prefix"),
        (False, "mine-", "without --aws"),
    ],
)
def test_aws_is_refused_unless_asked_for_twice(
    url: str, aws: bool, prefix: str, missing: str
) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        choose_endpoint(url, aws=aws, table_prefix=prefix)
    [found] = fault.value.diagnostics
    assert found.code is Code.ENDPOINT_REFUSED
    assert missing in found.message
    assert found.hint


@pytest.mark.parametrize("url", AWS)
def test_aws_is_accepted_with_both_and_keeps_the_prefix(url: str) -> None:
    endpoint = choose_endpoint(url, aws=True, table_prefix="mine-")
    assert endpoint.is_aws
    assert endpoint.table_prefix == "mine-"


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://dynamodb.eu-west-3.amazonaws.com", "eu-west-3"),
        ("https://dynamodb-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("https://123456789012.ddb.ap-southeast-2.amazonaws.com", "ap-southeast-2"),
        ("https://vpce-0a-1b.dynamodb.us-west-2.vpce.amazonaws.com", "us-west-2"),
        ("https://dynamodb.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
        ("https://dynamodb.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
    ],
)
def test_requests_to_aws_are_signed_for_the_region_of_the_host(url: str, region: str) -> None:
    assert choose_endpoint(url, aws=True, table_prefix="mine-").region == region


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8000",
        "127.0.0.1:8000",
        "ftp://localhost:8000",
        "http://",
        "http://:8000",
        "http://localhost:port",
        "http://localhost:0",
        "http://localhost:99999",
        "http://[::1",
        "http://localhost:8000/shell",
        "http://localhost:8000/?a=b",
        "http://localhost:8000/#a",
        "http://local host:8000",
        # Other readers of an address would see another host in these.
        "http://localhost@dynamodb.us-east-1.amazonaws.com",
        "http://dynamodb.us-east-1.amazonaws.com\\@localhost",
        "http://dynamodb.us-east-1.amazonaws。com",
    ],
)
def test_what_is_no_address_is_refused_even_with_both_flags(url: str) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        choose_endpoint(url, aws=True, table_prefix="mine-")
    assert fault.value.diagnostics[0].code is Code.ENDPOINT_REFUSED
    with pytest.raises(EnvironmentFault):
        Endpoint(url)


@pytest.mark.parametrize("prefix", ["a b", "ü", "a/b", 'a"b', "x" * 253])
def test_a_prefix_is_the_beginning_of_a_table_name(prefix: str) -> None:
    with pytest.raises(InputError) as error:
        choose_endpoint("http://localhost:8000", table_prefix=prefix)
    assert error.value.diagnostics[0].code is Code.WRONG_TYPE
