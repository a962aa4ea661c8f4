"""Stream handlers at work: records read, handed out, and what that sets off, until all is quiet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dynaproof.dynamodb.connection import Connection
from dynaproof.dynamodb.streams import Record, StreamReader
from dynaproof.model.access_pattern import StreamHandler
from dynaproof.model.attribute_value import as_typed, from_attribute_value, from_wire
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.proof.differences import Difference
from dynaproof.proof.flow import Bindings, Flow, Outcome
from dynaproof.proof.streams.deliveries import IN_ORDER, Delivery, Way, partition_key_of
from dynaproof.proof.streams.item_types import ItemTypes, KeyFields

RunSteps = Callable[[StreamHandler, Bindings], Outcome]
"""Carries out the steps of a handler; what it writes is put back by whoever gave it."""

MAX_ROUNDS = 25
MAX_SET_OFF = 500
"""Deliveries of records that handlers themselves set off."""


@dataclass(frozen=True, slots=True)
class HandlerFailure:
    """A delivery that ended with an error of DynamoDB: the service would repeat it for a day."""

    delivery: Delivery
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """What handlers did until the streams were quiet.

    ``rounds`` counts batches: the first, what its handling set off, and so on. ``endless`` names
    the handlers that were still setting each other off when they were stopped.
    """

    way: Way
    deliveries: tuple[Delivery, ...] = ()
    rounds: int = 0
    failures: tuple[HandlerFailure, ...] = ()
    endless: tuple[str, ...] = ()

    def then(self, later: Delivered) -> Delivered:
        """Both together, as of records that are delivered between the writes of one call."""
        return Delivered(
            later.way,
            self.deliveries + later.deliveries,
            self.rounds + later.rounds,
            self.failures + later.failures,
            tuple(dict.fromkeys(self.endless + later.endless)),
        )

    @property
    def differences(self) -> list[Difference]:
        """Findings that need no look at the tables: endless handlers, then those that failed."""
        found: list[Difference] = []
        if self.endless:
            named = " and ".join(f"'{name}'" for name in self.endless)
            verb = "keep" if len(self.endless) > 1 else "keeps"
            summary = (
                f"{named} {verb} setting off new records: stopped after"
                f" {len(self.deliveries):,} deliveries"
            )
            found.append(Difference(Code.HANDLER_ENDLESS, summary))
        seen: set[tuple[str, str, bool]] = set()
        for failure in self.failures:
            handler, again = failure.delivery.handler.name, failure.delivery.again
            if (handler, failure.error, again) in seen:
                continue
            seen.add((handler, failure.error, again))
            code = Code.HANDLER_REPEATED if again else self.way.code
            found.append(Difference(code, _failure_summary(failure)))
        return found


class HandlersAtWork:
    """The stream handlers of a definition, and readers of the streams that they listen to.

    Raises EnvironmentFault where a table has no stream.
    """

    def __init__(
        self, definition: Definition, connection: Connection, table_prefix: str = ""
    ) -> None:
        self._handlers: dict[str, list[StreamHandler]] = {}
        self._readers: list[StreamReader] = []
        self._item_types: dict[str, ItemTypes] = {}
        self._partition_keys: dict[str, str] = {}
        for handler in definition.stream_handlers:
            self._handlers.setdefault(table_prefix + handler.table, []).append(handler)
        for table in definition.tables:
            name = table_prefix + table.name
            if name in self._handlers:
                self._readers.append(StreamReader(connection, name))
                self._item_types[name] = ItemTypes(table)
                self._partition_keys[name] = table.partition_key.name

    def skip_to_end(self) -> None:
        """Leave out the records of what was written so far, such as of items put back."""
        for reader in self._readers:
            reader.skip_to_end()

    def read_new(self) -> list[Record]:
        """All records since the last reading, of one table after the other."""
        return [record for reader in self._readers for record in reader.read_new()]

    def deliver(
        self, run_steps: RunSteps, way: Way = IN_ORDER, break_off: RunSteps | None = None
    ) -> Delivered:
        """Hand out what is new in the streams, and what that sets off, until nothing is new.

        ``break_off`` carries out steps as far as ``broken_off`` lets their flow; ``BROKEN_OFF``
        needs it. After a failure the other deliveries go on. Raises what the two of them raise.
        """
        made: list[Delivery] = []
        failures: list[HandlerFailure] = []
        rounds = set_off = 0
        while batch := self.batch(self.read_new()):
            if rounds:
                set_off += len(batch)
            if rounds == MAX_ROUNDS or set_off > MAX_SET_OFF:
                names = dict.fromkeys(delivery.handler.name for delivery in batch)
                return Delivered(way, tuple(made), rounds, tuple(failures), tuple(names))
            rounds += 1
            for delivery in way.arrange(batch):
                made.append(delivery)
                run = break_off if delivery.broken_off and break_off else run_steps
                outcome = run(delivery.handler, self.bindings(delivery))
                if outcome.error is not None:
                    failures.append(HandlerFailure(delivery, outcome.error, outcome.error_message))
        return Delivered(way, tuple(made), rounds, tuple(failures))

    def batch(self, records: Sequence[Record]) -> list[Delivery]:
        """Each record for each handler that takes it."""
        return [
            Delivery(handler, record, partition_key_of(record, self._partition_keys[record.table]))
            for record in records
            for handler in self._handlers[record.table]
            if takes(handler, record, self._item_types[record.table])
        ]

    def bindings(self, delivery: Delivery) -> dict[str, object]:
        """What the steps of a handler know of a record."""
        types = self._item_types[delivery.record.table]
        return record_bindings(delivery.handler, delivery.record, types)


def broken_off(flow: Flow) -> Flow:
    """The same flow, which ends where it would make its second write."""
    writes = 0
    requests = 0
    try:
        ask = next(flow)
        while True:
            writes += not ask.read
            if writes > 1:
                flow.close()
                return Outcome(requests=requests)
            requests += 1
            ask = flow.send((yield ask))
    except StopIteration as end:
        outcome: Outcome = end.value
        return outcome


def takes(handler: StreamHandler, record: Record, item_types: ItemTypes) -> bool:
    """Whether a handler's ``when`` holds for a record of its table."""
    if handler.event is not None and handler.event != record.event:
        return False
    return handler.item is None or _key_fields(handler, record, item_types) is not None


def record_bindings(
    handler: StreamHandler, record: Record, item_types: ItemTypes
) -> dict[str, object]:
    """``event``, ``keys``, ``key``, and ``new`` and ``old`` where the record shows them.

    All are plain Python values. ``key`` is empty where the keys match no item type.
    """
    found = _key_fields(handler, record, item_types)
    bindings: dict[str, object] = {
        "event": record.event,
        "keys": _plain(record.keys),
        "key": dict(found.fields) if found is not None else {},
    }
    if record.new is not None:
        bindings["new"] = _plain(record.new)
    if record.old is not None:
        bindings["old"] = _plain(record.old)
    return bindings


def _key_fields(handler: StreamHandler, record: Record, item_types: ItemTypes) -> KeyFields | None:
    found = item_types.of_key(record.keys)
    return next((one for one in found if handler.item in (None, one.item_type.name)), None)


def _plain(item: Mapping[str, object]) -> dict[str, object]:
    return {name: from_attribute_value(from_wire(as_typed(value))) for name, value in item.items()}


def _failure_summary(failure: HandlerFailure) -> str:
    delivery = failure.delivery
    when = "the second time it gets" if delivery.again else "on"
    keys = ", ".join(f"{name} {value!r}" for name, value in _plain(delivery.record.keys).items())
    said = f": {failure.message}" if failure.message else ""
    return (
        f"'{delivery.handler.name}' fails {when} the {delivery.record.event} of {keys},"
        f" with {failure.error}{said}"
    )
