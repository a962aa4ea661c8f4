"""A whole run as JSON: the same run gives the same bytes.

The form is published as ``run.schema.json`` beside this module.
"""

from __future__ import annotations

import platform
from importlib.resources import files

import orjson

from dynaproof.model.access_pattern import AccessPattern, Bound
from dynaproof.proof.results import (
    BrokenExpectation,
    Call,
    ConsumedUnits,
    PatternResult,
    RunResult,
    StepCall,
    Summary,
)
from dynaproof.proof.search.result import ProveResult
from dynaproof.report.capacity_figures import differences, part_keys, part_of
from dynaproof.report.definition_text import key_condition
from dynaproof.report.differences import difference_json
from dynaproof.report.figures import target_names
from dynaproof.report.findings import diagnostic_document
from dynaproof.report.output_file import write_atomically
from dynaproof.report.plain_values import json_value
from dynaproof.report.proof_json import proof_document
from dynaproof.report.race_story import race_text
from dynaproof.report.story import story_text
from dynaproof.report.table_json import table_document
from dynaproof.report.verdict import verdict
from dynaproof.version import __version__

__all__ = ["FORMAT", "VERSION", "run_document", "run_schema", "run_to_json", "write_atomically"]

FORMAT = "dynaproof-run"
VERSION = 1

Document = dict[str, object]


def run_to_json(result: RunResult, proved: ProveResult | None = None) -> bytes:
    """The run as indented JSON in UTF-8, ending with a line feed; ``proved`` goes into it."""
    return orjson.dumps(
        run_document(result, proved), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    )


def run_document(result: RunResult, proved: ProveResult | None = None) -> Document:
    """The run as the values of its JSON."""
    definition = result.definition
    return {
        "format": FORMAT,
        "version": VERSION,
        "definition": {
            "name": json_value(definition.name),
            "description": json_value(definition.description),
            "file": json_value(definition.source.file),
            "sha256": definition.digest,
        },
        "seed": json_value(result.seed),
        "server": json_value(result.server),
        "versions": {"dynaproof": __version__, "python": platform.python_version()},
        "exit_status": result.exit_status,
        "verdict": verdict(result),
        "entities": [{"name": name, "rows": rows} for name, rows in result.rows.items()],
        "tables": [table_document(table) for table in result.tables],
        "access_patterns": [_pattern(pattern) for pattern in result.patterns],
        "checked": [diagnostic_document(one) for one in result.checked],
        "proved": _proved(proved) if proved is not None else None,
    }


def run_schema() -> str:
    """The JSON Schema (draft 2020-12) of a run's JSON, as text."""
    return files("dynaproof.report").joinpath("run.schema.json").read_text(encoding="utf-8")


def _proved(proved: ProveResult) -> Document:
    """What ``prove --json`` gives, with the stories as people read them."""
    definition = proved.definition
    stories = [story_text(one, definition) for one in proved.counterexamples]
    stories += [race_text(race, definition) for race in proved.races]
    return {**proof_document(proved), "stories": [json_value(story) for story in stories]}


def _pattern(result: PatternResult) -> Document:
    pattern = result.pattern
    return {
        "name": pattern.name,
        "description": json_value(pattern.description),
        "operations": [request.operation for request in pattern.requests],
        "targets": list(target_names(pattern)),
        "key_condition": json_value(key_condition(pattern)),
        "rate": {"average": pattern.rate.average, "peak": pattern.rate.peak}
        if pattern.rate
        else None,
        "expect": _expectation(pattern),
        "verdict": result.verdict,
        "proof": result.proof,
        "not_run": result.not_run or None,
        "predicted": _kinds(result.predicted_total("read"), result.predicted_total("write")),
        "measured": _kinds(result.total("read"), result.total("write")),
        "capacity": _parts(result),
        "differences": differences(result),
        "calls": [_call(call) for call in result.calls],
        "broken": [_broken(broken) for broken in result.broken],
        "refused": [diagnostic_document(one) for one in result.refused],
        "differing": [diagnostic_document(one) for one in result.differing],
        "unexplained": [diagnostic_document(one) for one in result.unexplained],
    }


def _parts(result: PatternResult) -> list[Document]:
    predicted, measured = result.predicted_units(), result.units()
    return [
        {
            "table": key[0],
            "part": key[1],
            "index": key[2],
            "predicted": _kinds(part_of(predicted, key, "read"), part_of(predicted, key, "write")),
            "measured": _kinds(part_of(measured, key, "read"), part_of(measured, key, "write")),
        }
        for key in part_keys(result)
    ]


def _expectation(pattern: AccessPattern) -> Document:
    expect = pattern.expect
    return {
        "read_capacity_units": _bound(expect.read_capacity_units),
        "write_capacity_units": _bound(expect.write_capacity_units),
        "pages": _bound(expect.pages),
        "items": _bound(expect.items),
        "fails": expect.fails,
    }


def _bound(bound: Bound | None) -> Document | None:
    return {"min": bound.minimum, "max": bound.maximum} if bound is not None else None


def _kinds(read: Summary | None, write: Summary | None) -> Document | None:
    if read is None or write is None:
        return None
    return {"read_capacity_units": _summary(read), "write_capacity_units": _summary(write)}


def _summary(summary: Summary) -> Document:
    return {
        "min": summary.minimum,
        "mean": summary.mean,
        "p95": summary.p95,
        "max": summary.maximum,
    }


def _call(call: Call) -> Document:
    return {
        "parameter_set": call.parameter_set,
        "parameters": json_value(call.parameters),
        "request": json_value(call.request),
        "pages": call.pages,
        "items_returned": call.items_returned,
        "items_read": call.items_read,
        "predicted": None
        if call.not_predicted
        else [_units(units) for units in sorted(call.predicted, key=_by_part)],
        "not_predicted": json_value(call.not_predicted) if call.not_predicted else None,
        "uncertain": [json_value(one) for one in call.uncertain],
        "measured": [_units(units) for units in sorted(call.consumed, key=_by_part)]
        if call.reported
        else None,
        "differences": list(call.differences),
        "error": call.error,
        "error_message": json_value(call.error_message) if call.error else None,
        "compared": call.compared,
        "difference": json_value(difference_json(call.difference)) if call.difference else None,
        "steps": [_step(step) for step in call.steps],
    }


def _step(step: StepCall) -> Document:
    return {
        "operation": step.operation,
        "request": json_value(step.request),
        "pages": step.pages,
        "items_returned": step.items_returned,
        "error": step.error,
    }


def _units(units: ConsumedUnits) -> Document:
    return {
        "table": units.table,
        "part": units.part,
        "index": units.index,
        "read_capacity_units": units.read,
        "write_capacity_units": units.write,
    }


def _by_part(units: ConsumedUnits) -> tuple[str, bool, str]:
    return units.table, units.part != "table", units.index or ""


def _broken(broken: BrokenExpectation) -> Document:
    return {
        "what": broken.what,
        "expected": broken.expected,
        "found": json_value(broken.measured),
        "parameter_set": broken.parameter_set,
        "diagnostic": diagnostic_document(broken.diagnostic),
    }
