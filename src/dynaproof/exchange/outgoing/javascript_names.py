"""Names of attributes, fields and item types for JavaScript's object mappers."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from dynaproof.exchange.outgoing.code_identifiers import code_identifiers

OBJECT_MEMBERS = frozenset(
    (
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
        "__proto__",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    )
)
"""What every object has: mappers that keep attributes in plain objects take these for theirs."""

_RESERVED = """
    arguments async await break case catch class const continue debugger default delete do else
    enum eval export extends false finally for function if implements import in instanceof
    interface let new null package private protected public return static super switch this throw
    true try typeof undefined var void while with yield
"""
RESERVED_WORDS = frozenset(_RESERVED.split())


def property_names(names: Iterable[str], taken: Collection[str] = ()) -> dict[str, str]:
    """A property for each name, all different; names that are plain stay as they are."""
    return code_identifiers(names, OBJECT_MEMBERS | set(taken))


def variable_names(names: Iterable[str], taken: Collection[str] = ()) -> dict[str, str]:
    """A variable for each name, all different, none of them a reserved word."""
    return code_identifiers(names, OBJECT_MEMBERS | RESERVED_WORDS | set(taken))
