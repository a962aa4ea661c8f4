"""The ways in which the service may deliver the records of a stream.

A stream has each record once, in order for each item; what is made of it may be repeated and may
be late. A handler is one consumer: it gets the records of a partition key in order, a batch that
failed is given to it again from its start, and no other handler waits for it.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import orjson

from dynaproof.dynamodb.streams import Record
from dynaproof.model.access_pattern import StreamHandler
from dynaproof.model.codes import Code


@dataclass(frozen=True, slots=True)
class Delivery:
    """One record for one handler; ``partition_key`` is the record's, as JSON with its table.

    ``again``: the handler has had this record before. ``broken_off``: it ends after its first
    write, as by a timeout.
    """

    handler: StreamHandler
    record: Record
    partition_key: bytes
    again: bool = False
    broken_off: bool = False


Arrangement = Callable[[Sequence[Delivery]], list[Delivery]]
Moment = Literal["after the flow", "after each write", "after further writes"]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to deliver, which must not change what the tables hold in the end.

    ``story`` continues "where ...". ``arrange`` is asked for each batch, those that handlers set
    off included. ``moment`` says when records are handed out: once the flow has ended, after each
    of its writes, or only when a further flow has ended too. ``code`` is the finding when the
    tables differ from those of delivery in order.
    """

    name: str
    story: str
    arrange: Arrangement
    code: Code
    moment: Moment = "after the flow"


def partition_key_of(record: Record, attribute: str) -> bytes:
    """The identity of a record's partition key among all tables."""
    return orjson.dumps([record.table, record.keys[attribute]])


def _in_order(batch: Sequence[Delivery]) -> list[Delivery]:
    return list(batch)


def _each_twice(batch: Sequence[Delivery]) -> list[Delivery]:
    return [one for delivery in batch for one in (delivery, _again(delivery))]


def _batch_twice(batch: Sequence[Delivery]) -> list[Delivery]:
    return [*batch, *map(_again, batch)]


def _broken_off(batch: Sequence[Delivery]) -> list[Delivery]:
    return [
        one for delivery in batch for one in (replace(delivery, broken_off=True), _again(delivery))
    ]


def _latest_first(batch: Sequence[Delivery]) -> list[Delivery]:
    """What a handler gets of one partition key stays in order; who would end last, begins."""
    groups: dict[tuple[str, bytes], list[Delivery]] = {}
    ends: dict[tuple[str, bytes], int] = {}
    for position, delivery in enumerate(batch):
        group = delivery.handler.name, delivery.partition_key
        groups.setdefault(group, []).append(delivery)
        ends[group] = position
    in_turn = sorted(groups, key=lambda group: -ends[group])
    return [delivery for group in in_turn for delivery in groups[group]]


def _again(delivery: Delivery) -> Delivery:
    return replace(delivery, again=True)


IN_ORDER = Way(
    "in order", "each record is delivered once and in order", _in_order, Code.HANDLER_FAILED
)
"""What all others are compared with."""

BROKEN_OFF = Way(
    "broken off",
    "a handler is broken off after its first write, and gets the record again",
    _broken_off,
    Code.HANDLER_REPEATED,
)
"""Apart from the others, as handlers have to be run in another manner."""

OTHER_WAYS = (
    Way(
        "each twice",
        "each record is delivered twice",
        _each_twice,
        Code.HANDLER_REPEATED,
    ),
    Way(
        "batch again",
        "the whole batch is delivered again after its end",
        _batch_twice,
        Code.HANDLER_REPEATED,
    ),
    Way(
        "another order",
        "records of other partition keys, and other handlers, are first",
        _latest_first,
        Code.HANDLER_LATE,
    ),
    Way(
        "at once",
        "records are delivered between the writes of one call",
        _in_order,
        Code.HANDLER_LATE,
        "after each write",
    ),
    Way(
        "late",
        "records are delivered only after further writes",
        _in_order,
        Code.HANDLER_LATE,
        "after further writes",
    ),
)
