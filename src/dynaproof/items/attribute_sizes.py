"""What each attribute adds to the items of a type."""

from __future__ import annotations

from dataclasses import dataclass

from dynaproof.items.attribute_sql import spec_sql
from dynaproof.items.stored import TableItems, view_columns
from dynaproof.items.views import source_sql
from dynaproof.model.definition import Definition
from dynaproof.model.item import ItemType


@dataclass(frozen=True, slots=True)
class AttributeSize:
    """Bytes of an attribute, name included, in all items of a type together."""

    name: str
    total_bytes: int


def attribute_sizes(
    items: TableItems, item_type: ItemType, definition: Definition
) -> tuple[AttributeSize, ...]:
    """The size of every attribute of a type, in the order of the definition.

    An attribute that an item does not have adds nothing. The definition is free of errors.
    """
    source = source_sql(item_type, definition)
    columns = view_columns(items.connection, source)
    made = {spec.name: spec_sql(spec, columns).bytes for spec in item_type.all_attributes}
    sums = [
        f"coalesce(sum({size} + {len(name.encode())}), 0)::BIGINT" for name, size in made.items()
    ]
    row = items.connection.execute(
        f"SELECT {', '.join(sums)} FROM ({source}\n) AS source"
    ).fetchone()
    return tuple(AttributeSize(name, int(size)) for name, size in zip(made, row or (), strict=True))
