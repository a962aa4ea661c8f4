"""The version that the package tells is the one that is installed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import dynaproof


def test_the_package_and_its_project_file_state_one_version() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["project"]["version"] == dynaproof.__version__
