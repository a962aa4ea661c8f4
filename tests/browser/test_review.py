"""The review in a real browser: it can be searched, sorted, folded, printed, and read by all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from dynaproof.api.review import Review

DESKTOP: ViewportSize = {"width": 1400, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 780}
HOSTILE = "\"'><script>window.hurt=1</script><img src=x onerror=window.hurt=1>{{ 7 * 7 }}"


@pytest.fixture
def page(browser: Browser, page_file: Path) -> Iterator[Page]:
    """The review, opened; nothing may be said on the console, and nothing be asked for."""
    yield from _opened(browser, page_file, DESKTOP)


@pytest.fixture
def phone(browser: Browser, page_file: Path) -> Iterator[Page]:
    yield from _opened(browser, page_file, PHONE)


def _opened(browser: Browser, file: Path, size: ViewportSize) -> Iterator[Page]:
    context = browser.new_context(viewport=size)
    opened = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("dialog", lambda dialog: said.append(dialog.message))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(file.as_uri())
    yield opened
    context.close()
    assert said == []
    assert asked == [file.as_uri()]


def _names(page: Page) -> list[str]:
    links = page.locator("#sheet tbody tr:not([hidden]) th a:first-child")
    return links.all_inner_texts()


def _numbers(page: Page, label: str) -> list[float]:
    cells = page.locator(f"#sheet tbody tr:not([hidden]) td[data-label='{label}']")
    return [float(value) for value in cells.evaluate_all("all => all.map(e => e.dataset.value)")]


def test_search_leaves_the_patterns_that_have_every_word(page: Page) -> None:
    whole = _names(page)
    page.get_by_label("Search").fill("PROFILE show")
    assert _names(page) == ["show-customer"]
    assert page.locator("#sheet-count").inner_text() == f"1 of {len(whole)} access patterns shown"
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#sheet tbody tr[hidden]")).to_have_count(0)
    assert _names(page) == whole


def test_choices_filter_by_operation_budget_and_answers(page: Page) -> None:
    page.get_by_label("Budget").select_option("broken")
    assert _names(page) == ["show-customer"]
    page.get_by_label("Operation").select_option("TransactWriteItems")
    assert _names(page) == []
    page.get_by_label("Budget").select_option("")
    operations = page.locator("#sheet tbody tr:not([hidden])").evaluate_all(
        "all => all.map(e => e.dataset.operation)"
    )
    assert set(operations) == {"TransactWriteItems"}


def test_columns_sort_up_down_and_back(page: Page) -> None:
    first = _names(page)
    head = page.get_by_role("columnheader", name="Predicted")
    button = head.get_by_role("button")
    button.click()
    assert head.get_attribute("aria-sort") == "ascending"
    rising = _numbers(page, "Predicted")
    assert rising == sorted(rising)
    assert len(set(rising)) > 2
    button.click()
    assert head.get_attribute("aria-sort") == "descending"
    assert _numbers(page, "Predicted") == sorted(rising, reverse=True)
    button.click()
    assert head.get_attribute("aria-sort") is None
    assert _names(page) == first


def test_sorting_works_from_the_keyboard(page: Page) -> None:
    button = page.get_by_role("columnheader", name="Access pattern").get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    names = _names(page)
    assert names == sorted(names)


def test_where_patterns_are_cards_a_choice_sorts_them(phone: Page, page: Page) -> None:
    choice = phone.get_by_label("Sort")
    first = _names(phone)
    choice.select_option(label="Predicted ↓")
    falling = _numbers(phone, "Predicted")
    assert falling == sorted(falling, reverse=True)
    assert len(set(falling)) > 2
    choice.select_option(label="Access pattern ↑")
    assert _names(phone) == sorted(first)
    phone.get_by_role("button", name="Clear").click()
    expect(choice).to_have_value("")
    assert _names(phone) == first
    # Heads that nobody sees cannot be reached by the Tab key either, and wide pages have heads.
    assert phone.locator("#sheet thead button:visible").count() == 0
    expect(page.get_by_label("Sort")).to_be_hidden()


def test_an_address_of_a_request_unfolds_it(page: Page) -> None:
    request = page.locator("#request-pattern-show-customer")
    assert request.get_attribute("open") is None
    page.locator("#pattern-show-customer th a").first.click()
    expect(page.locator("#request-pattern-show-customer[open]")).to_have_count(1)
    assert "get_item" in request.inner_text()
    assert "GetItemCommand" in request.inner_text()


def test_long_collections_are_folded_and_unfold(page: Page) -> None:
    fold = page.locator(".collection > details").first
    row = fold.locator("tbody tr").first
    assert not row.is_visible()
    fold.locator("> summary").click()
    assert row.is_visible()


def test_dark_and_light_follow_the_system_and_the_switch(browser: Browser, page_file: Path) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(page_file.as_uri())
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_label("light", exact=True).check()
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="light")
    page.get_by_label("as the system").check()
    assert page.evaluate(ground) == light
    page.get_by_label("dark", exact=True).check()
    assert page.evaluate(ground) == dark != light
    context.close()


def test_a_phone_needs_no_sideways_scrolling(phone: Page) -> None:
    phone.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    width, room = phone.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= room


def test_it_prints_everything_unfolded(page: Page) -> None:
    folded = "document.querySelectorAll('details:not([open])').length"
    before = page.evaluate(folded)
    page.evaluate("addEventListener('beforeprint', () => { window.left = " + folded + "; })")
    data = page.pdf()
    assert data.startswith(b"%PDF")
    assert page.evaluate("window.left") == 0
    assert page.evaluate(folded) == before > 0


def test_without_scripts_all_is_there(browser: Browser, page_file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert page.locator("#sheet tbody tr").count() > 10
    assert page.locator("#sheet tbody tr").first.is_visible()
    assert not page.locator("#sheet-controls").is_visible()
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_no_fault(
    browser: Browser, page_file: Path, theme: str, size: ViewportSize
) -> None:
    opened = _opened(browser, page_file, size)
    page = next(opened)
    page.get_by_label(theme, exact=True).check()
    for one in ("#requests > details", ".collection > details"):
        page.locator(one).first.evaluate("one => { one.open = true; }")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    next(opened, None)


def _hostile(value: object, name: str = "") -> object:
    """The same run with markup and script in every text that is free."""
    fixed = {"format", "kind", "projection", "stream", "type", "severity", "code", "part", "sha256"}
    fixed |= {"verdict", "proof", "seed", "N", "NS", "B", "BS"}
    if isinstance(value, dict):
        return {key: _hostile(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_hostile(inner, name) for inner in value]
    if isinstance(value, str) and name not in fixed:
        return f"{value}{HOSTILE}"
    return value


def test_what_data_says_does_not_run(browser: Browser, run_json: bytes, tmp_path: Path) -> None:
    file = tmp_path / "review.html"
    Review.of_json(json.dumps(_hostile(json.loads(run_json))).encode()).save(file)
    opened = _opened(browser, file, DESKTOP)
    page = next(opened)
    assert page.evaluate("window.hurt") is None
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    assert "{{ 7 * 7 }}" in page.locator("h1").inner_text()
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.get_by_label("Operation").select_option(index=1)
    assert page.evaluate("window.hurt") is None
    next(opened, None)


def test_two_hundred_patterns_and_twenty_tables_stay_small(
    browser: Browser, run_json: bytes, tmp_path: Path
) -> None:
    document = json.loads(run_json)
    tables, patterns = document["tables"], document["access_patterns"]
    document["tables"] = [
        tables[n % len(tables)] | {"name": f"{tables[n % len(tables)]['name']}-{n}"}
        for n in range(20)
    ]
    document["access_patterns"] = [
        patterns[n % len(patterns)] | {"name": f"{patterns[n % len(patterns)]['name']}-{n}"}
        for n in range(200)
    ]
    file = tmp_path / "review.html"
    Review.of_json(json.dumps(document).encode()).save(file)
    assert file.stat().st_size < 5 * 1024 * 1024
    opened = _opened(browser, file, DESKTOP)
    page = next(opened)
    page.get_by_label("Search").fill("show-customer")
    assert 0 < len(_names(page)) < 200
    next(opened, None)
