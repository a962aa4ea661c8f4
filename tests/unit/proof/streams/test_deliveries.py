"""Whatever way records are delivered, it is one that the service may take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.dynamodb.streams import Record
from dynaproof.model.access_pattern import StreamHandler
from dynaproof.proof.streams.deliveries import (
    BROKEN_OFF,
    IN_ORDER,
    OTHER_WAYS,
    Delivery,
    Way,
    partition_key_of,
)

BATCHES = st.lists(st.tuples(st.sampled_from("hg"), st.sampled_from("abc")), max_size=12)
WAYS = (IN_ORDER, *OTHER_WAYS, BROKEN_OFF)


def delivery(handler: str, pk: str, number: int) -> Delivery:
    record = Record("insert", "t", {"pk": {"S": pk}}, None, None, str(number))
    handled = StreamHandler(handler, "t", None, None, ())
    return Delivery(handled, record, partition_key_of(record, "pk"))


def batch_of(drawn: list[tuple[str, str]]) -> list[Delivery]:
    return [delivery(handler, pk, number) for number, (handler, pk) in enumerate(drawn)]


def way_called(name: str) -> Way:
    return next(way for way in WAYS if way.name == name)


def numbers(deliveries: list[Delivery]) -> list[int]:
    return [int(one.record.sequence_number) for one in deliveries]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
@given(drawn=BATCHES)
def test_nothing_is_lost_and_each_consumer_meets_its_records_in_order(
    way: Way, drawn: list[tuple[str, str]]
) -> None:
    batch = batch_of(drawn)
    arranged = way.arrange(batch)

    assert set(numbers(arranged)) == set(numbers(batch))
    first = [one for one in arranged if not one.again]
    assert sorted(numbers(first)) == numbers(batch)
    for handler in "hg":
        for pk in "abc":
            met = [one for one in first if one.handler.name == handler]
            met = [one for one in met if one.record.keys == {"pk": {"S": pk}}]
            assert numbers(met) == sorted(numbers(met))


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("in order", [0, 1, 2]),
        ("each twice", [0, 0, 1, 1, 2, 2]),
        ("batch again", [0, 1, 2, 0, 1, 2]),
        ("another order", [0, 2, 1]),
        ("at once", [0, 1, 2]),
        ("late", [0, 1, 2]),
    ],
)
def test_the_order_of_each_way(name: str, order: list[int]) -> None:
    batch = batch_of([("h", "a"), ("h", "b"), ("h", "a")])

    assert numbers(way_called(name).arrange(batch)) == order


def test_a_handler_that_is_broken_off_gets_the_record_again_at_once() -> None:
    arranged = BROKEN_OFF.arrange(batch_of([("h", "a"), ("h", "b")]))

    assert numbers(arranged) == [0, 0, 1, 1]
    assert [(one.broken_off, one.again) for one in arranged] == [(True, False), (False, True)] * 2


def test_a_repeated_delivery_is_known_as_one() -> None:
    arranged = way_called("each twice").arrange(batch_of([("h", "a"), ("h", "b")]))

    assert [one.again for one in arranged] == [False, True, False, True]


def test_partition_keys_of_two_tables_are_not_the_same() -> None:
    records = [Record("insert", name, {"pk": {"S": "a"}}, None, None, "1") for name in "tu"]

    assert len({partition_key_of(record, "pk") for record in records}) == 2


def test_names_of_ways_are_their_own() -> None:
    assert len({way.name for way in WAYS}) == len(WAYS)
