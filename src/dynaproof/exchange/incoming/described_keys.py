"""Keys of item types that are known by their fields: types of key attributes, and what fits them.

Sources state templates of keys, and fields with types of their own; DynamoDB takes one type for a
key attribute, whatever item type it is in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dynaproof.exchange.draft import DescribedItemType, DraftField
from dynaproof.exchange.incoming.placeholders import identifier
from dynaproof.model.table import KeyType
from dynaproof.model.template import Field, Template, TemplateError


@dataclass(slots=True)
class Described:
    """An item type while it is read: fields by name, templates by attribute.

    ``remarks`` tell what was changed so that keys are keys, each with the field or attribute.
    """

    name: str
    fields: dict[str, DraftField] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    description: str = ""
    said: dict[str, str] = field(default_factory=dict)
    """What the source calls a field -> the field's name."""
    remarks: list[tuple[str, str]] = field(default_factory=list)

    def add(self, said: str, made: DraftField) -> DraftField:
        """Add a field under a name of its own; ``made.name`` is not looked at."""
        name = said if said.isascii() and said.isidentifier() else identifier(said, "field")
        taken = {one.lower() for one in self.fields}
        while name.lower() in taken or name.lower() == "from":
            name += "_"
        self.said[said] = name
        attribute = made.attribute or (said if said != name else None)
        self.fields[name] = replace(made, name=name, attribute=attribute)
        return self.fields[name]

    def attribute_of(self, name: str) -> str:
        """The attribute in which a field is stored."""
        return self.fields[name].attribute or name

    def field_of(self, attribute: str) -> str | None:
        """The field that is stored in an attribute."""
        return next((name for name in self.fields if self.attribute_of(name) == attribute), None)

    def template_of(self, attribute: str) -> str | None:
        """How the attribute follows from fields: by a template, or because it is a field."""
        if attribute in self.keys:
            return self.keys[attribute]
        name = self.field_of(attribute)
        return None if name is None else f"${{{name}}}"

    def made(self) -> DescribedItemType:
        """The item type; one without fields gets one, for a relation has columns."""
        if not self.fields:
            self.add("id", DraftField("", generator="uuid"))
        return DescribedItemType(
            self.name,
            tuple(self.fields.values()),
            dict(self.keys),
            dict(self.constants),
            description=self.description,
        )


def parsed(template: str) -> Template:
    """A template; what is none stands for itself."""
    try:
        return Template.parse(template)
    except TemplateError:
        return Template((template,))


def renamed(template: str, names: Mapping[str, str]) -> str:
    """A template with other names for its fields."""
    return str(
        Template(
            tuple(
                Field(names.get(part.name, part.name), part.format)
                if isinstance(part, Field)
                else part
                for part in parsed(template).parts
            )
        )
    )


def key_type(attribute: str, item_types: Sequence[Described]) -> KeyType:
    """N where every item type has a number alone in this attribute, else S."""
    kinds: set[str] = set()
    for one in item_types:
        template = one.template_of(attribute)
        if template is None:
            continue
        sole = parsed(template).sole_field
        kinds.add(one.fields[sole.name].type if sole and sole.name in one.fields else "S")
    return "N" if kinds == {"N"} else "S"


def fit_key(attribute: str, kind: KeyType, one: Described) -> None:
    """Change an item type so that its attribute has the type of the key, and say what changed."""
    template = one.template_of(attribute)
    if template is None or kind == "N":
        return
    whole = parsed(template)
    sole = whole.sole_field
    parts: list[str | Field] = []
    for part in whole.parts:
        known = one.fields.get(part.name) if isinstance(part, Field) else None
        if known is None or not isinstance(part, Field) or known.type == "S":
            parts.append(part)
        elif known.type == "N" and known.generator == "integer" and sole:
            parts.append(Field(part.name, part.format or "1d"))
            one.remarks.append((attribute, f"the number {part.name} is text in this key"))
        elif known.type == "N" and not sole:
            parts.append(part)
        else:
            values = ("true", "false") if known.type == "BOOL" else known.values
            one.fields[part.name] = replace(
                known, type="S", generator=None, options={}, values=values
            )
            one.remarks.append(
                (
                    attribute,
                    f"the field {part.name} is part of a key, and so a text, not {known.type}",
                )
            )
            parts.append(part)
    if tuple(parts) != whole.parts:
        one.keys[attribute] = str(Template(tuple(parts)))


def with_distinct_keys(one: Described, attributes: Sequence[str]) -> None:
    """Make fields of the table's key present, and one of them unique, so that items have keys.

    The last field of the last attribute is taken: the one that tells items of a collection apart.
    """
    names: list[str] = []
    for attribute in attributes:
        template = one.template_of(attribute)
        names += [name for name in parsed(template or "").names if name in one.fields]
    for name in names:
        one.fields[name] = replace(one.fields[name], null=0.0)
    able = [
        name
        for name in names
        if one.fields[name].type in ("S", "N") and not one.fields[name].values
    ]
    if able and not any(one.fields[name].unique for name in able):
        one.fields[able[-1]] = replace(one.fields[able[-1]], unique=True)
