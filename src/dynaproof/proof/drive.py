"""A flow carried out on real tables, and the items that its writes touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dynaproof.dynamodb.connection import Connection
from dynaproof.model.table import Table
from dynaproof.proof.execute import Answered, execute
from dynaproof.proof.flow import Ask, Flow, Outcome
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.restore import (
    Item,
    Key,
    put_back,
    read_items,
    scan_items,
    written_items,
)


@dataclass(frozen=True, slots=True)
class Made:
    """A request that was made; ``met`` are the items that the flow had written by then."""

    ask: Ask
    answered: Answered
    met: Mapping[Key, Item | None]


@dataclass(frozen=True, slots=True)
class Driven:
    """A flow from its first request to its end."""

    made: tuple[Made, ...]
    outcome: Outcome


class Touched:
    """What writes touched: the items as they were at first, and as they are now.

    ``tables`` by their whole names. PartiQL does not tell what it writes: all of the tables then.
    """

    def __init__(self, connection: Connection, tables: Mapping[str, Table]) -> None:
        self._connection = connection
        self._tables = tables
        self.first: dict[Key, Item | None] = {}
        self.now: dict[Key, Item | None] = {}

    def before_write(self, ask: Ask) -> None:
        """Look at what a request is about to write."""
        keys = written_items(ask.operation, ask.arguments, self._tables)
        if keys is None:
            found = scan_items(self._connection, self._tables)
        else:
            new = [key for key in keys if key not in self.first]
            found = read_items(self._connection, new) if new else {}
        for key, item in found.items():
            self.first.setdefault(key, item)
            self.now.setdefault(key, item)

    def after_write(self, ask: Ask) -> None:
        """Look at what a request wrote."""
        keys = written_items(ask.operation, ask.arguments, self._tables)
        if keys is None:
            found = scan_items(self._connection, self._tables)
            self.now = {**dict.fromkeys(self.first), **found}
            self.first = {**dict.fromkeys(found), **self.first}
        else:
            self.now.update(read_items(self._connection, keys))

    def undo(self) -> int:
        """Put everything back; gives the number of items that had changed."""
        changed = put_back(self._connection, self.first, self.now)
        self.now = dict(self.first)
        return changed


def drive(
    flow: Flow,
    connection: Connection,
    parameters: ParameterSet,
    touched: Touched | None = None,
    *,
    after_write: Callable[[], None] | None = None,
) -> Driven:
    """Make all requests of a flow; raises InputError when a value does not suit its place.

    A flow that writes needs ``touched``.
    """
    made: list[Made] = []
    try:
        ask = next(flow)
        while True:
            met = dict(touched.now) if touched is not None and made else {}
            if touched is not None and not ask.read:
                touched.before_write(ask)
            try:
                answered = execute(
                    connection, ask.operation, ask.arguments, parameters, read=ask.read
                )
            finally:
                if touched is not None and not ask.read:
                    touched.after_write(ask)
            made.append(Made(ask, answered, met))
            if after_write is not None and not ask.read:
                after_write()
            ask = flow.send(answered)
    except StopIteration as end:
        return Driven(tuple(made), end.value)
