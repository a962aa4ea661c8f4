"""One call of an access pattern with all that it sets off, made and undone again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dynaproof.dynamodb.connection import Connection
from dynaproof.model.access_pattern import AccessPattern, StreamHandler
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.table import Table
from dynaproof.proof.drive import Driven, Touched, drive
from dynaproof.proof.flow import Bindings, FlowMaker, Outcome
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.restore import Item, Key
from dynaproof.proof.streams.deliveries import IN_ORDER, Way
from dynaproof.proof.streams.delivery import Delivered, HandlersAtWork


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

    ``handlers`` is None where the definition has no stream handlers.
    """

    connection: Connection
    tables: Mapping[str, Table]
    flows: FlowMaker
    handlers: HandlersAtWork | None = None

    def attempt(
        self, pattern: AccessPattern, parameters: ParameterSet, way: Way = IN_ORDER
    ) -> Attempt:
        """Make one call, let the handlers do their work, and put everything back."""
        touched = Touched(self.connection, self.tables)
        flow = self.flows.of_pattern(pattern, parameters.values)
        delivered: Delivered | None = None

        def deliver() -> None:
            nonlocal delivered
            if self.handlers is not None:
                delivered = self.handlers.deliver(self.handler_runner(parameters, touched), way)

        at_once = way.moment == "after each write"
        try:
            driven = drive(
                flow, self.connection, parameters, touched, after_write=deliver if at_once else None
            )
            if touched.first:
                deliver()
        except InputError as error:
            return Attempt(parameters, refused=error.diagnostics)
        else:
            return Attempt(parameters, driven, touched.first, touched.now, delivered)
        finally:
            touched.undo()
            if touched.first and self.handlers is not None:
                self.handlers.skip_to_end()

    def handler_runner(self, parameters: ParameterSet, touched: Touched) -> HandlerRunner:
        """What carries out the steps of a handler, and notes what they write."""
        return HandlerRunner(self, parameters, touched)


@dataclass(frozen=True, slots=True)
class HandlerRunner:
    """Carries out the steps of handlers on the tables of a bench."""

    bench: Bench
    parameters: ParameterSet
    touched: Touched

    def __call__(self, handler: StreamHandler, bindings: Bindings) -> Outcome:
        flow = self.bench.flows.of_handler(handler, bindings)
        return drive(flow, self.bench.connection, self.parameters, self.touched).outcome
