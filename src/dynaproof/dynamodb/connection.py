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

DYNAMODB = "DynamoDB_20120810"
DYNAMODB_STREAMS = "DynamoDBStreams_20120810"
"""DynamoDB Local answers both at one address; on the service, streams have a host of their own."""
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
Wait = Callable[[float], object]
"""Sleeps for seconds; or less, when there is no more use in waiting."""
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

    def call(
        self, operation: str, arguments: Mapping[str, object], *, api: str = DYNAMODB
    ) -> dict[str, object]:
        """Send a request of typed attribute values (B as base64) and give the answer.

        Raises ServiceError, and EnvironmentFault when the endpoint does not answer.
        """
        return self.answer(self.send(operation, orjson.dumps(arguments), api=api))

    def answer(self, body: bytes) -> dict[str, object]:
        """Read the bytes of an answer; raises EnvironmentFault when they are not DynamoDB's."""
        try:
            read = orjson.loads(body)
        except orjson.JSONDecodeError:
            read = None
        if not isinstance(read, dict):
            raise self._not_dynamodb(200, body)
        return cast(dict[str, object], read)

    def send(
        self, operation: str, body: bytes, wait: Wait = time.sleep, *, api: str = DYNAMODB
    ) -> bytes:
        """Send a prepared body and give the answer's bytes; throttling is waited out.

        ``wait`` sleeps for seconds between attempts.
        """
        for attempt in range(1, MAX_ATTEMPTS + 1):
            status, answer = self._exchange(f"{api}.{operation}", body)
            if status == 200:
                return answer
            error = self._service_error(status, answer)
            if error.name not in RETRIED_ERRORS or attempt == MAX_ATTEMPTS:
                raise error
            wait(backoff_seconds(attempt))
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

    def _exchange(self, target: str, body: bytes) -> tuple[int, bytes]:
        headers = self._sign(target, body)
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
        except BaseException:  # interrupted: half an answer is left in the socket
            self.close()
            raise
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

    def _service_error(self, status: int, answer: bytes) -> ServiceError:
        try:
            body = orjson.loads(answer)
        except orjson.JSONDecodeError:
            body = None
        if not isinstance(body, dict) or "__type" not in body:
            raise self._not_dynamodb(status, answer)
        name = str(body["__type"]).rpartition("#")[2]
        return ServiceError(name, str(body.get("message", body.get("Message", ""))), body)

    def _not_dynamodb(self, status: int, answer: bytes) -> EnvironmentFault:
        shown = answer[:100].decode("utf-8", "replace")
        return EnvironmentFault(
            Diagnostic(
                Code.ENDPOINT_ERROR,
                f"{self.endpoint.url} answered as DynamoDB never does: HTTP {status}, {shown!r}",
                hint="Is this the address of DynamoDB?",
            )
        )


def backoff_seconds(attempt: int) -> float:
    """Seconds before another attempt: full jitter over an exponential, 40 ms to 5 s.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return random.uniform(0, min(5.0, 0.02 * 2**attempt))  # noqa: S311  no secret


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


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError):
        return "the connection was closed"
    return str(error) or type(error).__name__
