"""Rows of an access-pattern sheet: which operation, on which table or index, with what keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dynaproof.exchange.incoming.placeholders import Parameters
from dynaproof.exchange.incoming.sheet.conditions import KeyTest, key_tests
from dynaproof.exchange.incoming.sheet.tables import Row
from dynaproof.model.access_pattern import Rate

_OPERATIONS = (
    ("TransactWriteItems", r"transact(?:ion)?[ _-]?(?:al )?write(?:[ _-]?items?)?"),
    ("TransactGetItems", r"transact(?:ion)?[ _-]?(?:al )?get(?:[ _-]?items?)?"),
    ("BatchWriteItem", r"batch[ _-]?(?:write|put|delete)(?:[ _-]?items?)?"),
    ("BatchGetItem", r"batch[ _-]?get(?:[ _-]?items?)?"),
    ("GetItem", r"get[ _-]?item|\bget\b"),
    ("PutItem", r"put[ _-]?item|\bput\b"),
    ("UpdateItem", r"update[ _-]?item|\bupdate\b"),
    ("DeleteItem", r"delete[ _-]?item|\bdelete\b"),
    ("Query", r"\bquery\b"),
    ("Scan", r"\bscan\b"),
)
_ANY_OPERATION = re.compile("|".join(f"(?:{pattern})" for _, pattern in _OPERATIONS), re.IGNORECASE)
_CALL = re.compile(
    r"(?P<name>[A-Za-z]+)[ ]?\((?P<inner>[^()]*(?:\([^()]*\)[^()]*)*)\)(?P<rest>.*)", re.DOTALL
)
_WRITES = re.compile(
    r"(?:create|add|put|insert|save|store|update|set|change|edit|delete|remove|cancel|increment|"
    r"decrement|mark|register|write|upsert|join|leave|assign|like|unlike|follow|unfollow|send|post|"
    r"submit|upload|record|track|expire|archive|soft|new|make|place|book|log|move|rename|toggle)",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    {
        "base",
        "main",
        "primary",
        "the",
        "table",
        "tables",
        "pk",
        "sk",
        "pk/sk",
        "key",
        "keys",
        "only",
    }
)
_KINDS = frozenset({"gsi", "lsi", "index", "secondary", "global", "local"})
_INDEX = re.compile(
    r"\b(?:gsi|lsi)(?:[-_ ]?[0-9]+)?\b|\w*(?:[-_]?index|_gsi|-gsi|_lsi|-idx|_idx)\b"
    r"|\b\w+[-_]index\b|\bby[-_]\w[\w-]*|\b(?-i:By[A-Z])\w*",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"→|->|=>|\+|\bthen\b|\band\b", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_LIMIT = re.compile(r"\b(?:limit|top|first|last|latest)\s*[=:]?\s*([0-9]{1,6})\b", re.IGNORECASE)
_BACKWARDS = re.compile(
    r"scan_?index_?forward\s*[=:]?\s*false|\bdesc(?:ending)?\b|newest first|latest first|most recent"
    r"|reverse",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*([kKmM])?(?![A-Za-z0-9])")
_PER = re.compile(r"(?:/|per)\s*(?:a\s+)?(s|sec|m|min|minute|h|hr|hour|d|day)", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


@dataclass(slots=True)
class RowRequest:
    """What a row asks. ``table`` and ``index`` are as the sheet calls them, empty where it does not.

    ``keys`` are the tests on key attributes, that of the partition key first where it is known.
    """

    operation: str | None = None
    table: str = ""
    index: str = ""
    keys: list[KeyTest] = field(default_factory=list)
    sort: KeyTest | None = None
    filter: str = ""
    limit: int | None = None
    backwards: bool = False
    parameters: Parameters = field(default_factory=Parameters)
    problem: str = ""


def row_request(row: Row) -> RowRequest:
    """Read a row; ``problem`` says why no request can be made of it."""
    made = RowRequest()
    _operation(row, made)
    _place(row, made)
    _keys(row, made)
    hints = " ".join(row.text(role) for role in ("order", "filter", "call", "operation", "notes"))
    said = f"{row.text('pattern')} {row.text('description')} {hints}"
    made.backwards = _BACKWARDS.search(said) is not None
    limit = _LIMIT.search(f"limit {row.text('limit')}") or _LIMIT.search(hints)
    made.limit = max(1, int(limit[1])) if limit is not None else None
    made.filter = row.text("filter")
    if made.operation is None and not made.problem:
        first = (row.text("description") or row.text("pattern")).split(" ")[0]
        if made.keys and not _WRITES.match(first):
            single = made.sort is not None and made.sort.operator == "eq" and not made.index
            made.operation = "GetItem" if single else "Query"
        else:
            made.problem = "it does not say which operation"
    return made


def _operation(row: Row, made: RowRequest) -> None:
    said = row.text("call") or row.text("operation")
    found = [
        name
        for one in _ANY_OPERATION.finditer(said)
        for name, pattern in _OPERATIONS
        if re.fullmatch(pattern, one[0], re.IGNORECASE)
    ]
    several = list(dict.fromkeys(found))
    if not several and row.text("call"):
        said = row.text("operation")
        several = [
            name for name, pattern in _OPERATIONS if re.fullmatch(pattern, said, re.IGNORECASE)
        ]
    if len(several) == 1 and not (len(found) > 1 and _SEVERAL.search(said)):
        made.operation = several[0]
        call = _CALL.search(said)
        if call is not None and not made.keys:
            text = call["inner"]
            if "=" not in text and "#" not in text and _INDEX.search(text):
                made.index = _named(text, _GENERIC)  # Query (by-type-index)
                return
            if re.match(r"\s*(?:begins|sk\b|and\b)", call["rest"], re.IGNORECASE):
                text += "," + call["rest"]
            made.keys = _placed(key_tests(text, made.parameters))
    elif several:
        made.problem = f"it is several operations: {', '.join(several)}"


def _placed(tests: list[KeyTest]) -> list[KeyTest]:
    return [one for one in tests if one.attribute.lower() not in ("limit", "scanindexforward")]


def _place(row: Row, made: RowRequest) -> None:
    table, index = row.text("table"), row.text("index")
    place = row.text("place")
    if not place and not table and index and _INDEX.search(index) is None:
        place, index = index, ""  # a column "Index" whose cells say "Table"
    if place:
        table, index = _table_and_index(place)
    elif table and not index:
        both = _table_and_index(table)
        table, index = both if all(both) else (table, "")  # a column "Table": "Orders (GSI1)"
    if not made.problem and re.search(r"→|->|=>|,|\+|;", f"{table} {index}"):
        made.problem = f"it is on several tables or indexes: {(table or index)[:60]}"
        return
    made.table = _named(table, _GENERIC)
    made.index = made.index or _named(index, _GENERIC | _KINDS) or _named(index, _GENERIC)


def _table_and_index(place: str) -> tuple[str, str]:
    """``Orders (GSI1)``, ``GSI: by-day``, ``Base table``: a table, an index."""
    text = place.strip()
    inner = re.fullmatch(r"(?P<first>[^()]{1,200})\((?P<second>[^()]{1,200})\)", text)
    if inner is not None and _INDEX.search(inner["second"]):
        return inner["first"].strip(), inner["second"].strip()
    if inner is not None:
        text = inner["first"].strip()
    parts = [part.strip() for part in re.split(r"\s*[:/]\s*", text) if part.strip()]
    indexes = [part for part in parts if _INDEX.search(part)]
    if len(parts) == 2 and len(indexes) == 1:
        other = next(part for part in parts if part is not indexes[0])
        generic = re.fullmatch(r"(?:gsi|lsi|index)", indexes[0], re.IGNORECASE)
        return ("", other) if generic else (other, indexes[0])
    if _INDEX.search(text):
        return "", text
    return text, ""


def _named(text: str, generic: frozenset[str]) -> str:
    """A name of a table or index without the words around it; empty where only those are there."""
    words = [word for word in re.split(r"[\s()]+", text) if word.lower() not in generic]
    return "-".join(_NAME.findall(" ".join(words)))[:200]


def _keys(row: Row, made: RowRequest) -> None:
    stated = row.headings.get("partition_key", "")
    names = "value" not in stated.lower() and "condition" not in stated.lower()
    partition = key_tests(row.text("partition_key"), made.parameters, names=names)
    sort = key_tests(row.text("sort_key"), made.parameters, names=names)
    if partition or sort:
        made.keys = [*partition[:1]]
        made.sort = sort[0] if sort else (partition[1] if len(partition) > 1 else None)
        return
    tests = _placed(key_tests(row.text("keys"), made.parameters)) or made.keys
    first = next((n for n, one in enumerate(tests) if one.operator == "eq"), None)
    if first is None:
        made.keys = []
        return
    made.keys = [tests[first]]
    rest = tests[:first] + tests[first + 1 :]
    made.sort = rest[0] if rest else None


def rate_of(row: Row) -> Rate | None:
    """Calls a second; None where the row gives no number."""
    peak, average = _numbers(row.text("peak")), _numbers(row.text("average"))
    both = _numbers(row.text("rate"))
    if both and not peak and not average:
        text = row.text("rate").lower()
        ordered = sorted(both[:2])
        if len(both) > 1 and re.search(r"peak|avg|average|/", text + row.headings["rate"].lower()):
            average, peak = [ordered[0]], [ordered[1]]
        else:
            average = peak = both
    most = peak or average
    if not most:
        return None
    usual = (average or peak)[0]
    return Rate(min(usual, most[0]), max(usual, most[0]))


def _numbers(text: str) -> list[float]:
    per = _PER.search(text)
    seconds = _SECONDS[per[1][0].lower()] if per is not None else 1
    if re.search(r"\b(?:rpm|tpm)\b|per minute", text, re.IGNORECASE):
        seconds = 60
    found: list[float] = []
    for one in _NUMBER.finditer(text[:200]):
        number = float(one[1].replace(",", "")[:15])
        scale = {"k": 1_000, "m": 1_000_000}.get((one[2] or "").lower(), 1)
        found.append(round(number * scale / seconds, 6))
    return found
