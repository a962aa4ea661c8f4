"""Names that the language, SQL and DynamoDB take, made of names from outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from dynaproof.facts.quoting import quoted
from dynaproof.facts.reserved_names import reserved_names

_LONGEST = 60
_NO_SQL = re.compile(r"[^A-Za-z0-9_]+")
_NO_DYNAMODB = re.compile(r"[^A-Za-z0-9_.-]+")
_SHORTEST_TABLE_NAME = 3
_LONGEST_TABLE_NAME = 255


class Names:
    """Names given so far, each once; capital letters make no difference, as in SQL."""

    def __init__(self, taken: Iterable[str] = (), make: Callable[[str], str] | None = None) -> None:
        self._taken = {name.lower() for name in taken}
        self._make = make or sql_name

    def new(self, text: str, *others: str) -> str:
        """A name made of the text, or of the first of the others that is free, or numbered."""
        for candidate in (text, *others):
            made = self._make(candidate)
            if made.lower() not in self._taken:
                return self._take(made)
        made, number = self._make(text), 2
        while f"{made}_{number}".lower() in self._taken:
            number += 1
        return self._take(f"{made}_{number}")

    def _take(self, name: str) -> str:
        self._taken.add(name.lower())
        return name


def sql_name(text: str) -> str:
    """The name of an entity, a column, an item type or a parameter."""
    made = _NO_SQL.sub("_", text).strip("_")[:_LONGEST].rstrip("_")
    if not made:
        return "unnamed"
    return f"_{made}" if made[0].isdigit() else made


def parameter_name(text: str) -> str:
    """The name of a parameter: among them ``from`` is SQL."""
    made = sql_name(text)
    return "from_" if made == "from" else made


def pattern_name(text: str) -> str:
    """The name of an access pattern, or of a definition: ``Get user by e-mail`` in small letters."""
    made = re.sub(r"[^A-Za-z0-9_.]+", "-", text).strip("-_.")[:_LONGEST].rstrip("-_.")
    return made.lower() or "unnamed"


def table_name(text: str) -> str:
    """The name of a table or an index, as it is where DynamoDB takes it."""
    made = _NO_DYNAMODB.sub("_", text)[:_LONGEST_TABLE_NAME]
    return (
        made
        if len(made) >= _SHORTEST_TABLE_NAME
        else made + "_" * (_SHORTEST_TABLE_NAME - len(made))
    )


def sql(name: str) -> str:
    """A name within SQL: quoted where it has to be."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) and name.lower() not in _reserved()
    return name if plain else quoted(name)


@cache
def _reserved() -> frozenset[str]:
    return reserved_names()
