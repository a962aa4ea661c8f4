"""Whether the tables hold what some order of the calls, one after the other, would leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations

import orjson

from dynaproof.items.changed_items import Collision, ExpectedChanges
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError
from dynaproof.proof.collision import collision_difference
from dynaproof.proof.differences import Difference
from dynaproof.proof.drift import drift
from dynaproof.proof.races.exploration import End, PatternCall
from dynaproof.proof.races.tables_at import Items, TablesAt
from dynaproof.proof.restore import Item, Key
from dynaproof.proof.search.scene import Scene

Order = tuple[int, ...]
"""Calls by number, in the order in which their changes are made."""


class SerialOrders:
    """Holds ends against the facts after each order of the calls that were accepted."""

    def __init__(self, scene: Scene, tables: TablesAt, calls: Sequence[PatternCall]) -> None:
        self._scene = scene
        self._tables = tables
        self._calls = calls
        self._expected: dict[Order, ExpectedChanges | None] = {}
        self._known: dict[tuple[int, tuple[Order, ...]], Difference | None] = {}

    def difference(self, end: End) -> Difference | None:
        """How an end differs from the nearest of its orders; None where it is one of them."""
        if end.gave_up:
            return Difference(
                Code.HANDLER_FAILED, f"a handler fails again and again: {end.gave_up[0]}"
            )
        orders = tuple(self._orders(end))
        known = (end.state, orders)
        if known not in self._known:
            self._known[known] = self._nearest(end.state, orders)
        return self._known[known]

    def one_is_lost(self, end: End, difference: Difference) -> bool:
        """Whether all that is at fault is as one of the two calls alone would have left it."""
        accepted = [n for n, outcome in enumerate(end.outcomes) if outcome.error is None]
        if len(accepted) < 2 or not difference.faults:
            return False
        keys = self._at_fault(difference)
        found = self._tables.differences(end.state)
        for one in accepted:
            alone = self._after((one,))
            if alone is None:
                continue
            wanted = {key: item for key, item in alone.items.items() if self._real(key) in keys}
            if wanted and self._drift(wanted, found, keys) is None:
                return True
        return False

    def _orders(self, end: End) -> Iterator[Order]:
        """Orders of all calls that were accepted; one whose writes were all refused may be out."""
        accepted = [n for n, outcome in enumerate(end.outcomes) if outcome.error is None]
        needed = {n for n in accepted if not end.refused[n]}
        for size in range(len(accepted), len(needed) - 1, -1):
            for chosen in combinations(accepted, size):
                if needed <= set(chosen):
                    yield from permutations(chosen)

    def _nearest(self, state: int, orders: Sequence[Order]) -> Difference | None:
        found = self._tables.differences(state)
        nearest: Difference | None = None
        collided: Difference | None = None
        for order in orders:
            expected = self._after(order)
            if expected is None:
                continue
            collisions = [one for one in expected.collisions if not _alike(one)]
            if collisions:
                collided = collided or collision_difference(collisions, self._scene.definition)
                continue
            if expected.faults:
                continue
            difference = self._drift(expected.items, found)
            if difference is None:
                return None
            if nearest is None or difference.total < nearest.total:
                nearest = difference
        return nearest or collided

    def _after(self, order: Order) -> ExpectedChanges | None:
        """What the facts imply after an order; None where their SQL fails in it."""
        if order not in self._expected:
            calls = [self._calls[n] for n in order]
            changes = [(c.pattern.change, c.parameters.values) for c in calls if c.pattern.change]
            try:
                self._expected[order] = (
                    self._scene.comparison.after(calls[0].pattern, changes)
                    if changes
                    else ExpectedChanges()
                )
            except InputError:
                # Such an order cannot be; that the SQL fails is told where calls are made alone.
                self._expected[order] = None
        return self._expected[order]

    def _drift(
        self, expected: Mapping[Key, Item | None], found: Items, keys: set[Key] | None = None
    ) -> Difference | None:
        before = self._tables.start
        after = {**before, **found}
        if keys is not None:
            before = {key: item for key, item in before.items() if key in keys}
            after = {key: item for key, item in after.items() if key in keys}
        return drift(expected, before, after, prefix=self._scene.prefix)

    def _at_fault(self, difference: Difference) -> set[Key]:
        found: set[Key] = set()
        for fault in difference.faults:
            item, table = fault.found or fault.expected, self._scene.definition.table(fault.table)
            if item is not None and table is not None:
                values = {key.name: item[key.name] for key in table.key_attributes}
                found.add((self._scene.prefix + fault.table, orjson.dumps(values)))
        return found

    def _real(self, key: Key) -> Key:
        return self._scene.prefix + key[0], key[1]


def _alike(collision: Collision) -> bool:
    """Whether the items under one key are the same: then nothing is overwritten."""
    first, *others = (
        orjson.dumps(made.item, option=orjson.OPT_SORT_KEYS) for made in collision.items
    )
    return all(other == first for other in others)
