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

    def settle(self) -> None:
        """Look at what must be looked at once all is written: here nothing more."""

    def undo(self) -> int:
        """Put everything back; gives the number of items that had changed."""
        changed = put_back(self._connection, self.first, self.now)
        self.now = dict(self.first)
        return changed


class KnownTables:
    """The same for small tables whose items are known: they are read whole, once, at the end.

    ``stored`` are all of their items. ``first`` and ``now`` hold what differs.
    """

    def __init__(
        self,
        connection: Connection,
        tables: Mapping[str, Table],
        stored: Mapping[Key, Item | None],
    ) -> None:
        self._connection = connection
        self._tables = tables
        self._stored = stored
        self._written: set[str] = set()
        self.first: dict[Key, Item | None] = {}
        self.now: dict[Key, Item | None] = {}

    def before_write(self, ask: Ask) -> None:
        """Nothing: what is there is known."""

    def after_write(self, ask: Ask) -> None:
        """Remember which tables a request writes."""
        keys = written_items(ask.operation, ask.arguments, self._tables)
        self._written |= self._tables.keys() if keys is None else {name for name, _ in keys}

    def settle(self) -> None:
        """Read the tables that were written."""
        tables = {name: self._tables[name] for name in sorted(self._written)}
        found = scan_items(self._connection, tables) if tables else {}
        was = {key: item for key, item in self._stored.items() if key[0] in tables}
        changed = [key for key in {**was, **found} if was.get(key) != found.get(key)]
        self.first = {key: was.get(key) for key in changed}
        self.now = {key: found.get(key) for key in changed}

    def undo(self) -> int:
        """Put everything back; gives the number of items that had changed."""
        self.settle()
        return put_back(self._connection, self.first, self.now)


Watched = Touched | KnownTables


def drive(
    flow: Flow,
    connection: Connection,
    parameters: ParameterSet,
    touched: Watched | None = None,
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
