"""Calls and handlers as processes: what each does next, after the answers that it has had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import orjson

from dynaproof.model.diagnostic import InputError
from dynaproof.proof.execute import Answered
from dynaproof.proof.flow import Ask, Flow, Outcome

REFUSED = "a value does not suit its place"
"""Error of a flow that could not fill in its next request."""
Answers = tuple[int, ...]
"""Numbers of the answers that a process had so far."""


@dataclass(frozen=True, slots=True)
class Script:
    """A process by its name; ``start`` makes its flow, always the same one."""

    name: str
    start: Callable[[], Flow]


class Scripts:
    """Scripts and answers by number.

    Of the same script and answers comes the same next request: a flow is a function of them. So a
    process can be taken up again at any point.
    """

    def __init__(self) -> None:
        self._scripts: list[Script] = []
        self._script_numbers: dict[bytes, int] = {}
        self._answers: list[Answered] = []
        self._answer_numbers: dict[bytes, int] = {}
        self._next: dict[tuple[int, Answers], Ask | Outcome] = {}

    def add(self, script: Script, identity: object) -> int:
        """The number of a script; scripts with the same name and identity (JSON) are the same."""
        known = orjson.dumps([script.name, identity], option=orjson.OPT_SORT_KEYS)
        if known not in self._script_numbers:
            self._script_numbers[known] = len(self._scripts)
            self._scripts.append(script)
        return self._script_numbers[known]

    def name(self, script: int) -> str:
        """What a script is called."""
        return self._scripts[script].name

    def answer(self, answered: Answered) -> int:
        """The number of an answer; answers that tell a flow the same are the same."""
        call = answered.call
        told = [call.error, call.error_message, call.items_returned, answered.items]
        known = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
        if known not in self._answer_numbers:
            self._answer_numbers[known] = len(self._answers)
            self._answers.append(answered)
        return self._answer_numbers[known]

    def next(self, script: int, answers: Answers) -> Ask | Outcome:
        """The next request of a script, or how it ended."""
        known = (script, answers)
        if known not in self._next:
            self._next[known] = self._replay(script, answers)
        return self._next[known]

    def refused(self, script: int, answers: Answers) -> bool:
        """Whether writes were made, and DynamoDB refused every one of them."""
        asks = [self.next(script, answers[:n]) for n in range(len(answers))]
        writes = [
            self._answers[answer].call.error
            for ask, answer in zip(asks, answers, strict=True)
            if isinstance(ask, Ask) and not ask.read
        ]
        return bool(writes) and all(error is not None for error in writes)

    def _replay(self, script: int, answers: Answers) -> Ask | Outcome:
        flow = self._scripts[script].start()
        try:
            ask = next(flow)
            for number in answers:
                ask = flow.send(self._answers[number])
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        except InputError as error:
            return Outcome(REFUSED, error.diagnostics[0].message, requests=len(answers))
        return ask
