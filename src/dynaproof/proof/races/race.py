"""Two calls at once that leave what no order of the two would leave, and how it comes to that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.proof.differences import Difference
from dynaproof.proof.execute import Answered
from dynaproof.proof.races.exploration import PatternCall, Turn, call_names

_SAID: Mapping[Code, str] = {
    Code.LOST_UPDATE: "of two calls at once one is lost",
    Code.STALE_INDEX: "an index that has not caught up leads to a wrong state",
    Code.RACE: "two calls at once leave what no order of the two would leave",
}


@dataclass(frozen=True, slots=True)
class Race:
    """``second`` is None where one call and its own handlers get in each other's way.

    ``schedule`` is the simplest one that fails; ``code`` is LOST_UPDATE, STALE_INDEX or RACE, or
    the difference's own where the calls do not even have to overlap. ``difference`` is held
    against the nearest order of the calls.
    """

    first: PatternCall
    second: PatternCall | None
    schedule: tuple[Turn, ...]
    difference: Difference
    code: Code
    facts: FactSet | None = None
    """The rows that there were."""

    @property
    def calls(self) -> tuple[PatternCall, ...]:
        """The first, and the second where there is one."""
        return (self.first,) if self.second is None else (self.first, self.second)

    @property
    def one_by_one(self) -> bool:
        """Whether the calls go wrong without overlapping; two of one key are told as at once."""
        alike = self.code in (Code.KEY_COLLISION, Code.HANDLER_FAILED)
        return self.second is not None and not alike and one_by_one(self.schedule)

    @property
    def story(self) -> tuple[str, ...]:
        """The requests in the order in which they are made, in words."""
        return story(self.schedule)

    def diagnostic(self, definition: Definition) -> Diagnostic:
        """The finding, at the change of the first pattern."""
        names = [call.pattern.name for call in self.calls]
        who = " and ".join(f"'{name}'" for name in call_names(names))
        said = _SAID.get(self.code, "one after the other they leave what they should not")
        place = definition.source.key("access_patterns", names[0], "change")
        return Diagnostic(
            self.code, f"{who}: {said}: {self.difference.summary}", place, "; ".join(self.story)
        )


def one_by_one(schedule: Sequence[Turn]) -> bool:
    """Whether each call, with its handlers, is over before the next one begins; no index lags."""
    calls = [_call_of(turn) for turn in schedule]
    return len(list(groupby(calls))) == len(set(calls)) and not any(t.stale for t in schedule)


def _call_of(turn: Turn) -> str:
    """The call that makes a request, or whose handler does: ``refresh (of send-message 1)``."""
    return turn.name.rpartition(" (of ")[2].removesuffix(")") if turn.line[0] else turn.name


def story(schedule: Sequence[Turn]) -> tuple[str, ...]:
    """One sentence for each request: who makes it, of what, and what comes of it."""
    return tuple(_told(turn) for turn in schedule)


def _told(turn: Turn) -> str:
    request = " ".join([turn.ask.operation, *_names(turn.ask.arguments)])
    said = f"{turn.name}: {request}"
    if turn.stale:
        said += f", answered from before {turn.stale}"
    return f"{said}{_outcome(turn.answered, read=turn.ask.read)}"


def _names(arguments: Mapping[str, object]) -> list[str]:
    index = arguments.get("IndexName")
    if index is not None:
        return [str(index)]
    key = arguments.get("Key") or arguments.get("Item")
    if not isinstance(key, Mapping):
        return []
    # The key stands first in a request; of an item, two attributes tell which one it is.
    return [_shown(value) for value in list(key.values())[:2]]


def _shown(typed: object) -> str:
    return str(next(iter(typed.values()), "")) if isinstance(typed, Mapping) else str(typed)


def _outcome(answered: Answered, *, read: bool) -> str:
    if answered.call.error is not None:
        return f": {answered.call.error}"
    if not read:
        return ""
    count = answered.call.items_returned
    return f": {count} item{'' if count == 1 else 's'}"
