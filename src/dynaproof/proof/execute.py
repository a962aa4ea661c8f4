"""One call of an access pattern: the request filled, sent, its pages followed, its cost read."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import orjson

from dynaproof.dynamodb.connection import Connection, ServiceError, backoff_seconds
from dynaproof.model.access_pattern import PARTIQL_OPERATIONS, READ_OPERATIONS, Request
from dynaproof.model.attribute_value import to_wire
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.operations import marshal_request
from dynaproof.model.template import Template
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.results import Call, ConsumedUnits, Part

Answer = dict[str, object]
MAX_PAGES = 10_000
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html
_STATEMENT_ERRORS = {
    "ValidationError": "ValidationException",
    "AccessDenied": "AccessDeniedException",
}


_STATEMENT_TABLE = re.compile(r'(\b(?:from|into|update)\s+)(?:"([^"]+)"|(\w+))', re.IGNORECASE)
"""A table named in quotes; or without, and then a dot and an index may follow."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A call and the items that came back, as typed attribute values (B as base64)."""

    call: Call
    items: tuple[Mapping[str, object], ...]
    requests: tuple[Mapping[str, object], ...] = ()
    """The request of each page."""


def is_read(request: Request) -> bool:
    """Whether a request leaves the tables as they are."""
    if request.operation in PARTIQL_OPERATIONS:
        return all(
            re.match(r"\s*select\b", statement, re.IGNORECASE) is not None
            for statement in _statements(request.arguments)
        )
    return request.operation in READ_OPERATIONS


def fill_request(request: Request, values: Mapping[str, object]) -> dict[str, object]:
    """The request with one parameter set, as DynamoDB's JSON protocol takes it.

    Raises InputError where a value does not suit its place.
    """
    filled = marshal_request(
        request.operation, request.arguments, lambda text: Template.parse(text).fill(values)
    )
    return cast(dict[str, object], _to_wire(filled))


def ready_request(
    request: Request, values: Mapping[str, object], own: Sequence[str], table_prefix: str
) -> dict[str, object]:
    """The request filled, and to the tables with a prefix.

    PartiQL names its tables in a text that only now is whole: raises InputError unless they are
    among ``own``, the tables of the definition.
    """
    filled = fill_request(request, values)
    for statement in _statements(filled) if request.operation in PARTIQL_OPERATIONS else ():
        found = _STATEMENT_TABLE.search(statement)
        name = (found[2] or found[3]) if found else ""
        if name not in own:
            raise InputError(
                Diagnostic(
                    Code.UNKNOWN_TABLE,
                    f"the definition has no table '{name}': {statement}",
                    hint=f"Its tables are {', '.join(own)}.",
                )
            )
    return with_prefix(filled, table_prefix)


def execute(
    connection: Connection,
    operation: str,
    arguments: Mapping[str, object],
    parameters: ParameterSet,
    *,
    read: bool,
) -> Answered:
    """Make one call, all pages of it; an error of the service becomes part of the call.

    A request with a Limit asks for one page: that is what it says to an application.
    """
    request = {**arguments, "ReturnConsumedCapacity": "INDEXES"}
    items: list[Mapping[str, object]] = []
    requests: list[Mapping[str, object]] = []
    consumed: dict[tuple[str, Part, str | None], ConsumedUnits] = {}
    pages = returned = scanned = unprocessed = 0
    reported = True
    error: ServiceError | None = None
    follow = "Limit" not in arguments
    while pages < MAX_PAGES:
        requests.append(request)
        try:
            answer = connection.call(operation, request)
        except ServiceError as found:
            error = found
            break
        pages += 1
        if operation == "BatchExecuteStatement":
            error = error or _failed_statement(answer)
        page = list(_items(operation, answer))
        items += page
        count = answer.get("Count")
        returned += count if isinstance(count, int) else len(page)
        read_now = answer.get("ScannedCount")
        scanned += read_now if isinstance(read_now, int) else len(page)
        reported = _add_units(consumed, answer.get("ConsumedCapacity"), read) and reported
        further = _next_page(answer)
        if not follow or not further:
            break
        if not page and "RequestItems" in further:  # throttled
            unprocessed += 1
            time.sleep(backoff_seconds(min(unprocessed, 8)))
        request = {**request, **further}
    call = Call(
        parameter_set=parameters.label,
        parameters=dict(parameters.values),
        request=arguments,
        pages=pages,
        items_returned=returned,
        items_read=scanned,
        consumed=tuple(sorted(consumed.values(), key=_by_table_and_index)),
        reported=reported and error is None,
        error=error.name if error else None,
        error_message=_message(error) if error else "",
    )
    return Answered(call, tuple(items), tuple(requests))


def _failed_statement(answer: Answer) -> ServiceError | None:
    """The first error of a BatchExecuteStatement, which as a whole never fails."""
    for response in cast(list[Answer], answer.get("Responses") or []):
        error = _mapping(response.get("Error"))
        if error:
            code = str(error.get("Code"))
            return ServiceError(
                _STATEMENT_ERRORS.get(code, f"{code}Exception"), str(error.get("Message")), answer
            )
    return None


def with_prefix(arguments: Mapping[str, object], prefix: str) -> dict[str, object]:
    """The same request to tables with a prefix."""
    result = dict(arguments)
    if isinstance(result.get("TableName"), str):
        result["TableName"] = f"{prefix}{result['TableName']}"
    by_table = result.get("RequestItems")
    if isinstance(by_table, Mapping):
        result["RequestItems"] = {f"{prefix}{name}": part for name, part in by_table.items()}
    transacted = result.get("TransactItems")
    if isinstance(transacted, list):
        result["TransactItems"] = [
            {kind: with_prefix(part, prefix) for kind, part in item.items()} for item in transacted
        ]
    if isinstance(result.get("Statement"), str):
        result["Statement"] = _prefixed_statement(str(result["Statement"]), prefix)
    for key in ("Statements", "TransactStatements"):
        if isinstance(result.get(key), list):
            result[key] = [with_prefix(one, prefix) for one in cast(list[Answer], result[key])]
    return result


def _prefixed_statement(statement: str, prefix: str) -> str:
    return _STATEMENT_TABLE.sub(
        lambda found: f'{found[1]}"{prefix}{found[2] or found[3]}"', statement, count=1
    )


def _items(operation: str, answer: Answer) -> Iterator[Mapping[str, object]]:
    match operation:
        case "GetItem":
            found = answer.get("Item")
            if isinstance(found, Mapping):
                yield found
        case "BatchGetItem":
            for page in cast(dict[str, list[Answer]], answer.get("Responses", {})).values():
                yield from page
        case "TransactGetItems" | "ExecuteTransaction" | "BatchExecuteStatement":
            for response in cast(list[Answer], answer.get("Responses", [])):
                if isinstance(response.get("Item"), Mapping):
                    yield cast(Answer, response["Item"])
        case _:
            yield from cast(list[Answer], answer.get("Items", []))
            if isinstance(answer.get("Attributes"), Mapping):
                yield cast(Answer, answer["Attributes"])


def _next_page(answer: Answer) -> Answer:
    if answer.get("LastEvaluatedKey"):
        return {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    if answer.get("NextToken"):
        return {"NextToken": answer["NextToken"]}
    for left in ("UnprocessedKeys", "UnprocessedItems"):
        if answer.get(left):
            return {"RequestItems": answer[left]}
    return {}


def _add_units(
    consumed: dict[tuple[str, Part, str | None], ConsumedUnits], given: object, read: bool
) -> bool:
    parts = given if isinstance(given, list) else [given]
    reported = False
    for one in parts:
        if not isinstance(one, Mapping) or "CapacityUnits" not in one:
            continue
        reported = True
        table = str(one.get("TableName", ""))
        by_part: list[tuple[Part, str | None, object]] = [("table", None, one.get("Table"))]
        by_part += [
            ("global_secondary_index", name, units)
            for name, units in _mapping(one.get("GlobalSecondaryIndexes")).items()
        ]
        by_part += [
            ("local_secondary_index", name, units)
            for name, units in _mapping(one.get("LocalSecondaryIndexes")).items()
        ]
        if not any(isinstance(units, Mapping) for _, _, units in by_part):
            by_part = [("table", None, one)]
        for part, index, units in by_part:
            if not isinstance(units, Mapping):
                continue
            key = (table, part, index)
            before = consumed.get(key, ConsumedUnits(table, part, index, 0.0, 0.0))
            amount = float(cast(float, units.get("CapacityUnits", 0.0)))
            consumed[key] = ConsumedUnits(
                table,
                part,
                index,
                before.read + (amount if read else 0.0),
                before.write + (0.0 if read else amount),
            )
    return reported


def _message(error: ServiceError) -> str:
    reasons = error.response.get("CancellationReasons")
    if isinstance(reasons, list):
        return ", ".join(_reason(_mapping(reason)) for reason in reasons)
    return error.message


def _reason(reason: Mapping[str, object]) -> str:
    code, message = str(reason.get("Code", "None")), reason.get("Message")
    return f"{code} ({message})" if message and code != "ConditionalCheckFailed" else code


def _by_table_and_index(units: ConsumedUnits) -> tuple[str, bool, str]:
    return units.table, units.part != "table", units.index or ""


def _statements(arguments: Mapping[str, object]) -> list[str]:
    found = [arguments.get("Statement")] if "Statement" in arguments else []
    for key in ("Statements", "TransactStatements"):
        several = cast(list[object], arguments.get(key, []))
        found += [_mapping(one).get("Statement") for one in several]
    return [str(statement) for statement in found]


def _to_wire(value: object) -> object:
    return orjson.loads(orjson.dumps(value, default=_base64))


def _base64(value: object) -> object:
    if isinstance(value, bytes):
        return cast(str, to_wire({"B": value})["B"])
    raise TypeError(f"{type(value).__name__} is no value of a request")


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
