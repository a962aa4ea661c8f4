"""Attributes of PynamoDB models, and the classes of maps whose members are known.

PynamoDB 6: https://pynamodb.readthedocs.io/en/stable/attributes.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dynaproof.exchange.outgoing.code_identifiers import numbered
from dynaproof.exchange.outgoing.entity_shapes import Shape
from dynaproof.exchange.outgoing.identifiers import capitalized
from dynaproof.exchange.outgoing.pynamodb_text import call
from dynaproof.exchange.outgoing.python_names import python_identifiers
from dynaproof.exchange.outgoing.python_text import python_text

_RESERVED = """
    DoesNotExist Meta add append as_dict attr_name attr_path attr_type attribute_args
    attribute_kwargs attribute_values batch_get batch_write begins_with between contains count
    create_table default default_for_new delete delete_table describe_table deserialize
    does_not_exist exists from_dynamodb_dict from_raw_data from_simple_dict get get_attributes
    get_delete_kwargs_from_instance get_operation_kwargs_from_instance
    get_operation_kwargs_from_class get_save_kwargs_from_instance
    get_update_kwargs_from_instance get_value hash_key
    is_correctly_typed is_hash_key is_in is_range_key is_raw is_type legacy_encoding null prepend
    query range_key refresh remove save scan serialize set startswith to_dynamodb_dict to_simple_dict update
    update_local_version_attribute update_ttl validate
"""
# What Model, MapAttribute and indexes have of their own, and what MapAttribute's constructor takes.
RESERVED = frozenset(_RESERVED.split())
"""Names that no attribute of a model or map may have."""

_CLASSES = {
    "S": "UnicodeAttribute",
    "N": "NumberAttribute",
    "B": "BinaryAttribute",
    "BOOL": "BooleanAttribute",
    "SS": "UnicodeSetAttribute",
    "NS": "NumberSetAttribute",
    "BS": "BinarySetAttribute",
    "NULL": "NullAttribute",
}
_ELEMENTS = {"S": "str", "N": "float", "B": "bytes", "BOOL": "bool"}

EXACT = {
    "DecimalAttribute": (
        "class DecimalAttribute(Attribute[Decimal]):",
        '    """Exact numbers; NumberAttribute makes floats of those that are not whole."""',
        "",
        '    attr_type = "N"',
        "",
        "    def serialize(self, value: Decimal) -> str:",
        '        return format(Decimal(value), "f")',
        "",
        "    def deserialize(self, value: str) -> Decimal:",
        "        return Decimal(value)",
    ),
    "DecimalSetAttribute": (
        "class DecimalSetAttribute(Attribute[set[Decimal]]):",
        '    """A set of exact numbers."""',
        "",
        '    attr_type = "NS"',
        "    null = True",
        "",
        "    def serialize(self, value: set[Decimal]) -> list[str] | None:",
        '        return [format(Decimal(one), "f") for one in value] or None',
        "",
        "    def deserialize(self, value: list[str]) -> set[Decimal]:",
        "        return {Decimal(one) for one in value}",
    ),
}
"""Attribute classes that the module defines where a number may have digits after the point."""


@dataclass(slots=True)
class MapClasses:
    """The classes made so far for maps with known members, and the attribute classes used."""

    taken: set[str]
    lines: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    names: frozenset[str] = frozenset()
    """All names of the module that an attribute must not hide."""

    def declaration(
        self, identifier: str, name: str, shape: Shape, *, path: str, required: bool
    ) -> list[str]:
        """The line or lines that declare an attribute."""
        options = [] if identifier == name else [f"attr_name={python_text(name)}"]
        if not required:
            options.append("null=True")
        annotation, head, first = self._declared(shape, path)
        return call(f"{identifier}{annotation} = {head}(", [*first, *options])

    def key(
        self, identifier: str, name: str, shape: Shape, role: str, *, null: bool = False
    ) -> list[str]:
        """A key attribute of a model or an index; ``role`` is ``hash_key`` or ``range_key``."""
        _, head, first = self._declared(shape, "")
        options = [f"{role}=True", *first]
        if identifier != name:
            options.append(f"attr_name={python_text(name)}")
        return call(f"{identifier} = {head}(", options + (["null=True"] if null else []))

    def _declared(self, shape: Shape, path: str) -> tuple[str, str, list[str]]:
        """Annotation, class and first arguments."""
        match shape.type:
            case "M" if shape.known_members:
                return "", self._map(shape, path), []
            case "M":
                return self._raw("MapAttribute", "str, Any")
            case "L":
                return self._list(shape.element, path)
        kind = self._class(shape)
        return "", kind, ["legacy_encoding=False"] if shape.type in ("B", "BS") else []

    def _class(self, shape: Shape) -> str:
        found = _CLASSES[shape.type or "NULL"]
        if shape.kind == "decimal" and shape.type in ("N", "NS"):
            found = "DecimalAttribute" if shape.type == "N" else "DecimalSetAttribute"
        self.used.add(found)
        return found

    def _raw(self, name: str, parameters: str) -> tuple[str, str, list[str]]:
        self.used.add(name)
        if "Any" in parameters:
            self.used.add("Any")
        return f": {name}[{parameters}]", name, []

    def _list(self, element: Shape | None, path: str) -> tuple[str, str, list[str]]:
        self.used.add("ListAttribute")
        if element is not None and element.known_members:
            return "", "ListAttribute", [f"of={self._map(element, path)}"]
        if element is not None and element.type == "N" and element.kind == "decimal":
            return "", "ListAttribute", [f"of={self._class(element)}"]
        return self._raw("ListAttribute", _ELEMENTS.get((element and element.type) or "", "Any"))

    def _map(self, shape: Shape, path: str) -> str:
        members = shape.known_members
        self.used.add("MapAttribute")
        self.used.add("Any")
        [name] = numbered([f"{capitalized(path) or 'Attribute'}Map"], self.taken)
        self.taken.add(name)
        identifiers = python_identifiers((one for one, _ in members), RESERVED | self.names)
        lines = [f"class {name}(MapAttribute[str, Any]):"]
        for member, inner in members:
            identifier = identifiers[member]
            lines += self.declaration(
                identifier, member, inner, path=f"{path} {member}", required=False
            )
        self.lines += [*lines, "", ""]
        return name


def inexact(shape: Shape, *, raw: bool = False) -> bool:
    """Whether PynamoDB reads numbers within as floats: where it has no classes for what is there."""
    if shape.type == "N":
        return raw and shape.kind == "decimal"
    if shape.element is not None:
        return inexact(shape.element, raw=raw or shape.element.type == "L")
    raw = raw or not shape.known_members
    return any(inexact(one, raw=raw) for _, one in shape.members or ())
