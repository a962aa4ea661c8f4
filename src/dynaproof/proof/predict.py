"""What the service would charge for a call, predicted on the items that it meets.

A prediction needs the items in question and no others: those of the item collection that a Query
reads, those under the keys that a request names, whole tables for the rest.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from dynaproof.capacity.prediction import Prediction, TableCapacity
from dynaproof.capacity.predictor import predict_pages
from dynaproof.capacity.store import Store
from dynaproof.capacity.typed_request import from_wire_request
from dynaproof.facts.open_connections import breakable
from dynaproof.items.views import index_column, key_column
from dynaproof.model.attribute_value import Item, as_typed, from_wire
from dynaproof.model.diagnostic import InputError
from dynaproof.model.operations import request_parts
from dynaproof.model.table import KeyAttribute, Table
from dynaproof.proof.prepared import Prepared
from dynaproof.proof.restore import Key
from dynaproof.proof.results import ConsumedUnits
from dynaproof.proof.target import equalities

MAX_ITEMS = 200_000
"""Items held in memory for one prediction; a request that meets more is not predicted."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """The predicted units of one call, all its pages together.

    ``reason`` says why there is none, and is empty otherwise; ``marks`` say what is uncertain.
    """

    consumed: tuple[ConsumedUnits, ...] = ()
    marks: tuple[str, ...] = ()
    reason: str = ""
    pages: tuple[Prediction, ...] = ()


class CallPredictor:
    """Predicts calls on the starting data of a run; table names carry ``prefix``."""

    def __init__(self, prepared: Prepared, prefix: str = "") -> None:
        self._prepared = prepared
        self._tables = {
            prefix + table.name: dataclasses.replace(table, name=prefix + table.name)
            for table in prepared.definition.tables
        }
        self._items = {prefix + name: items for name, items in prepared.items.items()}

    def predict(
        self,
        operation: str,
        requests: Sequence[Mapping[str, object]],
        met: Mapping[Key, Mapping[str, object] | None] | None = None,
    ) -> Predicted:
        """Predict a request from the requests of its pages, in the form of the JSON protocol.

        ``met`` are items that are not as in the starting data by then, None for those deleted.
        """
        try:
            # One request stands for as many pages as it may have: it is converted once.
            each = {id(request): request for request in requests}
            made = {key: from_wire_request(operation, one) for key, one in each.items()}
            typed = [made[id(request)] for request in requests]
            store = self._store(operation, typed)
            for (name, key), item in (met or {}).items():
                store.remove(name, _typed(key))
                if item is not None:
                    store.put(name, _wired(item))
            pages = predict_pages(store, operation, typed)
        except InputError as error:
            return Predicted(reason=error.diagnostics[0].message)
        except _TooMany as error:
            return Predicted(reason=str(error))
        reason = next((page.unpredictable for page in pages if page.unpredictable), "")
        marks = dict.fromkeys(mark.reason for page in pages for mark in page.marks)
        consumed = () if reason else _sum(pages)
        return Predicted(consumed, tuple(marks), reason, pages)

    def item_types(self, operation: str, request: Mapping[str, object]) -> tuple[str, ...]:
        """The types of the starting items that a request is about, in the order of their names.

        Of a Query they are those in the whole item collection, of a Scan those of the table.
        """
        found: set[str] = set()
        typed = from_wire_request(operation, request)
        for table, condition, values in self._needed(operation, [typed]):
            items = self._items[table.name]
            sql = f"SELECT DISTINCT item_type FROM {items.relation} WHERE {condition or 'true'}"
            found.update(row[0] for row in items.connection.execute(sql, values).fetchall())
        return tuple(sorted(found))

    def _store(self, operation: str, requests: Sequence[Mapping[str, object]]) -> Store:
        store = Store(self._tables.values())
        for table, condition, values in self._needed(operation, requests[:1]):
            self._fill(store, table, condition, values)
        return store

    def _needed(
        self, operation: str, requests: Sequence[Mapping[str, object]]
    ) -> Iterator[tuple[Table, str, list[object]]]:
        """(table, condition on its items, values) for what a request meets."""
        for request in requests:
            parts = request_parts(operation, request)
            if not parts:  # PartiQL does not tell
                yield from ((table, "true", []) for table in self._tables.values())
            for part in parts:
                table = self._tables.get(part.table)
                if table is not None:
                    yield from self._of_part(table, part.operation, part.arguments)

    def _of_part(
        self, table: Table, operation: str, arguments: Mapping[str, object]
    ) -> Iterator[tuple[Table, str, list[object]]]:
        if operation == "Query":
            index = table.index(str(arguments.get("IndexName")))
            partition = index.partition_key if index else (table.partition_key,)
            found = equalities(arguments)
            condition, values = _equal(partition, found)
            if index is not None:
                condition += f" AND {index_column(index.name)} IS NOT NULL"
            yield (table, condition, values) if condition else (table, "true", [])
            return
        if operation == "Scan":
            yield table, "true", []
            return
        keys = arguments.get("Keys")
        named = keys if isinstance(keys, list) else [arguments.get("Key") or arguments.get("Item")]
        for key in named:
            if isinstance(key, Mapping):
                condition, values = _equal(table.key_attributes, key)
                yield table, condition, values

    def _fill(self, store: Store, table: Table, condition: str, values: list[object]) -> None:
        items = self._items[table.name]
        cursor = breakable(items.connection.cursor())
        try:
            rows = cursor.execute(
                f"SELECT item FROM {items.relation} WHERE {condition or 'true'}"
                f" LIMIT {MAX_ITEMS + 1}",
                values,
            ).fetchall()
        finally:
            cursor.close()
        if len(rows) > MAX_ITEMS:
            raise _TooMany(f"it meets more than {MAX_ITEMS:,} items")
        for (item,) in rows:
            store.put(table.name, _typed(item))


class _TooMany(Exception):
    pass


def _equal(keys: Sequence[KeyAttribute], given: Mapping[str, object]) -> tuple[str, list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    for key in keys:
        typed = given.get(key.name)
        if not isinstance(typed, Mapping) or key.type not in typed:
            return "true", []
        number = "CAST({} AS DOUBLE)" if key.type == "N" else "{}"
        conditions.append(f"{number.format(key_column(key.name))} = {number.format('?')}")
        values.append(typed[key.type])
    return " AND ".join(conditions), values


def _typed(item: str | bytes) -> Item:
    return _wired(orjson.loads(item))


def _wired(item: Mapping[str, object]) -> Item:
    return {name: from_wire(as_typed(value)) for name, value in item.items()}


def _sum(pages: Sequence[Prediction]) -> tuple[ConsumedUnits, ...]:
    total: dict[tuple[str, str, str], ConsumedUnits] = {}
    for page in pages:
        for capacity in page.capacities if page.reported else ():
            for units in _units(capacity):
                key = (units.table, units.part, units.index or "")
                before = total.get(key)
                total[key] = (
                    units
                    if before is None
                    else dataclasses.replace(
                        units, read=before.read + units.read, write=before.write + units.write
                    )
                )
    return tuple(total[key] for key in sorted(total, key=lambda k: (k[0], k[1] != "table", k[2])))


def _units(capacity: TableCapacity) -> Iterator[ConsumedUnits]:
    def units(part: str, index: str | None, amount: float) -> ConsumedUnits:
        read = capacity.axis == "read"
        return ConsumedUnits(
            capacity.table,
            "table"
            if part == "table"
            else "global_secondary_index"
            if part == "global"
            else "local_secondary_index",
            index,
            amount if read else 0.0,
            0.0 if read else amount,
        )

    own = (capacity.table_units or 0.0) + capacity.failed_units
    if own or capacity.table_units is not None:
        yield units("table", None, own)
    for name, amount in capacity.global_secondary_indexes.items():
        yield units("global", name, amount)
    for name, amount in capacity.local_secondary_indexes.items():
        yield units("local", name, amount)
