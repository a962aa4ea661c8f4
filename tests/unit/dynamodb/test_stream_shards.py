"""Streams as no DynamoDB Local gives them within a test: shards that end, iterators that expire.

The service is scripted; what the real server does is tested in ``tests/local``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from dynaproof.dynamodb.connection import DYNAMODB, DYNAMODB_STREAMS, Connection, ServiceError
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.streams import StreamReader
from dynaproof.model.diagnostic import EnvironmentFault


class Service(Connection):
    """A stream of shards, each a list of records; iterators are ``shard/position``."""

    def __init__(self) -> None:
        super().__init__(Endpoint("http://127.0.0.1:1"))
        self.shards: dict[str, list[int]] = {}
        self.parents: dict[str, str] = {}
        self.closed: set[str] = set()
        self.expired: set[str] = set()
        self.trimmed: set[str] = set()
        self.events: dict[int, Mapping[str, object]] = {}
        self.page = 2

    def call(
        self, operation: str, arguments: Mapping[str, object], *, api: str = DYNAMODB
    ) -> dict[str, object]:
        assert api == (DYNAMODB if operation == "DescribeTable" else DYNAMODB_STREAMS)
        match operation:
            case "DescribeTable":
                return {
                    "Table": {
                        "StreamSpecification": {"StreamEnabled": True},
                        "LatestStreamArn": "arn",
                        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                    }
                }
            case "DescribeStream":
                return self.describe(arguments)
            case "GetShardIterator":
                return {"ShardIterator": self.iterator(arguments)}
        return self.records(str(arguments["ShardIterator"]))

    def describe(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """One shard a page, the youngest first."""
        names = list(reversed(self.shards))
        start = arguments.get("ExclusiveStartShardId")
        at = 0 if start is None else names.index(str(start)) + 1
        name = names[at]
        ends = {"EndingSequenceNumber": "9"} if name in self.closed else {}
        shard: dict[str, object] = {"ShardId": name, "SequenceNumberRange": ends}
        if name in self.parents:
            shard["ParentShardId"] = self.parents[name]
        more = {"LastEvaluatedShardId": name} if at + 1 < len(names) else {}
        return {"StreamDescription": {"Shards": [shard], **more}}

    def iterator(self, arguments: Mapping[str, object]) -> str:
        shard = str(arguments["ShardId"])
        match arguments["ShardIteratorType"]:
            case "LATEST":
                return f"{shard}/{len(self.shards[shard])}"
            case "TRIM_HORIZON":
                return f"{shard}/0"
        return f"{shard}/{self.shards[shard].index(int(str(arguments['SequenceNumber']))) + 1}"

    def records(self, iterator: str) -> dict[str, object]:
        if iterator in self.trimmed:
            self.trimmed.remove(iterator)
            raise ServiceError("TrimmedDataAccessException", "", {})
        if iterator in self.expired:
            self.expired.remove(iterator)
            raise ServiceError("ExpiredIteratorException", "", {})
        shard, _, text = iterator.partition("/")
        start = int(text)
        end = min(start + self.page, len(self.shards[shard]))
        ended = shard in self.closed and end == len(self.shards[shard])
        records = [self.record(number) for number in self.shards[shard][start:end]]
        return {"Records": records} | ({} if ended else {"NextShardIterator": f"{shard}/{end}"})

    def record(self, number: int) -> dict[str, object]:
        change = {"Keys": {"pk": {"N": str(number)}}, "SequenceNumber": str(number)}
        return {"eventName": "INSERT", "dynamodb": change, **self.events.get(number, {})}


@pytest.fixture
def service() -> Service:
    made = Service()
    made.shards["one"] = [1, 2]
    return made


def read(reader: StreamReader) -> Sequence[int]:
    return [int(record.sequence_number) for record in reader.read_new()]


def test_reading_goes_on_in_the_shards_that_follow_one_that_ends(service: Service) -> None:
    reader = StreamReader(service, "t")
    service.shards["one"] += [3, 4, 5]
    service.closed.add("one")
    service.shards |= {"child": [6], "grandchild": [7], "other child": [8]}
    service.parents |= {"child": "one", "grandchild": "child", "other child": "one"}
    service.closed.add("child")

    assert set(read(reader)) == {3, 4, 5, 6, 7, 8}
    service.shards["grandchild"].append(9)
    assert read(reader) == [9]


def test_parents_are_read_before_their_children(service: Service) -> None:
    service.shards |= {"child": []}
    service.parents |= {"child": "one"}
    reader = StreamReader(service, "t")
    service.shards["child"].append(4)
    service.shards["one"].append(3)

    assert read(reader) == [3, 4]


def test_shards_that_had_ended_before_are_not_read(service: Service) -> None:
    service.closed.add("one")
    service.shards |= {"child": [3]}
    service.parents |= {"child": "one"}
    reader = StreamReader(service, "t")
    service.shards["child"].append(4)

    assert read(reader) == [4]


def test_an_iterator_that_expired_is_made_again_from_the_last_record(service: Service) -> None:
    reader = StreamReader(service, "t")
    service.shards["one"].append(3)
    assert read(reader) == [3]
    service.expired.add("one/3")
    service.shards["one"].append(4)

    assert read(reader) == [4]


def test_the_end_of_an_empty_shard_that_is_before_its_first_record_is_its_beginning(
    service: Service,
) -> None:
    service.shards["one"] = []
    reader = StreamReader(service, "t")
    service.trimmed.add("one/0")
    service.shards["one"] += [3, 4, 5]

    assert read(reader) == [3, 4, 5]


def test_records_that_are_trimmed_after_others_were_read_are_a_fault(service: Service) -> None:
    reader = StreamReader(service, "t")
    service.shards["one"].append(3)
    assert read(reader) == [3]
    service.trimmed.add("one/3")

    with pytest.raises(EnvironmentFault, match="TrimmedDataAccessException"):
        reader.read_new()


def test_a_place_that_is_forgotten_is_a_fault_and_not_a_gap(service: Service) -> None:
    reader = StreamReader(service, "t")
    service.expired.add("one/2")
    service.shards["one"].append(3)

    with pytest.raises(EnvironmentFault, match="ExpiredIteratorException"):
        reader.read_new()


@pytest.mark.parametrize(
    ("given", "event", "expired"),
    [
        ({"eventName": "REMOVE"}, "remove", False),
        (
            # As the service, and DynamoDB Local 1.25.1
            {
                "eventName": "REMOVE",
                "userIdentity": {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"},
            },
            "remove",
            True,
        ),
        ({"eventName": "UNKNOWN_TO_SDK_VERSION"}, "remove", True),  # DynamoDB Local 3.3.1
        ({"eventName": "MODIFY"}, "modify", False),
    ],
)
def test_what_expired_is_a_removal_by_the_service(
    service: Service, given: Mapping[str, object], event: str, expired: bool
) -> None:
    reader = StreamReader(service, "t")
    service.shards["one"].append(3)
    service.events[3] = given

    [record] = reader.read_new()

    assert (record.event, record.expired) == (event, expired)


def test_an_event_that_dynamodb_does_not_have_is_a_fault(service: Service) -> None:
    reader = StreamReader(service, "t")
    service.shards["one"].append(3)
    service.events[3] = {"eventName": "TRUNCATE"}

    with pytest.raises(EnvironmentFault, match="TRUNCATE"):
        reader.read_new()
