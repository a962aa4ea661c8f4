"""Times in sort keys: written so that text order is not time order, and asked for as constants."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dynaproof.facts import kinds
from dynaproof.items.template_sql import INSTANTS, WITH_TIME_ZONE
from dynaproof.model.template import Field, Template
from dynaproof.proof.design.finding import Finding
from dynaproof.proof.design.requests import Read, Test, paths_of, template_of
from dynaproof.proof.design.select_tree import Node, arguments_of, constant, nodes
from dynaproof.proof.design.stored_types import StoredType
from dynaproof.proof.design.subject import Design
from dynaproof.proof.design.time_order import is_sortable, rest_at

_UTC = frozenset({"utc", "gmt", "etc/utc", "z", "zulu", "universal"})
_FAR = 2100


def local_times(design: Design) -> Iterator[Finding]:
    """A sort key holds time that text order does not put in order.

    Two ways are found. Local time (``timezone('Europe/Berlin', at)``, ``AT TIME ZONE``): in the
    night when clocks go back, an hour comes twice, and later messages sort before earlier ones.
    And a format that does not go from the year down (``%d/%m/%Y``): 01/12 sorts before 02/01.

    Right is UTC in the order year, month, day and so on: ``${at:iso}``. What people are shown is
    made from that, in the program. Times in a sort key that is only asked for as a whole are left
    alone.
    """
    for stored in design.types:
        for name, index in design.ordering_attributes(stored):
            template = stored.template(name)
            if not isinstance(template, Template):
                continue
            problems = [
                problem
                for part in template.parts
                if isinstance(part, Field) and (problem := _disorder(stored, part))
            ]
            ranged = any(
                (test := read.test(name)) is None or test.operator != "="
                for read in design.queries_of(stored, index)
            )
            if problems and ranged:
                yield Finding(
                    f"the sort key '{name}' holds {problems[0]}",
                    stored.attribute_path(name),
                    "Store UTC from the year down, as ${at:iso}, and make local time where it is"
                    " shown.",
                    (stored.path, *paths_of(stored.table)),
                )


def fixed_times(design: Design) -> Iterator[Finding]:
    """A key condition names a fixed time, such as the current year.

    ``begins_with: "2026"`` finds the newest messages until the last night of 2026; from then on
    it finds none. The request works in every test that is made before.

    Right is the prefix without the time (``MSG#``), or a parameter (``${since:iso}``). A constant
    that the question names too is what is asked for, and is left alone.
    """
    for read in design.reads:
        for test in read.tests:
            for stored in design.could_return(read):
                said = _fixed_time(design, stored, read, test)
                if said:
                    yield Finding(
                        f"the key condition names the fixed time '{said}', where the items have"
                        " the time they are of",
                        _path_of(read, test),
                        "Leave the time out of the condition, or make it a parameter.",
                        read.about,
                    )
                    break


def _disorder(stored: StoredType, field: Field) -> str:
    if "%" in field.format and not is_sortable(field.format):
        return f"time as '{field.format}', whose text order is not the order of time"
    for node in nodes(stored.expression(field)):
        if node.get("type") != "FUNCTION":
            continue
        arguments = arguments_of(node)
        match str(node.get("function_name")).lower():
            case "timezone" if len(arguments) == 2:
                zone = constant(arguments[0])
                if zone is not None and zone.lower() not in _UTC:
                    return f"local time of {zone}, in which an hour comes twice a year"
            case "strftime" if len(arguments) == 2:
                format_ = constant(arguments[1])
                if format_ is not None and not is_sortable(format_):
                    return f"time as '{format_}', whose text order is not the order of time"
    return ""


def _fixed_time(design: Design, stored: StoredType, read: Read, test: Test) -> str:
    template = stored.template(test.attribute)
    if not isinstance(template, Template):
        return ""
    for number, value in enumerate(test.values):
        asked = template_of(value)
        if asked is None:
            continue
        for position, field in enumerate(template.parts):
            if not isinstance(field, Field) or not _is_time(stored, field):
                continue
            rest = rest_at(asked, template, position)
            year = re.match(r"(19|20)\d\d(?!\d)", rest.prefix) if rest else None
            if year is None or (read.question and year.group() in read.question):
                continue
            lower = test.operator in (">", ">=") or (test.operator == "BETWEEN" and number == 0)
            if lower and int(year.group()) < _first_year(design, stored, field):
                continue
            if rest is not None and int(year.group()) < _FAR:
                return rest.prefix
    return ""


def _first_year(design: Design, stored: StoredType, field: Field) -> int:
    column = stored.column(field)
    generator = design.facts.generator(column) if column else None
    if generator is None or generator.kind not in ("timestamp", "date"):
        return 0
    return int(kinds.text(generator, "from")[:4])


def _is_time(stored: StoredType, field: Field) -> bool:
    kind = stored.type_of(field)
    if kind is not None and kind.id in INSTANTS | {WITH_TIME_ZONE}:
        return not field.format.startswith("epoch")
    node: Node = stored.expression(field)
    return node.get("type") == "FUNCTION" and node.get("function_name") == "strftime"


def _path_of(read: Read, test: Test) -> tuple[str | int, ...]:
    partition = read.index.partition_key if read.index else (read.table.partition_key,)
    if not read.request.short or read.operation != "Query" or "Statement" in read.arguments:
        return read.path("KeyConditionExpression") if "TableName" in read.arguments else read.path()
    part = "partition_key" if test.attribute in {k.name for k in partition} else "sort_key"
    return (*read.path(), part)
