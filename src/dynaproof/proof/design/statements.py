"""What PartiQL statements read and write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dynaproof.capacity.partiql_statement import (
    Delete,
    Insert,
    Select,
    Statement,
    UpdateStatement,
    parse_statement,
)
from dynaproof.capacity.partiql_tokens import PartiqlError
from dynaproof.capacity.partiql_values import Term
from dynaproof.capacity.refusal import Refused
from dynaproof.model.access_pattern import Request
from dynaproof.model.attribute_value import AttributeValue, to_attribute_value
from dynaproof.model.definition import Path
from dynaproof.model.expressions.parser import parse_condition, parse_projection, parse_update
from dynaproof.model.table import Table
from dynaproof.proof.design.requests import Owner, Read, Test, Use, Write, names_in

_RANGES = {"=", "<", "<=", ">", ">=", "begins_with", "BETWEEN"}


def statement_events(
    owner: Owner,
    path: Path,
    at: Path,
    request: Request,
    tables: Mapping[str, Table],
    question: str | None,
    use: Use,
) -> tuple[list[Read | Write], list[str]]:
    """The reads and writes of a request, and the texts that are not understood."""
    events: list[Read | Write] = []
    unknown: list[str] = []
    for inner, text, parameters in _statements(request):
        try:
            statement = parse_statement(text, parameters)
        except (PartiqlError, Refused, ValueError):
            unknown.append(text)
            continue
        table = tables.get(statement.table)
        if table is None:
            unknown.append(text)
        elif isinstance(statement, Select):
            read = _read(owner, path, at, request, inner, statement, table, question, use)
            events.append(read)
        else:
            event = _write(owner, path, at, request, inner, statement, table)
            if event is not None:
                events.append(event)
    return events, unknown


def _statements(request: Request) -> Iterator[tuple[Path, str, list[AttributeValue]]]:
    arguments = request.arguments
    for name in ("Statements", "TransactStatements"):
        given = arguments.get(name)
        if isinstance(given, list | tuple):
            for position, one in enumerate(given):
                if isinstance(one, Mapping):
                    yield (name, position), str(one.get("Statement")), _values(one)
            return
    yield (), str(arguments.get("Statement")), _values(arguments)


def _values(arguments: Mapping[str, object]) -> list[AttributeValue]:
    given = arguments.get("Parameters")
    return [to_attribute_value(one) for one in given] if isinstance(given, list | tuple) else []


def _plain(value: AttributeValue) -> object:
    # A template stays one; of other types a rule wants to know no more than the type.
    [(type_, payload)] = value.items()
    return payload if type_ == "S" else value


def _tests(where: Sequence[Term], names: Mapping[str, str]) -> list[Test]:
    return [
        Test(
            names.get(term.attribute, term.attribute),
            term.operator.upper() if term.operator.upper() == "BETWEEN" else term.operator,
            tuple(_plain(value) for value in term.values),
        )
        for term in where
        if term.attribute
    ]


def _read(
    owner: Owner,
    path: Path,
    at: Path,
    request: Request,
    inner: Path,
    statement: Select,
    table: Table,
    question: str | None,
    use: Use,
) -> Read:
    index = table.index(statement.index) if statement.index else None
    keys = index.key_attributes if index else table.key_attributes
    partition = {key.name for key in (index.partition_key if index else (table.partition_key,))}
    tests = _tests(statement.where, statement.names)
    on_partition = {test.attribute for test in tests if test.operator in ("=", "IN")}
    queries = partition <= on_partition
    of_key = {key.name for key in keys}
    tested = [
        test for test in tests if queries and test.attribute in of_key and test.operator in _RANGES
    ]
    wanted = {test.attribute for test in tested}
    rest = [
        term
        for term in statement.where
        if not queries or statement.names.get(term.attribute, term.attribute) not in wanted
    ]
    projected = None
    if statement.projection:
        projected = frozenset(names_in(parse_projection(statement.projection), statement.names))
    return Read(
        owner=owner,
        owner_path=path,
        request_path=at,
        request=request,
        operation="Query" if queries else "Scan",
        table=table,
        index=index,
        tests=tuple(tested),
        filters=tuple(parse_condition(term.text) for term in rest),
        names=statement.names,
        values=statement.values,
        projected=projected,
        arguments={
            "ScanIndexForward": not statement.descending,
            **({"Limit": request.arguments["Limit"]} if "Limit" in request.arguments else {}),
        },
        inner=(*inner, "Statement"),
        question=question,
        use=use,
    )


def _write(
    owner: Owner,
    path: Path,
    at: Path,
    request: Request,
    inner: Path,
    statement: Statement,
    table: Table,
) -> Write | None:
    keys = {key.name for key in table.key_attributes}
    arguments: Mapping[str, object] = {
        "ExpressionAttributeNames": statement.names,
        "ExpressionAttributeValues": statement.values,
    }
    place = (*inner, "Statement")
    if isinstance(statement, Insert):
        item = {name: _plain(_typed(value)) for name, value in statement.item.items()}
        key = {name: value for name, value in item.items() if name in keys}
        # An INSERT fails where the item is there already.
        return Write(
            owner, path, at, request, "PutItem", table, key, arguments, place, item, None, True
        )
    if not isinstance(statement, UpdateStatement | Delete):
        return None
    tests = _tests(statement.where, statement.names)
    key = {test.attribute: test.values[0] for test in tests if test.attribute in keys}
    operation, update = "DeleteItem", None
    if isinstance(statement, UpdateStatement):
        operation, update = "UpdateItem", parse_update(statement.update)
    conditional = len(tests) > len(key) or len(statement.where) > len(tests)
    return Write(
        owner, path, at, request, operation, table, key, arguments, place, None, update, conditional
    )


def _typed(value: object) -> AttributeValue:
    return value if isinstance(value, dict) else {"S": str(value)}
