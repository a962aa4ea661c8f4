"""Requests on item types that are known by their fields: keys, items, parameters bound to columns.

A pattern may name parameters; keys are templates of fields. A parameter stands for the field of its
name, or else for the next one that is still open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dynaproof.exchange.draft import DraftField
from dynaproof.exchange.incoming.described_keys import Described, parsed, renamed
from dynaproof.exchange.incoming.placeholders import identifier


@dataclass(frozen=True, slots=True)
class Said:
    """A parameter as the pattern states it."""

    name: str
    type: str
    entity_type: str = ""


@dataclass(slots=True)
class Binding:
    """The parameters of one pattern, while its request is made.

    ``open`` are those that stand for nothing yet; ``made`` are parameters in the language's form.
    """

    open: list[Said]
    made: dict[str, object] = field(default_factory=dict)

    def take(self, said: str, *, positional: bool = True) -> Said | None:
        """The parameter of a field's name, or the next open one."""
        wanted = identifier(said, "value")
        found = next((one for one in self.open if identifier(one.name, "value") == wanted), None)
        if found is None and positional and self.open:
            found = self.open[0]
        if found is not None:
            self.open.remove(found)
        return found

    def bind(self, name: str, source: object) -> str:
        """Enter a parameter; gives the name under which it stands."""
        made = identifier(name, "value")
        while made in self.made and self.made[made] != source:
            made += "_"
        self.made[made] = source
        return made

    def column(self, entity: Described, name: str, parameter: str | None = None) -> str:
        """Enter a parameter that is drawn from a column of the facts."""
        return self.bind(parameter or name, f"{entity.name}.{name}")


def key_of(
    entity: Described, attributes: Sequence[str], binding: Binding, *, positional: bool = True
) -> dict[str, object]:
    """The key of an item of the entity, its fields parameters."""
    key: dict[str, object] = {}
    for attribute in attributes:
        template = entity.template_of(attribute)
        if template is not None:
            key[attribute] = filled(entity, template, binding, positional=positional)
    return key


def filled(entity: Described, template: str, binding: Binding, *, positional: bool = True) -> str:
    """A template of fields as a template of parameters."""
    names: dict[str, str] = {}
    said_of = {name: said for said, name in entity.said.items()}
    for name in parsed(template).names:
        said = binding.take(said_of.get(name, name), positional=positional)
        names[name] = binding.column(entity, name, None if said is None else said.name)
    return renamed(template, names)


def item_of(
    entity: Described, attributes: Sequence[str], binding: Binding, *, fresh: bool = True
) -> dict[str, object]:
    """A whole item: all attributes with their values drawn from one row of the facts.

    ``fresh``: the field that tells items apart has a value that no row has.
    """
    names: dict[str, str] = {}
    distinct = next((name for name, one in entity.fields.items() if one.unique), None)
    for name, one in entity.fields.items():
        if fresh and name == distinct:
            names[name] = binding.bind(name, new_value(one))
        else:
            names[name] = binding.column(entity, name)
    item: dict[str, object] = {}
    for attribute in attributes:
        template = entity.template_of(attribute)
        if template is not None:
            item[attribute] = renamed(template, names)
    for attribute, template in entity.keys.items():
        item.setdefault(attribute, renamed(template, names))
    for name in entity.fields:
        item.setdefault(entity.attribute_of(name), f"${{{names[name]}}}")
    return item | {name: value.replace("$", "$$") for name, value in entity.constants.items()}


def new_value(one: DraftField) -> dict[str, object]:
    """How a parameter is made of which no row has the value."""
    if one.type == "N":
        least = int(str(one.options.get("max", 1_000_000))) + 1
        return {"generate": "integer", "min": least, "max": least + 1_000_000}
    return {"generate": "uuid"}
