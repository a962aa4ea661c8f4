"""The requests of an access pattern or stream handler, one after the other.

A flow is a generator: it yields each request, filled in, and takes the answer. So whoever drives
it decides when a request is made: alone, or between those of another flow.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

from dynaproof.model.access_pattern import AccessPattern, Request, Step, StreamHandler
from dynaproof.model.attribute_value import as_typed, from_attribute_value, from_wire
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, Path
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.expressions.step_condition import StepCondition
from dynaproof.proof.execute import Answered, is_read, ready_request
from dynaproof.proof.expectations import failed_with

Bindings = Mapping[str, object]
"""Plain values by name: parameters, answers of earlier steps, ``each``."""

MAX_REQUESTS = 10_000
"""Requests of one flow: beyond it, something is wrong with the lists that it goes through."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to be made; ``path`` is where the definition has it."""

    operation: str
    arguments: Mapping[str, object]
    read: bool
    path: Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a flow ended: ``error`` is the error of DynamoDB that ended it, ``read`` its last read."""

    error: str | None = None
    error_message: str = ""
    read: Answered | None = None
    requests: int = 0


Flow = Generator[Ask, Answered, Outcome]


@dataclass(frozen=True, slots=True)
class FlowMaker:
    """Makes flows of one definition's patterns and handlers, to tables that carry a prefix."""

    definition: Definition
    table_prefix: str = ""

    def of_pattern(self, pattern: AccessPattern, values: Bindings) -> Flow:
        """The flow of one call; raises InputError when a value does not suit its place."""
        path: Path = ("access_patterns", pattern.name)
        if pattern.request is not None:
            return self._run([(Step(pattern.request), path)], values)
        return self._run(_placed(pattern.steps, path), values)

    def of_handler(self, handler: StreamHandler, values: Bindings) -> Flow:
        """The flow of one record in a handler's hands."""
        return self._run(_placed(handler.steps, ("stream_handlers", handler.name)), values)

    def _run(self, steps: Sequence[tuple[Step, Path]], values: Bindings) -> Flow:
        running = _Running(self, dict(values))
        yield from running.steps(steps)
        return running.outcome()

    def ready(self, request: Request, values: Bindings, path: Path) -> dict[str, object]:
        """The request filled in; raises InputError."""
        own = [table.name for table in self.definition.tables]
        try:
            return ready_request(request, _Names(values), own, self.table_prefix)
        except InputError as error:
            place = self.definition.source.place(*path)
            raise InputError(
                *(
                    Diagnostic(d.code, d.message, d.place or place, d.hint)
                    for d in error.diagnostics
                )
            ) from error
        except KeyError as error:
            raise InputError(
                Diagnostic(
                    Code.UNKNOWN_PARAMETER,
                    f"'{error.args[0]}' is no parameter, and no answer of an earlier step",
                    self.definition.source.place(*path),
                )
            ) from error
        except ValueError as error:
            raise InputError(
                Diagnostic(
                    Code.WRONG_TYPE,
                    str(error),
                    self.definition.source.place(*path),
                    "What an item holds is a text or a number: write it without a format.",
                )
            ) from error


class _Running:
    """One flow on its way: what is bound, and whether an error ended it."""

    def __init__(self, maker: FlowMaker, bindings: dict[str, object]) -> None:
        self._maker = maker
        self._bindings = bindings
        self._failed: Answered | None = None
        self._read: Answered | None = None
        self._requests = 0

    def outcome(self) -> Outcome:
        failed = self._failed.call if self._failed else None
        return Outcome(
            failed.error if failed else None,
            failed.error_message if failed else "",
            self._read,
            self._requests,
        )

    def steps(self, steps: Sequence[tuple[Step, Path]]) -> Generator[Ask, Answered, None]:
        for step, path in steps:
            yield from self._step(step, path)
            if self._failed is not None:
                return

    def _step(self, step: Step, path: Path) -> Generator[Ask, Answered, None]:
        condition = None if step.condition is None else StepCondition.parse(step.condition)
        if step.for_each is None:
            if condition is None or condition.holds(self._bindings):
                answer = yield from self._once(step, path)
                self._bind(step.name, answer)
            else:
                self._leave_absent(step.name)
            return
        per_element = condition is not None and "each" in condition.names
        if condition is not None and not per_element and not condition.holds(self._bindings):
            self._leave_absent(step.name)
            return
        answers: list[object] = []
        outer = self._bindings.get("each")
        for element in self._elements(step.for_each, path):
            self._bindings["each"] = element
            if per_element and condition is not None and not condition.holds(self._bindings):
                continue
            answers.append((yield from self._once(step, path)))
            if self._failed is not None:
                break
        self._bindings["each"] = outer
        self._bind(step.name, answers)

    def _once(self, step: Step, path: Path) -> Generator[Ask, Answered, object]:
        if step.request is None:
            outer = dict(self._bindings)
            yield from self.steps(_placed(step.steps, path))
            self._bindings = outer  # what steps within bind is theirs, element by element
            return None
        self._requests += 1
        if self._requests > MAX_REQUESTS:
            raise InputError(
                Diagnostic(
                    Code.REQUEST_REFUSED,
                    f"the steps make more than {MAX_REQUESTS:,} requests",
                    self._maker.definition.source.place(*path),
                )
            )
        arguments = self._maker.ready(step.request, self._bindings, path)
        read = is_read(step.request)
        answered = yield Ask(step.request.operation, arguments, read, path)
        if answered.call.error is not None:
            if step.may_fail is None or not failed_with(answered.call, step.may_fail):
                self._failed = answered
            return None
        if read:
            self._read = answered
        return _answer(step.request, answered)

    def _elements(self, name: str, path: Path) -> Sequence[object]:
        names = _Names(self._bindings)
        found = names[name] if name in names else None  # noqa: SIM401  # get() knows no dots
        if found is None:
            return ()
        if not isinstance(found, list | tuple | set | frozenset):
            raise InputError(
                Diagnostic(
                    Code.WRONG_TYPE,
                    f"for_each goes through a list, and '{name}' is none",
                    self._maker.definition.source.place(*path, "for_each"),
                    "Name the answer of a query, a scan or a batch_get.",
                )
            )
        # A set has no order: sorted, so that the flow is the same each time.
        return sorted(found, key=repr) if isinstance(found, set | frozenset) else list(found)

    def _leave_absent(self, name: str | None) -> None:
        """A step that was not done answers nothing; an earlier answer of that name stays."""
        if name is not None:
            self._bindings.setdefault(name, None)

    def _bind(self, name: str | None, answer: object) -> None:
        if name is not None:
            self._bindings[name] = answer


class _Names(dict[str, object]):
    """Bindings in which ``rows.0.pk`` is found, and what a bound item lacks is None."""

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, str(name).partition(".")[0])

    def __getitem__(self, name: str) -> object:
        head, _, rest = name.partition(".")
        value = dict.__getitem__(self, name) if dict.__contains__(self, name) else None
        if value is not None or not rest:
            return dict.__getitem__(self, name)
        return _within(dict.__getitem__(self, head), rest)


def _placed(steps: Sequence[Step], path: Path) -> list[tuple[Step, Path]]:
    return [(step, (*path, "steps", position)) for position, step in enumerate(steps)]


def _within(value: object, path: str) -> object:
    name, _, rest = path.partition(".")
    match value:
        case Mapping():
            if path in value:
                return value[path]
            inner = value.get(name)
        case list() | tuple() if name.isdigit():
            inner = value[int(name)] if int(name) < len(value) else None
        case _:
            inner = None
    return _within(inner, rest) if rest else inner


def _answer(request: Request, answered: Answered) -> object:
    """What ``as`` binds: a list of items, one item or None, or a count."""
    items = [
        {name: from_attribute_value(from_wire(as_typed(value))) for name, value in item.items()}
        for item in answered.items
    ]
    if request.arguments.get("Select") == "COUNT":
        return answered.call.items_returned
    if request.operation in ("GetItem", "PutItem", "UpdateItem", "DeleteItem"):
        return items[0] if items else None
    return items
