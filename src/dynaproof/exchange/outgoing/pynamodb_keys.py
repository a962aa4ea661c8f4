"""Functions that build key attributes from their fields, as methods of a PynamoDB model."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dynaproof.exchange.outgoing.entity_fields import EntityFields, ItemAttribute
from dynaproof.exchange.outgoing.entity_shapes import Kind
from dynaproof.exchange.outgoing.pynamodb_text import call, statement, within_text
from dynaproof.exchange.outgoing.python_names import python_identifiers
from dynaproof.exchange.outgoing.python_text import python_text
from dynaproof.model.item import Constant
from dynaproof.model.template import Field

_PLAIN_FORMAT = re.compile(r"[A-Za-z0-9%:_ ./+#-]+")
_TYPES: dict[Kind, str] = {
    "integer": "int",
    "decimal": "Decimal",
    "float": "float",
    "boolean": "bool",
    "date": "date",
    "instant": "datetime",
    "binary": "bytes",
}
HELPERS = {
    "_utc": (
        "def _utc(instant: datetime) -> datetime:",
        '    """An instant without a time zone is taken as UTC."""',
        "    if instant.tzinfo is None:",
        "        return instant.replace(tzinfo=UTC)",
        "    return instant.astimezone(UTC)",
    ),
    "_midnight": (
        "def _midnight(day: date) -> datetime:",
        "    return datetime(day.year, day.month, day.day, tzinfo=UTC)",
    ),
    "_iso": (
        "def _iso(instant: datetime) -> str:",
        '    """UTC with milliseconds."""',
        "    moment = _utc(instant)",
        '    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"',
    ),
    "_microseconds": (
        "def _microseconds(instant: datetime) -> int:",
        '    """Since 1970."""',
        "    since = _utc(instant) - datetime(1970, 1, 1, tzinfo=UTC)",
        "    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds",
    ),
    "_truth": (
        "def _truth(value: bool) -> str:",
        '    return "true" if value else "false"',
    ),
    "_base64": (
        "def _base64(value: bytes) -> str:",
        '    return base64.b64encode(value).decode("ascii")',
    ),
}
"""Functions of the module that a key may need, in the order in which they are written."""
_NEEDS = {"_iso": {"_utc"}, "_microseconds": {"_utc"}}
_OWN_NAMES = frozenset(HELPERS) | {"str", "staticmethod"} | {f"text_{n}" for n in range(100)}


@dataclass(frozen=True, slots=True)
class KeyFunction:
    """Lines of the method, and what the module must have for it: types and helpers."""

    lines: tuple[str, ...]
    needs: frozenset[str]


def key_function(entity: EntityFields, attribute: ItemAttribute, name: str) -> KeyFunction:
    """The method that builds one key attribute of an item type."""
    return _Function(entity, attribute).made(name)


class _Function:
    def __init__(self, entity: EntityFields, attribute: ItemAttribute) -> None:
        self._attribute = attribute
        self._kinds = entity.kinds
        fields = [field.name for field in attribute.fields]
        self._parameters = python_identifiers(fields, _OWN_NAMES)
        self._needs: set[str] = set()
        self._before: list[str] = []

    def made(self, name: str) -> KeyFunction:
        given = [
            f"{parameter}: {self._type(field)}" for field, parameter in self._parameters.items()
        ]
        expression, result = self._value()
        lines = ["    @staticmethod", *call(f"def {name}(", given, f") -> {result}:")]
        lines += [*self._before, *statement("return ", expression, 8)]
        for helper in list(self._needs):
            self._needs |= _NEEDS.get(helper, set())
        return KeyFunction(tuple(lines), frozenset(self._needs))

    def _type(self, field: str) -> str:
        found = _TYPES.get(self._kinds[field], "str")
        attribute = self._attribute
        if attribute.sole_field is not None and not attribute.sole_field.format:
            # Numbers and bytes of a column of text are given as what they are.
            if attribute.shape.type == "N" and found not in ("int", "Decimal", "float"):
                found = "Decimal"
            elif attribute.shape.type == "B":
                found = "bytes"
        self._needs.add(found)
        return found

    def _value(self) -> tuple[str, str]:
        """The expression, and the type that it has."""
        template, shape = self._attribute.template, self._attribute.shape
        if isinstance(template, Constant):
            return repr(template.value), type(template.value).__name__
        sole = template.sole_field
        if sole is not None and shape.type in ("N", "B"):
            if sole.format:
                return self._number(sole), "int"
            return self._parameters[sole.name], self._type(sole.name)
        if sole is not None and not sole.format and self._type(sole.name) == "str":
            return self._parameters[sole.name], "str"
        if sole is not None and ":" not in (text := self._text(sole)) and text.endswith(")"):
            return text, "str"
        texts = [
            within_text(part) if isinstance(part, str) else f"{{{self._text(part)}}}"
            for part in template.parts
        ]
        if not any(isinstance(part, Field) for part in template.parts):
            return python_text("".join(str(part) for part in template.parts)), "str"
        return f'f"{"".join(texts)}"', "str"

    def _number(self, field: Field) -> str:
        divisor = "1_000_000" if field.format == "epoch" else "1_000"
        return f"{self._used('_microseconds')}({self._instant(field)}) // {divisor}"

    def _text(self, field: Field) -> str:
        """What stands within the braces of an f-string: neither quotes nor backslashes."""
        value, kind = self._parameters[field.name], self._kinds[field.name]
        if not field.format:
            helpers: dict[Kind, str] = {"boolean": "_truth", "binary": "_base64"}
            helpers["instant"] = "_iso"
            if kind in helpers:
                return f"{self._used(helpers[kind])}({value})"
            return f"{value}:f" if kind == "decimal" else value
        if field.format.endswith("d") and "%" not in field.format:
            return f"{value}:{field.format}"
        instant = self._instant(field)
        match field.format:
            case "epoch" | "epoch-ms":
                return self._number(field)
            case "iso":
                return f"{self._used('_iso')}({instant})"
            case "iso-s":
                return f"{self._used('_utc')}({instant}):%Y-%m-%dT%H:%M:%SZ"
            case "iso-us":
                return f"{self._used('_utc')}({instant}):%Y-%m-%dT%H:%M:%S.%fZ"
        if _PLAIN_FORMAT.fullmatch(field.format):
            return f"{self._used('_utc')}({instant}):{field.format}"
        name = f"text_{len(self._before)}"
        written = f"{self._used('_utc')}({instant}).strftime({python_text(field.format)})"
        self._before.append(f"        {name} = {written}")
        return name

    def _instant(self, field: Field) -> str:
        value = self._parameters[field.name]
        return f"{self._used('_midnight')}({value})" if self._kinds[field.name] == "date" else value

    def _used(self, helper: str) -> str:
        self._needs.add(helper)
        return helper
