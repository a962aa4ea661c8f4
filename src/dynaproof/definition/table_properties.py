"""Parts of a table in the words of CreateTable, which CloudFormation and DescribeTable share.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from dynaproof.model.table import (
    KeyAttribute,
    KeyType,
    Projection,
    SecondaryIndex,
    Throughput,
)


class TablePropertyError(ValueError):
    """A part that is not as CreateTable takes it, in words for the user."""


def secondary_index(
    form: object, kind: Literal["global", "local"], types: Mapping[str, KeyType]
) -> SecondaryIndex:
    """An index; raises TablePropertyError."""
    spec = mapping_of(form)
    partition, sort = key_schema(spec.get("KeySchema"), types)
    projection = mapping_of(spec.get("Projection"))
    chosen = str(projection.get("ProjectionType", "")).lower()
    if chosen not in ("all", "keys_only", "include"):
        raise TablePropertyError(
            f"an index has the unknown ProjectionType {projection.get('ProjectionType')!r}"
        )
    return SecondaryIndex(
        text_of(spec.get("IndexName"), "IndexName"),
        kind,
        partition,
        sort,
        Projection(
            cast(Literal["all", "keys_only", "include"], chosen),
            tuple(
                text_of(name, "NonKeyAttributes")
                for name in elements_of(projection.get("NonKeyAttributes"))
            ),
        ),
        throughput(spec),
    )


def key_schema(
    form: object, types: Mapping[str, KeyType]
) -> tuple[tuple[KeyAttribute, ...], tuple[KeyAttribute, ...]]:
    """The HASH and the RANGE keys of a KeySchema; raises TablePropertyError."""
    keys: dict[str, list[KeyAttribute]] = {"HASH": [], "RANGE": []}
    for one in elements_of(form):
        spec = mapping_of(one)
        name = text_of(spec.get("AttributeName"), "AttributeName")
        role = str(spec.get("KeyType"))
        if role not in keys:
            raise TablePropertyError(
                f"the key '{name}' has the unknown KeyType {spec.get('KeyType')!r}"
            )
        if name not in types:
            raise TablePropertyError(f"the key '{name}' is not among AttributeDefinitions")
        keys[role].append(KeyAttribute(name, types[name]))
    return tuple(keys["HASH"]), tuple(keys["RANGE"])


def key_type(form: object) -> KeyType:
    """The type of one of AttributeDefinitions; raises TablePropertyError."""
    kind = mapping_of(form).get("AttributeType")
    if kind not in ("S", "N", "B"):
        raise TablePropertyError(f"an attribute has the unknown AttributeType {kind!r}")
    return kind


def throughput(properties: Mapping[str, object]) -> Throughput | None:
    """The ProvisionedThroughput of a table or index; raises TablePropertyError."""
    given = mapping_of(properties.get("ProvisionedThroughput"))
    try:
        return (
            Throughput(int(str(given["ReadCapacityUnits"])), int(str(given["WriteCapacityUnits"])))
            if given
            else None
        )
    except (KeyError, ValueError) as error:
        raise TablePropertyError("ProvisionedThroughput needs two whole numbers") from error


def mapping_of(value: object) -> dict[str, object]:
    """A mapping as it is, nothing else."""
    return value if isinstance(value, dict) else {}


def elements_of(value: object) -> list[object]:
    """The elements of a list, of nothing else."""
    return value if isinstance(value, list) else []


def text_of(value: object, name: str) -> str:
    """A text; raises TablePropertyError."""
    if not isinstance(value, str):
        raise TablePropertyError(f"{name} must be a text")
    return value
