"""Values, paths and conditions of PartiQL, as DynamoDB's own expressions say them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dynaproof.capacity.partiql_tokens import PartiqlError, TokenStream
from dynaproof.model.attribute_value import AttributeValue, Item, descriptor, number_text

_COMPARATORS = ("=", "<>", "!=", "<=", ">=", "<", ">")
_CONDITIONS = ("begins_with", "contains", "attribute_type")
_SETS = {"S": "SS", "N": "NS", "B": "BS"}


@dataclass(frozen=True, slots=True)
class Term:
    """A condition as expression text.

    Of a simple one, ``attribute operator values``, the parts too; ``compound`` needs parentheses
    inside another.
    """

    text: str
    attribute: str = ""
    operator: str = ""
    values: tuple[AttributeValue, ...] = ()
    compound: bool = False

    @property
    def within(self) -> str:
        """The text as it stands inside of another condition."""
        return f"({self.text})" if self.compound else self.text


@dataclass(frozen=True, slots=True)
class _Operand:
    text: str
    attribute: str = ""
    value: AttributeValue | None = None


class ValueReader(TokenStream):
    """Reads values, paths and conditions; gathers the names and values they need."""

    def __init__(self, statement: str, parameters: Sequence[AttributeValue]) -> None:
        super().__init__(statement)
        self._parameters = list(parameters)
        self._used = 0
        self.names: dict[str, str] = {}
        self.values: dict[str, AttributeValue] = {}

    def expect_end(self) -> None:
        """Make sure that the statement and its parameters are used up."""
        super().expect_end()
        if self._used != len(self._parameters):
            count = len(self._parameters)
            raise PartiqlError(
                f"the statement has {self._used} ?, and there are {count} parameters"
            )

    def named(self, attribute: str) -> str:
        """Give the placeholder of an attribute's name."""
        placeholder = f"#n{len(self.names)}"
        self.names[placeholder] = attribute
        return placeholder

    def valued(self, value: AttributeValue) -> str:
        """Give the placeholder of a value."""
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = value
        return placeholder

    def value(self) -> AttributeValue:
        """Read a literal or a parameter."""
        token = self.next
        if token.kind == "text":
            return {"S": self.advance().text}
        if token.kind == "number" or token.is_symbol("-"):
            return self._number()
        if token.is_word("TRUE", "FALSE"):
            return {"BOOL": self.advance().text.upper() == "TRUE"}
        if self.take_word("NULL"):
            return {"NULL": True}
        match self.take_symbol("?", "[", "{", "<<"):
            case "?":
                self._used += 1
                if self._used > len(self._parameters):
                    raise PartiqlError(f"there is no parameter for ? number {self._used}")
                return self._parameters[self._used - 1]
            case "[":
                return {"L": self._sequence("]")}
            case "{":
                return {"M": self.members()}
            case "<<":
                return self._set()
        raise self.unexpected("a value")

    def members(self) -> Item:
        """Read the members of a map, after its brace."""
        members: Item = {}
        while not self.take_symbol("}"):
            if members:
                self.expect_symbol(",")
            if self.next.kind not in ("text", "quoted"):
                raise self.unexpected("an attribute's name in quotes")
            name = self.advance().text
            self.expect_symbol(":")
            members[name] = self.value()
        return members

    def path(self) -> tuple[str, str]:
        """Read a path: its expression text, and its name if it is one attribute's."""
        name = self.expect_name()
        text, simple = self.named(name), True
        while step := self.take_symbol(".", "["):
            simple = False
            if step == ".":
                text += f".{self.named(self.expect_name())}"
                continue
            if self.next.kind == "text":
                text += f".{self.named(self.advance().text)}"
            elif self.next.kind == "number" and self.next.text.isdigit():
                text += f"[{self.advance().text}]"
            else:
                raise self.unexpected("an index")
            self.expect_symbol("]")
        return text, name if simple else ""

    def conjunction(self) -> list[Term]:
        """Read conditions: those that AND joins, each by itself; with OR a single one."""
        terms = self._ands()
        if not self.next.is_word("OR"):
            return terms
        alternatives = [_joined(terms, "AND")]
        while self.take_word("OR"):
            alternatives.append(_joined(self._ands(), "AND"))
        return [_joined(alternatives, "OR")]

    def _ands(self) -> list[Term]:
        terms = self._negation()
        while self.take_word("AND"):
            terms += self._negation()
        return terms

    def _negation(self) -> list[Term]:
        if self.take_word("NOT"):
            return [Term(f"NOT {_joined(self._negation(), 'AND').within}")]
        if self.take_symbol("("):
            terms = self.conjunction()
            self.expect_symbol(")")
            return terms
        return [self._condition()]

    def _condition(self) -> Term:
        if self.next.kind == "name" and self.second.is_symbol("("):
            function = self.next.text.lower()
            if function in _CONDITIONS:
                return self._function(function)
        left = self._operand()
        comparator = self.take_symbol(*_COMPARATORS)
        if comparator:
            return _comparison(left, "<>" if comparator == "!=" else comparator, self._operand())
        if self.take_word("BETWEEN"):
            lower = self._operand()
            self.expect_word("AND")
            upper = self._operand()
            text = f"{left.text} BETWEEN {lower.text} AND {upper.text}"
            return _term(text, left, "BETWEEN", lower, upper)
        if self.take_word("IN"):
            close = {"[": "]", "(": ")"}.get(self.take_symbol("[", "("), "")
            if not close:
                raise self.unexpected("a list")
            options = self._sequence(close)
            placeholders = ", ".join(self.valued(option) for option in options)
            return Term(f"{left.text} IN ({placeholders})", left.attribute, "IN", tuple(options))
        if self.take_word("IS"):
            return self._is(left)
        raise self.unexpected("a comparison")

    def _is(self, left: _Operand) -> Term:
        negated = self.take_word("NOT")
        if self.take_word("MISSING"):
            return Term(f"attribute_{'' if negated else 'not_'}exists({left.text})")
        if self.take_word("NULL"):
            text = f"attribute_type({left.text}, {self.valued({'S': 'NULL'})})"
            return Term(f"NOT {text}" if negated else text)
        raise self.unexpected("MISSING or NULL")

    def _function(self, function: str) -> Term:
        self.advance()
        self.expect_symbol("(")
        first = self._operand()
        self.expect_symbol(",")
        second = self._operand()
        self.expect_symbol(")")
        return _term(f"{function}({first.text}, {second.text})", first, function, second)

    def _operand(self) -> _Operand:
        if self.next.is_word("SIZE") and self.second.is_symbol("("):
            self.advance()
            self.expect_symbol("(")
            text, _ = self.path()
            self.expect_symbol(")")
            return _Operand(f"size({text})")
        is_name = self.next.kind == "name" and not self.next.is_word("TRUE", "FALSE", "NULL")
        if is_name or self.next.kind == "quoted":
            return _Operand(*self.path())
        value = self.value()
        return _Operand(self.valued(value), value=value)

    def _number(self) -> AttributeValue:
        sign = self.take_symbol("-")
        if self.next.kind != "number":
            raise self.unexpected("a number")
        text = sign + self.advance().text
        try:
            return {"N": number_text(text)}
        except ValueError as error:
            raise PartiqlError(str(error)) from error

    def _sequence(self, close: str) -> list[AttributeValue]:
        values: list[AttributeValue] = []
        while not self.take_symbol(close):
            if values:
                self.expect_symbol(",")
            values.append(self.value())
        return values

    def _set(self) -> AttributeValue:
        members = [descriptor(member) for member in self._sequence(">>")]
        types = {type_ for type_, _ in members}
        if len(types) != 1 or not types <= _SETS.keys():
            raise PartiqlError("a set has members of one type: texts, numbers or binary")
        return {_SETS[types.pop()]: [payload for _, payload in members]}


def _comparison(left: _Operand, comparator: str, right: _Operand) -> Term:
    text = f"{left.text} {comparator} {right.text}"
    if left.value is not None and right.attribute:
        mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(comparator, comparator)
        return _term(text, right, mirrored, left)
    return _term(text, left, comparator, right)


def _term(text: str, left: _Operand, operator: str, *operands: _Operand) -> Term:
    values = tuple(operand.value for operand in operands if operand.value is not None)
    if not left.attribute or len(values) != len(operands):
        return Term(text)
    return Term(text, left.attribute, operator, values)


def _joined(terms: Sequence[Term], word: str) -> Term:
    if len(terms) == 1:
        return terms[0]
    return Term(f" {word} ".join(term.within for term in terms), compound=True)
