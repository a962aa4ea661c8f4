"""The read that answered wrongly, made again on the same tables in other ways."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from dynaproof.model.attribute_value import AttributeValue, as_typed, from_wire, to_wire
from dynaproof.model.expressions.evaluation import evaluate_condition
from dynaproof.model.expressions.key_condition import KeyTest, key_tests
from dynaproof.model.expressions.parser import parse_condition
from dynaproof.model.expressions.syntax_tree import Condition
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table
from dynaproof.proof.answer_check import AnswerCheck
from dynaproof.proof.differences import Difference, TypedItem
from dynaproof.proof.drive import Made
from dynaproof.proof.execute import Answered, execute
from dynaproof.proof.search.causes.said import quoted
from dynaproof.proof.search.causes.source_rows import SourceRows
from dynaproof.proof.search.scene import Scene, Tried

_TOKEN = re.compile(r"[#:][A-Za-z0-9_]+")
Items = Sequence[TypedItem]
Values = dict[str, AttributeValue]


@dataclass(frozen=True)
class Reading:
    """A Query or Scan on a staged scene, taken apart.

    Its conditions are evaluated here, on items that the server gave: so each can be left out, or
    be asked in another way, and the answer that would come is held against the question.
    """

    scene: Scene
    tried: Tried
    made: Made
    table: Table
    index: SecondaryIndex | None
    tests: tuple[KeyTest, ...]
    filter: Condition | None
    names: Mapping[str, str]
    values: Values
    difference: Difference
    _check: AnswerCheck = field(repr=False)

    @classmethod
    def of(cls, scene: Scene, tried: Tried, difference: Difference) -> Reading | None:
        """The reading that gave a call's answer; None for other operations."""
        made = last_read(tried)
        if made is None or made.ask.operation not in ("Query", "Scan"):
            return None
        arguments = made.ask.arguments
        table = scene.tables.get(str(arguments.get("TableName")))
        if table is None:
            return None
        names = cast(Mapping[str, str], arguments.get("ExpressionAttributeNames") or {})
        given = cast(Mapping[str, object], arguments.get("ExpressionAttributeValues") or {})
        condition, filter_ = (
            parse_condition(str(arguments[part])) if part in arguments else None
            for part in ("KeyConditionExpression", "FilterExpression")
        )
        return cls(
            scene,
            tried,
            made,
            table,
            table.index(str(arguments["IndexName"])) if "IndexName" in arguments else None,
            tuple(key_tests(condition, names)) if condition is not None else (),
            filter_,
            names,
            {name: from_wire(as_typed(value)) for name, value in given.items()},
            difference,
            AnswerCheck(scene.definition),
        )

    @property
    def arguments(self) -> Mapping[str, object]:
        """The request, in DynamoDB's words."""
        return self.made.ask.arguments

    @property
    def limit(self) -> int | None:
        """How many items it reads at most."""
        limit = self.arguments.get("Limit")
        return limit if isinstance(limit, int) else None

    @property
    def forward(self) -> bool:
        """Whether it reads the sort key upwards."""
        return self.arguments.get("ScanIndexForward") is not False

    @property
    def partition_key(self) -> tuple[KeyAttribute, ...]:
        """The partition key of the table or index that it reads."""
        return self.index.partition_key if self.index else (self.table.partition_key,)

    @property
    def sort_key(self) -> tuple[KeyAttribute, ...]:
        """The sort key of the table or index that it reads; () without one."""
        if self.index is not None:
            return self.index.sort_key
        return (self.table.sort_key,) if self.table.sort_key else ()

    @property
    def sort_tests(self) -> tuple[KeyTest, ...]:
        """What the key condition says of the sort key."""
        own = {key.name for key in self.sort_key}
        return tuple(test for test in self.tests if test.attribute in own)

    @cached_property
    def rows(self) -> SourceRows:
        """The facts behind the items."""
        return SourceRows(self.scene)

    @cached_property
    def everything(self) -> Items:
        """All items of the table or index."""
        request = {
            key: self.arguments[key] for key in ("TableName", "IndexName") if key in self.arguments
        }
        return self._ask("Scan", request)

    @cached_property
    def in_table(self) -> Items:
        """All items of the table, those that its index leaves out too."""
        return self._ask("Scan", {"TableName": self.arguments["TableName"]})

    @cached_property
    def collection(self) -> Items:
        """All items under the partition key that was asked for, by rising sort key."""
        if self.made.ask.operation == "Scan":
            return self.everything
        own = {key.name for key in self.partition_key}
        tests = [test for test in self.tests if test.attribute in own]
        given = cast(Mapping[str, object], self.arguments["ExpressionAttributeValues"])
        request: dict[str, object] = {
            key: self.arguments[key] for key in ("TableName", "IndexName") if key in self.arguments
        }
        request["KeyConditionExpression"] = " AND ".join(
            f"#k{number} = {test.values[0].name}" for number, test in enumerate(tests)
        )
        request["ExpressionAttributeNames"] = {
            f"#k{number}": test.attribute for number, test in enumerate(tests)
        }
        request["ExpressionAttributeValues"] = {
            test.values[0].name: given[test.values[0].name] for test in tests
        }
        return self._ask("Query", request)

    def under(self, index: SecondaryIndex, value: AttributeValue) -> Items:
        """All items under a partition key of another index."""
        request: dict[str, object] = {
            "TableName": self.arguments["TableName"],
            "IndexName": index.name,
            "KeyConditionExpression": "#k = :k",
            "ExpressionAttributeNames": {"#k": index.partition_key[0].name},
            "ExpressionAttributeValues": {":k": to_wire(value)},
        }
        return self._ask("Query", request)

    @cached_property
    def limited(self) -> list[TypedItem]:
        """The items of the answer, with all attributes that the table or index has of them."""
        read = self.turned(self.in_range(self.collection))[: self.limit]
        return self.filtered(read)

    def value(self, test: KeyTest, position: int = 0) -> object:
        """A bound of a key condition: its text or number."""
        [payload] = self.values[test.values[position].name].values()
        return payload

    def in_range(self, items: Items) -> list[TypedItem]:
        """Those that the sort key's condition takes."""
        return [item for item in items if all(self.holds(test, item) for test in self.sort_tests)]

    def holds(self, test: KeyTest, item: TypedItem) -> bool:
        """Whether a test of the key condition takes an item."""
        bounds = [value.name for value in test.values]
        sides = {
            "BETWEEN": f"#a BETWEEN {' AND '.join(bounds)}",
            "begins_with": f"begins_with(#a, {bounds[0]})",
        }
        text = sides.get(test.operator, f"#a {test.operator} {bounds[0]}")
        return evaluate_condition(
            parse_condition(text), typed(item), {"#a": test.attribute}, self.values
        )

    def filtered(
        self, items: Items, as_said: Callable[[AttributeValue], AttributeValue] | None = None
    ) -> list[TypedItem]:
        """Those that the filter lets through; ``as_said`` may read values in another way."""
        if self.filter is None:
            return list(items)

        def read(values: Values) -> Values:
            return {name: as_said(value) for name, value in values.items()} if as_said else values

        values = read(self.values)
        return [
            item
            for item in items
            if evaluate_condition(self.filter, read(typed(item)), self.names, values)
        ]

    def turned(self, items: Iterable[TypedItem]) -> list[TypedItem]:
        """Items by rising sort key, in the direction of the request."""
        return list(items) if self.forward else list(items)[::-1]

    @property
    def filter_said(self) -> str:
        """The filter with its names and values put in."""

        def put_in(found: re.Match[str]) -> str:
            token = found[0]
            if token in self.names:
                return self.names[token]
            payload = next(iter(self.values.get(token, {}).values()), token)
            return quoted(payload) if token in self.values else token

        return _TOKEN.sub(put_in, str(self.arguments.get("FilterExpression", "")))

    @property
    def counts(self) -> bool:
        """Whether it asks for the number of items alone."""
        return self.arguments.get("Select") == "COUNT"

    def cut(self, items: Items) -> list[TypedItem]:
        """As many items as the question has rows, where the request has a limit at all."""
        whole = self.limit is None or self.counts
        return list(items if whole else items[: self.difference.expected])

    def wrong(self, items: Items) -> Difference | None:
        """How such an answer would differ from the question."""
        answered = self.made.answered
        call = dataclasses.replace(answered.call, items_returned=len(items))
        return self._check.check(
            self.scene.facts.connection,
            self.tried.pattern,
            self.tried.attempt.parameters.values,
            dataclasses.replace(answered, call=call, items=tuple(items)),
        )

    def right(self, items: Items) -> bool:
        """Whether such an answer would be right."""
        return self.wrong(items) is None

    def _ask(self, operation: str, request: Mapping[str, object]) -> Items:
        answered: Answered = execute(
            self.scene.connection, operation, request, self.tried.attempt.parameters, read=True
        )
        return answered.items


def last_read(tried: Tried) -> Made | None:
    """The request whose answer is that of the call."""
    driven = tried.attempt.driven
    reads = [made for made in driven.made if made.ask.read] if driven is not None else []
    return reads[-1] if reads else None


def typed(item: TypedItem) -> Values:
    """An item of the protocol with bytes where it has base64."""
    return {name: from_wire(as_typed(value)) for name, value in item.items()}
