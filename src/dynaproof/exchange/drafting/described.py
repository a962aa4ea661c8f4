"""Item types that are known by their fields -> entities with generators, and templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dynaproof.exchange.draft import DraftField
from dynaproof.exchange.drafting.generators import FittedGenerator, generator_for
from dynaproof.exchange.drafting.made import Column, ColumnKind, MadeItemType, StoredAttribute
from dynaproof.exchange.drafting.names import Names, sql_name
from dynaproof.exchange.drafting.planned import Planned
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.template import Field, Template

ROWS = 50
"""Rows of an item type of its own."""
MOST_ROWS = 100_000
_EACH: Mapping[str, object] = {"uniform": {"min": 0, "max": 8}}


def described_item_type(planned: Planned, not_carried: list[NotCarried]) -> MadeItemType:
    """The item type. All that it refers to is planned, and has been made before."""
    names = Names()
    source = dict(_source(planned))
    each = source.get("each")
    parent = str(each["as"]) if isinstance(each, dict) else None
    fitted = {name: _fitted(planned, name) for name in planned.fields}
    unique = _unique_fields(planned, fitted, parent)
    columns: list[Column] = []
    for name, one in planned.fields.items():
        column = planned.columns[name] = names.new(sql_name(name))
        in_key = name in planned.key_fields
        null = 0.0 if in_key else min(max(one.null, 0.0), 1.0)
        reference = planned.references.get(name)
        kind = fitted[name].kind
        if name == parent:
            columns.append(Column(column, kind, {}))
            continue
        spec: dict[str, object]
        if reference is not None:
            owner, other = reference
            spec = {"references": f"{owner.entity}.{owner.columns[other]}"}
        else:
            spec = fitted[name].spec
        wanted = name in unique or (one.unique and reference is None)
        made = fitted[name]
        if wanted and (reference is not None or (made.may_be_unique and not made.is_unique)):
            spec["unique"] = True
        if null and not wanted:
            spec["null"] = null
        columns.append(Column(column, kind, spec, nullable=bool(null and not wanted)))
    if not columns:  # every key is a fixed text: an entity has to have something
        columns.append(Column("number", "integer", {"generate": "sequence"}))
    if isinstance(each, dict) and parent is not None:
        each["as"] = planned.columns[parent]
    return MadeItemType(
        planned.name,
        planned.entity,
        planned.table,
        tuple(columns),
        tuple(_stored(planned, fitted, not_carried)),
        None,
        source,
        planned.described.description,
    )


def _source(planned: Planned) -> Iterator[tuple[str, object]]:
    """How many rows there are: for each row of a parent, or a number."""
    rows = planned.described.rows
    keys = [key.name for key in planned.table.key_attributes]
    parents = [
        name
        for name in (planned.keys[keys[0]].names if keys[0] in planned.keys else ())
        if name in planned.references
    ]
    own = [name for name in planned.key_fields if name not in planned.references]
    told_apart = any(_may_be_unique(planned, name) for name in own)
    if not planned.key_fields or (own and not told_apart and not parents):
        yield "count", 1
    elif parents and (rows is None or not told_apart):
        owner, other = planned.references[parents[0]]
        of = f"{owner.entity}.{owner.columns[other]}"
        count: object = dict(_EACH) if told_apart else 1
        yield "each", {"of": of, "count": count, "as": parents[0]}
    else:
        most = ROWS if rows is None else max(0, min(rows, MOST_ROWS))
        yield "count", most


def _may_be_unique(planned: Planned, name: str) -> bool:
    """Whether a field can be unique, and its key with it: some format writes it whole."""
    fields = [
        part
        for template in (planned.keys[key.name] for key in planned.table.key_attributes)
        for part in template.parts
        if isinstance(part, Field) and part.name == name
    ]
    made = _fitted(planned, name)
    whole = any("%" not in part.format for part in fields)
    if made.kind == "timestamp":
        whole = any(part.format in ("", "iso", "iso-us", "epoch-ms") for part in fields)
    return made.may_be_unique and whole


def _fitted(planned: Planned, name: str) -> FittedGenerator:
    if name in planned.references:
        owner, other = planned.references[name]
        kind: ColumnKind = _fitted(owner, other).kind
        return FittedGenerator("", {}, kind)
    one = planned.fields[name]
    made = generator_for(one)
    keyed = any(name in template.names for template in planned.keys.values())
    if keyed and made.kind == "json":  # a set or a map is no part of a text
        return FittedGenerator("uuid", {}, "text")
    if name in planned.key_fields and made.name == "word":
        return FittedGenerator("uuid", {}, "text")
    return made


def _unique_fields(
    planned: Planned, fitted: Mapping[str, FittedGenerator], parent: str | None
) -> frozenset[str]:
    """A field of the key that has to be unique, so that each row has a key of its own."""
    own = [name for name in planned.key_fields if name not in planned.references]
    if any(fitted[name].is_unique for name in own) or not planned.key_fields:
        return frozenset()
    for name in reversed(own):
        if _may_be_unique(planned, name):
            return frozenset({name})
    if own or parent is not None:  # one row, or one for each of the parent's
        return frozenset()
    return frozenset(planned.key_fields[-1:])


def _stored(
    planned: Planned, fitted: Mapping[str, FittedGenerator], not_carried: list[NotCarried]
) -> Iterator[StoredAttribute]:
    done: set[str] = set()
    for attribute, template in planned.keys.items():
        done.add(attribute)
        yield _key_attribute(attribute, template, planned, fitted)
    for name, one in planned.fields.items():
        attribute = one.attribute or one.name
        if attribute in done or not any(name == given.name for given in planned.described.fields):
            continue
        done.add(attribute)
        index_key = planned.table.attribute_types.get(attribute)
        if index_key is not None and one.type != index_key:
            place = f"{planned.table.name}.{planned.described.name}.{name}"
            reason = f"the key has the type {index_key} and the field {one.type}; it is left out"
            not_carried.append(NotCarried(place, reason))
            continue
        yield _attribute(attribute, planned.columns[name], one, fitted[name].kind)
    for attribute, text in planned.described.constants.items():
        if attribute not in done and attribute:
            done.add(attribute)
            yield StoredAttribute(attribute, Template((text,) if text else ()))


def _key_attribute(
    attribute: str,
    template: Template,
    planned: Planned,
    fitted: Mapping[str, FittedGenerator],
) -> StoredAttribute:
    renamed = Template(
        tuple(
            part if isinstance(part, str) else _renamed(part, planned, fitted[part.name].kind)
            for part in template.parts
        )
    )
    sole = renamed.sole_field
    if sole is None or sole.format:
        return StoredAttribute(attribute, renamed)
    name = next(part.name for part in template.parts if isinstance(part, Field))
    one = planned.fields[name]
    typed = replace(one, type=planned.table.attribute_types[attribute])
    return _attribute(attribute, sole.name, typed, fitted[name].kind)


def _renamed(part: Field, planned: Planned, kind: ColumnKind) -> Field:
    """A field by the name of its column; without a format that its kind does not take."""
    instants = kind in ("timestamp", "date")
    whole = part.format.endswith("d") and "%" not in part.format
    fits = kind == "integer" if whole else instants
    return Field(planned.columns[part.name], part.format if fits else "")


def _attribute(attribute: str, column: str, one: DraftField, kind: ColumnKind) -> StoredAttribute:
    if kind == "json":
        return StoredAttribute(attribute, Template((Field(column),)), dynamodb_json=True)
    if kind == "timestamp":
        format_ = "epoch" if one.type == "N" else "iso"
        return StoredAttribute(attribute, Template((Field(column, format_),)))
    if kind == "date":
        return StoredAttribute(attribute, Template((Field(column, "%Y-%m-%d"),)))
    type_ = "S" if one.type == "S" and kind != "text" else None
    return StoredAttribute(attribute, Template((Field(column),)), type_)
