"""HTML fragments for notebooks; all that comes from data is escaped.

Plain tables that take their colours from the page, so that they suit light and dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

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
from dynaproof.report.figures import (
    UNIT_NAMES,
    bytes_text,
    items_text,
    operation_name,
    range_text,
    target_names,
    units_text,
)
from dynaproof.report.pattern_table import difference_text
from dynaproof.report.plain_values import plain_item, printable, value_text
from dynaproof.report.verdict import verdict

MAX_ROWS = 100
"""Items of an answer that are shown; the answer itself holds all of them."""
# Said aloud because a page without a doctype does not hand colour and size on to tables.
_TABLE = "border-collapse:collapse;margin:0.4em 0;color:inherit;font-size:inherit"
_CELL = "padding:0.15em 0.9em 0.15em 0;vertical-align:top;background:transparent"
_RULE = "border-bottom:1px solid rgba(128,128,128,0.35)"
# Mid tones that keep a contrast of 3:1 and more on white and on JupyterLab's dark grey.
_GOOD, _BAD, _WARN = "#2e8b57", "#d9534f", "#b8860b"
_OUTCOMES = {"held": _GOOD, "broken": _BAD, "refused": _BAD, "not run": _WARN}
_PREDICTED, _MEASURED = "predicted", "measured"
Cell = tuple[str, str]
"""HTML of a cell, and its style."""


def run_html(result: RunResult) -> str:
    """A run: its verdict, its access patterns, its tables, its findings."""
    colour = _GOOD if result.exit_status == 0 else _BAD
    head = f"{result.definition.name}: seed {result.seed}, {result.server}"
    return _fragment(
        f"<p><b>{_text(head)}</b><br>"
        f'<span style="color:{colour}">{_text(verdict(result))}</span></p>',
        patterns_html(result.patterns),
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
                    _cell(one.pattern.name if first else "", "font-weight:bold;white-space:nowrap"),
                    _cell(operation_name(one.pattern) if first else ""),
                    _cell(row.label, quiet if row.whole else f"{quiet};padding-left:1em"),
                    _number(f"{len(one.calls):,}" if first else ""),
                    _number(items_text(one) if first else ""),
                    _number(range_text([c.pages for c in one.calls]) if first else ""),
                    _cell(row.figure, quiet),
                    _cell(row.unit, quiet),
                    *(_number(text, quiet) for text in _figures(row.summary)),
                    _cell(row.note, f"color:{_WARN};white-space:nowrap")
                    if row.note
                    else _cell(_outcome(one) if first else "", _outcome_style(one)),
                    _cell(one.proof if first else "", "opacity:0.7;white-space:nowrap"),
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
    return _fragment(
        _table(heads, rows),
        f'<p style="opacity:0.7">{"<br>".join(_text(note) for note in notes)}</p>' if notes else "",
    )


def tables_html(results: Sequence[TableResult]) -> str:
    """Tables as they were loaded, with item types and item collections."""
    types = [
        [
            _cell(one.table.name),
            _cell(size.item_type),
            _number(f"{size.items:,}"),
            _number(f"{size.total_bytes:,}"),
            _number(range_text([size.min_bytes, size.max_bytes])),
        ]
        for one in results
        for size in one.sizes
    ]
    collections = [
        [
            _cell(sizes.table),
            _cell(sizes.index or ""),
            _number(f"{sizes.collections:,}"),
            _number(f"{sizes.items:,}"),
            _number(f"{sizes.largest[0].items:,}" if sizes.largest else ""),
            _number(bytes_text(sizes.largest[0].bytes) if sizes.largest else ""),
            _cell(sizes.largest[0].partition_key if sizes.largest else ""),
        ]
        for one in results
        for sizes in one.collections
    ]
    heads = ["table", "index", "item collections", "items", "largest: items", "size", "key"]
    return _fragment(
        _table(["table", "item type", "items", "bytes", "bytes an item"], types),
        _table(heads, collections),
    )


def answer_html(
    answered: Answered, pattern: AccessPattern | None = None, table: Table | None = None
) -> str:
    """The items of an answer, keys of ``table`` first, then what the call consumed."""
    items = [plain_item(item) for item in answered.items[:MAX_ROWS]]
    names = attribute_order(items, table)
    rows = [
        [_cell(cut(value_text(item[name])) if name in item else "") for name in names]
        for item in items
    ]
    left = len(answered.items) - len(items)
    more = f"<p>{left:,} more items are not shown.</p>" if left > 0 else ""
    title = f"{pattern.name} ({answered.call.parameter_set})" if pattern else ""
    lines = "<br>".join(_text(line.strip()) for line, _ in call_lines(answered.call))
    return _fragment(
        f"<p><b>{_text(title)}</b></p>" if title else "",
        _table(names, rows) if rows else "",
        more,
        f"<p>{lines}</p>",
    )


def diagnostics_html(diagnostics: Iterable[Diagnostic], name: str = "") -> str:
    """Findings with place, code, message and hint; ``no findings`` when there are none."""
    rows = [
        [
            _cell(one.severity.value, f"color:{_BAD if one.severity is Severity.ERROR else _WARN}"),
            _cell(one.code.value),
            _cell(str(one.place) if one.place else "", "white-space:nowrap"),
            (
                _text(one.message)
                + (f'<br><span style="opacity:0.7">{_text(one.hint)}</span>' if one.hint else ""),
                "",
            ),
        ]
        for one in diagnostics
    ]
    if not rows:
        told = f"{name}: no findings" if name else "no findings"
        return _fragment(f'<p style="color:{_GOOD}">{_text(told)}</p>')
    return _fragment(_table(["", "code", "place", "finding"], rows))


def definition_tables_html(tables: Sequence[Table]) -> str:
    """Tables of a definition: keys, billing, indexes and item types."""
    rows = [
        [
            _cell(table.name, "font-weight:bold"),
            ("<br>".join(_text(line) for line in table_lines(table)), ""),
        ]
        for table in tables
    ]
    return _fragment(_table(["table", ""], rows))


def definition_patterns_html(patterns: Sequence[AccessPattern]) -> str:
    """Access patterns of a definition: operation, key condition, and what they are held to."""
    rows = [
        [
            _cell(pattern.name, "font-weight:bold"),
            _cell(pattern.description),
            _cell(operation_name(pattern)),
            _cell(", ".join(target_names(pattern))),
            _cell(key_condition(pattern)),
            _cell(expected_text(pattern)),
        ]
        for pattern in patterns
    ]
    heads = ["access pattern", "description", "operation", "table or index", "key", "expected"]
    return _fragment(_table(heads, rows))


def definition_html(definition: Definition) -> str:
    """A definition: its name, its tables, its access patterns."""
    return _fragment(
        f"<p><b>{_text(definition.name)}</b> {_text(definition.description)}</p>",
        definition_tables_html(definition.tables),
        definition_patterns_html(definition.access_patterns),
    )


def _outcome(result: PatternResult) -> str:
    return "none" if result.verdict == "no expectation" else result.verdict


def _outcome_style(result: PatternResult) -> str:
    colour = _OUTCOMES.get(result.verdict)
    return "white-space:nowrap" + (f";color:{colour}" if colour else "")


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


def _cell(text: str, style: str = "") -> Cell:
    return _text(text), style


def _number(text: str, style: str = "") -> Cell:
    return _text(text), f"text-align:right;font-variant-numeric:tabular-nums;{style}".rstrip(";")


def _text(text: str) -> str:
    return "<br>".join(escape(printable(line)) for line in text.split("\n"))


def _table(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    if not rows:
        return ""
    aligned = [style for _, style in rows[0]]
    head = "".join(
        f'<th style="{_CELL};{_RULE};text-align:{"right" if "right" in style else "left"}">'
        f"{_text(name)}</th>"
        for name, style in zip(heads, aligned, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="{_CELL};{style if "text-align" in style else f"text-align:left;{style}"}">'
            f"{html}</td>"
            for html, style in row
        )
        + "</tr>"
        for row in rows
    )
    return f'<table style="{_TABLE}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _fragment(*parts: str) -> str:
    return f'<div class="dynaproof">{"".join(parts)}</div>'
