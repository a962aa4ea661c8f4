"""The keys that requests name, held against the key of their table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dynaproof.definition.argument_places import argument_path
from dynaproof.definition.findings import Findings
from dynaproof.model.access_pattern import Request
from dynaproof.model.codes import Code
from dynaproof.model.definition import Path
from dynaproof.model.operations import RequestPart, request_parts
from dynaproof.model.table import KeyAttribute, Table
from dynaproof.model.template import Template, TemplateError

_WITH_KEY = frozenset({"GetItem", "UpdateItem", "DeleteItem", "ConditionCheck"})


def check_request_keys(
    request: Request, tables: Mapping[str, Table], path: Path, findings: Findings
) -> None:
    """Find key attributes that are missing, foreign, empty, or of another type."""
    for part in request_parts(request.operation, request.arguments):
        table = tables.get(part.table)
        if table is None:
            continue
        for inner, given, whole in _given(part):
            place = (*path, *argument_path(request, (*part.path, *inner)))
            _check(table, given, place, findings, whole=whole)


def _given(part: RequestPart) -> Iterator[tuple[Path, Mapping[str, object], bool]]:
    """(path, attributes, whether they are a whole key and nothing else)."""
    item = part.arguments.get("Item")
    if part.operation == "PutItem" and isinstance(item, Mapping):
        yield ("Item",), item, False
    if part.operation not in _WITH_KEY:
        return
    key = part.arguments.get("Key")
    if isinstance(key, Mapping):
        yield ("Key",), key, True
    keys = part.arguments.get("Keys")
    if isinstance(keys, list):
        for position, one in enumerate(keys):
            if isinstance(one, Mapping):
                yield ("Keys", position), one, True


def _check(
    table: Table, given: Mapping[str, object], place: Path, findings: Findings, *, whole: bool
) -> None:
    names = [key.name for key in table.key_attributes]
    what = "the key" if whole else "the item"
    for key in table.key_attributes:
        if key.name not in given:
            findings.at_key(
                Code.KEY_MISSING,
                f"{what} has no '{key.name}', which is part of the key of '{table.name}'",
                place,
                "The key is made of " + " and ".join(names) + ".",
            )
            continue
        problem = _type_problem(key, given[key.name])
        if problem:
            code = Code.KEY_MISSING if "empty" in problem else Code.KEY_TYPE
            findings.add(code, f"'{key.name}' {problem}", (*place, key.name))
    if whole:
        for name in given:
            if name not in names:
                findings.at_key(
                    Code.REQUEST_SHAPE,
                    f"'{name}' is not part of the key of '{table.name}'",
                    (*place, name),
                    "A key names its attributes and no others: " + " and ".join(names) + ".",
                )


def _type_problem(key: KeyAttribute, value: object) -> str:
    if isinstance(value, Mapping):
        types = set(value)
        return "" if types == {key.type} else f"must be of type {key.type}"
    if isinstance(value, str):
        try:
            template = Template.parse(value)
        except TemplateError:
            return ""  # said elsewhere
        if not template.parts:
            return "is empty; a key attribute cannot be"
        sole = template.sole_field
        if key.type == "N" and sole is None:
            return "is a number in this table, and this is a text"
        return ""
    if isinstance(value, bool | list) or value is None:
        return f"must be of type {key.type}"
    if isinstance(value, int | float) and key.type != "N":
        return f"is of type {key.type} in this table, and this is a number"
    return ""
