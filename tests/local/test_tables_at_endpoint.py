"""Tables come to be as they are stated, and only those that dynaproof made go again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.install import install
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.session import control_plane
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault, InputError, Place
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput
from dynaproof.proof.check import check_text
from dynaproof.proof.run import Prepared, drop_tables, load_tables, prepare_items

PK, SK = KeyAttribute("pk"), KeyAttribute("sk", "N")
A, B, C, D = (KeyAttribute(name, kind) for name, kind in zip("abcd", "SNBS", strict=True))  # type: ignore[arg-type]  # the letters are key types

STATED = {
    "partition key alone": Table("t", PK),
    "both keys": Table("t", PK, SK),
    "binary key": Table("t", KeyAttribute("pk", "B")),
    "provisioned": Table("t", PK, SK, Throughput(3, 7)),
    "deletion protection": Table("t", PK, deletion_protection=True),
    "time to live": Table("t", PK, ttl_attribute="expires_at"),
    "stream of keys": Table("t", PK, stream="keys_only"),
    "stream of both images": Table("t", PK, stream="new_and_old_images"),
    "global indexes": Table(
        "t",
        PK,
        SK,
        global_secondary_indexes=(
            SecondaryIndex("by-a", "global", (A,)),
            SecondaryIndex("by-b", "global", (B,), (A,), Projection("keys_only")),
            SecondaryIndex("by-c", "global", (C,), (), Projection("include", ("x", "y"))),
        ),
    ),
    "global index with its own throughput": Table(
        "t",
        PK,
        None,
        Throughput(3, 7),
        global_secondary_indexes=(
            SecondaryIndex("by-a", "global", (A,), throughput=Throughput(1, 2)),
        ),
    ),
    "keys of several attributes": Table(
        "t",
        PK,
        global_secondary_indexes=(SecondaryIndex("by-all", "global", (A, B), (C, D)),),
    ),
    "local indexes": Table(
        "t",
        PK,
        SK,
        local_secondary_indexes=(
            SecondaryIndex("by-a", "local", (PK,), (A,)),
            SecondaryIndex("by-b", "local", (PK,), (B,), Projection("keys_only")),
        ),
    ),
}


@pytest.mark.parametrize("stated", STATED.values(), ids=STATED)
def test_a_table_is_created_as_it_is_stated(endpoint: Endpoint, stated: Table) -> None:
    with Tables(endpoint) as tables:
        name = tables.create(stated)
        assert name == endpoint.table_prefix + "t"
        found = tables.describe(name)
    assert found.table == replace(stated, name=name)
    assert (found.status, found.items) == ("ACTIVE", 0)


def test_throughput_of_an_index_is_that_of_its_table_unless_stated(endpoint: Endpoint) -> None:
    index = SecondaryIndex("by-a", "global", (A,))
    stated = Table("t", PK, None, Throughput(3, 7), global_secondary_indexes=(index,))
    with Tables(endpoint) as tables:
        [found] = tables.describe(tables.create(stated)).table.indexes
    assert found.throughput == Throughput(3, 7)


def test_a_server_without_multi_attribute_keys_says_so_and_keeps_nothing() -> None:
    place = Place("model.yaml", 7, 3)
    with LocalServer.start(install(version="1.25.1")) as old:
        with (
            Tables(Endpoint(old.endpoint_url, table_prefix="old-")) as tables,
            pytest.raises(EnvironmentFault) as fault,
        ):
            tables.create(STATED["keys of several attributes"], place=place)
        [found] = fault.value.diagnostics
        assert (found.code, found.place) == (Code.ENDPOINT_ERROR, place)
        with Tables(Endpoint(old.endpoint_url, table_prefix="old-")) as tables:
            assert tables.names() == []


def test_a_table_that_is_there_is_refused_and_untouched(endpoint: Endpoint) -> None:
    with Tables(endpoint) as tables:
        name = tables.create(STATED["provisioned"])
        before = tables.describe(name)
        with pytest.raises(EnvironmentFault) as fault:
            tables.create(STATED["both keys"])
        assert fault.value.diagnostics[0].code is Code.TABLE_EXISTS
        assert tables.describe(name) == before


def test_a_protected_table_stays(endpoint: Endpoint) -> None:
    with Tables(endpoint) as tables:
        name = tables.create(STATED["deletion protection"])
        with pytest.raises(EnvironmentFault) as fault:
            tables.drop(name)
        assert fault.value.diagnostics[0].code is Code.TABLE_PROTECTED
        assert tables.names() == [name]


def test_a_dropped_table_is_gone(endpoint: Endpoint) -> None:
    with Tables(endpoint) as tables:
        name = tables.create(STATED["local indexes"])
        tables.drop(name)
        assert tables.names() == []
        with pytest.raises(EnvironmentFault) as fault:
            tables.describe(name)
        assert fault.value.diagnostics[0].code is Code.UNKNOWN_TABLE


def test_only_tables_with_the_prefix_are_listed(endpoint: Endpoint) -> None:
    inner = replace(endpoint, table_prefix=f"{endpoint.table_prefix}inner-")
    with Tables(endpoint) as outside, Tables(inner) as inside:
        outside.create(STATED["both keys"])
        inside.create(STATED["both keys"])
        assert inside.names() == [f"{inner.table_prefix}t"]
        assert outside.names() == sorted([f"{endpoint.table_prefix}t", f"{inner.table_prefix}t"])


def test_a_broken_aws_setup_does_not_matter_elsewhere(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "config"
    broken.write_text("[profile")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(broken))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(broken))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with Tables(endpoint) as tables:
        assert tables.names() == []


def test_a_broken_aws_setup_is_a_finding_on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    aws = Endpoint("https://dynamodb.us-east-1.amazonaws.com", True, "mine-")
    with pytest.raises(EnvironmentFault, match="nobody"):
        control_plane(aws)


TWO = """\
version: 1
name: two
entities:
  notes:
    count: 40
    attributes: {uuid: {generate: uuid}}
tables:
  first:
    partition_key: pk
    deletion_protection: true
    items: {note: {from: notes, key: {pk: "${uuid}"}}}
  second:
    partition_key: pk
    items: {note: {from: notes, key: {pk: "${uuid}"}}}
access_patterns: {}
"""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Prepared]:
    prepared = prepare_items(check_text(TWO, folder=tmp_path).require(), seed=1)
    yield prepared
    prepared.facts.close()


def names(endpoint: Endpoint) -> set[str]:
    with Tables(endpoint) as tables:
        return {name.removeprefix(endpoint.table_prefix) for name in tables.names()}


def test_tables_of_a_run_are_dropped_though_they_state_protection(
    two: Prepared, endpoint: Endpoint
) -> None:
    created = load_tables(two, endpoint)
    assert names(endpoint) == {"first", "second"}
    drop_tables(endpoint, created)
    assert names(endpoint) == set()


def test_nothing_is_left_when_the_second_table_exists(two: Prepared, endpoint: Endpoint) -> None:
    with Tables(endpoint) as tables:
        theirs = tables.describe(tables.create(Table("second", PK, SK)))
    with pytest.raises(EnvironmentFault) as fault:
        load_tables(two, endpoint)
    [found] = fault.value.diagnostics
    assert found.code is Code.TABLE_EXISTS
    assert found.place == two.definition.source.key("tables", "second")
    with Tables(endpoint) as tables:
        assert [tables.describe(name) for name in tables.names()] == [theirs]


def test_nothing_is_left_when_the_items_do_not_fit(two: Prepared, endpoint: Endpoint) -> None:
    with Tables(endpoint) as tables:
        tables.create(Table("second", PK, SK))
    with pytest.raises(InputError) as error:
        load_tables(two, endpoint, lasting=True, into_existing=True)
    [found] = error.value.diagnostics
    assert found.code is Code.REQUEST_REFUSED
    assert found.place is not None
    assert names(endpoint) == {"second"}


def test_loading_to_stay_keeps_the_protection_that_is_stated(
    two: Prepared, endpoint: Endpoint
) -> None:
    load_tables(two, endpoint, lasting=True)
    with Tables(endpoint) as tables:
        protected = {
            stored.table.name.removeprefix(endpoint.table_prefix): stored.table.deletion_protection
            for stored in map(tables.describe, tables.names())
        }
        assert protected == {"first": True, "second": False}
    # Loading again, now into tables that are there, changes nothing about them.
    assert load_tables(two, endpoint, lasting=True, into_existing=True) == []


def test_every_table_that_can_be_dropped_is(two: Prepared, endpoint: Endpoint) -> None:
    created = load_tables(two, endpoint, lasting=True)
    with pytest.raises(EnvironmentFault) as fault:
        drop_tables(endpoint, created)
    assert [found.code for found in fault.value.diagnostics] == [Code.TABLE_PROTECTED]
    assert names(endpoint) == {"first"}
