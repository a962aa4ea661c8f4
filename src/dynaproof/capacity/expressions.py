"""The expressions of a request, parsed, with their names and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from dynaproof.model.attribute_value import AttributeValue, Item
from dynaproof.model.expressions.document_path import resolve
from dynaproof.model.expressions.evaluation import evaluate_condition
from dynaproof.model.expressions.parser import parse_condition, parse_projection, parse_update
from dynaproof.model.expressions.syntax_tree import Condition, Path, Projection, Update, operands_of
from dynaproof.model.expressions.update import apply_update


@dataclass(frozen=True, slots=True)
class Expressions:
    """What a request says in expressions; None where it says nothing."""

    condition: Condition | None = None
    key_condition: Condition | None = None
    filter: Condition | None = None
    update: Update | None = None
    projection: Projection | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, AttributeValue] = field(default_factory=dict)

    @classmethod
    def of(cls, arguments: Mapping[str, object]) -> Expressions:
        """Parse them; raises ExpressionError."""
        texts = {name: text for name, text in arguments.items() if isinstance(text, str)}

        def condition(name: str) -> Condition | None:
            return parse_condition(texts[name]) if name in texts else None

        update = texts.get("UpdateExpression")
        projection = texts.get("ProjectionExpression")
        return cls(
            condition("ConditionExpression"),
            condition("KeyConditionExpression"),
            condition("FilterExpression"),
            None if update is None else parse_update(update),
            None if projection is None else parse_projection(projection),
            cast(Mapping[str, str], arguments.get("ExpressionAttributeNames", {})),
            cast(Mapping[str, AttributeValue], arguments.get("ExpressionAttributeValues", {})),
        )

    def holds(self, condition: Condition | None, item: Item | None) -> bool:
        """Whether a condition holds on an item; no condition holds on every one."""
        return condition is None or evaluate_condition(condition, item, self.names, self.values)

    def updated(self, item: Item | None, key: Item) -> Item:
        """Give the item after the update; raises ExpressionError."""
        if self.update is None:
            return key if item is None else item
        return apply_update(self.update, item, key, self.names, self.values)

    def attributes(self, expression: Condition | Projection | None) -> set[str]:
        """Give the top-level attributes that an expression names."""
        if expression is None:
            return set()
        paths = (operand for operand in operands_of(expression) if isinstance(operand, Path))
        return {str(resolve(path, self.names)[0]) for path in paths}
