"""botocore for the control plane, and signatures for AWS."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from dynaproof.dynamodb.connection import Connection, Sign
from dynaproof.dynamodb.endpoint import LOCAL_ACCESS_KEY, Endpoint
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


CONNECT_SECONDS = 5
READ_SECONDS = 30
# What is set up on this machine for AWS is not read for other endpoints, so it cannot be wrong.
_NOTHING_SET_UP: dict[str, tuple[str | None, list[str] | None, object, None]] = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


def control_plane(endpoint: Endpoint) -> DynamoDBClient:
    """A client of botocore; with the user's own credentials for AWS alone.

    Raises EnvironmentFault when what is set up for AWS cannot be used.
    """
    if endpoint.is_aws:
        config = Config(
            retries={"max_attempts": 3, "mode": "standard"}, connect_timeout=CONNECT_SECONDS
        )
        session = botocore.session.Session()
        key = secret = None
    else:
        config = Config(
            retries={"max_attempts": 3, "mode": "standard"},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            proxies={},
        )
        session = botocore.session.Session(session_vars=_NOTHING_SET_UP)
        key, secret = LOCAL_ACCESS_KEY, "local"  # DynamoDB Local checks none
    try:
        made = session.create_client(
            "dynamodb",
            endpoint_url=endpoint.url,
            region_name=endpoint.region,
            config=config,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
        )
    except BotoCoreError as error:
        raise _no_credentials(str(error)) from error
    return cast("DynamoDBClient", made)


def connect(endpoint: Endpoint) -> Connection:
    """A connection for data-plane calls."""
    return Connection(endpoint, _signed(endpoint) if endpoint.is_aws else None)


def _no_credentials(reason: str) -> EnvironmentFault:
    return EnvironmentFault(
        Diagnostic(
            Code.ENDPOINT_REFUSED,
            f"AWS cannot be used: {reason}",
            hint="Set up a profile with 'aws configure', or set AWS_PROFILE.",
        )
    )


def _signed(endpoint: Endpoint) -> Sign:
    try:
        credentials = botocore.session.Session().get_credentials()
    except BotoCoreError as error:
        raise _no_credentials(str(error)) from error
    if credentials is None:
        raise _no_credentials("no credentials were found")

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
