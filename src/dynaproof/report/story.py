"""A counterexample as a story: these rows, this call, what came of it, and why."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from dynaproof.facts.hard.fact_set import FactSet, Row
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.template import Template
from dynaproof.proof.differences import Difference, RowFault, TypedItem
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.proof.streams.deliveries import IN_ORDER
from dynaproof.report.differences import difference_json
from dynaproof.report.figures import counted
from dynaproof.report.plain_text import PLAIN_WIDTH, plain_text
from dynaproof.report.plain_values import json_value, printable
from dynaproof.report.small_tables import small_table
from dynaproof.report.story_requests import request_lines
from dynaproof.report.story_values import StoryValues

Line = tuple[str, str]
"""A line and its style."""

MOST_ITEMS = 4
"""Items at fault that are shown."""
MOST_DELIVERIES = 8
_HEADING = "bold"


def story_text(
    counterexample: Counterexample, definition: Definition, width: int = PLAIN_WIDTH
) -> str:
    """The story as plain text."""
    return plain_text(lambda console: print_story(counterexample, definition, console), width)


def print_story(counterexample: Counterexample, definition: Definition, console: Console) -> None:
    """Print the story; no line is longer than the console is wide, nor than 100 characters."""
    width = min(console.width, PLAIN_WIDTH)
    for line, style in story_lines(counterexample, definition, width):
        console.print(Text(line, style), soft_wrap=True)


def story_json(counterexample: Counterexample) -> dict[str, object]:
    """The story as plain data: facts and parameters as JSON has them, items typed."""
    one = counterexample
    tried = one.tried
    driven = tried.attempt.driven if tried is not None else None
    answered = driven.outcome.read if driven is not None else None
    return {
        "code": one.code.value,
        "pattern": one.pattern.name if one.pattern else None,
        "summary": one.difference.summary,
        "because": one.because,
        "hazard": one.facts.hazard,
        "rows_at_first": one.rows_at_first,
        "facts": json_value(one.facts.rows),
        "parameters": json_value(tried.attempt.parameters.values) if tried else None,
        "delivery": tried.way.name if tried else None,
        "requests": [
            {"operation": made.ask.operation, "arguments": json_value(made.ask.arguments)}
            for made in (driven.made if driven is not None else ())
        ],
        "answered": json_value(answered.items) if answered is not None else None,
        "asked": json_value(one.asked),
        "difference": difference_json(one.difference),
    }


def story_lines(
    counterexample: Counterexample, definition: Definition, width: int
) -> Iterator[Line]:
    """The story line by line."""
    one, tried = counterexample, counterexample.tried
    values = values_of(one)
    name = one.pattern.name if one.pattern else "the tables"
    yield from heading(one.code.value, name, headline(one.difference), width)
    yield f"  {one.code.meaning}", "dim"
    yield from section(
        "These rows", fact_lines(one.facts, one.pattern, definition, values, width - 4)
    )
    if tried is not None:
        yield from section("This call", _call_lines(one, definition, values))
        answered = tried.attempt.driven.outcome.read if tried.attempt.driven else None
        if one.difference.code is Code.NOT_ACCEPTED:
            said = wrapped(values.text(printable(one.difference.summary)), width - 4)
            yield from section("DynamoDB said", said)
        elif tried.pattern.question is not None and answered is not None:
            yield from _answer_sections(one, answered.items, values, width - 4)
        else:
            lines = item_lines(one.difference, definition, values, width - 4)
            yield from section("The items", lines)
    else:
        yield from section("The items", item_lines(one.difference, definition, values, width - 4))
    if one.because:
        yield from section("Likely cause", wrapped(values.text(printable(one.because)), width - 4))
    if values.note:
        yield "", ""
        yield f"  {values.note}", "dim"


def values_of(one: Counterexample) -> StoryValues:
    """Everything that the story shows, so that UUIDs are told apart."""
    told: list[object] = [one.facts.rows, one.asked, one.because]
    told += [fault.expected for fault in one.difference.faults]
    told += [fault.found for fault in one.difference.faults]
    if one.tried is not None:
        told.append(one.tried.attempt.parameters.values)
        driven = one.tried.attempt.driven
        told += [made.ask.arguments for made in driven.made] if driven is not None else []
    return StoryValues(told)


def heading(code: str, name: str, said: str, width: int) -> Iterator[Line]:
    """Code, pattern and one line of what is wrong."""
    for line in wrapped(f"{code}  {printable(name)}: {printable(said)}", width):
        yield line, "bold red"


def headline(difference: Difference) -> str:
    """What is wrong, without its first example: the story shows that."""
    return difference.summary.partition(": ")[0]


def section(title: str, lines: Iterable[str]) -> Iterator[Line]:
    """A title and indented lines; nothing where there are no lines."""
    held = list(lines)
    if held:
        yield "", ""
        yield f"  {title}", _HEADING
        for line in held:
            yield f"    {line}".rstrip(), ""


def wrapped(text: str, width: int) -> list[str]:
    """A sentence on lines of some width."""
    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]


def fact_lines(
    facts: FactSet,
    pattern: AccessPattern | None,
    definition: Definition,
    values: StoryValues,
    width: int,
) -> Iterator[str]:
    """A small table for each entity that has rows, the columns that matter first."""
    for entity, rows in facts.rows.items():
        if not rows:
            continue
        columns = _columns(rows, pattern, definition)
        cells = [[values.cell(row[name]) for name in columns] for row in rows]
        yield printable(entity)
        names = [printable(name) for name in columns]
        yield from (f"  {line}" for line in small_table(names, cells, width=width - 2))


def item_lines(
    difference: Difference, definition: Definition, values: StoryValues, width: int
) -> Iterator[str]:
    """The items at fault: which, and what each attribute should be and is."""
    faults = [fault for fault in difference.faults if fault.table]
    if not faults:
        yield from wrapped(values.text(printable(difference.summary)), width)
        return
    for fault in faults[:MOST_ITEMS]:
        taken = difference.code is Code.KEY_COLLISION
        yield from wrapped(_item_heading(fault, definition, values, taken=taken), width)
        rows = _attribute_rows(fault, values)
        columns = ("", "should be", "is") if fault.kind == "wrong value" else ("attribute", "value")
        yield from (f"  {line}" for line in small_table(columns, rows, width=width - 2))
    more = difference.total - len(faults[:MOST_ITEMS])
    if more > 0:
        yield f"and {counted(more, 'more item')}"


def _item_heading(
    fault: RowFault, definition: Definition, values: StoryValues, *, taken: bool
) -> str:
    item = fault.expected if fault.expected is not None else fault.found
    table = definition.table(fault.table)
    keys = [key.name for key in table.key_attributes] if table is not None else []
    named = ", ".join(f"{printable(n)} {values.attribute_said((item or {}).get(n))}" for n in keys)
    what = {"missing": "is missing", "extra": "should not be there"}.get(fault.kind, "is wrong")
    what = "would overwrite another" if taken else what
    return f"{printable(fault.table)}: {named} {what}"


def _attribute_rows(fault: RowFault, values: StoryValues) -> list[list[str]]:
    expected, found = fault.expected or {}, fault.found or {}
    if fault.kind != "wrong value":
        return [[printable(n), values.attribute(v)] for n, v in (expected or found).items()]
    return [
        [printable(name), values.attribute(expected.get(name)), values.attribute(found.get(name))]
        for name in fault.attributes
    ]


def _columns(
    rows: Sequence[Row], pattern: AccessPattern | None, definition: Definition
) -> list[str]:
    """What the pattern or a key speaks of first, then what differs from row to row."""
    spoken = _spoken(pattern, definition)

    def rank(name: str) -> tuple[bool, bool]:
        texts = {repr(row[name]) for row in rows}
        return name.casefold() not in spoken, len(texts) == 1

    return sorted(rows[0], key=rank)


def _spoken(pattern: AccessPattern | None, definition: Definition) -> set[str]:
    texts = [pattern.question or "", pattern.change or ""] if pattern is not None else []
    words = {word.casefold() for text in texts for word in re.findall(r"\w+", text)}
    keys = {
        name.casefold()
        for table in definition.tables
        for item_type in table.items
        for spec in item_type.key
        if isinstance(spec.template, Template)
        for name in spec.template.names
    }
    return words | keys


def _call_lines(one: Counterexample, definition: Definition, values: StoryValues) -> Iterator[str]:
    tried = one.tried
    if tried is None:
        return
    given = tried.attempt.parameters.values
    said = ", ".join(f"{printable(n)} = {values.said(v)}" for n, v in given.items())
    yield from wrapped(f"{printable(tried.pattern.name)} with {said or 'no parameters'}", 92)
    tables = [table.name for table in definition.tables]
    for made in tried.attempt.driven.made if tried.attempt.driven else ():
        error = f" -> {made.answered.call.error}" if made.answered.call.error else ""
        lines = request_lines(made.ask.operation, made.ask.arguments, tables, values)
        lines[-1] += error
        for line in lines:
            first, *rest = textwrap.wrap(line, 88, drop_whitespace=False, break_on_hyphens=False)
            yield f"  {first.rstrip()}"
            yield from (f"      {part.strip()}" for part in rest)
    delivered = tried.attempt.delivered
    if delivered is None or not delivered.deliveries:
        return
    if tried.way is not IN_ORDER:
        yield from wrapped(f"Stream records: {tried.way.story}.", 92)
    runs = [
        f"{printable(d.handler.name)} gets the {d.record.event} of "
        + " ".join(values.attribute_said(value) for value in d.record.keys.values())
        + (" again" if d.again else "")
        + (", and is broken off" if d.broken_off else "")
        for d in delivered.deliveries
    ]
    told = [(run, len(list(same))) for run, same in groupby(runs)]
    for run, times in told[:MOST_DELIVERIES]:
        line = run if times == 1 else f"{run} ({times} times)"
        yield from (f"  {part}" for part in wrapped(line, 90))
    if len(told) > MOST_DELIVERIES:
        yield f"  ... and {counted(len(told) - MOST_DELIVERIES, 'more record')}"


def _answer_sections(
    one: Counterexample, items: Sequence[TypedItem], values: StoryValues, width: int
) -> Iterator[Line]:
    count = one.difference
    if count.faults and count.faults[0].kind == "wrong count":
        yield from section("Answered", [f"{count.found:,}"])
        yield from section("Should have answered", [f"{count.expected:,}"])
        return
    names = _answer_columns(one, items)
    differing = {name for fault in count.faults for name in fault.attributes}
    marks = {fault.position: fault.kind for fault in count.faults if fault.position is not None}
    told = [marks.get(number, "") for number in range(1, len(items) + 1)]
    yield from section("Answered", _answer_table(names, items, told, values, width, differing))
    lacking = [fault.expected for fault in count.faults if fault.kind == "missing"]
    told = ["missing" if row in lacking else "" for row in one.asked]
    yield from section("Should have answered", _answer_table(names, one.asked, told, values, width))


def _answer_table(
    names: Sequence[str],
    items: Sequence[Mapping[str, object]],
    marks: Sequence[str],
    values: StoryValues,
    width: int,
    differing: Container[str] = (),
) -> list[str]:
    if not items:
        return ["nothing"]
    own = [name for name in names if name in differing or any(name in item for item in items)]
    own = own or list(names[:1])
    rows = [
        [mark, *(values.attribute(item.get(name)) for name in own)]
        for item, mark in zip(items, marks, strict=True)
    ]
    headings = ["", *map(printable, own)]
    if not any(marks):
        rows, headings = [row[1:] for row in rows], headings[1:]
    return small_table(headings, rows, width=width)


def _answer_columns(one: Counterexample, items: Sequence[TypedItem]) -> list[str]:
    """What differs first, then what the question asks for, then the rest of the items."""
    differing = [name for fault in one.difference.faults for name in fault.attributes]
    asked = [name for row in one.asked for name in row]
    rest = [name for item in items for name in item]
    return list(dict.fromkeys([*differing, *asked, *rest]))
