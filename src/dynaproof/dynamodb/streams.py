"""The stream of a table, read as an application reads it: shards, iterators, records.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
DynamoDB Local (1.25.1 to 3.3.1) was seen to have a record in the stream before it answers the
write that set it off, and to keep one open shard in order of writing: no waiting is needed there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from dynaproof.dynamodb.connection import (
    DYNAMODB_STREAMS,
    Connection,
    ServiceError,
    Wait,
    backoff_seconds,
)
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault

Event = Literal["insert", "modify", "remove"]
TypedItem = Mapping[str, object]

MAX_WAITS = 10
"""Backoffs until records that must come are given up, about 20 seconds in all."""
_EXPIRED = "UNKNOWN_TO_SDK_VERSION"
"""What 3.3.1 calls the deletion of an expired item; 1.25.1 does as the service does."""
_TRIMMED = "TrimmedDataAccessException"
"""The place is before the oldest record. DynamoDB Local (3.3.1) numbers the records of all tables
together: the end of an empty shard is before its first record, once another table was written to.
Everything in the shard is new then."""
_EVENTS: Mapping[object, Event] = {
    "INSERT": "insert",
    "MODIFY": "modify",
    "REMOVE": "remove",
    _EXPIRED: "remove",
}


@dataclass(frozen=True, slots=True)
class Record:
    """A change of one item; items are typed attribute values (B as base64).

    ``table`` is the whole name. ``keys`` begin with the partition key. ``new`` and ``old`` are None where the change has no such item,
    or the stream's view type does not show it. Sequence numbers order the records of one shard.
    ``expired``: the service deleted the item by its time to live.
    """

    event: Event
    table: str
    keys: TypedItem
    new: TypedItem | None
    old: TypedItem | None
    sequence_number: str
    expired: bool = False


@dataclass(slots=True)
class _Shard:
    """How far a shard has been read; ``iterator`` None: to its end."""

    iterator: str | None
    sequence_number: str | None = None


class StreamReader:
    """Reads the records that the stream of one table gets from now on.

    Several readers of one stream do not disturb each other. A table that is dropped and created
    anew has another stream, and needs another reader. Raises EnvironmentFault where the table,
    or the endpoint, has no stream.
    """

    def __init__(self, connection: Connection, table_name: str, *, wait: Wait = time.sleep) -> None:
        self.table_name = table_name
        self._connection = connection
        self._wait = wait
        self._arn, self._key = self._stream()
        self._shards: dict[str, _Shard] = {}
        self.skip_to_end()

    def skip_to_end(self) -> None:
        """Leave out what has come since the last reading."""
        found: dict[str, _Shard] = {}
        for shard, closed in self._describe():
            found[shard] = _Shard(None if closed else self._iterator(shard, "LATEST"))
        self._shards = found

    def read_new(self, expected: int = 0) -> list[Record]:
        """All records since the last reading, in order within each shard.

        A stream may give its records late. Where changes of ``expected`` items are known to have
        been made, it is asked again until as many records came. Raises EnvironmentFault when
        they do not come, or when nothing was read for so long that the place was forgotten.
        """
        records = list(self._read())
        waits = 0
        while len(records) < expected:
            if waits == MAX_WAITS:
                raise self._fault(
                    f"gave {len(records)} records of {expected}",
                    "Does something else read or change this table?",
                )
            waits += 1
            self._wait(backoff_seconds(waits))
            records += self._read()
        return records

    def _read(self) -> Iterator[Record]:
        """What all shards hold; parents come before the shards that go on from them."""
        at_hand = list(self._shards)
        while at_hand:
            ended = False
            for name in at_hand:
                shard = self._shards[name]
                was_open = shard.iterator is not None
                yield from self._read_shard(name, shard)
                ended = ended or (was_open and shard.iterator is None)
            at_hand = self._further_shards() if ended else []

    def _read_shard(self, name: str, shard: _Shard) -> Iterator[Record]:
        while shard.iterator is not None:
            answer = self._get_records(name, shard)
            page = [self._record(one) for one in cast(list[TypedItem], answer["Records"])]
            if page:
                shard.sequence_number = page[-1].sequence_number
            following = answer.get("NextShardIterator")
            shard.iterator = str(following) if following else None
            yield from page
            if not page:
                break

    def _get_records(self, name: str, shard: _Shard) -> dict[str, object]:
        try:
            return self._ask("GetRecords", {"ShardIterator": shard.iterator})
        except ServiceError as error:
            if error.name == _TRIMMED and shard.sequence_number is None:
                shard.iterator = self._iterator(name, "TRIM_HORIZON")
            # An iterator lasts 15 minutes.
            elif error.name == "ExpiredIteratorException" and shard.sequence_number is not None:
                shard.iterator = self._iterator(
                    name, "AFTER_SEQUENCE_NUMBER", SequenceNumber=shard.sequence_number
                )
            else:
                raise self._refused(error) from error
        return self._call("GetRecords", {"ShardIterator": shard.iterator})

    def _further_shards(self) -> list[str]:
        """Shards that were not there before: those go on where others ended."""
        further = [shard for shard, _ in self._describe() if shard not in self._shards]
        for shard in further:
            self._shards[shard] = _Shard(self._iterator(shard, "TRIM_HORIZON"))
        return further

    def _describe(self) -> list[tuple[str, bool]]:
        """All shards, and whether each is closed; parents first."""
        closed: dict[str, bool] = {}
        parents: dict[str, str] = {}
        request: dict[str, object] = {"StreamArn": self._arn}
        while True:
            stream = cast(
                dict[str, object], self._call("DescribeStream", request)["StreamDescription"]
            )
            for shard in cast(list[dict[str, object]], stream.get("Shards") or []):
                name = str(shard["ShardId"])
                numbers = cast(Mapping[str, object], shard["SequenceNumberRange"])
                closed[name] = bool(numbers.get("EndingSequenceNumber"))
                if shard.get("ParentShardId"):
                    parents[name] = str(shard["ParentShardId"])
            last = stream.get("LastEvaluatedShardId")
            if not last:
                break
            request["ExclusiveStartShardId"] = last

        def generation(name: str) -> int:
            return 1 + generation(parents[name]) if name in parents else 0

        return [(name, closed[name]) for name in sorted(closed, key=generation)]

    def _iterator(self, shard: str, kind: str, **more: str) -> str:
        request = {"StreamArn": self._arn, "ShardId": shard, "ShardIteratorType": kind, **more}
        return str(self._call("GetShardIterator", request)["ShardIterator"])

    def _record(self, given: TypedItem) -> Record:
        change = cast(Mapping[str, TypedItem], given["dynamodb"])
        name = given["eventName"]
        if name not in _EVENTS:
            raise self._fault(f"has an event '{name}'", "DynamoDB has no such event.")
        return Record(
            _EVENTS[name],
            self.table_name,
            {name: change["Keys"][name] for name in self._key},
            change.get("NewImage"),
            change.get("OldImage"),
            str(change["SequenceNumber"]),
            name == _EXPIRED or bool(given.get("userIdentity")),
        )

    def _stream(self) -> tuple[str, list[str]]:
        """The stream's ARN, and the key attributes of the table: partition key, then sort key."""
        try:
            answer = self._connection.call("DescribeTable", {"TableName": self.table_name})
        except ServiceError as error:
            raise self._refused(error) from error
        table = cast(Mapping[str, object], answer["Table"])
        specification = cast(Mapping[str, object], table.get("StreamSpecification") or {})
        if not specification.get("StreamEnabled") or not table.get("LatestStreamArn"):
            raise self._fault("is switched off", "Give the table a 'stream:' in the definition.")
        schema = cast(list[Mapping[str, str]], table["KeySchema"])
        names = {key["KeyType"]: key["AttributeName"] for key in schema}
        return str(table["LatestStreamArn"]), [names[kind] for kind in sorted(names)]

    def _call(self, operation: str, arguments: Mapping[str, object]) -> dict[str, object]:
        try:
            return self._ask(operation, arguments)
        except ServiceError as error:
            raise self._refused(error) from error

    def _ask(self, operation: str, arguments: Mapping[str, object]) -> dict[str, object]:
        return self._connection.call(operation, arguments, api=DYNAMODB_STREAMS)

    def _refused(self, error: ServiceError) -> EnvironmentFault:
        match error.name:
            case "UnknownOperationException":
                hint = "This endpoint has no DynamoDB Streams; DynamoDB Local has."
            case "ExpiredIteratorException":
                hint = "It was not read for 15 minutes. Read it again from its end."
            case _:
                hint = f"The endpoint is {self._connection.endpoint.url}."
        return self._fault(f"cannot be read: {error.name} {error.message}".strip(), hint)

    def _fault(self, what: str, hint: str) -> EnvironmentFault:
        return EnvironmentFault(
            Diagnostic(
                Code.ENDPOINT_ERROR,
                f"the stream of the table '{self.table_name}' {what}",
                hint=hint,
            )
        )
