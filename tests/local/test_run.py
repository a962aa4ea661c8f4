"""A run: every operation of the data plane, on the same starting data, for the same seed the same."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.session import connect
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.access_pattern import OPERATIONS
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault
from dynaproof.proof.check import check_file, check_text
from dynaproof.proof.events import Event, PatternFinished, StageAdvanced, StageStarted
from dynaproof.proof.execute import is_read
from dynaproof.proof.restore import scan_items
from dynaproof.proof.results import Call, PatternResult, RunResult
from dynaproof.proof.run import Prepared, load_tables, prepare_items, run_patterns

SHOP = Path(__file__).with_name("shop.yaml")


@pytest.fixture(scope="module")
def shop() -> Iterator[Prepared]:
    prepared = prepare_items(check_file(SHOP).require(), seed=7)
    yield prepared
    prepared.facts.close()


@pytest.fixture(scope="module")
def at(local_server: LocalServer, shop: Prepared) -> Endpoint:
    endpoint = Endpoint(local_server.endpoint_url, table_prefix="test-run.")
    load_tables(shop, endpoint)
    return endpoint


@pytest.fixture(scope="module")
def result(shop: Prepared, at: Endpoint) -> RunResult:
    return run_patterns(shop, at, server="local")


def stored(prepared: Prepared, endpoint: Endpoint) -> dict[object, object]:
    tables = {endpoint.table_prefix + t.name: t for t in prepared.definition.tables}
    with connect(endpoint) as connection:
        return dict(scan_items(connection, tables))


def of(result: RunResult, name: str) -> PatternResult:
    found = result.pattern(name)
    assert found is not None
    return found


def orders(prepared: Prepared, where: str) -> int:
    row = prepared.facts.connection.execute(f"SELECT count(*) FROM orders WHERE {where}").fetchone()
    assert row is not None
    return int(row[0])


def test_the_definition_has_every_operation(shop: Prepared) -> None:
    used = {r.operation for p in shop.definition.access_patterns for r in p.requests}
    assert used == OPERATIONS


def test_every_operation_is_answered(result: RunResult) -> None:
    failed = {
        call.error: call.error_message
        for one in result.patterns
        for call in one.calls
        if call.error and not call.error.startswith(("Conditional", "TransactionCanceled"))
    }
    assert failed == {}
    assert result.exit_status == 0
    assert all(one.calls for one in result.patterns)


@pytest.mark.parametrize("order", ["as written", "from the end"])
def test_writes_leave_the_starting_data_as_it_was(shop: Prepared, at: Endpoint, order: str) -> None:
    before = stored(shop, at)
    writes = [
        pattern.name
        for pattern in shop.definition.access_patterns
        if pattern.request is not None and not is_read(pattern.request)
    ]
    assert len(writes) == 17
    for name in writes if order == "as written" else reversed(writes):
        run_patterns(shop, at, server="local", only=[name])
        assert stored(shop, at) == before, name


def test_writes_do_write(shop: Prepared, at: Endpoint, result: RunResult) -> None:
    # Nothing is put back here: the unit of the call itself tells of it.
    written = {
        one.pattern.name: max(call.write_capacity_units for call in one.calls)
        for one in result.patterns
        if one.calls[0].reported and any(call.write_capacity_units for call in one.calls)
    }
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
    # Items are below 1 KB; by-amount holds orders alone, a transaction costs twice.
    assert written == {
        "put": 1,
        "put-raw": 1,
        "update": 1,
        "update-raw": 2,
        "delete": 1,
        "delete-raw": 2,
        "batch-write": 3,
        "batch-write-raw": 1,
        "transact-write": 6,
        "transact-write-raw": 2,
    }


@pytest.mark.parametrize("threads", [1, 3])
def test_the_same_seed_gives_an_equal_result_on_any_number_of_threads(
    shop: Prepared, at: Endpoint, result: RunResult, threads: int
) -> None:
    assert run_patterns(shop, at, server="local", threads=threads) == result


def test_a_query_finds_the_items_of_its_parameter(shop: Prepared, result: RunResult) -> None:
    for call in of(result, "query").calls:
        customer = call.parameters["customer"]
        assert call.items_returned == orders(shop, f"customer_id = {customer}")
    counts = {call.parameter_set: call.items_returned for call in of(result, "query").calls}
    for call in of(result, "query-count").calls:
        here = orders(shop, f"customer_id = {call.parameters['customer']}")
        assert call.items_returned == call.items_read == (here + 1 if here else 0)
    assert counts["nothing found"] == 0
    assert counts["smallest"] == 1 or counts["smallest"] <= min(
        count for label, count in counts.items() if label != "nothing found"
    )


def test_a_filter_is_applied_after_the_limit(shop: Prepared, result: RunResult) -> None:
    for call in of(result, "query-limit-filter").calls:
        customer = call.parameters["customer"]
        assert call.pages == 1
        assert call.items_read == min(3, orders(shop, f"customer_id = {customer}") + 1) or (
            call.parameter_set == "nothing found" and call.items_read == 0
        )
        assert call.items_returned <= call.items_read


def test_a_scan_reads_all_and_returns_what_the_filter_lets_through(
    shop: Prepared, result: RunResult
) -> None:
    [call] = of(result, "scan").calls
    assert call.items_returned == orders(shop, "true")
    assert call.items_read == orders(shop, "true") + 12
    [limited] = of(result, "scan-raw").calls
    assert (limited.items_read, limited.pages) == (5, 1)


def test_an_index_is_asked_for_a_range(shop: Prepared, result: RunResult) -> None:
    [call] = of(result, "query-index").calls
    assert call.items_returned == orders(shop, "amount BETWEEN 100 AND 400")
    assert {(units.part, units.index) for units in call.consumed if units.read} == {
        ("global_secondary_index", "by-amount")
    }


def test_events_tell_what_happens_in_order(shop: Prepared, at: Endpoint) -> None:
    heard: list[Event] = []
    run_patterns(shop, at, server="local", only=["get", "put"], listen=heard.append)
    assert [
        event.result.pattern.name if isinstance(event, PatternFinished) else event
        for event in heard
    ] == [
        StageStarted("patterns"),
        StageAdvanced("patterns", "get", 0, 2),
        "get",
        StageAdvanced("patterns", "put", 1, 2),
        "put",
    ]


BIG = """\
version: 1
name: big
entities:
  notes:
    count: 25
    attributes: {id: {generate: sequence}, body: {generate: text, min_length: 100000, max_length: 100000}}
tables:
  big-notes:
    partition_key: pk
    sort_key: {name: id, type: N}
    items:
      note: {from: notes, key: {pk: all, id: "${id}"}, attributes: {body: "${body}"}}
access_patterns:
  query: {query: {partition_key: all}}
  scan: {scan: {}}
  first-page: {query: {partition_key: all, limit: 25}}
  statement: {execute_statement: {statement: "SELECT * FROM \\"big-notes\\" WHERE pk = 'all'"}}
  batch:
    batch_get:
      keys: [{pk: all, id: 1}, {pk: all, id: 2}, {pk: all, id: 3}]
"""


@pytest.fixture
def ran(endpoint: Endpoint, tmp_path: Path) -> Iterator[object]:
    benches: list[Prepared] = []

    def run(text: str) -> RunResult:
        prepared = prepare_items(check_text(text, "model.yaml", folder=tmp_path).require(), seed=1)
        benches.append(prepared)
        load_tables(prepared, endpoint)
        before = stored(prepared, endpoint)
        result = run_patterns(prepared, endpoint, server="local")
        assert stored(prepared, endpoint) == before
        return result

    yield run
    for bench in benches:
        bench.facts.close()


def only(result: RunResult, name: str) -> Call:
    [call] = of(result, name).calls
    return call


def test_queries_over_one_megabyte_follow_all_pages(ran: object) -> None:
    assert callable(ran)
    result = ran(BIG)
    for name in ("query", "scan"):
        call = only(result, name)
        # 25 items of 100 KB: 1 MB is reached by the 11th, so three pages.
        assert (call.items_returned, call.items_read, call.pages) == (25, 25, 3)
        # Half a unit for each 4 KB of a page, eventually consistent: 2.5 MB in all.
        assert 25 * 100_000 / 4096 / 2 <= call.read_capacity_units <= 25 * 100_100 / 4096 / 2 + 1.5
    assert only(result, "statement").items_returned == 25
    first = only(result, "first-page")
    assert (first.pages, first.items_returned < 25) == (1, True)
    assert only(result, "batch").items_returned == 3


REFUSED = """\
version: 1
name: refused
entities:
  notes:
    count: 3
    attributes: {id: {generate: sequence}, word: {generate: word}}
tables:
  notes-here:
    partition_key: pk
    items: {note: {from: notes, key: {pk: "N#${id}"}}}
access_patterns:
  good:
    parameters: {id: notes.id}
    get: {key: {pk: "N#${id}"}}
    expect: {read_capacity_units: {max: 0.5}}
  wrong-type-of-key:
    parameters: {n: {value: 5}}
    put: {item: {pk: "${n}"}}
  wrong-batch:
    parameters: {n: {value: 5}}
    batch_write: [put: {item: {pk: fine}}, put: {item: {pk: "${n}"}}]
  empty-key:
    parameters: {made: {value: ""}}
    get: {key: {pk: "${made}"}}
  statement:
    execute_statement: {statement: "SELECT nonsense nonsense FROM \\"notes-here\\""}
  batch-statement:
    request:
      BatchExecuteStatement:
        Statements: [{Statement: "SELECT * FROM \\"notes-here\\" WHERE pk = 5 AND"}]
  wrong-transaction:
    parameters: {body: {generate: text, min_length: 300000, max_length: 300000}}
    transact_write: [put: {item: {pk: long, body: "${body}", more: "${body}"}}]
  other-table:
    parameters: {table: {value: somebody-elses}}
    execute_statement: {statement: "DELETE FROM \\"${table}\\" WHERE pk = 'a'"}
  no-facts:
    parameters: {from: "SELECT id FROM notes WHERE id < 0"}
    get: {key: {pk: "N#${id}"}}
  cannot-be-drawn:
    parameters: {from: "SELECT CAST(word AS INTEGER) AS id FROM notes"}
    get: {key: {pk: "N#${id}"}}
  last:
    parameters: {id: notes.id}
    get: {key: {pk: "N#${id}"}}
    expect: {read_capacity_units: {max: 0.5}}
"""


def test_refused_requests_are_findings_at_their_pattern_and_others_still_run(
    ran: object,
) -> None:
    assert callable(ran)
    result: RunResult = ran(REFUSED)
    assert result.exit_status == 2
    assert {one.pattern.name: one.verdict for one in result.patterns} == {
        "good": "held",
        "wrong-type-of-key": "refused",
        "wrong-batch": "refused",
        "empty-key": "refused",
        "statement": "refused",
        "batch-statement": "refused",
        "wrong-transaction": "refused",
        "other-table": "refused",
        "no-facts": "refused",
        "cannot-be-drawn": "refused",
        "last": "held",
    }
    own_codes = {
        "other-table": Code.UNKNOWN_TABLE,
        "no-facts": Code.NO_PARAMETER_VALUES,
        "cannot-be-drawn": Code.SQL_INVALID,
    }
    for one in result.patterns:
        line = REFUSED[: REFUSED.index(f"  {one.pattern.name}:")].count("\n") + 1
        for found in one.refused:
            assert found.code is own_codes.get(one.pattern.name, Code.REQUEST_REFUSED)
            assert found.place is not None
            assert found.place.file == "model.yaml"
            assert found.place.line in (line, line + 1)
            assert found.hint


def test_an_expectation_that_is_broken_is_named_at_its_place(ran: object) -> None:
    assert callable(ran)
    text = REFUSED[: REFUSED.index("  wrong-type-of-key")].replace("max: 0.5", "max: 0.25")
    result: RunResult = ran(text)
    assert result.exit_status == 1
    broken = of(result, "good").broken
    # One that finds nothing costs as much: half a unit.
    assert len(broken) == len(of(result, "good").calls) > 1
    for one in broken:
        assert (one.expected, one.measured) == ("at most 0.25", "0.5")
        assert one.diagnostic.code is Code.EXPECTATION_BROKEN
        place = one.diagnostic.place
        assert place is not None
        assert text.split("\n")[place.line - 1][place.column - 1 :].startswith("{max: 0.25}")


def test_a_check_of_a_condition_waits_for_the_write_of_the_same_item(ran: object) -> None:
    # Side by side, one call would meet the item that another has just deleted, or a conflict.
    assert callable(ran)
    text = """\
version: 1
name: conflicts
entities:
  notes: {count: 40, attributes: {id: {generate: sequence}}}
tables:
  notes-here:
    partition_key: pk
    items: {note: {from: notes, key: {pk: "N#${id}"}}}
access_patterns:
  delete-one-if-the-next-is-there:
    sets: 40
    parameters: {from: "SELECT id, 1 + id % 40 AS next FROM notes"}
    transact_write:
      - delete: {key: {pk: "N#${id}"}}
      - condition_check: {key: {pk: "N#${next}"}, condition: attribute_exists(pk)}
"""
    result = ran(text)
    assert of(result, "delete-one-if-the-next-is-there").broken == ()
    assert len(of(result, "delete-one-if-the-next-is-there").calls) == 40


def test_a_server_that_dies_while_patterns_run_is_a_finding(shop: Prepared) -> None:
    with LocalServer.start() as server:
        mortal = Endpoint(server.endpoint_url)
        load_tables(shop, mortal)

        def kill(event: Event) -> None:
            if isinstance(event, PatternFinished) and event.result.pattern.name == "scan":
                os.kill(server.pid, signal.SIGKILL)

        with pytest.raises(EnvironmentFault) as fault:
            run_patterns(shop, mortal, server="local", listen=kill)
        assert {found.code for found in fault.value.diagnostics} == {Code.SERVER_DIED}
        assert [t for t in threading.enumerate() if t.name.startswith("ThreadPool")] == []


def test_a_table_that_somebody_drops_meanwhile_is_a_finding(
    shop: Prepared, endpoint: Endpoint
) -> None:
    load_tables(shop, endpoint)

    def drop(event: Event) -> None:
        if isinstance(event, StageAdvanced) and event.what == "update":
            with Tables(endpoint) as tables:
                tables.drop(f"{endpoint.table_prefix}shop")

    with pytest.raises(EnvironmentFault) as fault:
        run_patterns(shop, endpoint, server="local", listen=drop)
    assert fault.value.diagnostics[0].code is Code.ENDPOINT_ERROR


PART_OF_A_SCAN = """
version: 1
name: parts
entities:
  notes: {count: 30, attributes: {id: {generate: sequence}}}
  books: {count: 30, attributes: {id: {generate: sequence}, text: {generate: sentence}}}
tables:
  parts:
    partition_key: pk
    items:
      note: {from: notes, key: {pk: "A#${id}"}}
      book:
        from: SELECT id, repeat('x', 9000) AS text FROM books
        key: {pk: "B#${id}"}
        attributes: {text: "${text}"}
access_patterns:
  some: {scan: {limit: 30}}
"""


def test_which_items_a_part_of_a_scan_reads_is_no_difference(local_server: LocalServer) -> None:
    prepared = prepare_items(check_text(PART_OF_A_SCAN, folder=Path()).require(), seed=7)
    endpoint = Endpoint(local_server.endpoint_url, table_prefix="test-part.")
    load_tables(prepared, endpoint)
    some = of(run_patterns(prepared, endpoint, server="local"), "some")
    prepared.facts.close()
    [call] = some.calls
    # By key the notes come first, a page of 0.5 units; the server's hash takes books too.
    assert (call.predicted_read_units, call.read_capacity_units > 0.5) == (0.5, True)
    assert any("only the service knows" in one for one in call.uncertain)
    assert (call.differences, some.unexplained) == ((), ())
