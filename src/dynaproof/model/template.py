"""Templates such as ``MSG#${conversation}`` and ``${sent_at:iso}``.

A template fills from values, lists its names, and matches a key back to its values.
``$$`` is a dollar sign. Formats: ``iso`` (UTC, milliseconds), ``iso-s``, ``iso-us``,
``epoch`` and ``epoch-ms`` (numbers), any strftime format (``%Y-%m``), and integer formats
(``08d``). A template that is one field alone keeps the value's type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

INSTANT_FORMATS = ("iso", "iso-s", "iso-us", "epoch", "epoch-ms")
_INTEGER_FORMAT = re.compile(r"0?[1-9][0-9]?d")
_FIELD = re.compile(
    r"\$(?:(?P<dollar>\$)|\{(?P<name>[A-Za-z_][\w.]*)(?::(?P<format>[^{}]*))?\}|(?P<bad>))"
)


class TemplateError(ValueError):
    """A template's text is not well formed; ``column`` counts characters from 0."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class Field:
    """``${name}`` or ``${name:format}``."""

    name: str
    format: str = ""

    def __str__(self) -> str:
        return f"${{{self.name}:{self.format}}}" if self.format else f"${{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Template:
    """A text with fields; ``parts`` alternate between fixed text and fields as written."""

    parts: tuple[str | Field, ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a template; raises TemplateError."""
        parts: list[str | Field] = []
        fixed = ""
        end = 0
        for found in _FIELD.finditer(text):
            fixed += text[end : found.start()]
            end = found.end()
            if found["dollar"]:
                fixed += "$"
                continue
            if found["name"] is None:
                raise TemplateError("'$' starts neither ${name} nor $$", found.start())
            format_ = found["format"] or ""
            if found["format"] is not None and not _known_format(format_):
                raise TemplateError(f"unknown format '{format_}'", found.start())
            if fixed:
                parts.append(fixed)
                fixed = ""
            parts.append(Field(found["name"], format_))
        fixed += text[end:]
        if fixed:
            parts.append(fixed)
        return cls(tuple(parts))

    def __str__(self) -> str:
        return "".join(
            part.replace("$", "$$") if isinstance(part, str) else str(part) for part in self.parts
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in order, each once."""
        return tuple(dict.fromkeys(part.name for part in self.parts if isinstance(part, Field)))

    @property
    def prefix(self) -> str:
        """The fixed text before the first field."""
        return self.parts[0] if self.parts and isinstance(self.parts[0], str) else ""

    @property
    def sole_field(self) -> Field | None:
        """The field, when the template is one field and nothing else."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Field):
            return self.parts[0]
        return None

    def fill(self, values: Mapping[str, object]) -> object:
        """Fill in values; a sole field keeps its value's type; None if a value is None.

        Raises KeyError for a name without a value, ValueError for a format that does not suit.
        """
        sole = self.sole_field
        if sole is not None:
            value = lookup(values, sole.name)
            return format_value(value, sole.format) if sole.format else value
        texts: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                texts.append(part)
                continue
            value = lookup(values, part.name)
            if value is None:
                return None
            texts.append(as_text(format_value(value, part.format)))
        return "".join(texts)

    def match(self, text: str) -> dict[str, str] | None:
        """Give the values that fill this template to ``text``, shortest first; None if none do."""
        seen: set[str] = set()
        pattern = ""
        for part in self.parts:
            if isinstance(part, str):
                pattern += re.escape(part)
                continue
            group = "g_" + part.name.replace(".", "__dot__")
            pattern += f"(?P={group})" if group in seen else f"(?P<{group}>.+?)"
            seen.add(group)
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found is None:
            return None
        return {
            name[2:].replace("__dot__", "."): value for name, value in found.groupdict().items()
        }


def lookup(values: Mapping[str, object], name: str) -> object:
    """Find ``name``, or ``a.b`` as b within a; raises KeyError."""
    if name in values:
        return values[name]
    head, _, rest = name.partition(".")
    inner = values[head]
    if rest and isinstance(inner, Mapping):
        return lookup(inner, rest)
    raise KeyError(name)


def format_value(value: object, format_: str) -> object:
    """Apply a format; without one, values stay as they are. Raises ValueError."""
    if not format_:
        return value
    if _INTEGER_FORMAT.fullmatch(format_):
        if isinstance(value, bool) or not isinstance(value, int | Decimal | float):
            raise ValueError(f"format '{format_}' needs a whole number, not {value!r}")
        if value != int(value):
            raise ValueError(f"format '{format_}' needs a whole number, not {value!r}")
        return format(int(value), format_)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime):
        raise ValueError(f"format '{format_}' needs a date or a timestamp, not {value!r}")
    instant = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    match format_:
        case "iso":
            return f"{instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}Z"
        case "iso-s":
            return f"{instant:%Y-%m-%dT%H:%M:%S}Z"
        case "iso-us":
            return f"{instant:%Y-%m-%dT%H:%M:%S.%f}Z"
        case "epoch":
            return _epoch_microseconds(instant) // 1_000_000
        case "epoch-ms":
            return _epoch_microseconds(instant) // 1_000
    return instant.strftime(format_)


def as_text(value: object) -> str:
    """How a value stands inside a longer text."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case datetime():
            return str(format_value(value, "iso"))
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
    return str(value)


def _epoch_microseconds(instant: datetime) -> int:
    since = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _known_format(format_: str) -> bool:
    return (
        format_ in INSTANT_FORMATS
        or _INTEGER_FORMAT.fullmatch(format_) is not None
        or ("%" in format_ and _strftime_portable(format_))
    )


def _strftime_portable(format_: str) -> bool:
    # Directives that Python and DuckDB write alike.
    return re.fullmatch(r"(?:[^%]|%[YmdHMSfjyu%])+", format_) is not None
