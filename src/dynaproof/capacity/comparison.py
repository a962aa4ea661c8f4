"""An answer held against what the service is recorded to have answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dynaproof.capacity.answer import Answer
from dynaproof.capacity.prediction import SINGLE_OPERATIONS, TABLE

_INDEX_READS = frozenset({"Query", "Scan", "ExecuteStatement"})
_INDEX_PARTS = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
_UNITS = ("CapacityUnits", "ReadCapacityUnits", "WriteCapacityUnits")
_METRICS = "ItemCollectionMetrics"
_OF_THE_PAGE = ("Count", "ScannedCount", "LastEvaluatedKey")
_BESIDES = ("accepted", "error", "message", _METRICS, *_OF_THE_PAGE)


def compare(
    operation: str, answer: Answer, expected: Mapping[str, object], told: str = "predicted"
) -> list[str]:
    """Tell how an answer differs from what the service answered, one line each.

    ``told`` says where the answer comes from.
    """
    if answer.unknown:
        return [f"cannot be {told}: {answer.unknown}"]
    if "error" in expected:
        if answer.error == expected["error"]:
            return []
        return [f"answer: {expected['error']}, {told} {answer.error or 'success'}"]
    if answer.error:
        return [f"answer: success, {told} {answer.error}: {answer.message}"]
    return list(_differences(operation, answer, expected, told))


def _differences(
    operation: str, answer: Answer, expected: Mapping[str, object], told: str
) -> Iterator[str]:
    yield from _page_differences(answer, expected, told)
    if _METRICS in expected and answer.item_collection_metrics != expected[_METRICS]:
        found = answer.item_collection_metrics or "nothing"
        yield f"{_METRICS} {expected[_METRICS]}, {told} {found}"
    capacity = {name: value for name, value in expected.items() if name not in _BESIDES}
    if not capacity:
        return
    reported = answer.consumed_capacity
    if operation in SINGLE_OPERATIONS:
        entry = next(iter(reported.values()), {})
        yield from _capacity_differences(operation, entry, capacity, "", told)
        return
    for table in dict.fromkeys([*capacity, *reported]):
        of_table = _mapping(capacity.get(table))
        at = f"{table}: "
        yield from _capacity_differences(operation, reported.get(table, {}), of_table, at, told)


def _capacity_differences(
    operation: str,
    reported: Mapping[str, object],
    expected: Mapping[str, object],
    place: str,
    told: str,
) -> Iterator[str]:
    yield from _unit_differences(reported, expected, place, told)
    ours, theirs = _mapping(reported.get(TABLE)), _mapping(expected.get(TABLE))
    if operation in _INDEX_READS:
        # The service may name the table's part of an index read, or leave it out: it is 0.
        ours, theirs = _unless_zero(ours), _unless_zero(theirs)
    yield from _unit_differences(ours, theirs, f"{place}{TABLE}: ", told)
    for kind in _INDEX_PARTS:
        ours, theirs = _mapping(reported.get(kind)), _mapping(expected.get(kind))
        for index in dict.fromkeys([*theirs, *ours]):
            at = f"{place}{index}: "
            of_index = _mapping(theirs.get(index))
            yield from _unit_differences(_mapping(ours.get(index)), of_index, at, told)


def _unit_differences(
    reported: Mapping[str, object], expected: Mapping[str, object], place: str, told: str
) -> Iterator[str]:
    for units in _UNITS:
        # Read and write units are often left out of a record though the service gave them.
        if units != "CapacityUnits" and units not in expected:
            continue
        if reported.get(units) != expected.get(units):
            recorded, found = expected.get(units, "nothing"), reported.get(units, "nothing")
            yield f"{place}{units} {recorded}, {told} {found}"


def _page_differences(answer: Answer, expected: Mapping[str, object], told: str) -> Iterator[str]:
    page = answer.page
    found = (page.count, page.scanned_count, page.last_evaluated_key) if page else (None,) * 3
    for name, value in zip(_OF_THE_PAGE, found, strict=True):
        if name in expected and expected[name] != value:
            yield f"{name} {expected[name]}, {told} {value}"


def _unless_zero(part: Mapping[str, object]) -> Mapping[str, object]:
    return {} if part.get("CapacityUnits") == 0 else part


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
