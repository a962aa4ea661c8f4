"""Item collections and item sizes of a table, counted in DuckDB."""

from __future__ import annotations

from dynaproof.items.stored import TableItems
from dynaproof.items.views import index_column, key_column
from dynaproof.proof.results import Collection, CollectionSizes
from dynaproof.proof.sampled_items import sampled_collections

LARGEST_SHOWN = 10


def collection_sizes(items: TableItems) -> tuple[CollectionSizes, ...]:
    """Item collections of the table and of each index."""
    table = items.table
    sizes = [_sizes(items, None, [table.partition_key.name], "bytes")]
    sizes += [
        _sizes(
            items, index.name, [key.name for key in index.partition_key], index_column(index.name)
        )
        for index in table.indexes
    ]
    return tuple(sizes)


def size_histogram(items: TableItems) -> tuple[tuple[str, int, int], ...]:
    """Item sizes in steps of powers of two: (item type, bytes up to, number of items)."""
    rows = items.connection.execute(
        f"SELECT item_type, CAST(pow(2, ceil(log2(greatest(bytes, 1)))) AS BIGINT) AS up_to, count(*)"
        f" FROM {items.relation} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return tuple((row[0], row[1], row[2]) for row in rows)


def _sizes(items: TableItems, index: str | None, keys: list[str], measure: str) -> CollectionSizes:
    columns = ", ".join(key_column(key) for key in keys)
    label = " || ' / ' || ".join(f"CAST({key_column(key)} AS VARCHAR)" for key in keys)
    grouped = (
        f"SELECT {label} AS collection, count(*) AS items, sum({measure})::BIGINT AS bytes"
        f" FROM {items.relation} WHERE {measure} IS NOT NULL GROUP BY {columns}"
    )
    execute = items.connection.execute
    total = execute(
        f"SELECT count(*), coalesce(sum(items), 0)::BIGINT, coalesce(sum(bytes), 0)::BIGINT"
        f" FROM ({grouped})"
    ).fetchone() or (0, 0, 0)
    largest = execute(
        f"SELECT * FROM ({grouped}) ORDER BY items DESC, bytes DESC, collection"
        f" LIMIT {LARGEST_SHOWN}"
    ).fetchall()
    histogram = execute(
        f"SELECT CAST(pow(2, ceil(log2(items))) AS BIGINT) AS up_to, count(*) FROM ({grouped})"
        f" GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return CollectionSizes(
        items.table.name,
        index,
        total[0],
        total[1],
        total[2],
        tuple(Collection(*row) for row in largest),
        tuple((row[0], row[1]) for row in histogram),
        sampled_collections(items, index),
    )
