"""What proving came to, as HTML for notebooks; all that comes from data is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from dynaproof.proof.search.result import ProveResult
from dynaproof.report.html_tables import BAD, GOOD, cell, fragment, html_table, html_text
from dynaproof.report.plain_text import PLAIN_WIDTH
from dynaproof.report.proof_text import closing_line
from dynaproof.report.race_story import race_lines
from dynaproof.report.story import Line, story_lines

_HEADING = "bold red"
_STORY = "white-space:pre;overflow-x:auto;margin:0.4em 0 1em 0"


def proof_html(result: ProveResult) -> str:
    """A result: what was found and tried, a line for each story, and the stories to unfold."""
    colour = GOOD if result.exit_status == 0 else BAD
    said, *more = closing_line(result).split("\n")
    head = f"{result.definition.name}: {result.server}"
    stories = [_parts(lines) for lines in _stories(result)]
    rows = [[cell(code, "font-weight:bold"), cell(title)] for code, title, _ in stories]
    return fragment(
        f'<p><b>{html_text(head)}</b><br><span style="color:{colour}">{html_text(said)}</span></p>',
        html_table(["code", "what is wrong"], rows) if len(rows) > 1 else "",
        *(_story_html(*one, unfolded=len(stories) == 1) for one in stories),
        *(f"<p>{html_text(line)}</p>" for line in more),
    )


def _stories(result: ProveResult) -> Iterator[Iterable[Line]]:
    for one in result.counterexamples:
        yield story_lines(one, result.definition, PLAIN_WIDTH)
    for race in result.races:
        yield race_lines(race, result.definition, PLAIN_WIDTH)


def _parts(lines: Iterable[Line]) -> tuple[str, str, str]:
    """Code, title, and the HTML of a story; its titles are bold."""
    headings: list[str] = []
    told: list[str] = []
    for text, style in lines:
        if style == _HEADING:
            headings.append(text)
        else:
            told.append(f"<b>{escape(text)}</b>" if style == "bold" else escape(text))
    code, _, title = " ".join(headings).partition("  ")
    return code, title, "\n".join(told)


def _story_html(code: str, title: str, told: str, *, unfolded: bool) -> str:
    opened = " open" if unfolded else ""
    return (
        f'<details{opened}><summary style="cursor:pointer"><b>{html_text(code)}</b> '
        f'{html_text(title)}</summary><pre style="{_STORY}">{told}</pre></details>'
    )
