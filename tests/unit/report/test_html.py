"""HTML for notebooks: everything from data is escaped, and every element is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, Place
from dynaproof.proof.execute import Answered
from dynaproof.proof.results import RunResult
from dynaproof.report import html

ELEMENTS = {"div", "p", "b", "br", "span", "table", "thead", "tbody", "tr", "th", "td"}
SCRIPT = "<script>alert('x')</script>\"><img src=x onerror=y>"


class Reader(HTMLParser):
    """Reads a fragment; its elements must be ours, closed in order, with a style at most."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.rows: list[list[str]] = []
        self.feed(fragment)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS
        assert {name for name, _ in attrs} <= {"style", "class"}
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def test_a_run_shows_patterns_tables_findings_and_verdict(result: RunResult) -> None:
    page = Reader(html.run_html(result))
    assert "1 of 3 access patterns held" in page.text
    at = next(at for at, row in enumerate(page.rows) if row and row[0] == "place-order")
    assert page.rows[at][3:] == [
        *("2", "0", "1", "predicted", "WCU", "2", "2.5", "3", "3", "broken", "not proved"),
    ]
    assert page.rows[at + 1][6:12] == ["measured", "WCU", "2", "2.5", "3", "3"]
    assert "shop.yaml:28:37" in page.text
    assert ["shop-orders", "orders-by-day", "2", "3", "2", "150 B", "2026-01-02"] in page.rows


def test_where_measured_and_predicted_differ_it_is_said(differing: RunResult) -> None:
    page = Reader(html.run_html(differing))
    at = next(at for at, row in enumerate(page.rows) if row and row[0] == "place-order")
    assert [(row[2], row[6], *row[8:13]) for row in page.rows[at : at + 6]] == [
        ("shop-orders", "predicted", "3", "3", "3", "3", "broken"),
        ("", "measured", "2", "2.5", "3", "3", "differs"),
        ("shop-orders", "predicted", "2", "2", "2", "2", ""),
        ("", "measured", "1", "1", "1", "1", ""),
        ("shop-orders/orders-by-day", "predicted", "1", "1", "1", "1", ""),
        ("", "measured", "1", "1.5", "2", "2", ""),
    ]
    assert "DP604" in page.text


def test_what_differs_is_shown_below_the_patterns(wrong: RunResult) -> None:
    page = Reader(html.run_html(wrong))
    at = next(row for row in page.rows if row and row[0] == "read-order")
    assert at[-2:] == ["held", "differs"]
    assert "read-order differs: nothing found" in page.text
    assert "with id = a-1" in page.text
    assert page.rows[page.rows.index(["extra", "2", "pk", "-", "ORDER#2"]) + 1] == [
        *("", "", "n", "-", "7"),
    ]
    assert "and 2 more" in page.text
    assert 'Query {"TableName": "shop-orders", "Limit": 3}' in page.text


def test_what_is_not_predicted_or_not_reported_is_said(result: RunResult) -> None:
    first = result.patterns[0]
    calls = tuple(
        replace(call, predicted=(), not_predicted="too many items") for call in first.calls
    )
    page = Reader(html.patterns_html([replace(first, calls=calls)]))
    assert "read-order: not predicted: too many items" in page.text
    assert page.rows[1][6:9] == ["measured", "RCU", "0.5"]
    calls = tuple(replace(call, consumed=(), reported=False) for call in first.calls)
    page = Reader(html.patterns_html([replace(first, calls=calls)]))
    assert page.rows[2][6] == "measured: not reported"


def test_all_rows_of_a_table_have_as_many_cells(result: RunResult) -> None:
    rows = Reader(html.patterns_html(result.patterns)).rows
    assert len({len(row) for row in rows}) == 1


def test_what_comes_from_data_is_escaped(
    renamed: Callable[[str], RunResult],
    answer: Callable[..., Answered],
    shop: Definition,
    wrong: RunResult,
) -> None:
    first = wrong.patterns[0]
    steps = (replace(first.calls[1].steps[0], request={}, operation=SCRIPT),)
    differs = replace(first, calls=(replace(first.calls[1], steps=steps),))
    found = Diagnostic(Code.UNKNOWN_KEY, SCRIPT, Place(SCRIPT, 1, 1), SCRIPT)
    result = renamed(SCRIPT)
    item = {"pk": {"S": SCRIPT}, SCRIPT: {"M": {SCRIPT: {"S": SCRIPT}}}}
    for fragment in (
        html.run_html(result),
        html.differing_html([differs]),
        html.answer_html(answer(item), result.patterns[0].pattern, shop.tables[0]),
        html.diagnostics_html([found], SCRIPT),
        html.diagnostics_html([], SCRIPT),
        html.definition_patterns_html([result.patterns[0].pattern]),
    ):
        assert SCRIPT in Reader(fragment).text


def test_an_answer_shows_keys_first_and_its_capacity(
    answer: Callable[..., Answered], shop: Definition
) -> None:
    item = {"a": {"N": "1"}, "sk": {"S": "ORDER"}, "pk": {"S": "ORDER#1"}}
    page = Reader(html.answer_html(answer(item), table=shop.tables[0]))
    assert page.rows == [["pk", "sk", "a"], ["ORDER#1", "ORDER", "1"]]
    assert "0.5 RCU shop-orders" in page.text


def test_a_long_answer_says_what_it_leaves_out(answer: Callable[..., Answered]) -> None:
    items = [{"pk": {"S": str(n)}} for n in range(html.MAX_ROWS + 7)]
    page = Reader(html.answer_html(answer(*items)))
    assert len(page.rows) == html.MAX_ROWS + 1
    assert "7 more items" in page.text


def test_a_definition_shows_its_tables_and_patterns(shop: Definition) -> None:
    page = Reader(html.definition_html(shop))
    assert "GSI orders-by-day: day (S), sk (S); projects keys only" in page.text
    assert "day = 2026-01-02" in page.text


@pytest.mark.parametrize(("name", "told"), [("", "no findings"), ("a.yaml", "a.yaml: no findings")])
def test_no_findings_are_said(name: str, told: str) -> None:
    assert Reader(html.diagnostics_html([], name)).text == told
