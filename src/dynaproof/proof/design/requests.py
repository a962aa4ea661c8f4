"""What the requests of a pattern or a stream handler read and write, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dynaproof.definition.argument_places import argument_path
from dynaproof.model.access_pattern import (
    PARTIQL_OPERATIONS,
    AccessPattern,
    Request,
    Step,
    StreamHandler,
)
from dynaproof.model.attribute_value import TYPES
from dynaproof.model.definition import Definition, Path
from dynaproof.model.expressions.check import LEGACY_PARAMETERS
from dynaproof.model.expressions.document_path import resolve
from dynaproof.model.expressions.key_condition import key_tests
from dynaproof.model.expressions.parser import parse_condition, parse_projection, parse_update
from dynaproof.model.expressions.syntax_tree import Condition, Projection, Update, operands_of
from dynaproof.model.expressions.syntax_tree import Path as DocumentPath
from dynaproof.model.expressions.tokens import ExpressionError
from dynaproof.model.operations import RequestPart, request_parts
from dynaproof.model.table import SecondaryIndex, Table
from dynaproof.model.template import Template, TemplateError
from dynaproof.model.texts import texts_in

Owner = AccessPattern | StreamHandler


@dataclass(frozen=True, slots=True)
class Test:
    """A condition on one attribute; ``values`` are as the request has them."""

    attribute: str
    operator: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """What of a request's answer is used by later steps: names, or all of it."""

    names: frozenset[str] = frozenset()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A read of a table or an index.

    ``operation`` is GetItem, Query or Scan. ``keys`` are those of a GetItem or BatchGetItem;
    ``tests`` those of a key condition. ``projected`` None: everything. ``opaque``: it has parts
    that are filled in later or not understood, so that nothing can be told of what is absent.
    """

    owner: Owner
    owner_path: Path
    request_path: Path
    request: Request
    operation: str
    table: Table
    index: SecondaryIndex | None = None
    keys: tuple[Mapping[str, object], ...] = ()
    tests: tuple[Test, ...] = ()
    filters: tuple[Condition, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)
    projected: frozenset[str] | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)
    inner: Path = ()
    question: str | None = None
    use: Use = Use()
    opaque: bool = False

    @property
    def counts(self) -> bool:
        """Whether it asks for a number only."""
        return self.arguments.get("Select") == "COUNT"

    @property
    def limit(self) -> object:
        """The limit, as the request has it."""
        return self.arguments.get("Limit")

    @property
    def forward(self) -> bool:
        """Whether items come in ascending order."""
        return self.arguments.get("ScanIndexForward") is not False

    @property
    def about(self) -> tuple[Path, ...]:
        """What may accept a finding about it: its owner, its table, its index."""
        return (self.owner_path, *paths_of(self.table, self.index))

    def path(self, *argument: str | int) -> Path:
        """Where the definition has an argument."""
        return (*self.request_path, *argument_path(self.request, (*self.inner, *argument)))

    def test(self, attribute: str) -> Test | None:
        """The condition on a key attribute."""
        return next((test for test in self.tests if test.attribute == attribute), None)

    @property
    def filtered_names(self) -> frozenset[str]:
        """The attributes that the filter asks for."""
        return frozenset(name for f in self.filters for name in names_in(f, self.names))


@dataclass(frozen=True, slots=True)
class Write:
    """A write of one item; ``together`` tells the requests apart that several parts share.

    ``item`` is that of a put, None otherwise; ``key`` the key attributes, as the request has them.
    """

    owner: Owner
    owner_path: Path
    request_path: Path
    request: Request
    operation: str
    table: Table
    key: Mapping[str, object]
    arguments: Mapping[str, object]
    inner: Path
    item: Mapping[str, object] | None = None
    update: Update | None = None
    conditional: bool = False

    @property
    def names(self) -> Mapping[str, str]:
        """The expression attribute names."""
        return text_values(self.arguments.get("ExpressionAttributeNames"))

    @property
    def about(self) -> tuple[Path, ...]:
        """What may accept a finding about it."""
        return (self.owner_path, *paths_of(self.table))

    def path(self, *argument: str | int) -> Path:
        """Where the definition has an argument."""
        return (*self.request_path, *argument_path(self.request, (*self.inner, *argument)))


@dataclass(frozen=True, slots=True)
class Flow:
    """What one pattern or handler does; ``events`` are its reads and writes in order."""

    owner: Owner
    path: Path
    events: tuple[Read | Write, ...]
    unknown: tuple[str, ...] = ()
    """Texts of statements that are not understood."""

    @property
    def reads(self) -> tuple[Read, ...]:
        """The reads."""
        return tuple(event for event in self.events if isinstance(event, Read))

    @property
    def writes(self) -> tuple[Write, ...]:
        """The writes."""
        return tuple(event for event in self.events if isinstance(event, Write))


def flow_of(owner: Owner, path: Path, definition: Definition) -> Flow:
    """The reads and writes of a pattern or handler."""
    from dynaproof.proof.design.statements import statement_events

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


def compares_keys(read: Read) -> bool:
    """Whether only the keys of its answer are compared with those of the question."""
    return isinstance(read.owner, AccessPattern) and read.owner.strict == "keys"


def names_in(expression: Condition | Projection | Update, names: Mapping[str, str]) -> set[str]:
    """The attributes, at the top of the item, that an expression names."""
    found: set[str] = set()
    for operand in operands_of(expression):
        if isinstance(operand, DocumentPath):
            found.add(str(resolve(operand, names)[0]))
    return found


def template_of(value: object) -> Template | None:
    """A value of a request as a template; None for what is no text."""
    if isinstance(value, Mapping) and len(value) == 1:
        [(type_, value)] = value.items()
        if type_ not in TYPES or type_ != "S":
            return None
    if not isinstance(value, str):
        return None
    try:
        return Template.parse(value)
    except TemplateError:
        return None


def paths_of(table: Table, index: SecondaryIndex | None = None) -> tuple[Path, ...]:
    """The paths of a table and an index of it."""
    path: Path = ("tables", table.name)
    return (path,) if index is None else (path, index_path(table, index))


def index_path(table: Table, index: SecondaryIndex) -> Path:
    """Where the definition has an index."""
    return ("tables", table.name, f"{index.kind}_secondary_indexes", index.name)


def mapped(value: object) -> Mapping[str, object]:
    """A mapping, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def text_values(value: object) -> Mapping[str, str]:
    """A mapping of texts."""
    return {str(name): str(one) for name, one in mapped(value).items()}


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
