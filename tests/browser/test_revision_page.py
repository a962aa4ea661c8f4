"""Two revisions side by side, in a real browser: no request, no message, nothing that axe finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from dynaproof.api.comparisons import compare

DESIGNS = Path(__file__).parents[2] / "notebooks" / "designs"


@pytest.fixture(scope="module")
def revision_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = compare(DESIGNS / "single-table.yaml", DESIGNS / "multi-table.yaml")
    file = tmp_path_factory.mktemp("revisions") / "diff.html"
    file.write_text(found.to_html(), encoding="utf-8")
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 400])
def test_the_page_loads_nothing_and_can_be_read_by_all(
    browser: Browser, revision_page: Path, scheme: str, width: int
) -> None:
    page = browser.new_page(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(revision_page.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        rows = page.locator("table.sides tbody tr")
        assert rows.count() > 10
        assert (said, asked) == ([], [revision_page.as_uri()])
        violations = Axe().run(page).response["violations"]
        assert [(one["id"], one["impact"]) for one in violations] == []
    finally:
        page.close()
