"""Tables of an endpoint as they are described, and some of their items; nothing is written.

Items are read by Scan, of segments that a seed chooses: a segment begins somewhere in the table
and goes on by whole item collections, so that what belongs together is read together.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html#Scan.ParallelScan
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from dynaproof.dynamodb.connection import Connection, ServiceError
from dynaproof.model.attribute_value import Item, as_typed, from_wire
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault

MOST_REQUESTS = 40
"""Scan requests for a table at most, each of at most 1 MB: 128 read units, eventually read."""
MOST_TABLES = 200
_RUNS = 8
"""The rows asked for come from so many places of the table."""
_MOST_SEGMENTS = 1_000_000


@dataclass(frozen=True, slots=True)
class TableSample:
    """``description`` is DescribeTable's, with TimeToLiveDescription where it is told."""

    description: Mapping[str, object]
    items: tuple[Item, ...]
    requests: int
    read_capacity_units: Decimal


def table_names(connection: Connection) -> list[str]:
    """The names of all tables, MOST_TABLES + 1 of them at most; raises EnvironmentFault."""
    found: list[str] = []
    start: dict[str, object] = {}
    while len(found) <= MOST_TABLES:
        answer = _call(connection, "ListTables", start)
        found += [str(name) for name in _list(answer.get("TableNames"))]
        if not answer.get("LastEvaluatedTableName"):
            break
        start = {"ExclusiveStartTableName": answer["LastEvaluatedTableName"]}
    return sorted(found)[: MOST_TABLES + 1]


def sample_table(connection: Connection, name: str, rows: int, seed: int) -> TableSample:
    """Describe a table and read up to ``rows`` of its items; raises EnvironmentFault.

    At most MOST_REQUESTS Scan requests are made, and none where ``rows`` is 0.
    """
    described = _call(connection, "DescribeTable", {"TableName": name}).get("Table")
    if not isinstance(described, dict):
        raise _fault(connection, f"the table '{name}' is not described as DynamoDB does")
    description = {**described, **_time_to_live(connection, name)}
    scan = _Scan(connection, name, rows)
    total = described.get("ItemCount")
    scan.read(_places(total if isinstance(total, int) else 0, rows, seed))
    return TableSample(description, tuple(scan.items[:rows]), scan.requests, scan.units)


def _places(items: int, rows: int, seed: int) -> Iterator[dict[str, object]]:
    """The segments to read, in the order that the seed gives."""
    segments = max(1, min(_MOST_SEGMENTS, items * _RUNS // rows)) if rows > 0 else 1
    if segments <= _RUNS:  # nearly all items are asked for
        yield {}
        return
    chosen = random.Random(seed).sample(range(segments), min(segments, MOST_REQUESTS))  # noqa: S311
    for segment in chosen:
        yield {"Segment": segment, "TotalSegments": segments}


class _Scan:
    def __init__(self, connection: Connection, name: str, rows: int) -> None:
        self.connection = connection
        self.name = name
        self.rows = rows
        self.items: list[Item] = []
        self.requests = 0
        self.units = Decimal(0)

    def read(self, places: Iterator[dict[str, object]]) -> None:
        """Read from each place in turn; then go on from each, until there are enough rows."""
        waiting = deque(places)
        share = self.rows if len(waiting) == 1 else -(-self.rows // _RUNS)
        while waiting and len(self.items) < self.rows and self.requests < MOST_REQUESTS:
            place = waiting.popleft()
            limit = min(share, self.rows - len(self.items))
            answer = self.page({**place, "Limit": limit})
            if last := answer.get("LastEvaluatedKey"):
                waiting.append({**place, "ExclusiveStartKey": last})

    def page(self, arguments: Mapping[str, object]) -> dict[str, object]:
        asked = {"TableName": self.name, "ReturnConsumedCapacity": "TOTAL", **arguments}
        answer = _call(self.connection, "Scan", asked)
        self.requests += 1
        try:
            self.items += [_item(one) for one in _list(answer.get("Items"))]
            consumed = answer.get("ConsumedCapacity")
            if isinstance(consumed, dict):
                self.units += Decimal(str(consumed.get("CapacityUnits", 0)))
        except (ValueError, InvalidOperation) as error:
            message = f"an item of '{self.name}' is not as DynamoDB answers it: {error}"
            raise _fault(self.connection, message) from error
        return answer


def _item(value: object) -> Item:
    if not isinstance(value, dict):
        raise ValueError("it is no map")
    return {str(name): from_wire(as_typed(one)) for name, one in value.items()}


def _time_to_live(connection: Connection, name: str) -> dict[str, object]:
    """Nothing where it may not be asked for, or the endpoint does not know it."""
    try:
        answer = connection.call("DescribeTimeToLive", {"TableName": name})
    except ServiceError:
        return {}
    found = answer.get("TimeToLiveDescription")
    return {"TimeToLiveDescription": found} if isinstance(found, dict) else {}


def _call(
    connection: Connection, operation: str, arguments: Mapping[str, object]
) -> dict[str, object]:
    try:
        return connection.call(operation, arguments)
    except ServiceError as error:
        name = arguments.get("TableName")
        if error.name == "ResourceNotFoundException":
            raise EnvironmentFault(
                Diagnostic(
                    Code.UNKNOWN_TABLE,
                    f"there is no table '{name}' at {connection.endpoint.url}",
                    hint="'dynaproof tables list' shows those that there are.",
                )
            ) from error
        about = f" of '{name}'" if name else ""
        raise _fault(connection, f"{operation}{about} failed: {error}") from error


def _fault(connection: Connection, message: str) -> EnvironmentFault:
    hint = f"The endpoint is {connection.endpoint.url}."
    return EnvironmentFault(Diagnostic(Code.ENDPOINT_ERROR, message, hint=hint))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
