"""One call of an access pattern with all that it sets off, made and undone again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dynaproof.dynamodb.connection import Connection
from dynaproof.model.access_pattern import AccessPattern, StreamHandler
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.table import Table
from dynaproof.proof.drive import Driven, KnownTables, Touched, Watched, drive
from dynaproof.proof.flow import Bindings, Flow, FlowMaker, Outcome
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.restore import Item, Key
from dynaproof.proof.streams.deliveries import IN_ORDER, Way
from dynaproof.proof.streams.delivery import Delivered, HandlersAtWork, broken_off


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call as it went.

    ``first`` and ``now`` are the items under all keys that it and its handlers wrote, before and
    after; ``driven`` is None where a value did not suit the request, which ``refused`` tells.
    """

    parameters: ParameterSet
    driven: Driven | None = None
    first: Mapping[Key, Item | None] = field(default_factory=dict)
    now: Mapping[Key, Item | None] = field(default_factory=dict)
    delivered: Delivered | None = None
    refused: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """Loaded tables by their whole names, and one connection to them.

    ``handlers`` is None where the definition has no stream handlers; ``stored`` are all items of
    the tables where those are few and known.
    """

    connection: Connection
    tables: Mapping[str, Table]
    flows: FlowMaker
    handlers: HandlersAtWork | None = None
    stored: Mapping[Key, Item | None] | None = None

    def attempt(
        self, pattern: AccessPattern, parameters: ParameterSet, way: Way = IN_ORDER
    ) -> Attempt:
        """Make one call, let the handlers do their work, and put everything back."""
        touched = self.watch()
        flow = self.flows.of_pattern(pattern, parameters.values)
        delivered: Delivered | None = None

        def deliver() -> None:
            nonlocal delivered
            if self.handlers is not None:
                run = HandlerRunner(self, parameters, touched)
                new = self.handlers.deliver(run, way, run.broken_off)
                delivered = delivered.then(new) if delivered else new

        at_once = way.moment == "after each write"
        writes = False
        try:
            driven = drive(
                flow, self.connection, parameters, touched, after_write=deliver if at_once else None
            )
            writes = any(not made.ask.read for made in driven.made)
            if writes:
                deliver()
            touched.settle()
            return Attempt(parameters, driven, dict(touched.first), dict(touched.now), delivered)
        except InputError as error:
            writes = True  # some may have been made
            return Attempt(parameters, refused=error.diagnostics)
        finally:
            if writes:
                touched.undo()
                if self.handlers is not None:
                    self.handlers.read_new()  # the records of what was put back

    def watch(self) -> Watched:
        """What notes the items that writes touch, and puts them back."""
        if self.stored is not None:
            return KnownTables(self.connection, self.tables, self.stored)
        return Touched(self.connection, self.tables)


@dataclass(frozen=True, slots=True)
class HandlerRunner:
    """Carries out the steps of handlers on the tables of a bench."""

    bench: Bench
    parameters: ParameterSet
    touched: Watched

    def __call__(self, handler: StreamHandler, bindings: Bindings) -> Outcome:
        return self._run(self.bench.flows.of_handler(handler, bindings))

    def broken_off(self, handler: StreamHandler, bindings: Bindings) -> Outcome:
        """Carry out the steps as far as the first write."""
        return self._run(broken_off(self.bench.flows.of_handler(handler, bindings)))

    def _run(self, flow: Flow) -> Outcome:
        return drive(flow, self.bench.connection, self.parameters, self.touched).outcome
