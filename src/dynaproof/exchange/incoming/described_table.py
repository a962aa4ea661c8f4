"""Tables as DescribeTable answers them, CreateTable takes them, and templates state them.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from pathlib import PurePath
from typing import Literal, cast

from dynaproof.definition.table_properties import TablePropertyError, key_schema, secondary_index
from dynaproof.exchange.draft import Draft, DraftTable
from dynaproof.exchange.foreign_json import JsonReader, ParsedJson, shown
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError, Place
from dynaproof.model.table import KeyType, SecondaryIndex, Table, Throughput

_ENVELOPES = ("Table", "TableDescription", "TableCreationParameters")
Stream = Literal["keys_only", "new_image", "old_image", "new_and_old_images"]
_TYPES: Mapping[str, KeyType] = {
    "s": "S",
    "string": "S",
    "n": "N",
    "number": "N",
    "b": "B",
    "binary": "B",
}
_VIEW_TYPES = ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")
CARRIED = frozenset(
    {
        "AttributeDefinitions",
        "BillingMode",
        "BillingModeSummary",
        "DeletionProtectionEnabled",
        "GlobalSecondaryIndexes",
        "KeySchema",
        "LocalSecondaryIndexes",
        "ProvisionedThroughput",
        "StreamSpecification",
        "TableName",
        "TimeToLiveDescription",
        "TimeToLiveSpecification",
    }
)
"""The properties of a table that a definition has a place for."""
_INDEX_CARRIED = frozenset({"IndexName", "KeySchema", "Projection", "ProvisionedThroughput"})
_STATE = frozenset(
    (
        "ArchivalSummary",
        "CreationDateTime",
        "GlobalTableVersion",
        "ItemCount",
        "LatestStreamArn",
        "LatestStreamLabel",
        "RestoreSummary",
        "TableArn",
        "TableId",
        "TableSizeBytes",
        "TableStatus",
    )
)
"""How a table was when it was described: no part of a model."""
_INDEX_STATE = frozenset({"Backfilling", "IndexArn", "IndexSizeBytes", "IndexStatus", "ItemCount"})
REASONS: Mapping[str, str] = {
    "ContributorInsightsSpecification": "contributor insights are not part of a model",
    "GlobalTableSettingsReplicationMode": "replication is not part of a model",
    "GlobalTableWitnesses": "replication is not part of a model",
    "ImportSourceSpecification": "where a table's first items come from is not part of a model",
    "KinesisStreamSpecification": "a Kinesis stream is not part of a model; 'stream' is",
    "MultiRegionConsistency": "replication is not part of a model",
    "OnDemandThroughput": "limits of throughput on demand are not part of a model",
    "PointInTimeRecoverySpecification": "backups are not part of a model",
    "Replicas": "replicas are not part of a model: it is one table",
    "ResourcePolicy": "policies are not part of a model",
    "SSEDescription": "encryption at rest is not part of a model",
    "SSESpecification": "encryption at rest is not part of a model",
    "TableClass": "the table class is not part of a model",
    "TableClassSummary": "the table class is not part of a model",
    "Tags": "tags are not part of a model",
    "WriteProvisionedThroughputSettings": "autoscaling; the index has the table's throughput",
    "WriteOnDemandThroughputSettings": "limits of throughput on demand are not part of a model",
    "WarmThroughput": "warm throughput is not part of a model",
}
"""Properties of tables and indexes that a definition has no place for."""


def read_described_tables(parsed: ParsedJson) -> Draft:
    """Read what ``describe-table`` answers, or ``create-table`` takes: one table or several.

    Raises InputError where the file holds no table.
    """
    not_carried = list(parsed.not_carried)
    tables: list[DraftTable] = []
    for spec in _specs(parsed.value, "", not_carried):
        table = read_table(spec)
        if table is not None:
            tables.append(DraftTable(table, description=_size(spec)))
    if not tables:
        raise InputError.of(
            Code.FOREIGN_FILE,
            "the file holds no table that could be used",
            place=Place(parsed.file),
            hint="; ".join(map(str, not_carried[:3]))
            or "A table has TableName, KeySchema and AttributeDefinitions.",
        )
    return Draft(
        name=tables[0].table.name if len(tables) == 1 else PurePath(parsed.file).stem,
        source=f"{parsed.file}, tables as DescribeTable gives them",
        tables=tuple(tables),
        not_carried=tuple(not_carried),
    )


def read_table(spec: JsonReader, name: str = "") -> Table | None:
    """Read a table's properties; what is wrong or has no place in a model is reported.

    None, and a report, where the keys cannot be read. ``name`` is the table's where the
    properties do not give one. The time to live is that of ``TimeToLiveSpecification``, or of
    ``TimeToLiveDescription`` as DescribeTimeToLive answers it.
    """
    types = _attribute_types(spec)
    try:
        partition, sort = key_schema(spec.raw("KeySchema"), types)
    except TablePropertyError as error:
        spec.report(f"the table is left out: {error}", "KeySchema")
        return None
    if len(partition) != 1 or len(sort) > 1:
        spec.report("the table is left out: its key is not one HASH and at most one RANGE")
        return None
    table = Table(
        name=spec.text("TableName") or name,
        partition_key=partition[0],
        sort_key=sort[0] if sort else None,
        throughput=_throughput(spec) if _provisioned(spec) else None,
        stream=_stream(spec.child("StreamSpecification")),
        ttl_attribute=_time_to_live(spec),
        deletion_protection=spec.truth("DeletionProtectionEnabled"),
        global_secondary_indexes=tuple(_indexes(spec, "global", types)),
        local_secondary_indexes=tuple(_indexes(spec, "local", types)),
    )
    _report_rest(spec, CARRIED | _STATE)
    return table


def _specs(value: object, path: str, not_carried: list[NotCarried]) -> Iterator[JsonReader]:
    """The tables in a JSON value, in their envelopes or without."""
    if isinstance(value, list):
        for n, one in enumerate(value):
            yield from _specs(one, f"{path}[{n}]", not_carried)
        return
    if not isinstance(value, dict):
        not_carried.append(NotCarried(path, f"expected a table, not {shown(value)}"))
        return
    spec = JsonReader(value, path, not_carried)
    time_to_live = value.get("TimeToLiveDescription")
    for envelope in _ENVELOPES:
        if isinstance(inner := value.get(envelope), dict):
            if time_to_live is not None:
                inner = {"TimeToLiveDescription": time_to_live, **inner}
            yield JsonReader(inner, spec.at(envelope), not_carried)
            return
    if isinstance(value.get("Tables"), list):
        yield from _specs(value["Tables"], spec.at("Tables"), not_carried)
    else:
        yield spec


def _attribute_types(spec: JsonReader) -> dict[str, KeyType]:
    """The types of AttributeDefinitions, and of keys that are not among them: text."""
    types: dict[str, KeyType] = {}
    for one in spec.objects("AttributeDefinitions"):
        name, kind = one.text("AttributeName"), one.text("AttributeType")
        known = _TYPES.get(kind.strip().lower())
        if known is None:
            one.report(f"{shown(kind)} is no type of a key; taken as S", "AttributeType")
        types[name] = known or "S"
    indexes = [*_raw_objects(spec.raw("GlobalSecondaryIndexes"))]
    indexes += _raw_objects(spec.raw("LocalSecondaryIndexes"))
    for owner in [spec.value, *indexes]:
        for key in _raw_objects(owner.get("KeySchema")):
            found = key.get("AttributeName")
            if isinstance(found, str) and found not in types:
                types[found] = "S"
                spec.report(
                    f"the key attribute {shown(found)} is not there; taken as S",
                    "AttributeDefinitions",
                )
    return types


def _indexes(
    spec: JsonReader, kind: Literal["global", "local"], types: Mapping[str, KeyType]
) -> Iterator[SecondaryIndex]:
    for one in spec.objects(f"{kind.capitalize()}SecondaryIndexes"):
        form = {name: one.raw(name) for name in ("IndexName", "KeySchema")}
        form["Projection"] = _projection(one)
        try:
            index = secondary_index(form, kind, types)
        except TablePropertyError as error:
            one.report(f"the index is left out: {error}")
            continue
        throughput = _throughput(one)
        yield replace(index, throughput=throughput if kind == "global" else None)
        _report_rest(one, _INDEX_CARRIED | _INDEX_STATE)


def _projection(index: JsonReader) -> dict[str, object]:
    given = index.child("Projection")
    names = given.texts("NonKeyAttributes")
    chosen = given.one_of("ProjectionType", ("ALL", "KEYS_ONLY", "INCLUDE"))
    if chosen is None:
        chosen = "INCLUDE" if names else "ALL"
        index.report(f"there is no ProjectionType; taken as {chosen}", "Projection")
    if chosen != "INCLUDE" and names:
        given.report(f"{chosen} takes no names; they are left out", "NonKeyAttributes")
    if chosen == "INCLUDE" and not names:
        chosen = "KEYS_ONLY"
        given.report("INCLUDE without names; taken as KEYS_ONLY", "NonKeyAttributes")
    return {"ProjectionType": chosen, "NonKeyAttributes": names if chosen == "INCLUDE" else []}


def _provisioned(spec: JsonReader) -> bool:
    """PROVISIONED is what CreateTable takes where nothing is said."""
    modes = ("PROVISIONED", "PAY_PER_REQUEST")
    said = spec.child("BillingModeSummary").one_of("BillingMode", modes)
    return spec.one_of("BillingMode", modes, said) != "PAY_PER_REQUEST"


def _throughput(spec: JsonReader) -> Throughput | None:
    """None where there is none: DescribeTable says 0 for tables on demand."""
    given = spec.child("ProvisionedThroughput")
    units = [given.whole("ReadCapacityUnits"), given.whole("WriteCapacityUnits")]
    read, write = units
    if read and write and read > 0 and write > 0:
        return Throughput(read, write)
    if any(units):
        given.report("two numbers of at least 1 are needed; left out")
    return None


def _stream(spec: JsonReader) -> Stream | None:
    view_type = spec.one_of("StreamViewType", _VIEW_TYPES)
    enabled = spec.truth("StreamEnabled", default=view_type is not None)
    _report_rest(spec, {"StreamViewType", "StreamEnabled"})
    return cast(Stream, view_type.lower()) if enabled and view_type else None


def _time_to_live(spec: JsonReader) -> str | None:
    given = spec.child("TimeToLiveSpecification")
    described = spec.child("TimeToLiveDescription")
    status = described.text("TimeToLiveStatus", "DISABLED").upper()
    on = given.truth("Enabled") or status in ("ENABLED", "ENABLING")
    name = given.text("AttributeName") or described.text("AttributeName")
    if name and not on:
        (given if given.has("AttributeName") else described).report("time to live is switched off")
    return name if on and name else None


def _report_rest(spec: JsonReader, known: Set[str]) -> None:
    """Report what a definition has no place for."""
    for name, value in spec.value.items():
        if name not in known and value is not None:
            spec.report(REASONS.get(name, "not a property that a model has"), name)


def _size(spec: JsonReader) -> str:
    items, size = spec.value.get("ItemCount"), spec.value.get("TableSizeBytes")
    if not isinstance(items, int) or not isinstance(size, int) or not items:
        return ""
    return f"{items:,} items of {size:,} bytes when it was described."


def _raw_objects(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
