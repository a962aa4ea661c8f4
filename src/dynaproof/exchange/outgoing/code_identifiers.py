"""Names of attributes and fields as identifiers of programming languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MOST = 120


def is_plain(name: str) -> bool:
    """Whether a name is an identifier in any language: ASCII letters, digits and underscores."""
    return _PLAIN.fullmatch(name) is not None and len(name) <= 2 * _MOST


def code_identifiers(names: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """An identifier for each name, all different, none of those that are taken.

    A name that is one already stays as it is; others are changed, and numbered where they meet.
    """
    listed = list(dict.fromkeys(names))
    found = {name: name for name in listed if is_plain(name) and name not in taken}
    used = set(found.values())
    for name in listed:
        if name not in found:
            base = _shaped(name)
            identifier, number = base, 1
            while identifier in used or identifier in taken:
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
    return text if not is_plain(name) else f"{text}_"
