"""Names of attributes and fields as identifiers of Python."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterable, Sequence

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MOST = 120
_KEYWORDS = frozenset(keyword.kwlist)


def python_identifiers(names: Iterable[str], taken: Collection[str] = ()) -> dict[str, str]:
    """An identifier for each name, all different, none of those that are taken.

    A name that is one already stays as it is; others are changed, and numbered where they meet.
    """
    listed = list(dict.fromkeys(names))
    found = {name: name for name in listed if _PLAIN.fullmatch(name) and not _refused(name, taken)}
    used = set(found.values())
    for name in listed:
        if name not in found:
            base = _shaped(name)
            identifier, number = base, 1
            while identifier in used or _refused(identifier, taken):
                number += 1
                identifier = f"{base.rstrip('_')}_{number}"
            used.add(identifier)
            found[name] = identifier
    return {name: found[name] for name in listed}


def numbered(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """The same names, those that come again numbered from 2."""
    used = set(taken)
    found = []
    for name in names:
        one, number = name, 1
        while one in used:
            number += 1
            one = f"{name}{number}"
        used.add(one)
        found.append(one)
    return found


def _shaped(name: str) -> str:
    text = re.sub("[^A-Za-z0-9]+", "_", name).strip("_")[:_MOST]
    if not text:
        return "attribute"
    if not text[0].isalpha():
        return f"attribute_{text}"
    return text if _PLAIN.fullmatch(name) is None else f"{text}_"


def _refused(identifier: str, taken: Collection[str]) -> bool:
    return len(identifier) > 2 * _MOST or identifier in _KEYWORDS or identifier in taken
