"""The gallery: pages of notebooks that are read without Jupyter and without a network."""

from __future__ import annotations

import runpy
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = [
    ROOT / "notebooks" / f"0{name}.ipynb" for name in ("1-first-model", "4-proving-a-model")
]


class Links(HTMLParser):
    """What a page fetches, and what it leads to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.led_to: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.led_to.append(value or "")
            elif name in ("src", "srcset") or (name == "href" and tag == "link"):
                self.fetched.append(value or "")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("gallery")
    runpy.run_path(str(ROOT / "tools" / "gallery.py"))["gallery"](NOTEBOOKS, folder)
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


def test_the_index_leads_to_every_notebook_by_its_title(pages: dict[str, str]) -> None:
    assert Links(pages["index.html"]).led_to == ["01-first-model.html", "04-proving-a-model.html"]
    assert "A first model, from facts to figures</a>" in pages["index.html"]


def test_pages_fetch_nothing(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert [one for one in Links(page).fetched if not one.startswith("data:")] == []
        assert "import(" not in page
        assert "@import" not in page


def test_charts_and_tables_are_in_the_page(pages: dict[str, str]) -> None:
    page = pages["01-first-model.html"]
    assert "data:image/png;base64," in page
    assert "latest-notes" in page


def test_links_lead_to_pages_and_to_documents(pages: dict[str, str], tmp_path: Path) -> None:
    led_to = Links(pages["04-proving-a-model.html"]).led_to
    assert "02-conversations.html" in led_to
    assert [one for one in led_to if one.endswith("docs/how-to/prove.md")]
    assert [one for one in led_to if one.endswith(".ipynb")] == []
