"""What an attribute, and a field of a key template, holds: from SQL types, or from values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from duckdb.sqltypes import DuckDBPyType

from dynaproof.items.attribute_sql import element_type, natural_type
from dynaproof.items.template_sql import INSTANTS, INTEGERS, WITH_TIME_ZONE, children
from dynaproof.model.item import AttributeType

Kind = Literal[
    "text", "integer", "decimal", "float", "boolean", "date", "instant", "binary", "other"
]
"""What a column holds, as far as a language has a type of its own for it."""


_MOST_MEMBERS = 50
"""A map of values with more names than this is taken as one of any names."""
_WHOLE_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Shape:
    """A DynamoDB type, None where values have several; ``kind`` tells numbers apart.

    Of a set it is that of its members. ``members`` are those of a map with known members, any of
    which may be absent; None: any. ``element`` is that of a list; elements may be NULL.
    ``open``: a map whose members were seen in some values, others may have more.
    """

    type: AttributeType | None
    kind: Kind = "other"
    members: tuple[tuple[str, Shape], ...] | None = None
    element: Shape | None = None
    open: bool = False

    @property
    def known_members(self) -> tuple[tuple[str, Shape], ...]:
        """Members of a map that has no others; none of them where it may have."""
        return () if self.open else self.members or ()


def shape_of(column: DuckDBPyType, asked: AttributeType | None = None) -> Shape:
    """The shape of a column that is stored as the type asked for, or as follows from SQL."""
    kind = kind_of(column)
    if asked in ("SS", "NS", "BS"):
        return Shape(asked, kind_of(element_type(column)))
    natural = natural_type(column)
    if asked is not None and asked != natural:
        # Numbers of a column of text may have any digits.
        return Shape(asked, "decimal" if asked == "N" else kind)
    if natural == "L":
        return Shape("L", element=shape_of(element_type(column)))
    if natural == "M" and column.id == "struct":
        members = tuple((name, shape_of(inner)) for name, inner in children(column))
        return Shape("M", members=members)
    return Shape(natural, kind)


def kind_of(column: DuckDBPyType) -> Kind:
    """What a column holds."""
    name = column.id
    if name in INTEGERS:
        return "integer"
    if name == WITH_TIME_ZONE or (name in INSTANTS and name != "date"):
        return "instant"
    kinds: dict[str, Kind] = {
        "varchar": "text",
        "uuid": "text",
        "enum": "text",
        "decimal": "decimal",
        "float": "float",
        "double": "float",
        "boolean": "boolean",
        "date": "date",
        "blob": "binary",
    }
    return kinds.get(name, "other")


def shape_of_value(type_: str, payload: object) -> Shape:
    """The shape of one value as the JSON protocol has it."""
    match type_, payload:
        case "N", str():
            return Shape("N", _number_kind([payload]))
        case "NS", list():
            return Shape("NS", _number_kind(payload))
        case "L", list():
            shapes = [shape_of_value(*next(iter(one.items()))) for one in payload]
            return Shape("L", element=_all_of([one for one in shapes if one.type != "NULL"]))
        case "M", Mapping():
            members = {
                str(name): shape_of_value(*next(iter(one.items()))) for name, one in payload.items()
            }
            return Shape("M", members=_members(members), open=True)
        case (("S" | "SS" | "B" | "BS" | "BOOL" | "NULL"), _):
            kinds: dict[str, Kind] = {"S": "text", "SS": "text", "BOOL": "boolean"}
            return Shape(type_, kinds.get(type_, "other"))
    return Shape(None)


def merged(one: Shape, other: Shape) -> Shape:
    """The shape that both values have; its type is None where they have none in common."""
    if one == other:
        return one
    if one.type != other.type:
        return Shape(None)
    kind: Kind = "decimal" if one.type in ("N", "NS") else "other"
    members = None
    if one.members is not None and other.members is not None:
        both = dict(one.members)
        for name, shape in other.members:
            both[name] = merged(both[name], shape) if name in both else shape
        members = _members(both)
    known = [shape for shape in (one.element, other.element) if shape is not None]
    return Shape(one.type, kind, members, _all_of(known), one.open or other.open)


def _members(members: Mapping[str, Shape]) -> tuple[tuple[str, Shape], ...] | None:
    known = 0 < len(members) <= _MOST_MEMBERS
    return tuple(members.items()) if known else None


def _all_of(shapes: list[Shape]) -> Shape | None:
    found = shapes[0] if shapes else None
    for shape in shapes[1:]:
        found = merged(found, shape) if found is not None else shape
    return found


def _number_kind(texts: list[str]) -> Kind:
    whole = all(one.lstrip("-").isdigit() and len(one) <= _WHOLE_DIGITS for one in texts)
    return "integer" if whole else "decimal"
