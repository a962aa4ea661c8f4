"""Two calls at once that go wrong, told as a story: rows, calls, schedule, what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from dynaproof.model.definition import Definition
from dynaproof.proof.races.race import Race
from dynaproof.report.differences import difference_json
from dynaproof.report.plain_text import PLAIN_WIDTH, plain_text
from dynaproof.report.plain_values import json_value, printable
from dynaproof.report.story import (
    Line,
    fact_lines,
    heading,
    headline,
    item_lines,
    section,
    wrapped,
)
from dynaproof.report.story_values import StoryValues


def race_text(race: Race, definition: Definition, width: int = PLAIN_WIDTH) -> str:
    """The story as plain text."""
    return plain_text(lambda console: print_race(race, definition, console), width)


def print_race(race: Race, definition: Definition, console: Console) -> None:
    """Print the story; no line is longer than the console is wide, nor than 100 characters."""
    width = min(console.width, PLAIN_WIDTH)
    for line, style in race_lines(race, definition, width):
        console.print(Text(line, style), soft_wrap=True)


def race_json(race: Race) -> dict[str, object]:
    """The story as plain data."""
    return {
        "code": race.code.value,
        "patterns": [call.pattern.name for call in race.calls],
        "parameters": [json_value(call.parameters.values) for call in race.calls],
        "summary": race.difference.summary,
        "facts": json_value(race.facts.rows) if race.facts else None,
        "schedule": list(race.story),
        "difference": difference_json(race.difference),
    }


def race_lines(race: Race, definition: Definition, width: int) -> Iterator[Line]:
    """The story line by line."""
    values = _values(race)
    names = [printable(call.pattern.name) for call in race.calls]
    when = "one after the other" if race.one_by_one else "at once"
    who = f"{names[0]}, twice {when}" if len(set(names)) < len(names) else " and ".join(names)
    yield from heading(race.code.value, who, headline(race.difference), width)
    yield f"  {race.code.meaning}", "dim"
    if race.facts is not None:
        rows = fact_lines(race.facts, race.first.pattern, definition, values, width - 4)
        yield from section("These rows", rows)
    calls = f"These calls {when}" if race.second is not None else "This call and its handlers"
    yield from section(calls, _calls(race, values, width - 4))
    yield from section("In this order", _schedule(race.story, values, width - 4))
    yield from section(
        "The items in the end", item_lines(race.difference, definition, values, width - 4)
    )
    if values.note:
        yield "", ""
        yield f"  {values.note}", "dim"


def _values(race: Race) -> StoryValues:
    told: list[object] = [call.parameters.values for call in race.calls]
    told += [race.facts.rows if race.facts else {}, *race.story]
    for fault in race.difference.faults:
        told += [fault.expected, fault.found]
    return StoryValues(told)


def _calls(race: Race, values: StoryValues, width: int) -> Iterator[str]:
    for number, call in enumerate(race.calls, 1):
        given = ", ".join(
            f"{printable(name)} {values.said(value)}"
            for name, value in call.parameters.values.items()
        )
        which = f" {number}" if len({one.pattern.name for one in race.calls}) < 2 else ""
        yield from wrapped(f"{printable(call.pattern.name)}{which}: {given}", width)


def _schedule(story: Sequence[str], values: StoryValues, width: int) -> Iterator[str]:
    for number, step in enumerate(story, 1):
        lines = wrapped(values.text(printable(step)), width - 4)
        yield f"{number:>2}. {lines[0]}"
        yield from (f"    {line}" for line in lines[1:])
