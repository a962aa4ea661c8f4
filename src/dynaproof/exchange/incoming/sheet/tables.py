"""Tables in Markdown or CSV whose columns say something of access patterns.

Columns are told by their headings: people call them ``PK``, ``Partition key value`` or ``Hash key``.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal[
    "number",
    "pattern",
    "description",
    "operation",
    "call",
    "table",
    "index",
    "place",
    "partition_key",
    "sort_key",
    "keys",
    "filter",
    "limit",
    "order",
    "rate",
    "peak",
    "average",
    "notes",
]
_REQUESTS: tuple[Role, ...] = ("operation", "call", "keys", "sort_key")
MOST_ROWS = 5_000
_MOST_COLUMNS = 60
_MOST_CELL = 4_000
_SAID = r"(?: value| condition| template| name| used)?s?"
_PER_SECOND = r"(?:requests?|calls?) (?:per |/ ?)?s(?:ec(?:ond)?)?"
_KEYS = r"condition|expression|schema|requirement|design"
_NAMES = r"name|query|queries|question|requirement|action|feature|function|what"
_CALLS = r"operations?|ops?|api|(?:api )?calls?|method|command|request|(?:action|dynamodb) (?:type|action)"
_HEADINGS: tuple[tuple[Role, str], ...] = (
    ("number", r"#|no|nr|number|(?:access )?pattern (?:#|id|no|nr|number)|ap(?: ?#| id)?|id|sr no"),
    ("place", r".*\b(?:tables?|base)\b.*\b(?:gsis?|lsis?|index|indexes|indices)\b.*"),
    ("rate", r".*\bpeak\b.*\b(?:avg|average)\b.*|.*\b(?:avg|average)\b.*\bpeak\b.*"),
    ("index", r"(?:.*\b)?(?:index|indexes|gsi|lsi|gsi lsi)(?: used| name)?"),
    ("table", r"(?:.*\b)?tables?(?: name| used)?"),
    ("partition_key", rf"(?:.*\b)?(?:partition key|pk|hash key|hash){_SAID}"),
    ("sort_key", rf"(?:.*\b)?(?:sort key|sk|range key|range){_SAID}"),
    ("keys", rf"(?:primary )?keys?|key (?:{_KEYS})s?|key condition expression|keys? used"),
    ("keys", r"parameters|query params?|condition|lookup"),
    ("filter", r".*\bfilters?\b.*|other conditions?|additional conditions?|filter expression"),
    ("limit", r"limit|page size|max items"),
    ("order", r".*\border(?:ing)?\b.*|sort direction|scanindexforward|scan index forward"),
    ("peak", r".*\bpeak\b.*|max (?:rps|tps|qps)"),
    ("average", r"(?:avg|average|mean|typical)\b.*"),
    ("rate", rf".*\b(?:rps|tps|qps|rate|frequency|throughput|{_PER_SECOND}|load|volume)\b.*"),
    ("pattern", rf"(?:.*\b)?(?:access )?patterns?|(?:.*\b)?use ?cases?|{_NAMES}"),
    ("description", r"(?:.*\b)?description|details?|purpose|summary|explanation"),
    ("operation", rf"(?:.*\b)?(?:{_CALLS})(?: type)?|type|read write|r w"),
    ("notes", r"(?:.*\b)?(?:notes?|comments?|remarks?|considerations?)"),
)
_ABOUT_PATTERNS = re.compile(r"pattern|use ?case|access", re.IGNORECASE)
_ABOUT_REQUESTS = re.compile(
    r"(?:get|put|update|delete|query|scan|batch|transact)(?:[ _-]?item)?\b|begins?[ _]?with",
    re.IGNORECASE,
)
_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_NOTHING = re.compile(r"[-–—.*\s]*|n/?a|none|null|nil|\(none\)", re.IGNORECASE)
_CURLY = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " ", "\u200b": ""})


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells by what their columns say; cells that say nothing are not in it."""

    cells: Mapping[Role, str]
    headings: Mapping[Role, str]
    line: int

    def text(self, role: Role) -> str:
        """The cell of a column; empty where there is none."""
        return self.cells.get(role, "")

    @property
    def place(self) -> str:
        """Where the row stands."""
        return f"line {self.line}"


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table that says something of access patterns; ``unread`` are headings that say nothing."""

    rows: tuple[Row, ...]
    unread: tuple[str, ...]
    line: int


def sheet_tables(text: str) -> list[SheetTable]:
    """All tables of a text whose columns fit, in order."""
    text = text.lstrip("\ufeff")
    lines = text.split("\n")
    found = list(_markdown(lines))
    if not any(_RULE.fullmatch(line) and "|" in line for line in lines):
        found = list(_delimited(text))
    return found


def title(text: str) -> str:
    """The first heading of a Markdown text."""
    found = re.search(r"^#{1,3}[ \t]+(\S[^\n]*)", text, re.MULTILINE)
    return cleaned(found[1]) if found else ""


def cleaned(cell: str) -> str:
    """A cell's text without Markdown and HTML; line breaks stay."""
    text = re.sub(r"<br\s*/?>", "\n", cell[:_MOST_CELL], flags=re.IGNORECASE)
    text = re.sub(r"\\([\\`*_{}\[\]<>()#+.!|~-])", r"\1", text)
    text = re.sub(r"\[([^\[\]]{1,200})\]\((?:https?:|#|\.|/)[^()\s]{0,300}\)", r"\1", text)
    text = re.sub(r"\*\*|(?<![A-Za-z0-9_])__(?=\S)|(?<=\S)__(?![A-Za-z0-9_])", "", text)
    text = text.replace("`", "")
    return html.unescape(text).translate(_CURLY).strip()


def roles(headings: Sequence[str]) -> dict[int, Role]:
    """What each column says; each role once, columns that say nothing left out."""
    found: dict[int, Role] = {}
    for position, heading in enumerate(headings[:_MOST_COLUMNS]):
        role = _role(heading)
        if role == "operation" and role in found.values():
            role = "call"  # "Type" and "DynamoDB operations"
        if role is not None and role not in found.values():
            found[position] = role
    return found


def _role(heading: str) -> Role | None:
    words = re.sub(r"[^a-z0-9#]+", " ", cleaned(heading[:120]).lower()).strip()
    for role, pattern in _HEADINGS:
        if re.fullmatch(pattern, words):
            return role
    return None


def _fits(found: Mapping[int, Role]) -> bool:
    """Whether columns with these roles make a sheet of access patterns."""
    have = set(found.values())
    named = have & {"pattern", "description"}
    asked = have & {"operation", "partition_key", "sort_key", "keys", "table", "index", "place"}
    return bool(named) and bool(asked | (have & {"rate", "peak", "average"}))


def _is_about_patterns(headings: Mapping[Role, str], rows: Sequence[Row]) -> bool:
    """Whether the headings say so, or else the cells: items have names and sort keys too."""
    if any(_ABOUT_PATTERNS.search(heading) for heading in headings.values()):
        return True
    return any(
        _ABOUT_REQUESTS.match(row.text(role)) or (role == "keys" and "=" in row.text(role))
        for row in rows
        for role in _REQUESTS
    )


def _markdown(lines: Sequence[str]) -> Iterator[SheetTable]:
    fenced = False
    number = 0
    while number < len(lines):
        line = lines[number]
        if _FENCE.match(line):
            fenced = not fenced
        is_head = (
            not fenced
            and "|" in line
            and number + 1 < len(lines)
            and "|" in lines[number + 1]
            and _RULE.fullmatch(lines[number + 1])
        )
        if not is_head:
            number += 1
            continue
        end = number + 2
        while end < len(lines) and "|" in lines[end] and end - number < MOST_ROWS:
            end += 1
        rows = [(n + 1, _split(lines[n])) for n in range(number + 2, end)]
        table = _table(_split(line), rows, number + 1)
        if table is not None:
            yield table
        number = end


def _split(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line.strip()[:20_000])
    if cells and not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip():
        cells = cells[:-1]
    return [cell.strip() for cell in cells]


def _delimited(text: str) -> Iterator[SheetTable]:
    """The table of a CSV file, by the delimiter with which its columns say most."""
    best: tuple[int, SheetTable] | None = None
    for delimiter in (",", ";", "\t", "|"):
        table = _csv(text, delimiter)
        if table is None or not table.rows:
            continue
        known = len(table.rows[0].headings)
        if best is None or known > best[0]:
            best = known, table
    if best is not None:
        yield best[1]


def _csv(text: str, delimiter: str) -> SheetTable | None:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    read: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            read.append((reader.line_num, row))
            if len(read) >= MOST_ROWS:
                break
    except csv.Error:
        return None
    for position, (line, row) in enumerate(read[:20]):
        if _fits(roles(row)):
            return _table(row, read[position + 1 :], line)
    return None


def _table(
    headings: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], line: int
) -> SheetTable | None:
    found = roles(headings)
    if not _fits(found):
        return None
    said = {role: cleaned(headings[position]) for position, role in found.items()}
    made: list[Row] = []
    for number, cells in rows:
        texts = {
            role: cleaned(cells[position])
            for position, role in found.items()
            if position < len(cells)
        }
        kept = {role: text for role, text in texts.items() if not _NOTHING.fullmatch(text)}
        if set(kept) - {"number"}:
            made.append(Row(kept, said, number))
    if not _is_about_patterns(said, made):
        return None
    unread = [
        cleaned(heading)[:60]
        for position, heading in enumerate(headings)
        if position not in found and heading.strip()
    ]
    return SheetTable(tuple(made), tuple(unread), line)
