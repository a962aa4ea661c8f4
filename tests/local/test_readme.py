"""The README's commands do what it says, and its pictures are made by the program."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dynaproof.model.codes import Code
from dynaproof.proof.check import check_text

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

RULES = [page for page in PAGES if re.fullmatch(r"DP\d{3}", page.stem)]
"""A page for each rule of design: a definition in which something is found, and one in which not."""

WRITES_ITS_DATASETS = ROOT / "docs" / "reference" / "formats" / "tabular.md"
"""Its second definition reads what its first one was exported to: test_tabular_page does it."""


def commands(page: Path) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line[2:].partition(" #")[0].strip() for line in lines if line.startswith("$ ")]


def test_readme_commands_run_in_order(tmp_path: Path) -> None:
    for folder in ("patterns", "datasets"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "COLUMNS": "100"}
    ran: list[str] = []
    for command in commands(ROOT / "README.md"):
        program, *arguments = shlex.split(command)
        if program != "dynaproof":
            continue
        done = subprocess.run(
            [sys.executable, "-m", "dynaproof", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        ran.append(command)
    assert len(ran) >= 7
    assert (tmp_path / "out" / "run.json").stat().st_size > 0
    assert (tmp_path / "out" / "cruddur-messages-capacity.png").read_bytes() == (
        ROOT / "docs" / "images" / "cruddur-messages-capacity.png"
    ).read_bytes(), "the README's picture is not the one that the program draws"


def test_readme_names_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z]+)", (ROOT / "README.md").read_text()))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_definitions_in_documents_are_right(page: Path) -> None:
    for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL):
        if "version: 1" in block and page not in RULES:
            found = check_text(block, folder=ROOT / "patterns").diagnostics
            written = Code.DATASET if page == WRITES_ITS_DATASETS else None
            assert [one for one in found if one.code is not written] == []


@pytest.mark.parametrize("page", RULES, ids=lambda page: page.stem)
def test_a_page_of_a_rule_shows_what_is_found_and_what_is_not(page: Path) -> None:
    wrong, right = re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)
    found = check_text(wrong, folder=ROOT / "patterns").diagnostics
    assert page.stem in {one.code.value for one in found}
    assert check_text(right, folder=ROOT / "patterns").diagnostics == ()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_in_documents_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    broken = [link for link in links if not (page.parent / link).exists()]
    assert broken == []
