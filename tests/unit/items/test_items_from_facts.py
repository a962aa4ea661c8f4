"""Items made from real facts; faults of the data say their code and their place in the YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dynaproof.capacity.item_size import item_bytes
from dynaproof.definition.load import examine_text
from dynaproof.facts.database import Facts
from dynaproof.items.stored import TableItems, make_items, prepare
from dynaproof.model.attribute_value import from_attribute_value
from dynaproof.model.diagnostic import Diagnostic, InputError

HEAD = """\
version: 1
name: items
entities:
  rooms:
    count: 4
    attributes:
      number: {generate: sequence}
      name: {generate: word}
      size: {generate: integer, min: -50, max: 50}
tables:
"""


@contextmanager
def made(tables: str) -> Iterator[TableItems]:
    """The items of the first table of a definition with these tables."""
    loaded = examine_text(HEAD + tables, "items.yaml", folder=Path())
    assert loaded.definition is not None
    assert not loaded.diagnostics, "\n".join(map(str, loaded.diagnostics))
    definition = loaded.definition
    with Facts.generate(
        definition.entities, seed=1, folder=definition.folder, places=definition.source
    ) as facts:
        prepare(facts.connection)
        yield make_items(facts.connection, definition, definition.tables[0])


def faults(tables: str) -> tuple[Diagnostic, ...]:
    """What is found when the items are made."""
    with pytest.raises(InputError) as raised, made(tables):
        pass
    return raised.value.diagnostics


# Lines are counted from HEAD, which has 10.
FAULTS = {
    "a partition key that is NULL in some rows": (
        """\
  chat:
    partition_key: pk
    items:
      room:
        from: SELECT CASE WHEN number > 2 THEN name || number END AS id FROM rooms
        key: {pk: "${id}"}
""",
        [("DP305", "16:19", "2 item(s)")],
    ),
    "a sort key that is empty": (
        """\
  chat:
    partition_key: pk
    sort_key: sk
    items:
      room:
        from: SELECT *, CASE WHEN number = 1 THEN '' ELSE name END AS title FROM rooms
        key: {pk: "${number:04d}", sk: "${title}"}
""",
        [("DP305", "17:40", "1 item(s)")],
    ),
    "an index key that is empty, where NULL would leave the item out": (
        """\
  chat:
    partition_key: pk
    global_secondary_indexes: {by-title: {partition_key: title}}
    items:
      room:
        from: SELECT *, '' AS title FROM rooms
        key: {pk: "${number:04d}"}
        attributes:
          title: ${title}
""",
        [("DP305", "19:18", "4 item(s)")],
    ),
    "a partition key and a sort key of one byte too many, counted in UTF-8": (
        """\
  chat:
    partition_key: pk
    sort_key: sk
    items:
      room:
        from: >
          SELECT number, repeat('é', 1024) || 'x' AS wide, repeat('é', 512) || 'x' AS high
          FROM rooms WHERE number = 1
        key:
          pk: ${wide}
          sk: ${high}
""",
        [("DP306", "20:15", "2,048"), ("DP306", "21:15", "1,024")],
    ),
    "an item of one byte too many": (
        """\
  chat:
    partition_key: pk
    items:
      room:
        from: SELECT number, repeat('x', 409600 - 2 - 4 - 1 + number) AS body FROM rooms
        key: {pk: "${number:04d}"}
        attributes: {b: "${body}"}
""",
        # 'pk' and its four digits, 'b' and the text: 409,600 bytes and more from number 1 on.
        [("DP308", "14:7", "4 item(s)")],
    ),
    "the same key twice within an item type": (
        """\
  chat:
    partition_key: pk
    items:
      room:
        from: rooms
        key: {pk: ROOM}
""",
        [("DP309", "16:9", "pk = ROOM")],
    ),
    "the same key in two item types": (
        """\
  chat:
    partition_key: pk
    items:
      room:
        from: rooms
        key: {pk: "${number:04d}"}
      lobby:
        from: SELECT * FROM rooms WHERE number = 3
        key: {pk: "0003"}
""",
        [("DP309", "19:9", "'lobby' and 'room'")],
    ),
    "the same number as key, of two SQL types": (
        """\
  chat:
    partition_key: {name: pk, type: N}
    items:
      room:
        from: SELECT number FROM rooms
        key: {pk: "${number}"}
      lobby:
        from: SELECT CAST(2 AS DOUBLE) AS number
        key: {pk: "${number}"}
""",
        [("DP309", "19:9", "pk = 2")],
    ),
    "NaN": (
        """\
  chat:
    partition_key: pk
    items:
      room:
        from: SELECT number, CAST('nan' AS DOUBLE) AS size FROM rooms
        key: {pk: "${number:04d}"}
        attributes: {size: "${size}"}
""",
        [("DP310", "14:7", "4 item(s)")],
    ),
    "infinity, deep inside": (
        """\
  chat:
    partition_key: pk
    items:
      room:
        from: "SELECT number, [{'at': CAST('-inf' AS DOUBLE)}] AS sizes FROM rooms"
        key: {pk: "${number:04d}"}
        attributes: {sizes: "${sizes}"}
""",
        [("DP310", "14:7", "4 item(s)")],
    ),
    "39 digits": (
        """\
  chat:
    partition_key: pk
    items:
      room:
        from: SELECT number, CAST('1' || repeat('0', 36) || '10' AS HUGEINT) + number AS size FROM rooms
        key: {pk: "${number:04d}"}
        attributes: {size: "${size}"}
""",
        [("DP310", "14:7", "4 item(s)")],
    ),
    "a number beyond 9.99E+125, and one in a set": (
        """\
  chat:
    partition_key: pk
    items:
      room:
        from: SELECT number, 1e126 AS size, [1e-131] AS sizes FROM rooms WHERE number < 3
        key: {pk: "${number:04d}"}
        attributes: {size: "${size}"}
      lobby:
        from: SELECT [CAST(1e126 AS DOUBLE)] AS sizes
        key: {pk: LOBBY}
        attributes: {sizes: {value: "${sizes}", type: NS}}
""",
        [("DP310", "14:7", "2 item(s)"), ("DP310", "18:7", "1 item(s)")],
    ),
    "SQL that fails on some row": (
        """\
  chat:
    partition_key: pk
    items:
      room:
        from: SELECT CAST(name AS INTEGER) AS size FROM rooms
        key: {pk: "ROOM#${size}"}
      lobby:
        from: rooms
        key: {pk: "${number:04d}"}
""",
        [("DP208", "15:15", "'room'")],
    ),
    "a template that names no column": (
        """\
  chat:
    partition_key: pk
    items:
      room:
        from: rooms
        key: {pk: "${numbr:04d}"}
""",
        [("DP304", "16:19", "numbr")],
    ),
    "an index key of another type": (
        """\
  chat:
    partition_key: pk
    global_secondary_indexes: {by-size: {partition_key: size}}
    items:
      room:
        from: rooms
        key: {pk: "${number:04d}"}
        attributes:
          size: ${size}
""",
        [("DP307", "19:17", "N (SQL BIGINT)")],
    ),
}


@pytest.mark.parametrize(("tables", "expected"), FAULTS.values(), ids=FAULTS)
def test_faults_of_the_data(tables: str, expected: list[tuple[str, str, str]]) -> None:
    found = faults(tables)
    assert [(one.code.value, str(one.place)) for one in found] == [
        (code, f"items.yaml:{place}") for code, place, _ in expected
    ], "\n".join(map(str, found))
    for one, (_, _, said) in zip(found, expected, strict=True):
        assert said in one.message
        assert one.hint


AT_THE_LIMIT = """\
  chat:
    partition_key: pk
    sort_key: sk
    items:
      room:
        from: >
          SELECT repeat('é', 1024) AS wide, repeat('é', 512) AS high,
                 repeat('x', 409600 - 2050 - 1026 - 1) AS body,
          FROM rooms WHERE number = 1
        key: {pk: "${wide}", sk: "${high}"}
        attributes: {b: "${body}"}
      numbers:
        from: >
          SELECT CAST(repeat('3', 38) || '0' AS UHUGEINT) AS digits, 9.9e125::DOUBLE AS huge,
                 -1e-130::DOUBLE AS tiny
        key: {pk: NUMBERS, sk: x}
        attributes: {digits: "${digits}", huge: "${huge}", tiny: "${tiny}"}
"""


def test_what_is_just_at_the_limits_is_good() -> None:
    with made(AT_THE_LIMIT) as items:
        assert items.sizes()[0].max_bytes == 409_600
        assert items.count() == 2


EVERYTHING = """\
  chat:
    partition_key: pk
    sort_key: {name: sk, type: N}
    global_secondary_indexes:
      sparse: {partition_key: open_in, sort_key: {name: sk, type: N}, projection: {include: [name]}}
      keys: {partition_key: open_in, projection: keys_only}
      whole: {partition_key: pk, sort_key: name}
    items:
      room:
        from: >
          SELECT *, CASE WHEN number % 2 = 0 THEN 'north' END AS open_in,
                 [name, NULL] AS words, {'wide': size, 'gone': NULL::VARCHAR} AS area,
                 encode(name) AS raw, size > 0 AS big
          FROM rooms
        key: {pk: "ROOM#${number:04d}", sk: "${number}"}
        attributes:
          name: "${name}"
          open_in: ${open_in}
          words: ${words}
          area: ${area}
          raw: ${raw}
          big: ${big}
          kind: room
          version: 1
          "odd name": {value: "${words}", type: SS}
"""


def test_items_hold_what_the_view_says() -> None:
    with made(EVERYTHING) as items:
        rows = items.connection.execute("SELECT * FROM rooms ORDER BY number").fetchall()
        texts = sorted(text for batch in items.batches(3) for text in batch)
        found = {
            name: [from_attribute_value(item[name]) if name in item else None for item in read]
            for read in [[json.loads(text) for text in texts]]
            for name in read[0] | read[1]
        }
    names = [name for _, name, _ in rows]
    assert found["pk"] == ["ROOM#0001", "ROOM#0002", "ROOM#0003", "ROOM#0004"]
    assert found["sk"] == [1, 2, 3, 4]
    assert found["open_in"] == [None, "north", None, "north"]
    assert found["words"] == [[name, None] for name in names]
    assert found["area"] == [{"wide": size} for *_, size in rows]
    assert found["big"] == [size > 0 for *_, size in rows]
    assert found["kind"] == ["room"] * 4
    assert found["version"] == [1] * 4
    assert found["odd name"] == [{name} for name in names]


def test_sizes_of_items_and_of_index_entries_are_those_of_the_service_rules() -> None:
    with made(EVERYTHING) as items:
        rows = items.connection.execute(
            f'SELECT item, bytes, "index.sparse", "index.keys", "index.whole" FROM {items.relation}'
        ).fetchall()
    assert len(rows) == 4
    for text, size, sparse, keys, whole in rows:
        item = json.loads(text)
        assert size == item_bytes(item)
        assert whole == size
        keyed = {name: item[name] for name in ("pk", "sk", "open_in") if name in item}
        if "open_in" in item:
            assert keys == item_bytes(keyed)
            assert sparse == item_bytes(keyed | {"name": item["name"]})
        else:
            assert (sparse, keys) == (None, None)


def test_a_table_without_items_has_none() -> None:
    with made("  chat: {partition_key: pk, sort_key: {name: sk, type: B}}\n") as items:
        assert items.count() == 0
        assert items.sizes() == []
        assert list(items.batches(10)) == []
