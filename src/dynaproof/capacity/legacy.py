"""Parameters of before expressions, said as expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from dynaproof.capacity.refusal import VALIDATION, Refused
from dynaproof.model.attribute_value import AttributeValue

_CONDITIONS = {
    "KeyConditions": "KeyConditionExpression",
    "QueryFilter": "FilterExpression",
    "ScanFilter": "FilterExpression",
    "Expected": "ConditionExpression",
}
_COMPARATORS = {"EQ": "=", "NE": "<>", "LE": "<=", "LT": "<", "GE": ">=", "GT": ">"}
_OPERANDS = {"BETWEEN": 2, "NULL": 0, "NOT_NULL": 0}
_CLAUSES = {"PUT": "SET", "ADD": "ADD", "DELETE": "DELETE"}


def with_expressions(arguments: Mapping[str, object]) -> dict[str, object]:
    """Give the request with expressions instead; one without legacy parameters as it is.

    Raises Refused for what the service refuses.
    """
    translation = _Translation()
    made: dict[str, object] = {}
    rest = dict(arguments)
    joiner = f" {rest.pop('ConditionalOperator', 'AND')} "
    for name, expression in _CONDITIONS.items():
        conditions = _mapping(rest.pop(name, {}))
        if conditions:
            # Key conditions always hold together.
            made[expression] = (" AND " if name == "KeyConditions" else joiner).join(
                translation.condition(attribute, _mapping(condition))
                for attribute, condition in conditions.items()
            )
    updates = _mapping(rest.pop("AttributeUpdates", {}))
    if updates:
        made["UpdateExpression"] = translation.update(updates)
    names = rest.pop("AttributesToGet", ())
    if isinstance(names, list | tuple) and names:
        made["ProjectionExpression"] = ", ".join(translation.name(str(name)) for name in names)
    if not made:
        return dict(arguments)
    made["ExpressionAttributeNames"] = translation.names
    if translation.values:
        made["ExpressionAttributeValues"] = translation.values
    return rest | made


class _Translation:
    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, AttributeValue] = {}

    def name(self, attribute: str) -> str:
        placeholder = f"#n{len(self.names)}"
        self.names[placeholder] = attribute
        return placeholder

    def value(self, value: object) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = cast(AttributeValue, value)
        return placeholder

    def condition(self, attribute: str, condition: Mapping[str, object]) -> str:
        operator, operands = _operator(attribute, condition)
        wanted = _OPERANDS.get(operator, 1)
        if operator != "IN" and len(operands) != wanted:
            message = f"{operator} on {attribute} takes {wanted} values, not {len(operands)}"
            raise Refused(VALIDATION, message)
        name = self.name(attribute)
        values = [self.value(operand) for operand in operands]
        match operator:
            case "BETWEEN":
                return f"{name} BETWEEN {values[0]} AND {values[1]}"
            case "NULL":
                return f"attribute_not_exists({name})"
            case "NOT_NULL":
                return f"attribute_exists({name})"
            case "BEGINS_WITH":
                return f"begins_with({name}, {values[0]})"
            case "CONTAINS":
                return f"contains({name}, {values[0]})"
            case "NOT_CONTAINS":
                return f"NOT contains({name}, {values[0]})"
            case "IN" if values:
                return f"{name} IN ({', '.join(values)})"
        if operator not in _COMPARATORS:
            raise Refused(VALIDATION, f"{attribute} cannot be compared by {operator}")
        return f"{name} {_COMPARATORS[operator]} {values[0]}"

    def update(self, updates: Mapping[str, object]) -> str:
        clauses: dict[str, list[str]] = {}
        for attribute, update in updates.items():
            for clause, action in self._action(attribute, _mapping(update)):
                clauses.setdefault(clause, []).append(action)
        return " ".join(f"{clause} {', '.join(actions)}" for clause, actions in clauses.items())

    def _action(self, attribute: str, update: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        action = str(update.get("Action", "PUT"))
        if "Value" not in update:
            if action != "DELETE":
                raise Refused(VALIDATION, f"{action} of {attribute} needs a Value")
            yield "REMOVE", self.name(attribute)
            return
        sign = " = " if action == "PUT" else " "
        yield _CLAUSES[action], f"{self.name(attribute)}{sign}{self.value(update['Value'])}"


def _operator(attribute: str, condition: Mapping[str, object]) -> tuple[str, list[object]]:
    operands = condition.get("AttributeValueList", [])
    if "ComparisonOperator" in condition:
        given = list(operands) if isinstance(operands, list | tuple) else []
        if "Value" in condition:
            given.append(condition["Value"])
        return str(condition["ComparisonOperator"]), given
    if "Value" in condition:
        return "EQ", [condition["Value"]]
    if condition.get("Exists") is False:
        return "NULL", []
    raise Refused(VALIDATION, f"the condition on {attribute} compares with nothing")


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
