"""Samples of a live table: bounded whatever the endpoint answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import pytest

from dynaproof.dynamodb.connection import Connection, ServiceError
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.table_sample import (
    MOST_REQUESTS,
    MOST_TABLES,
    sample_table,
    table_names,
)
from dynaproof.model.diagnostic import EnvironmentFault

Answer = Callable[[str, Mapping[str, object]], dict[str, object]]


class Scripted:
    """A connection that answers as a test says, and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.endpoint = Endpoint("http://127.0.0.1:8000")
        self.answer = answer
        self.asked: list[tuple[str, Mapping[str, object]]] = []

    def call(self, operation: str, arguments: Mapping[str, object]) -> dict[str, object]:
        self.asked.append((operation, arguments))
        return self.answer(operation, arguments)

    @property
    def scans(self) -> list[Mapping[str, object]]:
        return [arguments for operation, arguments in self.asked if operation == "Scan"]


def scripted(answer: Answer) -> tuple[Connection, Scripted]:
    made = Scripted(answer)
    return cast(Connection, made), made


def described(items: int, scan: Callable[[Mapping[str, object]], dict[str, object]]) -> Answer:
    def answer(operation: str, arguments: Mapping[str, object]) -> dict[str, object]:
        match operation:
            case "DescribeTable":
                return {"Table": {"TableName": "t", "ItemCount": items}}
            case "Scan":
                return scan(arguments)
        raise ServiceError("UnknownOperationException", "not here", {})

    return answer


def page(number: int, **more: object) -> dict[str, object]:
    items = [{"pk": {"S": f"{number}-{n}"}} for n in range(number)]
    return {"Items": items, "ConsumedCapacity": {"CapacityUnits": 0.5}, **more}


def test_a_small_table_is_read_whole_page_by_page() -> None:
    def scan(arguments: Mapping[str, object]) -> dict[str, object]:
        last = "ExclusiveStartKey" in arguments
        return page(3) if last else page(7, LastEvaluatedKey={"pk": {"S": "x"}})

    connection, made = scripted(described(10, scan))
    sample = sample_table(connection, "t", 200, 1)
    assert len(sample.items) == 10
    assert sample.requests == 2
    assert str(sample.read_capacity_units) == "1.0"
    assert all("Segment" not in arguments for arguments in made.scans)


def test_a_large_table_is_read_at_places_that_the_seed_gives() -> None:
    def places(seed: int) -> list[object]:
        connection, made = scripted(described(1_000_000, lambda _: page(25)))
        sample = sample_table(connection, "t", 200, seed)
        assert len(sample.items) == 200
        assert len(made.scans) == 8
        assert all(arguments["TotalSegments"] == 40_000 for arguments in made.scans)
        return [arguments["Segment"] for arguments in made.scans]

    assert places(1) == places(1)
    assert places(1) != places(2)
    assert len(set(places(1))) == 8


@pytest.mark.parametrize("items", [10, 1_000_000])
def test_empty_pages_without_end_end(items: int) -> None:
    def scan(_: Mapping[str, object]) -> dict[str, object]:
        return page(0, LastEvaluatedKey={"pk": {"S": "x"}})

    connection, made = scripted(described(items, scan))
    assert sample_table(connection, "t", 200, 1).items == ()
    assert len(made.scans) == MOST_REQUESTS


def test_more_items_than_were_asked_for_are_cut_off() -> None:
    connection, made = scripted(described(1_000, lambda _: page(500)))
    assert len(sample_table(connection, "t", 50, 1).items) == 50
    assert len(made.scans) == 1


def test_nothing_is_asked_for_but_reads() -> None:
    connection, made = scripted(described(5, lambda _: page(5)))
    sample_table(connection, "t", 5, 1)
    assert {operation for operation, _ in made.asked} == {
        "DescribeTable",
        "DescribeTimeToLive",
        "Scan",
    }
    assert all(arguments.get("ConsistentRead", False) is False for arguments in made.scans)


@pytest.mark.parametrize(
    "answer",
    [
        {"Items": [7]},
        {"Items": [{"pk": 7}]},
        {"Items": [{"pk": {"X": "a"}}]},
        {"Items": [{"pk": {"B": "no base64!"}}]},
        {"Items": [], "ConsumedCapacity": {"CapacityUnits": "many"}},
    ],
    ids=str,
)
def test_an_answer_that_dynamodb_never_gives_is_told(answer: dict[str, object]) -> None:
    connection, _ = scripted(described(5, lambda _: answer))
    with pytest.raises(EnvironmentFault, match="not as DynamoDB answers it"):
        sample_table(connection, "t", 5, 1)


def test_a_table_that_is_not_described_is_told() -> None:
    connection, _ = scripted(lambda *_: {"Table": []})
    with pytest.raises(EnvironmentFault, match="not described"):
        sample_table(connection, "t", 5, 1)


def test_what_is_refused_is_told_with_its_reason() -> None:
    def refuse(*_: object) -> dict[str, object]:
        raise ServiceError("AccessDeniedException", "no right to dynamodb:DescribeTable", {})

    connection, _ = scripted(refuse)
    with pytest.raises(EnvironmentFault, match="no right to dynamodb:DescribeTable"):
        sample_table(connection, "t", 5, 1)
    with pytest.raises(EnvironmentFault, match="ListTables failed"):
        table_names(connection)


def test_names_of_tables_come_from_all_pages_up_to_a_bound() -> None:
    def two_pages(_: str, arguments: Mapping[str, object]) -> dict[str, object]:
        if "ExclusiveStartTableName" in arguments:
            return {"TableNames": ["a"]}
        return {"TableNames": ["c", "b"], "LastEvaluatedTableName": "b"}

    assert table_names(scripted(two_pages)[0]) == ["a", "b", "c"]

    def endless(*_: object) -> dict[str, object]:
        return {"TableNames": ["t"] * 100, "LastEvaluatedTableName": "t"}

    assert len(table_names(scripted(endless)[0])) == MOST_TABLES + 1
