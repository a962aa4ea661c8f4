"""Names of attributes and fields as identifiers of Python."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable

from dynaproof.exchange.outgoing.code_identifiers import code_identifiers

_KEYWORDS = frozenset(keyword.kwlist)


def python_identifiers(names: Iterable[str], taken: Collection[str] = ()) -> dict[str, str]:
    """An identifier for each name, all different, none of those that are taken."""
    return code_identifiers(names, _KEYWORDS | set(taken))
