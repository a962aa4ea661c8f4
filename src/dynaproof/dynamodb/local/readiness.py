"""Ask a port whether the DynamoDB Local that answers there is ours."""

from __future__ import annotations

import http.client
import socket
from enum import Enum

ANSWER_SECONDS = 10.0

# DynamoDB Local checks that a signature is there, not that it is right.
_LIST_TABLES = {
    "X-Amz-Target": "DynamoDB_20120810.ListTables",
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": (
        "AWS4-HMAC-SHA256 Credential=local/20120810/us-east-1/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=0"
    ),
}


class Answer(Enum):
    """What ListTables on a port met."""

    OURS = "ours"
    FOREIGN = "foreign"
    NONE = "none"


def ask(port: int, origin: str, seconds: float = ANSWER_SECONDS) -> Answer:
    """Send ListTables to 127.0.0.1; the server started with ``-cors origin`` is ours.

    Only that server answers a request from this origin by naming it, in all versions.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("POST", "/", b"{}", {**_LIST_TABLES, "Origin": origin})
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return Answer.NONE
    finally:
        connection.close()
    allowed = response.getheader("Access-Control-Allow-Origin")
    return Answer.OURS if response.status == 200 and allowed == origin else Answer.FOREIGN


def free_port() -> int:
    """A port that is free on all interfaces just now."""
    with socket.socket() as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on the port, connections that are closing aside."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
        return True
