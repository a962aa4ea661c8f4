"""Where DynamoDB Local is known to answer otherwise than the service, and which case is which.

Found by ``dynaproof conformance`` and by requests around the recorded cases; the versions are
those on which it was seen. ``docs/reference/emulator-differences.md`` is written from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dynaproof.capacity.answer import Answer
from dynaproof.capacity.local_figures import local_figures, table_units_before
from dynaproof.capacity.page import PAGE_BYTES
from dynaproof.capacity.prediction import TABLE, Prediction
from dynaproof.capacity.units_by_part import (
    WHOLE,
    Units,
    at_the_level_of,
    figures_by_part,
    measured_units,
    predicted_units,
    same_units,
)
from dynaproof.model.access_pattern import PARTIQL_OPERATIONS

EVERY = ("1.25.1", "2.6.1", "3.0.0", "3.1.0", "3.3.1")
LATER = ("3.0.0", "3.1.0", "3.3.1")
_API = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference"
_GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide"
_NEAR_A_PAGE = 0.9
_LARGEST_ITEM_UNITS = 100.0
"""Read units of 400 KB, strongly consistent: by one item more or less pages differ."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A known difference: what the service does, what DynamoDB Local does, and the source."""

    code: str
    title: str
    applies_to: str
    service: str
    local: str
    versions: tuple[str, ...]
    source: str

    @property
    def anchor(self) -> str:
        """Where the reference page explains it."""
        return f"docs/reference/emulator-differences.md#{self.code.lower()}"


DIFFERENCES = {
    one.code: one
    for one in (
        Difference(
            "EMU01",
            "a read that finds nothing",
            "Query, Scan that read no item on a page",
            "charges the least that a read costs: 0.5, strongly consistent 1",
            "reports 0",
            EVERY,
            f"{_GUIDE}/read-write-operations.html",
        ),
        Difference(
            "EMU02",
            "a batch read of a missing key",
            "BatchGetItem of a key without an item",
            "charges the least that a read costs for each: 0.5, strongly consistent 1",
            "reports 0 for it; a GetItem of the same key is right",
            EVERY,
            f"{_API}/API_BatchGetItem.html",
        ),
        Difference(
            "EMU03",
            "a batch delete of a missing key",
            "BatchWriteItem that deletes what is not there",
            "charges 1",
            "reports 2; a DeleteItem of the same key is right",
            EVERY,
            "recorded cases dynalite-batchwrite-delete-missing-*",
        ),
        Difference(
            "EMU04",
            "a written transaction",
            "TransactWriteItems",
            "doubles the table's part of each action, and charges each index once",
            "adds up the distinct costs of the actions by table and index, so that two actions of"
            " one cost count as one, and multiplies tables and indexes alike: by 4 up to 2.6.1,"
            " by 2 from 3.0.0. A ConditionCheck costs what a strongly consistent read costs,"
            " deleting what is not there 0.5",
            EVERY,
            f"{_GUIDE}/transaction-apis.html",
        ),
        Difference(
            "EMU05",
            "a replayed transaction",
            "TransactWriteItems again with the same ClientRequestToken",
            "charges twice the read of the larger image of each item, the one before or after",
            "reads what is stored now, and counts actions of one cost once",
            EVERY,
            f"{_API}/API_TransactWriteItems.html",
        ),
        Difference(
            "EMU06",
            "PartiQL",
            "ExecuteStatement, BatchExecuteStatement, ExecuteTransaction",
            "reports what the single operations cost",
            "reports nothing",
            EVERY,
            f"{_API}/API_ExecuteStatement.html",
        ),
        Difference(
            "EMU07",
            "a written entry of a local secondary index",
            "every write that changes an LSI entry",
            "charges the entry's bytes",
            "charges 100 bytes more: an entry within 100 bytes below a whole KB costs 1 more",
            EVERY,
            f"{_GUIDE}/LSI.html",
        ),
        Difference(
            "EMU08",
            "the size of item collections",
            "writes with ReturnItemCollectionMetrics to a table with an LSI",
            "reports the item collection and a range of its size",
            "reports nothing",
            EVERY,
            f"{_API}/API_ItemCollectionMetrics.html",
        ),
        Difference(
            "EMU09",
            "an update in the old form",
            "UpdateItem with AttributeUpdates that put a value",
            "charges the larger image, and each index whose entry changes",
            "leaves put values out of the count: the item is sized as it was, and indexes whose"
            " entries change by them are not named. UpdateExpression is right",
            LATER,
            f"{_API}/API_UpdateItem.html",
        ),
        Difference(
            "EMU10",
            "a scan of a small table",
            "Scan of a table or index of several partitions",
            "charges at least the least read for each partition; a new on-demand table has four",
            "knows no partitions: its figure is a lower bound",
            EVERY,
            "recorded cases scylla-scan-tiny-*",
        ),
        Difference(
            "EMU11",
            "where a page of 1 MB ends",
            "Query and Scan of about 1 MB and more",
            "counts its own stored form of the items, and gives a LastEvaluatedKey when the page"
            " is full with the last item",
            "counts item sizes, so that a page may hold some items more or fewer, and gives no"
            " LastEvaluatedKey after the last item",
            EVERY,
            "recorded cases dynalite-query-1mb-*, dynalite-scan-1mb-*",
        ),
        Difference(
            "EMU12",
            "the split of a transaction's units",
            "TransactGetItems, TransactWriteItems",
            "gives ReadCapacityUnits or WriteCapacityUnits beside CapacityUnits",
            "gives CapacityUnits alone from 3.0.0; before, TransactGetItems lacks the split of the"
            " table's part",
            EVERY,
            f"{_API}/API_ConsumedCapacity.html",
        ),
        Difference(
            "EMU13",
            "a filter on what an index does not hold",
            "PartiQL SELECT from a GSI",
            "refuses it with ValidationException; in a scan of the index no item has the attribute",
            "filters the items of the table",
            EVERY,
            f"{_GUIDE}/ql-reference.select.html",
        ),
    )
}


def explain_difference(
    operation: str,
    arguments: Mapping[str, object],
    predicted: Sequence[Prediction],
    measured: Answer,
    version: str = "",
) -> tuple[Difference, ...]:
    """Name the known differences that make up a measured answer; empty if they do not.

    All of the answer is explained, or nothing is. ``predicted`` holds the pages of the request;
    ``version`` is that of DynamoDB Local, empty where it is not known.
    """
    asked = arguments.get("ReturnConsumedCapacity", "NONE") != "NONE"
    refused = next((one.error for one in predicted if one.error), "")
    if refused or measured.error:
        accepted = refused == "ValidationException" and not measured.error
        known = accepted and operation in PARTIQL_OPERATIONS
        return (DIFFERENCES["EMU13"],) if known else ()
    codes: dict[str, None] = {}
    if asked:
        units = measured_units(measured)
        if not same_units(predicted_units(predicted), units):
            found = explain_units(operation, arguments, predicted, units, version)
            if not found:
                return ()
            codes |= dict.fromkeys(one.code for one in found)
    pages = [one.page for one in predicted if one.page is not None]
    if pages and measured.page is not None and "EMU11" not in codes:
        last = pages[-1]
        found_page = measured.page
        if operation in PARTIQL_OPERATIONS and found_page.count > last.count:
            codes["EMU13"] = None
        elif (last.count, last.last_evaluated_key) != (
            found_page.count,
            found_page.last_evaluated_key,
        ):
            if not _near_a_page(predicted):
                return ()
            codes["EMU11"] = None
    metrics = any(one.item_collection_metrics for one in predicted)
    if metrics and measured.item_collection_metrics is None:
        codes["EMU08"] = None
    if not codes and asked and _lacks_split(predicted, measured):
        codes["EMU12"] = None
    return _named(codes)


def explain_units(
    operation: str,
    arguments: Mapping[str, object],
    predicted: Sequence[Prediction],
    measured: Units | None,
    version: str = "",
) -> tuple[Difference, ...]:
    """Name the known differences behind units of all pages together; empty if they do not fit.

    ``measured`` is None where nothing was reported.
    """
    if operation in PARTIQL_OPERATIONS:
        return () if measured is not None or not predicted else _named(["EMU06"])
    if measured is None:
        return ()
    for major in _majors(version):
        codes = _behind(operation, arguments, predicted, measured, major)
        if codes:
            return _named(codes)
    return ()


def _behind(
    operation: str,
    arguments: Mapping[str, object],
    predicted: Sequence[Prediction],
    measured: Units,
    major: int,
) -> Iterable[str]:
    expected = predicted_units(predicted)
    replayed = operation == "TransactWriteItems" and any(
        capacity.axis == "read" for one in predicted for capacity in one.capacities
    )
    if replayed:
        least_read = 2.0
        reads = at_the_level_of(expected, measured)
        lower = all(least_read <= measured.get(at, 0.0) <= reads[at] for at in reads)
        return ["EMU05"] if lower else []
    if major >= 3 and _puts_in_old_form(operation, arguments) and len(predicted) == 1:
        return ["EMU09"] if _without_put_values(predicted[0], expected, measured) else []
    local = local_figures(operation, arguments, predicted, major)
    if local.codes and same_units(local.units, measured):
        return list(local.codes)
    if operation in ("Query", "Scan") and _near_a_page(predicted):
        apart = abs(sum(expected.values()) - sum(measured.values()))
        if apart <= _LARGEST_ITEM_UNITS * len(predicted):
            return ["EMU11"]
    return []


def _puts_in_old_form(operation: str, arguments: Mapping[str, object]) -> bool:
    updates = arguments.get("AttributeUpdates")
    return (
        operation == "UpdateItem"
        and isinstance(updates, Mapping)
        and any(one.get("Action", "PUT") == "PUT" for one in updates.values())
    )


def _without_put_values(prediction: Prediction, expected: Units, measured: Units) -> bool:
    own = sum(amount for (_, part), amount in measured.items() if part in (TABLE, WHOLE))
    indexes = [place for place in measured if place[1] not in (TABLE, WHOLE)]
    return own == table_units_before(prediction) and all(
        measured[place] <= expected.get(place, 0.0) + 1 for place in indexes
    )


def _near_a_page(predicted: Sequence[Prediction]) -> bool:
    return any(
        sum(step.size for step in one.steps) >= PAGE_BYTES * _NEAR_A_PAGE for one in predicted
    )


def _lacks_split(predicted: Sequence[Prediction], measured: Answer) -> bool:
    transactional = any(capacity.transactional for one in predicted for capacity in one.capacities)
    levels = [
        level
        for figures in measured.consumed_capacity.values()
        for level in (figures, *figures_by_part(figures).values())
    ]
    return transactional and not all(
        "ReadCapacityUnits" in level or "WriteCapacityUnits" in level for level in levels
    )


def _majors(version: str) -> tuple[int, ...]:
    found = re.search(r"(\d+)\.\d", version)
    return (int(found[1]),) if found else (3, 1)


def _named(codes: Iterable[str]) -> tuple[Difference, ...]:
    return tuple(DIFFERENCES[code] for code in codes)
