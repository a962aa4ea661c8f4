"""Entities of awslabs' schema JSON: fields and templates, to item types with keys that fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dynaproof.exchange.draft import DraftField
from dynaproof.exchange.foreign_json import JsonReader
from dynaproof.exchange.incoming.awslabs_schema.fields import read_field, with_samples
from dynaproof.exchange.incoming.described_keys import (
    Described,
    fit_key,
    key_type,
    with_distinct_keys,
)
from dynaproof.exchange.incoming.placeholders import escaped
from dynaproof.model.table import (
    MAX_INDEX_KEY_ATTRIBUTES,
    KeyAttribute,
    Projection,
    SecondaryIndex,
    Table,
)

_FIELD = re.compile(r"\{([^{}:]{1,200})(?::([^{}]{0,20}))?\}")
_PADDED = re.compile(r"0?[1-9][0-9]?d")
_PROJECTIONS = ("ALL", "KEYS_ONLY", "INCLUDE")


@dataclass(frozen=True, slots=True)
class IndexNames:
    """An index as ``gsi_list`` states it: names of its key attributes, which have no types."""

    name: str
    partition_key: tuple[str, ...]
    sort_key: tuple[str, ...]
    projection: Projection


@dataclass(slots=True)
class SchemaTable:
    """A table while it is read: names of keys, indexes, entities by what the source calls them."""

    name: str
    partition_key: str
    sort_key: str | None
    indexes: dict[str, IndexNames]
    entities: dict[str, Described]
    place: JsonReader
    table: Table | None = None
    """The table, once it is made."""

    def key_names(self, index: str | None) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """The attributes of partition and sort key; None for an index that there is not."""
        if index is None:
            return (self.partition_key,), (self.sort_key,) if self.sort_key else ()
        found = self.indexes.get(index)
        return None if found is None else (found.partition_key, found.sort_key)

    def made(self) -> Table:
        """The table, with types of key attributes that follow from the entities' fields."""
        entities = list(self.entities.values())
        attributes = dict.fromkeys(
            (self.partition_key, *([self.sort_key] if self.sort_key else ()))
        ) | dict.fromkeys(
            name for one in self.indexes.values() for name in one.partition_key + one.sort_key
        )
        keys = {name: KeyAttribute(name, key_type(name, entities)) for name in attributes}
        for entity in entities:
            for name, key in keys.items():
                fit_key(name, key.type, entity)
            with_distinct_keys(
                entity, [self.partition_key, *([self.sort_key] if self.sort_key else [])]
            )
        self.table = Table(
            self.name,
            keys[self.partition_key],
            keys[self.sort_key] if self.sort_key else None,
            global_secondary_indexes=tuple(
                SecondaryIndex(
                    one.name,
                    "global",
                    tuple(keys[name] for name in one.partition_key),
                    tuple(keys[name] for name in one.sort_key),
                    one.projection,
                )
                for one in self.indexes.values()
            ),
        )
        return self.table


def read_table(entry: JsonReader, number: int, samples: Samples) -> SchemaTable | None:
    """Read one of ``tables``; None, and a report, where it has no partition key."""
    config = entry.child("table_config")
    partition_key = config.text("partition_key").strip()
    if not partition_key:
        config.report("the table is left out: it has no partition key", "partition_key")
        return None
    sort_key = config.text("sort_key").strip() or None
    if sort_key == partition_key:
        config.report("partition key and sort key are one attribute; it is no sort key", "sort_key")
        sort_key = None
    name = config.text("table_name").strip() or f"table-{number}"
    config.unknown_keys()
    table = SchemaTable(name, partition_key, sort_key, {}, {}, entry)
    for spec in entry.objects("gsi_list"):
        index = _index(spec)
        if index is not None and index.name in table.indexes:
            spec.report("the index is there twice; the first one counts")
        elif index is not None:
            table.indexes[index.name] = index
    for said, spec in entry.mapping("entities").items():
        table.entities[said] = _entity(said, spec, table, samples)
    entry.unknown_keys()
    return table


Samples = Mapping[str, Mapping[str, Sequence[object]]]
"""Sample values by entity and field."""


def _index(spec: JsonReader) -> IndexNames | None:
    name = spec.text("name").strip()
    partition_key = tuple(_names(spec, "partition_key"))
    if not name or not partition_key:
        spec.report("the index is left out: it needs a name and a partition key")
        return None
    sort_key = tuple(one for one in _names(spec, "sort_key") if one not in partition_key)
    kind = spec.one_of("projection", _PROJECTIONS, "ALL")
    included = tuple(
        one for one in spec.texts("included_attributes") if one not in partition_key + sort_key
    )
    spec.unknown_keys()
    projection = {"KEYS_ONLY": Projection("keys_only"), "INCLUDE": Projection("include", included)}
    return IndexNames(
        name,
        partition_key,
        sort_key,
        projection.get(kind or "ALL", Projection()) if included or kind != "INCLUDE" else
        Projection("keys_only"),
    )  # fmt: skip


def _names(spec: JsonReader, name: str) -> Iterator[str]:
    listed = spec.texts(name) if isinstance(spec.value.get(name), list) else [spec.text(name)]
    kept = list(dict.fromkeys(one.strip() for one in listed if one.strip()))
    if len(kept) > MAX_INDEX_KEY_ATTRIBUTES:
        spec.report(f"a key has at most {MAX_INDEX_KEY_ATTRIBUTES} attributes", name)
    yield from kept[:MAX_INDEX_KEY_ATTRIBUTES]


def _entity(said: str, spec: JsonReader, table: SchemaTable, samples: Samples) -> Described:
    entity = Described(said, description=spec.text("description"))
    sampled = samples.get(said, {})
    for entry in spec.objects("fields"):
        name = entry.text("name").strip()
        if not name:
            entry.report("a field without a name", "name")
        elif name in entity.said:
            entry.report("the field is there twice; the first one counts", "name")
        else:
            entity.add(name, with_samples(read_field(entry), sampled.get(name, ())))
    type_ = spec.text("entity_type") or said
    _key(entity, spec, "pk_template", table.partition_key, type_)
    if table.sort_key is not None:
        _key(entity, spec, "sk_template", table.sort_key, type_)
    elif spec.has("sk_template"):
        spec.report("the table has no sort key", "sk_template")
    for mapping in spec.objects("gsi_mappings"):
        _mapping(entity, mapping, table)
    spec.ignore("access_patterns")
    spec.unknown_keys()
    return entity


def _key(entity: Described, spec: JsonReader, name: str, attribute: str, type_: str) -> None:
    template = spec.text(name)
    if template:
        entity.keys[attribute] = read_template(template, entity, spec, name)
    elif entity.field_of(attribute) is None:
        entity.keys[attribute] = escaped(type_)
        spec.report(f"'{attribute}' has no template; it is '{type_[:60]}' in every item", name)


def _mapping(entity: Described, mapping: JsonReader, table: SchemaTable) -> None:
    name = mapping.text("name")
    keys = table.key_names(name)
    if keys is None:
        mapping.report(f"the table has no index '{name[:60]}'", "name")
        return
    for member, attributes in zip(("pk_template", "sk_template"), keys, strict=True):
        listed = isinstance(mapping.value.get(member), list)
        templates = mapping.texts(member) if listed else [mapping.text(member)]
        if len(templates) != len(attributes) and any(templates):
            mapping.report(f"{len(templates)} templates for {len(attributes)} attributes", member)
        for attribute, template in zip(attributes, templates, strict=False):
            if not template:
                continue
            made = read_template(template, entity, mapping, member)
            known = entity.keys.get(attribute)
            if known is not None and known != made:
                mapping.report(f"'{attribute}' has another template already: {known}", member)
            else:
                entity.keys[attribute] = made
    mapping.unknown_keys()


def read_template(template: str, entity: Described, spec: JsonReader, name: str) -> str:
    """``USER#{user_id}`` in the language's form; a field that there is not is added as text."""
    made, end = "", 0
    for found in _FIELD.finditer(template[:2_000]):
        made += escaped(template[end : found.start()])
        end = found.end()
        said, format_ = found[1].strip(), found[2] or ""
        if said not in entity.said:
            spec.report(f"the entity has no field '{said[:60]}'; a text is added", name)
            entity.add(said, DraftField(""))
        field = entity.said[said]
        if format_ and not (_PADDED.fullmatch(format_) and entity.fields[field].type == "N"):
            spec.report(f"the format '{format_}' is left out", name)
            format_ = ""
        made += f"${{{field}:{format_}}}" if format_ else f"${{{field}}}"
    made += escaped(template[end:2_000])
    for said, field in entity.said.items():
        if f"${{{field}}}" in made and entity.fields[field].type in ("L", "M"):
            spec.report(f"the field '{said[:60]}' is part of a key, and so a text", name)
            entity.fields[field] = replace(entity.fields[field], type="S")
    return made
