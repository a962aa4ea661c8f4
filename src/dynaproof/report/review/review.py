"""Everything that a review shows, in its order, as texts: what HTML, PDF and Markdown are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dynaproof.capacity.emulator_differences import DIFFERENCES
from dynaproof.capacity.emulator_differences import Difference as DifferenceOfEmulator
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.proof.results import RunResult
from dynaproof.report.capacity_figures import differences
from dynaproof.report.expectation_outcome import expectation_outcome
from dynaproof.report.figures import bytes_text, counted
from dynaproof.report.plain_values import printable
from dynaproof.report.review.call_code import CallCode, Preamble, call_code, preamble
from dynaproof.report.review.json_node import Node
from dynaproof.report.review.run_file import RunFile
from dynaproof.report.review.sheet import SheetRow, sheet_rows
from dynaproof.report.review.stored import HotKey, TableView, hot_keys, table_views
from dynaproof.report.verdict import verdict
from dynaproof.version import __version__


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding; ``anchor`` is that of the pattern it is about, or empty."""

    severity: str
    code: str
    place: str
    message: str
    hint: str
    anchor: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Story:
    """A counterexample or a race."""

    title: str
    code: str
    text: str
    patterns: tuple[str, ...]
    anchor: str


@dataclass(frozen=True, slots=True)
class ProofView:
    """What proving came to."""

    holds: bool
    told: str
    not_compared: tuple[str, ...]
    stories: Sequence[Story]

    @property
    def found(self) -> str:
        """``Proving found 2 counterexamples``: races count as such."""
        return f"Proving found {counted(len(self.stories), 'counterexample')}"


@dataclass(frozen=True, slots=True)
class EmulatorNote:
    """A known difference of the emulator that occurs in this run."""

    code: str
    title: str
    service: str
    local: str
    source: str
    patterns: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Review:
    """A review in the order in which it is read."""

    name: str
    description: str
    status: int
    verdict: str
    figures: Sequence[tuple[str, str]]
    sheet: Sequence[SheetRow]
    calls: Sequence[tuple[SheetRow, CallCode | None]]
    preamble: Preamble
    tables: Sequence[TableView]
    hot_keys: Sequence[HotKey]
    found_by_run: Sequence[FindingRow]
    found_before: Sequence[FindingRow]
    proof: ProofView | None
    failing: Mapping[str, Sequence[Story]]
    codes: Sequence[tuple[str, str]]
    assumptions: Sequence[str]
    emulator: Sequence[EmulatorNote]
    provenance: Sequence[tuple[str, str]]


def review_of(run: RunFile) -> Review:
    """Make the review of a run; raises InputError where its JSON is not what it should be."""
    result = run.result
    taken: set[str] = set()
    anchors = [_anchor("pattern", one.result.pattern.name, taken) for one in run.patterns]
    places = {one.table.name: _anchor("table", one.table.name, taken) for one in result.tables}
    for table in result.tables:
        for sizes in table.collections:
            if sizes.index is not None:
                label = f"{sizes.table}/{sizes.index}"
                places[label] = _anchor("index", label.replace("/", "-"), taken)
    sheet = sheet_rows(run.patterns, anchors)
    by_run, before = _found_by_run(result, anchors), [_finding(one) for one in result.checked]
    proof = _proof(run.proved) if run.proved else None
    codes = [one.code for one in (*by_run, *before)]
    codes += [story.code for story in proof.stories] if proof else []
    return Review(
        printable(result.definition.name),
        printable(result.definition.description),
        result.exit_status if proof is None or proof.holds else max(result.exit_status, 1),
        verdict(result),
        _figures(result, len(by_run) + len(before), proof),
        sheet,
        [(row, call_code(one)) for row, one in zip(sheet, result.patterns, strict=True)],
        preamble(result.patterns),
        table_views(run, places),
        hot_keys(run, places),
        by_run,
        before,
        proof,
        {
            row.anchor: [story for story in proof.stories if row.name in story.patterns]
            if proof
            else []
            for row in sheet
        },
        [(code.value, code.meaning) for code in Code if code.value in codes],
        _assumptions(run),
        _emulator(result, anchors),
        _provenance(run),
    )


def _anchor(kind: str, name: str, taken: set[str]) -> str:
    """An identifier that stays the same while the name does; no two are the same."""
    base = f"{kind}-{'-'.join(printable(name).split())}"
    anchor, number = base, 1
    while anchor in taken:
        number += 1
        anchor = f"{base}-{number}"
    taken.add(anchor)
    return anchor


def _figures(result: RunResult, findings: int, proof: ProofView | None) -> list[tuple[str, str]]:
    outcomes = Counter(expectation_outcome(one) for one in result.patterns)
    proofs = Counter(one.proof for one in result.patterns)
    whole = len(result.patterns)
    expecting = whole - outcomes["no expectation"] - outcomes["not run"]
    calls = sum(len(one.calls) for one in result.patterns)
    shown = [
        ("access patterns", f"{whole:,}"),
        ("budgets held", f"{outcomes['held']:,} of {expecting:,}"),
        ("answers proved", f"{proofs['proved']:,} of {whole:,}"),
        ("calls made", f"{calls:,}"),
        ("items", f"{sum(one.items for one in result.tables):,}"),
        ("stored", bytes_text(sum(one.bytes for one in result.tables))),
        ("findings", f"{findings:,}"),
    ]
    if proof is not None:
        shown.append(("counterexamples", f"{len(proof.stories):,}"))
    return shown


def _found_by_run(result: RunResult, anchors: Sequence[str]) -> list[FindingRow]:
    return [
        _finding(found, anchor, one.pattern.name)
        for one, anchor in zip(result.patterns, anchors, strict=True)
        for found in dict.fromkeys(
            (
                *one.refused,
                *one.differing,
                *(broken.diagnostic for broken in one.broken),
                *one.unexplained,
            )
        )
    ]


def _finding(found: Diagnostic, anchor: str = "", pattern: str = "") -> FindingRow:
    return FindingRow(
        found.severity.value,
        found.code.value,
        printable(str(found.place)) if found.place else "",
        printable(found.message),
        printable(found.hint),
        anchor,
        printable(pattern),
    )


def _proof(node: Node) -> ProofView:
    tried = node.node("tried")
    told = (
        f"Tried {counted(tried.whole('fact_sets'), 'set')} of hard facts with "
        f"{counted(tried.whole('calls'), 'call')}, and {counted(tried.whole('pairs'), 'pair')} of "
        f"flows at once in {counted(tried.whole('schedules'), 'schedule')}."
    )
    told += " Time ran out before all was tried." if tried.flag("stopped") else ""
    texts = node.texts("stories")
    heads: list[tuple[str, tuple[str, ...], str]] = [
        (one.text("code"), (one.text("pattern", "the tables"),), one.text("summary"))
        for one in node.nodes("counterexamples")
    ]
    heads += [
        (one.text("code"), tuple(dict.fromkeys(one.texts("patterns"))), one.text("summary"))
        for one in node.nodes("races")
    ]
    stories = [
        Story(
            f"{printable(' and '.join(who))}: {printable(summary.partition(': ')[0])}",
            printable(code),
            "\n".join(
                printable(line) for line in (texts[at] if at < len(texts) else summary).split("\n")
            ),
            tuple(printable(name) for name in who),
            f"counterexample-{at + 1}",
        )
        for at, (code, who, summary) in enumerate(heads)
    ]
    not_compared = tuple(printable(name) for name in node.texts("not_compared"))
    return ProofView(node.flag("holds"), told, not_compared, stories)


def _assumptions(run: RunFile) -> list[str]:
    result = run.result
    rows = ", ".join(f"{counted(n, 'row')} of {printable(name)}" for name, n in result.rows.items())
    sets = dict.fromkeys(c.parameter_set for one in result.patterns for c in one.calls)
    labels = dict.fromkeys("drawn" if label.startswith("drawn ") else label for label in sets)
    unrated = [printable(p.result.pattern.name) for p in run.patterns if not p.result.pattern.rate]
    said = [
        f"The facts, generated from seed {result.seed} or read from datasets: {rows or 'none'}.",
        "Other sizes of items and collections give other figures.",
        "Predicted units follow the service's published rules and recorded answers of it.",
        f"Measured units are what {printable(result.server)} reports.",
        f"Every pattern is called with these parameter sets: {printable(', '.join(labels))}. "
        "Between them, figures may lie anywhere in the range that is shown."
        if labels
        else "",
        "The share of the hottest key is that of stored items, not of traffic.",
        "The item collections shown are a choice: the ends, some between, one for each item type.",
        f"No rate is stated for {', '.join(unrated)}." if unrated else "",
    ]
    return [one for one in said if one]


def _emulator(result: RunResult, anchors: Sequence[str]) -> list[EmulatorNote]:
    met: dict[str, list[tuple[str, str]]] = {}
    for one, anchor in zip(result.patterns, anchors, strict=True):
        for code in differences(one):
            met.setdefault(code, []).append((printable(one.pattern.name), anchor))
    return [
        EmulatorNote(
            known.code,
            known.title,
            known.service,
            known.local,
            known.source,
            met[code],
        )
        for code, known in sorted(_known(met).items())
    ]


def _known(codes: Iterable[str]) -> dict[str, DifferenceOfEmulator]:
    return {code: DIFFERENCES[code] for code in codes if code in DIFFERENCES}


def _provenance(run: RunFile) -> list[tuple[str, str]]:
    definition = run.result.definition
    return [
        ("definition", printable(definition.name)),
        ("file", printable(definition.source.file)),
        ("SHA-256 of the file", printable(definition.digest) or "none: it came from no file"),
        ("seed", str(run.result.seed)),
        ("server", printable(run.result.server)),
        *(
            (f"run by {name}" if name == "dynaproof" else name.capitalize(), printable(version))
            for name, version in run.versions.items()
        ),
        ("page written by dynaproof", __version__),
    ]
