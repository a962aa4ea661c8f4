"""The definitions of tests/flaws: what each one says of itself, and that together they cover all.

That every flaw is found, and nothing raised on right definitions, is proved on a server.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dynaproof.definition.load import load
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError

FOLDER = Path(__file__).parents[1] / "flaws"
FLAWED = sorted((FOLDER / "flawed").glob("*.yaml"))
RIGHT = sorted((FOLDER / "right").glob("*.yaml"))
CODES = {code.value for code in Code}
HEADER = re.compile(r"# flaw: (?P<flaw>.+\.)\n# found: (?P<found>.+)\n# by: (?P<by>.+)\n")


def _header(path: Path) -> re.Match[str]:
    found = HEADER.match(path.read_text(encoding="utf-8"))
    assert found, f"{path.name} does not begin with '# flaw:', '# found:' and '# by:'"
    return found


def _name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", FLAWED, ids=_name)
def test_a_flawed_definition_says_what_is_wrong_and_who_finds_it(path: Path) -> None:
    header = _header(path)
    found, by = header["found"].split(), header["by"].split()
    assert set(found) <= CODES, f"{set(found) - CODES} are no codes"
    assert len(found) == len(set(found))
    assert by
    assert set(by) <= {"check", "prove"}
    # The rules of design are raised by check alone, all that is seen in answers by prove alone.
    if by == ["check"]:
        assert found[0].startswith("DP7")
    if by == ["prove"]:
        assert found[0].startswith("DP8")


@pytest.mark.parametrize("path", RIGHT, ids=_name)
def test_a_right_definition_says_why_it_is_right(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(r"# \S.+\.\nversion: 1\n", text)
    assert not HEADER.match(text)


@pytest.mark.parametrize("path", [*FLAWED, *RIGHT], ids=_name)
def test_a_definition_is_well_formed_and_named_as_its_file(path: Path) -> None:
    try:
        definition = load(path)
    except InputError as error:
        pytest.fail(f"{path.name} has errors: {error}")
    assert definition.name == path.stem


@pytest.mark.parametrize("path", [*FLAWED, *RIGHT], ids=_name)
def test_every_access_pattern_says_what_is_right(path: Path) -> None:
    silent = [
        pattern.name
        for pattern in load(path).access_patterns
        if not pattern.question and not pattern.change and not pattern.expect.fails
    ]
    assert not silent, f"without question, change and expected failure: {silent}"


def test_there_are_as_many_as_promised() -> None:
    assert len(FLAWED) >= 44
    assert len(RIGHT) >= 14


def test_every_code_of_design_and_proof_is_some_flaws_code() -> None:
    covered = {code for path in FLAWED for code in _header(path)["found"].split()}
    wanted = {code for code in CODES if code.startswith(("DP7", "DP8"))}
    assert wanted <= covered, f"no definition has one of {sorted(wanted - covered)}"


def test_the_folders_page_lists_each_definition_with_its_flaw_and_codes() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    flawed = [
        f"| [{path.stem}](flawed/{path.name}) | {header['flaw']} | {header['found']} |"
        f" {header['by']} |"
        for path in FLAWED
        for header in [_header(path)]
    ]
    right = [
        f"| [{path.stem}](right/{path.name}) | {text[2:]} |"
        for path in RIGHT
        for text in [path.read_text(encoding="utf-8").splitlines()[0]]
    ]
    assert [line for line in page if line.startswith("| [")] == flawed + right
