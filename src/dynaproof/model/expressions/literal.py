"""What is known of an expression attribute value before a run: its type, and maybe all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dynaproof.model.attribute_value import TYPES, AttributeValue, descriptor, to_attribute_value
from dynaproof.model.template import Template, TemplateError


@dataclass(frozen=True, slots=True)
class Literal:
    """``type`` is None when a parameter decides it; ``value`` None when one decides that."""

    type: str | None = None
    value: AttributeValue | None = None

    @classmethod
    def of(cls, plain: object) -> Literal:
        """Tell what is known of a templated plain value."""
        if _is_templated(plain):
            return cls(_type_of_templated(plain))
        try:
            typed = to_attribute_value(plain)
        except ValueError:
            return cls()  # said when the request is marshalled, with its own words
        return cls(descriptor(typed)[0], typed)


def _is_templated(plain: object) -> bool:
    match plain:
        case str():
            return "$" in plain
        case Mapping():
            return any(_is_templated(inner) for inner in plain.values())
        case list() | tuple() | set() | frozenset():
            return any(_is_templated(inner) for inner in plain)
    return False


def _type_of_templated(plain: object) -> str | None:
    match plain:
        case str():
            try:
                return None if Template.parse(plain).sole_field else "S"
            except TemplateError:
                return None
        case Mapping():
            [name, *others] = plain
            return str(name) if name in TYPES and not others else "M"
        case list() | tuple():
            return "L"
    return None
