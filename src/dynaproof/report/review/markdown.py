"""The review in short, as Markdown for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dynaproof.report.figures import counted
from dynaproof.report.review.review import FindingRow, Review, review_of
from dynaproof.report.review.run_file import RunFile
from dynaproof.report.review.stored import TableView

MOST_FINDINGS = 50
_MEANING = re.compile(r"([\\`*_\[\]|~$])")
_REFERENCE = re.compile(r"(?<!\w)([@#])(?=\w)|(?<=:)(?=//)|(?<=\bwww\.)", re.IGNORECASE)
_UNSEEN = "&#8203;"
"""A space of no width: what it divides is no mention, no number of an issue, and no address."""


def review_markdown(run: RunFile) -> str:
    """Verdict, access-pattern sheet, tables, findings, counterexamples and provenance.

    The same run gives the same text; nothing that comes from data is read as markup. Raises
    InputError where the run's JSON is not what it should be.
    """
    return "\n".join(_lines(review_of(run))) + "\n"


def plain(text: str) -> str:
    """A text of one line that Markdown shows as it is."""
    escaped = _MEANING.sub(r"\\\1", " ".join(_html(text).split()))
    return _REFERENCE.sub(lambda found: (found[1] or "") + _UNSEEN, escaped)


def _lines(review: Review) -> Iterator[str]:
    sign = "holds" if review.status == 0 else "**does not hold**"
    yield f"# {plain(review.name)}: design review"
    yield ""
    proof = review.proof
    proving = f" {plain(proof.found)}." if proof is not None and not proof.holds else ""
    yield f"{sign}: {plain(review.verdict)}.{proving}"
    yield ""
    yield "; ".join(f"{plain(name)} {plain(figure)}" for name, figure in review.figures) + "."
    yield from _section("Access patterns")
    heads = ["access pattern", "request", "key condition", "items", "pages", "predicted"]
    heads += ["measured", "budget", "held", "answers", "calls/s"]
    yield from _table(
        heads,
        [
            [
                row.name,
                " ".join((row.operation, *row.targets)),
                row.key_condition,
                row.items,
                row.pages,
                ", ".join(row.predicted),
                ", ".join((*row.measured, *row.codes)),
                "; ".join(row.budget),
                row.outcome.text,
                row.proof.text
                + (
                    f", {counted(len(found), 'counterexample')}"
                    if (found := review.failing[row.anchor])
                    else ""
                ),
                row.rate,
            ]
            for row in review.sheet
        ],
    )
    yield from _section("Tables")
    for table in review.tables:
        yield from _stored(table)
    yield from _section("Item collections and the hottest key")
    yield from _table(
        ["table or index", "collections", "items", "size", "largest", "items", "share of items"],
        [
            [
                one.label,
                f"{one.collections:,}",
                f"{one.items:,}",
                one.bytes,
                one.key,
                one.largest,
                one.share,
            ]
            for one in review.hot_keys
        ],
    )
    yield from _section("Findings")
    yield from _findings([*review.found_by_run, *review.found_before])
    if review.proof is not None:
        yield from _section("Counterexamples and races")
        yield plain(review.proof.told)
        for story in review.proof.stories:
            yield ""
            yield f"<details><summary>{_html(story.code)} {_html(story.title)}</summary>"
            yield ""
            # Indented, a text is code whatever it holds.
            yield from (f"    {line}".rstrip() for line in story.text.split("\n"))
            yield ""
            yield "</details>"
    yield from _section("Assumptions")
    yield from (f"- {plain(one)}" for one in review.assumptions)
    for one in review.emulator:
        told = f"the service {plain(one.service)}; DynamoDB Local {plain(one.local)}"
        yield f"- {plain(one.code)}, {plain(one.title)}: {told}"
    yield from _section("Provenance")
    yield from _table(["", ""], [[name, value] for name, value in review.provenance])


def _stored(table: TableView) -> Iterator[str]:
    yield f"**{plain(table.name)}**: {plain(table.told)}; {plain('; '.join(table.lines))}"
    yield ""
    yield from _table(
        ["item type", "key", "items", "smallest", "mean", "largest"],
        [[one.name, one.key, one.items, one.least, one.mean, one.most] for one in table.item_types],
    )
    yield ""


def _findings(found: Sequence[FindingRow]) -> Iterator[str]:
    if not found:
        yield "None."
        return
    yield from _table(
        ["code", "", "finding", "place"],
        [[one.code, one.severity, one.message, one.place] for one in found[:MOST_FINDINGS]],
    )
    if len(found) > MOST_FINDINGS:
        yield ""
        yield f"and {len(found) - MOST_FINDINGS:,} more"


def _section(title: str) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(plain(text) for text in row)} |"


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
