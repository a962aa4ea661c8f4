"""Every definition in patterns/ on the real server: it holds, leaves no trace, and repeats."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dynaproof.capacity.item_size import item_bytes
from dynaproof.capacity.predictor import predict
from dynaproof.capacity.store import Store
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.session import connect
from dynaproof.model.access_pattern import Bound
from dynaproof.model.attribute_value import Item as TypedItem
from dynaproof.model.attribute_value import as_typed, from_wire
from dynaproof.model.table import SecondaryIndex, Table
from dynaproof.model.template import Template
from dynaproof.proof.check import check_file
from dynaproof.proof.parameters import NOTHING
from dynaproof.proof.restore import scan_items
from dynaproof.proof.results import RunResult
from dynaproof.proof.run import Prepared, drop_tables, load_tables, prepare_items, run_patterns

DEFINITIONS = sorted((Path(__file__).parents[2] / "patterns").glob("*.yaml"))
SEED = 20_260
Item = Mapping[str, object]


@dataclass(frozen=True)
class Shipped:
    prepared: Prepared
    prefix: str
    before: dict[str, list[Item]]
    first: RunResult
    after: dict[str, list[Item]]
    again: RunResult
    """With facts generated anew from the same seed."""


@pytest.fixture(scope="module", params=DEFINITIONS, ids=lambda file: file.stem)
def shipped(request: pytest.FixtureRequest) -> Iterator[Shipped]:
    definition = check_file(request.param).require()
    with ExitStack() as ending:
        # A server for each: streams of dropped tables stay, and DynamoDB Local goes through all of
        # their records at every write.
        local_server = ending.enter_context(LocalServer.start())
        endpoint = Endpoint(local_server.endpoint_url, table_prefix=f"shipped.{definition.name}.")
        prepared = prepare_items(definition, SEED)
        ending.callback(prepared.facts.close)
        ending.callback(drop_tables, endpoint, load_tables(prepared, endpoint))
        before = _scanned(prepared, endpoint)
        first = run_patterns(prepared, endpoint, server=local_server.version)
        after = _scanned(prepared, endpoint)
        anew = prepare_items(definition, SEED)
        ending.callback(anew.facts.close)
        again = run_patterns(anew, endpoint, server=local_server.version)
        yield Shipped(prepared, endpoint.table_prefix, before, first, after, again)


def test_the_definitions_ship() -> None:
    assert [file.stem for file in DEFINITIONS] == [
        "chat-system",
        "cruddur-fixed",
        "cruddur",
        "online-shop",
    ]


def test_every_expectation_holds(shipped: Shipped) -> None:
    assert {r.pattern.name: r.verdict for r in shipped.first.patterns} == {
        pattern.name: "held" for pattern in shipped.prepared.definition.access_patterns
    }


def test_every_answer_is_proved(shipped: Shipped) -> None:
    # What is wrong with cruddur's handler takes hard facts to show.
    assert {r.pattern.name: r.proof for r in shipped.first.patterns} == {
        pattern.name: "proved" for pattern in shipped.prepared.definition.access_patterns
    }


def test_every_difference_from_the_service_is_a_known_one(shipped: Shipped) -> None:
    assert shipped.first.findings == ()
    assert any(call.differences for result in shipped.first.patterns for call in result.calls)


def test_every_pattern_says_what_it_means(shipped: Shipped) -> None:
    # A read carries its question, a write its change; one that is to fail changes nothing.
    silent = [
        pattern.name
        for pattern in shipped.prepared.definition.access_patterns
        if pattern.question is None and pattern.change is None and pattern.expect.fails is None
    ]
    assert silent == []


def test_every_budget_meets_a_call_that_finds_something(shipped: Shipped) -> None:
    idle = [
        result.pattern.name
        for result in shipped.first.patterns
        if result.pattern.question is not None
        and not any(call.items_returned for call in result.calls)
    ]
    assert idle == []


def test_writes_leave_every_table_as_it_was_loaded(shipped: Shipped) -> None:
    for table, items in shipped.before.items():
        assert len(items) == shipped.prepared.items[table].count()
        assert _sorted(shipped.after[table]) == _sorted(items)


def test_the_same_seed_gives_the_same_run(shipped: Shipped) -> None:
    assert shipped.again == shipped.first


def test_another_seed_gives_other_items(shipped: Shipped) -> None:
    prepared = shipped.prepared
    other = prepare_items(prepared.definition, SEED + 1)
    try:
        seeded = [t.name for t in prepared.definition.tables if _has_seeded_items(prepared, t)]
        assert seeded
        for name in seeded:
            assert _texts(other, name) != _texts(prepared, name)
    finally:
        other.facts.close()


def test_budgets_hold_for_what_the_service_charges(shipped: Shipped) -> None:
    # DynamoDB Local reports other figures for transactions, PartiQL and what finds nothing.
    tables = shipped.prepared.definition.tables
    store = Store([replace(table, name=shipped.prefix + table.name) for table in tables])
    for table in tables:
        for item in shipped.before[table.name]:
            store.put(shipped.prefix + table.name, _from_wire(item))
    checked = 0
    for result in shipped.first.patterns:
        expect, request = result.pattern.expect, result.pattern.request
        assert request is not None
        for call in result.calls:
            prediction = predict(store, request.operation, call.request)
            if call.error is not None:
                assert prediction.error == call.error
                continue
            assert not prediction.error
            units = {
                axis: sum(
                    capacity.capacity_units
                    for capacity in prediction.capacities
                    if capacity.axis == axis
                )
                for axis in ("read", "write")
            }
            for axis, bound in (
                ("read", expect.read_capacity_units),
                ("write", expect.write_capacity_units),
            ):
                if bound is not None:
                    found = bound if call.parameter_set != NOTHING else Bound(None, bound.maximum)
                    assert found.holds(units[axis]), (result.pattern.name, call, units)
                    checked += 1
    assert checked > 0


def test_item_collections_are_counted_as_a_scan_counts_them(shipped: Shipped) -> None:
    for result in shipped.first.tables:
        table, items = result.table, shipped.before[result.table.name]
        for sizes in result.collections:
            index = table.index(sizes.index) if sizes.index is not None else None
            counted = _collections(table, index, items)
            assert sizes.collections == len(counted)
            assert sizes.items == sum(count for count, _ in counted.values())
            assert sizes.bytes == sum(total for _, total in counted.values())
            most = max(counted.values())
            assert (sizes.largest[0].items, sizes.largest[0].bytes) == most
            assert counted[sizes.largest[0].partition_key] == most


def test_the_largest_set_of_a_query_asks_for_the_largest_collection(shipped: Shipped) -> None:
    checked = 0
    for result in shipped.first.patterns:
        request = result.pattern.request
        if request is None or request.operation != "Query" or not request.short:
            continue
        table = shipped.prepared.definition.table(str(request.arguments["TableName"]))
        assert table is not None
        name = request.arguments.get("IndexName")
        index = table.index(str(name)) if name is not None else None
        counted = _collections(table, index, shipped.before[table.name])
        values = request.arguments["ExpressionAttributeValues"]
        assert isinstance(values, Mapping)
        template = Template.parse(values[":pk"])
        asked = {key: size for key, size in counted.items() if template.match(key) is not None}
        [largest] = [call for call in result.calls if call.parameter_set == "largest"]
        filled = template.fill(largest.parameters)
        assert asked[str(filled)] == max(asked.values()), result.pattern.name
        checked += 1
    assert checked > 0


def _has_seeded_items(prepared: Prepared, table: Table) -> bool:
    """Whether the seed makes any of a table's facts; a dataset is the same with every seed."""
    made = [entity.name for entity in prepared.definition.entities if entity.dataset is None]
    words = {word for item in table.items for word in re.findall(r"\w+", item.source)}
    return any(name in words for name in made)


def _texts(prepared: Prepared, table: str) -> list[str]:
    return sorted(text for batch in prepared.items[table].batches(5_000) for text in batch)


def _scanned(prepared: Prepared, endpoint: Endpoint) -> dict[str, list[Item]]:
    connection = connect(endpoint)
    try:
        return {
            table.name: [
                item
                for item in scan_items(
                    connection, {endpoint.table_prefix + table.name: table}
                ).values()
                if item is not None
            ]
            for table in prepared.definition.tables
        }
    finally:
        connection.close()


def _from_wire(item: Item) -> TypedItem:
    return {name: from_wire(as_typed(value)) for name, value in item.items()}


def _sorted(items: list[Item]) -> list[str]:
    return sorted(str(sorted(item.items())) for item in items)


def _collections(
    table: Table, index: SecondaryIndex | None, items: list[Item]
) -> dict[str, tuple[int, int]]:
    """(number of items, bytes) of each item collection, by its partition key's text."""
    keys = index.partition_key if index else (table.partition_key,)
    needed = {key.name for key in (index.key_attributes if index else table.key_attributes)}
    kept: set[str] | None = None
    if index is not None and index.projection.kind != "all":
        kept = needed | {key.name for key in table.key_attributes} | {*index.projection.attributes}
    found: dict[str, list[int]] = defaultdict(list)
    for item in items:
        if needed <= set(item):
            entry = {name: v for name, v in item.items() if kept is None or name in kept}
            label = " / ".join(str(value) for key in keys for value in _payload(item[key.name]))
            found[label].append(item_bytes(entry))
    return {label: (len(sizes), sum(sizes)) for label, sizes in found.items()}


def _payload(value: object) -> list[object]:
    assert isinstance(value, Mapping)
    return list(value.values())
