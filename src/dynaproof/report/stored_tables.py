"""Tables as an endpoint describes them, for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from dynaproof.dynamodb.tables import StoredTable
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Throughput
from dynaproof.report.figures import bytes_text, counted
from dynaproof.report.grids import print_indented, title
from dynaproof.report.plain_values import printable


def print_tables(stored: Sequence[StoredTable], console: Console) -> None:
    """Print tables: keys, size, billing, protection, stream, indexes."""
    if not stored:
        console.print(Text("no tables"))
    for number, one in enumerate(stored):
        if number:
            console.print()
        table = one.table
        console.print(title(printable(table.name)))
        size = f"{counted(one.items, 'item')}, {bytes_text(one.bytes)}"
        if table.indexes:
            size += f", indexes {bytes_text(one.index_bytes)}"
        for line in (
            f"{keys_text(table.key_attributes)}; {size}; {one.status.lower()}",
            "; ".join(
                (
                    billing_text(table.throughput),
                    f"deletion protection {'on' if table.deletion_protection else 'off'}",
                    f"stream {(table.stream or 'off').replace('_', ' ')}",
                )
            ),
            *(index_text(index) for index in table.indexes),
        ):
            print_indented(Text(printable(line)), console)


def keys_text(keys: Sequence[KeyAttribute]) -> str:
    """``pk (S), sk (N)``: partition key, then sort key."""
    return ", ".join(f"{key.name} ({key.type})" for key in keys)


def index_text(index: SecondaryIndex) -> str:
    """An index, its keys and its projection."""
    projected = index.projection.kind.replace("_", " ")
    if index.projection.attributes:
        projected += f" {', '.join(index.projection.attributes)}"
    short = "GSI" if index.kind == "global" else "LSI"
    return f"{short} {index.name}: {keys_text(index.key_attributes)}; projects {projected}"


def billing_text(throughput: Throughput | None) -> str:
    """``on demand``, or what is provisioned."""
    if throughput is None:
        return "on demand"
    return (
        f"provisioned {throughput.read_capacity_units:,} RCU, "
        f"{throughput.write_capacity_units:,} WCU"
    )
