"""The YAML of a definition: facts, tables, access patterns, with comments for the reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dynaproof.exchange.drafting.going_on import going_on
from dynaproof.exchange.drafting.made import MadeItemType
from dynaproof.exchange.drafting.read_patterns import MadePattern
from dynaproof.exchange.drafting.yaml_lines import comment_lines, entry, text
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput


@dataclass(frozen=True, slots=True)
class Stub:
    """An access pattern of which the source does not say how it is carried out."""

    name: str
    known: Mapping[str, str]
    why: str


@dataclass(frozen=True, slots=True)
class Parts:
    """What a definition is written from. ``descriptions`` of tables by name."""

    name: str
    source: str
    description: str
    tables: Sequence[Table]
    descriptions: Mapping[str, str]
    item_types: Sequence[MadeItemType]
    datasets: Mapping[str, str]
    """Paths of datasets, from the definition, by entity."""
    stated: Sequence[MadePattern] = ()
    generated: Sequence[MadePattern] = ()
    stubs: Sequence[Stub] = ()
    schema: str = ""


def definition_text(parts: Parts) -> str:
    """The whole file, with a line break at its end."""
    return "".join(f"{line}\n" for line in _lines(parts))


def _lines(parts: Parts) -> Iterator[str]:
    if parts.schema:
        yield f"# yaml-language-server: $schema={parts.schema}"
    yield from comment_lines(f"Imported from {parts.source}.")
    yield "# Next: 'dynaproof run' on this file runs every access pattern on DynamoDB Local, and"
    yield "# 'dynaproof prove' looks for facts that break it. From here on the file is yours to edit."
    yield "version: 1"
    yield from entry("name", parts.name, "")
    if parts.description.strip():
        yield from entry("description", parts.description.strip(), "")
    if parts.item_types:
        yield ""
        yield from _facts_comment(parts)
        yield "entities:"
        for made in parts.item_types:
            yield from _entity(made, parts.datasets.get(made.entity))
    yield ""
    yield "# 2. How they are stored. Each item type gives one item for each row of its entity."
    yield "tables:"
    for table in parts.tables:
        yield from _table(table, parts)
    if parts.stated or parts.generated or parts.stubs:
        yield ""
        yield "# 3. What is asked. A question says in SQL what the answer should be."
        yield from _patterns(parts)
    if not parts.item_types and parts.tables:
        yield ""
        yield from going_on(parts.tables)


def _facts_comment(parts: Parts) -> Iterator[str]:
    kinds = {made.rows is not None for made in parts.item_types}
    if kinds == {True}:
        yield "# 1. The facts: the sample items of the source, a file for each item type. A field of a"
        yield "#    key is a column of its own. Generated rows instead: {count: 1000} and generators."
    elif kinds == {False}:
        yield "# 1. The facts: generated from a seed; counts and generators are a first guess."
    else:
        yield "# 1. The facts: sample items of the source where it has them (a file for each item type),"
        yield "#    generated rows where it has none; their counts and generators are a first guess."


def _entity(made: MadeItemType, dataset: str | None) -> Iterator[str]:
    yield f"  {text(made.entity)}:"
    if dataset is not None:
        yield from entry("from", dataset, "    ")
    for name, value in made.source.items():
        yield from entry(name, value, "    ")
    if not any(column.spec for column in made.columns):
        return
    yield "    attributes:"
    for column in made.columns:
        if column.spec:  # without: the column that 'each' makes
            yield from entry(column.name, dict(column.spec), "      ")


def _table(table: Table, parts: Parts) -> Iterator[str]:
    description = parts.descriptions.get(table.name, "")
    if description.strip():
        yield from comment_lines(description, "  ")
    yield f"  {text(table.name)}:"
    yield from entry("partition_key", _key(table.partition_key), "    ")
    if table.sort_key is not None:
        yield from entry("sort_key", _key(table.sort_key), "    ")
    if table.throughput is not None:
        yield from entry("billing", _billing(table.throughput), "    ")
    if table.stream is not None:
        yield from entry("stream", table.stream, "    ")
    if table.ttl_attribute is not None:
        yield from entry("ttl", table.ttl_attribute, "    ")
    if table.deletion_protection:
        yield "    deletion_protection: true"
    for section, indexes in (
        ("global_secondary_indexes", table.global_secondary_indexes),
        ("local_secondary_indexes", table.local_secondary_indexes),
    ):
        if indexes:
            yield f"    {section}:"
            for index in indexes:
                yield from entry(index.name, _index(index), "      ")
    own = [made for made in parts.item_types if made.table.name == table.name]
    if own:
        yield "    items:"
        for made in own:
            yield from _item_type(made, table)


def _item_type(made: MadeItemType, table: Table) -> Iterator[str]:
    if made.description.strip():
        yield from comment_lines(made.description, "      ")
    yield f"      {text(made.name)}:"
    yield from entry("from", made.entity, "        ")
    keys = [key.name for key in table.key_attributes]
    written = {one.name: one.written for one in made.attributes}
    yield from entry("key", {name: written[name] for name in keys}, "        ")
    rest = {name: value for name, value in written.items() if name not in keys}
    if rest:
        yield "        attributes:"
        for name, value in rest.items():
            yield from entry(name, value, "          ")


def _patterns(parts: Parts) -> Iterator[str]:
    yield "access_patterns:" if parts.stated or parts.generated else "# access_patterns:"
    blocks = [
        *((list(_pattern(one)), "") for one in parts.stated),
        *((list(_stub(one)), "") for one in parts.stubs),
        *((list(_pattern(one)), "generated") for one in parts.generated),
    ]
    said = ""
    for number, (lines, kind) in enumerate(blocks):
        if number:
            yield ""
        if kind != said:
            yield "  # Made by the import from item types and indexes: change or delete them freely."
            said = kind
        yield from lines


def _pattern(pattern: MadePattern) -> Iterator[str]:
    if pattern.comment:
        yield from comment_lines(pattern.comment, "  ")
    yield f"  {text(pattern.name)}:"
    if pattern.description.strip():
        yield from entry("description", pattern.description.strip(), "    ")
    if pattern.rate:
        yield from entry("rate", pattern.rate, "    ")
    if pattern.parameters:
        yield from entry("parameters", pattern.parameters, "    ", folded=True)
    yield from entry(pattern.operation, pattern.body, "    ")
    if pattern.question:
        yield from entry("question", pattern.question, "    ", folded=True)
    if pattern.expect:
        yield from entry("expect", pattern.expect, "    ")


def _stub(stub: Stub) -> Iterator[str]:
    yield from comment_lines(f"{stub.name}: {stub.why}.", "  ")
    for name, value in stub.known.items():
        yield from comment_lines(f"- {name}: {value}", "  ")


def _key(key: KeyAttribute) -> object:
    return key.name if key.type == "S" else {"name": key.name, "type": key.type}


def _keys(keys: Sequence[KeyAttribute]) -> object:
    return _key(keys[0]) if len(keys) == 1 else [_key(key) for key in keys]


def _billing(throughput: Throughput) -> Mapping[str, object]:
    units = {
        "read_capacity_units": throughput.read_capacity_units,
        "write_capacity_units": throughput.write_capacity_units,
    }
    return {"provisioned": units}


def _index(index: SecondaryIndex) -> Mapping[str, object]:
    made: dict[str, object] = {}
    if index.kind == "global":
        made["partition_key"] = _keys(index.partition_key)
    if index.sort_key:
        made["sort_key"] = _keys(index.sort_key)
    if index.projection != Projection():
        kind = index.projection
        made["projection"] = (
            {"include": list(kind.attributes)} if kind.kind == "include" else kind.kind
        )
    if index.throughput is not None:
        made["billing"] = _billing(index.throughput)
    return made
