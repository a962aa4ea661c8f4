"""Access patterns that a source states: requests as they stand, or stubs for the reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from dynaproof.definition.load import examine_text
from dynaproof.exchange.draft import DraftPattern
from dynaproof.exchange.drafting.definition_text import Parts, Stub, definition_text
from dynaproof.exchange.drafting.made import MadeItemType
from dynaproof.exchange.drafting.names import Names, sql_name
from dynaproof.exchange.drafting.present_parameters import present_parameters
from dynaproof.exchange.drafting.read_patterns import MadePattern
from dynaproof.exchange.drafting.stated_questions import stated_question
from dynaproof.exchange.drafting.yaml_lines import flow
from dynaproof.exchange.json_places import shown
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.access_pattern import OPERATIONS, READ_OPERATIONS, Rate, Request
from dynaproof.model.diagnostic import Severity
from dynaproof.model.table import Table

_DEEPEST = 40
_NAME_OF = {"integer": "integer", "sequence": "integer", "decimal": "number"} | {
    "timestamp": "timestamp",
    "clock": "timestamp",
    "boolean": "boolean",
    "bytes": "bytes",
}
"""What generators make, where it is no text."""


@dataclass(frozen=True, slots=True)
class Model:
    """Tables by the draft's names, and the item types that were made."""

    tables: Mapping[str, Table]
    item_types: Sequence[MadeItemType]


class _UnusableError(ValueError):
    """Why a stated pattern cannot be carried out."""


def stated_patterns(
    patterns: Sequence[DraftPattern], model: Model, names: Names, not_carried: list[NotCarried]
) -> tuple[list[MadePattern], list[Stub]]:
    """The patterns that can run, and stubs of the others; what is left of those is reported."""
    made: list[MadePattern] = []
    stubs: list[Stub] = []
    for pattern in patterns:
        name = names.new(pattern.name)
        place = pattern.place or name
        if pattern.operation is None:
            reason = "how the access pattern is carried out is not said; it is a comment"
            if not any(one.place.startswith(place) for one in not_carried):  # said why already
                not_carried.append(NotCarried(place, reason))
            stubs.append(_stub(name, pattern))
            continue
        try:
            made.append(_made(name, pattern, model))
        except _UnusableError as error:
            reason = f"the access pattern cannot run as it stands, and is a comment: {error}"
            not_carried.append(NotCarried(place, reason))
            stubs.append(_stub(name, pattern, f"it cannot run as it stands: {error}"))
    return made, stubs


def _made(name: str, pattern: DraftPattern, model: Model) -> MadePattern:
    operation = pattern.operation or ""
    typed = operation in OPERATIONS
    arguments = _renamed(_plain(pattern.arguments, typed=typed), model)
    table = _table_of(arguments, model)
    parameters = dict(_parameters(pattern.parameters, table, model))
    body: Mapping[str, object] = arguments
    if typed:
        operation, body = "request", {operation: arguments}
    made = MadePattern(
        name,
        pattern.description,
        operation,
        body,
        parameters,
        expect={"fails": pattern.fails} if pattern.fails else {},
        rate=_rate(pattern.rate),
    )
    request = _request(made, model)
    if request is not None and request.operation in READ_OPERATIONS:
        made = replace(made, parameters=present_parameters(parameters, model.item_types))
    if request is None or table is None:
        return made
    kinds = _kinds(parameters, model)
    own = [one for one in model.item_types if one.table.name == table.name]
    return replace(made, question=stated_question(request, table, own, kinds))


def _request(pattern: MadePattern, model: Model) -> Request | None:
    """The request as the language reads it; None where there are steps. Raises _UnusableError."""
    # Names and types of parameters are looked up here, not there: there are no entities.
    alone = {
        name: source if name == "from" or not isinstance(source, str) else {"value": ""}
        for name, source in pattern.parameters.items()
    }
    stated = (replace(pattern, parameters=alone),)
    parts = Parts("stated", "a pattern", "", tuple(model.tables.values()), {}, (), {}, stated)
    loaded = examine_text(definition_text(parts), "definition", folder=Path())
    wrong = [one for one in loaded.diagnostics if one.severity is Severity.ERROR]
    if wrong or loaded.definition is None:
        raise _UnusableError("; ".join(dict.fromkeys(one.message for one in wrong[:3])))
    return loaded.definition.access_patterns[0].request


def _parameters(
    given: Mapping[str, object], table: Table | None, model: Model
) -> Iterator[tuple[str, object]]:
    for name, source in given.items():
        if isinstance(source, str) and name != "from":
            yield name, _column(source, table, model)
        elif isinstance(source, Mapping) and isinstance(source.get("column"), str):
            try:
                yield name, _column(str(source["column"]), table, model)
            except _UnusableError:  # the samples did not bear out that there is such a column
                yield name, _plain_value({"value": source.get("value")}, 1)
        else:
            yield name, _plain_value(source, 1)


def _column(source: str, table: Table | None, model: Model) -> str:
    """A column of the facts, by the names of the draft."""
    said, dot, field = source.rpartition(".")
    if not dot:
        raise _UnusableError(f"the parameter {shown(source)} names no column")
    named = [one for one in model.item_types if one.name == sql_name(said)]
    own = [one for one in named if table is not None and one.table.name == table.name]
    for made in (*own, *named):
        for candidate in (field, sql_name(field)):
            if any(column.name == candidate for column in made.columns):
                return f"{made.entity}.{candidate}"
        stored = made.attribute(field)
        if stored is not None and stored.template.sole_field is not None:
            return f"{made.entity}.{stored.template.sole_field.name}"
    raise _UnusableError(f"there is no column {shown(source)} to draw a parameter from")


def _kinds(parameters: Mapping[str, object], model: Model) -> dict[str, str]:
    """What parameters hold, as columns do; those of SQL are not known."""
    kinds: dict[str, str] = {}
    for name, source in parameters.items():
        match source:
            case str() if name != "from":
                entity, _, column = source.rpartition(".")
                owner = next(one for one in model.item_types if one.entity == entity)
                kinds[name] = owner.column(column).kind
            case {"value": str()}:
                kinds[name] = "text"
            case {"value": int(value)} if not isinstance(value, bool):
                kinds[name] = "integer"
            case {"value": float() | Decimal()}:
                kinds[name] = "number"
            case {"generate": str(generator)}:
                kinds[name] = _NAME_OF.get(generator, "text")
    return kinds


def _table_of(arguments: Mapping[str, object], model: Model) -> Table | None:
    named = arguments.get("TableName", arguments.get("table"))
    tables = {table.name: table for table in model.tables.values()}
    if named is None and len(tables) == 1:
        return next(iter(tables.values()))
    return tables.get(str(named))


def _renamed(arguments: Mapping[str, object], model: Model) -> Mapping[str, object]:
    """The same with the names that tables got."""
    changed = {name: one.name for name, one in model.tables.items() if name != one.name}
    if not changed:
        return arguments
    found = _with_names(arguments, changed)
    return found if isinstance(found, Mapping) else arguments


def _with_names(value: object, changed: Mapping[str, str]) -> object:
    match value:
        case Mapping():
            return {
                (changed.get(str(n), n) if "Keys" in str(one) else n): changed.get(str(one), one)
                if n in ("TableName", "table")
                else _with_names(one, changed)
                for n, one in value.items()
            }
        case list() | tuple():
            return [_with_names(one, changed) for one in value]
    return value


def _plain(arguments: Mapping[str, object], *, typed: bool) -> Mapping[str, object]:
    """Arguments of boto3 with texts, whole numbers and truth values plain."""
    made = {name: _plain_value(value, 1, typed=typed) for name, value in arguments.items()}
    return {name: value for name, value in made.items() if value not in (None, {})}


def _plain_value(value: object, level: int, *, typed: bool = True) -> object:
    if level > _DEEPEST:
        raise _UnusableError("it is nested too deeply")
    if typed and isinstance(value, Mapping) and len(value) == 1:
        match dict(value):
            case {"S": str(text)}:
                return text
            case {"N": str(text)} if re.fullmatch("-?[0-9]{1,15}", text):
                return int(text)
            case {"BOOL": bool(truth)}:
                return truth
    match value:
        case None | bool() | str() | int():
            return value
        case float() | Decimal():
            if not Decimal(value).is_finite():
                raise _UnusableError("it has a number that DynamoDB has not")
            return value
        case Mapping():
            return {str(n): _plain_value(one, level + 1, typed=typed) for n, one in value.items()}
        case list() | tuple():
            return [_plain_value(one, level + 1, typed=typed) for one in value]
    raise _UnusableError(f"a definition cannot say {type(value).__name__} here")


def _rate(rate: Rate | None) -> Mapping[str, object]:
    return {} if rate is None else {"average": rate.average, "peak": rate.peak}


def _stub(name: str, pattern: DraftPattern, why: str = "") -> Stub:
    known = {"description": pattern.description} if pattern.description.strip() else {}
    if pattern.operation is not None:
        known["operation"] = pattern.operation
    for argument, value in pattern.arguments.items():
        known[str(argument)] = value if isinstance(value, str) else _shown(value)
    for parameter, source in pattern.parameters.items():
        known[f"parameter {parameter}"] = source if isinstance(source, str) else _shown(source)
    if pattern.rate is not None:
        known["rate"] = f"{pattern.rate.average:g} a second, {pattern.rate.peak:g} at peak"
    return Stub(name, known, why or "how it is carried out is for you to say")


def _shown(value: object) -> str:
    try:
        return flow(value)
    except (TypeError, RecursionError):
        return repr(value)[:200]
