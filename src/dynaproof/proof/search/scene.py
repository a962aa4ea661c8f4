"""Small facts on real tables: set up quickly, tried, and replaced by other facts."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import connect
from dynaproof.facts.database import Facts
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.items.changed_items import ExpectedItems, expected_items
from dynaproof.items.item_views import item_views
from dynaproof.items.stored import prepare
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.definition import Definition
from dynaproof.proof.answer_check import AnswerCheck
from dynaproof.proof.attempt import Attempt, Bench
from dynaproof.proof.comparison import Compared, Comparison
from dynaproof.proof.flow import FlowMaker
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.restore import Item, Key, put_back
from dynaproof.proof.streams.deliveries import IN_ORDER, Way
from dynaproof.proof.streams.delivery import HandlersAtWork


@dataclass(frozen=True, slots=True)
class Tried:
    """One call on small facts, and what it was found to be."""

    pattern: AccessPattern
    attempt: Attempt
    compared: Compared
    way: Way = IN_ORDER


class Scene:
    """Empty tables of a definition at an endpoint, filled with one small set of facts at a time.

    ``facts`` have the entities' tables; their rows are replaced. Tables are made by the caller,
    and hold nothing else. Close it, or use it as a context manager.
    """

    def __init__(self, definition: Definition, facts: Facts, endpoint: Endpoint) -> None:
        self.definition = definition
        self.facts = facts
        self.prefix = endpoint.table_prefix
        self.connection = connect(endpoint)
        prepare(facts.connection, definition)
        self._views = item_views(facts.connection, definition)
        self._answers = AnswerCheck(definition)
        self._stored: dict[Key, Item | None] = {}
        self._comparison: Comparison | None = None
        self.tables = {self.prefix + table.name: table for table in definition.tables}
        self.bench = Bench(
            self.connection, self.tables, FlowMaker(definition, endpoint.table_prefix)
        )
        if definition.stream_handlers:
            handlers = HandlersAtWork(definition, self.connection, endpoint.table_prefix)
            self.bench = dataclasses.replace(self.bench, handlers=handlers)

    def ask(self, definition: Definition) -> None:
        """Go on with a definition that differs in nothing but its access patterns."""
        self.forget()
        self.definition = definition
        self._answers = AnswerCheck(definition)
        self.bench = dataclasses.replace(self.bench, flows=FlowMaker(definition, self.prefix))

    def imply(self, facts: FactSet) -> ExpectedItems:
        """Replace the facts; gives the items that they imply, with collisions and faults."""
        self.forget()
        self.facts.replace(facts.rows)
        return expected_items(self.facts.connection, self.definition, self._views)

    def store(self, items: Mapping[Key, Item]) -> None:
        """Make the tables hold these items and no others; only what differs is written."""
        wanted: dict[Key, Item | None] = {
            (self.prefix + table, key): item for (table, key), item in items.items()
        }
        put_back(self.connection, wanted, self._stored)
        self._stored = wanted
        if self.bench.handlers is not None:
            self.bench.handlers.read_new()

    def stage(self, facts: FactSet) -> ExpectedItems:
        """Replace the facts, and store their items unless two share a key or one is refused."""
        expected = self.imply(facts)
        if not expected.collisions and not expected.faults:
            self.store(expected.items)
        return expected

    def attempt(
        self, pattern: AccessPattern, parameters: ParameterSet, way: Way = IN_ORDER
    ) -> Tried:
        """Make one call on the facts as they stand, and compare; raises InputError for its SQL."""
        bench = dataclasses.replace(self.bench, stored=self._stored)
        attempt = bench.attempt(pattern, parameters, way)
        return Tried(pattern, attempt, self.comparison.of(pattern, attempt), way)

    def asked(self, tried: Tried) -> tuple[Item, ...]:
        """The rows of a call's question on the facts as they stand."""
        values = tried.attempt.parameters.values
        return self._answers.asked(self.facts.connection, tried.pattern, values)

    def stored(self, key: Key) -> Item | None:
        """The item that is stored under a key, with the table's whole name."""
        return self._stored.get(key)

    @property
    def comparison(self) -> Comparison:
        """What holds calls against the facts as they stand."""
        if self._comparison is None:
            self._comparison = Comparison(
                self.definition,
                self.facts.connection,
                lambda keys: {key: self._stored.get(key) for key in keys},
                table_prefix=self.prefix,
                answers=self._answers,
                views=self._views,
            )
        return self._comparison

    def forget(self) -> None:
        """Let go of what was worked out from the facts, before they change."""
        if self._comparison is not None:
            self._comparison.close()
            self._comparison = None

    def close(self) -> None:
        """Close the connection; facts and tables are the caller's."""
        self.forget()
        self.connection.close()

    def __enter__(self) -> Scene:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
