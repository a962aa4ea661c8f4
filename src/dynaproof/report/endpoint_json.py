"""What an endpoint answered, as JSON: one call, and the tables that it holds."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from dynaproof.dynamodb.tables import StoredTable
from dynaproof.model.table import KeyAttribute
from dynaproof.proof.execute import Answered
from dynaproof.proof.results import ConsumedUnits
from dynaproof.report.plain_values import json_value, plain_item

_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def answer_to_json(pattern: str, answered: Answered) -> bytes:
    """One call of an access pattern: parameters, items as plain values, capacity units predicted and measured."""
    call = answered.call
    document = {
        "pattern": pattern,
        "parameters": json_value(call.parameters),
        "items": [json_value(plain_item(item)) for item in answered.items],
        "items_returned": call.items_returned,
        "items_read": call.items_read,
        "pages": call.pages,
        "predicted": None if call.not_predicted else [_units(one) for one in call.predicted],
        "not_predicted": json_value(call.not_predicted) if call.not_predicted else None,
        "uncertain": [json_value(one) for one in call.uncertain],
        "measured": [_units(one) for one in call.consumed] if call.reported else None,
        "differences": list(call.differences),
        "error": None
        if call.error is None
        else {"name": call.error, "message": json_value(call.error_message)},
        "steps": [
            {
                "operation": step.operation,
                "request": json_value(step.request),
                "items_returned": step.items_returned,
                "error": step.error,
            }
            for step in call.steps
        ],
    }
    return orjson.dumps(document, option=_OPTIONS)


def _units(units: ConsumedUnits) -> dict[str, object]:
    return {
        "table": units.table,
        "index": units.index,
        "read_capacity_units": units.read,
        "write_capacity_units": units.write,
    }


def tables_to_json(stored: Sequence[StoredTable]) -> bytes:
    """Tables as their endpoint describes them: keys, indexes, items, sizes in bytes."""
    return orjson.dumps([_table(one) for one in stored], option=_OPTIONS)


def _table(stored: StoredTable) -> dict[str, object]:
    table = stored.table
    return {
        "name": table.name,
        "status": stored.status,
        "keys": _keys(table.key_attributes),
        "indexes": [
            {
                "name": index.name,
                "kind": index.kind,
                "keys": _keys(index.key_attributes),
                "projection": index.projection.kind,
            }
            for index in table.indexes
        ],
        "items": stored.items,
        "bytes": stored.bytes,
        "index_bytes": stored.index_bytes,
        "stream": table.stream,
        "ttl_attribute": table.ttl_attribute,
        "deletion_protection": table.deletion_protection,
    }


def _keys(keys: Sequence[KeyAttribute]) -> list[dict[str, str]]:
    return [{"name": key.name, "type": key.type} for key in keys]
