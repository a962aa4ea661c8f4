"""Sizes and units of a table's items: by column beside one item at a time.

    python benchmarks/sizes.py [items ...]

Items of 12 attributes: texts, numbers, a truth value, an instant, a list, a map. Each number of
items runs in a process of its own. By column, all items are sized in DuckDB by the expressions that
a run uses; one at a time, 20,000 of them are sized in Python and the time is scaled up.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import duckdb
import orjson

from dynaproof.capacity.item_size import item_bytes
from dynaproof.items.attribute_sql import NUMBER_MACROS, attribute_sql
from dynaproof.items.template_sql import SqlValue
from dynaproof.items.units import read_units_sql, write_units_sql

SAMPLE = 20_000
ROUNDS = 3
ROWS = """
    SELECT 'USER#' || i AS pk, 'ORDER#' || lpad(CAST(i AS VARCHAR), 10, '0') AS sk,
           md5(CAST(i AS VARCHAR)) AS id, i AS number, (i * 7919) % 100000 AS amount,
           CAST((i % 10000) / 100 AS DECIMAL(12, 2)) AS price, 'open' AS status,
           i % 2 = 0 AS paid, TIMESTAMP '2026-01-01' + to_seconds(i) AS made_at,
           'some text of fair length ' || i AS body, ['x', 'y'] AS tags,
           {'street': 's' || i, 'zip': i % 99999} AS address
    FROM range($first, $last) AS rows(i)
"""
CHUNK = 1_000_000


def measure(count: int) -> str:
    connection = duckdb.connect(config={"memory_limit": "400MB"})
    for macro in NUMBER_MACROS:
        connection.execute(macro)
    shape = connection.sql(ROWS.replace("$first", "0").replace("$last", "1"))
    attributes = {
        name: attribute_sql(SqlValue(f'source."{name}"', kind))
        for name, kind in zip(shape.columns, shape.types, strict=True)
    }
    size = " + ".join(
        f"coalesce({made.bytes} + {len(name.encode())}, 0)" for name, made in attributes.items()
    )
    by_column = sized = 0.0
    for first in range(0, count, CHUNK):
        last = min(first + CHUNK, count)
        connection.execute(
            f"CREATE OR REPLACE TABLE items AS {ROWS}", {"first": first, "last": last}
        )
        times: list[float] = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            row = connection.execute(
                f"SELECT sum(bytes), sum({read_units_sql('bytes')}), sum({write_units_sql('bytes')})"
                f" FROM (SELECT {size} AS bytes FROM items AS source)"
            ).fetchall()[0]
            times.append(time.perf_counter() - start)
        by_column += sorted(times)[ROUNDS // 2]
        sized += float(row[0])
    members = ", ".join(f"'\"{name}\":' || {made.json}" for name, made in attributes.items())
    texts = connection.execute(
        f"SELECT '{{' || concat_ws(',', {members}) || '}}' FROM items AS source LIMIT {SAMPLE}"
    ).fetchall()
    items = [orjson.loads(text) for (text,) in texts]
    start = time.perf_counter()
    for item in items:
        item_bytes(item)
    one_by_one = (time.perf_counter() - start) * count / len(items)
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return (
        f"{count:>11,} items of {sized / count:.0f} bytes: by column {by_column:6.2f} s, one at a"
        f" time {one_by_one:7.2f} s, {one_by_one / by_column:5.1f} times; peak {peak:,.0f} MB"
    )


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        print(measure(int(sys.argv[2])))
        return
    for count in sys.argv[1:] or ("1000000", "10000000"):
        subprocess.run([sys.executable, __file__, "--one", count], check=True)


if __name__ == "__main__":
    main()
