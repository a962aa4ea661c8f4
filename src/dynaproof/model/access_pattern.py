"""Access patterns: what is asked of the tables, and what each answer may cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dynaproof.model.entity import Generator

READ_OPERATIONS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
WRITE_OPERATIONS = frozenset(
    {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
)
PARTIQL_OPERATIONS = frozenset({"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"})
OPERATIONS = READ_OPERATIONS | WRITE_OPERATIONS | PARTIQL_OPERATIONS


@dataclass(frozen=True, slots=True)
class Request:
    """A call of the DynamoDB API.

    ``arguments`` is as in boto3 (PascalCase), with plain values where DynamoDB has attribute
    values, and with templates in texts. ``short`` says that a short form was written.
    """

    operation: str
    arguments: Mapping[str, object]
    short: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a chain, or steps of its own.

    ``name`` (``as``) lets later steps use its answer; ``for_each`` names a list, each element of
    which is ``each`` within; ``condition`` (``if``) is a condition expression over what has a
    name; ``may_fail`` is the error with which the request may end and the chain still goes on.
    """

    request: Request | None
    name: str | None = None
    for_each: str | None = None
    condition: str | None = None
    steps: tuple[Step, ...] = ()
    may_fail: str | None = None


@dataclass(frozen=True, slots=True)
class FactsColumn:
    """``conversations.uuid``: drawn from the facts."""

    entity: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is always the same."""

    value: object


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter and where its values come from.

    Parameters drawn from columns of one entity come from the same row of it.
    """

    name: str
    source: FactsColumn | Generator | Value


@dataclass(frozen=True, slots=True)
class Bound:
    """From ``minimum`` to ``maximum``, both inclusive, None for no bound."""

    minimum: float | None = None
    maximum: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a value is within."""
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )

    def __str__(self) -> str:
        if self.minimum is not None and self.minimum == self.maximum:
            return f"{self.minimum:g}"
        if self.minimum is None:
            return f"at most {self.maximum:g}"
        if self.maximum is None:
            return f"at least {self.minimum:g}"
        return f"{self.minimum:g} to {self.maximum:g}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What every call of a pattern must keep to; capacity in capacity units."""

    read_capacity_units: Bound | None = None
    write_capacity_units: Bound | None = None
    pages: Bound | None = None
    items: Bound | None = None
    fails: str | None = None
    """The name of the error that calls must end with, as ConditionalCheckFailedException."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls a second."""

    average: float
    peak: float


@dataclass(frozen=True, slots=True)
class AccessPattern:
    """One access pattern: a request or steps, its parameters, question or change."""

    name: str
    request: Request | None
    steps: tuple[Step, ...] = ()
    description: str = ""
    rate: Rate | None = None
    parameters: tuple[Parameter, ...] = ()
    parameters_from: str | None = None
    """SQL over the entities; its columns are parameters."""
    sets: int = 3
    """Parameter sets drawn by the seed, besides largest, smallest and nothing found."""
    question: str | None = None
    strict: str | None = None
    change: str | None = None
    expect: Expectation = field(default_factory=Expectation)
    accepted: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Codes of findings about the design that are meant to be so, and why."""

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests, those of nested steps included."""
        if self.request is not None:
            return (self.request,)
        return tuple(_requests(self.steps))


@dataclass(frozen=True, slots=True)
class StreamHandler:
    """What a record of a table's stream sets off."""

    name: str
    table: str
    event: str | None
    item: str | None
    steps: tuple[Step, ...]
    accepted: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Codes of findings about the design that are meant to be so, and why."""


def _requests(steps: tuple[Step, ...]) -> list[Request]:
    found: list[Request] = []
    for step in steps:
        if step.request is not None:
            found.append(step.request)
        found.extend(_requests(step.steps))
    return found
