"""Schemas of OneTable as JSON, formats 1.0 and 1.1: indexes, models, saved queries, sample items.

https://github.com/sensedeep/dynamodb-onetable/blob/main/doc/schema-1.1.0.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from dynaproof.exchange.draft import DescribedItemType, Draft, DraftTable, SampledItemType
from dynaproof.exchange.drafting.names import table_name
from dynaproof.exchange.foreign_json import JsonReader, ParsedJson
from dynaproof.exchange.incoming.described_keys import (
    Described,
    fit_key,
    key_type,
    with_distinct_keys,
)
from dynaproof.exchange.incoming.onetable.items import sampled
from dynaproof.exchange.incoming.onetable.models import Params, read_models
from dynaproof.exchange.incoming.onetable.queries import read_queries
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError, Place
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table

_PRIMARY = "primary"
_FORMATS = ("onetable:1.0", "onetable:1.1", "onetable:0")


@dataclass(frozen=True, slots=True)
class IndexNames:
    """An index as the schema states it: its key attributes have no types there."""

    name: str
    kind: Literal["global", "local"]
    hash: str
    sort: str | None
    projection: Projection


def read_onetable(parsed: ParsedJson) -> Draft:
    """Read a schema; raises InputError where it has no primary index or no models."""
    root = JsonReader.of(parsed, "a schema")
    format_ = root.text("format")
    if format_ and not format_.startswith(_FORMATS):
        root.report(f"the format is {format_[:40]}; it is read as onetable:1.1", "format")
    params = _params(root)
    indexes = {one.name: one for one in _indexes(root.child("indexes"))}
    primary = indexes.pop(_PRIMARY, None)
    if primary is None:
        raise InputError.of(
            Code.FOREIGN_FILE,
            "the schema has no index 'primary' with a 'hash'",
            place=Place(parsed.file),
            hint="; ".join(map(str, root.not_carried[:3]))
            or "'indexes' names the keys of the table.",
        )
    attributes = _attributes(primary, indexes)
    models = read_models(root.child("models"), params, attributes)
    _report_remarks(root, models)
    table = _table(_table_name(root, parsed), primary, indexes, models, params)
    samples = sampled(root, models, table, params)
    item_types: list[SampledItemType | DescribedItemType] = [
        samples.get(name) or model.made() for name, model in models.items()
    ]
    patterns = read_queries(root.child("queries"), table, models, params)
    root.ignore("version", "description", "extensions", "process")
    root.unknown_keys()
    return Draft(
        name=PurePath(parsed.file).stem,
        source=f"{parsed.file}, a schema of OneTable",
        description=root.text("description"),
        tables=(DraftTable(table, tuple(item_types)),),
        patterns=tuple(patterns),
        not_carried=tuple(root.not_carried),
    )


def _table_name(root: JsonReader, parsed: ParsedJson) -> str:
    """The schema has no name of the table, unless a tool put one there."""
    for name in ("tableName", "name"):
        said = root.text(name)
        if said and said != "Current":
            return table_name(said)
    return table_name(PurePath(parsed.file).stem)


def _params(root: JsonReader) -> Params:
    given = root.child("params")
    stamps = given.raw("timestamps")
    params = Params(
        type_field=given.text("typeField") or "_type",
        iso_dates=given.truth("isoDates"),
        created=(given.text("createdField") or "created") if stamps in (True, "create") else None,
        updated=(given.text("updatedField") or "updated") if stamps in (True, "update") else None,
    )
    given.ignore("createdField", "updatedField", "hidden", "nulls", "separator", "partial")
    given.ignore("warn", "uuid", "generate", "crypto", "value", "metrics", "monitor")
    given.unknown_keys()
    return params


def _indexes(given: JsonReader) -> Iterator[IndexNames]:
    primary = given.value.get(_PRIMARY)
    primary_hash = primary.get("hash") if isinstance(primary, dict) else None
    for said, spec in given.members().items():
        hash_ = spec.text("hash").strip()
        sort = spec.text("sort").strip() or None
        kind = spec.text("type").strip().lower()
        local = said != _PRIMARY and (kind == "local" or hash_ in ("", primary_hash))
        if local and isinstance(primary_hash, str):
            hash_ = primary_hash
        if kind == "global":
            local = False
        name = said if said == _PRIMARY else spec.text("name") or said
        projection = _projection(spec)
        spec.ignore("follow", "description")
        spec.unknown_keys()
        if not hash_ or (local and sort is None):
            spec.report("the index is left out: it lacks 'hash' or 'sort'")
            continue
        yield IndexNames(name, "local" if local else "global", hash_, sort, projection)


def _projection(spec: JsonReader) -> Projection:
    given = spec.raw("project")
    if isinstance(given, list):
        names = tuple(dict.fromkeys(name for name in spec.texts("project") if name))
        return Projection("include", names) if names else Projection("keys_only")
    said = spec.text("project", "all").strip().lower()
    if said not in ("all", "keys", "keys_only"):
        spec.wrong("project", "all, keys or a list")
    return Projection("keys_only") if said.startswith("keys") else Projection()


def _attributes(primary: IndexNames, indexes: Mapping[str, IndexNames]) -> tuple[str, ...]:
    """All key attributes, those of the table first."""
    return tuple(
        dict.fromkeys(
            name
            for one in (primary, *indexes.values())
            for name in (one.hash, one.sort)
            if name is not None
        )
    )


def _table(
    name: str,
    primary: IndexNames,
    indexes: Mapping[str, IndexNames],
    models: Mapping[str, Described],
    params: Params,
) -> Table:
    described = list(models.values())
    keys = {
        attribute: KeyAttribute(attribute, key_type(attribute, described))
        for attribute in _attributes(primary, indexes)
    }
    own = [primary.hash] + ([primary.sort] if primary.sort else [])
    for model in described:
        for attribute, key in keys.items():
            fit_key(attribute, key.type, model)
        with_distinct_keys(model, own)
    made = [
        SecondaryIndex(
            one.name,
            one.kind,
            (keys[one.hash],),
            (keys[one.sort],) if one.sort else (),
            _without_keys(one, own),
        )
        for one in indexes.values()
    ]
    return Table(
        name,
        keys[primary.hash],
        keys[primary.sort] if primary.sort else None,
        ttl_attribute=next(iter(params.expiries), None),
        global_secondary_indexes=tuple(one for one in made if one.kind == "global"),
        local_secondary_indexes=tuple(one for one in made if one.kind == "local"),
    )


def _without_keys(index: IndexNames, own: list[str]) -> Projection:
    """Key attributes are in every projection, and cannot be named in it."""
    if index.projection.kind != "include":
        return index.projection
    keys = {*own, index.hash, index.sort}
    names = tuple(name for name in index.projection.attributes if name not in keys)
    return Projection("include", names) if names else Projection("keys_only")


def _report_remarks(root: JsonReader, models: Mapping[str, Described]) -> None:
    for name, model in models.items():
        for at, remark in dict.fromkeys(model.remarks):
            root.report(f"{name}.{at}: {remark}", "models")
        model.remarks.clear()
