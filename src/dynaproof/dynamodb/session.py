"""boto3 for the control plane, and signatures for AWS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from dynaproof.dynamodb.connection import Connection, Sign
from dynaproof.dynamodb.endpoint import LOCAL_ACCESS_KEY, Endpoint
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def control_plane(endpoint: Endpoint) -> DynamoDBClient:
    """A boto3 client; with the user's own credentials for AWS alone."""
    config = Config(retries={"max_attempts": 3, "mode": "standard"}, connect_timeout=5)
    if endpoint.is_aws:
        return boto3.client(
            "dynamodb", endpoint_url=endpoint.url, region_name=endpoint.region, config=config
        )
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint.url,
        region_name=endpoint.region,
        aws_access_key_id=LOCAL_ACCESS_KEY,
        aws_secret_access_key="local",  # noqa: S106  DynamoDB Local checks none
        config=config,
    )


def connect(endpoint: Endpoint) -> Connection:
    """A connection for data-plane calls."""
    return Connection(endpoint, _signed(endpoint) if endpoint.is_aws else None)


def _signed(endpoint: Endpoint) -> Sign:
    credentials = boto3.Session().get_credentials()
    if credentials is None:
        raise EnvironmentFault(
            Diagnostic(
                Code.ENDPOINT_REFUSED,
                "no AWS credentials were found",
                hint="Set up a profile with 'aws configure', or set AWS_PROFILE.",
            )
        )

    def headers(target: str, body: bytes) -> Mapping[str, str]:
        request = AWSRequest(
            "POST",
            endpoint.url + "/",
            headers={"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target},
            data=body,
        )
        SigV4Auth(credentials, "dynamodb", endpoint.region).add_auth(request)
        return dict(request.headers.items())

    return headers
