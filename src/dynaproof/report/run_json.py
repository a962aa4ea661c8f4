"""A whole run as JSON: the same run gives the same bytes.

The form is published as ``run.schema.json`` beside this module.
"""

from __future__ import annotations

from importlib.resources import files

import orjson

from dynaproof.model.access_pattern import AccessPattern, Bound
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table, Throughput
from dynaproof.proof.results import (
    BrokenExpectation,
    Call,
    CollectionSizes,
    ConsumedUnits,
    PatternResult,
    RunResult,
    StepCall,
    Summary,
    TableResult,
)
from dynaproof.report.capacity_figures import differences, part_keys, part_of
from dynaproof.report.differences import difference_json
from dynaproof.report.figures import target_names
from dynaproof.report.findings import diagnostic_document
from dynaproof.report.output_file import write_atomically
from dynaproof.report.plain_values import json_value
from dynaproof.report.verdict import verdict

__all__ = ["FORMAT", "VERSION", "run_document", "run_schema", "run_to_json", "write_atomically"]

FORMAT = "dynaproof-run"
VERSION = 1

Document = dict[str, object]


def run_to_json(result: RunResult) -> bytes:
    """The run as indented JSON in UTF-8, ending with a line feed."""
    return orjson.dumps(
        run_document(result), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    )


def run_document(result: RunResult) -> Document:
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
        "exit_status": result.exit_status,
        "verdict": verdict(result),
        "entities": [{"name": name, "rows": rows} for name, rows in result.rows.items()],
        "tables": [_table(table) for table in result.tables],
        "access_patterns": [_pattern(pattern) for pattern in result.patterns],
    }


def run_schema() -> str:
    """The JSON Schema (draft 2020-12) of a run's JSON, as text."""
    return files("dynaproof.report").joinpath("run.schema.json").read_text(encoding="utf-8")


def _table(result: TableResult) -> Document:
    table = result.table
    return {
        "name": table.name,
        **_keys(table),
        "throughput": _throughput(table.throughput),
        "stream": table.stream,
        "ttl_attribute": table.ttl_attribute,
        "deletion_protection": table.deletion_protection,
        "indexes": [_index(index) for index in table.indexes],
        "items": result.items,
        "bytes": result.bytes,
        "item_types": [
            {
                "name": size.item_type,
                "items": size.items,
                "bytes": size.total_bytes,
                "min_bytes": size.min_bytes,
                "max_bytes": size.max_bytes,
                "histogram": [
                    {"up_to_bytes": up_to, "items": items}
                    for item_type, up_to, items in sorted(result.size_histogram)
                    if item_type == size.item_type
                ],
            }
            for size in result.sizes
        ],
        "item_collections": [_collections(sizes) for sizes in result.collections],
    }


def _keys(table: Table) -> Document:
    return {
        "partition_key": [_key(table.partition_key)],
        "sort_key": [_key(table.sort_key)] if table.sort_key else [],
    }


def _key(key: KeyAttribute) -> Document:
    return {"name": key.name, "type": key.type}


def _throughput(throughput: Throughput | None) -> Document | None:
    if throughput is None:
        return None
    return {
        "read_capacity_units": throughput.read_capacity_units,
        "write_capacity_units": throughput.write_capacity_units,
    }


def _index(index: SecondaryIndex) -> Document:
    return {
        "name": index.name,
        "kind": index.kind,
        "partition_key": [_key(key) for key in index.partition_key],
        "sort_key": [_key(key) for key in index.sort_key],
        "projection": index.projection.kind,
        "projected_attributes": list(index.projection.attributes),
    }


def _collections(sizes: CollectionSizes) -> Document:
    return {
        "index": sizes.index,
        "collections": sizes.collections,
        "items": sizes.items,
        "bytes": sizes.bytes,
        "largest": [
            {
                "partition_key": json_value(one.partition_key),
                "items": one.items,
                "bytes": one.bytes,
            }
            for one in sizes.largest
        ],
        "histogram": [
            {"up_to_items": up_to, "collections": number}
            for up_to, number in sorted(sizes.histogram)
        ],
    }


def _pattern(result: PatternResult) -> Document:
    pattern = result.pattern
    return {
        "name": pattern.name,
        "description": json_value(pattern.description),
        "operations": [request.operation for request in pattern.requests],
        "targets": list(target_names(pattern)),
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
