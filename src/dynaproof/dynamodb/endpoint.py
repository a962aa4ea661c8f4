"""Where requests go: DynamoDB Local, another endpoint, or AWS when asked for twice."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault

LOCAL_REGION = "us-east-1"
LOCAL_ACCESS_KEY = "dynaproof"
_AWS_HOST = re.compile(r"(^|\.)(amazonaws\.com(\.cn)?|api\.aws|amazonaws\.[a-z.]+)$")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that speaks DynamoDB's protocol.

    ``is_aws``: a real account may be behind it. ``table_prefix`` stands before every table name.
    """

    url: str
    is_aws: bool = False
    table_prefix: str = ""
    region: str = LOCAL_REGION

    def __post_init__(self) -> None:
        _split(self.url)

    @property
    def host(self) -> str:
        """Host name or address."""
        return _split(self.url)[1]

    @property
    def port(self) -> int:
        """TCP port."""
        return _split(self.url)[2]

    @property
    def secure(self) -> bool:
        """Whether requests go over TLS."""
        return _split(self.url)[0] == "https"


def choose_endpoint(url: str, *, aws: bool = False, table_prefix: str = "") -> Endpoint:
    """Accept an endpoint, or refuse it.

    Loopback and plain http to a host that is not AWS's need nothing more. AWS, and any other
    host over TLS, behind which AWS could be, need ``aws`` and a table prefix both: raises
    EnvironmentFault otherwise.
    """
    scheme, host, _ = _split(url)
    may_be_aws = _AWS_HOST.search(host) is not None or (
        scheme == "https" and not _is_loopback(host)
    )
    if may_be_aws and not (aws and table_prefix):
        missing = " and ".join(
            option
            for option, given in (("--aws", aws), ("--table-prefix", table_prefix))
            if not given
        )
        raise EnvironmentFault(
            Diagnostic(
                Code.ENDPOINT_REFUSED,
                f"{url} may be a real AWS account, and is not used without {missing}",
                hint="Give both --aws and --table-prefix NAME to work on tables of that prefix "
                "there; it costs money. Leave --endpoint-url out to use DynamoDB Local.",
            )
        )
    region = re.search(r"dynamodb[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.", host)
    return Endpoint(
        url.rstrip("/"), may_be_aws, table_prefix, region[1] if region else LOCAL_REGION
    )


def _split(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise EnvironmentFault(
            Diagnostic(
                Code.ENDPOINT_REFUSED,
                f"'{url}' is not the address of an endpoint",
                hint="Write it as http://127.0.0.1:8000.",
            )
        )
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
