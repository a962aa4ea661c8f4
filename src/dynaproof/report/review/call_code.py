"""The requests of a pattern's first call, as code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dynaproof.proof.results import PatternResult
from dynaproof.report.differing_calls import requests_made
from dynaproof.report.figures import counted
from dynaproof.report.javascript_code import javascript_call, javascript_imports
from dynaproof.report.plain_values import printable, value_text
from dynaproof.report.request_code import aws_cli_command, boto3_call

MOST_REQUESTS = 6
"""Requests of one call that are written down."""
LONGEST_CODE = 6_000
"""Characters of a request's code."""
_LONGEST_PARAMETER = 120
_Writer = Callable[[str, Mapping[str, object]], str]
_WRITERS: dict[str, _Writer] = {
    "boto3": boto3_call,
    "AWS CLI": aws_cli_command,
    "JavaScript SDK v3": javascript_call,
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Code in one language."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class CallCode:
    """A call: which parameters it had, and its requests as code."""

    parameter_set: str
    parameters: str
    listings: Sequence[Listing]
    left: str


@dataclass(frozen=True, slots=True)
class Preamble:
    """What all listings need once."""

    boto3: str
    javascript: str


def call_code(result: PatternResult) -> CallCode | None:
    """The first call of a pattern as code; None where there is no call."""
    if not result.calls:
        return None
    call = result.calls[0]
    made = [
        (operation, arguments)
        for operation, arguments in requests_made(result.pattern, call)
        if arguments
    ]
    shown = made[:MOST_REQUESTS]
    left = len(made) - len(shown)
    return CallCode(
        printable(call.parameter_set),
        ", ".join(
            f"{printable(name)} = {_cut(value_text(value), _LONGEST_PARAMETER)}"
            for name, value in call.parameters.items()
        ),
        [Listing(language, _text(shown, write)) for language, write in _WRITERS.items() if shown],
        f"and {counted(left, 'more request')}" if left > 0 else "",
    )


def preamble(results: Sequence[PatternResult]) -> Preamble:
    """What stands before the listings of boto3 and of JavaScript."""
    operations = sorted({one.operation for result in results for one in result.pattern.requests})
    return Preamble(
        'import boto3\n\nclient = boto3.client("dynamodb")', javascript_imports(operations)
    )


def _text(made: Sequence[tuple[str, Mapping[str, object]]], write: _Writer) -> str:
    return "\n\n".join(_cut(_written(write, *one), LONGEST_CODE) for one in made)


def _written(write: _Writer, operation: str, arguments: Mapping[str, object]) -> str:
    try:
        return _shown(write(operation, arguments))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        # A file may say what no request is; the page then says so.
        return f"{printable(operation)}: no request of DynamoDB ({type(error).__name__})"


def _shown(code: str) -> str:
    return "\n".join(printable(line) for line in code.split("\n"))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}... ({len(text):,} characters)"
