"""Names of tables and item types as identifiers of other languages, unique and always the same."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable

_MOST = 200
"""Characters of an identifier made here; CloudFormation takes 255."""


def unique_identifiers(
    names: Iterable[str], shape: Callable[[str], str], taken: Iterable[str] = ()
) -> dict[str, str]:
    """An identifier for each name, in the order of names; those that meet are numbered from 2.

    ``taken`` are identifiers that none of them may be. They differ by more than upper and lower
    case, for those who make files of them.
    """
    used = {one.lower() for one in taken}
    found: dict[str, str] = {}
    for name in names:
        base = shape(name)[:_MOST]
        identifier, number = base, 1
        while identifier.lower() in used:
            number += 1
            identifier = f"{base}{number}"
        used.add(identifier.lower())
        found[name] = identifier
    return found


def capitalized(name: str) -> str:
    """``cruddur-messages`` -> ``CruddurMessages``: ASCII letters and digits, and maybe nothing."""
    return "".join(word[0].upper() + word[1:] for word in re.findall("[A-Za-z0-9]+", name))


def logical_id(name: str) -> str:
    """``cruddur-messages`` -> ``CruddurMessagesTable``: what CloudFormation takes."""
    return f"{capitalized(name)[: _MOST - 10]}Table"


def class_name(name: str, ending: str = "", otherwise: str = "Model") -> str:
    """``2024-orders`` -> ``Model2024Orders``: a class of Python or JavaScript."""
    text = f"{capitalized(name)}{ending}"
    return text if text[:1].isalpha() and text not in _PYTHON else f"{otherwise}{text}"


def variable_name(name: str, ending: str = "", otherwise: str = "table") -> str:
    """``Orders.2024`` -> ``orders_2024``, ``orderItems`` -> ``order_items``: for Python."""
    words = re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)
    text = "_".join([word.lower() for word in words] + ([ending] if ending else []))
    return text if text[:1].isalpha() and text not in _PYTHON else f"{otherwise}_{text}".rstrip("_")


_PYTHON = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)
