"""The pages on PynamoDB, ElectroDB and OneTable show what is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dynaproof.api.exporting import export_model

PAGES = Path(__file__).parents[4] / "docs" / "reference" / "formats"
SHOWN = {
    "pynamodb": ("pynamodb.md", "models.py", {"python": "models.py"}),
    "electrodb": ("electrodb.md", "entities.mjs", {"js": "entities.mjs"}),
    "onetable": ("onetable-export.md", "onetable", {"json": "library.json", "js": "tables.mjs"}),
}


@pytest.mark.parametrize("form", SHOWN)
def test_the_page_shows_the_code(form: str, tmp_path: Path) -> None:
    page, target, files = SHOWN[form]
    text = (PAGES / page).read_text(encoding="utf-8")
    (tmp_path / "library.yaml").write_text(_block(text, "yaml"), encoding="utf-8")
    written = export_model(tmp_path / "library.yaml", form, tmp_path / target)
    made = {file.name: file.read_text(encoding="utf-8") for file in written.files}
    assert made == {name: _block(text, language) for language, name in files.items()}


def _block(text: str, language: str) -> str:
    """The first block of a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]
