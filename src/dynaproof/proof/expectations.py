"""Calls held against what their access pattern expects."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from dynaproof.model.access_pattern import AccessPattern, Bound
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.proof.parameters import NOTHING
from dynaproof.proof.results import BrokenExpectation, Call

WRONG_REQUEST = frozenset(
    {"ValidationException", "ResourceNotFoundException", "SerializationException"}
)
"""Errors that tell of the request, not of the data."""
_WRONG_IN_TRANSACTION = "ValidationError"
_SHOWN = 400
"""Characters of a refused request."""
_REFUSED_BY_CONDITION = "ConditionalCheckFailed"


def broken_expectations(
    pattern: AccessPattern, call: Call, definition: Definition
) -> Iterator[BrokenExpectation]:
    """What a call did not keep to. A call that is to find nothing has no lower bounds.

    Capacity is held against the prediction, and against the measure only where there is none.
    """
    path = ("access_patterns", pattern.name, "expect")
    place = definition.source.place(*path)

    def broken(code: Code, what: str, expected: str, measured: str) -> BrokenExpectation:
        message = (
            f"'{pattern.name}' ({call.parameter_set}): {what} is {measured}, expected {expected}"
        )
        at = definition.source.place(*path, what) if code is Code.EXPECTATION_BROKEN else place
        return BrokenExpectation(
            what, expected, measured, call.parameter_set, Diagnostic(code, message, at)
        )

    expect = pattern.expect
    if call.error is not None:
        if is_wrong_request(call) or fails_as_expected(pattern, call):
            return
        if call.parameter_set == NOTHING and is_condition_failure(call):
            return
        yield broken(
            Code.UNEXPECTED_FAILURE,
            "the outcome",
            expect.fails or "success",
            f"{call.error} ({call.error_message})",
        )
        return
    if expect.fails is not None and call.parameter_set != NOTHING:
        yield broken(Code.EXPECTED_FAILURE_MISSING, "the outcome", expect.fails, "success")
    measured: list[tuple[str, Bound | None, float]] = [
        ("pages", expect.pages, call.pages),
        ("items", expect.items, call.items_returned),
    ]
    read, write = call.predicted_read_units, call.predicted_write_units
    if read is None or write is None:
        read, write = call.read_capacity_units, call.write_capacity_units
    if call.reported or not call.not_predicted:
        measured += [
            ("read_capacity_units", expect.read_capacity_units, read),
            ("write_capacity_units", expect.write_capacity_units, write),
        ]
    for what, bound, value in measured:
        if bound is None:
            continue
        held = Bound(None, bound.maximum) if call.parameter_set == NOTHING else bound
        if not held.holds(value):
            yield broken(Code.EXPECTATION_BROKEN, what, str(bound), f"{value:g}")


def fails_as_expected(pattern: AccessPattern, call: Call) -> bool:
    """Whether a call ended with the error that its pattern names.

    A transaction that a condition cancelled counts as that condition's failure too.
    """
    expected = pattern.expect.fails
    return expected is not None and failed_with(call, expected)


def failed_with(call: Call, expected: str) -> bool:
    """Whether a call ended with an error of this name, as ``fails`` and ``may_fail`` give it."""
    return call.error is not None and (
        call.error == expected
        or (is_condition_failure(call) and expected.startswith(_REFUSED_BY_CONDITION))
    )


def is_wrong_request(call: Call) -> bool:
    """Whether DynamoDB refused the request for what it is."""
    return tells_of_request(call.error, call.error_message)


def tells_of_request(error: str | None, message: str) -> bool:
    """Whether an error of DynamoDB is about the request, and not about what is stored."""
    return error in WRONG_REQUEST or (
        error == "TransactionCanceledException" and _WRONG_IN_TRANSACTION in message
    )


def refusal(pattern: AccessPattern, call: Call, definition: Definition) -> Diagnostic:
    """The finding about a wrong request, at its pattern."""
    operation = pattern.request.operation if pattern.request else ""
    request = orjson.dumps(call.request).decode()
    shown = request if len(request) <= _SHOWN else f"{request[:_SHOWN]}..."
    return Diagnostic(
        Code.REQUEST_REFUSED,
        f"DynamoDB refused '{pattern.name}': {call.error_message}",
        definition.source.key("access_patterns", pattern.name),
        f"The request was {operation} {shown}",
    )


def is_condition_failure(call: Call) -> bool:
    """Whether a condition was not met."""
    return (call.error or "").startswith(_REFUSED_BY_CONDITION) or (
        call.error == "TransactionCanceledException" and _REFUSED_BY_CONDITION in call.error_message
    )
