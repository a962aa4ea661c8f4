"""The workbench of a notebook: made when needed, gone when closed, wrong use a finding."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import psutil
import pytest

from dynaproof import Workbench
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault, InputError

DEFINITION = """\
version: 1
name: readings
entities:
  meters:
    count: 4
    attributes: {id: {generate: sequence}, label: {generate: word}}
  readings:
    each: {of: meters, count: 5, as: meter_id}
    attributes:
      taken: {generate: timestamp, from: 2026-01-01, to: 2026-02-01, precision: seconds}
      watts: {generate: decimal, min: 0, max: 100, places: 2}
tables:
  readings:
    partition_key: {name: meter, type: N}
    sort_key: at
    items:
      reading:
        from: readings
        key: {meter: "${meter_id}", at: "${taken:iso-s}"}
        attributes: {watts: "${watts}"}
access_patterns:
  readings-since:
    parameters: {from: "SELECT meter_id AS meter, min(taken) AS since FROM readings GROUP BY ALL"}
    query: {partition_key: "${meter}", sort_key: {ge: "${since:iso-s}"}}
  add-reading:
    parameters: {meter: meters.id, watts: {generate: integer, min: 1, max: 9}}
    put: {item: {meter: "${meter}", at: now, watts: "${watts}"}, condition: attribute_not_exists(meter)}
  refused:
    parameters: {meter: meters.label}
    get: {key: {meter: "${meter}", at: now}}
"""


@pytest.fixture
def bench(endpoint: Endpoint) -> Iterator[Workbench]:
    with Workbench(
        DEFINITION, endpoint_url=endpoint.url, table_prefix=endpoint.table_prefix
    ) as bench:
        yield bench


def names(endpoint: Endpoint) -> list[str]:
    with Tables(endpoint) as tables:
        return tables.names()


def test_facts_and_items_need_no_server() -> None:
    with Workbench(DEFINITION, endpoint_url="http://127.0.0.1:1") as bench:
        assert bench.check()
        assert len(bench.facts("readings")) == 20
        assert len(bench.items("readings", limit=7)) == 7
        assert [table.name for table in bench.tables] == ["readings"]
        assert [pattern.name for pattern in bench.patterns] == [
            "readings-since",
            "add-reading",
            "refused",
        ]


def test_tables_are_made_when_needed_and_dropped_when_closed(
    bench: Workbench, endpoint: Endpoint
) -> None:
    bench.facts("meters")
    assert names(endpoint) == []
    assert bench.endpoint_url == endpoint.url
    assert names(endpoint) == [f"{endpoint.table_prefix}readings"]
    bench.close()
    assert names(endpoint) == []
    bench.close()
    # It may be used again; then everything is made anew.
    assert bench.run("readings-since").ok
    bench.close()
    assert names(endpoint) == []


def test_given_parameters_become_the_type_of_their_column(bench: Workbench) -> None:
    texts = bench.query("readings-since", meter="2", since="2026-01-10")
    typed = bench.query("readings-since", meter=2, since=datetime(2026, 1, 10, tzinfo=UTC))
    assert texts.parameters["meter"] == 2
    assert texts.items == typed.items
    facts = bench.facts("readings")
    since = facts[(facts.meter_id == 2) & (facts.taken >= "2026-01-10")]
    assert len(texts.items) == len(since)
    assert {Decimal(str(item["watts"])) for item in texts.items} == {
        Decimal(str(watts)) for watts in since.watts
    }


def test_parameters_left_out_are_drawn_and_always_the_same(bench: Workbench) -> None:
    first = bench.query("readings-since")
    assert first.items
    assert bench.query("readings-since").parameters == first.parameters
    assert bench.query("readings-since", since="2030-01-01").items == []


def test_a_text_for_a_generated_parameter_becomes_its_type(bench: Workbench) -> None:
    answer = bench.query("add-reading", meter="4", watts="77")
    assert answer.parameters == {"meter": 4, "watts": 77}
    assert answer.answered.call.error is None


def test_a_write_stays_until_the_bench_is_closed(bench: Workbench) -> None:
    bench.query("add-reading", meter=4)
    again = bench.query("add-reading", meter=4)
    assert again.answered.call.error == "ConditionalCheckFailedException"
    bench.close()
    assert bench.query("add-reading", meter=4).answered.call.error is None


@pytest.mark.parametrize(
    ("use", "code", "said"),
    [
        (lambda bench: bench.query("readings-sinse"), Code.UNKNOWN_NAME, "readings-since"),
        (lambda bench: bench.run("add-readings"), Code.UNKNOWN_NAME, "add-reading"),
        (lambda bench: bench.facts("meter"), Code.UNKNOWN_NAME, "meters"),
        (lambda bench: bench.items("reading"), Code.UNKNOWN_NAME, "readings"),
        (lambda bench: bench.query("add-reading", metre=1), Code.UNKNOWN_PARAMETER, "meter"),
        (lambda bench: bench.query("add-reading", meter="x"), Code.WRONG_TYPE, "'x'"),
        (lambda bench: bench.query("refused"), Code.REQUEST_REFUSED, "Type mismatch"),
    ],
)
def test_wrong_use_is_a_finding(bench: Workbench, use: object, code: Code, said: str) -> None:
    assert callable(use)
    with pytest.raises(InputError) as error:
        use(bench)
    [found] = error.value.diagnostics
    assert found.code is code
    assert said in str(found)


def test_a_definition_with_findings_says_them_and_runs_nothing(endpoint: Endpoint) -> None:
    wrong = DEFINITION.replace("from: readings\n", "from: reading\n")
    with Workbench(wrong, endpoint_url=endpoint.url) as bench:
        findings = bench.check()
        assert not findings
        assert len(findings) == len(list(findings)) >= 1
        for use in (bench.run, lambda: bench.facts("meters"), lambda: bench.endpoint_url):
            with pytest.raises(InputError) as error:
                use()
            assert error.value.diagnostics == findings.diagnostics


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with Workbench(tmp_path / "gone.yaml") as bench, pytest.raises(InputError) as error:
        bench.check()
    assert error.value.diagnostics[0].code is Code.FILE_UNREADABLE


def test_tables_that_cannot_be_dropped_are_told_beside_what_went_wrong(
    endpoint: Endpoint,
) -> None:
    def use() -> None:
        with Workbench(
            DEFINITION, endpoint_url=endpoint.url, table_prefix=endpoint.table_prefix
        ) as bench:
            assert bench.endpoint_url == endpoint.url
            with Tables(endpoint) as tables:
                tables.protect(f"{endpoint.table_prefix}readings")
            bench.run("nothing")

    with pytest.raises(InputError) as error:
        use()
    assert [found.code for found in error.value.diagnostics] == [
        Code.UNKNOWN_NAME,
        Code.TABLE_PROTECTED,
    ]


def test_the_end_of_its_own_server_is_told_with_its_last_words() -> None:
    before = set(psutil.Process().children(recursive=True))
    with Workbench(DEFINITION) as bench:
        assert bench.run("readings-since").ok
        [java] = [
            process
            for process in set(psutil.Process().children(recursive=True)) - before
            if "java" in process.name()
        ]
        os.kill(java.pid, signal.SIGKILL)
        with pytest.raises(EnvironmentFault) as fault:
            bench.run()
        [found] = fault.value.diagnostics
        assert found.code is Code.SERVER_DIED
        assert "signal 9" in found.message
    assert set(psutil.Process().children(recursive=True)) <= before
