"""What comes back for a request, predicted or from an endpoint, in one form to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from dynaproof.capacity.prediction import SINGLE_OPERATIONS, Mode, Page, Prediction

Figures = Mapping[str, object]
"""ConsumedCapacity of one table, as the API has it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The figures of an answer, by table; ``error`` and ``message`` where it is an error.

    ``item_collection_metrics`` is as the API has it; None where there are none. ``page`` is None
    for what is no Query or Scan. ``unknown`` says why nothing can be told; it is empty otherwise.
    """

    consumed_capacity: Mapping[str, Figures] = field(default_factory=dict)
    error: str = ""
    message: str = ""
    page: Page | None = None
    item_collection_metrics: object = None
    unknown: str = ""


def predicted_answer(arguments: Mapping[str, object], prediction: Prediction) -> Answer:
    """Give what the service will answer to a request."""
    mode = cast(Mode, arguments.get("ReturnConsumedCapacity", "NONE"))
    metrics: object = dict(prediction.item_collection_metrics)
    if prediction.operation in SINGLE_OPERATIONS:
        metrics = next((of[0] for of in prediction.item_collection_metrics.values()), None)
    return Answer(
        {str(one["TableName"]): one for one in prediction.consumed_capacity(mode)},
        prediction.error,
        prediction.message,
        prediction.page,
        metrics or None,
        prediction.unpredictable,
    )


def measured_answer(operation: str, response: Mapping[str, object], prefix: str = "") -> Answer:
    """Read the response of an endpoint, whose table names carry ``prefix``."""
    reported = response.get("ConsumedCapacity")
    entries = reported if isinstance(reported, Sequence) else [reported]
    by_table: dict[str, Figures] = {}
    for entry in entries:
        if isinstance(entry, Mapping):
            name = str(entry.get("TableName", "")).removeprefix(prefix)
            by_table[name] = dict(entry) | {"TableName": name}
    metrics = response.get("ItemCollectionMetrics")
    if operation not in SINGLE_OPERATIONS and isinstance(metrics, Mapping):
        metrics = {str(name).removeprefix(prefix): one for name, one in metrics.items()}
    page = None
    if operation == "ExecuteStatement" and isinstance(response.get("Items"), list):
        count = len(cast(list[object], response["Items"]))
        page = Page(count, count, bool(response.get("NextToken")))
    if operation in ("Query", "Scan"):
        page = Page(
            _count(response.get("Count")),
            _count(response.get("ScannedCount")),
            bool(response.get("LastEvaluatedKey")),
        )
    return Answer(by_table, page=page, item_collection_metrics=metrics or None)


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
