"""Facts that share one key: one item would overwrite the other."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from dynaproof.items.changed_items import Collision
from dynaproof.model.attribute_value import as_typed, from_attribute_value, from_wire
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.proof.differences import Difference, RowFault

_SHOWN = 5


def collision_difference(collisions: Sequence[Collision], definition: Definition) -> Difference:
    """What two facts do to one another."""
    first = collisions[0]
    table_name, key = first.key
    types = " and ".join(dict.fromkeys(f"'{item.item_type}'" for item in first.items))
    shown = ", ".join(
        f"{name} {from_attribute_value(from_wire(as_typed(value)))!r}"
        for name, value in orjson.loads(key).items()
    )
    same = len({item.item_type for item in first.items}) == 1
    what = f"{len(first.items)} items of type {types}" if same else f"items of the types {types}"
    table = definition.table(table_name)
    keys = tuple(one.name for one in table.key_attributes) if table else ()
    return Difference(
        Code.KEY_COLLISION,
        f"{what} have the same key in '{table_name}': {shown}",
        tuple(
            RowFault("missing", item.item, None, keys, table=table_name)
            for collision in collisions[:_SHOWN]
            for item in collision.items[1:]
        ),
        total=sum(len(collision.items) - 1 for collision in collisions),
    )
