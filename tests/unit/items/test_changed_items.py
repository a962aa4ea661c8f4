"""What a change of the facts does to the items, held against items made anew from changed facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import orjson
import pytest

from dynaproof.definition.load import examine_text, load
from dynaproof.facts.database import Facts
from dynaproof.facts.quoting import quoted
from dynaproof.facts.sql import run_change
from dynaproof.facts.sql_problem import SqlError
from dynaproof.items.changed_items import Change, ItemChanges, expected_items
from dynaproof.items.entities_of_sql import changed_entities, read_entities
from dynaproof.items.item_views import Key, TypedItem, item_views
from dynaproof.items.stored import make_items, prepare
from dynaproof.model.attribute_equality import canonical_item
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import InputError
from dynaproof.model.entity import Count, Entity
from dynaproof.proof.parameters import parameter_sets

PATTERNS = Path(__file__).parents[3] / "patterns"
HELD, HASHED = 1_000, 0
"""Rows of a view that are held in Python; beyond, DuckDB holds hashes of them."""


def smaller(entity: Entity) -> Entity:
    if entity.rows is not None:
        entity = replace(entity, rows=8)
    if entity.each is not None and entity.each.count.kind != "fixed":
        counts = Count("uniform", minimum=min(entity.each.count.minimum, 2), maximum=2)
        entity = replace(entity, each=replace(entity.each, count=counts))
    return entity


@contextmanager
def facts_of(definition: Definition) -> Iterator[Facts]:
    with Facts.generate(
        definition.entities, seed=3, folder=definition.folder, places=definition.source
    ) as facts:
        prepare(facts.connection)
        yield facts


def definition_of(text: str) -> Definition:
    loaded = examine_text(text, "changed.yaml", folder=Path())
    assert not loaded.diagnostics, "\n".join(map(str, loaded.diagnostics))
    assert loaded.definition is not None
    return loaded.definition


def snapshot(facts: Facts) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all entities."""
    return {
        name: sorted(facts.connection.execute(f"SELECT * FROM {quoted(name)}").fetchall(), key=repr)
        for name in facts.entities
    }


def stored_items(facts: Facts, definition: Definition) -> dict[Key, TypedItem]:
    """The items as they are loaded into tables: made by other code than what is tested here."""
    found: dict[Key, TypedItem] = {}
    for table in definition.tables:
        made = make_items(facts.connection, definition, table)
        rows = facts.connection.execute(f"SELECT item FROM {made.relation}").fetchall()
        for (text,) in rows:
            item = orjson.loads(text)
            key = {attribute.name: item[attribute.name] for attribute in table.key_attributes}
            found[table.name, orjson.dumps(key)] = item
    return found


def canonical(items: Mapping[Key, TypedItem | None]) -> dict[Key, object]:
    return {key: None if item is None else canonical_item(item) for key, item in items.items()}


def difference(
    before: Mapping[Key, TypedItem], after: Mapping[Key, TypedItem]
) -> dict[Key, object]:
    return {
        key: after.get(key) and canonical_item(after[key])
        for key in {**before, **after}
        if before.get(key) != after.get(key)
    }


def shipped() -> list[str]:
    return sorted(file.stem for file in PATTERNS.glob("*.yaml"))


@pytest.fixture(scope="module", params=shipped())
def shipped_definition(request: pytest.FixtureRequest) -> Definition:
    definition = load(PATTERNS / f"{request.param}.yaml")
    return replace(definition, entities=tuple(map(smaller, definition.entities)))


def changes_of(definition: Definition, facts: Facts) -> dict[str, Change]:
    found: dict[str, Change] = {}
    for pattern in definition.access_patterns:
        if pattern.change is not None:
            try:
                sets = parameter_sets(pattern, definition, facts, {}, seed=1)
            except InputError:  # so few facts may have none for this pattern
                continue
            found |= {f"{pattern.name}, {one.label}": (pattern.change, one.values) for one in sets}
    return found


def test_all_items_of_shipped_definitions_are_those_that_are_loaded(
    shipped_definition: Definition,
) -> None:
    with facts_of(shipped_definition) as facts:
        stored = stored_items(facts, shipped_definition)
        expected = expected_items(facts.connection, shipped_definition)
        with ItemChanges(facts.connection, shipped_definition) as changes:
            assert changes.starting_items() == expected
    assert canonical(expected.items) == canonical(stored)
    assert not expected.collisions
    assert not expected.faults


@pytest.mark.parametrize("held", [HELD, HASHED])
def test_changes_of_shipped_patterns_change_the_items_that_change_when_all_are_made_anew(
    shipped_definition: Definition, held: int
) -> None:
    with facts_of(shipped_definition) as facts:
        before, rows = stored_items(facts, shipped_definition), snapshot(facts)
        changes = changes_of(shipped_definition, facts)
        assert changes
        with ItemChanges(facts.connection, shipped_definition, most_rows_held=held) as item_changes:
            for name, change in changes.items():
                found = item_changes.after([change])
                assert snapshot(facts) == rows, name
                facts.connection.execute("BEGIN")
                run_change(facts.connection, *change)
                anew = difference(before, stored_items(facts, shipped_definition))
                facts.connection.execute("ROLLBACK")
                assert canonical(found.items) == anew, name
                assert not found.collisions, name
                assert not found.faults, name


TYPES = """\
version: 1
name: types
entities:
  rows:
    count: 9
    attributes:
      n: {generate: sequence}
      flag: {generate: boolean, null: 0.3}
      price: {generate: decimal, min: -3, max: 3, null: 0.3}
      moment: {generate: timestamp, precision: microseconds, null: 0.3}
      day: {generate: date}
tables:
  types:
    partition_key: {name: pk, type: N}
    sort_key: {name: sk, type: B}
    items:
      one:
        from: >
          SELECT *, n * 1.50 AS pk, encode('k' || n) AS sk, nullif(n, 3) AS missing,
            CAST(n AS DOUBLE) / 3 AS thirds, CAST(n AS FLOAT) / 3 AS single,
            CAST(n AS DOUBLE) * 1e25 AS big, -1e-20 * n AS tiny,
            CAST(n AS HUGEINT) * 10000000000000000000000 AS huge,
            CASE WHEN n > 4 THEN [price, NULL, 1] END AS prices, [CAST(n AS FLOAT) / 7] AS singles,
            ['b', 'a', NULL, 'b'] AS texts, CASE WHEN n > 2 THEN [1.50, 2, n] ELSE [] END AS numbers,
            [encode('a'), encode(chr(CAST(n + 64 AS INTEGER)))] AS blobs, [moment] AS instants,
            {'a': flag, 'b': {'c': price, 'd "q"': n}, 'e': [moment]} AS nested,
            {'a': flag, 'b': {'c': price, 'é': 'x' || n}} AS plain,
            MAP {'x' || n: price, 'y': NULL} AS mapped, CAST('11:22:33' AS TIME) AS clock,
            CAST([n, n] AS BIGINT[2]) AS pair, CAST(uuid() IS NOT NULL AS VARCHAR) AS text,
            [CAST('7f2c5a10-0000-4000-8000-000000000001' AS UUID)] AS ids, NULL AS nothing
          FROM rows
        key: {pk: "${pk}", sk: "${sk}"}
        attributes:
          flag: ${flag}
          price: ${price}
          price_text: {value: "${price}", type: S}
          at: ${moment}
          at_epoch: ${moment:epoch-ms}
          day: ${day}
          day_in: on ${day:%d.%m.%Y}
          padded: ${n:05d}
          joined: ${n}/${price}/${moment}/${flag}
          missing: ${missing}
          thirds: ${thirds}
          single: ${single}
          big: ${big}
          tiny: ${tiny}
          huge: ${huge}
          prices: ${prices}
          singles: ${singles}
          texts: ${texts}
          text_set: {value: "${texts}", type: SS}
          number_set: {value: "${numbers}", type: NS}
          blob_set: {value: "${blobs}", type: BS}
          instants: ${instants}
          nested: ${nested}
          part: ${nested.b.c}
          plain: ${plain}
          mapped: ${mapped}
          clock: ${clock}
          pair: ${pair}
          text: ${text}
          ids: ${ids}
          nothing: ${nothing}
          none: {value: "${flag}", type: "NULL"}
          fixed: 12
          ratio: 0.25
          yes: true
          word: constant
"""


@pytest.mark.parametrize("held", [HELD, HASHED])
def test_values_of_every_type_are_those_that_are_loaded(held: int) -> None:
    definition = definition_of(TYPES)
    with facts_of(definition) as facts:
        stored = stored_items(facts, definition)
        with ItemChanges(facts.connection, definition, most_rows_held=held) as changes:
            start = changes.starting_items()
            touched = changes.after([("UPDATE rows SET price = price + 1, flag = NOT flag", {})])
        facts.connection.execute("UPDATE rows SET price = price + 1, flag = NOT flag")
        assert canonical(start.items) == canonical(stored)
        anew = stored_items(facts, definition)
        assert canonical(touched.items) == difference(stored, anew) != {}


SHOP = """\
version: 1
name: shop
entities:
  people:
    count: 3
    attributes:
      id: {generate: sequence}
      name: {generate: word}
  orders:
    count: 4
    attributes:
      number: {generate: sequence}
      person: {references: people.id}
      amount: {generate: integer, min: 1, max: 9}
      note: {generate: word}
tables:
  shop:
    partition_key: pk
    sort_key: {name: sk, type: N}
    global_secondary_indexes: {by-note: {partition_key: note}}
    items:
      person:
        from: people
        key: {pk: "PERSON#${id}", sk: 0}
        attributes: {name: "${name}"}
      order:
        from: SELECT *, CAST(number AS DECIMAL(9, 2)) AS at FROM orders
        key: {pk: "PERSON#${person}", sk: "${at}"}
        attributes: {amount: "${amount}", note: "${note}"}
      total:
        from: SELECT person, CAST(sum(amount) AS BIGINT) AS total FROM orders GROUP BY person
        key: {pk: "TOTAL#${person}", sk: 0}
        attributes: {total: "${total}"}
"""
ROWS = """\
DELETE FROM people; DELETE FROM orders;
INSERT INTO people VALUES (1, 'ann'), (2, 'bob');
INSERT INTO orders VALUES (1, 1, 5, 'a'), (2, 1, 7, 'b'), (3, 2, 9, 'c')
"""


@contextmanager
def shop(held: int = HELD) -> Iterator[tuple[Facts, ItemChanges]]:
    definition = definition_of(SHOP)
    with facts_of(definition) as facts:
        run_change(facts.connection, ROWS, {})
        with ItemChanges(facts.connection, definition, most_rows_held=held) as changes:
            yield facts, changes


def readable(items: Mapping[Key, TypedItem | None]) -> dict[str, object]:
    """``{"PERSON#1 0": {"name": {"S": "ann"}}}``: keys apart from what is under them."""
    found: dict[str, object] = {}
    for (_, key), item in items.items():
        parts = orjson.loads(key)
        rest = item and {name: value for name, value in item.items() if name not in parts}
        found[f"{parts['pk']['S']} {parts['sk']['N']}"] = rest
    return found


@pytest.mark.parametrize("held", [HELD, HASHED])
def test_items_that_come_change_and_go(held: int) -> None:
    change = (
        "DELETE FROM orders WHERE number = $old; INSERT INTO orders VALUES ($new, 1, 1, 'd')",
        {"old": 3, "new": 4, "not_used": 0},
    )
    with shop(held) as (_, changes):
        found = changes.after([change])
    assert readable(found.items) == {
        "PERSON#2 3": None,
        "TOTAL#2 0": None,
        "PERSON#1 4": {"amount": {"N": "1"}, "note": {"S": "d"}},
        "TOTAL#1 0": {"total": {"N": "13"}},
    }
    assert sorted(found.item_types.values()) == ["order", "total"]


def test_changes_are_made_one_after_another_and_each_time_on_the_facts_as_they_were() -> None:
    double = ("UPDATE orders SET amount = amount * $by WHERE number = 3", {"by": 2})
    less = ("UPDATE orders SET amount = amount - $by WHERE number = 3", {"by": 1})
    with shop() as (_, changes):
        totals = [
            readable(changes.after(several).items)["TOTAL#2 0"]
            for several in ([double, less], [less, double], [double])
        ]
        assert changes.after([double, ("UPDATE orders SET amount = 9 WHERE number = 3", {})]) == (
            changes.after([])
        )
    assert totals == [{"total": {"N": "17"}}, {"total": {"N": "16"}}, {"total": {"N": "18"}}]


COLLISIONS = {
    "a new fact with the key of one that was there": (
        "INSERT INTO orders VALUES (1, 1, 6, 'z')",
        {"PERSON#1 1": ["order", "order"]},
    ),
    "a fact exactly as one that was there": (
        "INSERT INTO orders SELECT * FROM orders WHERE number = 1",
        {"PERSON#1 1": ["order", "order"]},
    ),
    "two new facts": (
        "INSERT INTO orders VALUES (8, 2, 1, 'x'), (8, 2, 2, 'y')",
        {"PERSON#2 8": ["order", "order"]},
    ),
    "two new facts exactly alike": (
        "INSERT INTO orders VALUES (8, 2, 1, 'x'), (8, 2, 1, 'x')",
        {"PERSON#2 8": ["order", "order"]},
    ),
    "an item of another type, whose entity was not touched": (
        "INSERT INTO orders VALUES (0, 1, 1, 'x')",
        {"PERSON#1 0": ["order", "person"]},
    ),
    "a fact that takes the key of one that goes": (
        "DELETE FROM orders WHERE number = 1; INSERT INTO orders VALUES (1, 1, 6, 'z')",
        {},
    ),
}


@pytest.mark.parametrize("held", [HELD, HASHED])
@pytest.mark.parametrize(("sql", "expected"), COLLISIONS.values(), ids=COLLISIONS)
def test_two_items_under_one_key_are_told(
    held: int, sql: str, expected: dict[str, list[str]]
) -> None:
    with shop(held) as (facts, changes):
        found = changes.after([(sql, {})])
        run_change(facts.connection, sql, {})
        anew = expected_items(facts.connection, definition_of(SHOP))
    for collisions in (found.collisions, anew.collisions):
        told = {
            next(iter(readable({one.key: None}))): sorted(item.item_type for item in one.items)
            for one in collisions
        }
        assert told == expected


FAULTS = {
    "a key that is NULL": ("UPDATE orders SET person = NULL WHERE number = 1", "DP305", {28, 32}),
    "an index key that is empty": ("UPDATE orders SET note = '' WHERE number = 1", "DP305", {29}),
    "an index key that is too long": (
        "UPDATE orders SET note = repeat('x', 2049) WHERE number = 1",
        "DP306",
        {29},
    ),
    "an item that is too large": (
        "UPDATE people SET name = repeat('x', 410000) WHERE id = 1",
        "DP308",
        {23},
    ),
}


@pytest.mark.parametrize("held", [HELD, HASHED])
@pytest.mark.parametrize(("sql", "code", "lines"), FAULTS.values(), ids=FAULTS)
def test_items_that_dynamodb_would_refuse_are_told_with_their_place(
    held: int, sql: str, code: str, lines: set[int]
) -> None:
    with shop(held) as (facts, changes):
        found = changes.after([(sql, {})])
        run_change(facts.connection, sql, {})
        anew = expected_items(facts.connection, definition_of(SHOP))
    for faults in (found.faults, anew.faults):
        assert {fault.code.value for fault in faults} == {code}
        assert {fault.place.line for fault in faults if fault.place} == lines
        assert all(fault.hint for fault in faults)


@pytest.mark.parametrize("held", [HELD, HASHED])
def test_numbers_that_dynamodb_has_not_are_told_where_they_come_and_not_where_they_go(
    held: int,
) -> None:
    endless = "SELECT *, CASE amount WHEN 0 THEN 'inf'::DOUBLE ELSE number END AS at FROM orders"
    cast = "SELECT *, CAST(number AS DECIMAL(9, 2)) AS at FROM orders"
    definition = definition_of(SHOP.replace(cast, f'"{endless}"'))
    with facts_of(definition) as facts:
        run_change(facts.connection, ROWS, {})
        nothing, something = (f"UPDATE orders SET amount = {amount}" for amount in (0, 1))
        with ItemChanges(facts.connection, definition, most_rows_held=held) as changes:
            come = changes.after([(nothing, {})])
        run_change(facts.connection, nothing, {})
        with ItemChanges(facts.connection, definition, most_rows_held=held) as changes:
            go = changes.after([(something, {})])
    assert [fault.code.value for fault in come.faults] == ["DP310"]
    assert readable(come.items)["PERSON#1 1"] is None
    assert not go.faults
    assert readable(go.items)["PERSON#1 1"] == {"amount": {"N": "1"}, "note": {"S": "a"}}


@pytest.mark.parametrize("held", [HELD, HASHED])
def test_a_view_that_fails_on_changed_rows_is_told_and_the_facts_stay(held: int) -> None:
    noted = SHOP.replace("SELECT *, CAST", "SELECT *, CAST(note AS INTEGER) AS noted, CAST")
    definition = definition_of(noted.replace('amount: "${amount}"', 'amount: "${noted}"'))
    with facts_of(definition) as facts:
        facts.connection.execute("UPDATE orders SET note = '12'")
        rows = snapshot(facts)
        with ItemChanges(facts.connection, definition, most_rows_held=held) as changes:
            found = changes.after([("UPDATE orders SET note = 'many'", {})])
            assert snapshot(facts) == rows
            again = changes.after([("UPDATE orders SET note = '13'", {})])
        facts.connection.execute("UPDATE orders SET note = 'many'")
        anew = expected_items(facts.connection, definition)
    for fault in (*found.faults, *anew.faults):
        assert fault.code.value == "DP208"
        assert "item type 'order'" in fault.message
        assert "many" in fault.message
        assert fault.place is not None
        assert fault.place.line == 27
    assert len(found.faults) == len(anew.faults) == 1
    assert len(again.items) == 4
    assert set(anew.item_types.values()) == {"person", "total"}


def test_a_change_that_fails_on_the_facts_raises_and_the_facts_stay() -> None:
    changes_sql: list[Change] = [
        ("UPDATE orders SET amount = 0", {}),
        ("UPDATE orders SET amount = CAST(note AS INTEGER)", {}),
    ]
    with shop() as (facts, changes):
        rows = snapshot(facts)
        with pytest.raises(SqlError) as raised:
            changes.after(changes_sql)
        assert snapshot(facts) == rows
        # The next change is made as if nothing had been.
        assert readable(changes.after(changes_sql[:1]).items)["TOTAL#2 0"] == {"total": {"N": "0"}}
    assert [problem.code.value for problem in raised.value.diagnostics] == ["DP208"]


def test_nothing_is_left_in_duckdb_after_close() -> None:
    def tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
        return connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()

    definition = definition_of(SHOP)
    with facts_of(definition) as facts:
        before = tables(facts.connection)
        changes = ItemChanges(facts.connection, definition, most_rows_held=HASHED)
        assert tables(facts.connection) != before
        changes.close()
        assert tables(facts.connection) == before


ENTITIES = frozenset({"people", "orders", "order lines", "update"})
CHANGED = {
    "INSERT INTO people VALUES (1)": {"people"},
    "insert or replace into Orders values (1)": {"orders"},
    "UPDATE main.orders SET a = 1": {"orders"},
    'UPDATE "order lines" SET a = 1': {"order lines"},
    'UPDATE "update" SET a = 1': {"update"},
    "DELETE FROM orders; DELETE FROM people": {"orders", "people"},
    "DELETE /* FROM people */ FROM -- into people\n orders": {"orders"},
    "WITH x AS (SELECT 1 AS a) UPDATE orders SET a = x.a FROM x": {"orders"},
    "INSERT INTO orders VALUES ('from people') ON CONFLICT DO UPDATE SET a = 2": {"orders"},
    # What is read only may be named as well: then its views are computed for nothing.
    "INSERT INTO orders SELECT * FROM people": {"orders", "people"},
}


@pytest.mark.parametrize(("sql", "expected"), CHANGED.items(), ids=list(CHANGED))
def test_entities_that_a_change_touches(sql: str, expected: set[str]) -> None:
    assert changed_entities(sql, ENTITIES) == expected


READ = {
    "SELECT * FROM people": {"people"},
    'SELECT (SELECT max(a) FROM "order lines") FROM People p JOIN orders USING (id)': {
        "order lines",
        "people",
        "orders",
    },
    "WITH x AS (SELECT * FROM orders) SELECT * FROM x WHERE EXISTS (SELECT 1 FROM people)": {
        "orders",
        "people",
    },
    "SELECT 1": set(),
}


@pytest.mark.parametrize(("sql", "expected"), READ.items(), ids=list(READ))
def test_entities_that_a_view_reads(sql: str, expected: set[str]) -> None:
    with duckdb.connect(":memory:") as connection:
        assert read_entities(connection, sql, ENTITIES) == expected


def test_views_made_once_serve_other_facts() -> None:
    definition = definition_of(SHOP)
    with facts_of(definition) as facts:
        views = item_views(facts.connection, definition)
    with facts_of(definition) as others:
        run_change(others.connection, ROWS, {})
        found = expected_items(others.connection, definition, views)
    assert readable(found.items)["TOTAL#1 0"] == {"total": {"N": "12"}}
