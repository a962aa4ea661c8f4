"""A conformance run as JSON.

``cases`` has for each recorded case what the service answered (``expected``, as in the file),
what the predictor and each emulator say, and how that differs: ``outcome`` is ``agrees``,
``differs`` or ``excepted``, and ``known`` names the known differences of DynamoDB Local that make
up an answer. ``known_differences`` explains those that occur, ``faults`` are cases that could not
be run. Figures are capacity units, by table as ConsumedCapacity has them.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from dynaproof.capacity.answer import Answer, predicted_answer
from dynaproof.capacity.conformance import Outcome
from dynaproof.capacity.emulator_differences import Difference
from dynaproof.proof.conformance_run import ConformanceRun
from dynaproof.report.conformance_figures import PREDICTOR, group_of
from dynaproof.report.findings import diagnostic_document
from dynaproof.report.plain_values import json_value

FORMAT = "dynaproof-conformance"
VERSION = 1


def conformance_to_json(run: ConformanceRun) -> bytes:
    """The run as indented JSON in UTF-8, ending with a line feed."""
    columns = [(PREDICTOR, [result.outcome for result in run.conformance.results])]
    columns += [(column.name, [case.outcome for case in column.cases]) for column in run.columns]
    known = {one.code: one for column in run.columns for case in column.cases for one in case.known}
    document = {
        "format": FORMAT,
        "version": VERSION,
        "file": json_value(run.file),
        "exit_status": run.exit_status,
        "columns": [_counts(name, outcomes) for name, outcomes in columns],
        "cases": [_case(run, number) for number in range(len(run.cases))],
        "known_differences": [_difference(known[code]) for code in sorted(known)],
        "faults": [diagnostic_document(fault) for fault in run.conformance.faults],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _counts(name: str, outcomes: Sequence[Outcome]) -> dict[str, object]:
    return {"name": json_value(name)} | {
        outcome.value: outcomes.count(outcome) for outcome in Outcome
    }


def _case(run: ConformanceRun, number: int) -> dict[str, object]:
    case, result = run.cases[number], run.conformance.results[number]
    predicted = predicted_answer(case.request.arguments, result.prediction)
    return {
        "name": json_value(case.name),
        "operation": case.request.operation,
        "group": group_of(case),
        "source": json_value(case.source),
        "expected": json_value(case.expected),
        "predictor": _answer(result.outcome, result.differences, result.reason, predicted),
        "emulators": [
            {"name": json_value(column.name)}
            | _answer(one.outcome, one.differences, one.reason, one.answer)
            | {"known": [difference.code for difference in one.known]}
            for column in run.columns
            for one in column.cases[number : number + 1]
        ],
    }


def _answer(
    outcome: Outcome, differences: Sequence[str], reason: str, answer: Answer
) -> dict[str, object]:
    return {
        "outcome": outcome.value,
        "consumed_capacity": json_value(answer.consumed_capacity),
        "error": json_value(answer.error) or None,
        "differences": [json_value(line) for line in differences],
        "reason": json_value(reason) or None,
    }


def _difference(difference: Difference) -> dict[str, object]:
    return {
        "code": difference.code,
        "title": difference.title,
        "applies_to": difference.applies_to,
        "service": difference.service,
        "dynamodb_local": difference.local,
        "versions": list(difference.versions),
        "source": difference.source,
        "page": difference.anchor,
    }
