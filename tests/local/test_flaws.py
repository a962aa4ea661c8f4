"""Every flawed definition is found by its code, by `check` or `prove`; right ones raise nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.proof.check import check_file
from dynaproof.proof.search.prove import Effort, prove
from dynaproof.proof.search.result import ProveResult

FLAWS = Path(__file__).parents[1] / "flaws"
FLAWED = sorted((FLAWS / "flawed").glob("*.yaml"))
RIGHT = sorted((FLAWS / "right").glob("*.yaml"))
SHIPPED = sorted((Path(__file__).parents[2] / "patterns").glob("*.yaml"))
SEED = 42
# Sets of facts decide what is found. The time is no limit here: a slow machine finds the same.
EFFORT = Effort(sets=24, seconds=3_600)


def name_of(file: Path) -> str:
    return file.stem


def codes_in(file: Path, header: str) -> set[str]:
    line = re.search(rf"^# {header}: (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return set(re.findall(r"DP[0-9]{3}", line[1])) if line else set()


def proved(file: Path, endpoint: Endpoint) -> ProveResult:
    definition = check_file(file).definition
    assert definition is not None
    if not definition.stream_handlers:
        return prove(definition, endpoint, seed=SEED, server="DynamoDB Local", effort=EFFORT)
    # DynamoDB Local goes through the records of all older streams at each write.
    with LocalServer.start() as server:
        own = Endpoint(server.endpoint_url)
        return prove(definition, own, seed=SEED, server="DynamoDB Local", effort=EFFORT)


def found_by(file: Path, endpoint: Endpoint) -> set[str]:
    checked = check_file(file)
    codes = {found.code.value for found in checked.diagnostics}
    if checked.errors:  # a run would be refused
        return codes
    result = proved(file, endpoint)
    assert result.searched.refused == []
    found = [*result.counterexamples, *result.races]
    return codes.union(*({one.code.value, one.difference.code.value} for one in found))


@pytest.mark.parametrize("file", FLAWED, ids=name_of)
def test_the_flaw_is_found(file: Path, endpoint: Endpoint) -> None:
    wanted = codes_in(file, "found")
    assert wanted
    assert wanted & found_by(file, endpoint)


@pytest.mark.parametrize("file", RIGHT, ids=name_of)
def test_a_right_definition_raises_nothing(file: Path, endpoint: Endpoint) -> None:
    assert found_by(file, endpoint) == set()


@pytest.mark.parametrize("file", [file for file in SHIPPED if file.stem != "cruddur"], ids=name_of)
def test_a_shipped_definition_raises_nothing(file: Path, endpoint: Endpoint) -> None:
    assert found_by(file, endpoint) == set()
