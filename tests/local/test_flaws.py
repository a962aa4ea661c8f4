"""Every flawed definition is found by its code, by `check` or `prove`; right ones raise nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.proof.check import check_file
from dynaproof.proof.events import (
    CounterexampleFound,
    Event,
    Listener,
    RaceFound,
    no_listener,
)
from dynaproof.proof.races.race import Race
from dynaproof.proof.search.counterexample import Counterexample
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


class FoundError(Exception):
    """What was looked for has been found: the search need not go on."""


def proved(file: Path, endpoint: Endpoint, listen: Listener = no_listener) -> ProveResult:
    definition = check_file(file).require()

    def prove_at(where: Endpoint) -> ProveResult:
        return prove(
            definition, where, seed=SEED, server="DynamoDB Local", effort=EFFORT, listen=listen
        )

    if not definition.stream_handlers:
        return prove_at(endpoint)
    # DynamoDB Local goes through the records of all older streams at each write.
    with LocalServer.start() as server:
        return prove_at(Endpoint(server.endpoint_url))


def codes_of(found: Counterexample | Race) -> set[str]:
    return {found.code.value, found.difference.code.value}


def by(file: Path, command: str) -> bool:
    line = re.search(r"^# by: (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return line is not None and command in line[1].split()


@pytest.mark.parametrize("file", [f for f in FLAWED if by(f, "check")], ids=name_of)
def test_check_finds_the_flaw(file: Path) -> None:
    found = {finding.code.value for finding in check_file(file).diagnostics}
    assert found & codes_in(file, "found")


@pytest.mark.parametrize("file", [f for f in FLAWED if by(f, "prove")], ids=name_of)
def test_prove_finds_the_flaw(file: Path, endpoint: Endpoint) -> None:
    wanted = codes_in(file, "found")

    def listen(event: Event) -> None:
        match event:
            case CounterexampleFound(found) | RaceFound(found) if codes_of(found) & wanted:
                raise FoundError

    with pytest.raises(FoundError):
        proved(file, endpoint, listen)


@pytest.mark.parametrize(
    "file", [*RIGHT, *(file for file in SHIPPED if file.stem != "cruddur")], ids=name_of
)
def test_a_right_definition_raises_nothing(file: Path, endpoint: Endpoint) -> None:
    assert check_file(file).diagnostics == ()
    result = proved(file, endpoint)
    assert [*result.findings] == []
    assert result.searched.fact_sets == EFFORT.sets
