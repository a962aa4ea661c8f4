"""Questions for requests that a source states, where their keys and filters can be said in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from dynaproof.exchange.drafting.made import MadeItemType
from dynaproof.exchange.drafting.names import sql
from dynaproof.exchange.drafting.questions import (
    Rows,
    begins_with,
    expression_of,
    form_of,
    is_present,
    parameter_text,
    question,
    same_key,
    template_text,
)
from dynaproof.items.views import projected_names
from dynaproof.model.access_pattern import Request
from dynaproof.model.expressions.document_path import resolve
from dynaproof.model.expressions.key_condition import KeyTest, key_tests
from dynaproof.model.expressions.parser import parse_condition, parse_projection
from dynaproof.model.expressions.tokens import ExpressionError
from dynaproof.model.table import SecondaryIndex, Table
from dynaproof.model.template import Template, TemplateError

_COMPARATORS = frozenset({"=", "<", "<=", ">", ">="})
_NUMBERS = frozenset({"integer", "number"})


class UnsaidError(Exception):
    """What SQL over the facts cannot say."""


def stated_question(
    request: Request,
    table: Table,
    item_types: Sequence[MadeItemType],
    kinds: Mapping[str, str],
) -> str | None:
    """The question of a GetItem, Query or Scan; None where it cannot be said.

    ``kinds`` are what the pattern's parameters hold.
    """
    try:
        return _Asked(request.arguments, table, item_types, kinds).question(request.operation)
    except (UnsaidError, ExpressionError, TemplateError):
        return None


class _Asked:
    def __init__(
        self,
        arguments: Mapping[str, object],
        table: Table,
        item_types: Sequence[MadeItemType],
        kinds: Mapping[str, str],
    ) -> None:
        self.arguments = arguments
        self.table = table
        self.item_types = item_types
        self.kinds = kinds
        self.names = _texts(arguments.get("ExpressionAttributeNames"))
        self.values = _mapping(arguments.get("ExpressionAttributeValues"))

    def question(self, operation: str) -> str | None:
        if self.arguments.get("ExclusiveStartKey") is not None:
            raise UnsaidError
        match operation:
            case "GetItem":
                key = _mapping(self.arguments.get("Key"))
                rows = [
                    Rows(made, where)
                    for made in self.item_types
                    if (where := _all_of(list(self.equalities(made, key)))) is not None
                ]
                return question(rows, self.projected(None)) if rows else None
            case "Query" | "Scan":
                return self.search(operation)
        return None

    def equalities(self, made: MadeItemType, key: Mapping[str, object]) -> Iterator[str | None]:
        for name, value in key.items():
            yield self.test(made, name, "=", (value,))

    def search(self, operation: str) -> str | None:
        index = None
        if self.arguments.get("IndexName") is not None:
            index = self.table.index(str(self.arguments["IndexName"]))
            if index is None:
                return None
        tests = self.tests("KeyConditionExpression") if operation == "Query" else []
        filters = self.tests("FilterExpression")
        limit = self.arguments.get("Limit")
        if limit is not None and (filters or operation == "Scan"):
            raise UnsaidError
        rows: list[Rows] = []
        for made in self.item_types:
            held = [key.name for key in index.key_attributes] if index else []
            if not made.in_index(held):
                continue
            conditions = [
                self.test(
                    made, one.attribute, one.operator, [self.value(v.name) for v in one.values]
                )
                for one in (*tests, *filters)
            ]
            where = _all_of(conditions)
            if where is not None:
                rows.append(Rows(made, (*where, *is_present(made, held, where))))
        if not rows:
            return None
        asked = question(rows, self.projected(index))
        if limit is None or asked is None:
            return asked
        return self.limited(asked, rows, index, limit)

    def limited(
        self, asked: str, rows: Sequence[Rows], index: SecondaryIndex | None, limit: object
    ) -> str:
        """The first rows by the sort key."""
        keys = index.sort_key if index else ((self.table.sort_key,) if self.table.sort_key else ())
        if len(keys) != 1 or not isinstance(limit, int):
            raise UnsaidError
        name = keys[0].name
        for part in rows:
            attribute = part.item_type.attribute(name)
            if attribute is None or form_of(attribute, part.item_type) is None:
                raise UnsaidError
        if f" {sql(name)}" not in f" {asked}" or len(asked.split("\n")) > 1_000:
            raise UnsaidError
        ways = " DESC" if self.arguments.get("ScanIndexForward") is False else ""
        return f"SELECT * FROM (\n{asked}\n) AS found\nORDER BY {sql(name)}{ways} LIMIT {limit}"

    def tests(self, argument: str) -> list[KeyTest]:
        text = self.arguments.get(argument)
        if text is None:
            return []
        tests = key_tests(parse_condition(str(text)), self.names)
        if any("." in one.attribute or "[" in one.attribute for one in tests):
            raise UnsaidError
        return tests

    def value(self, name: str) -> object:
        if name not in self.values:
            raise UnsaidError
        return self.values[name]

    def projected(self, index: SecondaryIndex | None) -> set[str] | None:
        held = projected_names(self.table, index) if index is not None else None
        text = self.arguments.get("ProjectionExpression")
        if text is None:
            return held
        named: set[str] = set()
        for path in parse_projection(str(text)).paths:
            steps = resolve(path, self.names)
            if len(steps) != 1:
                raise UnsaidError
            named.add(str(steps[0]))
        return named if held is None else named & held

    def test(
        self, made: MadeItemType, name: str, operator: str, values: Sequence[object]
    ) -> str | None:
        """The condition on one attribute: '' always, None never."""
        stored = made.attribute(name)
        if stored is None:
            return None
        form = form_of(stored, made)
        if form == "text":
            templates = [self.template(value) for value in values]
            if operator == "=":
                return same_key(stored.template, made, templates[0], self.kinds)
            if operator == "begins_with" and not templates[0].names:
                return begins_with(stored.template, made, templates[0].prefix)
            own = template_text(stored.template, made)
            others = [parameter_text(one, self.kinds) for one in templates]
        elif form in _NUMBERS:
            own = expression_of(stored, made) or ""
            others = [self.number(value) for value in values]
        elif form == "boolean" and operator == "=" and isinstance(values[0], bool):
            return f"{expression_of(stored, made)} = {'true' if values[0] else 'false'}"
        else:
            raise UnsaidError
        if operator == "begins_with":
            return f"starts_with({own}, {others[0]})"
        if operator == "BETWEEN":
            return f"{own} BETWEEN {others[0]} AND {others[1]}"
        if operator in _COMPARATORS:
            return f"{own} {operator} {others[0]}"
        raise UnsaidError

    def template(self, value: object) -> Template:
        text = value.get("S") if isinstance(value, Mapping) and len(value) == 1 else value
        if not isinstance(text, str):
            raise UnsaidError
        template = Template.parse(text)
        if any("." in name or name not in self.kinds for name in template.names):
            raise UnsaidError
        if any(self.kinds[name] not in ("text", "timestamp", "integer") for name in template.names):
            raise UnsaidError
        sole = template.sole_field
        if sole is not None and self.kinds[sole.name] == "integer" and not sole.format:
            raise UnsaidError  # a number, where the attribute is text
        return template

    def number(self, value: object) -> str:
        text = value.get("N") if isinstance(value, Mapping) and len(value) == 1 else value
        if isinstance(text, str):
            template = Template.parse(text)
            sole = template.sole_field
            if sole is not None and self.kinds.get(sole.name) in _NUMBERS and not sole.format:
                return f"${sole.name}"
            if template.names or not isinstance(value, Mapping):
                raise UnsaidError
        if isinstance(text, bool) or not isinstance(text, int | float | Decimal | str):
            raise UnsaidError
        try:
            number = Decimal(str(text))
        except InvalidOperation as error:
            raise UnsaidError from error
        if not number.is_finite() or abs(number.adjusted()) > 15:
            raise UnsaidError
        return format(number, "f")


def _all_of(conditions: Sequence[str | None]) -> tuple[str, ...] | None:
    """Conditions that hold together; None where one never does."""
    if any(one is None for one in conditions):
        return None
    return tuple(dict.fromkeys(one for one in conditions if one))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> dict[str, str]:
    return {str(name): str(one) for name, one in _mapping(value).items()}
