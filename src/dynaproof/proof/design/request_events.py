"""The reads and writes of requests, found from their arguments and expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from dynaproof.model.access_pattern import PARTIQL_OPERATIONS, AccessPattern, Request, Step
from dynaproof.model.definition import Definition, Path
from dynaproof.model.expressions.check import LEGACY_PARAMETERS
from dynaproof.model.expressions.key_condition import key_tests
from dynaproof.model.expressions.parser import parse_condition, parse_projection, parse_update
from dynaproof.model.expressions.syntax_tree import Condition, Update
from dynaproof.model.expressions.tokens import ExpressionError
from dynaproof.model.operations import RequestPart, request_parts
from dynaproof.model.table import Table
from dynaproof.model.template import Template, TemplateError
from dynaproof.model.texts import texts_in
from dynaproof.proof.design.requests import (
    Flow,
    Owner,
    Read,
    Test,
    Use,
    Write,
    mapped,
    names_in,
    text_values,
)
from dynaproof.proof.design.statements import statement_events


def flow_of(owner: Owner, path: Path, definition: Definition) -> Flow:
    """The reads and writes of a pattern or handler."""
    tables = {table.name: table for table in definition.tables}
    if isinstance(owner, AccessPattern) and owner.request is not None:
        steps: list[tuple[Step, Path]] = [(Step(owner.request), path)]
    else:
        steps = list(steps_below(owner.steps, (*path, "steps")))
    requests = [(step, at, step.request) for step, at in steps if step.request is not None]
    reading = [number for number, (_, _, r) in enumerate(requests) if is_read(r)]
    question = owner.question if isinstance(owner, AccessPattern) else None
    events: list[Read | Write] = []
    unknown: list[str] = []
    for number, (step, at, request) in enumerate(requests):
        asked = question if reading and number == reading[-1] else None
        use = use_of(step.name, [one for one, _ in steps])
        if request.operation in PARTIQL_OPERATIONS:
            found, texts = statement_events(owner, path, at, request, tables, asked, use)
            events += found
            unknown += texts
            continue
        for part in request_parts(request.operation, request.arguments):
            table = tables.get(part.table)
            if table is None:
                unknown.append(str(part.arguments))
            elif part.operation in ("GetItem", "Query", "Scan"):
                events.append(_read(owner, path, at, request, part, table, asked, use))
            elif part.operation != "ConditionCheck":
                events.append(_write(owner, path, at, request, part, table))
    return Flow(owner, path, tuple(events), tuple(unknown))


def steps_below(steps: Sequence[Step], path: Path) -> Iterator[tuple[Step, Path]]:
    """All steps, nested ones after the step that holds them."""
    for position, step in enumerate(steps):
        here: Path = (*path, position)
        yield step, here
        yield from steps_below(step.steps, (*here, "steps"))


def is_read(request: Request) -> bool:
    """Whether a request reads."""
    if request.operation in PARTIQL_OPERATIONS:
        texts = [text for _, text in texts_in(request.arguments)]
        return any(re.match(r"\s*select\b", text, re.IGNORECASE) for text in texts)
    return request.operation in ("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan")


def use_of(name: str | None, steps: Sequence[Step]) -> Use:
    """What later steps use of the answer that is called ``name``."""
    if name is None:
        return Use()
    through = {name} | {"each" for step in steps if step.for_each == name}
    found: set[str] = set()
    everything = False
    for step in steps:
        texts = texts_in(step.request.arguments) if step.request else ()
        fields = [f for _, text in texts for f in _field_names(text)]
        words = re.findall(r"[A-Za-z_][\w.\[\]]*", step.condition or "")
        for whole in fields + words + ([step.for_each] if step.for_each else []):
            head, *rest = [one for one in re.split(r"[.\[\]]+", whole) if one]
            names = [one for one in rest if not one.isdigit()]
            if head not in through:
                continue
            if names:
                found.add(names[0])
            elif whole in fields:
                everything = True
    return Use(frozenset(found), everything)


def _field_names(text: str) -> tuple[str, ...]:
    try:
        return Template.parse(text).names
    except TemplateError:
        return ()


def _read(
    owner: Owner,
    path: Path,
    at: Path,
    request: Request,
    part: RequestPart,
    table: Table,
    question: str | None,
    use: Use,
) -> Read:
    arguments = part.arguments
    names = text_values(arguments.get("ExpressionAttributeNames"))
    values = mapped(arguments.get("ExpressionAttributeValues"))
    opaque = any(one in arguments for one in LEGACY_PARAMETERS)
    tests: tuple[Test, ...] = ()
    filters: tuple[Condition, ...] = ()
    projected: frozenset[str] | None = None
    index = arguments.get("IndexName")
    try:
        if isinstance(text := arguments.get("KeyConditionExpression"), str):
            tests = tuple(
                Test(test.attribute, test.operator, tuple(values.get(v.name) for v in test.values))
                for test in key_tests(parse_condition(text), names)
            )
        if isinstance(text := arguments.get("FilterExpression"), str):
            filters = (parse_condition(text),)
        if isinstance(text := arguments.get("ProjectionExpression"), str):
            projected = frozenset(names_in(parse_projection(text), names))
    except ExpressionError:
        opaque = True  # with ${...} in it: what it says is known only when it runs
    key, keys = arguments.get("Key"), arguments.get("Keys")
    given = keys if isinstance(keys, list | tuple) else [key]
    return Read(
        owner=owner,
        owner_path=path,
        request_path=at,
        request=request,
        operation=part.operation,
        table=table,
        index=table.index(index) if isinstance(index, str) else None,
        keys=tuple(one for one in given if isinstance(one, Mapping)),
        tests=tests,
        filters=filters,
        names=names,
        values=values,
        projected=projected,
        arguments=arguments,
        inner=part.path,
        question=question,
        use=use,
        opaque=opaque,
    )


def _write(
    owner: Owner, path: Path, at: Path, request: Request, part: RequestPart, table: Table
) -> Write:
    arguments = part.arguments
    given = mapped(arguments.get("Item" if part.operation == "PutItem" else "Key"))
    update: Update | None = None
    if isinstance(text := arguments.get("UpdateExpression"), str):
        try:
            update = parse_update(text)
        except ExpressionError:
            update = None  # with ${...} in it
    return Write(
        owner=owner,
        owner_path=path,
        request_path=at,
        request=request,
        operation=part.operation,
        table=table,
        key={k.name: given[k.name] for k in table.key_attributes if k.name in given},
        arguments=arguments,
        inner=part.path,
        item=given if part.operation == "PutItem" else None,
        update=update,
        conditional="ConditionExpression" in arguments or "Expected" in arguments,
    )
