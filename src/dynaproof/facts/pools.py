"""Words and names to draw from: mimesis's English data, cleaned so that suffixes cannot clash.

No value holds a digit, so a value with a number behind it is never another value.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from mimesis.locales import Locale
from mimesis.providers.base import BaseDataProvider

# fmt: off
ADJECTIVES: Final = (
    "Agile", "Bold", "Bright", "Classic", "Compact", "Daily", "Deluxe", "Durable", "Elegant",
    "Folding", "Handy", "Heavy", "Large", "Light", "Little", "Modern", "Plain", "Portable",
    "Practical", "Quiet", "Rapid", "Robust", "Rustic", "Silent", "Simple", "Slim", "Smart",
    "Smooth", "Soft", "Solid", "Sturdy", "Tall", "Tiny", "Tough", "Travel", "Urban", "Vintage",
    "Warm", "Wide", "Wireless",
)
MATERIALS: Final = (
    "Aluminium", "Bamboo", "Canvas", "Carbon", "Ceramic", "Copper", "Cork", "Cotton", "Glass",
    "Granite", "Leather", "Linen", "Marble", "Oak", "Rubber", "Silk", "Steel", "Stone", "Walnut",
    "Wool",
)
THINGS: Final = (
    "Backpack", "Basket", "Bench", "Blanket", "Bottle", "Bowl", "Box", "Brush", "Cabinet",
    "Chair", "Clock", "Cup", "Desk", "Drawer", "Drill", "Fan", "Frame", "Gloves", "Hammer", "Hat",
    "Jacket", "Jar", "Kettle", "Keyboard", "Knife", "Ladder", "Lamp", "Lantern", "Mirror", "Mug",
    "Pan", "Pillow", "Plate", "Radio", "Rug", "Scale", "Scarf", "Shelf", "Shoes", "Sofa",
    "Speaker", "Stool", "Table", "Teapot", "Tent", "Towel", "Tray", "Umbrella", "Vase", "Wallet",
)
# fmt: on


class _People(BaseDataProvider):
    class Meta:
        name = "people"
        datafile = "person.json"

    def given(self) -> list[str]:
        names = self._extract(["names"])
        return [name for group in sorted(names) for name in names[group]]

    def family(self) -> list[str]:
        return list(self._extract(["surnames"]))


class _Places(BaseDataProvider):
    class Meta:
        name = "places"
        datafile = "address.json"

    def read(self, *keys: str) -> list[str]:
        return list(self._extract(list(keys)))


class _Companies(BaseDataProvider):
    class Meta:
        name = "companies"
        datafile = "finance.json"

    def read(self) -> list[str]:
        return list(self._extract(["company", "name"]))


class _Texts(BaseDataProvider):
    class Meta:
        name = "texts"
        datafile = "text.json"

    def read(self) -> list[str]:
        return list(self._extract(["words"]))


@cache
def given_names() -> tuple[str, ...]:
    """Given names without blanks."""
    return _clean(_single(_People(locale=Locale.EN).given()))


@cache
def family_names() -> tuple[str, ...]:
    """Family names without blanks."""
    return _clean(_single(_People(locale=Locale.EN).family()))


@cache
def words() -> tuple[str, ...]:
    """Lower-case ASCII words of 2 to 12 letters."""
    found = (word.lower() for word in _Texts(locale=Locale.EN).read())
    return _clean(word for word in found if 2 <= len(word) <= 12 and _plain(word))


@cache
def handles(which: str) -> tuple[str, ...]:
    """``given`` or ``family`` names as ASCII lower-case letters."""
    names = given_names() if which == "given" else family_names()
    return _clean(name for name in (name.lower() for name in names) if _plain(name))


@cache
def companies() -> tuple[str, ...]:
    """Company names."""
    return _clean(_Companies(locale=Locale.EN).read())


@cache
def countries() -> tuple[str, ...]:
    """Country names."""
    return _clean(_Places(locale=Locale.EN).read("country", "name"))


@cache
def cities() -> tuple[str, ...]:
    """City names."""
    return _clean(_Places(locale=Locale.EN).read("city"))


@cache
def streets() -> tuple[str, ...]:
    """Street names without their suffix."""
    return _clean(_Places(locale=Locale.EN).read("street", "name"))


@cache
def street_suffixes() -> tuple[str, ...]:
    """Avenue, Street and so on."""
    return _clean(_single(_Places(locale=Locale.EN).read("street", "suffix")))


def _single(names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if " " not in name)


def _plain(word: str) -> bool:
    return word.isascii() and word.isalpha()


def _clean(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(value for value in found if value and not any(map(str.isdigit, value)))
    )
