"""Values in a story: on one line, long texts cut with their length told, UUIDs by their ends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from dynaproof.model.attribute_value import from_attribute_value, from_wire
from dynaproof.report.plain_values import printable, value_text

LONGEST_VALUE = 40
"""Characters of a value in a cell or a request."""
ABSENT = "-"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ENDS = ((0, 4), (0, 6), (0, 8), (4, 4), (8, 4), (18, 18))
"""So many characters of a UUID's beginning and end; the first that keep them apart, in order."""


class StoryValues:
    """Writes the values of one story; a UUID is written alike wherever it stands."""

    def __init__(self, told: Iterable[object]) -> None:
        """``told`` is everything that the story may show."""
        uuids = {found for value in told for found in _uuids(value)}
        in_order = sorted(uuids)
        told_apart = [one for one in _ENDS if len({_short(u, one) for u in uuids}) == len(uuids)]
        self._ends = next(
            (one for one in told_apart if sorted(uuids, key=lambda u: _short(u, one)) == in_order),
            told_apart[0],
        )
        self._any = bool(uuids)

    @property
    def note(self) -> str:
        """How UUIDs are shown; empty where there are none."""
        if not self._any:
            return ""
        start, end = self._ends
        first = f"first {start} and " if start else ""
        return f"UUIDs are shown by their {first}last {end} characters."

    def cell(self, value: object) -> str:
        """A fact in a cell: texts as they are, or in quotes where they look like something else."""
        if value is None:
            return ABSENT
        if not isinstance(value, str):
            return self.cut(_plain(value))
        looks = value != value.strip() or value in ("", ABSENT, "true", "false", "null")
        text = self.cut(_spelled(value))
        return f"'{text}'" if looks or _is_number(value) else text

    def said(self, value: object) -> str:
        """A value in a sentence: texts and instants in quotes."""
        if value is None:
            return "absent"
        if isinstance(value, str):
            return f"'{self.cut(_spelled(value))}'"
        return self.cut(_plain(value))

    def attribute(self, typed: object) -> str:
        """A typed attribute value in a cell."""
        return self.cell(_untyped(typed))

    def attribute_said(self, typed: object) -> str:
        """A typed attribute value in a sentence."""
        return self.said(_untyped(typed))

    def text(self, text: str) -> str:
        """A sentence with its UUIDs shortened."""
        return _UUID.sub(lambda found: _short(found[0], self._ends), text)

    def cut(self, text: str) -> str:
        """A value's text, shortened; how long it was is told."""
        short = self.text(text)
        if len(short) <= LONGEST_VALUE:
            return short
        told = f"... ({len(text):,} characters)"
        return short[: max(LONGEST_VALUE - len(told), 12)] + told


def _short(uuid: str, ends: tuple[int, int]) -> str:
    return f"{uuid[: ends[0]]}..{uuid[-ends[1] :]}"


def _spelled(text: str) -> str:
    """A printable text; a mark that makes one sign with the letter before it is escaped.

    The one sign in its other spelling would look the same.
    """
    if unicodedata.is_normalized("NFC", text):
        return printable(text)
    return "".join(
        f"\\u{ord(sign):04x}" if unicodedata.combining(sign) else printable(sign) for sign in text
    )


def _untyped(typed: object) -> object:
    if not isinstance(typed, Mapping):
        return None
    value = from_attribute_value(from_wire(typed))
    return "null" if value is None else value


def _plain(value: object) -> str:
    match value:
        case datetime():
            written = value.replace(tzinfo=None).isoformat(sep="T")
            return written if value.microsecond else written.removesuffix(".000000")
        case date():
            return value.isoformat()
    return value_text(value)


def _uuids(value: object) -> Iterable[str]:
    match value:
        case str():
            yield from (found.lower() for found in _UUID.findall(value))
        case Mapping():
            for inner in value.values():
                yield from _uuids(inner)
        case list() | tuple() | set() | frozenset():
            for inner in value:
                yield from _uuids(inner)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text) is not None
