"""The pages on awslabs' models and schemas, OneTable and sheets show what their examples become."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dynaproof.api.importing import import_model

PAGES = Path(__file__).parents[4] / "docs" / "reference" / "formats"


def blocks(page: str, language: str) -> list[str]:
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("page", "language", "file"),
    [
        ("awslabs", "json", "library.json"),
        ("awslabs-schema", "json", "shelf.json"),
        ("onetable", "json", "members.json"),
        ("sheet", "markdown", "patterns.md"),
    ],
)
def test_a_page_shows_the_definition_and_what_is_told(
    page: str, language: str, file: str, tmp_path: Path
) -> None:
    source, *others = blocks(page, language)
    (tmp_path / file).write_text(source, encoding="utf-8")
    usage = None
    for other in others:
        usage = tmp_path / "usage_data.json"
        usage.write_text(other, encoding="utf-8")
    imported = import_model(tmp_path / file, tmp_path / "made", usage=usage)
    [definition] = blocks(page, "yaml")
    assert imported.definition.read_text(encoding="utf-8").endswith(definition)
    told = "".join(blocks(page, "text")).splitlines()
    assert [f"not carried: {one}" for one in imported.not_carried] == told
