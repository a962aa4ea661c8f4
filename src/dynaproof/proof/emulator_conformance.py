"""Recorded cases run on an endpoint, and its answers held against the service's."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import cast

import orjson

from dynaproof.capacity.answer import Answer, measured_answer
from dynaproof.capacity.case_file import Case, CaseRequest
from dynaproof.capacity.comparison import compare
from dynaproof.dynamodb.connection import Connection, ServiceError
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import connect
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.access_pattern import PARTIQL_OPERATIONS
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault
from dynaproof.model.operations import table_names
from dynaproof.model.table import Table
from dynaproof.proof.execute import with_prefix

CONNECTIONS = 8
MAX_TOKEN = 36
"""Characters of a ClientRequestToken, at most."""


@dataclass(frozen=True, slots=True)
class MeasuredCase:
    """What an endpoint answered to a case; each difference from the service is one line."""

    name: str
    answer: Answer
    differences: tuple[str, ...]


def measure_cases(
    cases: Sequence[Case],
    tables: Mapping[str, Table],
    endpoint: Endpoint,
    run: str,
    done: Callable[[int], object] = lambda _: None,
) -> tuple[MeasuredCase, ...]:
    """Run cases side by side, each on tables of its own, which are dropped again.

    ``run`` is a text that no other run has: it stands in table names, after the endpoint's
    prefix, and in ClientRequestTokens. ``done`` is told how many cases are. What the endpoint
    refuses is a difference; raises EnvironmentFault when it stops answering or a table stays.
    """
    measured: list[MeasuredCase] = []
    with Tables(endpoint) as control, ThreadPoolExecutor(CONNECTIONS) as pool:
        control.names()  # Nothing is begun where nothing answers.
        futures: list[Future[MeasuredCase]] = [
            pool.submit(_measure, case, tables, control, f"{run}-{number}-")
            for number, case in enumerate(cases, 1)
        ]
        try:
            for number, future in enumerate(futures, 1):
                measured.append(future.result())
                done(number)
        except BaseException:
            # Cases under way drop their tables; the pool waits for them.
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return tuple(measured)


def _measure(case: Case, tables: Mapping[str, Table], control: Tables, own: str) -> MeasuredCase:
    prefix = control.endpoint.table_prefix + own
    requests = (*case.setup, case.request)
    with ExitStack() as created:
        try:
            for name in _tables_of(requests, tables):
                made = control.create(replace(tables[name], name=own + name))
                created.callback(control.drop, made)
        except EnvironmentFault as fault:
            control.names()  # raises where nothing answers any more
            return _not_run(case, "a table", _refusal(fault))
        with connect(control.endpoint) as connection:
            for number, request in enumerate(case.setup, 1):
                prepared = _answer(connection, request, prefix, own)
                if prepared.error:
                    what = f"setup request {number}"
                    return _not_run(case, what, f"{prepared.error}: {prepared.message}")
            answer = _answer(connection, case.request, prefix, own)
        differences = compare(case.request.operation, answer, case.expected, "measured")
        return MeasuredCase(case.name, answer, tuple(differences))


def _tables_of(requests: Sequence[CaseRequest], tables: Mapping[str, Table]) -> list[str]:
    needed: dict[str, None] = {}
    for request in requests:
        if request.operation in PARTIQL_OPERATIONS:
            # One too many does no harm.
            text = repr(request.arguments)
            needed |= dict.fromkeys(name for name in tables if name in text)
        else:
            needed |= dict.fromkeys(table_names(request.operation, request.arguments))
    return list(needed)


def _answer(connection: Connection, request: CaseRequest, prefix: str, own: str) -> Answer:
    arguments = with_prefix(request.arguments, prefix)
    token = arguments.get("ClientRequestToken")
    if token is not None:
        arguments["ClientRequestToken"] = f"{own}{token}"[:MAX_TOKEN]
    body = orjson.dumps(arguments, default=_base64)
    try:
        response = connection.answer(connection.send(request.operation, body))
    except ServiceError as error:
        return Answer(error=error.name, message=error.message)
    except EnvironmentFault as fault:
        return Answer(error="no answer of DynamoDB", message=_refusal(fault))
    return measured_answer(request.operation, response, prefix)


def _not_run(case: Case, what: str, why: str) -> MeasuredCase:
    return MeasuredCase(case.name, Answer(unknown=why), (f"{what} is refused: {why}",))


def _refusal(fault: EnvironmentFault) -> str:
    """What an endpoint answered that still answers; raises the fault of one that does not."""
    if any(diagnostic.code is not Code.ENDPOINT_ERROR for diagnostic in fault.diagnostics):
        raise fault
    return "; ".join(_line(diagnostic) for diagnostic in fault.diagnostics)


def _line(diagnostic: Diagnostic) -> str:
    return " ".join(diagnostic.message.split())


def _base64(value: object) -> str:
    return base64.b64encode(cast(bytes, value)).decode()
