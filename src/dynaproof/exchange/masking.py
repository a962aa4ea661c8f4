"""Values of real items -> values that tell less, of which a model is made all the same.

The same value has the same mask wherever it stands, two values have two masks, and a mask has the
form of its value: UTF-8 bytes, digits as digits, letters as letters, delimiters, UUIDs and ISO
times as such. So keys, references and sizes are as they were. It hides values from readers; it is
no anonymization: lengths, patterns and how often a value is there stay visible, and times are
moved by one secret distance, so that their order stays.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

from dynaproof.exchange.permutation import permuted
from dynaproof.model.attribute_value import AttributeValue, Item, as_typed

_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_DATE = r"(?:19[5-9]|20[0-9]|21[0-4])[0-9]-[01][0-9]-[0-3][0-9]"
_TIME = r"[T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9]"
_FINER = r"(?:[.,][0-9]{1,9})?(?:Z|[+-][0-2][0-9]:?[0-5][0-9])?"
_SPAN = re.compile(
    rf"(?<![0-9A-Za-z])(?:({_UUID})|({_DATE})(?:({_TIME})({_FINER}))?)(?![0-9A-Za-z])"
)
_PART = re.compile(r"[#|/:;,=&@+~]")
"""Between these stand values of their own; a space within makes a phrase of a part."""
_TOKEN = re.compile(r"[^\W_]+")
_HEX = re.compile(r"(?=.*[0-9])(?=.*[a-f])[0-9a-f]{8,}|(?=.*[0-9])(?=.*[A-F])[0-9A-F]{8,}")
_FIRST_DAY = date(1950, 1, 1)
_DAYS = (date(2150, 1, 1) - _FIRST_DAY).days
_EPOCHS = {10: 1, 13: 1_000, 16: 1_000_000}
"""Digits of an epoch number -> its units a second."""
_FIRST_EPOCH, _LAST_EPOCH = 1_300_000_000, 4_000_000_000
_DIGITS, _HEX_DIGITS = "0123456789", "0123456789abcdef"
_LOWER = "abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Masking:
    """Masks under one secret; ``kept`` are words that stay, such as the prefixes of keys."""

    secret: bytes
    kept: frozenset[str] = frozenset()
    _shift: timedelta = field(init=False)
    _known: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        drawn = int.from_bytes(hashlib.blake2b(b"times", key=self.secret[:64]).digest())
        # Beyond a year, so that no date stays near itself; no whole day, so that hours move too.
        seconds = 86_400 * (400 + drawn % 2_400) + 1 + (drawn >> 64) % 86_398
        self._shift = timedelta(seconds=seconds if drawn >> 200 & 1 else -seconds)

    def item(self, item: Item) -> Item:
        """An item with the same attribute names and types."""
        return {name: self.value(value) for name, value in item.items()}

    def value(self, typed: AttributeValue) -> AttributeValue:
        """A value of the same type; BOOL and NULL stay as they are, so do names within maps."""
        [(type_, payload)] = typed.items()
        match type_, payload:
            case ("S", str()):
                return {type_: self.text(payload)}
            case ("N", str()):
                return {type_: self.number(payload)}
            case ("B", bytes()):
                return {type_: self.binary(payload)}
            case ("SS" | "NS" | "BS", list() | tuple()):
                masked = [self.value({type_[0]: one})[type_[0]] for one in payload]
                return {type_: masked}
            case ("L", list() | tuple()):
                return {type_: [self.value(as_typed(one)) for one in payload]}
            case ("M", Mapping()):
                return {type_: {str(n): self.value(as_typed(one)) for n, one in payload.items()}}
        return typed

    def text(self, text: str) -> str:
        """A text of the same form."""
        if text not in self._known:
            self._known[text] = _between(_SPAN, text, self._parts, self._span)
        return self._known[text]

    def number(self, text: str) -> str:
        """A number of as many digits; the same digits in a text have the same mask."""
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
        whole, point, fraction = digits.partition(".")
        if not (whole + fraction).isdecimal():
            return text
        return f"{sign}{self._digits(whole)}{point}{self._digits(fraction, 'fraction')}"

    def binary(self, content: bytes) -> bytes:
        """As many bytes."""
        return bytes(permuted(list(content), [256] * len(content), self._key("bytes")))

    def _span(self, found: re.Match[str]) -> str:
        if found[1]:
            return self._uuid(found[1])
        try:
            day = date.fromisoformat(found[2])
            if not found[3]:
                days = ((day - _FIRST_DAY).days + self._shift.days) % _DAYS
                return (_FIRST_DAY + timedelta(days=days)).isoformat()
            moved = datetime.fromisoformat(found[2] + found[3]) + self._shift
        except (ValueError, OverflowError):  # such as the 31st of February
            return self._parts(found[0])
        return moved.isoformat(found[3][0]) + found[4]

    def _uuid(self, text: str) -> str:
        """Version and variant stay."""
        kept = (14, 19)
        positions = [n for n, one in enumerate(text) if one != "-" and n not in kept]
        given = [_HEX_DIGITS.index(text[n].lower()) for n in positions]
        masked = permuted(given, [16] * len(given), self._key("uuid"))
        shown = list(text)
        for n, digit in zip(positions, masked, strict=True):
            shown[n] = _HEX_DIGITS[digit].upper() if text.isupper() else _HEX_DIGITS[digit]
        return "".join(shown)

    def _parts(self, text: str) -> str:
        return _between(_PART, text, self._part, lambda found: found[0])

    def _part(self, text: str) -> str:
        if " " in text.strip():
            return self._letters(text)
        return _between(_TOKEN, text, lambda rest: rest, lambda found: self._token(found[0]))

    def _token(self, text: str) -> str:
        if text in self.kept:
            return text
        masked = text
        while True:
            masked = self._run(masked)
            if masked not in self.kept:  # else two values could have one mask
                return masked

    def _run(self, text: str) -> str:
        """Letters and digits without anything between them."""
        if text.isascii() and text.isdecimal():
            return self._digits(text)
        if _HEX.fullmatch(text):
            given = [_HEX_DIGITS.index(one) for one in text.lower()]
            masked = permuted(given, [16] * len(given), self._key("hex"))
            shown = "".join(_HEX_DIGITS[one] for one in masked)
            return shown.upper() if text.isupper() else shown
        return self._letters(text)

    def _digits(self, text: str, use: str = "digits") -> str:
        """As many digits. Zeros before and after stay: padded numbers, and bytes of a number."""
        number = text.lstrip("0")
        if not number:
            return text
        first = text[: len(text) - len(number)]
        units = _EPOCHS.get(len(number), 0) if use == "digits" else 0
        if units and _is_epoch(int(number), units):
            span = (_LAST_EPOCH - _FIRST_EPOCH) * units
            seconds = self._shift.days * 86_400 + self._shift.seconds
            moved = (int(number) - _FIRST_EPOCH * units + seconds * units) % span
            return first + str(_FIRST_EPOCH * units + moved)
        masked = number.rstrip("0")
        last = number[len(masked) :]
        while True:
            masked = self._inner_digits(masked, use)
            # What is no time may not become one, or two values could have one mask.
            if not units or not _is_epoch(int(masked + last), units):
                return first + masked + last

    def _inner_digits(self, text: str, use: str) -> str:
        """Digits of which the first and the last are not 0, before and after."""
        lowest = [1, *[0] * (len(text) - 2), 1][: len(text)]
        given = [int(one) - low for one, low in zip(text, lowest, strict=True)]
        masked = permuted(given, [10 - low for low in lowest], self._key(use))
        return "".join(str(one + low) for one, low in zip(masked, lowest, strict=True))

    def _letters(self, text: str) -> str:
        """Letters and digits for such; all other characters stay."""
        alphabets = [_alphabet(one) for one in text]
        positions = [n for n, one in enumerate(alphabets) if one]
        if not positions:
            return text
        given = [alphabets[n].index(text[n]) for n in positions]
        pattern = "".join(
            str(len(alphabets[n])) if alphabets[n] else text[n] for n in range(len(text))
        )
        radices = [len(alphabets[n]) for n in positions]
        masked = permuted(given, radices, self._key(f"letters {pattern}"))
        shown = list(text)
        for n, letter in zip(positions, masked, strict=True):
            shown[n] = alphabets[n][letter]
        return "".join(shown)

    def _key(self, use: str) -> bytes:
        return hashlib.blake2b(use.encode(), key=self.secret[:64], digest_size=32).digest()


def _is_epoch(number: int, units: int) -> bool:
    return _FIRST_EPOCH * units <= number < _LAST_EPOCH * units


def _between(
    pattern: re.Pattern[str],
    text: str,
    outside: Callable[[str], str],
    inside: Callable[[re.Match[str]], str],
) -> str:
    """The text with what the pattern finds, and what stands between, replaced."""
    made: list[str] = []
    end = 0
    for found in pattern.finditer(text):
        made += [outside(text[end : found.start()]), inside(found)]
        end = found.end()
    return "".join([*made, outside(text[end:])])


def _alphabet(character: str) -> str:
    """The characters that may stand for one: its case, and as many bytes; empty: it stays."""
    if character in _DIGITS:
        return _DIGITS
    if character in _LOWER:
        return _LOWER
    if character.isascii():
        return _LOWER.upper() if character.isalpha() else ""
    size = len(character.encode("utf-8", "surrogatepass"))
    letters = _letters_of(size)
    return letters if character in letters else ""


@cache
def _letters_of(size: int) -> str:
    """Letters and digits of so many bytes of UTF-8."""
    first, end = {2: (0x80, 0x800), 3: (0x800, 0x10000), 4: (0x10000, 0x110000)}[size]
    return "".join(chr(n) for n in range(first, end) if chr(n).isalnum())
