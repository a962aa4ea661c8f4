"""The same starting data for every pattern: what a write changed is put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import orjson

from dynaproof.dynamodb.bulk_load import BATCH_ITEMS, write_batch
from dynaproof.dynamodb.connection import Connection
from dynaproof.model.table import Table

Item = Mapping[str, object]
Key = tuple[str, bytes]
"""Table name, and the key's typed values as JSON."""


def item_key(table: Table, name: str, item: Item) -> Key:
    """The identity of an item or key, to hold it against others."""
    values = {key.name: item[key.name] for key in table.key_attributes}
    return name, orjson.dumps(values)


def read_items(connection: Connection, keys: Sequence[Key]) -> dict[Key, Item | None]:
    """The items under some keys, read consistently; None where there is none."""
    found: dict[Key, Item | None] = dict.fromkeys(keys)
    for name, key in keys:
        answer = connection.call(
            "GetItem", {"TableName": name, "Key": orjson.loads(key), "ConsistentRead": True}
        )
        item = answer.get("Item")
        if isinstance(item, Mapping):
            found[name, key] = item
    return found


def scan_items(connection: Connection, tables: Mapping[str, Table]) -> dict[Key, Item | None]:
    """All items of some tables, by their whole names."""
    found: dict[Key, Item | None] = {}
    for name, table in tables.items():
        request: dict[str, object] = {"TableName": name, "ConsistentRead": True}
        while True:
            answer = connection.call("Scan", request)
            for item in cast(list[Item], answer["Items"]):
                found[item_key(table, name, item)] = item
            if not answer.get("LastEvaluatedKey"):
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return found


def put_back(
    connection: Connection, before: Mapping[Key, Item | None], after: Mapping[Key, Item | None]
) -> int:
    """Write what is needed to come from ``after`` to ``before``; gives the number of items."""
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    for start in range(0, len(changed), BATCH_ITEMS):
        requests: dict[str, list[object]] = {}
        for name, key in changed[start : start + BATCH_ITEMS]:
            item = before.get((name, key))
            requests.setdefault(name, []).append(
                {"DeleteRequest": {"Key": orjson.loads(key)}}
                if item is None
                else {"PutRequest": {"Item": item}}
            )
        write_batch(connection, orjson.dumps({"RequestItems": requests}))
    return len(changed)
