"""Whether the tables hold what some order of the calls, one after the other, would leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations

import orjson

from dynaproof.facts.hard.domain import Domain
from dynaproof.items.changed_items import Change, Collision, ExpectedChanges
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError
from dynaproof.proof.collision import collision_difference
from dynaproof.proof.differences import Difference
from dynaproof.proof.drift import drift
from dynaproof.proof.races.changed_facts import broken_rules, rows_after
from dynaproof.proof.races.exploration import End, PatternCall
from dynaproof.proof.races.tables_at import Items, TablesAt
from dynaproof.proof.restore import Item, Key
from dynaproof.proof.search.scene import Scene

Order = tuple[int, ...]
"""Calls by number, in the order in which their changes are made."""


class SerialOrders:
    """Holds ends against the facts after each order of the calls that were accepted."""

    def __init__(
        self, scene: Scene, domain: Domain, tables: TablesAt, calls: Sequence[PatternCall]
    ) -> None:
        self._scene = scene
        self._domain = domain
        self._tables = tables
        self._calls = calls
        self._expected: dict[Order, ExpectedChanges | None] = {}
        self._legal_orders: dict[Order, bool] = {}
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
        """Whether one call alone would have left all that is at fault, to the other's loss."""
        accepted = [n for n, outcome in enumerate(end.outcomes) if outcome.error is None]
        alone = {n: after for n in accepted if (after := self._after((n,))) is not None}
        if len(alone) < 2 or not difference.faults:
            return False
        keys = self._at_fault(difference)
        found = self._tables.differences(end.state)
        for one in alone:
            lost = [self._real(key) for n in alone if n != one for key in alone[n].items]
            kept = {k: item for k, item in alone[one].items.items() if self._real(k) in keys}
            if keys & set(lost) and kept and self._drift(kept, found, keys) is None:
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
        drifts: list[tuple[Order, Difference]] = []
        collided: list[tuple[Order, Difference]] = []
        for order in orders:
            expected = self._after(order)
            if expected is None or expected.faults:
                continue
            collisions = [one for one in expected.collisions if not _alike(one)]
            if collisions:
                difference = collision_difference(collisions, self._scene.definition)
                collided.append((order, difference))
                continue
            drifted = self._drift(expected.items, found)
            if drifted is None:
                return None
            drifts.append((order, drifted))
        drifts.sort(key=lambda one: one[1].total)
        allowed = (difference for order, difference in drifts + collided if self._legal(order))
        return next(allowed, None)

    def _legal(self, order: Order) -> bool:
        """Whether an order leaves facts that the definition allows."""
        if order not in self._legal_orders:
            rows = rows_after(self._scene.facts, self._changes(order))
            self._legal_orders[order] = not broken_rules(self._domain, rows)
        return self._legal_orders[order]

    def _changes(self, order: Order) -> list[Change]:
        calls = [self._calls[n] for n in order]
        return [(c.pattern.change, c.parameters.values) for c in calls if c.pattern.change]

    def _after(self, order: Order) -> ExpectedChanges | None:
        """What the facts imply after an order; None where their SQL fails in it."""
        if order not in self._expected:
            changes = self._changes(order)
            try:
                self._expected[order] = (
                    self._scene.comparison.after(self._calls[order[0]].pattern, changes)
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
