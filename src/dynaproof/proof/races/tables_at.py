"""The real tables, brought to the state in which a request is to be made.

Processes at once come to the same states on many ways. Each request is made once in each state,
on the real tables, and what came of it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from dynaproof.dynamodb.streams import Record
from dynaproof.proof.attempt import Bench
from dynaproof.proof.execute import Answered, execute
from dynaproof.proof.flow import Ask
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.restore import (
    Item,
    Key,
    item_key,
    put_back,
    read_items,
    scan_items,
    written_items,
)

Items = Mapping[Key, Item | None]
START = 0
"""The state in which the tables were at first."""
_NOBODY = ParameterSet("race", {})


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a write: its answer, the state after it, and its stream records."""

    answered: Answered
    state: int
    records: tuple[Record, ...] = ()


class TablesAt:
    """States of small tables by number, each as its differences from the start."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.start: Items = scan_items(bench.connection, bench.tables)
        self._states: list[Items] = [{}]
        self._numbers: dict[bytes, int] = {_identity({}): START}
        self._reads: dict[tuple[int, bytes], Answered] = {}
        self._writes: dict[tuple[int, bytes], Written] = {}
        self._now = START
        self._records_left = True
        self.requests = 0
        """Requests made on the real tables."""

    def differences(self, state: int) -> Items:
        """The items that are not as at the start; None for those that are gone."""
        return self._states[state]

    def read(self, state: int, ask: Ask) -> Answered:
        """The answer to a read in a state."""
        known = (state, _request(ask))
        if known not in self._reads:
            self._reads[known] = self._make(state, ask)
        return self._reads[known]

    def write(self, state: int, ask: Ask) -> Written:
        """What comes of a write in a state."""
        known = (state, _request(ask))
        if known not in self._writes:
            self._writes[known] = self._write(state, ask)
        return self._writes[known]

    def go_back(self) -> None:
        """Put the start back, and leave out the records of it."""
        self._go_to(START)
        if self._bench.handlers is not None:
            self._bench.handlers.skip_to_end()

    def _write(self, state: int, ask: Ask) -> Written:
        handlers = self._bench.handlers
        self._go_to(state)
        if handlers is not None and self._records_left:
            handlers.read_new()
        self._records_left = True
        try:
            answered = self._make(state, ask)
        finally:
            self._now = self._state_after(state, ask)
        records = tuple(handlers.read_new()) if handlers is not None else ()
        self._records_left = False
        return Written(answered, self._now, records)

    def _make(self, state: int, ask: Ask) -> Answered:
        self._go_to(state)
        self.requests += 1
        return execute(self._bench.connection, ask.operation, ask.arguments, _NOBODY, read=ask.read)

    def _state_after(self, state: int, ask: Ask) -> int:
        keys = written_items(ask.operation, ask.arguments, self._bench.tables)
        connection, before = self._bench.connection, self._states[state]
        if keys is None:  # PartiQL does not tell what it writes
            found: dict[Key, Item | None] = dict.fromkeys({**self.start, **before})
            found.update(scan_items(connection, self._bench.tables))
        else:
            found = dict(before)
            for key, item in read_items(connection, keys).items():
                # As it is stored: a request may write the number 1 as 1.0.
                stored = key if item is None else self._key(key[0], item)
                found[stored] = item
        return self._number(
            {key: item for key, item in found.items() if self.start.get(key) != item}
        )

    def _key(self, table: str, item: Item) -> Key:
        return item_key(self._bench.tables[table], table, item)

    def _number(self, differences: Items) -> int:
        identity = _identity(differences)
        if identity not in self._numbers:
            self._numbers[identity] = len(self._states)
            self._states.append(differences)
        return self._numbers[identity]

    def _go_to(self, state: int) -> None:
        if state == self._now:
            return
        put_back(
            self._bench.connection,
            {**self.start, **self._states[state]},
            {**self.start, **self._states[self._now]},
        )
        self._now = state
        self._records_left = True


def _request(ask: Ask) -> bytes:
    return orjson.dumps([ask.operation, ask.arguments], option=orjson.OPT_SORT_KEYS)


def _identity(differences: Items) -> bytes:
    listed = sorted(
        [table, key.decode(), orjson.dumps(item, option=orjson.OPT_SORT_KEYS).decode()]
        for (table, key), item in differences.items()
    )
    return orjson.dumps(listed)
