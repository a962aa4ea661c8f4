"""Calls whose answers, or whose writes, are not what the facts imply: what a person needs to see.

The first such call of a pattern stands for the others.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from dynaproof.model.access_pattern import AccessPattern
from dynaproof.proof.differences import Difference, RowFault
from dynaproof.proof.results import Call, PatternResult
from dynaproof.report.differences import fault_lines, print_difference
from dynaproof.report.figures import counted
from dynaproof.report.grids import print_indented, title
from dynaproof.report.plain_values import json_value, printable, value_text

MOST_LINES = 10
"""Lines of rows at fault that are shown of one call; JSON holds all that the run keeps."""
MOST_REQUESTS = 3
"""Requests of one call that are shown."""
LONGEST_REQUEST = 200
"""Characters of a request that are shown; ``dynaproof query --show`` prints it whole."""
LONGEST_PARAMETER = 60


@dataclass(frozen=True, slots=True)
class DifferingCall:
    """The first call of a pattern that differs, and how many others do."""

    result: PatternResult
    call: Call
    difference: Difference
    others: int

    @property
    def heading(self) -> str:
        """``list-messages differs: largest, and 3 more of 6 calls``."""
        name = printable(self.result.pattern.name)
        more = f", and {self.others:,} more of {len(self.result.calls):,} calls"
        return f"{name} differs: {self.call.parameter_set}{more if self.others else ''}"

    @property
    def parameters(self) -> str:
        """``conversation = 4f5b, limit = 20``; empty without parameters."""
        return ", ".join(
            f"{printable(name)} = {_cut(value_text(value), LONGEST_PARAMETER)}"
            for name, value in self.call.parameters.items()
        )

    @property
    def shown(self) -> Difference:
        """The difference with as many of its rows as fit."""
        return dataclasses.replace(self.difference, faults=tuple(_that_fit(self.difference.faults)))

    @property
    def requests(self) -> list[str]:
        """The first requests in DynamoDB's JSON, and a line that counts the others."""
        made = requests_made(self.result.pattern, self.call)
        lines = [
            f"{operation} {_cut(printable(_json(arguments)), LONGEST_REQUEST)}"
            for operation, arguments in made[:MOST_REQUESTS]
        ]
        left = len(made) - MOST_REQUESTS
        return [*lines, f"and {counted(left, 'more request')}"] if left > 0 else lines


def first_differing(results: Sequence[PatternResult]) -> list[DifferingCall]:
    """One for each pattern that differs, in the order of the run."""
    found: list[DifferingCall] = []
    for result in results:
        calls = [(call, call.difference) for call in result.calls if call.difference is not None]
        if calls:
            call, difference = calls[0]
            found.append(DifferingCall(result, call, difference, len(calls) - 1))
    return found


def requests_made(pattern: AccessPattern, call: Call) -> list[tuple[str, Mapping[str, object]]]:
    """The requests of a call with their operations, in the order in which they were made."""
    if call.steps:
        return [(step.operation, step.request) for step in call.steps]
    request = pattern.request
    return [(request.operation, call.request)] if request is not None else []


def print_differing(results: Sequence[PatternResult], console: Console) -> None:
    """Print what differs, a pattern at a time: parameters, rows at fault, requests."""
    for one in first_differing(results):
        console.print(title(one.heading), soft_wrap=True)
        if one.parameters:
            print_indented(Text(f"with {one.parameters}", "dim"), console)
        print_difference(one.shown, console)
        for request in one.requests:
            print_indented(Text(request, "dim"), console)
        console.print()


def _that_fit(faults: Sequence[RowFault]) -> Iterator[RowFault]:
    lines = 0
    for number, fault in enumerate(faults):
        lines += len(fault_lines(fault))
        if number and lines > MOST_LINES:
            return
        yield fault


def _json(arguments: Mapping[str, object]) -> str:
    return json.dumps(json_value(arguments), ensure_ascii=False)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."
