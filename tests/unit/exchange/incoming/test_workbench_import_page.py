"""The page on NoSQL Workbench shows what its model becomes."""

from __future__ import annotations

import re
from pathlib import Path

from dynaproof.api.importing import import_model

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "formats" / "workbench.md"


def blocks(language: str) -> list[str]:
    read = PAGE.read_text(encoding="utf-8").partition("\n## In\n")[2].split("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", read, re.MULTILINE | re.DOTALL)


def test_the_page_shows_the_definition_and_what_is_told(tmp_path: Path) -> None:
    [model], [definition], [told] = blocks("json"), blocks("yaml"), blocks("text")
    (tmp_path / "library.json").write_text(model, encoding="utf-8")
    imported = import_model(tmp_path / "library.json", tmp_path / "library")
    assert imported.definition.read_text(encoding="utf-8").endswith(definition)
    assert [f"not carried: {one}" for one in imported.not_carried] == told.splitlines()
