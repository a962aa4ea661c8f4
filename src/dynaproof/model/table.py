"""Tables, keys, indexes and projections, in DynamoDB's standard terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dynaproof.model.item import ItemType

KeyType = Literal["S", "N", "B"]

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
MAX_LOCAL_SECONDARY_INDEXES = 5
MAX_GLOBAL_SECONDARY_INDEXES = 20
MAX_PROJECTED_NON_KEY_ATTRIBUTES = 100
MAX_INDEX_KEY_ATTRIBUTES = 4
MAX_PARTITION_KEY_BYTES = 2_048
MAX_SORT_KEY_BYTES = 1_024
MAX_ITEM_BYTES = 409_600


@dataclass(frozen=True, slots=True)
class KeyAttribute:
    """An attribute of a key and its type."""

    name: str
    type: KeyType = "S"


@dataclass(frozen=True, slots=True)
class Throughput:
    """Provisioned capacity, in units a second."""

    read_capacity_units: int
    write_capacity_units: int


@dataclass(frozen=True, slots=True)
class Projection:
    """What an index holds besides keys: ``keys_only``, ``all``, or ``include`` with names."""

    kind: Literal["keys_only", "all", "include"] = "all"
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SecondaryIndex:
    """A GSI or an LSI. A GSI's keys may hold up to four attributes each."""

    name: str
    kind: Literal["global", "local"]
    partition_key: tuple[KeyAttribute, ...]
    sort_key: tuple[KeyAttribute, ...] = ()
    projection: Projection = Projection()
    throughput: Throughput | None = None
    accepted: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Codes of findings about the design that are meant to be so, and why."""

    @property
    def key_attributes(self) -> tuple[KeyAttribute, ...]:
        """Partition key, then sort key."""
        return self.partition_key + self.sort_key


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its indexes, and the items that it stores."""

    name: str
    partition_key: KeyAttribute
    sort_key: KeyAttribute | None = None
    throughput: Throughput | None = None
    """None: on demand."""
    stream: Literal["keys_only", "new_image", "old_image", "new_and_old_images"] | None = None
    ttl_attribute: str | None = None
    deletion_protection: bool = False
    global_secondary_indexes: tuple[SecondaryIndex, ...] = ()
    local_secondary_indexes: tuple[SecondaryIndex, ...] = ()
    items: tuple[ItemType, ...] = ()
    accepted: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Codes of findings about the design that are meant to be so, and why."""

    @property
    def key_attributes(self) -> tuple[KeyAttribute, ...]:
        """Partition key, then sort key where there is one."""
        return (self.partition_key, self.sort_key) if self.sort_key else (self.partition_key,)

    @property
    def indexes(self) -> tuple[SecondaryIndex, ...]:
        """Global, then local secondary indexes."""
        return self.global_secondary_indexes + self.local_secondary_indexes

    def index(self, name: str) -> SecondaryIndex | None:
        """The index of this name."""
        return next((index for index in self.indexes if index.name == name), None)

    @property
    def attribute_types(self) -> dict[str, KeyType]:
        """The type of every attribute that is part of a key of the table or of an index."""
        types: dict[str, KeyType] = {key.name: key.type for key in self.key_attributes}
        for index in self.indexes:
            types |= {key.name: key.type for key in index.key_attributes}
        return types
