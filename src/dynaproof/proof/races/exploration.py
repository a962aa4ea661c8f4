"""All that a few calls at once, and the handlers that they set off, can come to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dynaproof.dynamodb.streams import Record
from dynaproof.model.access_pattern import AccessPattern, Request, Step, StreamHandler
from dynaproof.proof.attempt import Bench
from dynaproof.proof.execute import Answered
from dynaproof.proof.flow import Ask, Outcome
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.races.schedules import simplest_first, turns
from dynaproof.proof.races.scripts import Answers, Script, Scripts
from dynaproof.proof.races.tables_at import START, TablesAt

MAX_REQUESTS = 200
"""Requests of one schedule; beyond it, handlers keep setting each other off."""
MOST_TRIES = 3
"""How often a handler that failed gets its record."""
STALE_COST = 1
"""An answer from before: as much as a switch."""

_STOPPED = Outcome(f"stopped after {MAX_REQUESTS} requests")

Line = tuple[str, bytes]
"""Who is served one after the other: a handler's name and a partition key; or a call."""


@dataclass(frozen=True, slots=True)
class PatternCall:
    """An access pattern with the parameters of one call."""

    pattern: AccessPattern
    parameters: ParameterSet


@dataclass(frozen=True, slots=True)
class Waiting:
    """A process in its line; ``of`` is the call that it comes from, counted from 0."""

    script: int
    of: int
    answers: Answers = ()
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Turn:
    """One request of a schedule; ``stale`` says from before what it was answered, or nothing."""

    line: Line
    name: str
    ask: Ask
    answered: Answered
    stale: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of a schedule: the state of the tables, and where each process is.

    ``past`` has the state before each write and the script that wrote. ``gave_up`` names the
    handlers that failed whenever they got a record.
    """

    state: int
    lines: Mapping[Line, tuple[Waiting, ...]]
    current: Line | None = None
    past: tuple[tuple[int, int], ...] = ()
    gave_up: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """What one schedule came to: the tables' state, and how each call ended.

    ``refused``: calls that ended well though every one of their writes was refused.
    """

    state: int
    outcomes: tuple[Outcome, ...]
    refused: tuple[bool, ...]
    gave_up: tuple[str, ...]
    turns: tuple[Turn, ...]
    switches: int

    @property
    def stale(self) -> bool:
        """Whether an answer came from an index that had not caught up."""
        return any(turn.stale for turn in self.turns)


@dataclass(slots=True)
class Exploration:
    """Calls at once on the tables of a bench; ``stale_indexes``: their answers may lag behind."""

    bench: Bench
    tables: TablesAt
    calls: Sequence[PatternCall]
    stale_indexes: bool = True
    _scripts: Scripts = field(default_factory=Scripts)

    def ends(self) -> Iterator[End]:
        """Ends of schedules, the simplest first; each end is a different one."""
        start = self._start()
        for cost, moment in simplest_first(start, self._further, self._identity):
            if not self._runnable(moment):
                yield self._end(moment, cost)

    def follow(self, turns_taken: Sequence[Turn]) -> End:
        """The end where the same processes take the same turns, and no index lags behind.

        A process that has nothing more to do, or is not there, is left out; who is left when the
        turns are over goes on in order.
        """
        moment = self._start()
        lines = [turn.line for turn in turns_taken]
        while runnable := self._runnable(moment):
            line = runnable[0]
            while lines:
                wanted = lines.pop(0)
                if wanted in runnable:
                    line = wanted
                    break
            if len(moment.turns) > MAX_REQUESTS:
                break
            moment = next(self._after_turn(moment, line, may_be_stale=False))[1]
        return self._end(moment, 0)

    def _start(self) -> Moment:
        names = call_names([call.pattern.name for call in self.calls])
        lines: dict[Line, tuple[Waiting, ...]] = {}
        for number, (call, name) in enumerate(zip(self.calls, names, strict=True)):
            script = self._scripts.add(
                Script(
                    name,
                    lambda call=call: self.bench.flows.of_pattern(  # type: ignore[misc]  # mypy knows no defaults of lambdas
                        call.pattern, call.parameters.values
                    ),
                ),
                number,
            )
            lines["", str(number).encode()] = (Waiting(script, number),)
        return Moment(START, lines)

    def _identity(self, moment: Moment) -> Hashable:
        lines = tuple(sorted((line, waiting) for line, waiting in _plain(moment.lines)))
        # What an index may answer depends on the writes before. And what was reached without such
        # an answer is told apart, as it needs no index to go wrong.
        past = moment.past if self.stale_indexes else ()
        stale = any(turn.stale for turn in moment.turns)
        return moment.state, lines, moment.current, past, stale, moment.gave_up

    def _runnable(self, moment: Moment) -> list[Line]:
        """The lines whose first process has a request to make: calls, then handlers."""
        return [
            line
            for line, waiting in moment.lines.items()
            if isinstance(self._scripts.next(waiting[0].script, waiting[0].answers), Ask)
        ]

    def _further(self, moment: Moment) -> Iterator[tuple[int, Moment]]:
        if len(moment.turns) > MAX_REQUESTS:
            return
        for line, switch in turns(self._runnable(moment), moment.current):
            for stale, following in self._after_turn(moment, line):
                yield switch + stale, following

    def _after_turn(
        self, moment: Moment, line: Line, *, may_be_stale: bool = True
    ) -> Iterator[tuple[int, Moment]]:
        """The moments that can follow when the first of a line makes its request."""
        first = moment.lines[line][0]
        ask = self._scripts.next(first.script, first.answers)
        if isinstance(ask, Outcome):
            return
        name = self._scripts.name(first.script)
        if ask.read:
            fresh = self.tables.read(moment.state, ask)
            yield 0, self._answered(moment, line, Turn(line, name, ask, fresh))
            if may_be_stale and self.stale_indexes and self._of_global_index(ask):
                for said, answered in self._stale_answers(moment, ask, fresh):
                    turn = Turn(line, name, ask, answered, said)
                    yield STALE_COST, self._answered(moment, line, turn)
            return
        written = self.tables.write(moment.state, ask)
        turn = Turn(line, name, ask, written.answered)
        past = moment.past
        if written.state != moment.state:
            past = (*past, (moment.state, first.script))
        after = self._answered(replace(moment, state=written.state, past=past), line, turn)
        yield 0, self._deliver(after, written.records, first.of)

    def _stale_answers(
        self, moment: Moment, ask: Ask, fresh: Answered
    ) -> Iterator[tuple[str, Answered]]:
        """Other answers that an index may give which has not caught up with the last writes."""
        if not moment.past:
            return
        before, last = moment.past[-1]
        first_of_last = len(moment.past) - 1
        while first_of_last and moment.past[first_of_last - 1][1] == last:
            first_of_last -= 1
        name = self._scripts.name(last)
        seen = {self._scripts.answer(fresh)}
        for said, state in (
            (f"the writes of {name}", moment.past[first_of_last][0]),
            (f"the last write, of {name}", before),
            ("all writes", START),
        ):
            answered = self.tables.read(state, ask)
            number = self._scripts.answer(answered)
            if number not in seen:
                seen.add(number)
                yield said, answered

    def _answered(self, moment: Moment, line: Line, turn: Turn) -> Moment:
        """The moment after an answer: its process is further on, or gone from its line."""
        first, *others = moment.lines[line]
        answers = (*first.answers, self._scripts.answer(turn.answered))
        lines = {**moment.lines, line: (replace(first, answers=answers), *others)}
        after = replace(moment, lines=lines, current=line, turns=(*moment.turns, turn))
        return self._settled(after, line)

    def _settled(self, moment: Moment, line: Line) -> Moment:
        """Handlers that are done leave their line; one that failed gets its record again."""
        if not line[0]:
            return moment
        lines, gave_up = dict(moment.lines), moment.gave_up
        waiting = lines[line]
        while waiting:
            first = waiting[0]
            ended = self._scripts.next(first.script, first.answers)
            if isinstance(ended, Ask):
                break
            if ended.error is not None and first.tries < MOST_TRIES:
                again = Waiting(first.script, first.of, tries=first.tries + 1)
                waiting = (again, *waiting[1:])
                continue
            if ended.error is not None:
                gave_up = (*gave_up, f"{self._scripts.name(first.script)}: {ended.error}")
            waiting = waiting[1:]
        if waiting:
            lines[line] = waiting
        else:
            del lines[line]
        return replace(moment, lines=lines, gave_up=gave_up)

    def _deliver(self, moment: Moment, records: Sequence[Record], of: int) -> Moment:
        handlers = self.bench.handlers
        if handlers is None:
            return moment
        origin = "of " + self._scripts.name(moment.lines["", str(of).encode()][0].script)
        for delivery in handlers.batch(records):
            handler, record = delivery.handler, delivery.record
            bindings = handlers.bindings(delivery)
            script = self._scripts.add(
                Script(
                    f"{handler.name} ({origin})",
                    lambda handler=handler, bindings=bindings: self.bench.flows.of_handler(  # type: ignore[misc]  # as above
                        handler, bindings
                    ),
                ),
                [record.table, record.event, record.keys, record.new, record.old],
            )
            line = (handler.name, delivery.partition_key)
            waiting = (*moment.lines.get(line, ()), Waiting(script, of))
            moment = replace(moment, lines={**moment.lines, line: waiting})
            moment = self._settled(moment, line)
        return moment

    def _of_global_index(self, ask: Ask) -> bool:
        table = self.bench.tables.get(str(ask.arguments.get("TableName")))
        index = table.index(str(ask.arguments.get("IndexName"))) if table is not None else None
        return index is not None and index.kind == "global"

    def _end(self, moment: Moment, switches: int) -> End:
        outcomes: list[Outcome] = []
        refused: list[bool] = []
        for number in range(len(self.calls)):
            [call] = moment.lines["", str(number).encode()]
            outcome = self._scripts.next(call.script, call.answers)
            outcomes.append(outcome if isinstance(outcome, Outcome) else _STOPPED)
            refused.append(self._scripts.refused(call.script, call.answers))
        return End(
            moment.state, tuple(outcomes), tuple(refused), moment.gave_up, moment.turns, switches
        )


def call_names(patterns: Sequence[str]) -> list[str]:
    """What calls are called: by their patterns, counted where one comes more than once."""
    return [
        f"{name} {patterns[: at + 1].count(name)}" if patterns.count(name) > 1 else name
        for at, name in enumerate(patterns)
    ]


def reads_global_index(
    patterns: Iterable[AccessPattern], handlers: Iterable[StreamHandler]
) -> bool:
    """Whether a request names an index, so that an answer may lag behind."""
    requests = [request for pattern in patterns for request in pattern.requests]
    requests += [one for handler in handlers for one in _requests(handler.steps)]
    return any("IndexName" in request.arguments for request in requests)


def _requests(steps: Sequence[Step]) -> Iterator[Request]:
    for step in steps:
        if step.request is not None:
            yield step.request
        yield from _requests(step.steps)


def _plain(
    lines: Mapping[Line, tuple[Waiting, ...]],
) -> Iterator[tuple[Line, tuple[tuple[int, int, Answers, int], ...]]]:
    for line, waiting in lines.items():
        yield line, tuple((one.script, one.of, one.answers, one.tries) for one in waiting)
