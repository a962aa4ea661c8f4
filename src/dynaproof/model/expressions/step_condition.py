"""The ``if`` of a step: a condition expression over names that are bound, with literals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dynaproof.model.attribute_value import AttributeValue, to_attribute_value
from dynaproof.model.expressions.evaluation import evaluate_condition
from dynaproof.model.expressions.parser import parse_condition
from dynaproof.model.expressions.syntax_tree import Condition, Path, operands_of

_LITERAL = re.compile(
    r"'(?P<text>(?:[^']|'')*)'"
    r"|(?<![\w#:.\[])(?P<number>-?[0-9]+(?:\.[0-9]+)?)(?![\w.])"
    r"|(?<![\w#:.])(?P<word>true|false|null)(?![\w(.\[])"
)
_WORDS: Mapping[str, AttributeValue] = {
    "true": {"BOOL": True},
    "false": {"BOOL": False},
    "null": {"NULL": True},
}


@dataclass(frozen=True, slots=True)
class StepCondition:
    """DynamoDB's condition syntax; texts stand in single quotes, numbers and truth values plain."""

    condition: Condition
    literals: Mapping[str, AttributeValue]

    @classmethod
    def parse(cls, text: str) -> StepCondition:
        """Read a condition; raises ExpressionError."""
        literals: dict[str, AttributeValue] = {}

        def named(found: re.Match[str]) -> str:
            name = f":literal{len(literals)}"
            literals[name] = _literal(found)
            return name

        return cls(parse_condition(_LITERAL.sub(named, text)), literals)

    @property
    def names(self) -> tuple[str, ...]:
        """The first element of each path, in order, each once."""
        paths = [one for one in operands_of(self.condition) if isinstance(one, Path)]
        return tuple(dict.fromkeys(str(path.elements[0]) for path in paths))

    def holds(self, bindings: Mapping[str, object]) -> bool:
        """Whether it holds; a name that is bound to nothing, or to None, does not exist."""
        bound = {
            name: to_attribute_value(bindings[name])
            for name in self.names
            if bindings.get(name) is not None
        }
        return evaluate_condition(self.condition, bound, {}, self.literals)


def _literal(found: re.Match[str]) -> AttributeValue:
    if found["text"] is not None:
        return {"S": found["text"].replace("''", "'")}
    if found["number"] is not None:
        return {"N": found["number"]}
    return dict(_WORDS[found["word"]])
