"""Capacity units of items by column: the rules of ``capacity/units.py`` as SQL over sizes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

from dynaproof.capacity.units import READ_UNIT_BYTES, WRITE_UNIT_BYTES
from dynaproof.facts.quoting import quoted
from dynaproof.items.stored import TableItems
from dynaproof.items.views import index_column, key_column


def read_units_sql(size: str, *, consistent: bool = False) -> str:
    """Read units of a GetItem of ``size`` bytes; half for an eventually consistent one."""
    blocks = f"ceil({size} / {READ_UNIT_BYTES})"
    return blocks if consistent else f"({blocks} / 2)"


def write_units_sql(size: str) -> str:
    """Write units of putting an item, or an index entry, of ``size`` bytes where there is none."""
    return f"ceil({size} / {WRITE_UNIT_BYTES})"


def units_query(items: TableItems) -> str:
    """A SELECT of every item's keys, type, bytes and units, index by index.

    Columns: the key attributes, ``item_type``, ``bytes``, ``read_units`` (eventually consistent),
    ``consistent_read_units``, ``write_units``, and for each index ``NAME bytes`` and
    ``NAME write_units``, NULL where the item is not in the index.
    """
    columns = [
        f"{key_column(key.name)} AS {quoted(key.name)}" for key in items.table.key_attributes
    ]
    columns += [
        "item_type",
        "bytes",
        f"{read_units_sql('bytes')} AS read_units",
        f"{read_units_sql('bytes', consistent=True)} AS consistent_read_units",
        f"{write_units_sql('bytes')} AS write_units",
    ]
    for index in items.table.indexes:
        size = index_column(index.name)
        columns.append(f"{size} AS {quoted(f'{index.name} bytes')}")
        columns.append(f"{write_units_sql(size)} AS {quoted(f'{index.name} write_units')}")
    return f"SELECT {', '.join(columns)} FROM {items.relation}"
