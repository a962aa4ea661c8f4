"""Units by column are those of one item at a time."""

from __future__ import annotations

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.capacity.units import read_units, write_units
from dynaproof.items.units import read_units_sql, write_units_sql
from dynaproof.model.table import MAX_ITEM_BYTES

SIZES = st.integers(1, MAX_ITEM_BYTES) | st.sampled_from([1, 1024, 1025, 4096, 4097, 409_600])


@given(st.lists(SIZES, min_size=1, max_size=200))
def test_columns_and_single_items_cost_the_same(sizes: list[int]) -> None:
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT {read_units_sql('bytes')}, {read_units_sql('bytes', consistent=True)},"
            f" {write_units_sql('bytes')} FROM (SELECT unnest($sizes) AS bytes)",
            {"sizes": sizes},
        ).fetchall()
    assert rows == [
        (read_units(size, "eventual"), read_units(size, "strong"), write_units(size))
        for size in sizes
    ]
