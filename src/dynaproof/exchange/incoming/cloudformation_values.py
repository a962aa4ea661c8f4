"""The values of a template, as far as the template alone tells them.

Parameters have their defaults, conditions follow from them. What only a stack knows, such as its
name, stays unknown: it is reported and the property is left out.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from dynaproof.exchange.foreign_json import path_to, shown
from dynaproof.exchange.not_carried import NotCarried

_MOST_DEPTH = 60
_MOST_TEXT = 10_000
_VARIABLE = re.compile(r"\$\{(!?)([^}]*)\}")
_NAME = re.compile(r"(?:Fn::[A-Za-z0-9]+|Ref|Condition)")


class _UnknownError(Exception):
    """What cannot be known from the template, in words."""


class _Nothing:
    """``AWS::NoValue``: the property is not there."""


_NOTHING = _Nothing()


@dataclass(slots=True)
class TemplateValues:
    """Resolves the values of one template; ``not_carried`` gathers what stays unknown."""

    template: Mapping[str, object]
    not_carried: list[NotCarried] = field(default_factory=list)
    _depth: int = 0
    _path: str = ""
    _conditions: dict[str, bool | None] = field(default_factory=dict)

    def resolved(self, value: object, path: str) -> object:
        """The value with its functions carried out; None, and a report, where it is unknown."""
        found = self._inside(value, path)
        return None if found is _NOTHING else found

    def _inside(self, value: object, path: str) -> object:
        if isinstance(value, list):
            elements = [self._inside(one, f"{path}[{n}]") for n, one in enumerate(value)]
            return [one for one in elements if one is not _NOTHING]
        if not isinstance(value, dict):
            return value
        if _function(value) is None:
            inner = {name: self._inside(one, path_to(path, name)) for name, one in value.items()}
            return {name: one for name, one in inner.items() if one is not _NOTHING}
        self._path = path
        try:
            found = self._value(value)
        except _UnknownError as unknown:
            self.not_carried.append(NotCarried(path, f"{unknown}; left out"))
            return _NOTHING
        if isinstance(found, dict | list):  # a branch of Fn::If, with functions of its own
            return self._inside(found, path)
        return found

    def _value(self, value: object) -> object:
        """The value of a function; raises _UnknownError."""
        function = _function(value)
        if function is None:
            return value
        self._depth += 1
        try:
            if self._depth > _MOST_DEPTH:
                raise _UnknownError("functions stand within functions too deeply")
            [(name, given)] = function.items()
            carry_out = _FUNCTIONS.get(name)
            if carry_out is None:
                raise _UnknownError(f"the template alone does not tell what {name} gives")
            return carry_out(self, given)
        finally:
            self._depth -= 1

    def ref(self, given: object) -> object:
        """A parameter's default."""
        if given == "AWS::NoValue":
            return _NOTHING
        parameter = _mapping(_mapping(self.template.get("Parameters")).get(str(given)))
        if parameter.get("Default") is not None:
            return parameter["Default"]
        if parameter:
            raise _UnknownError(f"the parameter {shown(given)} has no default")
        raise _UnknownError(f"{shown(given)} is known to the stack alone")

    def sub(self, given: object) -> object:
        """A text with ``${Name}`` in it."""
        text, own = given, {}
        if isinstance(given, list) and len(given) == 2:
            text, own = given[0], _mapping(given[1])
        if not isinstance(text, str):
            raise _UnknownError("Fn::Sub has no text")

        def known(found: re.Match[str]) -> str:
            literal, name = found[1], found[2].strip()
            if literal:
                return "${" + found[2] + "}"
            return _text(self._value(own[name]) if name in own else self.ref(name))

        return _bounded(_VARIABLE.sub(known, text))

    def join(self, given: object) -> object:
        """Texts with a delimiter between them."""
        delimiter, parts = _pair(given, "Fn::Join")
        found = self._value(parts)
        if not isinstance(found, list):
            raise _UnknownError("Fn::Join has no list")
        return _bounded(_text(delimiter).join(_text(self._value(one)) for one in found))

    def split(self, given: object) -> object:
        """The parts of a text."""
        delimiter, text = _pair(given, "Fn::Split")
        if not isinstance(delimiter, str) or not delimiter:
            raise _UnknownError("Fn::Split has no delimiter")
        return _text(self._value(text)).split(delimiter)

    def select(self, given: object) -> object:
        """One of a list."""
        position, choices = _pair(given, "Fn::Select")
        found, wanted = self._value(choices), _text(self._value(position))
        if isinstance(found, list) and wanted.isdecimal() and len(wanted) < 9:
            for n, one in enumerate(found):
                if n == int(wanted):
                    return self._value(one)
        raise _UnknownError("Fn::Select finds nothing")

    def find_in_map(self, given: object) -> object:
        """A value of Mappings."""
        found: object = self.template.get("Mappings")
        for one in given if isinstance(given, list) else ():
            found = _mapping(found).get(_text(self._value(one)))
        if isinstance(found, str | int | list) and isinstance(given, list):
            return found
        raise _UnknownError("Fn::FindInMap finds nothing in Mappings")

    def choice(self, given: object) -> object:
        """The branch that the condition chooses; where it is unknown, the first that is there."""
        if not isinstance(given, list) or len(given) != 3:
            raise _UnknownError("Fn::If takes a condition and two values")
        name, so, otherwise = given
        try:
            holds = self.condition(name)
        except _UnknownError:
            nothing = so == {"Ref": "AWS::NoValue"}
            self.not_carried.append(
                NotCarried(
                    self._path,
                    f"the condition {shown(name)} is unknown; the "
                    f"{'second' if nothing else 'first'} value is taken",
                )
            )
            return self._value(otherwise if nothing else so)
        return self._value(so if holds else otherwise)

    def condition(self, given: object) -> bool:
        """Whether a condition of the template holds."""
        conditions = _mapping(self.template.get("Conditions"))
        if not isinstance(given, str) or given not in conditions:
            raise _UnknownError(f"there is no condition {shown(given)}")
        if given not in self._conditions:
            self._conditions[given] = None  # unknown to itself
            with suppress(_UnknownError):
                self._conditions[given] = _truth(self._value(conditions[given]))
        found = self._conditions[given]
        if found is None:
            raise _UnknownError(f"the condition {shown(given)} is unknown")
        return found

    def equals(self, given: object) -> object:
        """Whether two values are the same text."""
        left, right = _pair(given, "Fn::Equals")
        return _text(self._value(left)) == _text(self._value(right))

    def every(self, given: object) -> object:
        """Fn::And."""
        return all(_truth(self._value(one)) for one in _list(given))

    def some(self, given: object) -> object:
        """Fn::Or."""
        return any(_truth(self._value(one)) for one in _list(given))

    def negated(self, given: object) -> object:
        """Fn::Not."""
        [one] = _list(given)[:1] or [None]
        return not _truth(self._value(one))


_FUNCTIONS: Mapping[str, Callable[[TemplateValues, object], object]] = {
    "Ref": TemplateValues.ref,
    "Condition": TemplateValues.condition,
    "Fn::Sub": TemplateValues.sub,
    "Fn::Join": TemplateValues.join,
    "Fn::Split": TemplateValues.split,
    "Fn::Select": TemplateValues.select,
    "Fn::FindInMap": TemplateValues.find_in_map,
    "Fn::If": TemplateValues.choice,
    "Fn::Equals": TemplateValues.equals,
    "Fn::And": TemplateValues.every,
    "Fn::Or": TemplateValues.some,
    "Fn::Not": TemplateValues.negated,
}


def _function(value: object) -> dict[str, object] | None:
    if isinstance(value, dict) and len(value) == 1 and _NAME.fullmatch(str(next(iter(value)))):
        return value
    return None


def _pair(given: object, name: str) -> tuple[object, object]:
    if isinstance(given, list) and len(given) == 2:
        return given[0], given[1]
    raise _UnknownError(f"{name} takes two values")


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case None | dict() | list() | _Nothing():
            raise _UnknownError("a part of the text is unknown")
    return _bounded(str(value))


def _bounded(text: str) -> str:
    if len(text) > _MOST_TEXT:
        raise _UnknownError("the text is too long")
    return text


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise _UnknownError("a condition is neither true nor false")


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
