"""A run, read back from its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, get_args

import orjson

from dynaproof.items.stored import ItemTypeSize
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, SourceMap
from dynaproof.model.diagnostic import Diagnostic, InputError, Place
from dynaproof.model.table import (
    KeyAttribute,
    KeyType,
    Projection,
    SecondaryIndex,
    Table,
    Throughput,
)
from dynaproof.proof.results import Collection, CollectionSizes, RunResult, TableResult
from dynaproof.proof.sampled_items import SampledCollection, SampledItem
from dynaproof.report.review.json_node import HINT, Node
from dynaproof.report.review.pattern_file import ReadPattern, diagnostic, read_pattern
from dynaproof.report.run_json import FORMAT, VERSION

L = TypeVar("L", bound=str)
Stream = Literal["keys_only", "new_image", "old_image", "new_and_old_images"]
MOST_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RunFile:
    """A run as its JSON tells it.

    ``result`` has no facts and no templates; ``patterns`` have what a definition would say of
    them. ``key_templates`` are by table and item type. ``proved`` is what ``prove`` gave.
    """

    result: RunResult
    patterns: tuple[ReadPattern, ...]
    key_templates: Mapping[tuple[str, str], tuple[tuple[str, str], ...]]
    versions: Mapping[str, str]
    proved: Node | None


def read_run(file: Path) -> RunFile:
    """Read a file; raises InputError (DP116) for one that is no JSON of a run."""
    return parse_run(read_bytes(file), str(file))


def read_bytes(file: Path) -> bytes:
    """The bytes of a file; raises InputError (DP116) where it cannot be read."""
    place = Place(str(file))
    try:
        if file.stat().st_size > MOST_BYTES:
            raise InputError(Diagnostic(Code.RUN_FILE, "the file is too large", place, HINT))
        return file.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = f"cannot read the file: {reason.lower()}"
        raise InputError(Diagnostic(Code.RUN_FILE, message, place, HINT)) from error


def parse_run(data: bytes, file: str) -> RunFile:
    """Read the JSON of a run; ``file`` is its name. Raises InputError (DP116)."""
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        message = f"the file is no JSON: {error}"
        raise InputError(Diagnostic(Code.RUN_FILE, message, Place(file), HINT)) from error
    root = Node(document if isinstance(document, dict) else {}, "", file)
    if root.value.get("format") != FORMAT:
        raise root.fault("format", f"'{FORMAT}'")
    if root.value.get("version") != VERSION:
        raise root.fault("version", f"{VERSION}, the one that this version of dynaproof reads")
    tables = root.nodes("tables")
    patterns = tuple(read_pattern(node) for node in root.nodes("access_patterns"))
    about = root.node("definition")
    definition = Definition(
        about.text("name"),
        SourceMap(about.text("file")),
        description=about.text("description"),
        digest=about.text("sha256"),
        access_patterns=tuple(one.result.pattern for one in patterns),
    )
    result = RunResult(
        definition,
        root.seed("seed"),
        root.text("server"),
        tuple(_table(node) for node in tables),
        tuple(one.result for one in patterns),
        {node.text("name"): node.whole("rows") for node in root.nodes("entities")},
        tuple(diagnostic(node) for node in root.nodes("checked")),
    )
    versions = root.optional("versions")
    return RunFile(
        result,
        patterns,
        {
            (table.text("name"), size.text("name")): tuple(
                (part.text("name"), part.text("template")) for part in size.nodes("key")
            )
            for table in tables
            for size in table.nodes("item_types")
        },
        {name: versions.text(name) for name in versions.value} if versions else {},
        root.optional("proved"),
    )


def _table(node: Node) -> TableResult:
    indexes = [_index(one) for one in node.nodes("indexes")]
    partition_key, sort_key = _keys(node, "partition_key"), _keys(node, "sort_key")
    if not partition_key:
        raise node.fault("partition_key", "a list with one attribute")
    stream: Stream | None = None
    if node.value.get("stream") is not None:
        stream = _one_of(node, "stream", get_args(Stream))
    table = Table(
        node.text("name"),
        partition_key[0],
        sort_key[0] if sort_key else None,
        _throughput(node.optional("throughput")),
        stream,
        node.text("ttl_attribute", "") or None,
        node.flag("deletion_protection"),
        tuple(one for one in indexes if one.kind == "global"),
        tuple(one for one in indexes if one.kind == "local"),
    )
    types = node.nodes("item_types")
    return TableResult(
        table,
        tuple(
            ItemTypeSize(
                one.text("name"),
                one.whole("items"),
                one.whole("bytes"),
                one.whole("min_bytes"),
                one.whole("max_bytes"),
            )
            for one in types
        ),
        tuple(_collections(one, table.name) for one in node.nodes("item_collections")),
        tuple(
            (one.text("name"), step.whole("up_to_bytes"), step.whole("items"))
            for one in types
            for step in one.nodes("histogram")
        ),
    )


def _keys(node: Node, name: str) -> tuple[KeyAttribute, ...]:
    return tuple(
        KeyAttribute(one.text("name"), _one_of(one, "type", get_args(KeyType)))
        for one in node.nodes(name)
    )


def _throughput(node: Node | None) -> Throughput | None:
    if node is None:
        return None
    return Throughput(node.whole("read_capacity_units"), node.whole("write_capacity_units"))


def _index(node: Node) -> SecondaryIndex:
    return SecondaryIndex(
        node.text("name"),
        _one_of(node, "kind", ("global", "local")),
        _keys(node, "partition_key"),
        _keys(node, "sort_key"),
        Projection(
            _one_of(node, "projection", ("keys_only", "all", "include")),
            node.texts("projected_attributes"),
        ),
    )


def _collections(node: Node, table: str) -> CollectionSizes:
    return CollectionSizes(
        table,
        node.text("index", "") or None,
        node.whole("collections"),
        node.whole("items"),
        node.whole("bytes"),
        tuple(
            Collection(one.text("partition_key"), one.whole("items"), one.whole("bytes"))
            for one in node.nodes("largest")
        ),
        tuple(
            (one.whole("up_to_items"), one.whole("collections")) for one in node.nodes("histogram")
        ),
        tuple(_sampled(one) for one in node.nodes("samples")),
    )


def _sampled(node: Node) -> SampledCollection:
    return SampledCollection(
        node.text("partition_key"),
        node.whole("rank"),
        node.whole("items"),
        node.whole("bytes"),
        tuple(
            SampledItem(
                one.whole("position"),
                one.text("item_type"),
                one.whole("bytes"),
                one.item("attributes"),
                {name: one.node("beginnings").text(name) for name in one.mapping("beginnings")},
            )
            for one in node.nodes("sample")
        ),
    )


def _one_of(node: Node, name: str, allowed: tuple[L, ...]) -> L:
    value = node.text(name)
    for one in allowed:
        if value == one:
            return one
    raise node.fault(name, f"one of {', '.join(allowed)}")
