"""What the requests of a pattern or a stream handler read and write, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dynaproof.definition.argument_places import argument_path
from dynaproof.model.access_pattern import (
    AccessPattern,
    Request,
    StreamHandler,
)
from dynaproof.model.attribute_value import TYPES
from dynaproof.model.definition import Path
from dynaproof.model.expressions.document_path import resolve
from dynaproof.model.expressions.syntax_tree import Condition, Projection, Update, operands_of
from dynaproof.model.expressions.syntax_tree import Path as DocumentPath
from dynaproof.model.table import SecondaryIndex, Table
from dynaproof.model.template import Template, TemplateError

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
