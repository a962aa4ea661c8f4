"""The review as a page: in order, escaped, the same bytes for the same run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from dynaproof.report.review.page import review_html
from dynaproof.report.review.run_file import RunFile, parse_run

SECTIONS = [
    "verdict",
    "access-patterns",
    "tables",
    "capacity",
    "item-sizes",
    "collections",
    "findings",
    "counterexamples",
    "requests",
    "assumptions",
    "emulator",
    "provenance",
]
MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}{% x %}&amp;"
FIXED = {"format", "kind", "projection", "stream", "type", "severity", "code", "part", "sha256"}
FIXED |= {"verdict", "proof", "seed", "S", "N", "B", "SS", "NS"}


class Page(HTMLParser):
    """Elements, attributes and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, of, value in self.attributes if of == name]


def test_sections_stand_in_the_order_in_which_they_are_read(run_file: RunFile) -> None:
    page = Page(review_html(run_file))
    ids = [one for one in page.values("id") if one in SECTIONS]
    assert ids == SECTIONS
    links = [one.removeprefix("#") for one in page.values("href") if one[1:] in SECTIONS]
    assert list(dict.fromkeys(links[links.index("verdict", 1) :]))[: len(SECTIONS)] == SECTIONS


def test_anchors_are_stable_unique_and_all_links_lead_somewhere(run_file: RunFile) -> None:
    page = Page(review_html(run_file))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {"pattern-read-order", "table-shop-orders", "code-DP822"} <= set(ids)
    links = {value for tag, name, value in page.attributes if (tag, name) == ("a", "href")}
    assert {link for link in links if link.removeprefix("#") not in ids} == set()


def test_the_same_run_gives_the_same_bytes(document: dict[str, object]) -> None:
    data = json.dumps(document).encode()
    assert review_html(parse_run(data, "a")) == review_html(parse_run(data, "a"))


def test_nothing_is_fetched_and_only_our_script_runs(run_file: RunFile) -> None:
    text = review_html(run_file)
    page = Page(text)
    assert page.values("src") == []
    assert page.tags["link"] == page.tags["iframe"] == page.tags["object"] == 0
    assert not re.search(r"url\((?!#)|@import", text)
    [policy] = [one for one in page.values("content") if "default-src" in one]
    script = text[text.index("<script>") + 8 : text.index("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in policy


def _marked(value: object, name: str = "") -> object:
    """The same run with markup and script in every text that is free, and in names."""
    if isinstance(value, dict):
        free = name in ("parameters", "attributes", "beginnings", "expected", "found")
        return {
            (key + MARKUP if free else key): _marked(inner, key) for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_marked(inner, name) for inner in value]
    return value + MARKUP if isinstance(value, str) and name not in FIXED else value


@pytest.mark.parametrize("paper", [False, True])
def test_markup_in_data_is_text(document: dict[str, object], paper: bool) -> None:
    marked = _marked(document)
    # A request with a marked operation is none, and the page says so; its values stay a request's.
    page = Page(review_html(parse_run(json.dumps(marked).encode(), MARKUP), paper=paper))
    assert page.tags["script"] == (0 if paper else 1)
    assert page.tags["img"] == 0
    assert [name for _, name, _ in page.attributes if name.startswith("on")] == []
    whole = "".join(page.texts)
    for text in ("read-order", "shop-orders", "order", "ORDER#1", "long ago", "nobody reads it"):
        assert text + MARKUP in whole
    assert "49" not in re.findall(r"\b49\b", whole)


def test_every_request_is_there_in_three_languages(run_file: RunFile) -> None:
    whole = "".join(Page(review_html(run_file)).texts)
    for call in (
        "answer = client.put_item(**request)",
        "aws dynamodb put-item",
        "new PutItemCommand({",
    ):
        assert call in whole


def test_what_was_found_can_be_read(run_file: RunFile) -> None:
    whole = " ".join("".join(Page(review_html(run_file)).texts).split())
    for text in (
        "does not hold",
        "1 row is not asked for",
        "ORDER#1, ORDER#10",
        "nobody reads it",
        "Drop it.",
        "shop.yaml:12:3",
        "2 more here",
        "long ago",
    ):
        assert text in whole


def test_paper_is_light_and_unfolded(run_file: RunFile) -> None:
    text = review_html(run_file, paper=True)
    page = Page(text)
    assert "light-dark(" not in text
    details = [name for tag, name, _ in page.attributes if tag == "details"]
    assert details.count("open") == page.tags["details"]


def test_the_sheet_leads_to_counterexamples(run_file: RunFile) -> None:
    page = review_html(run_file)
    found = {
        row[0]: re.findall(r'href="#(counterexample-\d)"', row[1])
        for row in re.findall(r'<tr id="(pattern-[^"]+)"(.*?)</tr>', page, re.DOTALL)
    }
    assert found == {
        "pattern-read-order": ["counterexample-1"],
        "pattern-orders-of-a-day": [],
        "pattern-place-order": ["counterexample-2"],
        "pattern-wrong-order": [],
    }
