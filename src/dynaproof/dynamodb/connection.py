"""One persistent connection to an endpoint: DynamoDB's JSON protocol over HTTP.

boto3 spends about a millisecond on each call; a workbench makes thousands of the same kind. So
data-plane calls go out as prepared bytes; boto3 keeps the control plane, and signs for AWS.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
"""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import cast

import orjson

from dynaproof.dynamodb.endpoint import LOCAL_ACCESS_KEY, Endpoint
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault

TIMEOUT_SECONDS = 60.0
IDLE_SECONDS = 15.0
"""Servers close connections that were idle; beyond this a new one is made."""
MAX_ATTEMPTS = 10
RETRIED_ERRORS = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
        "TransactionInProgressException",
        "LimitExceededException",
    }
)
Sign = Callable[[str, bytes], Mapping[str, str]]
"""(X-Amz-Target, body) -> headers."""


class ServiceError(Exception):
    """An error that DynamoDB answered with; ``response`` is its whole body."""

    def __init__(self, name: str, message: str, response: Mapping[str, object]) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.response = response


class Connection:
    """Calls one after another; each thread has its own."""

    def __init__(self, endpoint: Endpoint, sign: Sign | None = None) -> None:
        self.endpoint = endpoint
        self._sign = sign or _unsigned(endpoint)
        self._http: http.client.HTTPConnection | None = None
        self._used = 0.0

    def call(self, operation: str, arguments: Mapping[str, object]) -> dict[str, object]:
        """Send a request of typed attribute values (B as base64) and give the answer.

        Raises ServiceError, and EnvironmentFault when the endpoint does not answer.
        """
        return cast(dict[str, object], orjson.loads(self.send(operation, orjson.dumps(arguments))))

    def send(self, operation: str, body: bytes) -> bytes:
        """Send a prepared body and give the answer's bytes; throttling is waited out."""
        for attempt in range(1, MAX_ATTEMPTS + 1):
            status, answer = self._exchange(operation, body)
            if status == 200:
                return answer
            error = _service_error(status, answer)
            if error.name not in RETRIED_ERRORS or attempt == MAX_ATTEMPTS:
                raise error
            backoff(attempt)
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Close the socket; the next call would open another."""
        if self._http is not None:
            self._http.close()
            self._http = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _exchange(self, operation: str, body: bytes) -> tuple[int, bytes]:
        headers = self._sign(f"DynamoDB_20120810.{operation}", body)
        connection = self._open()
        try:
            connection.request("POST", "/", body, dict(headers))
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise EnvironmentFault(
                Diagnostic(
                    Code.SERVER_DIED,
                    f"{self.endpoint.url} stopped answering: {_reason(error)}",
                    hint="Nothing that was asked of it since then has been counted. Run it again; "
                    "if it is your own server, read its log.",
                )
            ) from error
        self._used = time.monotonic()
        return response.status, answer

    def _open(self) -> http.client.HTTPConnection:
        if self._http is not None and time.monotonic() - self._used < IDLE_SECONDS:
            return self._http
        self.close()
        kind = http.client.HTTPSConnection if self.endpoint.secure else http.client.HTTPConnection
        connection = kind(self.endpoint.host, self.endpoint.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.connect()
        except OSError as error:
            raise EnvironmentFault(
                Diagnostic(
                    Code.SERVER_DIED,
                    f"nothing answers at {self.endpoint.url}: {_reason(error)}",
                    hint="Start one with 'dynaproof server start', or leave --endpoint-url out.",
                )
            ) from error
        self._http = connection
        return connection


def backoff(attempt: int) -> None:
    """Wait before another attempt: full jitter over an exponential, 20 ms to 5 s.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    time.sleep(random.uniform(0, min(5.0, 0.02 * 2**attempt)))  # noqa: S311  no secret


def _unsigned(endpoint: Endpoint) -> Sign:
    # DynamoDB Local reads access key and region out of this header and checks no signature.
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={LOCAL_ACCESS_KEY}/20260101/{endpoint.region}/dynamodb/"
        "aws4_request, SignedHeaders=host, Signature=0"
    )

    def headers(target: str, _body: bytes) -> Mapping[str, str]:
        return {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": target,
            "Authorization": authorization,
        }

    return headers


def _service_error(status: int, answer: bytes) -> ServiceError:
    try:
        body = orjson.loads(answer)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        shown = answer[:200].decode("utf-8", "replace")
        raise EnvironmentFault(
            Diagnostic(
                Code.ENDPOINT_ERROR,
                f"the endpoint answered with HTTP {status} and no DynamoDB error: {shown!r}",
                hint="Is this the address of DynamoDB?",
            )
        )
    name = str(body.get("__type", f"HTTP {status}")).rpartition("#")[2]
    return ServiceError(name, str(body.get("message", body.get("Message", ""))), body)


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError):
        return "the connection was closed"
    return str(error) or type(error).__name__
