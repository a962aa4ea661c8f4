"""Command lines ``aws dynamodb ...`` as requests of the data plane, as boto3 takes them.

https://docs.aws.amazon.com/cli/latest/reference/dynamodb/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dynaproof.exchange.foreign_items import read_value
from dynaproof.exchange.incoming.aws_cli.values import structured
from dynaproof.exchange.incoming.aws_cli.words import CommandError, CommandLine
from dynaproof.exchange.incoming.placeholders import has_placeholder
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.access_pattern import OPERATIONS
from dynaproof.model.operations import check_request
from dynaproof.model.request_shape import Shape, request_shape, shape_of


@dataclass(frozen=True, slots=True)
class CliRequest:
    """A request, its values typed; placeholders stand in it as they were written.

    ``remarks`` tell what of the command is no part of the request.
    """

    operation: str
    arguments: dict[str, object]
    remarks: tuple[str, ...] = ()


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


_COMMANDS = {_kebab(name): name for name in OPERATIONS} | {
    "transact-write": "TransactWriteItems",
    "transact-get": "TransactGetItems",
}
_OF_THE_CALL = frozenset(
    {
        *("endpoint-url", "region", "output", "query", "profile", "color", "ca-bundle", "version"),
        *("cli-read-timeout", "cli-connect-timeout", "cli-binary-format", "cli-auto-prompt"),
        *("debug", "v2-debug", "no-verify-ssl", "no-paginate", "no-sign-request", "no-cli-pager"),
        *("no-cli-auto-prompt", "cli-pager", "cli-error-format", "generate-cli-skeleton"),
        *("return-consumed-capacity", "return-item-collection-metrics", "client-request-token"),
        *("no-return-consumed-capacity", "no-return-item-collection-metrics"),
        *("paginate", "cli-pager"),
    }
)
"""How and where the call is made, or what is measured of it: no part of a model."""
_WITHOUT_VALUE = frozenset(
    {
        *("debug", "v2-debug", "cli-auto-prompt", "paginate"),
        *(name for name in _OF_THE_CALL if name.startswith("no-")),
    }
)
_PAGES = {
    "max-items": "--max-items is taken as Limit, which counts before a filter",
    "page-size": "--page-size is left out: all pages are read",
    "starting-token": "--starting-token is left out: a query starts at the first page",
    "exclusive-start-key": "--exclusive-start-key is left out: a query starts at the first page",
}
# A number that no one writes stands for a placeholder while numbers are checked.
_STAND_IN = 7 * 10**30


def cli_request(line: CommandLine) -> CliRequest:
    """Read one command line; raises CommandError where it is no request of the data plane."""
    command, options = _command_and_options(line.words)
    operation = _COMMANDS.get(command)
    if operation is None:
        raise CommandError(f"'{command[:40]}' is no operation on items")
    shape = request_shape(operation)
    members = {_kebab(name): name for name in shape.members}
    arguments: dict[str, object] = {}
    remarks: list[str] = []
    if line.rest:
        remarks.append(f"what follows the command is left out: {line.rest[:60]}")
    for name, words in options:
        if name in _OF_THE_CALL:
            continue
        if name in _PAGES:
            remarks.append(_PAGES[name])
        if name == "max-items":
            name = "limit"
        elif name in _PAGES:
            continue
        if name == "cli-input-json":
            given = structured(list(words))
            if not isinstance(given, dict):
                raise CommandError("--cli-input-json is no object")
            unknown = [key for key in given if key not in shape.members]
            if unknown:
                raise CommandError(f"--cli-input-json has the unknown member '{unknown[0][:40]}'")
            arguments = {
                key: _fitted(shape_of(shape.members[key]), value, key, remarks)
                for key, value in given.items()
                if _kebab(key) not in _OF_THE_CALL
            } | arguments
            continue
        negated = name.startswith("no-") and name not in members
        member = members.get(name[3:] if negated else name)
        if member is None:
            raise CommandError(f"there is no option --{name[:60]} of {command}")
        if member in arguments:
            remarks.append(f"--{name} is given twice; the last one counts")
        inner = shape_of(shape.members[member])
        arguments[member] = _argument(inner, list(words), negated, name, remarks)
    findings = check_request(operation, arguments)
    if findings:
        path, message, hint = findings[0]
        where = ".".join(map(str, path))
        raise CommandError(f"{where + ': ' if where else ''}{message}{'; ' + hint if hint else ''}")
    return CliRequest(operation, arguments, tuple(remarks))


def _command_and_options(words: Sequence[str]) -> tuple[str, list[tuple[str, list[str]]]]:
    """The command after ``dynamodb``, and the options with their words, in order."""
    named: list[str] = []
    options: list[tuple[str, list[str]]] = []
    for word in words:
        if re.match(r"--[A-Za-z]", word):
            name, equals, value = word[2:].partition("=")
            options.append((name.lower(), [value] if equals else []))
        elif options and not (options[-1][0] in _WITHOUT_VALUE or _is_full(options[-1])):
            options[-1][1].append(word)
        else:
            named.append(word)
    if named[:1] != ["dynamodb"]:
        raise CommandError("it is no command 'aws dynamodb'")
    if len(named) < 2:
        raise CommandError("it names no operation")
    if len(named) > 2:
        raise CommandError(f"the word '{named[2][:40]}' belongs to no option")
    return named[1], options


def _is_full(option: tuple[str, list[str]]) -> bool:
    """Whether an option before the operation has its one value."""
    return option[0] in _OF_THE_CALL and len(option[1]) == 1


def _argument(
    shape: Shape, words: list[str], negated: bool, option: str, remarks: list[str]
) -> object:
    if shape.type == "boolean":
        return _truth(words, negated, option, remarks)
    if negated or not words:
        raise CommandError(f"the option --{option} has no value")
    if shape.type in ("structure", "map", "list"):
        value = structured(words)
        if shape.type == "list" and not isinstance(value, list):
            value = [value]
        if shape.type != "list" and isinstance(value, list):
            value = _merged(value, option)
        return _fitted(shape, value, option, remarks)
    if len(words) > 1:
        raise CommandError(f"the word '{words[1][:40]}' belongs to no option")
    if re.match(r"(?:file|fileb|https?)://", words[0], re.IGNORECASE):
        raise CommandError("it takes a value from a file, which is not read")
    return _fitted(shape, words[0], option, remarks)


def _truth(words: list[str], negated: bool, option: str, remarks: list[str]) -> bool:
    if not words:
        return not negated
    if len(words) == 1 and words[0].lower() in ("true", "false"):
        remarks.append(f"--{option} takes no value; '{words[0]}' is read as meant")
        return (words[0].lower() == "true") != negated
    raise CommandError(f"the word '{words[0][:40]}' belongs to no option")


def _merged(values: list[object], option: str) -> dict[str, object]:
    made: dict[str, object] = {}
    for value in values:
        if not isinstance(value, dict):
            raise CommandError(f"the value of --{option} is no map")
        made |= value
    return made


def _fitted(shape: Shape, value: object, path: str, remarks: list[str]) -> object:
    """The value in the types of its shape; raises CommandError for what cannot be understood."""
    match value:
        case _ if shape.type == "attribute_value":
            return _attribute_value(value, path, remarks)
        case dict() if shape.type == "map":
            return {
                key: _fitted(shape_of(shape.element), inner, f"{path}.{key}", remarks)
                for key, inner in value.items()
            }
        case dict() if shape.type == "structure":
            return {
                key: _fitted(shape_of(shape.members[key]), inner, f"{path}.{key}", remarks)
                if key in shape.members
                else inner
                for key, inner in value.items()
            }
        case list() if shape.type == "list":
            element = shape_of(shape.element)
            return [
                _fitted(element, inner, f"{path}[{n}]", remarks) for n, inner in enumerate(value)
            ]
        case str() if shape.type == "integer" and re.fullmatch(r"[0-9]{1,9}", value):
            return int(value)
        case str() if shape.type == "boolean" and value.lower() in ("true", "false"):
            return value.lower() == "true"
    return value


def _attribute_value(value: object, path: str, remarks: list[str]) -> object:
    stand_ins: dict[str, str] = {}
    reported: list[NotCarried] = []
    read = read_value(_with_stand_ins(value, stand_ins, 0), path, reported)
    if read is None:
        raise CommandError("; ".join(map(str, reported[:2])))
    remarks += map(str, reported)
    return _without_stand_ins(read, stand_ins) if stand_ins else read


def _with_stand_ins(value: object, stand_ins: dict[str, str], depth: int) -> object:
    if depth > 60:
        raise CommandError("a value is nested too deeply")
    if isinstance(value, list):
        return [_with_stand_ins(inner, stand_ins, depth + 1) for inner in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, object] = {}
    for key, inner in value.items():
        if key in ("N", "NS"):
            numbers = inner if isinstance(inner, list) else [inner]
            replaced = list(_numbers(numbers, stand_ins))
            made[key] = replaced if isinstance(inner, list) else replaced[0]
        else:
            made[key] = _with_stand_ins(inner, stand_ins, depth + 1)
    return made


def _numbers(values: list[object], stand_ins: dict[str, str]) -> Iterator[object]:
    for value in values:
        if isinstance(value, str) and has_placeholder(value):
            number = str(_STAND_IN + len(stand_ins) + 1)
            stand_ins[number] = value
            yield number
        else:
            yield value


def _without_stand_ins(value: object, stand_ins: dict[str, str]) -> object:
    match value:
        case str():
            return stand_ins.get(value, value)
        case dict():
            return {key: _without_stand_ins(inner, stand_ins) for key, inner in value.items()}
        case list():
            return [_without_stand_ins(inner, stand_ins) for inner in value]
    return value
