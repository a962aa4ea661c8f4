"""What is told of item types by their fields, and which belongs to which.

Where the key of one item type is ``USER#${userId}`` and that of another holds ``${userId}`` among
other fields, the second has rows for each of the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dynaproof.exchange.draft import DescribedItemType, DraftField
from dynaproof.exchange.drafting.names import sql_name
from dynaproof.exchange.drafting.questions import shape_of
from dynaproof.exchange.json_places import shown
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.table import KeyType, Table
from dynaproof.model.template import Field, Template, TemplateError

_COMMON = frozenset(
    {
        "id",
        "uuid",
        "key",
        "name",
        "pk",
        "sk",
        "type",
        "status",
        "date",
        "timestamp",
        "title",
        "part",
    }
)
"""Names of fields that item types share without meaning the same."""


@dataclass(slots=True)
class Planned:
    """An item type on the way: fields by name, templates that can be read."""

    described: DescribedItemType
    table: Table
    name: str
    entity: str
    fields: dict[str, DraftField] = field(default_factory=dict)
    keys: dict[str, Template] = field(default_factory=dict)
    references: dict[str, tuple[Planned, str]] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def key_fields(self) -> tuple[str, ...]:
        """Fields of the table's key, those of the partition key first."""
        names = [
            name
            for key in self.table.key_attributes
            if key.name in self.keys
            for name in self.keys[key.name].names
        ]
        return tuple(dict.fromkeys(names))


def plan(
    described: DescribedItemType,
    table: Table,
    name: str,
    entity: str,
    not_carried: list[NotCarried],
) -> Planned:
    """An item type with a template for each key attribute of the table."""
    planned = Planned(described, table, name, entity)
    place = f"{table.name}.{described.name}"
    for one in described.fields:
        if one.name and one.name not in planned.fields:
            planned.fields[one.name] = one
        else:
            not_carried.append(NotCarried(place, f"a second field {shown(one.name)} is left out"))
    primary = {key.name for key in table.key_attributes}
    for attribute, kind in table.attribute_types.items():
        text = described.keys.get(attribute)
        template = None if text is None else _parsed(text, f"{place}.{attribute}", not_carried)
        if template is None and attribute in primary:
            template = _own(planned, attribute, kind)
        if template is not None:
            template = _of_type(template, planned, attribute, kind)
            planned.keys[attribute] = template
            for missing in template.names:
                planned.fields.setdefault(missing, DraftField(missing, "S"))
    for attribute in described.keys:
        if attribute not in table.attribute_types:
            reason = "a template of an attribute that is part of no key"
            not_carried.append(NotCarried(f"{place}.{attribute}", reason))
    return planned


def connect(planned: Sequence[Planned]) -> None:
    """Let fields of keys refer to the item types whose keys they are."""
    owners: dict[str, Planned] = {}
    waiting = [one for one in planned if one.key_fields]
    while waiting:
        found = [one for one in waiting if len(_unowned(one, owners)) <= 1]
        one = (found or waiting)[0]
        waiting.remove(one)
        own = _unowned(one, owners)
        for name in one.key_fields:
            if not _same_type(one, owners.get(name), name):
                continue
            if not (len(one.key_fields) == 1 and _alike(one, owners[name])):
                one.references[name] = (owners[name], name)
        if len(own) == 1 and own[0].lower() not in _COMMON:
            owners.setdefault(own[0], one)
    for one in planned:
        for name in one.fields:
            owner = owners.get(name)
            if owner is None or owner is one or name in one.key_fields:
                continue
            if _same_type(one, owner, name):
                one.references[name] = (owner, name)
    for one in planned:
        _refer_by_prefix(one, planned)
    _without_circles(planned)


def in_order(planned: Sequence[Planned]) -> list[Planned]:
    """Item types after those that they refer to."""
    placed: list[Planned] = []
    left = list(planned)
    while left:
        ready = [
            one
            for one in left
            if all(other not in left or other is one for other, _ in one.references.values())
        ]
        placed += ready
        left = [one for one in left if one not in ready]
    return placed


def _parsed(text: str, place: str, not_carried: list[NotCarried]) -> Template | None:
    try:
        template = Template.parse(text)
    except TemplateError as error:
        not_carried.append(NotCarried(place, f"the template {shown(text)}: {error}"))
        return None
    if any("." in name for name in template.names):
        not_carried.append(NotCarried(place, f"the template {shown(text)} names part of a field"))
        return None
    return template if template.parts else None


def _own(planned: Planned, attribute: str, kind: KeyType) -> Template:
    """A key attribute of which the source does not say how it is made."""
    name = next((n for n, one in planned.fields.items() if (one.attribute or n) == attribute), None)
    if name is None:
        name = sql_name(attribute)
        generator = {"S": "uuid", "N": "sequence", "B": "bytes"}[kind]
        planned.fields.setdefault(name, DraftField(name, kind, generator, attribute=attribute))
    return Template((Field(name),))


def _of_type(template: Template, planned: Planned, attribute: str, kind: KeyType) -> Template:
    """A template that gives the type of the key: numbers and bytes are one field alone."""
    sole = template.sole_field
    one = planned.fields.get(sole.name) if sole is not None else None
    if kind == "S" and (one is None or one.type != "B"):
        return template
    name = sole.name if sole is not None else sql_name(attribute)
    if one is None or one.type != kind:
        others = (text for key, text in planned.described.keys.items() if key != attribute)
        if one is not None or any(f"${{{name}" in text for text in others):
            name = f"{name}_{attribute}" if sql_name(attribute) == attribute else f"{name}_key"
        generator = {"S": "uuid", "N": "sequence", "B": "bytes"}[kind]
        planned.fields[name] = DraftField(name, kind, generator, attribute=attribute)
    return Template((Field(name),))


def _refer_by_prefix(one: Planned, planned: Sequence[Planned]) -> None:
    """``account#${accountId}`` of many refers to ``account#${id}`` of one, in the same table."""
    partition_key = one.keys[one.table.partition_key.name]
    if len(partition_key.names) != 1 or not partition_key.prefix or len(one.key_fields) == 1:
        return
    [name] = partition_key.names
    for owner in planned:
        key = owner.keys[owner.table.partition_key.name]
        if (
            owner.table.name == one.table.name
            and shape_of(key) == shape_of(partition_key)
            and list(key.names) == list(owner.key_fields)
            and owner.fields[key.names[0]].type == one.fields[name].type
        ):
            one.references.setdefault(name, (owner, key.names[0]))


def _unowned(one: Planned, owners: Mapping[str, Planned]) -> list[str]:
    return [name for name in one.key_fields if name not in owners]


def _same_type(one: Planned, owner: Planned | None, name: str) -> bool:
    return owner is not None and owner.fields[name].type == one.fields[name].type


def _alike(one: Planned, other: Planned) -> bool:
    """Whether the keys of two item types of one table could be the same text."""
    if one.table.name != other.table.name:
        return False
    return all(
        shape_of(one.keys[key.name]) == shape_of(other.keys[key.name])
        for key in one.table.key_attributes
    )


def _without_circles(planned: Sequence[Planned]) -> None:
    """Drop references that would lead back to where they start."""
    for one in planned:
        for name, (owner, _) in list(one.references.items()):
            seen: list[Planned] = []
            ahead = [owner]
            while ahead:
                at = ahead.pop()
                if at not in seen:
                    seen.append(at)
                    ahead += [other for other, _ in at.references.values()]
            if one in seen:
                del one.references[name]
