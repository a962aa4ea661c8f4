"""The page on NoSQL Workbench shows what is written."""

from __future__ import annotations

import re
from pathlib import Path

from dynaproof.api.exporting import export_model

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "formats" / "workbench.md"


def blocks(language: str) -> list[str]:
    out = PAGE.read_text(encoding="utf-8").partition("\n## Out\n")[2].split("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", out, re.MULTILINE | re.DOTALL)


def test_the_page_shows_the_model_and_what_is_told(tmp_path: Path) -> None:
    [definition], [model], [told] = blocks("yaml"), blocks("json"), blocks("text")
    (tmp_path / "library.yaml").write_text(definition, encoding="utf-8")
    exported = export_model(tmp_path / "library.yaml", "workbench", tmp_path / "library.json")
    assert (tmp_path / "library.json").read_text(encoding="utf-8") == model
    assert [f"not carried: {one}" for one in exported.not_carried] == told.splitlines()
