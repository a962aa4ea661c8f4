"""Recorded cases: tables, what is set up, a request, and what the service answered.

``{"$repeat": [c, n]}`` stands for n times c, and ``{name}`` in a PartiQL statement for a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dynaproof.capacity.table_description import table_from_description
from dynaproof.capacity.typed_request import from_wire_request
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.operations import table_names
from dynaproof.model.table import Table

MAX_REPEATED_CHARACTERS = 4 * 1_024**2
"""More than any request holds, and little enough for memory."""


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """One call, with typed arguments as boto3 takes them."""

    operation: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded case; ``expected`` is as it stands in the file."""

    name: str
    source: str
    evidence: str
    setup: tuple[CaseRequest, ...]
    request: CaseRequest
    expected: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The tables and cases of a file, and its faults: one line for each case that has any."""

    tables: Mapping[str, Table]
    cases: tuple[Case, ...]
    faults: tuple[Diagnostic, ...]


def read_cases(document: object) -> CaseFile:
    """Read the parsed JSON of a case file; what is wrong with a part leaves the others."""
    faults: list[Diagnostic] = []
    if not isinstance(document, Mapping):
        return CaseFile({}, (), (_fault("the file", "it should hold tables and cases"),))
    tables: dict[str, Table] = {}
    descriptions = document.get("tables")
    for name, description in _entries(descriptions if isinstance(descriptions, Mapping) else {}):
        try:
            tables[name] = table_from_description(name, description)
        except InputError as error:
            faults.append(_fault(f"table '{name}'", _said(error)))
    cases: dict[str, Case] = {}
    entries = document.get("cases")
    if not isinstance(entries, list):
        faults.append(_fault("the file", "'cases' should be a list"))
        entries = []
    for number, entry in enumerate(entries, 1):
        name = str(entry.get("id", "")) if isinstance(entry, Mapping) else ""
        try:
            case = _case(name, entry, tables)
            if name in cases:
                raise ValueError("there is another case of this name")
            cases[name] = case
        except InputError as error:
            faults.append(_fault(f"case '{name}'", _said(error)))
        except (ValueError, RecursionError) as error:
            place = f"case '{name}'" if name else f"case number {number}"
            faults.append(_fault(place, str(error)))
    return CaseFile(tables, tuple(cases.values()), tuple(faults))


def _case(name: str, entry: object, tables: Mapping[str, Table]) -> Case:
    if not isinstance(entry, Mapping) or not name:
        raise ValueError("a case is a mapping with an 'id'")
    expected = entry.get("expected")
    if not isinstance(expected, Mapping) or not expected:
        raise ValueError("'expected' should be a mapping that says what was answered")
    setup = entry.get("setup", [])
    if not isinstance(setup, list):
        raise ValueError("'setup' should be a list of requests")
    return Case(
        name,
        str(entry.get("source", "")),
        str(entry.get("evidence", "")),
        tuple(_request(request, tables) for request in setup),
        _request(entry.get("request"), tables),
        expected,
    )


def _request(entry: object, tables: Mapping[str, Table]) -> CaseRequest:
    if not isinstance(entry, Mapping):
        raise ValueError("a request is a mapping with 'operation' and 'parameters'")
    operation, parameters = entry.get("operation"), entry.get("parameters")
    if not isinstance(operation, str) or not isinstance(parameters, Mapping):
        raise ValueError("a request has an 'operation' and 'parameters'")
    expanded = _expanded_members(parameters, tables, [MAX_REPEATED_CHARACTERS])
    arguments = from_wire_request(operation, expanded)
    for name in table_names(operation, arguments):
        if name not in tables:
            raise ValueError(f"there is no table '{name}' in the file")
    return CaseRequest(operation, arguments)


def _expanded(value: object, tables: Mapping[str, Table], budget: list[int]) -> object:
    match value:
        case {"$repeat": repeat, **rest} if not rest:
            return _repeated(repeat, budget)
        case Mapping():
            return _expanded_members(value, tables, budget)
        case list():
            return [_expanded(inner, tables, budget) for inner in value]
    return value


def _expanded_members(
    value: Mapping[str, object], tables: Mapping[str, Table], budget: list[int]
) -> dict[str, object]:
    return {
        name: _statement(inner, tables)
        if name == "Statement" and isinstance(inner, str)
        else _expanded(inner, tables, budget)
        for name, inner in value.items()
    }


def _repeated(repeat: object, budget: list[int]) -> str:
    match repeat:
        case [str() as text, int() as count] if count >= 0 and not isinstance(count, bool):
            budget[0] -= len(text) * count
            if budget[0] < 0:
                raise ValueError("'$repeat' makes more text than a request holds")
            return text * count
    raise ValueError("'$repeat' takes a text and a count, as [\"x\", 3000]")


def _statement(text: str, tables: Mapping[str, Table]) -> str:
    def named(found: re.Match[str]) -> str:
        name = found[1]
        return name if name in tables else found[0]

    return re.sub(r"\{(\w+)\}", named, text)


def _entries(value: Mapping[object, object]) -> Iterator[tuple[str, object]]:
    for name, inner in value.items():
        yield str(name), inner


def _said(error: InputError) -> str:
    return "; ".join(diagnostic.message for diagnostic in error.diagnostics)


def _fault(place: str, message: str) -> Diagnostic:
    # One line, whatever a message quotes.
    return Diagnostic(Code.CASE_FILE, f"{place}: {' '.join(message.split())}")
