"""Where requests go: DynamoDB Local, another endpoint, or AWS when asked for twice."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, InputError

LOCAL_REGION = "us-east-1"
LOCAL_ACCESS_KEY = "dynaproof"
# The suffixes of all partitions, IPv4 only and dual stack, as botocore lists them; a test holds
# the two together.
_AWS_SUFFIXES = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "api.amazonwebservices.com.cn",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?")
_REGION = re.compile(r"(?:^|\.)([a-z]{2,4}(?:-[a-z]+)+-[0-9]+)\.")
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
_TABLE_NAME = re.compile(r"[a-zA-Z0-9_.-]{0,252}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that speaks DynamoDB's protocol.

    ``is_aws``: a real account may be behind it. ``table_prefix`` stands before every table name.
    Raises EnvironmentFault for what is no address, InputError for what can start no table name.
    """

    url: str
    is_aws: bool = False
    table_prefix: str = ""
    region: str = LOCAL_REGION

    def __post_init__(self) -> None:
        _split(self.url)
        if not _TABLE_NAME.fullmatch(self.table_prefix):
            raise InputError(
                Diagnostic(
                    Code.WRONG_TYPE,
                    f"no table name starts with the prefix '{self.table_prefix}'",
                    hint="Letters, digits and _ . - make up the name of a table.",
                )
            )

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
    hint = (
        "Give both --aws and --table-prefix NAME to work on tables of that prefix there; it costs "
        "money. Leave --endpoint-url out to use DynamoDB Local."
    )
    return _allowed(url, {"--aws": aws, "--table-prefix": bool(table_prefix)}, table_prefix, hint)


def choose_endpoint_to_read(url: str, *, aws: bool = False, named: bool = False) -> Endpoint:
    """Accept an endpoint that is read alone, or refuse it.

    As ``choose_endpoint``; where AWS could be, ``aws`` is needed, and that the tables are
    ``named``: nothing is read there that was not asked for.
    """
    hint = "Give --aws and name each table with --table NAME; reading costs money."
    return _allowed(url, {"--aws": aws, "--table": named}, "", hint)


def _allowed(url: str, given: Mapping[str, bool], table_prefix: str, hint: str) -> Endpoint:
    scheme, host, port = _split(url)
    may_be_aws = _is_aws(host) or (scheme == "https" and not _is_loopback(host))
    if may_be_aws and not all(given.values()):
        missing = " and ".join(option for option, there in given.items() if not there)
        raise EnvironmentFault(
            Diagnostic(
                Code.ENDPOINT_REFUSED,
                f"{url} may be a real AWS account, and is not used without {missing}",
                hint=hint,
            )
        )
    region = _REGION.search(host)
    # Put together anew, so that no other reader of the text can find another host in it.
    shown = f"[{host}]" if ":" in host else host
    return Endpoint(
        f"{scheme}://{shown}:{port}",
        may_be_aws,
        table_prefix,
        region[1] if region else LOCAL_REGION,
    )


def _split(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if (
        parts.scheme not in ("http", "https")
        or not (_HOST.fullmatch(host) or _address(host))
        or parts.path not in ("", "/")
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
        or port == 0
    ):
        raise EnvironmentFault(
            Diagnostic(
                Code.ENDPOINT_REFUSED,
                f"'{url}' is not the address of an endpoint",
                hint="Write it as http://127.0.0.1:8000.",
            )
        )
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)


def _is_aws(host: str) -> bool:
    name = host.rstrip(".")
    return any(name == suffix or name.endswith(f".{suffix}") for suffix in _AWS_SUFFIXES)


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
