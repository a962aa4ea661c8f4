"""The pages of the rules of design are in step with the rules and their cases."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
PAGES = runpy.run_path(str(ROOT / "tools" / "design_pages.py"))["PAGES"]
FOLDER = ROOT / "docs" / "reference" / "design"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_the_rule_says(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == PAGES[name], "write it again: python tools/design_pages.py"


def test_no_page_is_of_a_rule_that_is_gone() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(PAGES)
