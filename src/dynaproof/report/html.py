"""HTML fragments for notebooks; all that comes from data is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, Severity
from dynaproof.model.table import Table
from dynaproof.proof.execute import Answered
from dynaproof.proof.results import PatternResult, RunResult, Summary, TableResult
from dynaproof.report.answers import attribute_order, call_lines, cut
from dynaproof.report.capacity_figures import (
    difference_lines,
    not_predicted,
    parts,
    totals,
    uncertain,
)
from dynaproof.report.definition_text import expected_text, key_condition, table_lines
from dynaproof.report.differences import fault_lines
from dynaproof.report.differing_calls import DifferingCall, first_differing
from dynaproof.report.expectation_outcome import expectation_outcome
from dynaproof.report.figures import (
    UNIT_NAMES,
    bytes_text,
    items_text,
    operation_name,
    range_text,
    target_names,
    units_text,
)
from dynaproof.report.html_tables import (
    BAD,
    GOOD,
    WARN,
    Cell,
    cell,
    fragment,
    html_table,
    html_text,
    number_cell,
)
from dynaproof.report.pattern_table import difference_text
from dynaproof.report.plain_values import plain_item, value_text
from dynaproof.report.verdict import verdict

MAX_ROWS = 100
"""Items of an answer that are shown; the answer itself holds all of them."""
_OUTCOMES = {"held": GOOD, "broken": BAD, "refused": BAD, "not run": WARN}
_PROOFS = {"proved": GOOD, "differs": BAD}
_PREDICTED, _MEASURED = "predicted", "measured"


def run_html(result: RunResult) -> str:
    """A run: its verdict, its access patterns, its tables, its findings."""
    colour = GOOD if result.exit_status == 0 else BAD
    head = f"{result.definition.name}: seed {result.seed}, {result.server}"
    return fragment(
        f"<p><b>{html_text(head)}</b><br>"
        f'<span style="color:{colour}">{html_text(verdict(result))}</span></p>',
        patterns_html(result.patterns),
        differing_html(result.patterns),
        tables_html(result.tables),
        diagnostics_html(result.findings) if result.findings else "",
    )


def patterns_html(results: Sequence[PatternResult]) -> str:
    """Access patterns with calls, items, pages and capacity units of a call.

    Predicted figures first, measured ones below them.
    """
    rows: list[list[Cell]] = []
    for one in results:
        for number, row in enumerate(_capacity_rows(one)):
            first = number == 0
            quiet = "" if row.whole and row.figure != _MEASURED else "opacity:0.7"
            rows.append(
                [
                    cell(one.pattern.name if first else "", "font-weight:bold;white-space:nowrap"),
                    cell(operation_name(one.pattern) if first else ""),
                    cell(row.label, quiet if row.whole else f"{quiet};padding-left:1em"),
                    number_cell(f"{len(one.calls):,}" if first else ""),
                    number_cell(items_text(one) if first else ""),
                    number_cell(range_text([c.pages for c in one.calls]) if first else ""),
                    cell(row.figure, quiet),
                    cell(row.unit, quiet),
                    *(number_cell(text, quiet) for text in _figures(row.summary)),
                    cell(row.note, f"color:{WARN};white-space:nowrap")
                    if row.note
                    else cell(_outcome(one) if first else "", _outcome_style(one)),
                    cell(one.proof if first else "", _proof_style(one)),
                ]
            )
    heads = ["access pattern", "operation", "table or index", "calls", "items", "pages"]
    heads += ["figures", "units", "min", "mean", "p95", "max", "expected", "answers"]
    notes = [
        f"{one.pattern.name}: {note}"
        for one in results
        for note in (*not_predicted(one), *uncertain(one))
    ]
    notes += difference_lines(results)
    return fragment(
        html_table(heads, rows),
        f'<p style="opacity:0.7">{"<br>".join(html_text(note) for note in notes)}</p>'
        if notes
        else "",
    )


def differing_html(results: Sequence[PatternResult]) -> str:
    """The first call of each pattern that differs: parameters, rows at fault, requests."""
    return "".join(_differing_html(one) for one in first_differing(results))


def _differing_html(one: DifferingCall) -> str:
    shown = one.shown
    rows = []
    for fault in shown.faults:
        for number, (name, expected, found) in enumerate(fault_lines(fault)):
            what = fault.kind + (f" in {fault.table}" if fault.table else "")
            position = "" if fault.position is None else str(fault.position)
            first = (what, position) if number == 0 else ("", "")
            rows.append([cell(text) for text in (*first, name, expected, found)])
    more = shown.total - len(shown.faults)
    told = [f"with {one.parameters}"] if one.parameters else []
    after = [f"and {more:,} more"] if rows and more > 0 else []
    return fragment(
        f'<p><b style="color:{BAD}">{html_text(one.heading)}</b><br>'
        f"{'<br>'.join(html_text(line) for line in [*told, shown.summary])}</p>",
        html_table(["what is wrong", "row", "attribute", "expected", "found"], rows),
        f'<p style="opacity:0.7">'
        f"{'<br>'.join(html_text(line) for line in [*after, *one.requests])}</p>",
    )


def tables_html(results: Sequence[TableResult]) -> str:
    """Tables as they were loaded, with item types and item collections."""
    types = [
        [
            cell(one.table.name),
            cell(size.item_type),
            number_cell(f"{size.items:,}"),
            number_cell(f"{size.total_bytes:,}"),
            number_cell(range_text([size.min_bytes, size.max_bytes])),
        ]
        for one in results
        for size in one.sizes
    ]
    collections = [
        [
            cell(sizes.table),
            cell(sizes.index or ""),
            number_cell(f"{sizes.collections:,}"),
            number_cell(f"{sizes.items:,}"),
            number_cell(f"{sizes.largest[0].items:,}" if sizes.largest else ""),
            number_cell(bytes_text(sizes.largest[0].bytes) if sizes.largest else ""),
            cell(sizes.largest[0].partition_key if sizes.largest else ""),
        ]
        for one in results
        for sizes in one.collections
    ]
    heads = ["table", "index", "item collections", "items", "largest: items", "size", "key"]
    return fragment(
        html_table(["table", "item type", "items", "bytes", "bytes an item"], types),
        html_table(heads, collections),
    )


def answer_html(
    answered: Answered, pattern: AccessPattern | None = None, table: Table | None = None
) -> str:
    """The items of an answer, keys of ``table`` first, then what the call consumed."""
    items = [plain_item(item) for item in answered.items[:MAX_ROWS]]
    names = attribute_order(items, table)
    rows = [
        [cell(cut(value_text(item[name])) if name in item else "") for name in names]
        for item in items
    ]
    left = len(answered.items) - len(items)
    more = f"<p>{left:,} more items are not shown.</p>" if left > 0 else ""
    title = f"{pattern.name} ({answered.call.parameter_set})" if pattern else ""
    lines = "<br>".join(html_text(line.strip()) for line, _ in call_lines(answered.call))
    return fragment(
        f"<p><b>{html_text(title)}</b></p>" if title else "",
        html_table(names, rows) if rows else "",
        more,
        f"<p>{lines}</p>",
    )


def diagnostics_html(diagnostics: Iterable[Diagnostic], name: str = "") -> str:
    """Findings with place, code, message and hint; ``no findings`` when there are none."""
    rows = [
        [
            cell(one.severity.value, f"color:{BAD if one.severity is Severity.ERROR else WARN}"),
            cell(one.code.value),
            cell(str(one.place) if one.place else "", "white-space:nowrap"),
            (
                html_text(one.message)
                + (
                    f'<br><span style="opacity:0.7">{html_text(one.hint)}</span>'
                    if one.hint
                    else ""
                ),
                "",
            ),
        ]
        for one in diagnostics
    ]
    if not rows:
        told = f"{name}: no findings" if name else "no findings"
        return fragment(f'<p style="color:{GOOD}">{html_text(told)}</p>')
    return fragment(html_table(["", "code", "place", "finding"], rows))


def definition_tables_html(tables: Sequence[Table]) -> str:
    """Tables of a definition: keys, billing, indexes and item types."""
    rows = [
        [
            cell(table.name, "font-weight:bold"),
            ("<br>".join(html_text(line) for line in table_lines(table)), ""),
        ]
        for table in tables
    ]
    return fragment(html_table(["table", ""], rows))


def definition_patterns_html(patterns: Sequence[AccessPattern]) -> str:
    """Access patterns of a definition: operation, key condition, and what they are held to."""
    rows = [
        [
            cell(pattern.name, "font-weight:bold"),
            cell(pattern.description),
            cell(operation_name(pattern)),
            cell(", ".join(target_names(pattern))),
            cell(key_condition(pattern)),
            cell(expected_text(pattern)),
        ]
        for pattern in patterns
    ]
    heads = ["access pattern", "description", "operation", "table or index", "key", "expected"]
    return fragment(html_table(heads, rows))


def definition_html(definition: Definition) -> str:
    """A definition: its name, its tables, its access patterns."""
    return fragment(
        f"<p><b>{html_text(definition.name)}</b> {html_text(definition.description)}</p>",
        definition_tables_html(definition.tables),
        definition_patterns_html(definition.access_patterns),
    )


def _outcome(result: PatternResult) -> str:
    kept = expectation_outcome(result)
    return "none" if kept == "no expectation" else kept


def _outcome_style(result: PatternResult) -> str:
    colour = _OUTCOMES.get(expectation_outcome(result))
    return "white-space:nowrap" + (f";color:{colour}" if colour else "")


def _proof_style(result: PatternResult) -> str:
    colour = _PROOFS.get(result.proof)
    return "white-space:nowrap" + (f";color:{colour}" if colour else ";opacity:0.7")


@dataclass(frozen=True, slots=True)
class _Row:
    """Figures of one kind, predicted or measured; ``whole`` where of table and indexes together."""

    label: str
    whole: bool = True
    figure: str = ""
    unit: str = ""
    summary: Summary | None = None
    note: str = ""


def _capacity_rows(result: PatternResult) -> list[_Row]:
    target = ", ".join(target_names(result.pattern))
    note = difference_text(result)
    rows: list[_Row] = []
    for one in totals(result):
        unit = UNIT_NAMES[one.kind]
        if one.predicted is not None:
            rows.append(_Row(target, True, _PREDICTED, unit, one.predicted))
        if one.measured is not None:
            below = "" if one.predicted is not None else target
            rows.append(_Row(below, True, _MEASURED, unit, one.measured, note))
            note = ""
        elif any(call.error is None for call in result.calls):
            rows.append(_Row("", True, f"{_MEASURED}: not reported", "", None, note))
    split = parts(result)
    for one in split if len({one.part for one in split}) > 1 else []:
        unit, label = UNIT_NAMES[one.kind], one.label
        if one.predicted is not None:
            rows.append(_Row(label, False, _PREDICTED, unit, one.predicted))
            label = ""
        if one.measured is not None and one.measured != one.predicted:
            rows.append(_Row(label, False, _MEASURED, unit, one.measured))
    return rows or [_Row(target)]


def _figures(summary: Summary | None) -> tuple[str, str, str, str]:
    if summary is None:
        return "", "", "", ""
    least, mean, p95, most = (
        units_text(value) for value in (summary.minimum, summary.mean, summary.p95, summary.maximum)
    )
    return least, mean, p95, most
