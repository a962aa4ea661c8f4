"""Answers of access patterns, held against what their questions say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb

from dynaproof.facts.question import parse_question
from dynaproof.facts.sql_problem import SqlError
from dynaproof.facts.statement_clock import StatementClock
from dynaproof.items.question_rows import QuestionReader, QuestionRow, QuestionRows
from dynaproof.model.access_pattern import AccessPattern, Request, Step
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.proof.answer_columns import AnswerColumns, answer_columns
from dynaproof.proof.answer_faults import AnswerFaults, AskedTie, answer_faults
from dynaproof.proof.answer_keys import ItemKeys, item_keys
from dynaproof.proof.answer_summary import summary
from dynaproof.proof.differences import Difference, FaultKind, RowFault, TypedItem
from dynaproof.proof.execute import Answered, is_read

MOST_FAULTS = 10
"""Rows at fault that a difference keeps; it counts all."""

_CODES: dict[FaultKind, Code] = {
    "missing": Code.ROWS_MISSING,
    "extra": Code.ROWS_EXTRA,
    "wrong value": Code.WRONG_VALUE,
    "out of order": Code.WRONG_ORDER,
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is known of a pattern's question before any call."""

    reader: QuestionReader
    request: Request | None
    ordered: bool
    """Whether the operation gives its items in an order."""
    keys: ItemKeys | None
    """Set where only identities are compared."""


@dataclass(slots=True)
class AnswerCheck:
    """Holds answers against questions; takes each question apart once.

    The facts' connection must have been through ``items.stored.prepare``. May be used with
    several connections, as long as they hold the same entities.
    """

    definition: Definition
    _asked: dict[tuple[str, str], _Asked] = field(default_factory=dict)
    _clock: StatementClock = field(default_factory=StatementClock)

    def check(
        self,
        connection: duckdb.DuckDBPyConnection,
        pattern: AccessPattern,
        values: Mapping[str, object],
        answered: Answered,
    ) -> Difference | None:
        """How an answer differs from its question; None where it is right.

        None too for a pattern without a question and for a call that failed. Raises InputError
        at the question where its SQL fails on these facts, or takes too long.
        """
        if pattern.question is None or answered.call.error is not None:
            return None
        try:
            asked = self._of(connection, pattern)
            rows = asked.reader.rows(connection, values)
        except SqlError as error:
            place = self.definition.source.place("access_patterns", pattern.name, "question")
            raise error.at(place) from error
        # The call of a pattern with steps holds the first request, not the one that answers.
        arguments = asked.request.arguments if asked.request else answered.call.request
        if arguments.get("Select") == "COUNT":
            counts = asked.reader.question.counts
            return _count_difference(rows, answered.call.items_returned, counts=counts)
        return self._difference(pattern, asked, rows, answered.items)

    def asked(
        self,
        connection: duckdb.DuckDBPyConnection,
        pattern: AccessPattern,
        values: Mapping[str, object],
    ) -> tuple[TypedItem, ...]:
        """A right answer, in a right order; none for a pattern without a question.

        Raises SqlError where the SQL fails on these facts.
        """
        if pattern.question is None:
            return ()
        rows = self._of(connection, pattern).reader.rows(connection, values).rows
        return tuple(row.attributes for row in rows)

    def _of(self, connection: duckdb.DuckDBPyConnection, pattern: AccessPattern) -> _Asked:
        key = pattern.name, pattern.question or ""
        if key not in self._asked:
            request, once = last_read(pattern)
            keys = None
            if pattern.strict == "keys" and request is not None:
                keys = item_keys(request, self.definition)
            self._asked[key] = _Asked(
                QuestionReader(parse_question(connection, pattern.question or ""), self._clock),
                request,
                once and request is not None and gives_order(request),
                keys,
            )
        return self._asked[key]

    def _difference(
        self,
        pattern: AccessPattern,
        asked: _Asked,
        rows: QuestionRows,
        items: Sequence[TypedItem],
    ) -> Difference | None:
        kinds = dict(rows.columns)
        compared = items
        all_rows = [row for tie in rows.ties for row in tie.rows]
        if asked.keys is not None:
            names = asked.keys.identifying(kinds)
            if not names:
                raise self._without_keys(pattern, asked.keys, kinds)
            kinds = {name: kinds[name] for name in names}
            types = _types_of(all_rows)
            compared = [asked.keys.identity(item, names, types) for item in items]
        columns = answer_columns(kinds, all_rows, compared)
        faults = answer_faults(
            _ties(rows, columns), columns.found, ordered=rows.ordered and asked.ordered
        )
        if faults is None:
            return None
        return _told(faults, columns, all_rows, items, rows.count)

    def _without_keys(
        self, pattern: AccessPattern, keys: ItemKeys, columns: Iterable[str]
    ) -> InputError:
        return InputError(
            Diagnostic(
                Code.STRICT_KEYS,
                f"'{pattern.name}' is compared by keys, and no column of its question is part of"
                f" a key: it has {', '.join(columns)}",
                self.definition.source.place("access_patterns", pattern.name, "strict"),
                f"Select one of the key attributes ({', '.join(sorted(keys.attributes))}) or a"
                " column that a key template names, or leave 'strict' out.",
            )
        )


def last_read(pattern: AccessPattern) -> tuple[Request | None, bool]:
    """The last request of a pattern that reads, and whether it is made only once."""
    if pattern.request is not None:
        return (pattern.request if is_read(pattern.request) else None), True
    found = [one for one in _reads(pattern.steps, True) if is_read(one[0])]
    return found[-1] if found else (None, True)


def _reads(steps: Iterable[Step], once: bool) -> Iterable[tuple[Request, bool]]:
    for step in steps:
        once_here = once and step.for_each is None
        if step.request is not None:
            yield step.request, once_here
        yield from _reads(step.steps, once_here)


def gives_order(request: Request) -> bool:
    """Whether an operation gives its items in an order: Query does, and PartiQL if asked to."""
    if request.operation == "ExecuteStatement":
        statement = str(request.arguments.get("Statement"))
        return re.search(r"\border\s+by\b", statement, re.IGNORECASE) is not None
    return request.operation == "Query"


def _ties(rows: QuestionRows, columns: AnswerColumns) -> list[AskedTie]:
    ties: list[AskedTie] = []
    start = 0
    for tie in rows.ties:
        end = start + len(tie.rows)
        ties.append(AskedTie(tuple(columns.expected[start:end]), tie.take))
        start = end
    return ties


def _types_of(rows: Iterable[QuestionRow]) -> dict[str, str]:
    types: dict[str, str] = {}
    for row in rows:
        for name, typed in row.attributes.items():
            if name not in types and isinstance(typed, Mapping):
                types[name] = next(iter(typed))
    return types


def _told(
    faults: AnswerFaults,
    columns: AnswerColumns,
    rows: Sequence[QuestionRow],
    items: Sequence[TypedItem],
    expected: int,
) -> Difference:
    told: list[RowFault] = []
    for row, position in faults.wrong:
        differing = columns.differing(columns.expected[row], columns.found[position])
        told.append(
            RowFault("wrong value", rows[row].attributes, items[position], differing, position + 1)
        )
    told += [RowFault("missing", rows[row].attributes, None) for row in faults.missing]
    told += [RowFault("extra", None, items[p], (), p + 1) for p in faults.extra]
    told += [
        RowFault("out of order", rows[row].attributes, items[position], (), position + 1)
        for position, row in faults.misplaced
    ]
    total: dict[FaultKind, int] = {
        "missing": len(faults.missing),
        "extra": len(faults.extra),
        "wrong value": len(faults.wrong),
        "out of order": len(faults.misplaced),
    }
    chief = max(total, key=lambda kind: total[kind])
    told.sort(key=lambda fault: fault.kind != chief)
    return Difference(
        _CODES[chief],
        summary(told, total, expected, columns.names),
        tuple(told[:MOST_FAULTS]),
        len(told),
        expected,
        len(items),
    )


def _count_difference(rows: QuestionRows, found: int, *, counts: bool) -> Difference | None:
    number = _whole_number(rows)
    right = {number} if counts and number is not None else {rows.count}
    if rows.count == 1 and number is not None and not counts:
        # SELECT n FROM (SELECT count(*) AS n ...): a number, or one row that holds a number.
        right.add(number)
    if found in right:
        return None
    expected = number if counts and number is not None else rows.count
    asked, given = {"count": {"N": str(expected)}}, {"count": {"N": str(found)}}
    fault = RowFault("wrong count", asked, given, ("count",))
    what = f"the count is {found:,}; by the question it is {expected:,}"
    return Difference(Code.WRONG_COUNT, what, (fault,), 1, expected, found)


def _whole_number(rows: QuestionRows) -> int | None:
    if rows.count != 1 or len(rows.columns) != 1:
        return None
    [value] = list(rows.rows[0].attributes.values()) or [None]
    if not isinstance(value, Mapping) or "N" not in value:
        return None
    number = Decimal(str(value["N"]))
    return int(number) if number == number.to_integral_value() else None
