"""The requests of DynamoDB's data plane: checked, taken apart, and made ready to be sent.

Arguments are *templated and plain*: as in boto3, but any plain value may stand where DynamoDB
has an attribute value, and a text with ``${name}`` may stand for any value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from dynaproof.model.access_pattern import PARTIQL_OPERATIONS
from dynaproof.model.attribute_value import TYPES, Item, to_attribute_value
from dynaproof.model.codes import Code
from dynaproof.model.definition import Path
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.request_shape import Shape, request_shape, shape_of
from dynaproof.model.template import Template, TemplateError, as_text

Finding = tuple[Path, str, str]
"""Where in the arguments, what is wrong, and what would be right (may be empty)."""

# The service takes exactly one member of these, though its model does not say so.
_ONE_OF = frozenset({"TransactWriteItem", "WriteRequest"})

# Over all tables of a batch; the model has the limit for each table.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
_BATCH_LIMITS = {"BatchGetItem": 100, "BatchWriteItem": 25}

# ReturnValues of these is NONE or ALL_OLD.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
_OLD_VALUES_ONLY = frozenset({"PutItem", "DeleteItem"})

_ONE_ITEM_OPERATION = {
    "Get": "GetItem",
    "Put": "PutItem",
    "PutRequest": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "DeleteRequest": "DeleteItem",
    "ConditionCheck": "ConditionCheck",
}

_SHOULD_BE = {
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "list": "a list",
    "map": "a mapping",
    "structure": "a mapping",
}


@dataclass(frozen=True, slots=True)
class RequestPart:
    """What a request asks of one table: all of it, or one table or item of a batch.

    ``operation`` is the operation on one item that it amounts to (of a BatchGetItem GetItem, with
    several ``Keys``), ConditionCheck, Query or Scan. ``arguments`` are found at ``path``.
    """

    path: Path
    operation: str
    table: str
    arguments: Mapping[str, object]


def check_request(operation: str, arguments: Mapping[str, object]) -> list[Finding]:
    """Tell how templated plain arguments differ from what the operation takes."""
    findings = list(_check(request_shape(operation), arguments, ()))
    return findings or list(_check_beyond_shapes(operation, arguments))


def marshal_request(
    operation: str, arguments: Mapping[str, object], fill: Callable[[str], object]
) -> dict[str, object]:
    """Fill the templates of a request and type its attribute values, as boto3 takes them.

    ``fill`` gives what a text becomes; a sole ``${name}`` may become any value, and no template
    is read in what comes back. A parameter that becomes None is left out; so is an attribute
    of an item to be put, as NULL in a view leaves an attribute out. Any other attribute value
    that becomes None is NULL. Raises InputError, and whatever ``fill`` raises.
    """
    marshalled = _marshal(request_shape(operation), arguments, fill, ())
    return _mapping(marshalled)


def request_parts(operation: str, arguments: Mapping[str, object]) -> tuple[RequestPart, ...]:
    """Take a request apart by table and item; PartiQL has no parts."""
    if operation in PARTIQL_OPERATIONS:
        return ()
    return tuple(_parts(operation, arguments))


def table_names(operation: str, arguments: Mapping[str, object]) -> tuple[str, ...]:
    """Give the names of the tables that a request is to, each once; none for PartiQL."""
    return tuple(dict.fromkeys(part.table for part in request_parts(operation, arguments)))


def written_keys(
    operation: str,
    marshalled: Mapping[str, object],
    key_names_by_table: Mapping[str, Sequence[str]],
) -> list[tuple[str, Item]] | None:
    """Give table and key of every item that a marshalled request puts, updates or deletes.

    None when they cannot be known: PartiQL is not parsed. Raises KeyError for a table without
    key names, or an item without a key attribute.
    """
    if operation in PARTIQL_OPERATIONS:
        return None
    written: list[tuple[str, Item]] = []
    for part in request_parts(operation, marshalled):
        if part.operation not in ("PutItem", "UpdateItem", "DeleteItem"):
            continue
        source = _mapping(part.arguments["Item" if part.operation == "PutItem" else "Key"])
        names = key_names_by_table[part.table]
        written.append((part.table, {name: _mapping(source[name]) for name in names}))
    return written


def is_templated(text: str) -> bool:
    """Whether a text has fields to fill; one that is no template at all is left to others."""
    try:
        return bool(Template.parse(text).names)
    except TemplateError:
        return True


def _parts(operation: str, arguments: Mapping[str, object]) -> Iterator[RequestPart]:
    match operation:
        case "BatchGetItem":
            for table, keys in _mapping(arguments.get("RequestItems")).items():
                yield RequestPart(("RequestItems", table), "GetItem", table, _mapping(keys))
        case "BatchWriteItem":
            for table, requests in _mapping(arguments.get("RequestItems")).items():
                for index, request in enumerate(_list(requests)):
                    for kind, inner in _mapping(request).items():
                        path = ("RequestItems", table, index, kind)
                        yield from _part(path, kind, table, inner)
        case "TransactGetItems" | "TransactWriteItems":
            for index, request in enumerate(_list(arguments.get("TransactItems"))):
                for kind, inner in _mapping(request).items():
                    name = _mapping(inner).get("TableName")
                    yield from _part(("TransactItems", index, kind), kind, name, inner)
        case _:
            yield from _part((), operation, arguments.get("TableName"), arguments)


def _part(path: Path, kind: str, table: object, arguments: object) -> Iterator[RequestPart]:
    if isinstance(table, str):
        yield RequestPart(path, _ONE_ITEM_OPERATION.get(kind, kind), table, _mapping(arguments))


def _check(shape: Shape, value: object, path: Path) -> Iterator[Finding]:
    if shape.type == "attribute_value" or (isinstance(value, str) and is_templated(value)):
        return
    name = path[-1] if path else "the request"
    match value:
        case Mapping() if shape.type == "structure":
            yield from _check_structure(shape, value, path)
        case Mapping() if shape.type == "map":
            yield from _check_size(shape, len(value), f"'{name}' has {len(value)} entries", path)
            for key, inner in value.items():
                yield from _check(shape_of(shape.element), inner, (*path, key))
        case list() | tuple() if shape.type == "list":
            yield from _check_size(shape, len(value), f"'{name}' has {len(value)} entries", path)
            for index, inner in enumerate(value):
                yield from _check(shape_of(shape.element), inner, (*path, index))
        case str() if shape.type == "string":
            if shape.enum and value not in shape.enum:
                hint = _did_you_mean(value.upper(), shape.enum)
                yield path, f"'{name}' cannot be '{value}'", hint
            yield from _check_size(
                shape, len(value), f"'{name}' is {len(value)} characters long", path
            )
        case bool() if shape.type == "boolean":
            return
        case int() if shape.type == "integer" and not isinstance(value, bool):
            yield from _check_size(shape, value, f"'{name}' is {value}", path)
        case _:
            hint = f"found {_shown(value)}"
            yield path, f"'{name}' should be {_SHOULD_BE[shape.type]}", hint


def _check_structure(shape: Shape, value: Mapping[object, object], path: Path) -> Iterator[Finding]:
    for key, inner in value.items():
        if isinstance(key, str) and key in shape.members:
            yield from _check(shape_of(shape.members[key]), inner, (*path, key))
        else:
            at = (*path, key if isinstance(key, str | int) else str(key))
            yield at, f"unknown parameter '{key}'", _did_you_mean(str(key), tuple(shape.members))
    for key in shape.required:
        if key not in value:
            where = f"'{path[-1]}'" if path else "the request"
            yield path, f"{where} lacks the required parameter '{key}'", ""
    if shape.name in _ONE_OF and len(value) != 1:
        options = ", ".join(shape.members)
        yield path, f"exactly one of {options} is needed, not {len(value)}", ""


def _check_size(shape: Shape, size: int, is_: str, path: Path) -> Iterator[Finding]:
    if shape.minimum is not None and size < shape.minimum:
        yield path, f"{is_}; DynamoDB takes at least {shape.minimum}", ""
    if shape.maximum is not None and size > shape.maximum:
        yield path, f"{is_}; DynamoDB takes at most {shape.maximum}", ""


def _check_beyond_shapes(operation: str, arguments: Mapping[str, object]) -> Iterator[Finding]:
    if operation in _BATCH_LIMITS:
        items = _mapping(arguments["RequestItems"]).values()
        count = sum(
            len(_list(_mapping(entry).get("Keys") if isinstance(entry, Mapping) else entry))
            for entry in items
        )
        limit = _BATCH_LIMITS[operation]
        if count > limit:
            message = f"the batch has {count} items; DynamoDB takes at most {limit}"
            yield ("RequestItems",), message, "split it into several requests"
    return_values = arguments.get("ReturnValues", "NONE")
    if (
        operation in _OLD_VALUES_ONLY
        and isinstance(return_values, str)
        and return_values not in ("NONE", "ALL_OLD")
        and not is_templated(return_values)
    ):
        message = f"'ReturnValues' of {operation} cannot be '{return_values}'"
        yield ("ReturnValues",), message, "it can be NONE or ALL_OLD"


def _marshal(shape: Shape, value: object, fill: Callable[[str], object], path: Path) -> object:
    if shape.type == "attribute_value":
        try:
            return to_attribute_value(_filled(value, fill))
        except ValueError as error:
            raise _error(Code.ATTRIBUTE_TYPE, path, str(error)) from error
    if isinstance(value, str):
        value = fill(value)
        fill = _as_it_is
    match value:
        case None:
            return None
        case Mapping() if shape.type in ("map", "structure"):
            marshalled: dict[str, object] = {}
            for key, inner in value.items():
                at = (*path, str(key))
                member = shape.element or shape.members.get(str(key))
                if member is None:
                    raise _error(Code.REQUEST_SHAPE, at, "unknown parameter")
                if shape.name == "PutItemInputAttributeMap" and inner is not None:
                    inner = _filled(inner, fill)
                    if inner is None:
                        continue
                    made = _marshal(shape_of(member), inner, _as_it_is, at)
                else:
                    made = _marshal(shape_of(member), inner, fill, at)
                if made is not None:
                    marshalled[str(key)] = made
            return marshalled
        case list() | tuple() if shape.type == "list":
            element = shape_of(shape.element)
            filled = [
                _marshal(element, inner, fill, (*path, index)) for index, inner in enumerate(value)
            ]
            if None in filled:
                raise _error(Code.REQUEST_SHAPE, (*path, filled.index(None)), "became null")
            return filled
        case bool() if shape.type == "boolean":
            return value
        case _ if shape.type == "string" and not isinstance(value, Mapping | list | tuple):
            return as_text(value)
        case _ if shape.type == "integer":
            return _whole_number(value, path)
    should_be = _SHOULD_BE[shape.type]
    raise _error(Code.REQUEST_SHAPE, path, f"should be {should_be}, and became {_shown(value)}")


def _filled(value: object, fill: Callable[[str], object]) -> object:
    match value:
        case str():
            return fill(value)
        case Mapping():
            filled = {key: _filled(inner, fill) for key, inner in value.items()}
            if len(filled) == 1:
                [(key, inner)] = filled.items()
                if key in TYPES and isinstance(value[key], str | list | tuple):
                    return None if inner is None else {key: _suited(str(key), inner)}
            return filled
        case list() | tuple():
            return [_filled(inner, fill) for inner in value]
    return value


def _suited(type_: str, payload: object) -> object:
    # {"S": "${n}"} is text whatever n is: a filled payload follows the type that was written.
    match type_, payload:
        case "S", int() | float() | Decimal() | date():
            return as_text(payload)
        case "SS", list() | tuple() | set() | frozenset():
            return [_suited("S", member) for member in payload]
    return payload


def _as_it_is(text: str) -> object:
    return text


def _whole_number(value: object, path: Path) -> int:
    if not isinstance(value, bool):
        try:
            number = int(str(value))
        except ValueError:
            pass
        else:
            return number
    raise _error(Code.REQUEST_SHAPE, path, f"should be a whole number, and became {_shown(value)}")


def _error(code: Code, path: Path, message: str) -> InputError:
    where = ".".join(str(step) for step in path) or "the request"
    return InputError(Diagnostic(code, f"{where}: {message}"))


def _mapping(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _did_you_mean(word: str, options: Sequence[str]) -> str:
    close = get_close_matches(word, options, 1, 0.6)
    if not close:
        folded = [option for option in options if option.lower() == word.lower()]
        close = folded
    return f"did you mean '{close[0]}'?" if close else f"it takes {', '.join(options)}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
