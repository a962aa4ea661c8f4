"""The same starting data for every pattern: what a write changed is put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import orjson

from dynaproof.dynamodb.bulk_load import BATCH_ITEMS, write_batch
from dynaproof.dynamodb.connection import Connection, ServiceError
from dynaproof.model.operations import request_parts, written_keys
from dynaproof.model.table import Table

Item = Mapping[str, object]
Key = tuple[str, bytes]
"""Table name, and the key's typed values as JSON."""


def item_key(table: Table, name: str, item: Item) -> Key:
    """The identity of an item or key, to hold it against others."""
    values = {key.name: item[key.name] for key in table.key_attributes}
    return name, orjson.dumps(values)


def written_items(
    operation: str, arguments: Mapping[str, object], tables: Mapping[str, Table]
) -> list[Key] | None:
    """The items that a request puts, updates or deletes; None when that cannot be known.

    A request that is wrong in tables or keys writes nothing.
    """
    names = {name: [key.name for key in table.key_attributes] for name, table in tables.items()}
    try:
        written = written_keys(operation, arguments, names)
    except KeyError:
        return []
    if written is None:
        return None
    return list(dict.fromkeys(item_key(tables[name], name, key) for name, key in written))


def checked_items(
    operation: str, arguments: Mapping[str, object], tables: Mapping[str, Table]
) -> list[Key]:
    """The items whose conditions a transaction checks without writing them."""
    checked = [
        (tables[part.table], part.table, cast(Item, part.arguments.get("Key")))
        for part in request_parts(operation, arguments)
        if part.operation == "ConditionCheck" and part.table in tables
    ]
    return [
        item_key(table, name, key)
        for table, name, key in checked
        if key.keys() >= {attribute.name for attribute in table.key_attributes}
    ]


def read_items(connection: Connection, keys: Sequence[Key]) -> dict[Key, Item | None]:
    """The items under some keys, read consistently; None where there is none.

    What can be no key of its table holds no item, and cannot be written either.
    """
    found: dict[Key, Item | None] = dict.fromkeys(keys)
    for name, key in keys:
        request = {"TableName": name, "Key": orjson.loads(key), "ConsistentRead": True}
        try:
            answer = connection.call("GetItem", request)
        except ServiceError as error:
            if error.name != "ValidationException":
                raise
            continue
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
