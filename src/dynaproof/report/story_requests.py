"""Requests in words: ``Query messages: pk = 'MSG#1', sk begins_with 'USER#1', limit 20``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from dynaproof.model.access_pattern import PARTIQL_OPERATIONS
from dynaproof.model.operations import RequestPart, request_parts
from dynaproof.report.plain_values import printable
from dynaproof.report.story_values import StoryValues

_TOKEN = re.compile(r"[#:][A-Za-z0-9_]+")
_TOLD = re.compile(
    r"""'(?:[^']|'')*'|(?P<word>\b(?:from|update|into)\s+)"(?P<table>[^"]*)"|"[^"]*"|\?""",
    re.IGNORECASE,
)
"""Of a statement: what is quoted, which table it names, and the places of parameters."""
_MOST_ATTRIBUTES = 8
_SECTIONS = {
    "KeyConditionExpression": "{}",
    "UpdateExpression": "{}",
    "FilterExpression": "filter {}",
    "ConditionExpression": "if {}",
    "ProjectionExpression": "attributes {}",
}


def request_lines(
    operation: str, arguments: Mapping[str, object], tables: Sequence[str], values: StoryValues
) -> list[str]:
    """One line for each part of a request; ``tables`` are the definition's names of tables."""
    if operation in PARTIQL_OPERATIONS:
        return [f"{operation}: {_statement(one, tables, values)}" for one in _statements(arguments)]
    parts = request_parts(operation, arguments)
    lines = [_part(part, tables, values) for part in parts]
    if operation.startswith(("Batch", "Transact")) or len(lines) != 1:
        return [f"{operation} of {len(parts)}", *(f"  {line}" for line in lines)]
    return lines


def _part(part: RequestPart, tables: Sequence[str], values: StoryValues) -> str:
    arguments = part.arguments
    where = own_name(part.table, tables)
    if "IndexName" in arguments:
        where += f" by index {arguments['IndexName']}"
    return f"{part.operation} {printable(where)}: {', '.join(_said(arguments, values))}".rstrip(
        ": "
    )


def _said(arguments: Mapping[str, object], values: StoryValues) -> Iterator[str]:
    for name in ("Key", "Item"):
        held = arguments.get(name)
        if isinstance(held, Mapping):
            shown = list(held.items())[:_MOST_ATTRIBUTES]
            yield from (f"{printable(str(n))} = {values.attribute_said(v)}" for n, v in shown)
            if len(held) > len(shown):
                yield f"and {len(held) - len(shown)} more attributes"
    for key in cast(list[Mapping[str, object]], arguments.get("Keys") or []):
        yield " ".join(f"{printable(n)} = {values.attribute_said(v)}" for n, v in key.items())
    for section, words in _SECTIONS.items():
        if section in arguments:
            yield words.format(expression(str(arguments[section]), arguments, values))
    if "Limit" in arguments:
        yield f"limit {arguments['Limit']}"
    if arguments.get("ScanIndexForward") is False:
        yield "backwards"
    if arguments.get("Select") == "COUNT":
        yield "count only"


def expression(text: str, arguments: Mapping[str, object], values: StoryValues) -> str:
    """An expression with its names and values put in."""
    names = cast(Mapping[str, str], arguments.get("ExpressionAttributeNames") or {})
    given = cast(Mapping[str, object], arguments.get("ExpressionAttributeValues") or {})

    def put_in(found: re.Match[str]) -> str:
        token = found[0]
        if token in names:
            return printable(names[token])
        return values.attribute_said(given[token]) if token in given else token

    return _TOKEN.sub(put_in, text)


def own_name(table: str, tables: Sequence[str]) -> str:
    """The name of a table without what an endpoint puts before it."""
    known = [name for name in tables if table.endswith(name)]
    return max(known, key=len, default=table)


def _statement(given: Mapping[str, object], tables: Sequence[str], values: StoryValues) -> str:
    """A statement of PartiQL with its parameters put in; question marks in texts stay."""
    left = list(cast(Sequence[object], given.get("Parameters") or []))

    def put_in(found: re.Match[str]) -> str:
        if found[0] == "?":
            return values.attribute_said(left.pop(0)) if left else "?"
        if found["table"]:
            return f'{found["word"]}"{own_name(found["table"], tables)}"'
        return found[0]

    text = _TOLD.sub(put_in, str(given.get("Statement")))
    return values.text(printable(text))


def _statements(arguments: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    if "Statement" in arguments:
        yield arguments
    for name in ("Statements", "TransactStatements"):
        yield from cast(list[Mapping[str, object]], arguments.get(name) or [])
